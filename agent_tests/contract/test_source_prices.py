"""Prices for a shop: what products cost by Odoo's price lists, and which may have changed.

The numbers are those that Odoo itself computes; ``live/test_prices.py`` compares random ones.
"""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.source import SourceErp, Unreadable
from agent.model.pricing import ErpPrices, ListPrice
from agent_tests.contract.ground import Ground, new_instance, unique

ITEM = "product.pricelist.item"
LIST = "product.pricelist"
TODAY = datetime.now(UTC).date()
"""The tests keep two days away from today, so that the time zone does not matter."""


class Prices:
    """Makes products and price lists in Odoo, and reads them as a shop's connection does."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        erp = ground.connect(new_instance())
        assert isinstance(erp, SourceErp)
        self.erp: SourceErp = erp
        self.close = erp.close

    def product(self, price: float = 100.0, **values: Any) -> str:
        made = {"name": unique("Goods"), "list_price": price, "taxes_id": [(6, 0, [])], **values}
        return str(self.ground.rpc("product.template", "create", made))

    def price_list(self, *rules: dict[str, Any], **values: Any) -> str:
        ref = self.ground.rpc(LIST, "create", {"name": unique("List"), **values})
        for rule in rules:
            self.rule(str(ref), **rule)
        return str(ref)

    def rule(self, pricelist: str, **values: Any) -> int:
        return int(self.ground.rpc(ITEM, "create", {"pricelist_id": int(pricelist), **values}))

    def read(self, ref: str, *lists: str) -> ErpPrices:
        (found,) = self.erp.prices([ref], list(lists))
        assert isinstance(found, ErpPrices), found
        return found

    def of(self, ref: str, pricelist: str) -> list[tuple[int, str]]:
        """Return quantities and prices of entries that hold on all days."""
        found = self.read(ref, pricelist).lists[pricelist]
        assert not [e for e in found if e.starts or e.ends]
        return [(entry.quantity, money(entry.price)) for entry in found]

    def currency(self, name: str, rate: float) -> int:
        """Switch a currency on and let its rate be this one from long ago on."""
        domain = [("name", "=", name)]
        (found,) = self.ground.find("res.currency", domain, "name")
        number = int(found["id"])
        self.ground.rpc("res.currency", "write", [number], {"active": True})
        known = self.ground.find("res.currency.rate", [("currency_id", "=", number)], "id")
        self.ground.rpc("res.currency.rate", "unlink", [row["id"] for row in known])
        values = {"currency_id": number, "name": "2020-01-01", "rate": rate}
        self.ground.rpc("res.currency.rate", "create", values)
        return number

    def shirt(self, *extras: float, **values: Any) -> tuple[str, list[int]]:
        """Make a product with a variant per extra price."""
        rpc = self.ground.rpc
        names = [(0, 0, {"name": f"{n}", "sequence": n}) for n in range(len(extras))]
        attribute = rpc("product.attribute", "create", {"name": unique("Size"), "value_ids": names})
        domain = [("attribute_id", "=", attribute)]
        options = [row["id"] for row in self.ground.find("product.attribute.value", domain, "id")]
        line = {"attribute_id": attribute, "value_ids": [(6, 0, options)]}
        ref = self.product(attribute_line_ids=[(0, 0, line)], **values)
        of_it = [("product_tmpl_id", "=", int(ref))]
        mine = self.ground.find("product.template.attribute.value", of_it, "id")
        for row, extra in zip(mine, extras, strict=True):
            rpc("product.template.attribute.value", "write", [row["id"]], {"price_extra": extra})
        return ref, [row["id"] for row in self.ground.find("product.product", of_it, "id")]


@pytest.fixture
def prices(ground: Ground) -> Iterator[Prices]:
    """Give a connection to read prices by."""
    made = Prices(ground)
    yield made
    made.close()


def money(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))


def days(after: int) -> str:
    """Return midnight (UTC) of a day as Odoo writes it."""
    return f"{TODAY + timedelta(days=after)} 00:00:00"


FIXED = {"applied_on": "3_global", "compute_price": "fixed"}
PERCENT = {"applied_on": "3_global", "compute_price": "percentage"}
FORMULA = {"applied_on": "3_global", "compute_price": "formula", "base": "list_price"}


class TestRules:
    def test_the_product_itself(self, prices: Prices) -> None:
        ref, quiet = prices.product(12.5), prices.price_list()
        found = prices.read(ref, quiet)
        (company,) = prices.ground.rpc("res.company", "search_read", [], ["currency_id"], limit=1)
        assert (found.ref, money(found.base), found.included) == (ref, "12.50", 0)
        assert found.currency == company["currency_id"][1]
        assert found.lists == {quiet: ()}
        assert found.warnings == ()

    def test_fixed_prices_from_quantities_on(self, prices: Prices) -> None:
        ref = prices.product()
        of_it = {**FIXED, "applied_on": "1_product", "product_tmpl_id": int(ref)}
        chosen = prices.price_list(
            {**of_it, "fixed_price": 90.0},
            {**of_it, "fixed_price": 80.0, "min_quantity": 10},
            {**of_it, "fixed_price": 75.0, "min_quantity": 20.5},
        )
        assert prices.of(ref, chosen) == [(1, "90.00"), (10, "80.00"), (21, "75.00")]
        assert prices.of(prices.product(), chosen) == []

    def test_a_step_that_brings_the_own_price_back_is_told(self, prices: Prices) -> None:
        ref = prices.product()
        chosen = prices.price_list(
            {**FIXED, "fixed_price": 80.0},
            {**FIXED, "fixed_price": 100.0, "min_quantity": 5},
            {**FIXED, "fixed_price": 100.0, "min_quantity": 9},
        )
        assert prices.of(ref, chosen) == [(1, "80.00"), (5, "100.00")]

    def test_which_rule_goes_first(self, prices: Prices) -> None:
        rpc = prices.ground.rpc
        outer = rpc("product.category", "create", {"name": unique("Z outer")})
        inner = rpc("product.category", "create", {"name": unique("A inner"), "parent_id": outer})
        below = rpc("product.category", "create", {"name": unique("B below"), "parent_id": inner})
        own, near, far = prices.product(), prices.product(), prices.product()
        for ref, category in ((own, below), (near, below), (far, outer)):
            rpc("product.template", "write", [int(ref)], {"categ_id": category})
        of_category = {**PERCENT, "applied_on": "2_product_category"}
        chosen = prices.price_list(
            {**PERCENT, "percent_price": 1.0},
            {**of_category, "categ_id": outer, "percent_price": 2.0},
            {**of_category, "categ_id": inner, "percent_price": 3.0},
            {**FIXED, "applied_on": "1_product", "product_tmpl_id": int(own), "fixed_price": 50.0},
            {**FIXED, "applied_on": "1_product", "product_tmpl_id": int(own), "fixed_price": 51.0},
            {**PERCENT, "percent_price": 60.0, "min_quantity": 3},
        )
        assert prices.of(own, chosen) == [(1, "51.00")], "the newer of two rules"
        assert prices.of(near, chosen) == [(1, "97.00")]
        assert prices.of(far, chosen) == [(1, "98.00")]
        assert prices.of(prices.product(), chosen) == [(1, "99.00"), (3, "40.00")]

    def test_a_formula(self, prices: Prices) -> None:
        ref = prices.product(107.0, standard_price=40.0)
        rule = {**FORMULA, "price_discount": 10.0, "price_round": 10.0, "price_surcharge": -0.01}
        assert prices.of(ref, prices.price_list(rule)) == [(1, "99.99")]
        low = {**FORMULA, "price_discount": 50.0, "price_min_margin": -20.0}
        assert prices.of(ref, prices.price_list({**low, "price_max_margin": 5.0})) == [(1, "87.00")]
        high = {**FORMULA, "price_discount": -50.0, "price_max_margin": 12.5}
        assert prices.of(ref, prices.price_list(high)) == [(1, "119.50")]
        cost = {**FORMULA, "base": "standard_price"}
        cost["price_markup" if prices.ground.modern else "price_discount"] = (
            25.0 if prices.ground.modern else -25.0
        )
        assert prices.of(ref, prices.price_list(cost)) == [(1, "50.00")]

    def test_a_list_based_on_another(self, prices: Prices) -> None:
        ref = prices.product()
        inner = prices.price_list(
            {**FIXED, "fixed_price": 80.0}, {**FIXED, "fixed_price": 60.0, "min_quantity": 5}
        )
        based = {**FORMULA, "base": "pricelist", "base_pricelist_id": int(inner)}
        outer = prices.price_list({**based, "price_discount": 10.0})
        assert prices.of(ref, outer) == [(1, "72.00"), (5, "54.00")]

    def test_lists_that_are_based_on_each_other(self, prices: Prices) -> None:
        ref, well = prices.product(), prices.product()
        first, second = prices.price_list(), prices.price_list()
        of_it = {"applied_on": "1_product", "product_tmpl_id": int(ref)}
        based = {**FORMULA, **of_it, "base": "pricelist"}
        prices.rule(first, **based, base_pricelist_id=int(second))
        if prices.ground.modern:
            with pytest.raises(xmlrpc.client.Fault, match="Recursive"):
                prices.rule(second, **based, base_pricelist_id=int(first))
            return
        prices.rule(second, **based, base_pricelist_id=int(first))
        bad, good = prices.erp.prices([ref, well], [first])
        assert isinstance(bad, Unreadable)
        assert bad.error.code == "price.rule"
        assert "circle" in bad.error.cause
        assert bad.error.record == bad.label
        assert isinstance(good, ErpPrices)

    def test_a_price_below_zero(self, prices: Prices) -> None:
        ref = prices.product(5.0)
        chosen = prices.price_list({**FORMULA, "price_surcharge": -7.0})
        (found,) = prices.erp.prices([ref], [chosen])
        assert isinstance(found, Unreadable)
        assert found.error.code == "price.negative"

    def test_a_list_that_is_gone(self, prices: Prices) -> None:
        ref, chosen = prices.product(), prices.price_list()
        prices.ground.rpc(LIST, "write", [int(chosen)], {"active": False})
        (found,) = prices.erp.prices([ref], [chosen])
        assert isinstance(found, Unreadable)
        assert found.error.code == "price.list_gone"
        assert chosen not in {one.ref for one in prices.erp.price_lists()}


class TestDays:
    def test_an_offer_beside_a_price_that_always_holds(self, prices: Prices) -> None:
        ref = prices.product()
        chosen = prices.price_list(
            {**FIXED, "fixed_price": 90.0},
            {**FIXED, "fixed_price": 85.0, "min_quantity": 10},
            {**FIXED, "fixed_price": 70.0, "date_start": days(5), "date_end": days(9)},
        )
        found = prices.read(ref, chosen).lists[chosen]
        assert [(e.quantity, money(e.price), e.starts, e.ends) for e in found] == [
            (1, "90.00", None, None),
            (1, "70.00", TODAY + timedelta(days=5), TODAY + timedelta(days=8)),
            (10, "85.00", None, None),
        ]

    def test_what_is_over_is_left_out_and_what_goes_on_began_in_the_past(
        self, prices: Prices
    ) -> None:
        ref = prices.product()
        over = {"date_start": days(-30), "date_end": days(-10)}
        runs = {"date_start": days(-9), "date_end": days(9)}
        chosen = prices.price_list(
            {**FIXED, **over, "fixed_price": 10.0},
            {**FIXED, **runs, "fixed_price": 80.0, "min_quantity": 3},
        )
        (entry,) = prices.read(ref, chosen).lists[chosen]
        first, last = TODAY - timedelta(days=9), TODAY + timedelta(days=8)
        assert entry == ListPrice(3, entry.price, first, last)
        assert money(entry.price) == "80.00"

    def test_two_offers_that_overlap(self, prices: Prices) -> None:
        ref = prices.product()
        early = {**FIXED, "date_start": days(2), "date_end": days(20), "fixed_price": 60.0}
        late = {**PERCENT, "date_start": days(10), "percent_price": 50.0}
        chosen = prices.price_list(early, late)
        found = prices.read(ref, chosen).lists[chosen]
        assert [(money(e.price), e.starts, e.ends) for e in found] == [
            ("60.00", TODAY + timedelta(days=2), TODAY + timedelta(days=9)),
            ("50.00", TODAY + timedelta(days=10), None),
        ]


class TestCurrencies:
    def test_a_list_in_another_currency(self, prices: Prices) -> None:
        currency = prices.currency("SEK", 8.0)
        ref = prices.product(10.0)
        chosen = prices.price_list(
            {**FORMULA, "price_discount": 50.0, "price_surcharge": 1.0},
            {**FIXED, "fixed_price": 33.0, "min_quantity": 7},
            currency_id=currency,
        )
        # Odoo 14 adds the surcharge before it converts, 19 afterwards
        one = "41.00" if prices.ground.modern else "48.00"
        assert prices.of(ref, chosen) == [(1, one), (7, "33.00")]
        (told,) = [one for one in prices.erp.price_lists() if one.ref == chosen]
        assert told.currency == "SEK"
        assert prices.of(ref, prices.price_list(currency_id=currency)) == []

    def test_a_rate_that_begins_later(self, prices: Prices) -> None:
        currency = prices.currency("NOK", 10.0)
        later = {"currency_id": currency, "name": days(6)[:10], "rate": 20.0}
        prices.ground.rpc("res.currency.rate", "create", later)
        ref = prices.product(10.0)
        chosen = prices.price_list({**PERCENT, "percent_price": 10.0}, currency_id=currency)
        found = prices.read(ref, chosen).lists[chosen]
        assert [(money(e.price), e.starts, e.ends) for e in found] == [
            ("90.00", None, None),
            ("180.00", TODAY + timedelta(days=6), None),
        ]


class TestVariants:
    def test_a_rule_for_one_of_several(self, prices: Prices) -> None:
        ref, (first, *_) = prices.shirt(0, 0, 0)
        rule = {**FIXED, "applied_on": "0_product_variant", "product_id": first}
        rule["product_tmpl_id"] = int(ref)
        chosen = prices.price_list({**PERCENT, "percent_price": 5.0})
        prices.rule(chosen, **rule, fixed_price=44.0)
        found = prices.read(ref, chosen)
        assert [(e.quantity, money(e.price)) for e in found.lists[chosen]] == [(1, "95.00")]
        (warning,) = found.warnings
        assert warning.code == "price.variants"
        assert ref in warning.record

    def test_the_same_for_all_of_them(self, prices: Prices) -> None:
        ref, variants = prices.shirt(0, 0)
        rule = {**FIXED, "applied_on": "0_product_variant", "product_tmpl_id": int(ref)}
        rules = [{**rule, "product_id": number, "fixed_price": 44.0} for number in variants]
        chosen = prices.price_list(*rules)
        assert prices.of(ref, chosen) == [(1, "44.00")]
        assert prices.read(ref, chosen).warnings == ()

    def test_the_only_one(self, prices: Prices) -> None:
        ref = prices.product()
        (row,) = prices.ground.find("product.product", [("product_tmpl_id", "=", int(ref))], "id")
        rule = {**FIXED, "applied_on": "0_product_variant", "product_tmpl_id": int(ref)}
        chosen = prices.price_list({**rule, "product_id": row["id"], "fixed_price": 44.0})
        assert prices.of(ref, chosen) == [(1, "44.00")]

    def test_a_discount_that_lowers_the_extras_too(self, prices: Prices) -> None:
        ref, _ = prices.shirt(0, 20.0)
        chosen = prices.price_list({**PERCENT, "percent_price": 10.0})
        found = prices.read(ref, chosen)
        assert [money(e.price) for e in found.lists[chosen]] == ["90.00"]
        assert [w.code for w in found.warnings] == ["price.variants"]
        less = prices.price_list({**FORMULA, "price_surcharge": -10.0})
        assert prices.of(ref, less) == [(1, "90.00")]
        assert prices.read(ref, less).warnings == ()


class TestTaxes:
    def test_what_prices_include(self, prices: Prices) -> None:
        tax = {"amount_type": "percent", "type_tax_use": "sale"}
        inside = (
            {"price_include_override": "tax_included"}
            if prices.ground.modern
            else {"price_include": True}
        )
        rpc = prices.ground.rpc
        taxes = [
            rpc("account.tax", "create", {**tax, **more, "name": unique("Tax"), "amount": amount})
            for amount, more in ((15.0, inside), (2.5, inside), (4.0, {}))
        ]
        ref = prices.product(taxes_id=[(6, 0, taxes)])
        assert prices.read(ref).included == Decimal("17.5")
        assert prices.read(prices.product(taxes_id=[(6, 0, taxes[2:])])).included == 0
