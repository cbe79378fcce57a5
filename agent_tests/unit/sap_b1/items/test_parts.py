"""What products point to: attributes, values, item groups, manufacturers."""

from __future__ import annotations

import dataclasses

import pytest

from agent.erp.port import Status
from agent.errors import Ambiguous, ConfigError, Held, InvalidRecord, TimedOut
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer
from agent.model.entity import Entity
from agent.model.record import Record
from agent.sandbox.sap_b1.web.chaos import Fault
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import ENTITIES, Shop, text
from agent_tests.unit.sap_b1.items.rig import B1Ground

A, W = Entity.ATTRIBUTES, Entity.ATTRIBUTE_VALUES


def group(ground: B1Ground, ref: str | None) -> str:
    row = ground.cx.client.get("ItemGroups", int(ref or 0))
    assert row is not None
    return str(row["GroupName"])


class TestAttributes:
    def test_they_become_rows(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(Attribute("option:13", text("Size", de="Groesse"), "choice", "radio", 7))
        shop.must(AttributeValue("option:13/49", "option:13", text("Large"), 3))
        mark = shop.instance.removeprefix("opencart_")
        row = ground.cx.client.get("U_ERPB_ATTR", f"{mark}-13")
        assert row is not None
        assert [row[k] for k in ("Name", "U_Kind", "U_Display", "U_Sort")] == [
            *("Size", "choice", "radio"),
            7,
        ]
        value = ground.cx.client.get("U_ERPB_VALUE", f"{mark}-13_49")
        assert value is not None
        assert [value["Name"], value["U_Attribute"], value["U_Sort"]] == ["Large", f"{mark}-13", 3]

    def test_only_changes_are_sent(self, shop: Shop, ground: B1Ground) -> None:
        size = Attribute("option:13", text("Size"), "choice")
        shop.must(size)
        (same,) = shop.must_anew(size)
        assert same.status is Status.UNCHANGED
        (renamed,) = shop.must(dataclasses.replace(size, name=text("Sizes")))
        assert renamed.status is Status.UPDATED
        row = ground.cx.client.get("U_ERPB_ATTR", str(renamed.ref))
        assert row is not None
        assert row["Name"] == "Sizes"

    def test_what_makes_items_was_chosen_in_sap(self, shop: Shop, ground: B1Ground) -> None:
        code = unique("own").replace(" ", "-")
        ground.cx.client.post("U_ERPB_ATTR", {"Code": code, "Name": "Size", "U_Kind": "optional"})
        size = Attribute("option:13", text("Size"), "choice")
        shop.link(size, code)
        shop.must(size)
        row = ground.cx.client.get("U_ERPB_ATTR", code)
        assert row is not None
        assert row["U_Kind"] == "optional"

    def test_a_value_waits_for_its_attribute(self, shop: Shop) -> None:
        (outcome,) = shop.put(AttributeValue("option:13/49", "option:13", text("Large")))
        assert isinstance(outcome.error, Held)

    def test_one_without_a_name_stops_no_other(self, shop: Shop) -> None:
        bad, good = shop.put(
            Attribute("option:1", text(" "), "choice"), Attribute("option:2", text("Two"), "choice")
        )
        assert isinstance(bad.error, InvalidRecord)
        assert good.error is None

    def test_one_that_is_gone_is_told(self, shop: Shop, ground: B1Ground) -> None:
        size = Attribute("option:13", text("Size"), "choice")
        (made,) = shop.must(size)
        ground.cx.client.delete("U_ERPB_ATTR", str(made.ref))
        assert shop.erp.exists(A, [str(made.ref)]) == {}
        (outcome,) = shop.put(dataclasses.replace(size, name=text("Sizes")))
        assert outcome.error is not None
        assert outcome.error.code == "erp.gone"

    def test_long_codes_end_in_a_hash(self, shop: Shop) -> None:
        shop.must(Attribute("attribute:4", text("Material"), "spec"))
        one = AttributeValue("attribute:4/" + "a" * 60, "attribute:4", text("Steel"))
        two = AttributeValue("attribute:4/" + "a" * 61, "attribute:4", text("Wood"))
        refs = [o.ref or "" for o in shop.must(one, two)]
        assert [len(ref) for ref in refs] == [50, 50]
        assert refs[0] != refs[1]


@pytest.mark.parametrize(
    ("record", "resource"),
    [
        (Attribute("option:13", text("Size"), "choice"), "U_ERPB_ATTR"),
        (Category("3", text("Lost category"), path=("3",)), "ItemGroups"),
        (Manufacturer("3", "Lost maker"), "Manufacturers"),
    ],
    ids=["attribute", "category", "manufacturer"],
)
def test_a_lost_answer_makes_none_twice(
    shop: Shop, ground: B1Ground, record: Record, resource: str
) -> None:
    entity = ENTITIES[type(record)]
    ground.sandbox.recorder.order(Fault("lost-reply", method="POST", resource=resource))
    with pytest.raises(TimedOut):
        shop.put(record)
    count = ground.cx.client.count(resource)
    found = shop.erp.adopt(entity, [shop.external_id(record)])
    (outcome,) = shop.must(record)
    assert found == {shop.external_id(record): outcome.ref}
    assert shop.erp.adopt(entity, [shop.external_id(record)]) == found
    assert ground.cx.client.count(resource) == count


class TestCategories:
    def test_a_name_that_is_taken_gets_its_parents_in_front(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        phones, tablets, cases = unique("Phones"), unique("Tablets"), unique("Cases")
        outcomes = shop.must(
            Category("3", text(cases), parent="1", path=("1", "3")),
            Category("1", text(phones), path=("1",)),
            Category("4", text(cases), parent="2", path=("2", "4")),
            Category("2", text(tablets), path=("2",)),
        )
        names = [group(ground, o.ref) for o in outcomes]
        assert names == [cases, phones, f"{tablets} / {cases}", tablets]

    def test_and_its_grandparents(self, shop: Shop, ground: B1Ground) -> None:
        top, other, mid, low = (unique(word) for word in ("Top", "Other", "Mid", "Low"))
        shop.must(
            Category("1", text(top), path=("1",)),
            Category("2", text(mid), parent="1", path=("1", "2")),
            Category("3", text(low), parent="2", path=("1", "2", "3")),
            Category("4", text(other), path=("4",)),
            Category("5", text(mid), parent="4", path=("4", "5")),
            Category("6", text(low), parent="5", path=("4", "5", "6")),
        )
        shop.must(Category("7", text(mid), parent="3", path=("1", "2", "3", "7")))
        (last,) = shop.must(Category("8", text(low), parent="5", path=("4", "5", "8")))
        assert group(ground, last.ref) == f"{other} / {mid} / {low}"

    def test_two_at_the_top_of_one_name_are_told(self, shop: Shop) -> None:
        name = unique("Cups")
        shop.must(Category("1", text(name), path=("1",)))
        second, third = shop.put(
            Category("2", text(name.upper()), path=("2",)),
            Category("3", text(unique("Plates")), path=("3",)),
        )
        assert isinstance(second.error, Ambiguous)
        assert second.error.code == "sap_b1.name_taken"
        assert third.error is None

    def test_long_names_are_cut(self, shop: Shop, ground: B1Ground) -> None:
        name = unique("x" * 80)
        shop.must(Category("1", text(name), path=("1",)))
        (below,) = shop.must(Category("2", text(name), parent="1", path=("1", "2")))
        found = group(ground, below.ref)
        assert len(found) == 100
        assert found.endswith(f"… / {name}")
        (cut,) = shop.put(Category("3", text(unique("y") + "y" * 200), path=("3",)))
        assert [w.code for w in cut.warnings] == ["sap_b1.name_cut"]

    def test_renaming(self, shop: Shop, ground: B1Ground) -> None:
        category = Category("1", text(unique("Cups")), path=("1",))
        (made,) = shop.must(category)
        renamed = unique("Mugs")
        (again,) = shop.must(dataclasses.replace(category, name=text(renamed)))
        assert (again.ref, group(ground, made.ref)) == (made.ref, renamed)
        (same,) = shop.must(dataclasses.replace(category, name=text(renamed), sort_order=5))
        assert same.status is Status.UNCHANGED

    def test_a_circle_is_told(self, shop: Shop) -> None:
        outcomes = shop.put(
            Category("1", text(unique("A")), parent="2", path=("2", "1")),
            Category("2", text(unique("B")), parent="1", path=("1", "2")),
            Category("3", text(unique("C")), path=("3",)),
        )
        assert [o.error.code if o.error else "" for o in outcomes] == [
            *("record.cycle", "record.cycle"),
            "",
        ]

    def test_one_that_was_deleted_in_sap(self, shop: Shop, ground: B1Ground) -> None:
        category = Category("1", text(unique("Cups")), path=("1",))
        (made,) = shop.must(category)
        ground.cx.client.delete("ItemGroups", int(str(made.ref)))
        assert shop.erp.exists(Entity.CATEGORIES, [str(made.ref)]) == {}
        shop.refs.clear()
        shop._before.clear()
        (anew,) = shop.must(category)
        assert anew.ref != made.ref
        assert group(ground, anew.ref) == category.name["en-gb"]

    def test_they_can_be_left_out(self, shop: Shop) -> None:
        shop.reconnect(categories_as="none")
        with pytest.raises(ConfigError):
            shop.put(Category("1", text("Cups"), path=("1",)))


class TestManufacturers:
    def test_names_are_cut_and_must_differ(self, shop: Shop, ground: B1Ground) -> None:
        long = unique("Maker") + " of very long names indeed"
        first, second = shop.put(Manufacturer("1", long), Manufacturer("2", long + " too"))
        assert [w.code for w in first.warnings] == ["sap_b1.name_cut"]
        assert isinstance(second.error, Ambiguous)

    def test_without_a_name(self, shop: Shop) -> None:
        bad, good = shop.put(Manufacturer("1", " "), Manufacturer("2", unique("Maker")))
        assert isinstance(bad.error, InvalidRecord)
        assert good.error is None
