"""What an ERP cannot tell is kept, and what it took back goes."""

from __future__ import annotations

from typing import Any

import pytest

from agent.model.catalogue import Product
from agent.sync.two_way.comparable import laid_over
from agent.sync.two_way.compare import Decision, Side, decide
from agent.sync.two_way.ownership import Owner, Ownership, group_of


def decided(
    name: str, shop: tuple[Any, Any], erp: tuple[Any, Any], owner: Owner = Owner.HOLD
) -> Decision:
    """Compare a field, each side as it was settled and as it is now."""
    mine, theirs = (Side({name: now}, {name: before}) for before, now in (shop, erp))
    return decide([name], mine, theirs, Ownership({group_of(name): owner}))


class TestCategories:
    CHAIRS, TABLES, SALE = "20", "21", "22"

    @pytest.mark.parametrize("owner", [Owner.ERP, Owner.NEWEST, Owner.HOLD])
    @pytest.mark.parametrize("now", [[], ["21"]])
    @pytest.mark.parametrize("also", [[], ["21"]])
    def test_one_that_the_erp_takes_away_goes_and_the_shops_own_stay(
        self, owner: Owner, now: list[str], also: list[str]
    ) -> None:
        mine = [self.CHAIRS, self.SALE, *also]
        found = decided("categories", (mine, mine), ([self.CHAIRS], now), owner)
        assert found.to_store == {"categories"}
        shop = Product("1", {"en-gb": "Stool"}, categories=tuple(mine))
        erp = Product("1", {"en-gb": "Stool"}, categories=tuple(now))
        before = {"categories": [self.CHAIRS]}
        record = laid_over(shop, erp, frozenset({"categories"}), before)
        assert isinstance(record, Product)
        assert set(record.categories) == {self.SALE, *also, *now}
        after = list(record.categories)
        assert decided("categories", (after, after), (now, now), owner).nothing

    def test_where_the_shop_is_right_the_erp_gets_it_back(self) -> None:
        mine = [self.CHAIRS]
        found = decided("categories", (mine, mine), (mine, []), Owner.SHOP)
        assert found.to_erp == {"categories"}

    @pytest.mark.parametrize("owner", list(Owner))
    def test_both_took_it_away(self, owner: Owner) -> None:
        both = [self.CHAIRS, self.SALE]
        assert decided("categories", (both, [self.SALE]), ([self.CHAIRS], []), owner).nothing

    @pytest.mark.parametrize("owner", list(Owner))
    def test_what_the_erp_never_told_is_no_difference(self, owner: Owner) -> None:
        mine = [self.CHAIRS, self.SALE]
        assert decided("categories", (mine, [*mine, "23"]), (["20"], ["20"]), owner).nothing

    def test_a_move_on_both_sides_waits_for_a_person(self) -> None:
        found = decided("categories", (["20"], ["22"]), (["20"], ["21"]))
        assert found.conflicts == ["categories"]
