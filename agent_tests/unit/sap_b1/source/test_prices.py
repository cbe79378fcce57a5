"""Price lists, period and volume discounts, and what changed of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.erp.cursor import Cursor
from agent.erp.source import Unreadable
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices, ListPrice
from agent_tests.contract.common.reading import source_of
from agent_tests.contract.shop import Shop, mug, shirt, sizes
from agent_tests.unit.sap_b1.items.rig import B1Ground, colours

D = Decimal


@pytest.fixture
def own(own: tuple[Shop, B1Ground]) -> tuple[Shop, B1Ground]:
    """Give a shop and its company with one item for 10."""
    own[0].must(mug(sku="MUG", price=D(10)))
    return own


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def asked(shop: Shop, ref: str, *lists: str) -> ErpPrices:
    (found,) = source_of(shop).prices([ref], lists)
    assert isinstance(found, ErpPrices), found
    return found


def refused(shop: Shop, ref: str, *lists: str) -> str:
    (found,) = source_of(shop).prices([ref], lists)
    assert isinstance(found, Unreadable), found
    assert found.ref == ref
    return found.error.code


def set_price(ground: B1Ground, ref: str, number: int, price: Any, currency: str = "EUR") -> None:
    entry = {"PriceList": number, "Price": price, "Currency": currency}
    ground.change(ref, ItemPrices=[entry])


def special(ground: B1Ground, ref: str, number: int = 2, **body: Any) -> None:
    ground.cx.client.post("SpecialPrices", {"ItemCode": ref, "CardCode": f"*{number}", **body})


def area(price: Any, *steps: tuple[int, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"PriceCurrency": "EUR", **more}
    if price is not None:
        found["SpecialPrice"] = price
    found["SpecialPriceQuantityAreas"] = [
        {"Quantity": quantity, "SpecialPrice": amount, "PriceCurrency": "EUR"}
        for quantity, amount in steps
    ]
    return found


class TestLists:
    def test_they_are_listed(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ground.cx.client.patch("PriceLists", 3, {"Active": "tNO"})
        lists = {entry.ref: entry for entry in source_of(shop).price_lists()}
        assert set(lists) == {"1", "2"}
        assert (lists["2"].name, lists["2"].currency) == ("Dealer price", "EUR")

    def test_a_list_with_a_factor_and_one_with_its_own_price(
        self, own: tuple[Shop, B1Ground]
    ) -> None:
        shop, ground = own
        found = asked(shop, "MUG", "1", "2")
        assert (found.base, found.currency, found.included) == (10, "EUR", 0)
        assert found.lists == {"1": (), "2": (ListPrice(1, D(8)),)}
        set_price(ground, "MUG", 2, 7.5)
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D("7.5")),)

    def test_a_list_that_says_nothing_of_it(self, own: tuple[Shop, B1Ground]) -> None:
        shop, _ = own
        assert asked(shop, "MUG", "3").lists == {"3": ()}

    def test_a_list_with_tax_beside_one_without(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ground.change("MUG", SalesVATGroup="O2")
        set_price(ground, "MUG", 3, 9.52)
        found = asked(shop, "MUG", "3")
        assert (found.base, found.included) == (10, 0)
        assert found.lists["3"] == (ListPrice(1, D(8)),)

    def test_an_own_list_with_tax(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.reconnect(write_price_list="3")
        ground.change("MUG", SalesVATGroup="O2")
        set_price(ground, "MUG", 3, 23.8)
        found = asked(shop, "MUG", "1")
        assert (found.base, found.included) == (D("23.8"), 19)
        assert found.lists["1"] == (ListPrice(1, D("11.9")),)

    def test_another_currency(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        set_price(ground, "MUG", 1, 12, "USD")
        assert (asked(shop, "MUG").base, asked(shop, "MUG").currency) == (12, "USD")
        assert refused(shop, "MUG", "1") == "price.currency"
        set_price(ground, "MUG", 2, 9)
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D(9)),)

    def test_a_price_in_an_additional_currency(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        entry = {
            "PriceList": 1,
            "Price": 12,
            "Currency": "USD",
            "AdditionalPrice1": 11,
            "AdditionalCurrency1": "EUR",
        }
        ground.change("MUG", ItemPrices=[entry])
        assert (asked(shop, "MUG").base, asked(shop, "MUG").currency) == (11, "EUR")

    def test_a_list_that_is_gone_keeps_the_shops_prices(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        assert refused(shop, "MUG", "77") == "price.list_gone"
        ground.cx.client.patch("PriceLists", 2, {"Active": "tNO"})
        assert refused(shop, "MUG", "2") == "price.list_gone"

    def test_no_price_is_not_for_free(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ground.make("PRICELESS")
        assert refused(shop, "PRICELESS") == "price.missing"
        set_price(ground, "PRICELESS", 1, 0)
        assert refused(shop, "PRICELESS") == "price.missing"
        set_price(ground, "PRICELESS", 3, 5)
        found = asked(shop, "PRICELESS", "3")
        assert [w.code for w in found.warnings] == ["price.missing"]
        assert found.lists["3"] == (ListPrice(1, D(5)),)

    def test_what_the_shop_gives_away_is_for_free(self, own: tuple[Shop, B1Ground]) -> None:
        shop, _ = own
        shop.must(mug("8", sku="GIFT", price=D(0)))
        assert asked(shop, "GIFT").base == 0

    def test_gone_products_are_absent_and_bad_ones_stop_no_other(
        self, own: tuple[Shop, B1Ground]
    ) -> None:
        shop, ground = own
        ground.make("PRICELESS")
        found = source_of(shop).prices(["GONE", "PRICELESS", "MUG"], ["2"])
        assert [f.ref for f in found] == ["PRICELESS", "MUG"]
        assert isinstance(found[1], ErpPrices)


class TestDiscounts:
    def test_a_special_price_for_everybody_with_the_list(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        special(ground, "MUG", Price=6)
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D(6)),)
        assert asked(shop, "MUG", "1").lists["1"] == ()

    def test_days_and_quantities(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        first, last = date(2026, 1, 1), today() + timedelta(days=40)
        later = last + timedelta(days=1)
        special(
            ground,
            "MUG",
            SpecialPriceDataAreas=[
                area(7, (10, 6), (100, 5), DateFrom=str(first), Dateto=str(last)),
                area(None, (20, 4), DateFrom=str(later)),
            ],
        )
        assert asked(shop, "MUG", "2").lists["2"] == (
            ListPrice(1, D(8)),
            ListPrice(1, D(7), first, last),
            ListPrice(10, D(6), first, last),
            ListPrice(20, D(4), later),
            ListPrice(100, D(5), first, last),
        )

    def test_days_that_are_over_and_days_of_the_whole(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        now = today()
        start, end = now - timedelta(days=5), now + timedelta(days=5)
        special(
            ground,
            "MUG",
            ValidFrom=str(start),
            ValidTo=str(end),
            SpecialPriceDataAreas=[
                area(7, DateFrom="2020-01-01", Dateto="2020-12-31"),
                area(6, DateFrom=str(now), Dateto="2099-01-01"),
            ],
        )
        found = asked(shop, "MUG", "2").lists["2"]
        assert found == (ListPrice(1, D(8)), ListPrice(1, D(6), now, end))

    def test_days_that_are_over_without_days_of_the_whole(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        over = area(7, (5, 6), DateFrom="2020-01-01", Dateto="2020-12-31")
        special(ground, "MUG", SpecialPriceDataAreas=[over])
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D(8)),)

    def test_one_that_is_switched_off(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        special(ground, "MUG", Price=6, Valid="tNO")
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D(8)),)

    def test_those_of_partners_are_theirs(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        body = {"ItemCode": "MUG", "CardCode": "C99999", "Price": 1}
        ground.cx.client.post("SpecialPrices", body)
        assert asked(shop, "MUG", "2").lists["2"] == (ListPrice(1, D(8)),)

    def test_a_discount_for_another_unit_is_told(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        one = area(7, (10, 6))
        one["SpecialPriceQuantityAreas"][0]["UoMEntry"] = 2
        special(ground, "MUG", SpecialPriceDataAreas=[one])
        found = asked(shop, "MUG", "2")
        assert [w.code for w in found.warnings] == ["price.unit"]
        assert found.lists["2"] == (ListPrice(1, D(7)),)

    def test_they_agree_with_what_sap_asks_itself(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        ends = today() + timedelta(days=3)
        special(
            ground,
            "MUG",
            SpecialPriceDataAreas=[area(7, (10, 6), (25, D("5.25")), Dateto=str(ends))],
        )
        ground.cx.client.patch("BusinessPartners", "C99999", {"PriceListNum": 2})
        entries = asked(shop, "MUG", "2").lists["2"]
        for quantity in (1, 9, 10, 24, 25, 99):
            given = {"CardCode": "C99999", "ItemCode": "MUG", "InventoryQuantity": quantity}
            given |= {"Date": str(today()), "UoMQuantity": quantity}
            answer = ground.cx.client.service(
                "CompanyService_GetItemPrice", {"ItemPriceParams": given}
            )
            assert answer is not None
            assert D(str(answer["Price"])) == holds(entries, quantity), quantity


def holds(entries: Sequence[ListPrice], quantity: int) -> Decimal:
    """Return the price of a quantity today, by the rules of :class:`ListPrice`."""
    now = today()
    fitting = [
        e
        for e in entries
        if e.quantity <= quantity
        and (e.starts is None or e.starts <= now)
        and (e.ends is None or now <= e.ends)
    ]
    best = max(fitting, key=lambda e: (e.quantity, e.starts is not None or e.ends is not None))
    return best.price


class TestFamilies:
    def test_one_price_and_what_values_add(self, own: tuple[Shop, B1Ground]) -> None:
        shop, _ = own
        shop.size_and_colour()
        product = shirt(price=D(20), options=(sizes("0", "2.5"), colours("0", "1")))
        shop.must(product)
        found = asked(shop, product.sku, "1")
        assert (found.base, found.lists, found.warnings) == (20, {"1": ()}, ())

    def test_a_list_that_lowers_all_alike(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.size_and_colour()
        product = shirt(price=D(20), options=(sizes("0", "2.5"),))
        (made,) = shop.must(product)
        small, medium = (made.children[Entity.VARIANTS, f"42:option:13/{n}"] for n in (1, 2))
        set_price(ground, small, 3, 15)
        set_price(ground, medium, 3, 17.5)
        assert asked(shop, product.sku, "3").lists["3"] == (ListPrice(1, D(15)),)

    def test_a_list_that_does_not(self, own: tuple[Shop, B1Ground]) -> None:
        shop, _ = own
        shop.size_and_colour()
        product = shirt(price=D(20), options=(sizes("0", "5"),))
        shop.must(product)
        found = asked(shop, product.sku, "2")
        assert [w.code for w in found.warnings] == ["price.variants"]
        assert found.lists["2"] == (ListPrice(1, D(16)),)

    @pytest.mark.parametrize("off", [{"Frozen": "tYES", "Valid": "tNO"}, {"SalesItem": "tNO"}])
    def test_items_that_are_not_sold_do_not_count(
        self, own: tuple[Shop, B1Ground], off: dict[str, str]
    ) -> None:
        shop, ground = own
        shop.size_and_colour()
        product = shirt(price=D(20), options=(sizes("0", "5"),))
        (made,) = shop.must(product)
        ground.change(made.children[Entity.VARIANTS, "42:option:13/1"], **off)
        assert asked(shop, product.sku).base == 25


class TestChanges:
    def look(self, shop: Shop, cursor: Cursor, *lists: str) -> tuple[list[str] | None, Cursor]:
        return source_of(shop).price_changes(list(lists), cursor)

    def test_items_lists_and_discounts(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.must(mug("8", sku="OTHER"))
        told, cursor = self.look(shop, Cursor(), "2")
        assert told == []
        assert self.look(shop, cursor, "2")[0] == []
        set_price(ground, "MUG", 1, 11)
        told, cursor = self.look(shop, cursor, "2")
        assert told == ["MUG"]
        special(ground, "OTHER", Price=3)
        told, cursor = self.look(shop, cursor, "2")
        assert told == ["OTHER"]
        ground.cx.client.delete("SpecialPrices", ("OTHER", "*2"))
        told, cursor = self.look(shop, cursor, "2")
        assert told == ["OTHER"]
        assert self.look(shop, cursor, "2")[0] == []

    def test_prices_that_left_no_trace_on_the_item(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        _, cursor = self.look(shop, Cursor())
        company = ground.sandbox.company
        with company.transaction():
            row = company.table("Items").rows["MUG"]
            prices = [{**p, "Price": D(3)} for p in row["ItemPrices"]]
            company.table("Items").change("MUG", ItemPrices=prices)
        told, cursor = self.look(shop, cursor)
        assert told == ["MUG"]
        assert self.look(shop, cursor)[0] == []

    def test_what_all_prices_depend_on(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        _, cursor = self.look(shop, Cursor(), "2")
        lines = [{"Effectivefrom": "2007-01-01", "Rate": 20}]
        ground.cx.client.patch("VatGroups", "O2", {"VatGroups_Lines": lines})
        told, cursor = self.look(shop, cursor, "2")
        assert told is None
        assert self.look(shop, cursor, "2")[0] == []
        told, cursor = self.look(shop, cursor, "2", "3")
        assert told is None, "another list is used"
        ground.cx.client.patch("PriceLists", 2, {"IsGrossPrice": "tYES"})
        assert self.look(shop, cursor, "2", "3")[0] is None

    def test_a_family_is_told_by_its_own_code(self, own: tuple[Shop, B1Ground]) -> None:
        shop, ground = own
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "5"),))
        (made,) = shop.must(product)
        _, cursor = self.look(shop, Cursor(), "2")
        special(ground, made.children[Entity.VARIANTS, "42:option:13/2"], Price=3)
        assert self.look(shop, cursor, "2")[0] == [product.sku]
