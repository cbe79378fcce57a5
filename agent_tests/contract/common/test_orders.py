"""Orders: one per order of the shop, its lines, taxes, currency, and edits afterwards."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.erp.port import Status
from agent.errors import BridgeError, Held
from agent.model.document import LineKind
from agent.model.entity import Entity
from agent.model.sales import Carrier
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import PLACED, Seller, address, changed, line
from agent_tests.contract.ground import unique


@pytest.fixture
def shop(seller: Seller) -> Seller:
    """Give a shop with a customer, two products and a tax of 15 percent."""
    seller.product("2", stock=20)
    return seller


def code(error: BridgeError | None) -> str:
    """Return an error's code."""
    assert error is not None
    assert error.fix
    return error.code


class TestQuotation:
    def test_all_of_it(self, shop: Seller, books: Books) -> None:
        place = address("1", line1="2 Side Street", kind="delivery")
        carrier = Carrier("flat", unique("Flat Rate"))
        shop.must(place)
        shop.must(carrier)
        text = "Shirt\n- Colour: Red"
        sent = shop.document(
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
        assert outcome.status is Status.CREATED
        found = books.order(outcome.ref or "")
        assert (found.state, found.number) == ("quotation", sent.number)
        assert (found.placed, found.currency) == (PLACED.date(), shop.currency)
        assert found.customer == shop.ref(Entity.CUSTOMERS, "1")
        assert (found.delivered_to.line1, found.delivered_to.country) == ("2 Side Street", "US")
        assert found.carrier == shop.ref(Entity.CARRIERS, "flat")
        assert "Ring twice" in found.note
        first, second = found.goods
        assert (first.quantity, first.price, first.taxed) == (Decimal(3), Decimal("10.5"), True)
        assert (second.quantity, second.price, second.taxed) == (Decimal(1), Decimal(5), False)
        assert first.variant == shop.ref(Entity.VARIANTS, "1:")
        assert "Colour: Red" in first.text
        assert shop.agrees(outcome, sent)

    def test_sending_it_again_makes_no_second_one(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"), shop.goods("2", "7"))
        (first,) = shop.must(sent)
        del shop.refs[Entity.ORDERS, "1"]
        (second,) = shop.must_anew(sent)
        assert second.ref == first.ref
        assert books.orders_with(sent.number) == [first.ref]
        assert len(books.order(first.ref or "").goods) == 2

    def test_it_is_adopted_by_its_external_id(self, shop: Seller) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        (made,) = shop.must(sent)
        name = shop.external_id(sent)
        assert shop.erp.adopt(Entity.ORDERS, [name, f"{shop.instance}.nothing"]) == {name: made.ref}
        assert shop.erp.exists(Entity.ORDERS, [made.ref or "", "99999999"]) == {made.ref: True}

    def test_several_at_once(self, shop: Seller) -> None:
        sent = [shop.document(str(n), shop.goods("1", str(n))) for n in range(1, 9)]
        outcomes = shop.must(*sent)
        assert len({o.ref for o in outcomes}) == 8
        assert all(shop.agrees(o, s) for o, s in zip(outcomes, sent, strict=True))

    def test_the_carrier_is_the_orders_own(self, shop: Seller, books: Books) -> None:
        (outcome,) = shop.must(shop.document("1", shop.goods("1", "10")))
        assert books.order(outcome.ref or "").carrier == ""


class TestCurrency:
    def test_another_currency(self, shop: Seller, books: Books) -> None:
        currency, ref, rate = books.foreign_currency()
        shop.refs[Entity.CURRENCIES, currency] = ref
        lines = (shop.goods("1", "10", 3, rate="15", taxes=("86",)), shop.goods("2", "7.77"))
        sent = shop.document("1", *lines, currency=currency, rate=rate)
        (outcome,) = shop.must(sent)
        assert books.order(outcome.ref or "").currency == currency
        assert shop.agrees(outcome, sent)

    def test_one_that_is_not_there_is_held(self, shop: Seller) -> None:
        (outcome,) = shop.put(shop.document("1", shop.goods("1", "10"), currency="XQX"))
        assert isinstance(outcome.error, Held)
        assert "XQX" in str(outcome.error)
        assert outcome.ref is None


class TestHeld:
    def test_what_is_missing_holds_only_that_order(self, shop: Seller, books: Books) -> None:
        gone = shop.ref(Entity.VARIANTS, "2:")
        shop.erp.archive(Entity.VARIANTS, [("2:", gone)])
        shop.refs[Entity.VARIANTS, "9:"] = "99999999"
        archived = not books.variant(gone).active
        outcomes = shop.put(
            shop.document("1", shop.goods("2", "1")),
            shop.document("2", shop.goods("9", "1")),
            shop.document("3", shop.goods("7", "1")),
            shop.document("4", shop.goods("1", "1", taxes=("77",))),
            shop.document("5", shop.goods("1", "1"), customer="77"),
            shop.document("6", shop.goods("1", "1")),
        )
        assert [o.error.code if o.error else "" for o in outcomes] == [
            "order.product_archived" if archived else "",
            "order.product_gone",
            "order.not_mapped",
            "order.not_mapped",
            "order.not_mapped",
            "",
        ]
        assert all(isinstance(o.error, Held) for o in outcomes[1:5])

    def test_an_archived_customer(self, shop: Seller, books: Books) -> None:
        books.edit_partner(shop.ref(Entity.CUSTOMERS, "1"), active=False)
        (outcome,) = shop.put(shop.document("1", shop.goods("1", "1")))
        assert code(outcome.error) == "customer.archived"


class TestEdited:
    def test_lines_are_changed_added_and_removed(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"), shop.goods("2", "7"))
        (first,) = shop.must(sent)
        lines = (shop.goods("1", "10", 4), shop.goods("3", "2", of="2"))
        edited = changed(shop.document("1", *lines), number=sent.number, note="please hurry")
        (again,) = shop.must(edited)
        found = books.order(first.ref or "")
        assert again.ref == first.ref
        assert [(g.quantity, g.price) for g in found.goods] == [(4, 10), (1, 2)]
        assert "please hurry" in found.note
        assert shop.agrees(again, edited)

    def test_the_same_again_changes_nothing(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"), shop.goods("2", "7.77", 3))
        (first,) = shop.must(sent)
        before = books.order(first.ref or "")
        (again,) = shop.must_anew(sent)
        assert again.ref == first.ref
        assert books.order(first.ref or "") == before

    def test_a_confirmed_order_takes_more_pieces_and_further_lines(
        self, shop: Seller, books: Books
    ) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        books.confirm(first.ref or "")
        more = (shop.goods("1", "10", 2), shop.goods("2", "5"))
        grown = shop.document("1", *more, number=sent.number)
        (again,) = shop.must(grown)
        assert shop.agrees(again, grown)
        fewer = (shop.goods("1", "10", 1), shop.goods("2", "5"))
        (held,) = shop.put(shop.document("1", *fewer, number=sent.number))
        assert code(held.error) == "order.confirmed_differs"
        assert held.ref == first.ref
        assert shop.agrees(again, grown), "nothing was written"
        (held,) = shop.put(shop.document("1", shop.goods("1", "10", 2), number=sent.number))
        assert code(held.error) == "order.confirmed_differs"

    def test_a_confirmed_order_stays_as_it_is_under_other_settings(
        self, shop: Seller, books: Books
    ) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        books.confirm(first.ref or "")
        (again,) = shop.must_anew(sent)
        assert again.status is Status.UNCHANGED

    def test_a_cancelled_order_is_held(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        (first,) = shop.must(sent)
        books.cancel(first.ref or "")
        (held,) = shop.put(changed(shop.document("1", shop.goods("1", "11")), number=sent.number))
        assert code(held.error) == "order.cancelled"

    def test_an_order_typed_by_hand_is_only_compared(self, shop: Seller, books: Books) -> None:
        typed = Life(shop, shop.goods("1", "10"), key="1").ref
        sent = shop.document("2", shop.goods("1", "10"))
        shop.link(sent, typed)
        (outcome,) = shop.must(sent)
        assert (outcome.ref, len(books.order(typed).goods)) == (typed, 1)
        other = shop.document("3", shop.goods("1", "12"))
        shop.link(other, typed)
        (outcome,) = shop.put(other)
        assert code(outcome.error) == "order.total_differs"
        assert [(g.quantity, g.price) for g in books.order(typed).goods] == [(1, 10)]
