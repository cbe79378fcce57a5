"""What a product and its customer groups are to cost in the shop, by what the ERP asks.

A price list says how its prices differ from the product's own list price: what an ERP leaves out of
a list costs there what the product costs in the ERP, whatever it costs in the shop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.errors import BridgeError, InvalidRecord
from agent.model.pricing import ErpPrices, GroupPrice, ListPrice, PriceTarget
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.ownership import Owner

MISSING = "price.missing"
"""Code of the warning with which an ERP tells that a product has no price of its own."""


class PriceDesk:
    """Works prices out for one page of products; the lists' currencies are asked for once."""

    def __init__(self, two: TwoWay) -> None:
        self._two = two
        self._rules = two.prices
        self._currencies: Mapping[str, str] | None = None

    def base(self, found: ErpPrices) -> Decimal | None:
        """Return a product's own price in the shop, None where the ERP has none.

        Raises:
            Held: it is in a currency that is not to be converted.
        """
        ref = self._rules.base_list
        own = next((p.price for p in found.lists.get(ref, ()) if _always(p)), None)
        return self._usual(found) if own is None else self._in_list(found, ref, own)

    def target(
        self, product: str, found: ErpPrices, have: PriceTarget, *, first: bool = False
    ) -> PriceTarget:
        """Return what a product is to cost that costs ``have`` in the shop now.

        ``first``: it has had no price yet, so it gets one whoever is right about prices.

        Raises:
            Held: a price that is needed is in a currency that is not to be converted.
        """
        owned = first or self._two.ownership.of("price") is Owner.ERP
        own = self.base(found) if owned else None
        real = have.price if own is None else own
        groups = [
            price
            for group, ref in sorted(self._rules.groups.items())
            for price in self._group(found, group, ref, real)
        ]
        return PriceTarget(product, own, tuple(groups), frozenset(self._rules.groups))

    def notes(self, target: PriceTarget) -> list[BridgeError]:
        """Return what a person is to know of a target: offers that had to become discounts."""
        groups = {
            price.group
            for price in target.groups
            if price.group in self._rules.specials and _one(price) and not price.special
        }
        return [_shown_as_discount(group) for group in sorted(groups)]

    def _group(
        self, found: ErpPrices, group: str, ref: str, real: Decimal | None
    ) -> Sequence[GroupPrice]:
        """Return a group's prices; ``real`` is what it pays in the shop without any."""
        entries = found.lists.get(ref, ())
        amounts = [(entry, self._in_list(found, ref, entry.price)) for entry in entries]
        if not any(map(_always, entries)):
            usual = self._usual(found)
            if usual is not None:
                amounts.insert(0, (ListPrice(1, usual), usual))
        prices = [
            self._group_price(group, entry, amount)
            for entry, amount in amounts
            if not (_always(entry) and amount == real)
        ]
        return _that_leave_discounts(prices) if self._rules.offers_win else prices

    def _group_price(self, group: str, entry: ListPrice, amount: Decimal) -> GroupPrice:
        dated = entry.starts is not None or entry.ends is not None
        return GroupPrice(
            group=group,
            price=amount,
            quantity=max(1, entry.quantity),
            special=dated and entry.quantity <= 1 and group in self._rules.specials,
            priority=1 if dated else 2,
            starts=entry.starts,
            ends=entry.ends,
        )

    def _usual(self, found: ErpPrices) -> Decimal | None:
        """Return what the ERP asks where no list says otherwise."""
        if any(warning.code == MISSING for warning in found.warnings):
            return None
        return self._rules.to_shop(found.base, found.currency, found.included)

    def _in_list(self, found: ErpPrices, ref: str, price: Decimal) -> Decimal:
        if self._currencies is None:
            self._currencies = {known.ref: known.currency for known in self._two.price_lists()}
        currency = self._currencies.get(ref, found.currency)
        return self._rules.to_shop(price, currency, found.included)


def _always(entry: ListPrice) -> bool:
    return entry.quantity <= 1 and entry.starts is None and entry.ends is None


def _one(price: GroupPrice) -> bool:
    """Tell whether it is a price of one piece for some days."""
    return price.quantity == 1 and (price.starts is not None or price.ends is not None)


def _that_leave_discounts(prices: Sequence[GroupPrice]) -> list[GroupPrice]:
    """Return the prices, as discounts those offers that would hide a cheaper one for more pieces.

    So do offers that share days with one that became a discount: they would hide that, too.
    """
    found = list(prices)
    changing = True
    while changing:
        changing = False
        discounts = [price for price in found if not price.special]
        for place, offer in enumerate(found):
            if offer.special and any(_hidden(price, offer) for price in discounts):
                found[place] = replace(offer, special=False)
                changing = True
    return found


def _hidden(price: GroupPrice, offer: GroupPrice) -> bool:
    """Tell whether an offer must not go before a discount: they share days, and it costs more."""
    return (
        (price.price < offer.price if price.quantity > 1 else _one(price))
        and (price.starts or date.min) <= (offer.ends or date.max)
        and (offer.starts or date.min) <= (price.ends or date.max)
    )


def _shown_as_discount(group: str) -> BridgeError:
    return InvalidRecord(
        f"The offer for customer group {group} is shown as its price, without the old one crossed "
        "out: more pieces cost less meanwhile, and this shop's cart would ask the price of the "
        "offer for them, too",
        fix="Nothing to do: everybody pays what the price list says. To have the old price crossed "
        "out, take the lower prices for more pieces out of those days in the ERP; OpenCart 4.1 and "
        "later shows both.",
        code="prices.offer_as_discount",
    )
