"""Categories, attributes, values and manufacturers."""

from __future__ import annotations

from agent.erp.port import Status
from agent.errors import Held, InvalidRecord, Refused
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, shirt, text


class TestCategories:
    def test_a_tree_arrives_whatever_order_it_comes_in(self, shop: Shop) -> None:
        root, leaf = unique("Desktops"), unique("Mac")
        shop.must(
            Category("3", text(leaf), parent="2", path=("1", "2", "3")),
            Category("1", text(root), path=("1",)),
            Category("2", text("Middle"), parent="1", path=("1", "2")),
        )
        row = shop.ground.read(
            "product.category", shop.ref(Entity.CATEGORIES, "3"), "complete_name"
        )
        assert row["complete_name"] == f"{root} / Middle / {leaf}"

    def test_a_new_name_and_parent_follow(self, shop: Shop) -> None:
        shop.must(Category("1", text("A"), path=("1",)), Category("2", text("B"), path=("2",)))
        renamed = unique("Renamed")
        (outcome,) = shop.must(Category("2", text(renamed), parent="1", path=("1", "2")))
        assert outcome.status is Status.UPDATED
        row = shop.ground.read("product.category", outcome.ref, "name", "parent_id")
        assert (row["name"], str(row["parent_id"][0])) == (
            renamed,
            shop.ref(Entity.CATEGORIES, "1"),
        )
        shop.must(Category("2", text(renamed), path=("2",)))
        assert not shop.ground.read("product.category", outcome.ref, "parent_id")["parent_id"]

    def test_what_odoo_has_no_place_for_changes_nothing(self, shop: Shop) -> None:
        shop.must(Category("1", text("A"), path=("1",)))
        (outcome,) = shop.put(Category("1", text("A"), path=("1",), description=text("<p>x</p>")))
        assert outcome.status is Status.UNCHANGED

    def test_the_child_of_one_that_failed_is_held(self, shop: Shop) -> None:
        bad, child = shop.put(
            Category("1", text(" "), path=("1",)),
            Category("2", text("Child"), parent="1", path=("1", "2")),
        )
        assert isinstance(bad.error, InvalidRecord)
        assert isinstance(child.error, Held)

    def test_a_circle_is_told(self, shop: Shop) -> None:
        outcomes = shop.put(
            Category("1", text("A"), parent="2", path=("2", "1")),
            Category("2", text("B"), parent="1", path=("1", "2")),
        )
        assert [o.error.code for o in outcomes if o.error] == ["record.cycle"] * 2

    def test_a_circle_with_what_is_there_is_told_by_odoo(self, shop: Shop) -> None:
        shop.must(
            Category("1", text("A"), path=("1",)),
            Category("2", text("B"), parent="1", path=("1", "2")),
        )
        (outcome,) = shop.put(Category("1", text("A"), parent="2", path=("2", "1")))
        assert outcome.error is not None
        assert outcome.error.code == "record.cycle"

    def test_archiving_leaves_them_with_a_word(self, shop: Shop) -> None:
        (made,) = shop.must(Category("1", text(unique("Stays")), path=("1",)))
        assert made.ref is not None
        (outcome,) = shop.erp.archive(Entity.CATEGORIES, [("1", made.ref)])
        assert outcome.status is Status.UNCHANGED
        assert [w.code for w in outcome.warnings] == ["erp.no_archive"]
        assert shop.erp.exists(Entity.CATEGORIES, [made.ref]) == {made.ref: True}


class TestAttributes:
    def test_kinds_decide_what_makes_variants(self, shop: Shop) -> None:
        shop.size_and_colour()
        modes = {
            key: shop.ground.read(
                "product.attribute", shop.ref(Entity.ATTRIBUTES, key), "create_variant"
            )["create_variant"]
            for key in ("option:13", "option:15", "attribute:4")
        }
        assert modes == {
            "option:13": "always",
            "option:15": "no_variant",
            "attribute:4": "no_variant",
        }

    def test_names_come_in_all_languages(self, shop: Shop) -> None:
        shop.must(Attribute("option:1", text("Size", de="Größe", fr="Taille"), "choice"))
        shop.must(AttributeValue("option:1/1", "option:1", text("Small", de="Klein", fr="Petit")))
        ref = shop.ref(Entity.ATTRIBUTES, "option:1")
        value = shop.ref(Entity.ATTRIBUTE_VALUES, "option:1/1")
        names = {
            lang: (
                shop.ground.read("product.attribute", ref, "name", lang=lang)["name"],
                shop.ground.read("product.attribute.value", value, "name", lang=lang)["name"],
            )
            for lang in ("en_US", "de_DE", "fr_FR")
        }
        assert names == {
            "en_US": ("Size", "Small"),
            "de_DE": ("Größe", "Klein"),
            "fr_FR": ("Taille", "Petit"),
        }

    def test_a_rename_in_one_language_leaves_the_others(self, shop: Shop) -> None:
        shop.must(Attribute("option:1", text("Size", de="Größe"), "choice"))
        ref = shop.ref(Entity.ATTRIBUTES, "option:1")
        shop.must(Attribute("option:1", text("Size", de="Maß"), "choice"))
        shop.must(Attribute("option:1", text("Sizes", de="Maß"), "choice"))
        assert shop.ground.read("product.attribute", ref, "name")["name"] == "Sizes"
        assert shop.ground.read("product.attribute", ref, "name", lang="de_DE")["name"] == "Maß"

    def test_a_removed_translation_falls_back_to_the_main_language(self, shop: Shop) -> None:
        shop.must(Attribute("option:1", text("Size", de="Größe"), "choice"))
        shop.must(Attribute("option:1", text("Size", de=""), "choice"))
        ref = shop.ref(Entity.ATTRIBUTES, "option:1")
        assert shop.ground.read("product.attribute", ref, "name", lang="de_DE")["name"] == "Size"

    def test_a_kind_odoo_guards_is_refused_with_a_way_out(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.must(shirt())
        (outcome,) = shop.put(Attribute("option:13", text("Size"), "multi", "checkbox"))
        assert isinstance(outcome.error, Refused)
        assert outcome.error.code == "erp.attribute_in_use"

    def test_one_linked_by_hand_keeps_how_it_makes_variants(self, shop: Shop) -> None:
        values = {"name": unique("Size"), "create_variant": "dynamic", "display_type": "radio"}
        ref = shop.ground.rpc("product.attribute", "create", values)
        record = Attribute("option:1", text(unique("Size")), "choice")
        shop.link(record, str(ref))
        shop.must(record)
        row = shop.ground.read("product.attribute", str(ref), "name", "create_variant")
        assert (row["name"], row["create_variant"]) == (record.name["en-gb"], "dynamic")

    def test_archiving_what_products_use_leaves_it(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.must(shirt())
        ref = shop.ref(Entity.ATTRIBUTES, "option:13")
        (outcome,) = shop.erp.archive(Entity.ATTRIBUTES, [("option:13", ref)])
        assert outcome.status is Status.UNCHANGED
        expected = "erp.in_use" if shop.ground.modern else "erp.no_archive"
        assert [w.code for w in outcome.warnings] == [expected]


class TestManufacturers:
    def test_they_become_values_of_one_attribute(self, shop: Shop) -> None:
        first, second = unique("Canon"), unique("Apple")
        shop.must(Manufacturer("1", first), Manufacturer("2", second))
        rows = shop.ground.find(
            "product.attribute.value", [("name", "in", [first, second])], "name", "attribute_id"
        )
        assert {r["name"] for r in rows} == {first, second}
        assert len({r["attribute_id"][0] for r in rows}) == 1
        attribute = shop.ground.read(
            "product.attribute", rows[0]["attribute_id"][0], "name", "create_variant"
        )
        assert (attribute["name"], attribute["create_variant"]) == ("Brand", "no_variant")

    def test_the_attribute_is_made_once(self, shop: Shop) -> None:
        name = unique("Maker")
        shop.reconnect(manufacturer_attribute=name)
        shop.must(Manufacturer("1", unique("A")))
        shop.must(Manufacturer("2", unique("B")))
        assert len(shop.ground.find("product.attribute", [("name", "=", name)], "id")) == 1

    def test_two_of_one_name_do_not_stop_the_others(self, shop: Shop) -> None:
        name = unique("Twin")
        first, second, third = shop.put(
            Manufacturer("1", name), Manufacturer("2", name), Manufacturer("3", unique("Third"))
        )
        assert (first.error, third.error) == (None, None)
        if not shop.ground.modern:  # Odoo 14 keeps value names unique within an attribute
            assert second.error is not None
            assert second.error.code == "erp.duplicate_value"

    def test_they_can_be_left_out(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.reconnect(manufacturer_as="none")
        assert Entity.MANUFACTURERS not in shop.erp.capabilities.entities
        shop.must(shirt())
        template = shop.ref(Entity.PRODUCTS, "42")
        lines = shop.ground.find(
            "product.template.attribute.line", [("product_tmpl_id", "=", int(template))], "id"
        )
        assert len(lines) == 3
