"""Products without options, and what all products have in common."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.erp.port import Status
from agent.errors import InvalidRecord, Refused
from agent.model.catalogue import Category, Product, Spec
from agent.model.entity import Entity
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop, mug, shirt, text

TEMPLATE = "product.template"


class TestCreate:
    def test_all_columns_arrive(self, shop: Shop) -> None:
        shop.must(
            Category("1", text(unique("Top")), path=("1",)),
            Category("2", text(unique("Deep")), parent="1", path=("1", "2")),
        )
        code, barcode = unique("SKU"), unique("EAN").replace(" ", "")
        product = mug(
            sku=code,
            barcode=barcode,
            price=Decimal("12.3400"),
            description=text("<p>Holds <b>tea</b></p>"),
            length=Decimal(20),
            width=Decimal(50),
            height=Decimal(100),
            length_unit="cm",
            categories=("2", "1"),
        )
        (outcome,) = shop.must(product)
        row = shop.ground.read(
            TEMPLATE,
            outcome.ref,
            *("name", "default_code", "barcode", "list_price", "weight", "volume", "categ_id"),
            *("active", "sale_ok", "description"),
        )
        assert row["name"] == product.name["en-gb"]
        assert (row["default_code"], row["barcode"]) == (code, barcode)
        assert row["list_price"] == 12.34
        assert row["weight"] == 0.3
        assert row["volume"] == 0.1
        assert str(row["categ_id"][0]) == shop.ref(Entity.CATEGORIES, "2")
        assert (row["active"], row["sale_ok"]) == (True, True)
        html = "<p>Holds <b>tea</b></p>"
        assert row["description"] == (html if shop.ground.modern else "Holds tea")

    def test_its_only_variant_is_a_child(self, shop: Shop) -> None:
        (outcome,) = shop.must(mug())
        (variant,) = shop.ground.find(
            "product.product", [("product_tmpl_id", "=", int(outcome.ref or 0))], "id"
        )
        assert dict(outcome.children) == {(Entity.VARIANTS, "7:"): str(variant["id"])}

    @pytest.mark.parametrize(
        ("ships", "subtracts", "modern", "old"),
        [
            (True, True, ("consu", True), "product"),
            (True, False, ("consu", False), "consu"),
            (False, True, ("service", False), "service"),
        ],
    )
    def test_kinds(
        self, shop: Shop, ships: bool, subtracts: bool, modern: tuple[str, bool], old: str
    ) -> None:
        (outcome,) = shop.must(mug(requires_shipping=ships, subtract=subtracts))
        if shop.ground.modern:
            row = shop.ground.read(TEMPLATE, outcome.ref, "type", "is_storable")
            assert (row["type"], row["is_storable"]) == modern
        else:
            assert shop.ground.read(TEMPLATE, outcome.ref, "type")["type"] == old

    def test_a_disabled_one_arrives_archived(self, shop: Shop) -> None:
        product = mug(active=False, barcode=unique("EAN").replace(" ", ""))
        (outcome,) = shop.must(product)
        assert shop.erp.exists(Entity.PRODUCTS, [outcome.ref or ""]) == {outcome.ref: False}
        variant = outcome.children[Entity.VARIANTS, "7:"]
        row = shop.ground.read("product.product", variant, "default_code", "barcode", "weight")
        assert (row["default_code"], row["barcode"]) == (product.sku, product.barcode)
        assert row["weight"] == 0.3

    def test_a_disabled_one_can_stay_but_not_for_sale(self, shop: Shop) -> None:
        shop.reconnect(disabled_as="not_for_sale")
        (outcome,) = shop.must(mug(active=False))
        row = shop.ground.read(TEMPLATE, outcome.ref, "active", "sale_ok")
        assert (row["active"], row["sale_ok"]) == (True, False)

    def test_sending_again_makes_no_second_one(self, shop: Shop) -> None:
        product = mug()
        (first,) = shop.must(product)
        shop.refs.clear()
        shop._before.clear()
        (second,) = shop.must(product)
        assert second.ref == first.ref
        found = shop.ground.find(TEMPLATE, [("default_code", "=", product.sku)], "id")
        assert len(found) == 1

    def test_texts_odoo_cannot_carry_are_cleaned(self, shop: Shop) -> None:
        name = unique("Caf\u00e9 \U0001f600")
        (outcome,) = shop.must(mug(name=text(f"\x00{name}\x0b\ud800")))
        assert shop.ground.read(TEMPLATE, outcome.ref, "name")["name"] == name

    def test_long_names_and_broken_html_arrive(self, shop: Shop) -> None:
        name = unique("x" * 300)
        (outcome,) = shop.must(
            mug(name=text(name), description=text("<p>open <b>tags <i>and < & stray"))
        )
        row = shop.ground.read(TEMPLATE, outcome.ref, "name", "description")
        assert row["name"] == name
        assert "open" in row["description"]
        assert "stray" in row["description"]

    def test_model_can_be_the_reference(self, shop: Shop) -> None:
        shop.reconnect(code_from="sku_or_model")
        with_sku, without = mug("1", sku="S" + unique(""), model="M1"), mug("2", sku="", model="M2")
        shop.must(with_sku, without)
        codes = [
            shop.ground.read(TEMPLATE, shop.ref(Entity.PRODUCTS, k), "default_code")["default_code"]
            for k in ("1", "2")
        ]
        assert codes == [with_sku.sku, "M2"]


class TestWarnings:
    def test_an_unknown_weight_unit_is_told_and_left_out(self, shop: Shop) -> None:
        (outcome,) = shop.put(mug(weight_unit="stone"))
        assert outcome.status is Status.CREATED
        assert [w.code for w in outcome.warnings] == ["record.weight_unit"]

    def test_an_unmapped_tax_class_is_told(self, shop: Shop) -> None:
        (outcome,) = shop.put(mug(tax_class="9"))
        assert [w.code for w in outcome.warnings] == ["mapping.tax"]

    def test_a_mapped_tax_class_is_set_and_none_clears(self, shop: Shop) -> None:
        tax = shop.ground.find("account.tax", [("type_tax_use", "=", "sale")], "id")[0]["id"]
        shop.refs[Entity.TAXES, "9"] = str(tax)
        product = mug(tax_class="9")
        (outcome,) = shop.must(product)
        assert shop.ground.read(TEMPLATE, outcome.ref, "taxes_id")["taxes_id"] == [tax]
        shop.must(dataclasses.replace(product, tax_class=None))
        assert shop.ground.read(TEMPLATE, outcome.ref, "taxes_id")["taxes_id"] == []


class TestUpdate:
    def test_nothing_changed_sends_nothing(self, shop: Shop) -> None:
        product = mug()
        shop.must(product)
        before = shop.ground.read(TEMPLATE, shop.ref(Entity.PRODUCTS, "7"), "write_date")
        (outcome,) = shop.put(dataclasses.replace(product, quantity=5))
        assert outcome.status is Status.UNCHANGED
        after = shop.ground.read(TEMPLATE, shop.ref(Entity.PRODUCTS, "7"), "write_date")
        assert before == after

    def test_only_what_changed_is_written(self, shop: Shop) -> None:
        product = mug()
        (made,) = shop.must(product)
        ref = int(made.ref or 0)
        by_hand = unique("By hand")
        shop.ground.rpc(TEMPLATE, "write", [ref], {"default_code": by_hand, "weight": 9.0})
        shop.must(dataclasses.replace(product, price=Decimal("1.5")))
        row = shop.ground.read(TEMPLATE, str(ref), "list_price", "default_code", "weight")
        assert (row["list_price"], row["default_code"], row["weight"]) == (1.5, by_hand, 9.0)

    def test_prices_shared_by_many_and_by_few_all_arrive(self, shop: Shop) -> None:
        products = [mug(str(n), price=Decimal(n)) for n in range(1, 15)]
        shop.must(*products)
        shared = [dataclasses.replace(p, price=Decimal("77.7")) for p in products[:10]]
        own = [dataclasses.replace(p, price=Decimal(100 + n)) for n, p in enumerate(products[10:])]
        outcomes = shop.must(*shared, *own)
        assert {o.status for o in outcomes} == {Status.UPDATED}
        prices = [shop.ground.read(TEMPLATE, o.ref, "list_price")["list_price"] for o in outcomes]
        assert prices == [77.7] * 10 + [100.0, 101.0, 102.0, 103.0]

    def test_emptied_fields_are_emptied(self, shop: Shop) -> None:
        product = mug(barcode=unique("B").replace(" ", ""), description=text("Words"))
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, sku="", barcode="", description=text("")))
        row = shop.ground.read(TEMPLATE, made.ref, "default_code", "barcode", "description")
        assert [row["default_code"], row["barcode"]] == [False, False]
        assert not row["description"]

    def test_disabling_archives_and_enabling_revives(self, shop: Shop) -> None:
        product = mug()
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, active=False))
        assert shop.erp.exists(Entity.PRODUCTS, [made.ref or ""]) == {made.ref: False}
        renamed = text(unique("Renamed"))
        shop.must(dataclasses.replace(product, active=False, name=renamed))
        assert shop.ground.read(TEMPLATE, made.ref, "name")["name"] == renamed["en-gb"]
        shop.must(dataclasses.replace(product, name=renamed, price=Decimal(3)))
        row = shop.ground.read(TEMPLATE, made.ref, "active", "list_price")
        assert (row["active"], row["list_price"]) == (True, 3.0)
        variant = made.children[Entity.VARIANTS, "7:"]
        assert shop.erp.exists(Entity.VARIANTS, [variant]) == {variant: True}

    def test_a_record_linked_by_hand_is_updated_in_place(self, shop: Shop) -> None:
        ref = shop.ground.rpc(TEMPLATE, "create", {"name": "Made in Odoo", "type": "service"})
        product = mug()
        shop.link(product, str(ref))
        (outcome,) = shop.must(product)
        assert outcome.ref == str(ref)
        row = shop.ground.read(TEMPLATE, str(ref), "name", "default_code", "type")
        assert (row["name"], row["default_code"]) == (product.name["en-gb"], product.sku)
        assert row["type"] == "service", "a kind chosen in Odoo stays at the first link"

    def test_a_record_deleted_in_odoo_is_told(self, shop: Shop) -> None:
        product = mug()
        (made,) = shop.must(product)
        shop.ground.rpc(TEMPLATE, "unlink", [int(made.ref or 0)])
        assert shop.erp.exists(Entity.PRODUCTS, [made.ref or ""]) == {}
        (outcome,) = shop.put(dataclasses.replace(product, price=Decimal(1)))
        assert outcome.error is not None
        assert outcome.error.code == "erp.gone"

    def test_specs_and_maker_follow(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = mug(
            manufacturer="8", specs=(Spec("attribute:4", "attribute:4/a", text("Steel")),)
        )
        (made,) = shop.must(product)
        assert _values(shop.ground, made.ref) == {"Steel", _maker(shop)}
        wood = (Spec("attribute:4", "attribute:4/b", text("Wood")),)
        shop.must(dataclasses.replace(product, specs=wood))
        assert _values(shop.ground, made.ref) == {"Wood", _maker(shop)}
        shop.must(dataclasses.replace(product, specs=(), manufacturer=None))
        assert _values(shop.ground, made.ref) == set()
        shop.must(dataclasses.replace(product, specs=wood))
        assert _values(shop.ground, made.ref) == {"Wood", _maker(shop)}


class TestArchive:
    def test_archived_never_deleted(self, shop: Shop) -> None:
        first, second = shop.must(mug("1"), mug("2"))
        assert first.ref is not None
        assert second.ref is not None
        outcomes = shop.erp.archive(
            Entity.PRODUCTS, [("1", first.ref), ("2", second.ref), ("3", "99999999")]
        )
        assert [o.status for o in outcomes] == [Status.ARCHIVED] * 3
        assert shop.erp.exists(Entity.PRODUCTS, [first.ref, second.ref, "99999999"]) == {
            first.ref: False,
            second.ref: False,
        }


class TestBadRows:
    def test_one_bad_record_never_stops_the_others(self, shop: Shop) -> None:
        barcode = unique("EAN").replace(" ", "")
        outcomes = shop.put(
            mug("1", barcode=barcode),
            mug("2", name=text("")),
            mug("3", price=Decimal(-5)),
            mug("4", barcode=barcode),
            mug("5"),
        )
        assert [o.error is None for o in outcomes] == [True, False, False, False, True]
        nameless, negative, double = (o.error for o in outcomes[1:4])
        assert isinstance(nameless, InvalidRecord)
        assert isinstance(negative, InvalidRecord)
        assert isinstance(double, Refused)
        assert double.code == "erp.duplicate_barcode"
        assert barcode in double.cause
        assert shop.erp.exists(Entity.PRODUCTS, [outcomes[4].ref or ""]) == {outcomes[4].ref: True}

    def test_the_first_of_a_batch_is_not_blamed_for_others(self, shop: Shop) -> None:
        taken = unique("EAN").replace(" ", "")
        shop.must(mug("0", barcode=taken))
        outcomes = shop.put(
            *(mug(str(n), barcode=taken if n in (3, 5) else "") for n in range(1, 8))
        )
        assert [o.error is None for o in outcomes] == [True, True, False, True, False, True, True]

    def test_a_bad_first_one_is_found(self, shop: Shop) -> None:
        taken = unique("EAN").replace(" ", "")
        shop.must(mug("0", barcode=taken))
        outcomes = shop.put(
            *(mug(str(n), barcode=taken if n in (1, 4) else "") for n in range(1, 6))
        )
        assert [o.error is None for o in outcomes] == [False, True, True, False, True]

    def test_more_bad_ones_than_odoo_cares_to_report(self, shop: Shop) -> None:
        taken = unique("EAN").replace(" ", "")
        shop.must(mug("0", barcode=taken))
        outcomes = shop.put(*(mug(str(n), barcode=taken if n % 2 else "") for n in range(1, 41)))
        assert [o.error is None for o in outcomes] == [n % 2 == 0 for n in range(1, 41)]

    def test_a_reference_that_is_gone_is_told(self, shop: Shop) -> None:
        shop.refs[Entity.CATEGORIES, "5"] = "99999999"
        bad, good = shop.put(mug("1", categories=("5",)), mug("2"))
        assert bad.error is not None
        assert bad.error.code == "erp.gone"
        assert good.error is None

    def test_a_refused_price_among_equal_ones_is_found(self, shop: Shop) -> None:
        products = [mug(str(n)) for n in range(1, 12)]
        shop.must(*products)
        shop.ground.rpc(TEMPLATE, "unlink", [int(shop.ref(Entity.PRODUCTS, "4"))])
        outcomes = shop.put(*(dataclasses.replace(p, price=Decimal(5)) for p in products))
        assert [o.key for o in outcomes if o.error is not None] == ["4"]
        assert outcomes[3].error is not None
        assert outcomes[3].error.code == "erp.gone"

    def test_the_lease_is_kept(self, shop: Shop) -> None:
        shop.put(mug("1"))
        assert shop.beats > 0


def _values(ground: Ground, ref: str | None) -> set[str]:
    rows = ground.rpc(
        "product.template.attribute.line",
        "search_read",
        [("product_tmpl_id", "=", int(ref or 0))],
        fields=["value_ids"],
    )
    numbers = [v for r in rows for v in r["value_ids"]]
    found = ground.find("product.attribute.value", [("id", "in", numbers)], "name")
    return {r["name"] for r in found}


def _maker(shop: Shop) -> str:
    ref = shop.ref(Entity.MANUFACTURERS, "8")
    return str(shop.ground.read("product.attribute.value", ref, "name")["name"])


def test_everything_can_be_sent_at_once(shop: Shop) -> None:
    """Products with and without options, archived ones, in one call."""
    shop.size_and_colour()
    products: list[Product] = [
        shirt("1"),
        mug("2"),
        shirt("3", active=False),
        mug("4", active=False),
    ]
    outcomes = shop.must(*products)
    assert [len(o.children) for o in outcomes] == [6, 1, 6, 1]
