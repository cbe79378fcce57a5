"""Products whose prices may have changed in Odoo are told, each once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.erp.cursor import Cursor
from agent.erp.odoo.source import price_places
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.test_source_prices import FIXED, FORMULA, ITEM, PERCENT, Prices, days


@pytest.fixture
def prices(ground: Ground) -> Iterator[Prices]:
    """Give a connection of its own."""
    found = Prices(ground)
    yield found
    found.close()


class TestChanges:
    def start(self, prices: Prices, *lists: str) -> Cursor:
        told, cursor = prices.erp.price_changes(lists, Cursor())
        assert told == []
        told, cursor = prices.erp.price_changes(lists, cursor)
        assert told == []
        return cursor

    def test_each_change_is_told_once(self, prices: Prices) -> None:
        ref, other, chosen = prices.product(), prices.product(), prices.price_list()
        cursor = self.start(prices, chosen)
        prices.ground.rpc("product.template", "write", [int(ref)], {"list_price": 42.0})
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [ref]
        rule = prices.rule(
            chosen, **FIXED | {"applied_on": "1_product", "product_tmpl_id": int(other)}
        )
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [other]
        prices.ground.rpc(ITEM, "write", [rule], {"fixed_price": 7.0})
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [other]
        made = prices.product()
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [made]
        assert prices.erp.price_changes([chosen], cursor)[0] == []

    def test_a_rule_of_a_variant(self, prices: Prices) -> None:
        (ref, (first, _)), chosen = prices.shirt(0, 0), prices.price_list()
        cursor = self.start(prices, chosen)
        rule = {"applied_on": "0_product_variant", "product_id": first}
        prices.rule(chosen, **FIXED | rule | {"product_tmpl_id": int(ref)})
        assert prices.erp.price_changes([chosen], cursor)[0] == [ref]

    def test_a_rule_that_is_narrowed_was_about_the_others_too(self, prices: Prices) -> None:
        ref, other, chosen = prices.product(), prices.product(), prices.price_list()
        category = prices.ground.rpc("product.category", "create", {"name": unique("Category")})
        wide = prices.rule(chosen, **PERCENT, percent_price=10.0)
        of_many = {"applied_on": "2_product_category", "categ_id": category}
        many = prices.rule(chosen, **PERCENT | of_many, percent_price=20.0)
        cursor = self.start(prices, chosen)
        for rule in (wide, many):
            alone = {"applied_on": "1_product", "product_tmpl_id": int(ref)}
            prices.ground.rpc(ITEM, "write", [rule], alone)
            told, cursor = prices.erp.price_changes([chosen], cursor)
            assert told is None
            told, cursor = prices.erp.price_changes([chosen], cursor)
            assert told == []
        prices.ground.rpc(ITEM, "write", [wide], {"percent_price": 11.0})
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [ref]
        prices.ground.rpc(ITEM, "write", [wide], {"product_tmpl_id": int(other)})
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == sorted([ref, other], key=int), "the one it leaves costs something else"
        prices.ground.rpc(ITEM, "write", [wide], {"percent_price": 12.0})
        assert prices.erp.price_changes([chosen], cursor)[0] == [other]

    def test_a_rule_that_goes_from_a_variant_to_another_product(self, prices: Prices) -> None:
        (ref, (first, _)), other = prices.shirt(0, 0), prices.product()
        chosen = prices.price_list()
        rule = {"applied_on": "0_product_variant", "product_id": first}
        made = prices.rule(chosen, **FIXED | rule | {"product_tmpl_id": int(ref)})
        cursor = self.start(prices, chosen)
        alone = {"applied_on": "1_product", "product_tmpl_id": int(other), "product_id": False}
        prices.ground.rpc(ITEM, "write", [made], alone)
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == sorted([ref, other], key=int)

    def test_of_very_many_rules_those_about_more_than_one_product_are_known(
        self, prices: Prices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(price_places, "MOST", 1)
        ref, other = prices.product(), prices.product()
        of_one = {"applied_on": "1_product", "product_tmpl_id": int(ref)}
        chosen = prices.price_list(FIXED | of_one)
        wide = prices.rule(chosen, **PERCENT, percent_price=10.0)
        cursor = self.start(prices, chosen)
        alone = {"applied_on": "1_product", "product_tmpl_id": int(other)}
        prices.ground.rpc(ITEM, "write", [wide], alone)
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told is None
        prices.ground.rpc(ITEM, "write", [wide], {"percent_price": 11.0})
        assert prices.erp.price_changes([chosen], cursor)[0] == [other]

    def test_what_is_about_everything(self, prices: Prices) -> None:
        inner = prices.price_list()
        based = {**FORMULA, "base": "pricelist", "base_pricelist_id": int(inner)}
        chosen, other = prices.price_list(based), prices.price_list()
        kept = prices.rule(inner, **FIXED, fixed_price=1.0)
        cursor = self.start(prices, chosen)
        prices.rule(other, **FIXED, fixed_price=3.0)
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == [], "nobody asked for that list"
        prices.rule(inner, **PERCENT, percent_price=3.0)
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told is None
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == []
        prices.ground.rpc(ITEM, "unlink", [kept])
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told is None, "a rule was deleted"
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told == []
        told, cursor = prices.erp.price_changes([chosen, other], cursor)
        assert told is None, "another list counts now"

    def test_a_new_rate(self, prices: Prices) -> None:
        currency = prices.currency("DKK", 7.0)
        chosen = prices.price_list(currency_id=currency)
        cursor = self.start(prices, chosen)
        values = {"currency_id": currency, "name": days(-3)[:10], "rate": 7.5}
        rate = prices.ground.rpc("res.currency.rate", "create", values)
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told is None
        prices.ground.rpc("res.currency.rate", "unlink", [rate])
        told, cursor = prices.erp.price_changes([chosen], cursor)
        assert told is None
        assert prices.erp.price_changes([chosen], cursor)[0] == []

    def test_a_category_that_moves(self, prices: Prices) -> None:
        rpc = prices.ground.rpc
        moved, above = (
            rpc("product.category", "create", {"name": unique("Category")}) for _ in range(2)
        )
        cursor = self.start(prices)
        rpc("product.category", "write", [moved], {"parent_id": above})
        assert prices.erp.price_changes([], cursor)[0] is None
