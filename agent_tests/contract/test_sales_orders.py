"""Orders: one quotation per shop order, its lines, taxes, currency, and edits afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from agent.errors import BridgeError
from agent.model.document import LineKind
from agent.model.entity import Entity
from agent.model.sales import Carrier
from agent_tests.contract.common.seller import address, changed, document, line
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.sales_shop import SalesShop


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop with a customer, two products and a tax of 15 percent."""
    made = SalesShop(ground)
    made.buyer()
    made.product("1")
    made.product("2")
    made.make_tax("86", 15.0)
    yield made
    made.close()


def code(error: BridgeError | None) -> str:
    """Return an error's code."""
    assert error is not None
    return error.code


class TestQuotation:
    def test_all_of_it(self, shop: SalesShop) -> None:
        place = address("1", line1="2 Side Street", kind="delivery")
        carrier = Carrier("flat", unique("Flat Rate"))
        shop.must(place)
        shop.must(carrier)
        text = "Shirt\n- Colour: Red"
        sent = document(
            "1",
            shop.goods("1", "10.5", 3, rate="15", taxes=("86",), text=text),
            shop.goods("2", "5"),
            line("shipping_0", "4", kind=LineKind.SHIPPING, rate="15", taxes=("86",)),
            line("total_9_0", "-2.5", kind=LineKind.DISCOUNT, service="coupon"),
            delivery_address=place.key,
            carrier="flat",
            note="Ring twice\n<please>",
        )
        (outcome,) = shop.must(sent)
        row = shop.order_row(outcome.ref)
        assert (row["state"], row["client_order_ref"]) == ("draft", sent.number)
        assert row["date_order"] == "2026-03-04 05:06:07"
        assert str(row["partner_id"][0]) == shop.ref(Entity.CUSTOMERS, "1")
        assert row["partner_invoice_id"] == row["partner_id"]
        assert str(row["partner_shipping_id"][0]) == shop.ref(Entity.ADDRESSES, place.key)
        assert row["currency_id"][1] == "USD"
        assert str(row["carrier_id"][0]) == shop.ref(Entity.CARRIERS, "flat")
        assert row["user_id"] is False, "the bridge's own user sold nothing"
        note = "<p>Ring twice<br>&lt;please&gt;</p>" if shop.ground.modern else sent.note
        assert row["note"] == note
        first, second, shipping, coupon = shop.line_rows(outcome.ref)
        tax = int(shop.ref(Entity.TAX_RATES, "86"))
        assert (first["name"], first["product_uom_qty"], first["price_unit"]) == (text, 3.0, 10.5)
        assert str(first["product_id"][0]) == shop.ref(Entity.VARIANTS, "1:")
        assert (first[shop.tax_field], second[shop.tax_field]) == ([tax], [])
        assert (shipping["is_delivery"], shipping["price_unit"]) == (True, 4.0)
        assert carrier.name in shipping["product_id"][1]
        assert (coupon["price_unit"], coupon["product_id"][1]) == (-2.5, "Discount")
        assert shop.agrees(outcome, sent)

    def test_taxes_are_those_of_the_shop_not_of_the_product(self, shop: SalesShop) -> None:
        tax = int(shop.make_tax("7", 7.0))
        shop.product("3", taxes_id=[(6, 0, [tax])])
        sent = document("1", shop.goods("3", "10"))
        (outcome,) = shop.must(sent)
        (row,) = shop.line_rows(outcome.ref)
        assert (row[shop.tax_field], row["price_unit"]) == ([], 10.0)

    def test_a_tax_included_in_prices_gets_the_gross_price(self, shop: SalesShop) -> None:
        shop.make_tax("20", 20.0, **shop.included())
        sent = document("1", shop.goods("1", "8.3333", 3, rate="20", taxes=("20",)))
        (outcome,) = shop.must(sent)
        (row, *_) = shop.line_rows(outcome.ref)
        assert round(row["price_unit"], 2) == 10.0
        assert shop.agrees(outcome, sent)

    def test_a_fixed_tax_per_piece(self, shop: SalesShop) -> None:
        shop.make_tax("9", 2.0, amount_type="fixed")
        sent = document("1", shop.goods("1", "8", 3, tax=Decimal(6), taxes=("9",)))
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)

    def test_team_salesperson_and_warehouse(self, shop: SalesShop) -> None:
        team = shop.ground.rpc("crm.team", "create", {"name": unique("Web")})
        own = shop.ground.rpc("crm.team", "create", {"name": unique("Store 2")})
        (user,) = shop.ground.find("res.users", [("login", "=", shop.ground.user)], "id")
        shop.reconnect(sales_team=team, salesperson=user["id"])
        (first,) = shop.must(document("1", shop.goods("1", "10")))
        (second,) = shop.must(document("2", shop.goods("1", "1"), settings={"team": str(own)}))
        row = shop.order_row(first.ref)
        assert (row["team_id"][0], row["user_id"][0]) == (team, user["id"])
        assert shop.order_row(second.ref)["team_id"][0] == own


class TestCurrency:
    def test_another_currency_by_a_price_list_made_once(self, shop: SalesShop) -> None:
        (found,) = shop.ground.find("res.currency", [("name", "=", "GBP")], "id")
        shop.ground.rpc("res.currency", "write", [found["id"]], {"active": True})
        shop.refs[Entity.CURRENCIES, "GBP"] = str(found["id"])
        sent = document("1", shop.goods("1", "10"), currency="GBP", rate=Decimal("0.8"))
        (outcome,) = shop.must(sent)
        assert shop.order_row(outcome.ref)["currency_id"][1] == "GBP"
        assert shop.agrees(outcome, sent)
        shop.reconnect()
        shop.must(document("2", shop.goods("1", "3"), currency="GBP"))
        lists = shop.ground.find("product.pricelist", [("name", "=", "OpenCart GBP")], "id")
        assert len(lists) <= 1

    @pytest.mark.parametrize("currency", ["CHF", "XQX"])
    def test_a_currency_that_is_not_active_or_not_there_is_held(
        self, shop: SalesShop, currency: str
    ) -> None:
        (outcome,) = shop.put(document("1", shop.goods("1", "10"), currency=currency))
        assert code(outcome.error) == "order.currency"
        assert currency in str(outcome.error)
        assert outcome.ref is None


class TestHeld:
    def test_what_is_missing_holds_only_that_order(self, shop: SalesShop) -> None:
        shop.product("8")
        gone = int(shop.ref(Entity.VARIANTS, "8:"))
        shop.ground.rpc("product.product", "write", [gone], {"active": False})
        shop.refs[Entity.VARIANTS, "9:"] = "99999999"
        old = shop.make_tax("5", 5.0)
        shop.ground.rpc("account.tax", "write", [int(old)], {"active": False})
        outcomes = shop.put(
            document("1", shop.goods("8", "1")),
            document("2", shop.goods("9", "1")),
            document("3", shop.goods("7", "1")),
            document("4", shop.goods("1", "1", taxes=("5",))),
            document("5", shop.goods("1", "1", taxes=("77",))),
            document("6", shop.goods("1", "1"), customer="77"),
            document("7", shop.goods("1", "1")),
        )
        assert [o.error.code if o.error else "" for o in outcomes] == [
            "order.product_archived",
            "order.product_gone",
            "order.not_mapped",
            "order.tax_archived",
            "order.not_mapped",
            "order.not_mapped",
            "",
        ]

    def test_a_tax_that_is_mended_counts_at_once(self, shop: SalesShop) -> None:
        tax = int(shop.make_tax("5", 5.0, active=False))
        sent = document("1", shop.goods("1", "10", rate="5", taxes=("5",)))
        (held,) = shop.put(sent)
        assert code(held.error) == "order.tax_archived"
        shop.ground.rpc("account.tax", "write", [tax], {"active": True})
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)

    def test_a_customer_that_odoo_blocks(self, shop: SalesShop) -> None:
        ref = int(shop.ref(Entity.CUSTOMERS, "1"))
        known = shop.ground.rpc("res.partner", "fields_get", attributes=["type"])
        if "sale_warn" not in known:
            return  # Odoo 19 only warns
        warning = {"sale_warn": "block", "sale_warn_msg": "does not pay"}
        shop.ground.rpc("res.partner", "write", [ref], warning)
        (outcome,) = shop.put(document("1", shop.goods("1", "1")))
        assert code(outcome.error) == "order.customer_blocked"
        assert "does not pay" in str(outcome.error)


class TestEdited:
    def test_lines_are_changed_added_and_removed(self, shop: SalesShop) -> None:
        sent = document("1", shop.goods("1", "10"), shop.goods("2", "7"))
        (first,) = shop.must(sent)
        before = {r["id"] for r in shop.line_rows(first.ref)}
        lines = (shop.goods("1", "10", 4), shop.goods("3", "2", of="2"))
        (again,) = shop.must(
            changed(document("1", *lines), number=sent.number, note="please hurry")
        )
        rows = shop.line_rows(first.ref)
        assert again.ref == first.ref
        assert [(r["product_uom_qty"], r["price_unit"]) for r in rows] == [(4.0, 10.0), (1.0, 2.0)]
        assert rows[0]["id"] in before
        assert "please hurry" in shop.order_row(first.ref)["note"]

    def test_nothing_is_written_when_nothing_changed(self, shop: SalesShop) -> None:
        sent = document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        shop.ground.rpc(
            "sale.order.line", "write", [shop.line_rows(first.ref)[0]["id"]], {"name": "own words"}
        )
        (again,) = shop.must(changed(sent, transaction="PAY-1"))
        assert again.status.value == "unchanged"
        assert shop.line_rows(first.ref)[0]["name"] == "own words"

    def test_lines_that_people_added_stay(self, shop: SalesShop) -> None:
        sent = document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        own = shop.ground.rpc(
            "sale.order.line",
            "create",
            {"order_id": int(first.ref or 0), "display_type": "line_note", "name": "a note"},
        )
        shop.must(changed(document("1", shop.goods("1", "11")), number=sent.number))
        assert own in {r["id"] for r in shop.line_rows(first.ref)}

    def test_a_confirmed_order_takes_more_pieces_and_further_lines(self, shop: SalesShop) -> None:
        sent = document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        shop.ground.rpc("sale.order", "action_confirm", [int(first.ref or 0)])
        more = document("1", shop.goods("1", "10", 2), shop.goods("2", "5"), number=sent.number)
        (again,) = shop.must(more)
        assert shop.agrees(again, more)
        fewer = document("1", shop.goods("1", "10", 1), shop.goods("2", "5"), number=sent.number)
        (held,) = shop.put(fewer)
        assert code(held.error) == "order.confirmed_differs"
        assert "instead of 2 pieces" in str(held.error)
        assert held.ref == first.ref
        assert shop.agrees(again, more), "nothing was written"
        (held,) = shop.put(document("1", shop.goods("1", "10", 2), number=sent.number))
        assert "removed" in str(held.error)

    def test_an_order_typed_by_hand_is_only_compared(self, shop: SalesShop) -> None:
        values: dict[str, Any] = {
            "partner_id": int(shop.ref(Entity.CUSTOMERS, "1")),
            "order_line": [
                (
                    *(0, 0),
                    {
                        "product_id": int(shop.ref(Entity.VARIANTS, "1:")),
                        "price_unit": 10.0,
                        shop.tax_field: [(6, 0, [])],
                    },
                )
            ],
        }
        there = shop.ground.rpc("sale.order", "create", values)
        sent = document("1", shop.goods("1", "10"))
        shop.link(sent, str(there))
        (outcome,) = shop.must(sent)
        assert len(shop.line_rows(outcome.ref)) == 1
        other = document("2", shop.goods("1", "12"))
        shop.link(other, str(there))
        (outcome,) = shop.put(other)
        assert code(outcome.error) == "order.total_differs"
        assert len(shop.line_rows(str(there))) == 1
