"""A shop has more languages than the ERP, or two that are one there: none of them is left behind.

Here Odoo has English (en_US) and German, the shop en-gb (its default), de-de and one more.
"""

from __future__ import annotations

import html

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

TEMPLATE = "product.template"
VALUE = "product.attribute.value"


def speaks(rig: TwoWayRig, code: str) -> None:
    """Give the shop one more language, as its form does: with copies of all default texts."""
    columns = rig.sql(
        "SELECT table_name, GROUP_CONCAT(CONCAT('`', column_name, '`') ORDER BY ordinal_position)"
        " FROM information_schema.columns WHERE table_schema = DATABASE() AND"
        " (table_name LIKE 'oc%description' OR table_name IN"
        " ('oc_language', 'oc_product_attribute'))"
        " GROUP BY table_name HAVING MAX(column_name = 'language_id') = 1"
    )
    for table, names in columns:
        given = str(names).replace("`language_id`", "3")
        if table == "oc_language":
            given = given.replace("`code`", ":code").replace("`sort_order`", "3")
        copy = f"INSERT INTO {table} ({names}) SELECT {given} FROM {table} WHERE language_id = 1"
        rig.sql(copy, **({"code": code} if ":code" in copy else {}))


def names_of(rig: TwoWayRig, key: str, column: str = "name") -> list[str]:
    """Return a text of a product in the shop's languages."""
    rows = rig.sql(
        f"SELECT {column} FROM oc_product_description WHERE product_id = :k ORDER BY language_id",
        k=key,
    )
    return [html.unescape(str(text)) for (text,) in rows]


def renamed(rig: TwoWayRig, ref: str, lang: str = "en_US", **values: str) -> None:
    """Change a product in one of Odoo's languages."""
    rig.ground.rpc(TEMPLATE, "write", [int(ref)], values, context={"lang": lang})


def writes(rig: TwoWayRig, times: int) -> int:
    """Synchronize both ways again and again; returns how many records were written."""
    return sum(
        job.counts.updated + job.counts.created
        for _ in range(times)
        for job in (rig.to_erp(), rig.to_store())
    )


@pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)
class TestALanguageThatOdooDoesNotHave:
    def test_copies_follow_and_translations_stay(self, make_rig: MakeRig) -> None:
        rig = make_rig(products=2, **ALL_ERP)
        speaks(rig, "fr-fr")
        made = rig.books.make_item("Mug", code="MUG-1")
        renamed(rig, made, description="<p>For tea</p>")
        renamed(rig, made, "de_DE", name="Becher")
        job = rig.to_store(refs=(made,), mode="ids")
        assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
        key = rig.key(Entity.PRODUCTS, made)
        assert key is not None
        assert names_of(rig, key) == ["Mug", "Becher", "Mug"]
        renamed(rig, made, name="Cup", description="<p>For coffee</p>")
        renamed(rig, made, "de_DE", name="Tasse")
        assert rig.to_store(refs=(made,), mode="ids").counts.updated == 1
        assert names_of(rig, key) == ["Cup", "Tasse", "Cup"]
        assert names_of(rig, key, "description")[::2] == ["<p>For coffee</p>"] * 2
        rig.sql(
            "UPDATE oc_product_description SET name = 'Gobelet'"
            " WHERE product_id = :k AND language_id = 3",
            k=key,
        )
        renamed(rig, made, name="Beaker")
        assert rig.to_store(refs=(made,), mode="ids").counts.updated == 1
        assert names_of(rig, key) == ["Beaker", "Tasse", "Gobelet"]
        rig.to_erp()
        rig.to_store()
        assert writes(rig, 3) == 0

    def test_specifications_follow_too(self, make_rig: MakeRig) -> None:
        rig = make_rig(products=2, **ALL_ERP)
        speaks(rig, "fr-fr")
        rpc = rig.ground.rpc
        attribute = rpc(
            "product.attribute", "create", {"name": "Material", "create_variant": "no_variant"}
        )
        steel = rpc(VALUE, "create", {"name": "Steel", "attribute_id": attribute})
        line = {"attribute_id": attribute, "value_ids": [(6, 0, [steel])]}
        made = str(rpc(TEMPLATE, "create", {"name": "Mug", "attribute_line_ids": [(0, 0, line)]}))
        job = rig.to_store(refs=(made,), mode="ids")
        assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
        key = rig.key(Entity.PRODUCTS, made)
        texts = "SELECT text FROM oc_product_attribute WHERE product_id = :k ORDER BY language_id"
        assert rig.sql(texts, k=key) == [("Steel",)] * 3
        rig.erp_write(VALUE, steel, name="Tin")
        rig.to_store(refs=(made,), mode="ids")
        assert rig.sql(texts, k=key)[::2] == [("Tin",)] * 2


@pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)
class TestTwoLanguagesThatAreOneInOdoo:
    @pytest.mark.parametrize("owner", ["erp", "newest", "hold"])
    def test_an_edit_in_odoo_reaches_both_once(self, make_rig: MakeRig, owner: str) -> None:
        rig = make_rig(products=2, **dict.fromkeys(ALL_ERP, owner))
        speaks(rig, "en-us")
        rig.to_erp()
        rig.to_store()
        assert writes(rig, 1) == 0
        ((key,),) = rig.sql("SELECT MIN(product_id) FROM oc_product")
        ref = rig.ref(Entity.PRODUCTS, str(key))
        for name in ("Cup", "Beaker"):
            renamed(rig, ref, name=name)
            assert writes(rig, 2) == 1
            assert names_of(rig, key)[::2] == [name] * 2
        rig.sql(
            "UPDATE oc_product_description SET name = 'Own'"
            " WHERE product_id = :k AND language_id = 1",
            k=key,
        )
        rig.sql("UPDATE oc_product SET date_modified = NOW() WHERE product_id = :k", k=key)
        writes(rig, 1)
        assert writes(rig, 20) == 0
        assert rig.erp_read(TEMPLATE, ref, "name") == "Beaker"
        own = "Beaker" if owner == "erp" else "Own"
        assert names_of(rig, key)[::2] == [own, "Beaker"]
        renamed(rig, ref, name="Goblet")
        assert writes(rig, 2) == 1
        assert names_of(rig, key)[::2] == ["Goblet"] * 2

    def test_an_edit_of_the_one_that_is_written_reaches_odoo_once(self, make_rig: MakeRig) -> None:
        rig = make_rig(products=2, **dict.fromkeys(ALL_ERP, "newest"))
        speaks(rig, "en-us")
        rig.to_erp()
        rig.to_store()
        ((key,),) = rig.sql("SELECT MIN(product_id) FROM oc_product")
        ref = rig.ref(Entity.PRODUCTS, str(key))
        rig.sql(
            "UPDATE oc_product_description SET name = 'Color mug'"
            " WHERE product_id = :k AND language_id = 3",
            k=key,
        )
        rig.sql("UPDATE oc_product SET date_modified = NOW() WHERE product_id = :k", k=key)
        british = names_of(rig, key)[0]
        assert writes(rig, 20) == 1
        assert rig.erp_read(TEMPLATE, ref, "name") == "Color mug"
        assert names_of(rig, key)[::2] == [british, "Color mug"]
