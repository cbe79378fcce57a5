"""Price lists, and the tax that is in prices of those that are with tax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.errors import ConfigError

SET = "PriceLists"
_COLUMNS = (
    *("PriceListName", "IsGrossPrice", "Active", "BasePriceList", "Factor"),
    *("DefaultPrimeCurrency", "ValidFrom", "ValidTo"),
)


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A price list. ``currency`` is what prices are in where an item says no other."""

    number: int
    name: str
    currency: str
    gross: bool
    active: bool

    @classmethod
    def of(cls, cx: Connection, row: Row) -> ListFacts:
        """Return the facts of a row of ``PriceLists``."""
        return cls(
            number=int(row["PriceListNo"]),
            name=str(row.get("PriceListName") or row["PriceListNo"]),
            currency=currency_code(cx, row.get("DefaultPrimeCurrency")),
            gross=row.get("IsGrossPrice") == "tYES",
            active=row.get("Active") != "tNO",
        )


def currency_code(cx: Connection, code: object) -> str:
    """Return a currency as it is told, the company's own where none is."""
    text = str(code or "").strip()
    return text if text and text != "##" else cx.facts.currency


def price_lists(cx: Connection, *, fresh: bool = False) -> Mapping[int, ListFacts]:
    """Return all price lists by number; ``fresh``: as they are this moment."""
    kept: dict[int, ListFacts] = cx.facts.keep(price_lists, dict)
    if fresh or not kept:
        rows = [ListFacts.of(cx, row) for row in cx.client.rows(SET, select=_COLUMNS)]
        kept.clear()
        kept.update({facts.number: facts for facts in rows})
    return kept


def own_list(cx: Connection) -> ListFacts:
    """Return the price list that products' own prices are in.

    Raises:
        ConfigError: it is gone, or the company has none.
    """
    lists = price_lists(cx)
    wanted = cx.settings.write_price_list
    if wanted is None:
        wanted = min((n for n, facts in lists.items() if facts.active), default=1)
    if wanted not in lists:
        raise ConfigError(
            f"The price list {wanted} is not in SAP",
            fix="Choose another one in the connection under Price list to write to.",
            code="config.setting",
        )
    return lists[wanted]


def tax_rates(cx: Connection, *, fresh: bool = False) -> Mapping[str, Decimal]:
    """Return the percentage of each sales tax code, as it is today; ``fresh``: read anew."""
    kept: dict[str, Decimal] = cx.facts.keep(tax_rates, dict)
    if fresh or not kept:
        rates = _read_rates(cx)
        kept.clear()
        kept.update(rates)
    return kept


def _read_rates(cx: Connection) -> dict[str, Decimal]:
    if not cx.facts.vat:
        rows = cx.client.rows("SalesTaxCodes", select=("Rate",))
        return {str(row["Code"]): number(row, "Rate") for row in rows}
    today = cx.client.clock.local().date()
    found = cx.client.rows("VatGroups", select=("VatGroups_Lines",))
    return {str(row["Code"]): _rate(row, today) for row in found}


def _rate(row: Row, today: date) -> Decimal:
    """Return the rate of the newest line that is in force; of none, the first one's."""
    lines = list(row.get("VatGroups_Lines") or ())
    dated = [(stamp(line.get("Effectivefrom"), "00:00"), number(line, "Rate")) for line in lines]
    past = [(start, rate) for start, rate in dated if start is not None and start.date() <= today]
    if past:
        return max(past, key=lambda pair: pair[0])[1]
    return dated[0][1] if dated else Decimal(0)


def tax_field(cx: Connection) -> str:
    """Return the item's field for its sales tax, which the localisation decides."""
    return "SalesVATGroup" if cx.facts.vat else "ArTaxCode"
