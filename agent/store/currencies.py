"""Currencies of the shop."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.record import Record
from agent.model.sales import Currency
from agent.store.few import FewReader
from agent.store.records import BadRecord
from agent.store.settings import read_settings
from agent.store.text import line
from agent.store.view import View, number

DECIMALS = 2
"""Decimals of a currency that the shop has no more, or says nothing about."""


class CurrencyReader(FewReader):
    """Reads currencies; see ``Reader``. The key is the ISO code, in capitals.

    Of two rows with the same code the shop works with the last one; so does this.
    """

    def load(self, view: View) -> Iterable[Record | BadRecord]:
        """Return all currencies."""
        default = str(read_settings(view.query).get("config_currency") or "").strip().upper()
        rows = view.query.rows(
            "SELECT `code`, `title`, `value`, `decimal_place`, `status`"  # noqa: S608
            f" FROM {view.table('currency')} ORDER BY `currency_id`"
        )
        found: dict[str, Record | BadRecord] = {}
        for code, title, value, places, status in rows:
            key = line(code).upper()
            if not key.isascii() or not key.isalpha():
                continue  # no ISO code: no order can be in it
            rate = number(value, "rate")
            if rate <= 0:
                found[key] = _worthless(key, rate)
                continue
            found[key] = Currency(
                key, line(title) or key, rate, decimals(places), bool(status), key == default
            )
        return found.values()

    def label(self, record: Record) -> str:
        """Return the currency's name."""
        assert isinstance(record, Currency)  # noqa: S101 - narrows for mypy
        return record.name


def decimals(places: object) -> int:
    """Return the number of decimals of a currency (``decimal_place``: text before 4.0.2)."""
    text = str(places if places is not None else "").strip()
    return int(text) if text.isdigit() else DECIMALS


def load_decimals(view: View) -> dict[str, int]:
    """Return ISO code to decimals for all currencies of the shop."""
    rows = view.query.rows(
        f"SELECT `code`, `decimal_place` FROM {view.table('currency')} ORDER BY `currency_id`"  # noqa: S608
    )
    return {line(code).upper(): decimals(places) for code, places in rows}


def _worthless(key: str, rate: Decimal) -> BadRecord:
    error = InvalidRecord(
        f"The currency's value is {rate}",
        fix="Open it in the shop under System > Localisation > Currencies, enter its value and "
        "save.",
        code="store.currency_rate",
        record=f"currency {key}",
    )
    return BadRecord(key, key, error)
