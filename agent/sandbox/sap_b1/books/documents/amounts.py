"""Arithmetic of lines and documents.

Everything is computed in the document's currency (``own`` amounts) and then told in the company's.
Amounts of rows without a suffix are the company's, those that end in ``FC``/``Fc`` the document's
where that is another one, else zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books.values import HUNDRED, ZERO, money, num, price, rounded
from agent.sandbox.sap_b1.company import Company, Row

_FOREIGN = frozenset({"RowTotalFC", "GrossTotalFC"})
PERCENT = 6
"""Decimals of percentages."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A document's currency: its code, its rate, and whether it is not the company's."""

    code: str
    rate: Decimal
    foreign: bool

    def home(self, company: Company, amount: Decimal) -> Decimal:
        """Return an amount in the company's currency."""
        return money(company, amount * self.rate) if self.foreign else amount


def of(document: Mapping[str, Any], company: Company) -> Currency:
    """Return the currency of a document."""
    code = str(document["DocCurrency"])
    return Currency(code, num(document["DocRate"]), code != company.options.currency)


def price_line(company: Company, line: Row, given: Mapping[str, Any], currency: Currency) -> None:
    """Compute a line's prices and totals from what its body gave (``given``).

    The first of these that is given rules: ``GrossTotal``, ``PriceAfterVAT`` or ``GrossPrice``,
    the line's total, ``UnitPrice``, ``Price``; without any, the prices the line has.
    """
    if not currency.foreign:
        given = {name: value for name, value in given.items() if name not in _FOREIGN}
    quantity = num(line.get("Quantity")) or Decimal(1)
    rate = num(line["TaxPercentagePerRow"])
    plus = 1 + rate / HUNDRED
    line["_gross"] = None
    total: Decimal | None = None
    gross = _gross(company, line, given, quantity, currency)
    if gross is not None:
        line["_gross"] = gross
        total = money(company, gross / plus)
    elif _has(given, "LineTotal") or _has(given, "RowTotalFC"):
        total = money(company, _given_total(given, currency))
    if total is not None:
        _prices_from_total(company, line, given, total, quantity)
    else:
        _prices(company, line, given)
        total = money(company, line["Price"] * quantity)
    line["_own"] = total
    if gross is None:
        line["PriceAfterVAT"] = price(company, line["Price"] * plus)
        line["GrossPrice"] = price(company, line["UnitPrice"] * plus)
    else:
        after = price(company, gross / quantity)
        if _has(given, "PriceAfterVAT") and not _has(given, "GrossTotal"):
            after = price(company, num(given["PriceAfterVAT"]))
        line["PriceAfterVAT"] = after
        left = HUNDRED - num(line["DiscountPercent"])
        line["GrossPrice"] = price(company, after * HUNDRED / left) if left else after


def _has(given: Mapping[str, Any], name: str) -> bool:
    return given.get(name) is not None


def _gross(
    company: Company, line: Row, given: Mapping[str, Any], quantity: Decimal, currency: Currency
) -> Decimal | None:
    name = "GrossTotalFC" if currency.foreign and _has(given, "GrossTotalFC") else "GrossTotal"
    if _has(given, name):
        amount = num(given[name])
        local = currency.foreign and name == "GrossTotal"
        return money(company, amount / currency.rate if local else amount)
    if any(_has(given, one) for one in ("UnitPrice", "Price", "LineTotal", "RowTotalFC")):
        return None
    if _has(given, "PriceAfterVAT"):
        return money(company, price(company, num(given["PriceAfterVAT"])) * quantity)
    if _has(given, "GrossPrice"):
        off = num(line.get("DiscountPercent"))
        after = num(given["GrossPrice"]) * (HUNDRED - off) / HUNDRED
        return money(company, price(company, after) * quantity)
    return None


def _given_total(given: Mapping[str, Any], currency: Currency) -> Decimal:
    if currency.foreign and _has(given, "RowTotalFC"):
        return num(given["RowTotalFC"])
    amount = num(given["LineTotal"])
    return amount / currency.rate if currency.foreign else amount


def _prices_from_total(
    company: Company, line: Row, given: Mapping[str, Any], total: Decimal, quantity: Decimal
) -> None:
    line["Price"] = price(company, total / quantity)
    off = num(line.get("DiscountPercent"))
    if _has(given, "UnitPrice") and num(given["UnitPrice"]):
        line["UnitPrice"] = price(company, num(given["UnitPrice"]))
        line["DiscountPercent"] = _percent(line["UnitPrice"], line["Price"])
    elif off != HUNDRED and (_has(given, "DiscountPercent") or line["_gross"] is not None):
        line["UnitPrice"] = price(company, line["Price"] * HUNDRED / (HUNDRED - off))
        line["DiscountPercent"] = off
    else:
        line["UnitPrice"], line["DiscountPercent"] = line["Price"], ZERO


def _prices(company: Company, line: Row, given: Mapping[str, Any]) -> None:
    off = num(line.get("DiscountPercent"))
    if _has(given, "UnitPrice"):
        line["UnitPrice"] = price(company, num(given["UnitPrice"]))
        if _has(given, "Price") and not _has(given, "DiscountPercent"):
            off = _percent(line["UnitPrice"], price(company, num(given["Price"])))
    elif _has(given, "Price"):
        after = num(given["Price"])
        off = off if _has(given, "DiscountPercent") else ZERO
        line["UnitPrice"] = (
            price(company, after * HUNDRED / (HUNDRED - off)) if off != 100 else after
        )
    line["UnitPrice"] = price(company, num(line.get("UnitPrice")))
    line["DiscountPercent"] = off
    line["Price"] = price(company, line["UnitPrice"] * (HUNDRED - off) / HUNDRED)


def _percent(before: Decimal, after: Decimal) -> Decimal:
    return rounded(HUNDRED - after * HUNDRED / before, PERCENT) if before else ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a document in its own currency."""

    lines: Decimal
    discount: Decimal
    freight: Decimal
    tax: Decimal
    total: Decimal


def tax_of(company: Company, line: Mapping[str, Any], off: Decimal) -> Decimal:
    """Return a line's tax after the document's discount, rounded where rows are."""
    rate = num(line["TaxPercentagePerRow"])
    if line.get("_gross") is not None and not off:
        return num(line["_gross"]) - num(line["_own"])
    exact = num(line["_own"]) * (HUNDRED - off) / HUNDRED * rate / HUNDRED
    if line.get("_gross") is not None or company.options.round_tax_in_rows:
        return money(company, exact)
    return rounded(exact, 6)


def add_up(
    company: Company, lines: Sequence[Row], freights: Iterable[Row], off: Decimal, rounding: Decimal
) -> Totals:
    """Return the sums of a document whose lines get a discount of ``off`` percent."""
    total = sum((num(line["_own"]) for line in lines), ZERO)
    discount = money(company, total * off / HUNDRED)
    taxes: dict[Any, Decimal] = {}
    for line in lines:
        code = (line.get("VatGroup"), line.get("TaxCode"))
        taxes[code] = taxes.get(code, ZERO) + tax_of(company, line, off)
    tax = sum((money(company, amount) for amount in taxes.values()), ZERO)
    freights = list(freights)
    freight = sum((num(row["_own"]) for row in freights), ZERO)
    tax += sum((num(row["_tax"]) for row in freights), ZERO)
    return Totals(total, discount, freight, tax, total - discount + freight + tax + rounding)


def solve_discount(
    company: Company,
    lines: Sequence[Row],
    freights: Sequence[Row],
    rounding: Decimal,
    wanted: Decimal,
) -> Decimal:
    """Return the discount in percent with which a document comes to a total."""
    plain = add_up(company, lines, freights, ZERO, rounding)
    freight_tax = sum((num(row["_tax"]) for row in freights), ZERO)
    fixed = plain.freight + freight_tax + rounding
    taxed = plain.total - fixed
    if not taxed:
        return ZERO
    return rounded(HUNDRED - (wanted - fixed) * HUNDRED / taxed, PERCENT)
