"""The shop's totals are the truth: agreed to the cent, by a rounding line, or held by how much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.model.document import LineKind, SalesDocument
from agent_tests.contract.common.seller import changed, document, line
from agent_tests.contract.ground import Ground
from agent_tests.contract.sales_shop import SalesShop

RATES = {"19": 19.0, "7": 7.0, "825": 8.25}


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop with a customer, products and three taxes."""
    made = SalesShop(ground)
    made.buyer()
    for key in ("1", "2", "3", "4", "5"):
        made.product(key)
    for key, percent in RATES.items():
        made.make_tax(key, percent)
    yield made
    made.close()


def off(sent: SalesDocument, total: str, tax: str = "0") -> SalesDocument:
    """Return the document with other totals than its lines."""
    return changed(
        sent,
        amount_total=sent.amount_total + Decimal(total),
        amount_tax=sent.amount_tax + Decimal(tax),
    )


class TestRounding:
    @pytest.mark.parametrize(
        ("total", "tax"),
        [("0.01", "0"), ("-0.02", "0"), ("0.01", "0.01"), ("-0.01", "-0.01"), ("0", "0.01")],
    )
    def test_cents_are_made_up_for(self, shop: SalesShop, total: str, tax: str) -> None:
        lines = [shop.goods(k, "10.5", 2, rate="19", taxes=("19",)) for k in ("1", "2", "3")]
        sent = off(document("1", *lines), total, tax)
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)
        rounding = [r for r in shop.line_rows(outcome.ref) if r["product_id"][1] == "Rounding"]
        assert 1 <= len(rounding) <= 2

    @pytest.mark.parametrize("tax", ["0.01", "-0.01"])
    def test_taxes_included_in_prices(self, shop: SalesShop, tax: str) -> None:
        shop.make_tax("20", 20.0, **shop.included())
        lines = [shop.goods(k, "8.3333", 3, rate="20", taxes=("20",)) for k in ("1", "2")]
        sent = off(document("1", *lines), tax, tax)
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)

    def test_a_levy_is_a_tax_without_a_price(self, shop: SalesShop) -> None:
        shop.make_tax("9", 2.0, amount_type="fixed")
        levy = line("levy_9", "0", 3, kind=LineKind.LEVY, tax=Decimal(6), taxes=("9",))
        sent = document("1", shop.goods("1", "10", 3, rate="19", taxes=("19",)), levy)
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)
