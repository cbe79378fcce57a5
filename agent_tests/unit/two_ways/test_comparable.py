"""What an ERP cannot tell is kept, and what it took back or copied in the shop follows it."""

from __future__ import annotations

from typing import Any

import pytest

from agent.model.catalogue import Category, Product, Spec
from agent.model.plain import to_plain
from agent.sync.two_way.comparable import laid_over
from agent.sync.two_way.compare import Decision, Side, decide
from agent.sync.two_way.ownership import Owner, Ownership, group_of

SHOP = ("en-gb", "de-de", "fr-fr")


def decided(
    name: str, shop: tuple[Any, Any], erp: tuple[Any, Any], owner: Owner = Owner.HOLD
) -> Decision:
    """Compare a field, each side as it was settled and as it is now."""
    mine, theirs = (Side({name: now}, {name: before}) for before, now in (shop, erp))
    return decide([name], mine, theirs, Ownership({group_of(name): owner}))


class TestLanguagesThatTheErpDoesNotTell:
    def _name(self, shop: dict[str, str], erp: dict[str, str], before: str = "") -> Any:
        settled = {"name": {"en-gb": before}} if before else None
        record = laid_over(
            Category("1", shop), Category("1", erp), frozenset({"name"}), settled, SHOP
        )
        assert isinstance(record, Category)
        return record.name

    def test_a_copy_follows_and_a_translation_stays(self) -> None:
        erp = {"en-gb": "Cup", "de-de": "Tasse"}
        copied = {"en-gb": "Mug", "de-de": "Becher", "fr-fr": "Mug"}
        assert self._name(copied, erp) == {**erp, "fr-fr": "Cup"}
        translated = {**copied, "fr-fr": "Gobelet"}
        assert self._name(translated, erp) == {**erp, "fr-fr": "Gobelet"}

    def test_a_copy_of_another_language_than_the_first_that_is_told_stays(self) -> None:
        shop = {"en-gb": "Mug", "de-de": "Becher", "fr-fr": "Becher"}
        assert self._name(shop, {"en-gb": "Mug", "de-de": "Tasse"})["fr-fr"] == "Becher"

    def test_a_copy_follows_where_the_shops_own_edit_gave_way(self) -> None:
        shop = {"en-gb": "Edited in the shop", "fr-fr": "Mug"}
        assert self._name(shop, {"en-gb": "Cup"}, "Mug") == {"en-gb": "Cup", "fr-fr": "Cup"}

    def test_the_default_language_follows_another_one(self) -> None:
        shop = {"en-gb": "Mug", "de-de": "Mug", "fr-fr": "Gobelet"}
        told = {"en-gb": "Tasse", "de-de": "Tasse", "fr-fr": "Gobelet"}
        assert self._name(shop, {"de-de": "Tasse"}) == told

    def test_no_text_at_all_leaves_the_shops(self) -> None:
        assert self._name({"en-gb": "Mug", "fr-fr": "Mug"}, {}) == {"en-gb": "Mug", "fr-fr": "Mug"}

    def test_descriptions_of_products_go_by_themselves(self) -> None:
        shop = Product(
            "1",
            {"en-gb": "Mug", "fr-fr": "Mug"},
            specs=(
                Spec("attribute:1", "a", {"en-gb": "Red", "fr-fr": "Red"}),
                Spec("attribute:2", "b", {"en-gb": "Steel", "fr-fr": "Acier"}),
            ),
        )
        erp = Product(
            "1",
            {"en-gb": "Mug"},
            specs=(
                Spec("attribute:1", "c", {"en-gb": "Blue"}),
                Spec("attribute:2", "d", {"en-gb": "Tin"}),
                Spec("attribute:3", "e", {"en-gb": "Small"}),
            ),
        )
        found = laid_over(shop, erp, frozenset({"specs"}), to_plain(shop), SHOP)
        assert isinstance(found, Product)
        assert [spec.text for spec in found.specs] == [
            {"en-gb": "Blue", "fr-fr": "Blue"},
            {"en-gb": "Tin", "fr-fr": "Acier"},
            {"en-gb": "Small"},
        ]


class TestLanguagesThatAreToldFromNowOn:
    """Such as a second English of the shop, beside the one that was told before."""

    SHOP = {"en-gb": "Colour", "en-us": "Color"}  # noqa: RUF012 - nobody changes it

    @pytest.mark.parametrize("owner", list(Owner))
    def test_what_was_said_before_is_no_edit(self, owner: Owner) -> None:
        erp = {"en-us": "Color"}, {"en-gb": "Color", "en-us": "Color"}
        assert decided("name", (self.SHOP, self.SHOP), erp, owner).nothing

    @pytest.mark.parametrize("owner", list(Owner))
    def test_so_it_is_with_specifications(self, owner: Owner) -> None:
        def specs(text: dict[str, str]) -> list[dict[str, Any]]:
            return [{"attribute": "attribute:1", "value": "a", "text": text}]

        shop = specs(self.SHOP)
        before, now = specs({"en-us": "Color"}), specs({"en-gb": "Color", "en-us": "Color"})
        assert decided("specs", (shop, shop), (before, now), owner).nothing

    @pytest.mark.parametrize("new", ["Hue", "Color"])
    def test_what_is_new_is_one(self, new: str) -> None:
        """A translation that the ERP has at last, or another text in all of them."""
        erp = {"en-us": "Tint" if new == "Color" else "Color"}, {"en-gb": new, "en-us": "Color"}
        assert decided("name", (self.SHOP, self.SHOP), erp).to_store == {"name"}


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
        record = laid_over(shop, erp, frozenset({"categories"}), before, SHOP)
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
