"""Products without options, and what all products have in common."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.port import Status
from agent.errors import Ambiguous, ConfigError, Held, InvalidRecord, TimedOut
from agent.model.catalogue import Category, Manufacturer, Product
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.web.chaos import Fault
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, text
from agent_tests.unit.sap_b1.items.rig import B1Ground, P


def code() -> str:
    return unique("C").replace(" ", "-")


class TestCreate:
    def test_all_columns_arrive(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(Category("2", text(unique("Cups")), path=("2",)))
        shop.must(Manufacturer("8", unique("Maker")))
        shop.refs[Entity.TAXES, "9"] = "O1"
        product = mug(
            barcode=unique("4").replace(" ", ""),
            price=Decimal("12.3400"),
            description=text("<p>Holds <b>tea</b></p>"),
            length=Decimal(200),
            width=Decimal(50),
            height=Decimal("101.5"),
            length_unit="mm",
            categories=("2",),
            manufacturer="8",
            tax_class="9",
        )
        (outcome,) = shop.must(product)
        row = ground.item(product.sku)
        assert outcome.ref == product.sku
        assert dict(outcome.children) == {(Entity.VARIANTS, "7:"): product.sku}
        assert row["ItemName"] == product.name["en-gb"]
        assert (row["BarCode"], row["User_Text"]) == (product.barcode, "Holds tea")
        assert ground.price(product.sku) == Decimal("12.34")
        assert (row["SalesUnitWeight"], row["SalesWeightUnit"]) == (Decimal("0.3"), 3)
        sides = [row[f"SalesUnit{side}"] for side in ("Length", "Width", "Height")]
        assert sides == [20, 5, Decimal("10.15")]
        assert str(row["ItemsGroupCode"]) == shop.ref(Entity.CATEGORIES, "2")
        assert str(row["Manufacturer"]) == shop.ref(Entity.MANUFACTURERS, "8")
        assert row["SalesVATGroup"] == "O1"
        assert (row["InventoryItem"], row["SalesItem"], row["Frozen"]) == ("tYES", "tYES", "tNO")
        assert row["U_ERPB_ID"] == shop.external_id(product)

    @pytest.mark.parametrize(
        ("ships", "subtracts", "stock"),
        [(True, True, "tYES"), (True, False, "tNO"), (False, True, "tNO")],
    )
    def test_kinds(
        self, shop: Shop, ground: B1Ground, ships: bool, subtracts: bool, stock: str
    ) -> None:
        (outcome,) = shop.must(mug(requires_shipping=ships, subtract=subtracts))
        assert ground.item(str(outcome.ref))["InventoryItem"] == stock

    def test_a_disabled_one_arrives_inactive(self, shop: Shop, ground: B1Ground) -> None:
        (outcome,) = shop.must(mug(active=False))
        row = ground.item(str(outcome.ref))
        assert (row["Valid"], row["Frozen"], row["SalesItem"]) == ("tNO", "tYES", "tYES")
        assert shop.erp.exists(P, [str(outcome.ref)]) == {outcome.ref: False}

    def test_a_disabled_one_can_stay_but_not_for_sale(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(disabled_as="not_for_sale")
        (outcome,) = shop.must(mug(active=False))
        row = ground.item(str(outcome.ref))
        assert (row["Frozen"], row["SalesItem"]) == ("tNO", "tNO")
        assert shop.erp.exists(P, [str(outcome.ref)]) == {outcome.ref: False}

    def test_sending_again_makes_no_second_one(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        (first,) = shop.must(product)
        shop.refs.clear()
        shop._before.clear()
        renumbered = dataclasses.replace(product, sku=code())
        (second,) = shop.must(renumbered)
        assert second.ref == first.ref
        assert ground.items(U_ERPB_ID=shop.external_id(product)) == [product.sku]

    def test_a_lost_answer_is_found_by_the_external_id(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        ground.sandbox.recorder.order(Fault("lost-reply", method="POST", resource="Items"))
        with pytest.raises(TimedOut):
            shop.put(product)
        found = shop.erp.adopt(P, [shop.external_id(product), "opencart_00000000.products_1"])
        assert found == {shop.external_id(product): product.sku}
        shop.link(product, product.sku)
        (outcome,) = shop.must(product)
        assert outcome.ref == product.sku
        assert ground.items(U_ERPB_ID=shop.external_id(product)) == [product.sku]

    def test_one_that_was_deleted_in_sap_is_made_anew(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        ground.cx.client.delete("Items", product.sku)
        assert shop.erp.exists(P, [product.sku]) == {}
        (gone,) = shop.put(dataclasses.replace(product, price=Decimal(1)))
        assert gone.error is not None
        assert gone.error.code == "erp.gone"
        shop.refs.clear()
        shop._before.clear()
        (outcome,) = shop.must(product)
        assert outcome.ref == product.sku
        assert ground.item(product.sku)["ItemName"] == product.name["en-gb"]

    def test_the_unit_group_and_item_group_of_the_settings(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        shop.reconnect(item_group="101")
        (outcome,) = shop.must(mug())
        assert ground.item(str(outcome.ref))["ItemsGroupCode"] == 101


class TestCodes:
    def test_by_model_where_there_is_no_sku(self, shop: Shop) -> None:
        shop.reconnect(code_from="sku_or_model")
        model = code()
        (outcome,) = shop.must(mug(sku="", model=model))
        assert outcome.ref == model

    @pytest.mark.parametrize(
        ("sku", "expected"),
        [
            ("", "sap_b1.code_missing"),
            ("x" * 51, "sap_b1.code_long"),
            ("A*B", "sap_b1.code_characters"),
            ("5'10\"", "sap_b1.code_characters"),
        ],
    )
    def test_codes_that_sap_cannot_have(self, shop: Shop, sku: str, expected: str) -> None:
        bad, good = shop.put(mug("1", sku=sku), mug("2"))
        assert isinstance(bad.error, InvalidRecord)
        assert bad.error.code == expected
        assert good.error is None

    def test_a_slash_is_no_trouble(self, shop: Shop, ground: B1Ground) -> None:
        product = mug(sku=code() + "/5")
        shop.must(product)
        shop.must(dataclasses.replace(product, price=Decimal(3)))
        rows = list(ground.cx.client.rows("Items", f"ItemCode eq '{product.sku}'"))
        assert [p["Price"] for p in rows[0]["ItemPrices"] if p["PriceList"] == 1] == [3]

    def test_the_same_code_twice_is_told(self, shop: Shop) -> None:
        sku = code()
        first, second = shop.put(mug("1", sku=sku), mug("2", sku=sku.lower()))
        assert first.error is None
        assert isinstance(second.error, Ambiguous)
        assert second.error.code == "sap_b1.code_taken"
        assert "product 1" in second.error.cause
        (again,) = shop.put(mug("3", sku=sku))
        assert isinstance(again.error, Ambiguous)

    def test_a_code_of_something_made_in_sap_is_never_taken(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        made = ground.make(code())
        bad, good = shop.put(mug("1", sku=made), mug("2"))
        assert isinstance(bad.error, Ambiguous)
        assert good.error is None
        assert ground.item(made)["ItemName"] == "Made in SAP"

    def test_a_changed_sku_keeps_the_item_number(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        (outcome,) = shop.put(dataclasses.replace(product, sku=code(), price=Decimal(2)))
        assert [w.code for w in outcome.warnings] == ["sap_b1.code_kept"]
        assert outcome.ref == product.sku
        assert ground.price(product.sku) == 2


class TestTexts:
    def test_the_language_of_the_connection(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(language="9")
        product = mug(name=text("Mug", de="Becher"), description=text("Nice", de="Hübsch"))
        (outcome,) = shop.must(product)
        row = ground.item(str(outcome.ref))
        assert (row["ItemName"], row["User_Text"]) == ("Becher", "Hübsch")

    def test_a_name_that_is_missing_there(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(language="22")
        (outcome,) = shop.must(mug(name={"en-gb": " ", "de-de": "Becher"}))
        assert ground.item(str(outcome.ref))["ItemName"] == "Becher"
        (nameless,) = shop.put(mug("8", name={"en-gb": " ", "de-de": ""}))
        assert isinstance(nameless.error, InvalidRecord)

    def test_a_long_name_is_cut_and_told(self, shop: Shop, ground: B1Ground) -> None:
        (outcome,) = shop.put(mug(name=text("x" * 300)))
        assert [w.code for w in outcome.warnings] == ["sap_b1.name_cut"]
        assert ground.item(str(outcome.ref))["ItemName"] == "x" * 199 + "…"

    def test_the_description_goes_where_the_settings_say(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        shop.reconnect(description_field="ForeignName")
        (outcome,) = shop.must(mug(description=text("<p>a</p>" + "b" * 200)))
        row = ground.item(str(outcome.ref))
        assert row["ForeignName"] == "a " + "b" * 97 + "…"
        assert row["User_Text"] in (None, "")

    def test_characters_that_databases_refuse(self, shop: Shop, ground: B1Ground) -> None:
        name = unique("Café \U0001f600")
        (outcome,) = shop.must(mug(name=text(f"\x00{name}\x0b\ud800")))
        assert ground.item(str(outcome.ref))["ItemName"] == name


class TestAmounts:
    def test_prices_with_tax(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(write_price_list="3")
        shop.refs[Entity.TAXES, "9"] = "O2"
        product = mug(price=Decimal("10.0000"), tax_class="9")
        shop.must(product)
        assert ground.price(product.sku, 3) == Decimal("11.9")
        shop.refs[Entity.TAXES, "5"] = "O1"
        shop.must(dataclasses.replace(product, tax_class="5"))
        assert ground.price(product.sku, 3) == Decimal("10.7")

    def test_a_price_with_tax_waits_for_its_tax(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(write_price_list="3")
        product = mug(tax_class="9")
        (outcome,) = shop.put(product)
        assert isinstance(outcome.error, Held)
        assert outcome.error.code == "mapping.tax"
        assert ground.items(ItemCode=product.sku) == []

    def test_an_unmapped_tax_class_is_told_and_none_clears(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        product = mug(tax_class="9")
        (outcome,) = shop.put(product)
        assert [w.code for w in outcome.warnings] == ["mapping.tax"]
        shop.refs[Entity.TAXES, "9"] = "O2"
        shop.must_anew(product)
        assert ground.item(product.sku)["SalesVATGroup"] == "O2"
        shop.must(dataclasses.replace(product, tax_class=None))
        assert ground.item(product.sku)["SalesVATGroup"] in (None, "")

    def test_a_negative_price(self, shop: Shop) -> None:
        (outcome,) = shop.put(mug(price=Decimal(-1)))
        assert isinstance(outcome.error, InvalidRecord)

    def test_an_unknown_unit_is_told_and_left_out(self, shop: Shop) -> None:
        (outcome,) = shop.put(mug(weight_unit="stone"))
        assert outcome.status is Status.CREATED
        assert [w.code for w in outcome.warnings] == ["record.weight_unit"]


class TestUpdate:
    def test_nothing_changed_sends_nothing(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        version = ground.item(product.sku)["DataVersion"]
        (outcome,) = shop.put(dataclasses.replace(product, quantity=5))
        assert outcome.status is Status.UNCHANGED
        shop.must_anew(product)
        assert ground.item(product.sku)["DataVersion"] == version

    def test_only_what_changed_is_sent(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        ground.change(product.sku, ItemName="By hand", SalesUnitWeight=9)
        ground.sandbox.recorder.clear()
        (outcome,) = shop.must(dataclasses.replace(product, price=Decimal("1.5")))
        assert outcome.status is Status.UPDATED
        price = {"PriceList": 1, "Price": 1.5, "Currency": "EUR"}
        assert ground.patched() == [{"ItemPrices": [price]}]
        row = ground.item(product.sku)
        assert (row["ItemName"], row["SalesUnitWeight"]) == ("By hand", 9)

    def test_emptied_fields_are_emptied(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(Manufacturer("8", unique("Maker")))
        product = mug(
            barcode=unique("4").replace(" ", ""), description=text("Words"), manufacturer="8"
        )
        shop.must(product)
        shop.must(dataclasses.replace(product, barcode="", description=text(""), manufacturer=None))
        row = ground.item(product.sku)
        assert [row["BarCode"], row["User_Text"], row["Manufacturer"]] == [None, None, -1]

    def test_another_bar_code_replaces_the_old_one_alone(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        old, new = unique("4").replace(" ", ""), unique("5").replace(" ", "")
        product = mug(barcode=old)
        shop.must(product)
        ground.cx.client.post("BarCodes", {"ItemNo": product.sku, "Barcode": "by-hand"})
        shop.must(dataclasses.replace(product, barcode=new))
        row = ground.item(product.sku)
        assert row["BarCode"] == new
        assert {m["Barcode"] for m in row["ItemBarCodeCollection"]} == {new, "by-hand"}

    def test_a_bar_code_people_add_meanwhile_is_not_lost(
        self, shop: Shop, ground: B1Ground, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old, new = unique("4").replace(" ", ""), unique("5").replace(" ", "")
        product = mug(barcode=old)
        shop.must(product)
        client = type(ground.cx.client)
        patch = client.patch
        added: list[str] = []

        def meanwhile(self: Any, name: str, key: Any, *more: Any, **also: Any) -> None:
            if name == "Items" and not added:
                added.append("added-meanwhile")
                body = {"ItemNo": product.sku, "Barcode": "added-meanwhile"}
                ground.cx.client.post("BarCodes", body)
            patch(self, name, key, *more, **also)

        monkeypatch.setattr(client, "patch", meanwhile)
        shop.must(dataclasses.replace(product, barcode=new))
        row = ground.item(product.sku)
        assert row["BarCode"] == new
        assert {m["Barcode"] for m in row["ItemBarCodeCollection"]} == {new, *added}

    def test_disabling_and_enabling(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        shop.must(dataclasses.replace(product, active=False))
        assert shop.erp.exists(P, [product.sku]) == {product.sku: False}
        shop.must(product)
        row = ground.item(product.sku)
        assert (row["Valid"], row["Frozen"]) == ("tYES", "tNO")

    def test_days_people_set_stay_while_they_mean_the_same(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        product = mug()
        shop.must(product)
        ground.change(product.sku, Valid="tYES", ValidFrom="2020-01-01", ValidTo="2099-12-31")
        shop.must_anew(product)
        assert str(ground.item(product.sku)["ValidTo"]).startswith("2099")
        ground.change(product.sku, Valid="tYES", ValidFrom="2020-01-01", ValidTo="2020-12-31")
        shop.must_anew(product)
        assert ground.item(product.sku)["ValidTo"] is None

    def test_a_record_linked_by_hand_is_updated_in_place(
        self, shop: Shop, ground: B1Ground
    ) -> None:
        made = ground.make(code(), InventoryItem="tNO")
        product = mug()
        shop.link(product, made)
        (outcome,) = shop.must(product)
        assert outcome.ref == made
        row = ground.item(made)
        assert row["ItemName"] == product.name["en-gb"]
        assert row["InventoryItem"] == "tNO", "a kind chosen in SAP stays at the first link"
        assert row["U_ERPB_ID"] in (None, "")

    def test_a_kind_that_sap_guards_is_kept_and_told(self, shop: Shop, ground: B1Ground) -> None:
        product = mug()
        shop.must(product)
        ground.move(product.sku, 3)
        (outcome,) = shop.put(dataclasses.replace(product, subtract=False, price=Decimal(4)))
        assert [w.code for w in outcome.warnings] == ["record.kind_kept"]
        assert outcome.error is None
        assert ground.price(product.sku) == 4

    def test_a_write_that_met_another_is_sent_again(self, shop: Shop, ground: B1Ground) -> None:
        products = [mug(str(n)) for n in range(1, 4)]
        shop.must(*products)
        conflict = Fault(
            "refusal", times=2, method="PATCH", resource="Items", code=-2039, status=412
        )
        ground.sandbox.recorder.order(conflict)
        shop.must(*(dataclasses.replace(p, price=Decimal(8)) for p in products))
        assert [ground.price(p.sku) for p in products] == [8, 8, 8]


class TestMany:
    def test_one_bad_of_a_hundred(self, shop: Shop, ground: B1Ground) -> None:
        shop.refs[Entity.CATEGORIES, "5"] = "999"
        products = [mug(str(n), categories=("5",) if n == 37 else ()) for n in range(1, 101)]
        outcomes = shop.put(*products)
        assert [o.key for o in outcomes if o.error is not None] == ["37"]
        error = outcomes[36].error
        assert error is not None
        assert error.code == "sap_b1.missing"
        assert len(ground.items(U_ERPB_Product=products[0].sku)) == 1
        there = set(ground.items())
        assert [p.key for p in products if p.sku not in there] == ["37"]
        assert shop.beats > 0

    def test_bad_ones_anywhere_never_stop_the_others(self, shop: Shop, ground: B1Ground) -> None:
        shop.refs[Entity.CATEGORIES, "5"] = "999"
        bad = {1, 2, 10, 11, 25}
        outcomes = shop.put(
            *(mug(str(n), categories=("5",) if n in bad else ()) for n in range(1, 26))
        )
        assert {int(o.key) for o in outcomes if o.error is not None} == bad

    def test_an_unknown_group_is_told_at_updates_too(self, shop: Shop) -> None:
        products = [mug(str(n)) for n in range(1, 6)]
        shop.must(*products)
        shop.refs[Entity.CATEGORIES, "5"] = "999"
        changed = [dataclasses.replace(p, price=Decimal(3)) for p in products]
        changed[2] = dataclasses.replace(changed[2], categories=("5",))
        outcomes = shop.put(*changed)
        assert [o.error is None for o in outcomes] == [True, True, False, True, True]


class TestArchive:
    def test_never_deleted(self, shop: Shop, ground: B1Ground) -> None:
        first, second = shop.must(mug("1"), mug("2"))
        refs = [(o.key, str(o.ref)) for o in (first, second)]
        outcomes = shop.erp.archive(P, [*refs, ("3", "GONE")])
        assert [o.status for o in outcomes] == [Status.ARCHIVED] * 3
        assert shop.erp.exists(P, [first.ref or "", second.ref or "", "GONE"]) == {
            first.ref: False,
            second.ref: False,
        }
        assert ground.item(str(first.ref))["Frozen"] == "tYES"

    def test_what_sap_cannot_put_out_of_use_stays(self, shop: Shop) -> None:
        (made,) = shop.must(Category("2", text(unique("Cups")), path=("2",)))
        (outcome,) = shop.erp.archive(Entity.CATEGORIES, [("2", str(made.ref))])
        assert [w.code for w in outcome.warnings] == ["erp.no_archive"]


def test_nothing_is_written_into_a_company_that_is_not_prepared(ground: B1Ground) -> None:
    with SapB1Sandbox() as bare:
        other = B1Ground.__new__(B1Ground)
        other.sandbox, other.folder = bare, ground.folder
        shop = Shop(other)
        with pytest.raises(ConfigError) as raised:
            shop.put(Product("1", text("Mug"), sku="M"))
        assert raised.value.code == "sap_b1.not_prepared"
        shop.close()
