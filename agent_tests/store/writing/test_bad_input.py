"""One record that cannot be written says why, and never stops the others."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Image,
    OptionValue,
    Product,
    ProductOption,
    Spec,
    Variant,
)
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.store.writing.changes import StoreChange, StoreOutcome, WriteRules, Written
from agent_tests.store.edits import PRODUCT
from agent_tests.store.writing.conftest import PNG, Bench, MakeBench, every


@pytest.fixture(params=["3.0.2.0", "4.1.0.4"])
def shop(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    return make_bench(request.param, products=24)


def code_of(outcome: StoreOutcome) -> str:
    assert outcome.status is Written.FAILED
    assert outcome.error is not None
    assert outcome.error.cause
    assert outcome.error.fix
    assert outcome.error.record
    return outcome.error.code


def test_the_good_ones_are_written(shop: Bench) -> None:
    good = Product("", {"en-gb": "Good"}, price=Decimal(3))
    gone = ProductOption("option:4711", (OptionValue("option:4711/1"),))
    bad = {
        "store.name_missing": replace(good, name={}),
        "store.text_long": replace(good, sku="S" * 300),
        "store.number_range": replace(good, price=Decimal(10) ** 12),
        "store.option_missing": replace(good, options=(gone,)),
    }
    records = [good, *bad.values(), replace(good, name={"de-de": "Gut"})]
    changes = [StoreChange(r, every(r), f"m{at}") for at, r in enumerate(records)]
    before = shop.value("SELECT COUNT(*) FROM oc_product")
    first, *middle, last = shop.upsert(Entity.PRODUCTS, changes)
    assert [code_of(outcome) for outcome in middle] == list(bad)
    assert (first.status, last.status) == (Written.CREATED, Written.CREATED)
    assert shop.value("SELECT COUNT(*) FROM oc_product") == before + 2
    # the language without a name has that of the other one
    assert shop.read(Entity.PRODUCTS, last.key or "").name["en-gb"] == "Gut"


def test_what_the_database_refuses(shop: Bench) -> None:
    shop.sql(
        "CREATE TRIGGER guard BEFORE INSERT ON oc_product_description FOR EACH ROW"
        " IF NEW.name = 'Never' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one';"
        " END IF"
    )
    names = ("One", "Never", "Two")
    changes = [
        StoreChange(Product("", {"en-gb": name}), frozenset({"name"}), f"m {name}")
        for name in names
    ]
    one, never, two = shop.upsert(Entity.PRODUCTS, changes)
    assert code_of(never) == "store.write_refused"
    assert "not this one" in (never.error.cause if never.error else "")
    assert {one.status, two.status} == {Written.CREATED}
    shown = shop.sql(
        "SELECT name FROM oc_product_description WHERE language_id = 1"
        " AND name IN ('One', 'Never', 'Two') ORDER BY name"
    )
    assert shown == [("One",), ("Two",)]
    assert shop.value("SELECT COUNT(*) FROM oc_product WHERE status = 1 AND sort_order < 0") == 0


def test_things_that_are_gone_are_left_out_with_a_warning(shop: Bench) -> None:
    product = Product(
        "",
        {"en-gb": "Lonely"},
        categories=("4711",),
        manufacturer="4711",
        tax_class="4711",
        specs=(Spec("attribute:4711", "", {"en-gb": "x"}),),
        weight=Decimal(2),
        weight_unit="stone",
        barcode="1" * 300,
    )
    outcome = shop.one(Entity.PRODUCTS, StoreChange(product, every(product), "m"))
    assert outcome.error is None
    expected = {
        "store.category_missing",
        "store.manufacturer_missing",
        "store.tax_class_missing",
        "store.attribute_missing",
        "store.unit",
        "store.barcode_long",
    }
    assert {warning.code for warning in outcome.warnings} == expected
    assert all(warning.fix for warning in outcome.warnings)


def test_a_unit_that_the_shop_lacks_becomes_the_one_of_its_settings(shop: Bench) -> None:
    """A shop that has pounds alone meets an ERP that weighs in kilograms."""
    shop.sql("UPDATE oc_weight_class_description SET unit = 'lb' WHERE weight_class_id = 1")
    shop.sql("UPDATE oc_weight_class_description SET unit = 'oz' WHERE weight_class_id = 2")
    shop.sql("UPDATE oc_setting SET value = 1 WHERE `key` = 'config_weight_class_id'")
    product = Product("", {"en-gb": "Stone"}, weight=Decimal("4.5359237"), weight_unit="kg")
    outcome = shop.one(Entity.PRODUCTS, StoreChange(product, every(product), "m"))
    assert not [w.code for w in outcome.warnings if w.code == "store.unit"]
    found = shop.read(Entity.PRODUCTS, outcome.key or "")
    assert (found.weight, found.weight_unit) == (10, "lb")


def test_emoji_where_the_shop_cannot_keep_them(make_bench: MakeBench) -> None:
    bench = make_bench("3.0.2.0", products=1)
    product = Product("", {"en-gb": "Mug \U0001f600 blue"}, description={"en-gb": "a\U0001f600b"})
    outcome = bench.one(Entity.PRODUCTS, StoreChange(product, every(product), "m"))
    assert [w.code for w in outcome.warnings] == ["store.text_characters"] * len(outcome.warnings)
    assert outcome.warnings
    assert bench.read(Entity.PRODUCTS, outcome.key or "").description == dict.fromkeys(
        ("en-gb", "de-de"), "ab"
    )


def test_long_texts_are_cut_where_they_may_be(shop: Bench) -> None:
    product = Product("", {"en-gb": "Long"}, meta_description={"en-gb": "&" * 300})
    outcome = shop.one(Entity.PRODUCTS, StoreChange(product, every(product), "m"))
    assert {warning.code for warning in outcome.warnings} == {"store.text_cut"}
    found = shop.read(Entity.PRODUCTS, outcome.key or "")
    assert found.meta_description["en-gb"] == "&" * 51  # five characters each, of 255


def test_what_is_no_longer_as_it_was_seen_is_left_alone(make_bench: MakeBench) -> None:
    """Between the decision and the write somebody saves the form; orders are no matter."""
    bench = make_bench("4.1.0.4", products=6)
    seen = {key: bench.read(Entity.PRODUCTS, key) for key in ("2", "3")}
    name = {code: f"{text} of the ERP" for code, text in seen["2"].name.items()}
    changes = [
        StoreChange(
            replace(record, name=name), frozenset({"name", "options"}), key, key, to_plain(record)
        )
        for key, record in seen.items()
    ]
    bench.sql("UPDATE oc_product_description SET name = 'By hand' WHERE product_id = 3")
    bench.sql("UPDATE oc_product SET price = price + 1, quantity = 7 WHERE product_id = 2")
    bench.sql("UPDATE oc_product_option_value SET quantity = 5 WHERE product_id = 2")
    outcomes = bench.upsert(Entity.PRODUCTS, changes)
    assert [outcome.status for outcome in outcomes] == [Written.UPDATED, Written.FAILED]
    assert code_of(outcomes[1]) == "store.changed_meanwhile"
    assert set(bench.read(Entity.PRODUCTS, "3").name.values()) == {"By hand"}
    maker = bench.read(Entity.MANUFACTURERS, "1")
    mine = replace(maker, name="Of the ERP")
    change = StoreChange(mine, frozenset({"name"}), "m", "1", to_plain(maker))
    bench.sql("UPDATE oc_manufacturer SET name = 'By hand' WHERE manufacturer_id = 1")
    assert code_of(bench.one(Entity.MANUFACTURERS, change)) == "store.changed_meanwhile"
    assert bench.read(Entity.MANUFACTURERS, "1").name == "By hand"


def test_a_row_changed_by_hand_in_mid_write(make_bench: MakeBench, tmp_path: Path) -> None:
    """Another program changes prices between our look and our write.

    The picture is read between the two. The product is looked at again, and only where somebody is
    faster each time it is told as busy.
    """
    bench = make_bench("4.1.0.4", products=6, image_dir=tmp_path)
    amounts = itertools.count(70)

    def meddle(_image: Image) -> bytes:
        bench.sql("UPDATE oc_product SET price = %s WHERE product_id = 3", next(amounts))
        return PNG

    bench.pictures = meddle
    record = bench.read(Entity.PRODUCTS, "3")
    mine = replace(record, price=Decimal(55), images=(Image("new"),))
    good = replace(bench.read(Entity.PRODUCTS, "2"), price=Decimal("22.22"))
    ours = StoreChange(mine, frozenset({"price", "images"}), "b", "3")
    outcomes = bench.upsert(
        Entity.PRODUCTS, [StoreChange(good, frozenset({"price"}), "a", "2"), ours]
    )
    assert [outcome.status for outcome in outcomes] == [Written.UPDATED] * 2
    prices = dict(bench.sql("SELECT product_id, price FROM oc_product WHERE product_id < 4"))
    assert (prices[2], prices[3]) == (Decimal("22.2200"), Decimal("55.0000"))
    # alone it has no second look: the other program's price stays
    alone = replace(mine, price=Decimal(56), images=(Image("newer"),))
    outcome = bench.one(Entity.PRODUCTS, StoreChange(alone, ours.fields, "c", "3"))
    assert code_of(outcome) == "store.changed_meanwhile"
    assert outcome.error is not None
    assert outcome.error.retry
    assert bench.value("SELECT price FROM oc_product WHERE product_id = 3") == 71


def test_a_value_that_a_variant_is_made_of_stays(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=24)
    record = bench.read(Entity.PRODUCTS, str(PRODUCT))
    assert record.variants
    first, *others = record.options
    fewer = replace(first, values=first.values[:1])
    wanted = replace(record, options=(fewer, *others))
    outcome = bench.update(Entity.PRODUCTS, wanted, "options")
    assert outcome.error is None
    assert [warning.code for warning in outcome.warnings] == ["store.value_used"]
    found = bench.read(Entity.PRODUCTS, str(PRODUCT))
    assert [v.values for v in found.variants] == [v.values for v in record.variants]
    kept = {value.key: value for value in found.options[0].values[1:]}
    assert kept
    assert all((value.quantity, value.subtract) == (0, True) for value in kept.values())


def test_numbers_of_rows_that_stay(shop: Bench) -> None:
    if shop.shop.dialect.variants:
        shop.sql(f"UPDATE oc_product SET master_id = 0 WHERE master_id = {PRODUCT}")
    record = shop.read(Entity.PRODUCTS, str(PRODUCT))
    rows = "SELECT product_option_id, option_id FROM oc_product_option ORDER BY 1"
    values = (
        "SELECT product_option_value_id, quantity FROM oc_product_option_value"
        f" WHERE product_id = {PRODUCT} ORDER BY 1"
    )
    before, values_before = shop.sql(rows), shop.sql(values)
    first, *others = record.options
    kept, *_gone = first.values
    dearer = replace(
        first, key="", values=(replace(kept, key="", price_extra=Decimal(9), quantity=99),)
    )
    outcome = shop.update(Entity.PRODUCTS, replace(record, options=(dearer, *others)), "options")
    assert outcome.status is Written.UPDATED
    assert shop.sql(rows) == before
    left = shop.sql(values)
    assert set(left) < set(values_before)
    found = shop.read(Entity.PRODUCTS, str(PRODUCT)).options[0]
    assert [(v.key, v.price_extra) for v in found.values] == [(kept.key, Decimal(9))]
    again = shop.update(Entity.PRODUCTS, record, "options")
    assert again.status is Written.UPDATED
    assert shop.sql(rows) == before
    assert shop.read(Entity.PRODUCTS, str(PRODUCT)).options[0].values[0].key == kept.key


def test_a_thousand_variants(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=1)
    bench.rules = WriteRules(options_as="variants")
    variants = tuple(Variant(str(at), (f"option:1/{at}",)) for at in range(1001))
    product = Product("", {"en-gb": "Many"}, variants=variants)
    outcome = bench.one(Entity.PRODUCTS, StoreChange(product, every(product), "m"))
    assert code_of(outcome) == "store.too_many_variants"
    assert bench.value("SELECT COUNT(*) FROM oc_product WHERE status = 1 AND model = 'Many'") == 0
    bench.rules = WriteRules()
    assert bench.one(Entity.PRODUCTS, StoreChange(product, every(product), "m")).error is None


def test_an_attribute_of_another_kind(shop: Bench) -> None:
    spec = Attribute("attribute:1", {"en-gb": "Size"}, "choice")
    assert code_of(shop.update(Entity.ATTRIBUTES, spec, "name")) == "store.attribute_kind"
    value = AttributeValue("option:1/4711", "option:1", {"en-gb": "XXS"})
    assert code_of(shop.update(Entity.ATTRIBUTE_VALUES, value, "name")) == "store.record_gone"


def test_a_text_of_a_specification_changes_in_all_products(shop: Bench) -> None:
    reader = shop.shop.reader(Entity.ATTRIBUTE_VALUES)
    key = next(row.key for row in reader.scan("", 1000) if row.key.startswith("attribute:1/"))
    value = shop.read(Entity.ATTRIBUTE_VALUES, key)
    count = "SELECT COUNT(*) FROM oc_product_attribute WHERE attribute_id = 1 AND text = %s"
    before = shop.value(count, value.name["en-gb"])
    outcome = shop.update(
        Entity.ATTRIBUTE_VALUES, replace(value, name={"en-gb": "Unobtainium"}), "name"
    )
    assert outcome.status is Written.UPDATED
    assert shop.value(count, "Unobtainium") == before > 0
    assert shop.read(Entity.ATTRIBUTE_VALUES, outcome.key or "").name["en-gb"] == "Unobtainium"
