"""Values as B1 understands them: amounts, days, yes and no, and the ways it says no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

YES, NO = "tYES", "tNO"
ZERO = Decimal(0)
HUNDRED = Decimal(100)

ENTRY_EXISTS = "This entry already exists in the following tables (ODBC -2035)"
NOT_SUPPORTED = "The requested action is not supported for this object."
NO_MATCH = "No matching records found (ODBC -2028)"
FIXED = "Field cannot be updated (ODBC -1029)"


def num(value: Any) -> Decimal:
    """Return a number exactly as it was written; nothing is zero."""
    if value is None or value == "":
        return ZERO
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half away from zero, as books do.

    Raises:
        Refusal: the number is too large for any book.
    """
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise Refusal(-1004, f"'{value}' is too large a number") from None


def money(company: Company, value: Decimal) -> Decimal:
    """Round an amount as the company does."""
    return rounded(value, company.options.decimals)


def price(company: Company, value: Decimal) -> Decimal:
    """Round a price as the company does."""
    return rounded(value, company.options.price_decimals)


def day(value: Any) -> date | None:
    """Return a day in any form a body may have; None for nothing.

    Raises:
        Refusal: it is no date.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value)[:10]
    try:
        return date.fromisoformat(text if "-" in text else f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    except ValueError:
        raise Refusal(-1004, f"'{value}' is not a valid value for a date") from None


def today(company: Company) -> date:
    """Return the server's day."""
    return company.now().date()


def stamp(company: Company, *names: str) -> Row:
    """Return now as ``<name>Date`` and ``<name>Time`` of each name."""
    now = company.now()
    found: Row = {}
    for name in names:
        found[f"{name}Date"] = now.date().isoformat()
        found[f"{name}Time"] = now.strftime("%H:%M:%S")
    return found


def yes(value: Any) -> bool:
    """Tell whether a ``BoYesNoEnum`` is yes."""
    return bool(value == YES)


def flag(value: bool) -> str:
    """Return a ``BoYesNoEnum``."""
    return YES if value else NO


def reference(
    company: Company, table: str, key: Key | None, column: str, line: int | None = None
) -> Row:
    """Return the row another one refers to.

    Raises:
        Refusal: there is none; ``column`` and ``line`` (from 1) tell where it is named.
    """
    row = company.table(table).get(key) if key is not None else None
    if row is None:
        raise Refusal(-2028, f"{NO_MATCH}  [{column}]{_line(line)} , '{key}'")
    return row


def undefined(what: str, column: str, line: int | None = None) -> Refusal:
    """Return the refusal of a record that lacks something."""
    return Refusal(-5002, f"{what}  [{column}]{_line(line)}")


def wrong(message: str, column: str = "", line: int | None = None) -> Refusal:
    """Return the refusal of what the rules of business do not allow."""
    return Refusal(-10, f"{message}  [{column}]{_line(line)}" if column else message)


def _line(line: int | None) -> str:
    return f"[line: {line}]" if line is not None else ""


def active(row: Mapping[str, Any], on: date) -> bool:
    """Tell whether an item or partner may be used on a day (``Valid``, ``Frozen``, dates)."""
    if yes(row.get("Frozen")) and _within(row.get("FrozenFrom"), row.get("FrozenTo"), on):
        return False
    limited = row.get("ValidFrom") or row.get("ValidTo")
    return not (
        yes(row.get("Valid"))
        and limited
        and not _within(row.get("ValidFrom"), row.get("ValidTo"), on)
    )


def _within(first: Any, last: Any, on: date) -> bool:
    start, end = day(first), day(last)
    return (start is None or start <= on) and (end is None or on <= end)


def within(row: Mapping[str, Any], first: str, last: str, on: date) -> bool:
    """Tell whether a day lies between two dates of a row; a missing one is no limit."""
    return _within(row.get(first), row.get(last), on)


def settle_validity(body: Row) -> None:
    """Keep ``Valid`` and ``Frozen`` from both being yes: who sets one takes back the other."""
    if yes(body.get("Frozen")):
        body["Valid"] = NO
    elif yes(body.get("Valid")):
        body["Frozen"] = NO
    for name in ("ValidFrom", "ValidTo", "FrozenFrom", "FrozenTo"):
        if name in body:
            found = day(body[name])
            body[name] = found.isoformat() if found else None
