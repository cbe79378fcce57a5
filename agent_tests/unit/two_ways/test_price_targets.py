"""Every group pays what the ERP asks of it, whatever the product costs in the shop."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from agent.errors import Held, InvalidRecord
from agent.model.pricing import ErpPrices, ListPrice, PriceList, PriceTarget
from agent.sync.two_way.ownership import Owner, Ownership
from agent.sync.two_way.price_targets import PriceDesk
from agent.sync.two_way.rules import PriceRules

RETAIL, WHOLESALE = "1", "2"
HAVE = PriceTarget("7", Decimal(50))


def _desk(
    owner: Owner = Owner.ERP,
    *,
    base_list: str = RETAIL,
    currency: str = "EUR",
    groups: Mapping[str, str] | None = None,
) -> tuple[PriceDesk, list[int]]:
    asked: list[int] = []

    def lists() -> list[PriceList]:
        asked.append(1)
        return [PriceList(RETAIL, "Retail", "EUR"), PriceList(WHOLESALE, "Wholesale", currency)]

    two: Any = SimpleNamespace(
        prices=PriceRules(
            "EUR", base_list=base_list, groups={"9": WHOLESALE} if groups is None else groups
        ),
        ownership=Ownership({"price": owner}),
        price_lists=lists,
    )
    return PriceDesk(two), asked


def _found(currency: str = "EUR", **lists: tuple[ListPrice, ...]) -> ErpPrices:
    by_ref = {
        {"retail": RETAIL, "wholesale": WHOLESALE}[name]: prices for name, prices in lists.items()
    }
    return ErpPrices("1", Decimal(100), currency, lists=by_ref)


def _one(price: int, quantity: int = 1) -> tuple[ListPrice, ...]:
    return (ListPrice(quantity, Decimal(price)),)


def _groups(target: PriceTarget) -> list[tuple[int, Decimal]]:
    return [(price.quantity, price.price) for price in target.groups]


class TestCurrencies:
    def test_a_list_in_the_shops_currency_decides_alone(self) -> None:
        desk, _ = _desk()
        target = desk.target("7", _found("USD", retail=_one(120), wholesale=_one(90)), HAVE)
        assert target.price == 120
        assert _groups(target) == [(1, 90)]

    def test_a_price_that_is_needed_waits_where_it_cannot_be_told(self) -> None:
        desk, _ = _desk()
        for found in (_found("USD", wholesale=_one(90)), _found("USD", retail=_one(120))):
            with pytest.raises(Held) as held:
                desk.target("7", found, HAVE)
            assert held.value.code == "prices.currency"

    def test_where_the_shop_is_right_and_no_group_asks_nothing_is_needed(self) -> None:
        desk, _ = _desk(Owner.SHOP, groups={})
        assert desk.target("7", _found("USD"), HAVE).price is None


class TestGroups:
    def test_a_list_that_says_nothing_asks_the_list_price_beside_a_base_list(self) -> None:
        desk, _ = _desk()
        target = desk.target("7", _found(retail=_one(120)), HAVE)
        assert target.price == 120
        assert _groups(target) == [(1, 100)]

    def test_prices_for_more_pieces_leave_the_price_of_one(self) -> None:
        desk, _ = _desk()
        target = desk.target("7", _found(retail=_one(120), wholesale=_one(80, 10)), HAVE)
        assert _groups(target) == [(1, 100), (10, 80)]

    def test_what_everybody_pays_in_the_shop_is_no_price_of_a_group(self) -> None:
        desk, _ = _desk()
        found = _found(retail=_one(120), wholesale=_one(120))
        assert desk.target("7", found, HAVE).groups == ()
        plain, _ = _desk(base_list="")
        assert plain.target("7", _found(), HAVE).groups == ()

    @pytest.mark.parametrize(("costs", "groups"), [(50, [(1, 100)]), (100, [])])
    def test_where_the_shop_is_right_its_own_price_is_what_counts(
        self, costs: int, groups: list[tuple[int, int]]
    ) -> None:
        desk, _ = _desk(Owner.SHOP, base_list="")
        target = desk.target("7", _found(), PriceTarget("7", Decimal(costs)))
        assert target.price is None
        assert _groups(target) == groups

    def test_without_a_price_in_the_erp_nothing_is_made_up(self) -> None:
        desk, _ = _desk(base_list="")
        missing = InvalidRecord("It has no price", fix="Give it one.", code="price.missing")
        found = ErpPrices("1", Decimal(0), "EUR", lists={WHOLESALE: ()}, warnings=(missing,))
        target = desk.target("7", found, HAVE)
        assert (target.price, target.groups) == (None, ())


def test_currencies_of_lists_are_asked_for_once_and_only_where_a_list_counts() -> None:
    desk, asked = _desk(currency="USD")
    for _ in range(50):
        desk.target("7", _found(retail=_one(120)), HAVE)
    assert len(asked) == 1
    with pytest.raises(Held):
        desk.target("7", _found(retail=_one(120), wholesale=_one(90)), HAVE)
    plain, asked = _desk(base_list="")
    plain.target("7", _found(), HAVE)
    assert asked == []
