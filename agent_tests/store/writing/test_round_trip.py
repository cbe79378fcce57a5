"""What is written into a shop is what its readers find there, on every schema."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
    Spec,
)
from agent.model.entity import Entity
from agent.store.writing.changes import Written
from agent_tests.store.writing.conftest import Bench, every


def options_of(bench: Bench) -> tuple[str, str, str]:
    """Make an option to choose by with two values."""
    colour = bench.create(
        Entity.ATTRIBUTES,
        Attribute("", {"en-gb": "Glaze <new>", "de-de": "Glasur"}, "choice", "radio", 4),
        "a1",
    )
    values = [
        bench.create(
            Entity.ATTRIBUTE_VALUES, AttributeValue("", colour, {"en-gb": name}, order), f"v{order}"
        )
        for order, name in enumerate(("Sea & sky", "Moss"), start=1)
    ]
    return colour, values[0], values[1]


def full_product(bench: Bench) -> Product:
    category = bench.create(Entity.CATEGORIES, Category("", {"en-gb": "Bowls"}), "c1")
    maker = bench.create(Entity.MANUFACTURERS, Manufacturer("", 'Clay "R" Us'), "m1")
    spec = bench.create(
        Entity.ATTRIBUTES,
        Attribute("", {"en-gb": "Clay"}, "spec", "text", 1, {"en-gb": "Make"}),
        "s",
    )
    colour, sea, moss = options_of(bench)
    return Product(
        key="",
        name={"en-gb": 'Bowl 30" <large> & deep'},
        description={"en-gb": "<p>It's round.</p>\r\n<p>Caf\u00e9 &amp; more</p>"},
        meta_title={"en-gb": "Bowl"},
        meta_description={"en-gb": "A bowl"},
        meta_keyword={"en-gb": "bowl, clay"},
        tags={"en-gb": "bowl,round"},
        seo_keyword={"en-gb": "bowl-large"},
        model="BWL-30",
        sku="SKU-BWL",
        barcode="4006381333931",
        codes={"sku": "SKU-BWL", "ean": "4006381333931", "mpn": "M/30"},
        price=Decimal("19.9500"),
        weight=Decimal("1.25"),
        weight_unit="kg",
        length=Decimal(30),
        width=Decimal(30),
        height=Decimal("12.5"),
        length_unit="cm",
        quantity=7,
        minimum=2,
        active=True,
        tax_class=next(iter(row.key for row in bench.shop.reader(Entity.TAXES).scan("", 1))),
        manufacturer=maker,
        categories=(category,),
        options=(
            ProductOption(
                colour,
                (
                    OptionValue(
                        sea, Decimal("2.5"), Decimal("0.1"), 5, subtract=True, sort_order=1
                    ),
                    OptionValue(moss, Decimal(-1), Decimal("-0.05"), 2, sort_order=2),
                ),
            ),
        ),
        specs=(Spec(spec, "", {"en-gb": "Stone & ash"}),),
    )


def in_english(product: Product) -> Product:
    """The product as the default language has it, without the numbers of its rows."""
    texts = {
        name: {"en-gb": getattr(product, name)["en-gb"]}
        for name in (
            "name",
            "description",
            "meta_title",
            "meta_description",
            "meta_keyword",
            "tags",
            "seo_keyword",
        )
        if getattr(product, name)
    }
    return replace(
        product,
        key="",
        options=tuple(
            replace(o, key="", values=tuple(replace(v, key="") for v in o.values))
            for o in product.options
        ),
        specs=tuple(replace(s, value="", text={"en-gb": s.text["en-gb"]}) for s in product.specs),
        **texts,
    )


def test_a_product_with_everything(bench: Bench) -> None:
    product = full_product(bench)
    key = bench.create(Entity.PRODUCTS, product, "p1")
    found = bench.read(Entity.PRODUCTS, key)
    assert in_english(found) == in_english(product)
    # a language without a text has that of the default one
    assert set(found.name) == {language.code for language in bench.shop.languages()}
    again = bench.update(
        Entity.PRODUCTS, replace(product, key=key), *(every(product) - {"seo_keyword"})
    )
    assert again.error is None
    assert again.status is Written.UNCHANGED
    assert not again.warnings


def test_on_an_installation(installed: Bench) -> None:
    test_a_product_with_everything(installed)
