"""Changes in the ERP are told: each once, to the record it belongs to, whoever made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent.model.catalogue import Category, Manufacturer, Product
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books, Site
from agent_tests.contract.common.reading import followed, read_record
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.common.test_source_records import can_tell
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import mug, shirt, text

P = Entity.PRODUCTS


@pytest.fixture(autouse=True)
def soon(ground: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second look at what was told come soon."""
    ground.hasten(monkeypatch)


class TestProducts:
    def test_nothing_is_told_of_what_was_before(self, shop: Seller) -> None:
        shop.must(mug())
        assert followed(shop, P).look() == []

    @pytest.mark.parametrize(
        "values",
        [{"name": "Other name"}, {"price": Decimal(3)}, {"weight": Decimal(4)}, {"active": False}],
        ids=lambda values: next(iter(values)),
    )
    def test_an_edit(self, shop: Seller, books: Books, values: dict[str, Any]) -> None:
        shop.must(mug())
        following = followed(shop, P)
        books.edit_item(shop.ref(P, "7"), **values)
        following.once(shop.ref(P, "7"))

    def test_several_edits_of_a_second(self, shop: Seller, books: Books) -> None:
        shop.must(mug())
        ref = shop.ref(P, "7")
        following = followed(shop, P)
        for number in range(4):
            books.edit_item(ref, weight=Decimal(number))
            following.look()
            record = read_record(shop, P, "7")
        books.edit_item(ref, weight=Decimal("7.5"))
        last = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert isinstance(last, Product)
        assert last.weight != record.weight
        following.waits_for(ref)
        following.rest()
        assert ref not in following.look()

    def test_a_variant(self, shop: Seller) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        following = followed(shop, P)
        variants = [ref for (kind, _), ref in shop.refs.items() if kind is Entity.VARIANTS]
        shop.erp.archive(Entity.VARIANTS, [("x", variants[2])])
        following.once(shop.ref(P, "42"))
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        assert {v.key: v.active for v in record.variants}.get(variants[2], False) is False

    def test_one_that_is_new_and_others_not(self, shop: Seller, books: Books) -> None:
        shop.must(mug())
        following = followed(shop, P)
        new = books.make_item(unique("New"))
        told = following.look()
        assert new in told
        assert shop.ref(P, "7") not in told

    def test_a_deleted_one_leaves_nothing(self, shop: Seller, books: Books) -> None:
        shop.must(mug())
        gone = shop.ref(P, "7")
        following = followed(shop, P)
        books.drop_item(gone)
        following.rest()
        assert gone not in following.look()
        assert shop.erp.exists(P, [gone]) == {}


class TestParts:
    @pytest.mark.parametrize(
        "entity",
        [Entity.CATEGORIES, Entity.MANUFACTURERS, Entity.ATTRIBUTES, Entity.ATTRIBUTE_VALUES],
    )
    def test_a_new_name(self, shop: Seller, books: Books, entity: Entity) -> None:
        can_tell(shop, Entity.ATTRIBUTES if entity is Entity.ATTRIBUTE_VALUES else entity)
        shop.must(Category("1", text(unique("Top")), path=("1",)))
        shop.must(Category("2", text(unique("Other")), path=("2",)))
        shop.size_and_colour()
        shop.must(Manufacturer("9", unique("Maker")))
        shop.must(shirt(categories=("1",)))
        keys = {Entity.CATEGORIES: "12", Entity.MANUFACTURERS: "89"}
        first, second = keys.get(entity, ("option:13", "option:14"))
        if entity is Entity.ATTRIBUTE_VALUES:
            first, second = "option:13/1", "option:13/2"
        ref, other = shop.ref(entity, first), shop.ref(entity, second)
        following = followed(shop, entity)
        books.rename(entity, ref, unique("New"))
        following.waits_for(ref)
        told = following.look()
        assert ref not in told
        assert other not in told
