"""Which variant of the ERP a sale of the shop is one of."""

from __future__ import annotations

import pytest

from agent.model.stock import SoldItem
from agent.sync.two_way.pieces import by_product, sold_by_ref

RED, BLUE, BIG = "option:13/1", "option:13/2", "option:14/7"
VARIANTS = {
    f"42:{RED},{BIG}": "red",
    f"42:{BLUE},{BIG}": "blue",
    "77": "red",
}


def item(*values: str, variant: str | None = None) -> SoldItem:
    return SoldItem("42", variant, frozenset(values))


@pytest.mark.parametrize(
    ("sold", "ref"),
    [
        (item(RED, BIG), "red"),
        (item(BLUE, BIG, "option:20/3"), "blue"),
        (item(BLUE, BIG, variant="77"), "red"),
        (item(RED, BIG, variant="78"), "red"),
    ],
    ids=["its values", "values that make none", "a variant of its own", "one that is not mapped"],
)
def test_a_sale_is_that_of_one_variant(sold: SoldItem, ref: str) -> None:
    assert sold_by_ref("42", VARIANTS, [(sold, 3)]) == {ref: 3}


def test_a_sale_that_names_no_variant_is_none() -> None:
    assert sold_by_ref("42", VARIANTS, [(item(RED), 3), (item(), 4)]) == {}


def test_values_are_passed_over_where_the_erp_has_one_item() -> None:
    assert sold_by_ref("42", {"42:": "one"}, [(item(RED), 3), (item(), 4)]) == {"one": 7}


def test_sales_of_one_item_add_up() -> None:
    sales = by_product({item(RED, BIG): 3, item(variant="77"): 4, SoldItem("43"): 9})
    assert sold_by_ref("42", VARIANTS, sales["42"]) == {"red": 7}
    assert sold_by_ref("43", {"43:": "x"}, sales["43"]) == {"x": 9}
