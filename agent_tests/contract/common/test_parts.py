"""Categories, attributes, values and manufacturers."""

from __future__ import annotations

import pytest

from agent.erp.port import Status
from agent.errors import Held, InvalidRecord
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer
from agent.model.entity import Entity
from agent.model.record import Record
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.common.test_products import carried
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, shirt, text


def one_of(entity: Entity) -> tuple[Record, Record]:
    """Return a record and the same one renamed."""
    first, second = unique("First"), unique("Second")
    if entity is Entity.CATEGORIES:
        return Category("1", text(first), path=("1",)), Category("1", text(second), path=("1",))
    if entity is Entity.MANUFACTURERS:
        return Manufacturer("8", first), Manufacturer("8", second)
    if entity is Entity.ATTRIBUTES:
        return (
            Attribute("option:1", text(first), "choice"),
            Attribute("option:1", text(second), "choice"),
        )
    return (
        AttributeValue("option:1/1", "option:1", text(first)),
        AttributeValue("option:1/1", "option:1", text(second)),
    )


@pytest.fixture(
    params=[
        Entity.CATEGORIES,
        Entity.MANUFACTURERS,
        Entity.ATTRIBUTES,
        Entity.ATTRIBUTE_VALUES,
    ]
)
def entity(request: pytest.FixtureRequest, shop: Seller) -> Entity:
    """Give each kind that the ERP has a place for; a value's attribute is there."""
    found: Entity = request.param
    carried(shop, found)
    if found is Entity.ATTRIBUTE_VALUES:
        shop.must(Attribute("option:1", text(unique("Size")), "choice"))
    return found


class TestEachKind:
    def test_it_arrives_once_and_a_new_name_follows(
        self, shop: Seller, books: Books, entity: Entity
    ) -> None:
        record, renamed = one_of(entity)
        (made,) = shop.must(record)
        assert made.status is Status.CREATED
        ref = made.ref or ""
        assert books.name_of(entity, ref) == _name(record)
        shop.unsent(record)
        (again,) = shop.must(record)
        assert again.ref == ref
        (outcome,) = shop.must(renamed)
        assert (outcome.ref, outcome.status) == (ref, Status.UPDATED)
        assert books.name_of(entity, ref) == _name(renamed)
        (outcome,) = shop.must(renamed)
        assert outcome.status is Status.UNCHANGED

    def test_it_is_there_until_it_is_not(self, shop: Seller, entity: Entity) -> None:
        record, _ = one_of(entity)
        (made,) = shop.must(record)
        ref = made.ref or ""
        assert shop.erp.exists(entity, [ref, "99999999"]) == {ref: True}
        name = shop.external_id(record)
        assert shop.erp.adopt(entity, [name, f"{shop.instance}.nothing"]) == {name: ref}
        found = shop.erp.search(entity, _name(record), 5)
        assert ref in [c.ref for c in found]
        assert shop.erp.search(entity, unique("nothing like it"), 5) == []

    def test_one_of_the_same_name_matches(self, shop: Seller, books: Books, entity: Entity) -> None:
        record, other = one_of(entity)
        refs = {k: v for k, v in shop.refs.items() if k[0] is Entity.ATTRIBUTES}
        assert shop.erp.match(entity, [record], refs=refs) == {}
        (made,) = shop.must(record)
        found = shop.erp.match(entity, [record, other.__class__(**_as(other, "99"))], refs=refs)
        assert [c.ref for c in found[record.key]] == [made.ref]
        assert "99" not in found


def _name(record: Record) -> str:
    name = record.name  # type: ignore[union-attr]
    return str(name if isinstance(name, str) else name["en-gb"])


def _as(record: Record, key: str) -> dict[str, object]:
    names = record.__dataclass_fields__
    return {name: getattr(record, name) for name in names} | {"key": key}


class TestCategories:
    @pytest.fixture(autouse=True)
    def place(self, shop: Seller) -> None:
        """Skip where the ERP has no categories."""
        carried(shop, Entity.CATEGORIES)

    def test_a_tree_arrives_whatever_order_it_comes_in(self, shop: Seller, books: Books) -> None:
        names = {key: unique("Category") for key in "123"}
        shop.must(
            Category("3", text(names["3"]), parent="2", path=("1", "2", "3")),
            Category("1", text(names["1"]), path=("1",)),
            Category("2", text(names["2"]), parent="1", path=("1", "2")),
        )
        for key, name in names.items():
            assert books.name_of(Entity.CATEGORIES, shop.ref(Entity.CATEGORIES, key)) == name

    def test_same_names_in_different_places_stay_apart(self, shop: Seller) -> None:
        name = unique("Accessories")
        shop.must(
            Category("1", text(unique("Phones")), path=("1",)),
            Category("2", text(unique("Cameras")), path=("2",)),
            Category("11", text(name), parent="1", path=("1", "11")),
            Category("21", text(name), parent="2", path=("2", "21")),
        )
        refs = {shop.ref(Entity.CATEGORIES, key) for key in ("11", "21")}
        assert len(refs) == 2

    def test_a_nameless_one_stops_no_other(self, shop: Seller) -> None:
        bad, child, good = shop.put(
            Category("1", text(" "), path=("1",)),
            Category("2", text(unique("Child")), parent="1", path=("1", "2")),
            Category("3", text(unique("Good")), path=("3",)),
        )
        assert isinstance(bad.error, InvalidRecord)
        assert child.error is None or isinstance(child.error, Held)
        assert good.status is Status.CREATED


def test_a_value_without_its_attribute_is_held(shop: Shop) -> None:
    (outcome,) = shop.put(AttributeValue("option:9/1", "option:9", text("Red")))
    assert isinstance(outcome.error, Held)


def test_archiving_what_products_use_leaves_it(shop: Shop) -> None:
    shop.size_and_colour()
    shop.must(shirt())
    ref = shop.ref(Entity.ATTRIBUTES, "option:13")
    (outcome,) = shop.erp.archive(Entity.ATTRIBUTES, [("option:13", ref)])
    assert outcome.status is Status.UNCHANGED
    assert len(outcome.warnings) == 1
    assert shop.erp.exists(Entity.ATTRIBUTES, [ref]) == {ref: True}
