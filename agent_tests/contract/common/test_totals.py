"""The shop's totals are the truth: agreed to the cent, or held by how much."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import Held
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.seller import Seller, changed, line

RATES = {"19": 19.0, "7": 7.0, "825": 8.25}
_carts = {"n": 0}


@pytest.fixture
def shop(shop: Seller) -> Seller:
    """Give a shop with a customer, products and three taxes."""
    shop.buyer()
    shop.link_currency()
    for key in ("1", "2", "3", "4", "5"):
        shop.product(key)
    for key, percent in RATES.items():
        shop.make_tax(key, percent)
    return shop


def off(sent: SalesDocument, total: str, tax: str = "0") -> SalesDocument:
    """Return the document with other totals than its lines."""
    return changed(
        sent,
        amount_total=sent.amount_total + Decimal(total),
        amount_tax=sent.amount_tax + Decimal(tax),
    )


class TestRounding:
    @pytest.mark.parametrize("cents", ["0.01", "-0.02", "0.05"])
    def test_cents_are_made_up_for(self, shop: Seller, cents: str) -> None:
        lines = [shop.goods(k, "10.5", 2, rate="19", taxes=("19",)) for k in ("1", "2", "3")]
        sent = off(shop.document("1", *lines), cents)
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)

    def test_rounding_goes_with_its_reason(self, shop: Seller) -> None:
        plain = shop.document("1", shop.goods("1", "10.5", rate="19", taxes=("19",)))
        (outcome,) = shop.must(off(plain, "0.03"))
        (again,) = shop.must(plain)
        assert again.ref == outcome.ref
        assert shop.agrees(again, plain)

    def test_beyond_the_limit_it_is_held_and_says_by_how_much(
        self, shop: Seller, books: Books
    ) -> None:
        plain = shop.document(
            "1",
            shop.goods("1", "10.5", rate="19", taxes=("19",)),
            shop.goods("2", "4", rate="19", taxes=("19",), text="The odd one", tax=Decimal(1)),
        )
        (outcome,) = shop.put(plain)
        assert outcome.error is not None
        assert outcome.error.code == "order.total_differs"
        for word in (str(plain.amount_total), str(plain.amount_tax), "0.24", "The odd one"):
            assert word in outcome.error.cause
        assert "tax" in outcome.error.fix
        assert books.orders_with(plain.number) == ([outcome.ref] if outcome.ref else [])
        if outcome.ref:
            found = books.order(outcome.ref)
            assert (found.state, len(found.goods)) == ("quotation", 2)

    def test_the_limit_is_the_documents(self, shop: Seller) -> None:
        plain = off(shop.document("1", shop.goods("1", "10")), "0.80")
        sent = changed(plain, rounding_limit=Decimal(1))
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)
        (held,) = shop.put(changed(sent, key="2", rounding_limit=Decimal("0.79")))
        assert held.error is not None

    def test_one_that_differs_does_not_stop_the_others(self, shop: Seller) -> None:
        good = shop.document("1", shop.goods("1", "10"))
        bad = off(shop.document("2", shop.goods("1", "10")), "5")
        cent = off(shop.document("3", shop.goods("1", "10")), "0.01")
        outcomes = shop.put(good, bad, cent)
        assert [o.error is None for o in outcomes] == [True, False, True]

    def test_shipping_fees_and_discounts(self, shop: Seller) -> None:
        lines = [
            shop.goods("1", "99.9999", 7, rate="19", taxes=("19",)),
            shop.goods("2", "0.3333", 12, rate="7", taxes=("7",)),
            line("shipping_0", "4.95", kind=LineKind.SHIPPING, rate="19", taxes=("19",)),
            line("fee_1", "2.5", kind=LineKind.FEE, rate="19", taxes=("19",), service="handling"),
            line("total_8_0", "-10.1234", kind=LineKind.DISCOUNT, service="coupon"),
        ]
        sent = shop.document("1", *lines)
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)


prices = st.decimals("0.0001", "999.9999", places=4)
lines_of_goods = st.tuples(
    prices, st.integers(1, 12), st.sampled_from(["", "19", "7", "825", "19 7"])
)


def cart(shop: Seller, goods: list[tuple[Decimal, int, str]], off_by: Decimal) -> SalesDocument:
    """Return an order as OpenCart computes one: four decimals per piece, totals rounded once."""
    _carts["n"] += 1
    lines: list[DocumentLine] = []
    for number, (price, quantity, taxes) in enumerate(goods, 1):
        keys = tuple(taxes.split())
        percent = sum((Decimal(str(RATES[k])) for k in keys), Decimal(0))
        lines.append(shop.goods(str(number), str(price), quantity, rate=str(percent), taxes=keys))
    lines.append(line("shipping_0", "4.9", kind=LineKind.SHIPPING, rate="19", taxes=("19",)))
    if off_by:
        lines.append(line("total_8_0", str(off_by), kind=LineKind.DISCOUNT))
    return shop.document(str(_carts["n"]), *lines)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    carts=st.lists(
        st.tuples(
            st.lists(lines_of_goods, min_size=1, max_size=5),
            st.decimals("-20", "0", places=4),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_random_carts_agree_or_say_by_how_much(
    shop: Seller, carts: list[tuple[list[tuple[Decimal, int, str]], Decimal]]
) -> None:
    sent = [cart(shop, goods, off_by) for goods, off_by in carts]
    for document_, outcome in zip(sent, shop.put(*sent), strict=True):
        if outcome.error is None:
            assert shop.agrees(outcome, document_)
        else:
            assert isinstance(outcome.error, Held)
            assert outcome.ref is None or not shop.agrees(outcome, document_)
