"""Price lists, and the prices of products in them; see :class:`agent.erp.source.SourceErp`.

The rules are those of :mod:`agent.erp.odoo.source.price_rules`, the days those of
:mod:`agent.erp.odoo.source.price_days`. A product with several variants has one price in a shop,
to which its option values add theirs: where a rule makes more of the variants than that, the shop
shows the product's price, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.price_days import Table, entries, noon, windows
from agent.erp.odoo.source.price_facts import (
    LIST,
    House,
    Item,
    decimals,
    house,
    read_included,
    read_items,
    read_lists,
    read_rates,
    read_rules,
)
from agent.erp.odoo.source.price_rules import Goods, Rates, Rules, steps
from agent.erp.source import Unreadable
from agent.errors import BridgeError, InvalidRecord
from agent.model.pricing import ErpPrices, ListPrice, PriceList

CONVERTS_FIRST_SINCE = 16
"""Version from which on a formula works in the price list's own currency."""


def price_lists(cx: Connection) -> list[PriceList]:
    """Return the active price lists of the company, in Odoo's order."""
    if not cx.facts.has(LIST):
        return []
    ours = [("company_id", "in", [False, cx.facts.company.id])]
    rows = cx.odoo.find(LIST, ours, ["name", "currency_id"], active_test=True, order="")
    return [PriceList(str(row["id"]), str(row["name"]), str(row["currency_id"][1])) for row in rows]


def prices(
    cx: Connection, refs: Sequence[str], lists: Sequence[str]
) -> list[ErpPrices | Unreadable]:
    """Return what products cost, as things stand now; products that are gone are absent."""
    numbers = list(dict.fromkeys(int(ref) for ref in refs if ref.isascii() and ref.isdigit()))
    items = read_items(cx, sorted(numbers))
    desk = _Desk.open(cx, list(items.values()), list(dict.fromkeys(lists)))
    included = read_included(cx, list(items.values()))
    found: list[ErpPrices | Unreadable] = []
    for number in numbers:
        item = items.get(number)
        if item is None:
            continue
        try:
            found.append(desk.prices(item, included.get(number, Decimal(0))))
        except BridgeError as error:
            found.append(Unreadable(str(number), item.label, error.about(item.label)))
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything that prices are computed from, for a number of products."""

    house: House
    lists: Sequence[str]
    names: dict[int, str]
    rules: Rules
    rates: Rates
    today: date
    places: int

    @classmethod
    def open(cls, cx: Connection, items: Sequence[Item], lists: Sequence[str]) -> _Desk:
        """Return the desk for products and the lists that are asked for."""
        at = house(cx)
        today = datetime.now(UTC).astimezone(at.zone).date()
        wanted = sorted({int(ref) for ref in lists if ref.isascii() and ref.isdigit()})
        rows = read_lists(cx, wanted) if wanted and items else {}
        currencies = {number: ref_id(row["currency_id"]) or 0 for number, row in rows.items()}
        goods = [item.goods for item in items]
        used = {at.currency, *currencies.values(), *(g.currency for g in goods)}
        used |= {g.cost_currency for g in goods}
        rates = read_rates(cx, sorted(used), today)
        templates = [g.template for g in goods]
        rules = read_rules(cx, sorted(rows), templates) if rows else []
        old = cx.facts.version.major < CONVERTS_FIRST_SINCE
        return cls(
            house=at,
            lists=lists,
            names={n: str(row["name"]) for n, row in rows.items() if row["active"] and n in wanted},
            rules=Rules(rules, currencies, rates, converts_last=old),
            rates=rates,
            today=today,
            places=decimals(cx),
        )

    def prices(self, item: Item, included: Decimal) -> ErpPrices:
        """Return a product's prices.

        Raises:
            InvalidRecord: a list is gone, its rules cannot be followed, or a price is below zero.
        """
        warnings: list[BridgeError] = []
        goods = item.goods
        base = self.rates.convert(
            goods.list_price, goods.currency, self.house.currency, self._moment(self.today)
        )
        found: dict[str, tuple[ListPrice, ...]] = {}
        for ref in self.lists:
            number = int(ref) if ref.isascii() and ref.isdigit() else 0
            if number not in self.names:
                raise _gone(ref)
            sheet = _Sheet(self, number, item)
            found[ref] = sheet.entries()
            if sheet.differs:
                warnings.append(_differing(self.names[number]).about(item.label))
        return ErpPrices(
            ref=str(goods.template),
            base=self.rounded(base),
            currency=self.house.name,
            included=included,
            lists=found,
            warnings=tuple(warnings),
        )

    def rounded(self, amount: Decimal) -> Decimal:
        """Return an amount with the digits that Odoo keeps of prices."""
        return amount.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)

    def _moment(self, day: date) -> datetime:
        return noon(day, self.house.zone)


class _Sheet:
    """One product in one list. ``differs`` tells that its variants have prices of their own."""

    def __init__(self, desk: _Desk, pricelist: int, item: Item) -> None:
        self.differs = False
        self._desk = desk
        self._list = pricelist
        self._item = item
        self._currency = desk.rules.currencies[pricelist]
        every = [item.goods, *item.variants]
        self._relevant = list(
            {r.id: r for goods in every for r in desk.rules.relevant(pricelist, goods)}.values()
        )
        alone = {rule.variant for rule in self._relevant}
        self._kinds = list(
            {
                (goods.list_price, goods.cost, goods.variant in alone and goods.variant): goods
                for goods in item.variants
            }.values()
        )
        """Variants, but one of those for which every rule makes the same."""

    def entries(self) -> tuple[ListPrice, ...]:
        """Return the entries, none where only the product's own price holds."""
        if not self._relevant:
            return ()
        desk, goods = self._desk, self._item.goods
        currencies = sorted(
            {self._currency, goods.currency, goods.cost_currency}
            | {desk.rules.currencies[rule.pricelist] for rule in self._relevant}
        )
        changing = desk.rates.days(currencies, desk.today) if len(currencies) > 1 else set()
        zone = desk.house.zone
        spans = windows(self._relevant, changing, zone, desk.today)
        return entries(spans, self._table, self._usual, desk.today)

    def _usual(self, day: date | None) -> Decimal:
        desk, goods = self._desk, self._item.goods
        moment = noon(day or desk.today, desk.house.zone)
        own = desk.rates.convert(goods.list_price, goods.currency, self._currency, moment)
        return desk.rounded(own)

    def _table(self, day: date | None) -> Table:
        moment = noon(day or self._desk.today, self._desk.house.zone)
        return {
            quantity: self._price(Decimal(quantity), moment, dated=day is not None)
            for quantity in steps(self._relevant)
        }

    def _price(self, quantity: Decimal, moment: datetime, *, dated: bool) -> Decimal:
        """Return what the product costs without its option values.

        Raises:
            InvalidRecord: it is below zero.
        """
        desk, item = self._desk, self._item

        def of(goods: Goods) -> Decimal:
            return desk.rules.price(self._list, goods, quantity, moment, dated=dated)

        amounts = {desk.rounded(of(goods) - self._extra(goods, moment)) for goods in self._kinds}
        if len(amounts) == 1:
            (amount,) = amounts
        else:
            self.differs = self.differs or bool(amounts)
            amount = desk.rounded(of(item.goods))
        if amount < 0:
            raise InvalidRecord(
                f"The price list {desk.names[self._list]} gives it a price below zero",
                fix="Correct the price list's rules in Odoo.",
                code="price.negative",
            )
        return amount

    def _extra(self, goods: Goods, moment: datetime) -> Decimal:
        extra = self._item.extras.get(goods.variant or 0, Decimal(0))
        return self._desk.rates.convert(extra, goods.currency, self._currency, moment)


def _gone(ref: str) -> InvalidRecord:
    return InvalidRecord(
        f"The price list {ref} is archived or gone in Odoo",
        fix="Choose another price list for the customer group (ERP Mapping, Prices), or activate "
        "it in Odoo.",
        code="price.list_gone",
    )


def _differing(name: str) -> InvalidRecord:
    return InvalidRecord(
        f"In the price list {name} its variants differ by more than their option prices; the shop "
        "shows the product's own price and adds the option prices",
        fix="Make the rule one for the whole product, or sell the variants as products of their "
        "own.",
        code="price.variants",
    )
