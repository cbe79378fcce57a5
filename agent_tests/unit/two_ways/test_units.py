"""A number means nothing without its unit: the ERP's is brought to the shop's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agent.model.catalogue import Product, Variant
from agent.model.measures import length_in, weight_in
from agent.model.plain import to_plain
from agent.sync.two_way.compare import Decision, Side, decide
from agent.sync.two_way.ownership import GROUPS, Owner, Ownership
from agent.sync.two_way.units import in_units_of, keep_together, settled_in_units_of

_NAMES = frozenset(GROUPS["measures"])
SHOP = Product("7", {}, weight=Decimal(1000), weight_unit="g", length=Decimal(20), length_unit="mm")
ERP = Product("7", {}, weight=Decimal(1), weight_unit="kg", length=Decimal(2), length_unit="cm")


def _decide(shop: Product, erp: Product, before: Product | None, owner: Owner) -> Decision:
    mine = None if before is None else settled_in_units_of(shop, to_plain(before))
    theirs = None if before is None else settled_in_units_of(shop, to_plain(ERP))
    found = in_units_of(shop, erp)
    return decide(
        _NAMES,
        Side(to_plain(shop), mine),
        Side(to_plain(found), theirs),
        Ownership({"measures": owner}),
    )


def test_the_erps_measures_are_told_in_the_shops_units() -> None:
    theirs = replace(ERP, variants=(Variant("v", (), weight=Decimal("0.5")), Variant("w", ())))
    found = in_units_of(SHOP, theirs)
    assert isinstance(found, Product)
    assert (found.weight, found.weight_unit) == (1000, "g")
    assert (found.length, found.length_unit) == (20, "mm")
    assert [v.weight for v in found.variants] == [500, None]


@pytest.mark.parametrize("owner", list(Owner))
def test_the_same_weight_in_another_unit_is_no_difference(owner: Owner) -> None:
    assert _decide(SHOP, ERP, None, owner).nothing
    assert _decide(SHOP, ERP, SHOP, owner).nothing
    in_kilos = replace(SHOP, weight=Decimal(1), weight_unit="kg")
    assert _decide(in_kilos, ERP, SHOP, owner).nothing


def test_only_the_side_that_was_edited_travels() -> None:
    theirs = replace(ERP, weight=Decimal(2))
    assert _decide(SHOP, theirs, SHOP, Owner.HOLD).to_store == {"weight"}
    thousandfold = replace(SHOP, weight_unit="kg")
    assert _decide(thousandfold, ERP, SHOP, Owner.HOLD).to_erp == {"weight"}


@pytest.mark.parametrize("unit", ["stone", ""])
def test_a_unit_that_is_not_known_keeps_its_number(unit: str) -> None:
    odd = replace(SHOP, weight_unit=unit)
    found = in_units_of(odd, ERP)
    assert isinstance(found, Product)
    assert (found.weight, found.weight_unit) == (1, "kg")
    settled = to_plain(ERP)
    assert settled_in_units_of(odd, settled) == {**settled, "length": "20", "length_unit": "mm"}
    assert settled_in_units_of(SHOP, None) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Decision({"weight"}, set(), []), Decision({"weight", "weight_unit"}, set(), [])),
        (Decision({"weight"}, {"weight_unit"}), Decision({"weight", "weight_unit"})),
        (
            Decision({"weight"}, set(), ["weight_unit"]),
            Decision(conflicts=["weight", "weight_unit"]),
        ),
        (Decision(set(), {"weight"}), Decision(set(), {"weight"})),
    ],
)
def test_a_number_whose_unit_is_not_known_goes_with_its_unit(given: Any, kept: Any) -> None:
    odd = replace(SHOP, weight_unit="stone")
    keep_together(given, odd, in_units_of(odd, ERP), _NAMES)
    assert given == kept


def test_measures_in_units_that_nobody_knows_are_none() -> None:
    assert weight_in("stone", Decimal(1), "kg") is None
    assert length_in("cm", Decimal(1), "span") is None
    assert length_in("mm", Decimal(1), "cm") == 10


def test_settled_weights_of_variants_are_brought_to_the_unit_too() -> None:
    theirs = replace(ERP, variants=(Variant("v", (), weight=Decimal("0.5")), Variant("w", ())))
    settled = settled_in_units_of(SHOP, to_plain(theirs))
    assert settled is not None
    assert settled["variants"] == to_plain(in_units_of(SHOP, theirs))["variants"]
