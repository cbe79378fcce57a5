"""A document has what the shop charged, whatever the cart was."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings

from agent.errors import Held
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.sales import OptionText, TotalRow
from agent.sync.sales.compose import compose
from agent.sync.sales.rules import OrderRules
from agent_tests.unit.sales.carts import RATES, Cart, carts

RULES = OrderRules()
CENT = Decimal("0.01")


def charged(document: SalesDocument, cart: Cart) -> tuple[Decimal, Decimal]:
    """Return net and tax as an ERP would compute them from the lines alone, unrounded."""
    net = sum((line.unit_price * line.quantity for line in document.lines), Decimal(0))
    tax = sum((tax_of(line, cart.rate) for line in document.lines), Decimal(0))
    return net, tax


def tax_of(line: DocumentLine, rate: Decimal) -> Decimal:
    whole = Decimal(0)
    for key in line.taxes:
        of = next(r for r in RATES if r.key == key)
        if of.kind == "fixed":
            whole += of.rate * rate * line.quantity
        else:
            whole += line.unit_price * line.quantity * of.rate / 100
    return whole


@settings(max_examples=400, deadline=None)
@given(carts())
def test_lines_give_the_totals_of_the_shop_to_the_cent(cart: Cart) -> None:
    order = cart.order()
    document = compose(order, RULES)
    net, tax = charged(document, cart)
    # each amount that the shop stores was rounded to a hundredth of a cent
    stored = 4 + 2 * len(order.lines) + sum(quantity for _, quantity, _ in cart.goods)
    slack = Decimal("0.0001") * stored * max(cart.rate, Decimal(1))
    assert abs(net + tax - order.total * cart.rate) <= slack + CENT / 2
    rows = sum((row.value for row in order.totals if row.code == "tax"), Decimal(0))
    assert abs(tax - rows * cart.rate) <= slack + CENT / 2
    assert document.amount_total == (order.total * cart.rate).quantize(CENT, ROUND_HALF_UP)


@settings(max_examples=200, deadline=None)
@given(carts(("10", "11", "13", "14")))
def test_taxes_that_are_amounts_stand_on_a_line_of_their_own(cart: Cart) -> None:
    order = cart.order()
    document = compose(order, RULES)
    charged = sum((row.value for row in order.totals if row.title == "Eco tax"), Decimal(0))
    levies = [line for line in document.lines if line.kind is LineKind.LEVY]
    assert len(levies) == (1 if charged else 0)
    for line in levies:
        assert (line.unit_price, line.taxes) == (0, ("5",))
        assert abs(line.quantity * 2 - charged * cart.rate) < Decimal("0.0000001")
    assert all("5" not in line.taxes for line in document.lines if line not in levies)


def test_amounts_per_line_instead_of_per_piece_are_what_the_shop_says() -> None:
    """OpenCart 4.1 counts them once per line and once for shipping."""
    order = Cart(goods=[(Decimal(191), 4, "13")], shipping=(Decimal(5), "13")).order()
    rows = tuple(
        replace(row, value=Decimal(4)) if row.title == "Eco tax" else row for row in order.totals
    )
    total = order.total - 6
    rows = (*rows[:-1], replace(rows[-1], value=total))
    document = compose(replace(order, totals=rows, total=total), RULES)
    levy = next(line for line in document.lines if line.kind is LineKind.LEVY)
    assert (levy.quantity, levy.tax) == (2, 4)


def test_a_coupon_for_some_products_lowers_their_tax_only() -> None:
    cart = Cart(
        goods=[(Decimal(100), 1, "10"), (Decimal(100), 1, "11"), (Decimal(100), 1, "14")],
        coupon_percent=Decimal(50),
        coupon_only=frozenset({1}),
    )
    document = compose(cart.order(), RULES)
    discounts = [line for line in document.lines if line.kind is LineKind.DISCOUNT]
    assert [(d.unit_price, d.taxes) for d in discounts] == [(Decimal(-50), ("2",))]


def test_a_coupon_over_two_rates_is_split() -> None:
    cart = Cart(
        goods=[(Decimal(100), 1, "10"), (Decimal(300), 1, "11")], coupon_percent=Decimal(10)
    )
    document = compose(cart.order(), RULES)
    discounts = {line.taxes: line.unit_price for line in document.lines if line.unit_price < 0}
    assert discounts == {("1",): Decimal(-10), ("2",): Decimal(-30)}


def test_a_coupon_with_free_shipping_takes_its_tax_back() -> None:
    cart = Cart(
        goods=[(Decimal(200), 1, "14"), (Decimal(100), 1, "11")],
        coupon_only=frozenset({0}),
        shipping=(Decimal(10), "10"),
        coupon_percent=Decimal(10),
        free_shipping=True,
    )
    document = compose(cart.order(), RULES)
    discounts = {line.taxes: line.unit_price for line in document.lines if line.unit_price < 0}
    assert discounts == {("1",): Decimal(-10), (): Decimal(-20)}


def test_a_tax_class_changed_after_the_order_does_not_matter() -> None:
    order = Cart(goods=[(Decimal(50), 1, "10")], shipping=(Decimal(8), "10")).order()
    document = compose(replace(order, row_classes={"shipping": "14"}), RULES)
    shipping = next(line for line in document.lines if line.kind is LineKind.SHIPPING)
    assert shipping.taxes == ("1",)


def test_shipping_without_a_known_class_is_found_by_its_tax() -> None:
    order = Cart(goods=[(Decimal(50), 1, "11")], shipping=(Decimal(8), "10")).order()
    document = compose(replace(order, row_classes={}), RULES)
    shipping = next(line for line in document.lines if line.kind is LineKind.SHIPPING)
    assert shipping.taxes == ("1",)


def test_rates_of_one_name_are_told_apart_by_what_they_charge() -> None:
    order = Cart(
        goods=[(Decimal(100), 1, "10"), (Decimal(50), 2, "11")], coupon_percent=Decimal(10)
    ).order()
    same = tuple(replace(rate, name="VAT") for rate in order.tax_rates)
    whole = sum((row.value for row in order.totals if row.code == "tax"), Decimal(0))
    rows = [row for row in order.totals if row.code != "tax"]
    rows.insert(-1, TotalRow("9", "tax", "VAT", whole))
    document = compose(replace(order, tax_rates=same, totals=tuple(rows)), RULES)
    assert [line.taxes for line in document.lines[:2]] == [("1",), ("2",)]
    discounts = {line.taxes: line.unit_price for line in document.lines if line.unit_price < 0}
    assert discounts == {("1",): Decimal(-10), ("2",): Decimal(-10)}


def test_options_stand_on_the_line_and_the_variant_is_named() -> None:
    order = Cart(goods=[(Decimal(50), 1, "10")]).order()
    line = replace(
        order.lines[0],
        options=(OptionText("Size", "L"), OptionText("Engraving", "To Ann")),
        values=("option:13/49",),
    )
    document = compose(replace(order, lines=(line,)), RULES)
    assert document.lines[0].text == "Product 1\n- Size: L\n- Engraving: To Ann"
    assert document.lines[0].item == (Entity.VARIANTS, "101:option:13/49")


class TestWhatCannotBecomeADocument:
    def test_tax_that_no_rate_explains(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        line = replace(order.lines[0], tax=Decimal("3.3"))
        self.held(replace(order, lines=(line,)), "order.tax_unknown", "Product 1")

    def test_a_tax_row_without_its_rate(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        self.held(replace(order, tax_rates=()), "order.tax_rate_missing", "VAT 20%")

    def test_tax_that_is_on_nothing(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        rows = tuple(
            replace(row, value=row.value + 1) if row.code in {"tax", "total"} else row
            for row in order.totals
        )
        changed = replace(order, totals=rows, total=order.total + 1)
        self.held(changed, "order.tax_unexplained", "VAT 20%: 11.0000 charged")

    def test_totals_that_do_not_add_up(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        self.held(replace(order, total=Decimal(99)), "order.totals_differ", "+39.0000")

    @pytest.mark.parametrize("quantity", [0, -2])
    def test_a_quantity_of_nothing_or_less(self, quantity: int) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        line = replace(order.lines[0], quantity=Decimal(quantity))
        self.held(replace(order, lines=(line,)), "order.line_quantity", "Product 1")

    def test_a_deleted_product_unless_a_placeholder_may_stand_for_it(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        order = replace(order, lines=(replace(order.lines[0], product=None),))
        self.held(order, "order.product_missing", "Product 1")
        document = compose(order, OrderRules(missing_product="placeholder"))
        assert document.lines[0].kind is LineKind.PLACEHOLDER

    def test_no_lines_and_no_exchange_rate(self) -> None:
        order = Cart(goods=[(Decimal(50), 1, "10")]).order()
        self.held(replace(order, lines=()), "order.empty", "no lines")
        self.held(replace(order, rate=Decimal(0)), "order.rate", "exchange rate")

    @staticmethod
    def held(order, code: str, text: str) -> None:
        with pytest.raises(Held) as caught:
            compose(order, RULES)
        assert caught.value.code == code
        assert text in caught.value.cause
        assert caught.value.fix


def test_what_is_paid_with_is_not_taxed() -> None:
    document = compose(Cart(goods=[(Decimal(50), 1, "10")], voucher=Decimal(25)).order(), RULES)
    voucher = next(line for line in document.lines if line.kind is LineKind.VOUCHER)
    assert (voucher.unit_price, voucher.taxes) == (Decimal(-25), ())


def test_a_fee_of_an_unknown_extension_is_taken_as_it_is() -> None:
    order = Cart(goods=[(Decimal(50), 1, "10")]).order()
    fee = TotalRow("9", "gift_wrap", "Gift wrapping", Decimal("3.5000"))
    rows = (*order.totals[:1], fee, *order.totals[1:-1])
    total = TotalRow("10", "total", "Total", order.total + fee.value)
    document = compose(replace(order, totals=(*rows, total), total=total.value), RULES)
    line = next(line for line in document.lines if line.service == "gift_wrap")
    assert (line.kind, line.unit_price, line.taxes) == (LineKind.FEE, Decimal("3.5"), ())
