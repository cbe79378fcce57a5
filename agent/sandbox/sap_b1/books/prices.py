"""Price lists, special prices, and the price a partner gets for an item on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from .records import Records
from .values import (
    ENTRY_EXISTS,
    HUNDRED,
    NO,
    YES,
    ZERO,
    num,
    price,
    reference,
    undefined,
    within,
    wrong,
    yes,
)

MANUAL = "_ManualPrices"
"""Prices people gave where the list's base would have told one: (item, list)."""


def empty_prices(company: Company) -> list[Row]:
    """Return the rows of a new item: one per price list."""
    return [_empty(row) for row in company.table("PriceLists").rows.values()]


def _empty(price_list: Row) -> Row:
    return {
        "PriceList": price_list["PriceListNo"],
        "Price": None,
        "Currency": price_list.get("DefaultPrimeCurrency"),
        "AdditionalPrice1": None,
        "AdditionalCurrency1": None,
        "AdditionalPrice2": None,
        "AdditionalCurrency2": None,
        "BasePriceList": price_list["BasePriceList"],
        "Factor": price_list["Factor"],
        "UoMPrices": [],
    }


def merge_prices(
    company: Company, item: str, before: Sequence[Row], given: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """Return an item's prices with those of a body; every list keeps its one row."""
    rows = {row["PriceList"]: dict(row) for row in before}
    seen: set[int] = set()
    for number, change in enumerate(given, start=1):
        at = change.get("PriceList")
        reference(company, "PriceLists", at, "ITM1.PriceList", number)
        if at in seen:
            raise Refusal(-2035, ENTRY_EXISTS)
        seen.add(int(at or 0))
        row = rows[at]
        own = {k: v for k, v in change.items() if k not in {"BasePriceList", "Factor"}}
        if own.get("Currency"):
            reference(company, "Currencies", own["Currency"], "ITM1.Currency", number)
        if "Price" in own and own["Price"] is not None:
            own["Price"] = price(company, num(own["Price"]))
            if own["Price"] < 0:
                raise undefined("Enter positive price", "ITM1.Price", number)
            if own["Price"] != row["Price"] and at != row["BasePriceList"]:
                company.table(MANUAL).put((item, int(at or 0)), {})
        row |= own
    return follow(company, item, list(rows.values()))


def follow(company: Company, item: str, rows: Sequence[Row]) -> list[Row]:
    """Return prices with those computed anew that follow another list's."""
    found = {row["PriceList"]: dict(row) for row in rows}
    for _ in found:
        for at, row in found.items():
            base = found.get(row["BasePriceList"])
            manual = company.table(MANUAL).get((item, at)) is not None
            if base is None or base is row or manual:
                continue
            known = base["Price"] is not None
            row["Price"] = price(company, base["Price"] * num(row["Factor"])) if known else None
            row["Currency"] = base["Currency"] if known else row["Currency"]
    return list(found.values())


class PriceLists(Records):
    """``PriceLists``: every item has a price row in each."""

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Let the list follow itself where it follows no other, and bring it to all items."""
        number = row["PriceListNo"]
        row["BasePriceList"] = row.get("BasePriceList") or number
        row["Factor"] = num(row["Factor"] if row.get("Factor") is not None else 1)
        if row["BasePriceList"] != number:
            reference(company, "PriceLists", row["BasePriceList"], "OPLN.BASE_NUM")
        row["DefaultPrimeCurrency"] = row.get("DefaultPrimeCurrency") or company.options.currency
        reference(company, "Currencies", row["DefaultPrimeCurrency"], "OPLN.PrimCurr")
        same = all(before.get(name) == row[name] for name in ("BasePriceList", "Factor"))
        if not before or not same:
            self._bring(company, row)
        return row

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse while a partner has it; else take its rows from all items."""
        for partner in company.table("BusinessPartners").rows.values():
            if partner.get("PriceListNum") == key:
                raise wrong("Price list is used by a business partner", "OPLN.ListNum")
        for code, item in list(company.table("Items").rows.items()):
            kept = [row for row in item["ItemPrices"] if row["PriceList"] != key]
            company.table("Items").change(code, ItemPrices=kept)

    def _bring(self, company: Company, row: Row) -> None:
        number = row["PriceListNo"]
        for code, item in list(company.table("Items").rows.items()):
            rows = {p["PriceList"]: dict(p) for p in item["ItemPrices"]}
            rows.setdefault(number, _empty(row))
            rows[number] |= {"BasePriceList": row["BasePriceList"], "Factor": row["Factor"]}
            after = follow(company, str(code), list(rows.values()))
            company.table("Items").change(code, ItemPrices=after)


class SpecialPrices(Records):
    """``SpecialPrices``: of a partner, or with ``*<n>`` of everybody who has price list n."""

    def new_key(self, company: Company, row: Row) -> Key:
        """Return item and partner."""
        reference(company, "Items", row.get("ItemCode"), "OSPP.ItemCode")
        card = str(row.get("CardCode") or "")
        if card.startswith("*"):
            number = int(card[1:]) if card[1:].isdigit() else None
            reference(company, "PriceLists", number, "OSPP.CardCode")
        else:
            reference(company, "BusinessPartners", card, "OSPP.CardCode")
        return (str(row["ItemCode"]), card)

    def merged(self, company: Company, before: Row, change: Row, replace: bool) -> Row:
        """Lay periods over those that are there by ``RowNumber``."""
        del company
        change.pop("CardCode", None)
        if "SpecialPriceDataAreas" in change and not replace:
            old = {a["RowNumber"]: a for a in before.get("SpecialPriceDataAreas") or ()}
            for number, area in enumerate(change["SpecialPriceDataAreas"]):
                at = area.get("RowNumber", len(old) + number)
                old[at] = {**old.get(at, {}), **area}
            change["SpecialPriceDataAreas"] = list(old.values())
        return change

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Number periods and quantities, and compute discounts from prices or the other way."""
        del before
        item = str(row["ItemCode"])
        row = {"Valid": YES, "AutoUpdate": NO, "SourcePrice": "sc_PrimaryCurrency", **row}
        card = str(row["CardCode"])
        if row.get("PriceListNum") is None:
            row["PriceListNum"] = int(card[1:]) if card.startswith("*") else 0
        if row["PriceListNum"]:
            reference(company, "PriceLists", row["PriceListNum"], "OSPP.ListNum")
        row["Currency"] = row.get("Currency") or company.options.currency
        base = list_price(company, item, row["PriceListNum"])
        row["Price"], row["DiscountPercent"] = _pair(
            company, base, row.get("Price"), row.get("DiscountPercent")
        )
        areas = []
        for number, area in enumerate(row.get("SpecialPriceDataAreas") or ()):
            one = {"PriceListNo": row["PriceListNum"], **area, "RowNumber": number}
            one |= {"ItemNo": item, "BPCode": card}
            one["SpecialPrice"], one["Discount"] = _pair(
                company, base, area.get("SpecialPrice"), area.get("Discount")
            )
            one["SpecialPriceQuantityAreas"] = [
                self._quantity(company, base, one, at, q)
                for at, q in enumerate(area.get("SpecialPriceQuantityAreas") or ())
            ]
            areas.append(one)
        row["SpecialPriceDataAreas"] = areas
        return row

    def _quantity(
        self, company: Company, base: Decimal, area: Row, number: int, given: Mapping[str, Any]
    ) -> Row:
        found, off = _pair(company, base, given.get("SpecialPrice"), given.get("Discountin"))
        return {
            **given,
            "RowNumber": number,
            "SPDARowNumber": area["RowNumber"],
            "ItemNo": area["ItemNo"],
            "BPCode": area["BPCode"],
            "Quantity": num(given.get("Quantity")),
            "SpecialPrice": found,
            "Discountin": off,
        }


def _pair(company: Company, base: Decimal, special: Any, discount: Any) -> tuple[Decimal, Decimal]:
    if special is not None:
        found = price(company, num(special))
        off = (HUNDRED - found * HUNDRED / base) if base else ZERO
        return found, off.quantize(Decimal("0.000001"))
    off = num(discount)
    return price(company, base * (HUNDRED - off) / HUNDRED), off


def list_price(company: Company, item: str, number: Any) -> Decimal:
    """Return an item's price in a list, zero where it has none."""
    row = company.table("Items").get(item) or {}
    for entry in row.get("ItemPrices") or ():
        if entry["PriceList"] == number:
            return num(entry["Price"])
    return ZERO


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for a partner: before and after its discount, and where it is from."""

    unit_price: Decimal
    discount: Decimal
    price: Decimal
    currency: str
    gross: bool
    source: str


def quote(
    company: Company,
    card: str,
    item: str,
    on: date,
    quantity: Decimal,
    price_list: int | None = None,
) -> Quote:
    """Return the price of an item; ``price_list`` instead of the partner's own."""
    partner = company.table("BusinessPartners").get(card) or {}
    number = price_list or partner.get("PriceListNum") or 1
    for key, source in (
        (card, "dpsSpecialPricesForBusinessPartner"),
        (f"*{number}", "dpsPeriodAndVolumeDiscounts"),
    ):
        row = company.table("SpecialPrices").get((item, key))
        if row is not None and yes(row.get("Valid")) and within(row, "ValidFrom", "ValidTo", on):
            found = _special(company, row, on, quantity)
            if found is not None:
                base = list_price(company, item, row["PriceListNum"]) or found[0]
                gross = _gross(company, row["PriceListNum"])
                return Quote(base, found[1], found[0], row["Currency"], gross, source)
    entries = (company.table("Items").rows[item]).get("ItemPrices") or ()
    entry = next((e for e in entries if e["PriceList"] == number), None)
    amount = num(entry["Price"]) if entry else ZERO
    currency = str((entry or {}).get("Currency") or company.options.currency)
    gross = _gross(company, number)
    return Quote(amount, ZERO, amount, currency, gross, "dpsActivePriceList")


def _gross(company: Company, number: Any) -> bool:
    return yes((company.table("PriceLists").get(number) or {}).get("IsGrossPrice"))


def _special(
    company: Company, row: Row, on: date, quantity: Decimal
) -> tuple[Decimal, Decimal] | None:
    """Return price and discount of a special price, None where none of its periods is now."""
    del company
    for area in row["SpecialPriceDataAreas"]:
        if within(area, "DateFrom", "Dateto", on):
            steps = [q for q in area["SpecialPriceQuantityAreas"] if q["Quantity"] <= quantity]
            if steps:
                best = max(steps, key=lambda q: q["Quantity"])
                return best["SpecialPrice"], best["Discountin"]
            if area["Discount"] or not area["SpecialPriceQuantityAreas"]:
                return area["SpecialPrice"], area["Discount"]
    plain = str(row["CardCode"]).startswith("*") and not row["DiscountPercent"]
    return None if plain else (row["Price"], row["DiscountPercent"])
