"""Price lists, and the prices of products in them; see :class:`agent.erp.source.SourceErp`.

An item's price in a list is what B1 holds there: lists that are made from another one by a factor
have it worked out. Beside it a list can have **period and volume discounts** for an item (special
prices for the partner ``*<list>``): of days, and from quantities on. Special prices of one business
partner are that partner's matter, not a customer group's.

Prices come with the tax that the own price list includes, 0 where it is without. Lists of the other
kind are worked out from it, exactly. A family has one price to which its values add theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.codes import values_of
from agent.erp.sap_b1.items.families import VALUES, Family, read_families, today_of
from agent.erp.sap_b1.items.price_lists import (
    ListFacts,
    own_list,
    price_lists,
    tax_field,
    tax_rates,
)
from agent.erp.sap_b1.source.amounts import Amount, Combination, Extras, price_in, split
from agent.erp.sap_b1.source.scope import scope_columns, shown
from agent.erp.source import Unreadable
from agent.errors import BridgeError, InvalidRecord
from agent.model.pricing import ErpPrices, ListPrice, PriceList

SPECIAL = "SpecialPrices"
SPECIAL_COLUMNS = (
    *("Price", "Currency", "DiscountPercent", "Valid", "ValidFrom", "ValidTo"),
    "SpecialPriceDataAreas",
)
_EXACT = Decimal("0.000001")
_Key = tuple[int, date | None, date | None]
_Sheet = dict[_Key, Decimal]
"""Prices by the quantity they hold from on and their first and last day."""


def all_lists(cx: Connection) -> list[PriceList]:
    """Return the active price lists."""
    cx.facts.enter()
    return [
        PriceList(str(facts.number), facts.name, facts.currency)
        for facts in price_lists(cx, fresh=True).values()
        if facts.active
    ]


def prices(
    cx: Connection, refs: Sequence[str], lists: Sequence[str]
) -> list[ErpPrices | Unreadable]:
    """Return what products cost; products that are gone are absent."""
    wanted = list(dict.fromkeys(ref for ref in refs if ref))
    own = ("ItemName", "ItemPrices", tax_field(cx), "InventoryUoMEntry")
    columns = tuple(dict.fromkeys((*own, *scope_columns(cx))))
    families = read_families(cx, wanted, columns)
    desk = _Desk.open(cx, list(families.values()), list(dict.fromkeys(lists)))
    found: list[ErpPrices | Unreadable] = []
    for ref in wanted:
        family = families[ref]
        if not family.there:
            continue
        name = str(family.rows[0].get("ItemName") or ref)
        label = f"product {ref} ({name})"
        try:
            found.append(_Prices(desk, family).result(label))
        except BridgeError as error:
            found.append(Unreadable(ref, name, error.about(label)))
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the prices of all products of a call are found with."""

    cx: Connection
    own: ListFacts
    lists: Mapping[str, ListFacts | None]
    specials: Mapping[tuple[str, int], Row]
    today: date

    @classmethod
    def open(cls, cx: Connection, families: Sequence[Family], lists: Sequence[str]) -> _Desk:
        known = price_lists(cx, fresh=True)
        numbers = {ref: int(ref) if ref.isascii() and ref.isdigit() else 0 for ref in lists}
        used = {
            ref: facts if (facts := known.get(n)) is not None and facts.active else None
            for ref, n in numbers.items()
        }
        codes = [str(row["ItemCode"]) for family in families for row in family.rows]
        real = [facts.number for facts in used.values() if facts is not None]
        specials = read_specials(cx, codes, real)
        return cls(cx, own_list(cx), used, specials, today_of(cx))


def read_specials(
    cx: Connection, codes: Sequence[str], lists: Sequence[int]
) -> dict[tuple[str, int], Row]:
    """Return period and volume discounts by item and price list."""
    if not codes or not lists:
        return {}
    where = " or ".join(f"CardCode eq '*{n}'" for n in sorted(set(lists)))
    rows = cx.client.find(SPECIAL, "ItemCode", list(codes), ("CardCode", *SPECIAL_COLUMNS), where)
    return {
        (str(row["ItemCode"]), int(str(row["CardCode"])[1:])): row
        for row in rows
        if str(row["CardCode"])[1:].isdigit()
    }


@dataclass(slots=True)
class _Prices:
    """The prices of one product."""

    desk: _Desk
    family: Family
    rows: list[Row] = field(default_factory=list)
    warnings: list[BridgeError] = field(default_factory=list)

    def result(self, label: str) -> ErpPrices:
        """Return them.

        Raises:
            InvalidRecord: it has no price, a list is gone, or a price is in another currency.
        """
        members = self.family.members or self.family.rows
        selling = [row for row in members if shown(self.desk.cx, row, self.desk.today)]
        self.rows = selling or members
        rate = self._rate()
        base = self._base()
        found: dict[str, tuple[ListPrice, ...]] = {}
        for ref, facts in self.desk.lists.items():
            if facts is None:
                raise _gone(ref)
            found[ref] = self._entries(facts, base, rate)
        if base is None:
            if not any(found.values()):
                raise _priceless(self.desk.own)
            self.warnings.append(_priceless(self.desk.own).about(label))
        return ErpPrices(
            ref=self.family.ref,
            base=base[0].base if base is not None else Decimal(0),
            currency=base[1] if base is not None else self.desk.own.currency,
            included=rate if self.desk.own.gross else Decimal(0),
            lists=found,
            warnings=tuple(w.about(label) for w in self.warnings),
        )

    def _rate(self) -> Decimal:
        code = str(self.rows[0].get(tax_field(self.desk.cx)) or "")
        return tax_rates(self.desk.cx).get(code, Decimal(0))

    def _base(self) -> tuple[Extras, str] | None:
        """Return the own prices and their currency, None where there are none."""
        told: dict[Combination, Amount] = {}
        for row in self.rows:
            amount = price_in(self.desk.cx, row, self.desk.own)
            if amount is not None:
                told[_combination(row)] = amount
        currencies = {amount.currency for amount in told.values()}
        if not told:
            return None
        if len(currencies) > 1:
            raise _mixed(self.desk.own, currencies)
        amounts = {combination: amount.price for combination, amount in told.items()}
        return split(amounts), currencies.pop()

    # -- lists -------------------------------------------------------------------------------------

    def _entries(
        self, facts: ListFacts, base: tuple[Extras, str] | None, rate: Decimal
    ) -> tuple[ListPrice, ...]:
        extras = base[0] if base is not None else Extras(Decimal(0))
        same_money = base is not None and base[1] == facts.currency
        sheets: list[_Sheet] = []
        for row in self.rows:
            extra = extras.of(_combination(row)) if same_money else Decimal(0)
            if extra == 0 or same_money:
                sheet = self._sheet(facts, row, rate)
                sheets.append({key: price - extra for key, price in sheet.items()})
        sheet = self._common(facts, sheets)
        usual: _Sheet = {(1, None, None): extras.base} if base is not None and same_money else {}
        if sheet == usual:
            return ()
        return tuple(
            ListPrice(key[0], price, key[1], key[2])
            for key, price in sorted(sheet.items(), key=lambda pair: _order(pair[0]))
        )

    def _common(self, facts: ListFacts, sheets: Sequence[_Sheet]) -> _Sheet:
        """Return what all items of the product have; a warning tells where they differ."""
        if not sheets:
            return {}
        if all(sheet == sheets[0] for sheet in sheets):
            return sheets[0]
        self.warnings.append(_differing(facts))
        keys = set.intersection(*(set(sheet) for sheet in sheets))
        found: _Sheet = {}
        for key in keys:
            counts = Counter(sheet[key] for sheet in sheets)
            found[key] = max(counts, key=lambda price: (counts[price], price))
        return found

    def _sheet(self, facts: ListFacts, row: Row, rate: Decimal) -> _Sheet:
        """Return one item's prices in a list, with or without tax as the own list's are."""
        sheet: _Sheet = {}
        amount = price_in(self.desk.cx, row, facts)
        if amount is not None:
            sheet[1, None, None] = self._money(facts, amount)
        special = self.desk.specials.get((str(row["ItemCode"]), facts.number))
        if special is not None and special.get("Valid") != "tNO":
            self._add_special(facts, row, special, sheet)
        return {key: self._taxed(facts, price, rate) for key, price in sheet.items()}

    def _add_special(self, facts: ListFacts, item: Row, special: Row, sheet: _Sheet) -> None:
        whole = _days(special, "ValidFrom", "ValidTo")
        if number(special, "DiscountPercent"):
            self._put(facts, sheet, 1, whole, special, "Price", "Currency")
        for area in special.get("SpecialPriceDataAreas") or ():
            days = _within(whole, _days(area, "DateFrom", "Dateto"))
            if days is None:
                continue
            steps = area.get("SpecialPriceQuantityAreas") or ()
            if number(area, "Discount") or not steps:
                self._put(facts, sheet, 1, days, area, "SpecialPrice", "PriceCurrency")
            for step in steps:
                unit = step.get("UoMEntry")
                if unit not in (None, -1, 0, item.get("InventoryUoMEntry")):
                    self._warn_unit(facts)
                    continue
                quantity = max(1, ceil(number(step, "Quantity")))
                self._put(facts, sheet, quantity, days, step, "SpecialPrice", "PriceCurrency")

    def _put(
        self,
        facts: ListFacts,
        sheet: _Sheet,
        quantity: int,
        days: tuple[date | None, date | None],
        row: Row,
        price: str,
        currency: str,
    ) -> None:
        first, last = days
        if last is not None and last < self.desk.today:
            return
        told = str(row.get(currency) or "").strip() or facts.currency
        sheet[quantity, first, last] = self._money(facts, Amount(number(row, price), told))

    def _money(self, facts: ListFacts, amount: Amount) -> Decimal:
        if amount.currency != facts.currency:
            raise _mixed(facts, {amount.currency})
        if amount.price < 0:
            raise InvalidRecord(
                f"The price list {facts.name} gives it a price below zero",
                fix="Correct the special price in SAP.",
                code="price.negative",
            )
        return amount.price

    def _taxed(self, facts: ListFacts, price: Decimal, rate: Decimal) -> Decimal:
        if facts.gross == self.desk.own.gross or not rate:
            return price
        factor = (100 + rate) / Decimal(100)
        return (price / factor if facts.gross else price * factor).quantize(_EXACT, ROUND_HALF_UP)

    def _warn_unit(self, facts: ListFacts) -> None:
        if any(w.code == "price.unit" for w in self.warnings):
            return
        self.warnings.append(
            InvalidRecord(
                f"The price list {facts.name} has volume discounts for another unit of measure; "
                "they were left out",
                fix="Give the discount for the item's inventory unit in SAP.",
                code="price.unit",
            )
        )


def _combination(row: Row) -> Combination:
    return frozenset(values_of(row.get(VALUES)))


def _days(row: Row, first: str, last: str) -> tuple[date | None, date | None]:
    start, end = stamp(row.get(first), "00:00"), stamp(row.get(last), "00:00")
    return start.date() if start else None, end.date() if end else None


def _within(
    whole: tuple[date | None, date | None], part: tuple[date | None, date | None]
) -> tuple[date | None, date | None] | None:
    """Return the days that are in both spans, None where there are none."""
    starts = [day for day in (whole[0], part[0]) if day is not None]
    ends = [day for day in (whole[1], part[1]) if day is not None]
    first, last = max(starts, default=None), min(ends, default=None)
    return None if first is not None and last is not None and first > last else (first, last)


def _order(key: _Key) -> tuple[int, date, date]:
    return key[0], key[1] or date.min, key[2] or date.max


def _gone(ref: str) -> InvalidRecord:
    return InvalidRecord(
        f"The price list {ref} is inactive or gone in SAP",
        fix="Choose another price list for the customer group (ERP Mapping, Prices), or activate "
        "it in SAP.",
        code="price.list_gone",
    )


def _priceless(own: ListFacts) -> InvalidRecord:
    return InvalidRecord(
        f"It has no price in the price list {own.name}",
        fix="Give the item a price in SAP; it follows by itself.",
        code="price.missing",
    )


def _mixed(facts: ListFacts, currencies: set[str]) -> InvalidRecord:
    return InvalidRecord(
        f"The price list {facts.name} is in {facts.currency}, and prices of this product in it are "
        f"in {', '.join(sorted(currencies))}",
        fix="Give the item a price in the list's currency in SAP, or use a price list of that "
        "currency.",
        code="price.currency",
    )


def _differing(facts: ListFacts) -> InvalidRecord:
    return InvalidRecord(
        f"In the price list {facts.name} its items differ by more than their option prices; the "
        "shop shows one price and adds the option prices",
        fix="Give all items of the product the same discount in SAP, or sell them as products of "
        "their own.",
        code="price.variants",
    )
