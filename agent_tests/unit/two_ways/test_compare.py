"""Who is right is decided by the setting, field by field, and both sides end equal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ConfigError
from agent.sync.two_way.compare import Decision, Side, decide
from agent.sync.two_way.ownership import Owner, Ownership, group_of, parse_ownership

_NAMES = ("weight", "tax_class", "active", "manufacturer")
_values = st.fixed_dictionaries({name: st.integers(0, 2) for name in _NAMES})
_before = st.none() | _values
_owners = st.sampled_from(list(Owner))
_times = st.none() | st.integers(0, 5).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(n)
)


def _ownership(owner: Owner) -> Ownership:
    return Ownership({group_of(name): owner for name in _NAMES})


@given(_values, _before, _values, _before, _owners, _times, _times)
def test_every_difference_goes_one_way_or_waits_or_was_settled(
    shop: dict[str, Any],
    shop_before: dict[str, Any] | None,
    erp: dict[str, Any],
    erp_before: dict[str, Any] | None,
    owner: Owner,
    shop_at: datetime | None,
    erp_at: datetime | None,
) -> None:
    found = decide(
        _NAMES,
        Side(shop, shop_before, shop_at),
        Side(erp, erp_before, erp_at),
        _ownership(owner),
    )
    told = [*found.to_store, *found.to_erp, *found.conflicts]
    assert len(told) == len(set(told)), "one way only"
    for name in _NAMES:
        ours = shop_before is None or shop[name] != shop_before[name]
        theirs = erp_before is None or erp[name] != erp_before[name]
        if shop[name] == erp[name] or not (ours or theirs):
            assert name not in told
        elif owner is Owner.SHOP:
            assert name in found.to_erp
        elif owner is Owner.ERP:
            assert name in found.to_store
        elif ours and not theirs:
            assert name in found.to_erp
        elif theirs and not ours:
            assert name in found.to_store
        else:
            assert (name in found.conflicts) is (owner is Owner.HOLD)


@given(_values, _values, st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(["shop", "erp"])))
def test_a_persons_choice_counts_whatever_the_setting_says(
    shop: dict[str, Any], erp: dict[str, Any], choices: dict[str, Any]
) -> None:
    found = decide(_NAMES, Side(shop), Side(erp), _ownership(Owner.HOLD), choices)
    for name, side in choices.items():
        if shop[name] != erp[name]:
            assert name in (found.to_erp if side == "shop" else found.to_store)


@given(_values, _values, _owners)
def test_after_writing_nothing_is_left_to_do(
    shop: dict[str, Any], erp: dict[str, Any], owner: Owner
) -> None:
    found = decide(_NAMES, Side(shop), Side(erp), _ownership(owner))
    after_shop = {n: erp[n] if n in found.to_store else shop[n] for n in _NAMES}
    after_erp = {n: shop[n] if n in found.to_erp else erp[n] for n in _NAMES}
    settled_shop = {n: v for n, v in after_shop.items() if n not in found.conflicts}
    settled_erp = {n: v for n, v in after_erp.items() if n not in found.conflicts}
    again = decide(
        _NAMES,
        Side(after_shop, settled_shop),
        Side(after_erp, settled_erp),
        _ownership(owner),
    )
    assert again.to_store == again.to_erp == set()
    assert again.conflicts == found.conflicts


class TestWhatAnErpCannotTell:
    def _decide(self, name: str, shop: Any, erp: Any, owner: Owner = Owner.HOLD) -> Decision:
        ownership = Ownership({group_of(name): owner})
        return decide([name], Side({name: shop}), Side({name: erp}), ownership)

    def test_further_languages_of_the_shop_are_no_difference(self) -> None:
        assert self._decide("name", {"en-gb": "Mug", "de-de": "Becher"}, {"en-gb": "Mug"}).nothing

    def test_further_categories_of_the_shop_are_no_difference(self) -> None:
        assert self._decide("categories", ["7", "16"], ["7"]).nothing
        assert not self._decide("categories", ["16"], ["7"]).nothing

    def test_combinations_that_the_shop_does_not_keep_are_no_difference(self) -> None:
        ours = [{"values": ["a", "b"], "sku": "X", "barcode": None, "active": True}]
        theirs = [
            {"values": ["b", "a"], "sku": "X", "barcode": "", "active": True},
            {"values": ["a", "c"], "sku": "Y", "barcode": "", "active": True},
        ]
        assert self._decide("variants", ours, theirs).nothing
        assert not self._decide("variants", [{**ours[0], "sku": "Z"}], theirs).nothing

    def test_pictures_are_never_taken_for_a_conflict_at_first_sight(self) -> None:
        ours, theirs = [{"path": "a.png", "checksum": "1"}], [{"path": "b", "checksum": "2"}]
        assert self._decide("images", ours, theirs).nothing
        assert self._decide("images", [], theirs).to_store == {"images"}
        assert self._decide("images", ours, [], Owner.SHOP).to_erp == {"images"}


@pytest.mark.parametrize("owner", list(Owner))
@pytest.mark.parametrize(
    ("shop", "before", "settled", "unpriced", "goes"),
    [
        ("0", "0", {}, True, "erp"),
        ("0", "0", {}, False, "owner"),
        ("0", "0", {"price": "0"}, True, "owner"),
        ("5", "5", {}, True, "owner"),
        ("0", "5", {}, True, "owner"),
    ],
)
def test_a_product_made_without_a_price_takes_its_first_one(
    shop: str, before: str, settled: dict[str, str], unpriced: bool, goes: str, owner: Owner
) -> None:
    found = decide(
        ["price"],
        Side({"price": shop}, {"price": before}),
        Side({"price": "25"}, settled),
        Ownership({"price": owner}),
        unpriced=unpriced,
    )
    if goes == "erp":
        assert found.to_store == {"price"}
    elif owner is Owner.SHOP:
        assert found.to_erp == {"price"}


@pytest.mark.parametrize(
    ("later", "winner"),
    [
        (-60, "shop"),
        (0, "shop"),
        (0.9, "shop"),
        (1, "shop"),
        (1.8, "shop"),
        (2, "erp"),
        (60, "erp"),
    ],
)
def test_edits_within_a_second_are_simultaneous_and_the_shops_counts(
    later: float, winner: str
) -> None:
    """Whole seconds by two clocks cannot tell more; a later edit of the ERP counts."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    shop = Side({"weight": 1}, {"weight": 0}, noon)
    erp = Side({"weight": 2}, {"weight": 0}, noon + timedelta(seconds=later))
    found = decide(["weight"], shop, erp, _ownership(Owner.NEWEST))
    assert (found.to_erp, found.to_store) == (
        ({"weight"}, set()) if winner == "shop" else (set(), {"weight"})
    )


def test_one_sides_edit_travels_whatever_the_times_say() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    shop = Side({"weight": 0}, {"weight": 0}, noon + timedelta(days=1))
    erp = Side({"weight": 2}, {"weight": 0}, noon)
    assert decide(["weight"], shop, erp, _ownership(Owner.NEWEST)).to_store == {"weight"}


def test_a_word_that_is_no_owner_is_refused() -> None:
    with pytest.raises(ConfigError, match="owner_price"):
        parse_ownership({"owner_price": "me"})
    assert not parse_ownership({}).two_way
    assert parse_ownership({"owner_price": "erp"}).of("price") is Owner.ERP
