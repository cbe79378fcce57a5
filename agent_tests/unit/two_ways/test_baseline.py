"""What is edited while a page is written is never taken for settled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.model.catalogue import OptionValue, Product, ProductOption
from agent.model.plain import to_plain
from agent.sync.two_way.baseline import edited, merged, merged_plain, written

_OPTION = ProductOption("option:1", (OptionValue("option:1/2", quantity=4),))
FIRST = Product("7", {"en": "A"}, sku="S", codes={"sku": "S"}, options=(_OPTION,), quantity=4)
AGAIN = replace(FIRST, name={"en": "B"}, description={"en": "By hand"}, quantity=3)
NAME = written({"name"})


def test_only_what_was_written_is_taken_over() -> None:
    found = merged(FIRST, AGAIN, NAME)
    assert isinstance(found, Product)
    assert (found.name, found.description, found.quantity) == ({"en": "B"}, {}, 3)
    plain = merged_plain(to_plain(FIRST), to_plain(AGAIN), NAME)
    assert plain == to_plain(found)


def test_an_edit_of_another_field_is_noticed_on_both_sides() -> None:
    assert edited(FIRST, AGAIN, NAME)
    assert edited(to_plain(FIRST), to_plain(AGAIN), NAME)
    assert not edited(FIRST, replace(FIRST, name={"en": "B"}), NAME)


def test_what_follows_from_a_field_is_no_edit() -> None:
    again = replace(FIRST, sku="T", codes={"sku": "T"})
    assert not edited(FIRST, again, written({"sku"}))
    heavy = replace(FIRST, weight=Decimal(1), weight_unit="kg")
    assert not edited(FIRST, heavy, written({"weight"}))


def test_an_order_is_no_edit() -> None:
    sold = replace(
        FIRST,
        quantity=1,
        options=(replace(_OPTION, values=(OptionValue("option:1/2", quantity=1),)),),
    )
    assert not edited(FIRST, sold, NAME)
