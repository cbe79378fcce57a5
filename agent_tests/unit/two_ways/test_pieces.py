"""Which variant of the ERP a sale of the shop is one of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from agent.erp.port import variant_key
from agent.model.stock import SoldItem, StockLevel
from agent.sync.two_way.pieces import by_product, combinations, offered, sold_by_ref

RED, BLUE, BIG = "option:13/1", "option:13/2", "option:14/7"
VARIANTS = {
    f"42:{RED},{BIG}": "red",
    f"42:{BLUE},{BIG}": "blue",
    "77": "red",
}


def sold_of(
    product: str, variants: Mapping[str, str], sales: Sequence[tuple[SoldItem, int]]
) -> dict[str, int]:
    return sold_by_ref(product, variants, combinations(product, variants, ()), sales)


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
    assert sold_of("42", VARIANTS, [(sold, 3)]) == {ref: 3}


def test_a_sale_that_names_no_variant_is_none() -> None:
    assert sold_of("42", VARIANTS, [(item(RED), 3), (item(), 4)]) == {}


def test_values_are_passed_over_where_the_erp_has_one_item() -> None:
    assert sold_of("42", {"42:": "one"}, [(item(RED), 3), (item(), 4)]) == {"one": 7}


def test_sales_of_one_item_add_up() -> None:
    sales = by_product({item(RED, BIG): 3, item(variant="77"): 4, SoldItem("43"): 9})
    assert sold_of("42", VARIANTS, sales["42"]) == {"red": 7}
    assert sold_of("43", {"43:": "x"}, sales["43"]) == {"x": 9}


def offers(levels: Sequence[StockLevel], **variants: str) -> set[str]:
    keys = {f"42:{values}": ref for ref, values in variants.items()}
    found = offered(keys, combinations("42", keys, ()), {level.ref: level for level in levels})
    return {level.ref for level in found.values()}


def test_archived_and_deleted_variants_are_not_sold() -> None:
    levels = [StockLevel("s"), StockLevel("m", active=False)]
    assert offers(levels, s="o:1/1", m="o:1/2", gone="o:1/3") == {"s"}


def test_what_a_product_was_before_it_had_options_is_not_sold() -> None:
    assert offers([StockLevel("s"), StockLevel("single")], s="o:1/1", single="") == {"s"}
    archived = [StockLevel("s", active=False), StockLevel("single")]
    assert offers(archived, s="o:1/1", single="") == {"single"}, "it has no options any more"


def test_all_variants_of_an_archived_product_count() -> None:
    levels = [StockLevel("s", active=False), StockLevel("m", active=False)]
    assert offers(levels, s="o:1/1", m="o:1/2") == {"s", "m"}


def test_long_combinations_are_known_by_their_values() -> None:
    values = [f"option:{option}00/{value}00" for option in range(1, 9) for value in range(3)]
    made_of = values[::3]
    key = variant_key("42", made_of)
    assert "#" in key
    assert combinations("42", {key: "x"}, values) == {key: frozenset(made_of)}
    sold = item(*made_of, "option:7777/1")
    found = combinations("42", {key: "x"}, values)
    assert sold_by_ref("42", {key: "x"}, found, [(sold, 2)]) == {"x": 2}
