"""Texts in every language that both sides have."""

from __future__ import annotations

import dataclasses

from agent.model.entity import Entity
from agent_tests.contract.shop import Shop, mug, shirt, text

TEMPLATE = "product.template"
LANGUAGES = ("en_US", "de_DE", "fr_FR")


def names(shop: Shop, ref: str | None, field: str = "name") -> list[str]:
    """Return a text in English, German, French as Odoo shows it."""
    return [shop.ground.read(TEMPLATE, ref, field, lang=lang)[field] for lang in LANGUAGES]


class TestProducts:
    def test_each_language_gets_its_own(self, shop: Shop) -> None:
        (made,) = shop.must(mug(name=text("Cup", de="Tasse", fr="Gobelet")))
        assert names(shop, made.ref) == ["Cup", "Tasse", "Gobelet"]

    def test_a_missing_language_shows_the_main_one(self, shop: Shop) -> None:
        (made,) = shop.must(mug(name=text("Cup", de="Tasse")))
        assert names(shop, made.ref) == ["Cup", "Tasse", "Cup"]

    def test_a_language_odoo_does_not_have_is_left_out(self, shop: Shop) -> None:
        (made,) = shop.must(mug(name=text("Cup", es="Taza")))
        assert names(shop, made.ref) == ["Cup"] * 3

    def test_changes_reach_only_their_language(self, shop: Shop) -> None:
        product = mug(name=text("Cup", de="Tasse", fr="Gobelet"))
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, name=text("Cup", de="Becher", fr="Gobelet")))
        assert names(shop, made.ref) == ["Cup", "Becher", "Gobelet"]
        shop.must(dataclasses.replace(product, name=text("Mug", de="Becher", fr="Gobelet")))
        assert names(shop, made.ref) == ["Mug", "Becher", "Gobelet"]
        shop.must(dataclasses.replace(product, name=text("Mug", de="", fr="Gobelet")))
        assert names(shop, made.ref) == ["Mug", "Mug", "Gobelet"]

    def test_descriptions_keep_their_own_text_per_language(self, shop: Shop) -> None:
        product = mug(
            description=text(
                "<p>For <b>tea</b></p><p>Blue</p>", de="<ul><li>Für Tee</li></ul>", fr="<p>Thé</p>"
            )
        )
        (made,) = shop.must(product)
        if shop.ground.modern:
            expected = [
                "<p>For <b>tea</b></p><p>Blue</p>",
                "<ul><li>Für Tee</li></ul>",
                "<p>Thé</p>",
            ]
        else:
            expected = ["For tea\n\nBlue", "- Für Tee", "Thé"]
        assert names(shop, made.ref, "description") == expected
        changed = {**product.description, "de-de": "<p>Neu</p>"}
        shop.must(dataclasses.replace(product, description=changed))
        expected[1] = "<p>Neu</p>" if shop.ground.modern else "Neu"
        assert names(shop, made.ref, "description") == expected
        shop.must(dataclasses.replace(product, description={**changed, "en-gb": "<p>New</p>"}))
        expected[0] = "<p>New</p>" if shop.ground.modern else "New"
        assert names(shop, made.ref, "description") == expected

    def test_another_main_language(self, shop: Shop) -> None:
        shop.reconnect(language="de_DE")
        product = mug(name=text("Cup", de="Tasse"))
        (made,) = shop.must(product)
        assert names(shop, made.ref) == ["Cup", "Tasse", "Cup"]
        only_german = {"de-de": "Becher"}
        shop.must(dataclasses.replace(product, name=only_german))
        assert names(shop, made.ref)[:2] == ["Becher", "Becher"]

    def test_pairs_set_by_hand(self, shop: Shop) -> None:
        shop.reconnect(languages="es-es=fr_FR")
        (made,) = shop.must(mug(name=text("Cup", es="Taza")))
        assert names(shop, made.ref) == ["Cup", "Cup", "Taza"]
        assert shop.erp.languages()["es-es"] == "fr_FR"


class TestOtherSettings:
    """The same records after the connection's settings changed: everything is compared anew."""

    def test_a_new_pair_of_languages_writes_what_is_missing(self, shop: Shop) -> None:
        product = mug(name=text("Cup", es="Taza"))
        (made,) = shop.must(product)
        shop.reconnect(languages="es-es=fr_FR")
        shop.must_anew(product)
        assert names(shop, made.ref) == ["Cup", "Cup", "Taza"]

    def test_the_description_moves_to_another_field(self, shop: Shop) -> None:
        product = mug(description=text("<p>Fine</p>"))
        (made,) = shop.must(product)
        shop.reconnect(description_field="description_sale")
        shop.must_anew(product)
        row = shop.ground.read(TEMPLATE, made.ref, "description_sale")
        assert row["description_sale"] == "Fine"

    def test_variants_get_other_references(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        (made,) = shop.must(product)
        shop.reconnect(variant_code="V{product}/{values}")
        (outcome,) = shop.must_anew(product)
        assert outcome.children == made.children
        variant = made.children[Entity.VARIANTS, "42:option:13/1,option:14/1"]
        row = shop.ground.read("product.product", variant, "default_code")
        assert row["default_code"] == "V42/1-1"


def test_languages_of_the_server_are_known(shop: Shop) -> None:
    assert {"en-us": "en_US", "de-de": "de_DE", "fr-fr": "fr_FR"}.items() <= dict(
        shop.erp.languages()
    ).items()


def test_an_archived_product_is_translated_too(shop: Shop) -> None:
    product = mug(name=text("Cup", de="Tasse"), active=False)
    (made,) = shop.must(product)
    assert names(shop, made.ref)[:2] == ["Cup", "Tasse"]
    assert shop.erp.exists(Entity.PRODUCTS, [made.ref or ""]) == {made.ref: False}
