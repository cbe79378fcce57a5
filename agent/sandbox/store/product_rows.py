"""Products of the sample shop, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from agent.sandbox.store.catalogue_rows import slug
from agent.sandbox.store.goods import (
    CARE,
    ENGLISH,
    GERMAN,
    MATERIAL,
    ORIGIN,
    SEASON,
    WARRANTY,
    Words,
)
from agent.sandbox.store.localisation import CUSTOMER_GROUP, escape
from agent.sandbox.store.pictures import product_picture
from agent.sandbox.store.plan import ProductPlan, ValuePlan, product
from agent.sandbox.store.writer import Value, Writer

SALE_CATEGORY = 23
_CARE: Words = ("Wipe with a damp cloth", "Feucht abwischen")
_STORY_ENGLISH = (
    "<p>The <strong>{name}</strong> is made for people who are out in all weathers &amp; like to "
    "come home. We tried it on two winters of wet walks, packed it, dropped it and packed it "
    "again. It is still our favourite.</p>\n<ul>\n<li>Material: {material}</li>\n<li>Made in "
    "{origin}</li>\n<li>Warranty: {warranty}</li>\n</ul>\n<p>Every piece is looked at by hand "
    "before it leaves the workshop. If something breaks after all, we mend it: spare parts are "
    "kept for ten years, and the repair guide is free for everybody.</p>"
)
_STORY_GERMAN = (
    "<p><strong>{name}</strong>: gemacht für Menschen, die bei jedem Wetter draußen sind &amp; "
    "gern nach Hause kommen. Wir haben es zwei nasse Winter lang getragen, gepackt, fallen "
    "gelassen und wieder gepackt. Es ist noch immer unser Liebling.</p>\n<ul>\n<li>Material: "
    "{material}</li>\n<li>Hergestellt in {origin}</li>\n<li>Garantie: {warranty}</li>\n</ul>\n"
    "<p>Jedes Stück wird von Hand geprüft, bevor es die Werkstatt verlässt. Geht doch etwas "
    "kaputt, reparieren wir es: Ersatzteile gibt es zehn Jahre lang.</p>"
)


class ProductWriter:
    """Writes products; variants get the numbers after the last product."""

    def __init__(self, writer: Writer, seed: int, products: int) -> None:
        self._writer = writer
        self._seed = seed
        self._last = products
        self._next_variant = products + 1
        self._variants = writer.shape.at_least("4.0")
        self._prepare()

    @property
    def variants(self) -> int:
        """How many variants were written."""
        return self._next_variant - self._last - 1

    def write(self) -> None:
        """Write all products."""
        for number in range(1, self._last + 1):
            plan = product(self._seed, number)
            self._product(plan.id, plan, {})
            self._parts(plan)
            if self._variants:
                for values in plan.variants():
                    self._variant(plan, values)

    def _prepare(self) -> None:
        table = self._writer.table
        self._description = table(
            "product_description",
            "product_id",
            "language_id",
            "name",
            "description",
            "tag",
            "meta_title",
            "meta_description",
            "meta_keyword",
        )
        self._code = table("product_code", "product_id", "code", "value")
        self._category = table("product_to_category", "product_id", "category_id")
        self._store = table("product_to_store", "product_id", "store_id")
        self._image = table("product_image", "product_id", "image", "sort_order")
        self._attribute = table(
            "product_attribute", "product_id", "attribute_id", "language_id", "text"
        )
        self._option = table(
            "product_option", "product_option_id", "product_id", "option_id", "value", "required"
        )
        self._value = table(
            "product_option_value",
            "product_option_value_id",
            "product_option_id",
            "product_id",
            "option_id",
            "option_value_id",
            "quantity",
            "subtract",
            "price",
            "price_prefix",
            "weight",
            "weight_prefix",
        )
        address = ("store_id", "language_id", "query", "key", "value", "keyword", "sort_order")
        self._address = table("seo_url", *address)

    # -- one product -----------------------------------------------------------------------------

    def _product(self, product_id: int, plan: ProductPlan, changes: Mapping[str, Value]) -> None:
        length, width, height = (Decimal(side) / 10 for side in plan.family.size)
        codes = {"sku": plan.sku, "ean": plan.ean, "mpn": plan.model}
        row: dict[str, Value] = {
            "product_id": product_id,
            "master_id": 0,
            "model": plan.model,
            **codes,
            "upc": "",
            "jan": "",
            "isbn": "",
            "location": "",
            "variant": "",
            "override": "",
            "quantity": plan.quantity,
            "stock_status_id": 5,
            "image": product_picture(plan.pictures[0]),
            "manufacturer_id": plan.manufacturer_id,
            "shipping": 1,
            "price": plan.price,
            "tax_class_id": plan.tax_class_id,
            "date_available": plan.added.date(),
            "weight": plan.weight,
            "weight_class_id": 1,
            "length": length,
            "width": width,
            "height": height,
            "length_class_id": 1,
            "subtract": 1,
            "minimum": plan.minimum,
            "sort_order": 1,
            "status": int(plan.active),
            "date_added": plan.added,
            "date_modified": plan.added,
            **changes,
        }
        self._writer.row("product", row)
        for name in codes:
            self._code(product_id, name.upper(), row[name])
        self._texts(product_id, plan)
        self._store(product_id, 0)

    def _texts(self, product_id: int, plan: ProductPlan) -> None:
        for index, (language, story) in enumerate(
            ((ENGLISH, _STORY_ENGLISH), (GERMAN, _STORY_GERMAN))
        ):
            name = plan.name[index]
            html = story.format(
                name=escape(name),
                material=escape(plan.family.material[index]),
                origin=plan.origin[index],
                warranty=plan.warranty[index],
            )
            stored = escape(name)
            tag = plan.family.name[index]
            self._description(
                product_id, language, stored, escape(html), escape(tag), stored, "", ""
            )
            word = f"{slug(name)}-{product_id}" + ("" if index == 0 else "-de")
            self._address(
                0, language, f"product_id={product_id}", "product_id", str(product_id), word, 0
            )

    def _parts(self, plan: ProductPlan) -> None:
        key = plan.id
        for category in (*plan.family.categories, *((SALE_CATEGORY,) if plan.on_sale else ())):
            self._category(key, category)
        for order, picture in enumerate(plan.pictures[1:]):
            self._image(key, product_picture(picture), order)
        self._specs(plan)
        self._prices(plan)
        for choice in plan.choices:
            self._option(choice.id, key, choice.option_id, "", int(choice.required))
            for value in choice.values:
                self._value(
                    value.id,
                    choice.id,
                    key,
                    choice.option_id,
                    value.value_id,
                    value.quantity,
                    1,
                    abs(value.extra),
                    "-" if value.extra < 0 else "+",
                    0,
                    "+",
                )

    def _specs(self, plan: ProductPlan) -> None:
        specs = [
            (MATERIAL, plan.family.material),
            (ORIGIN, plan.origin),
            (WARRANTY, plan.warranty),
            (CARE, _CARE),
        ]
        if plan.season is not None:
            specs.append((SEASON, plan.season))
        for attribute, words in specs:
            for language, word in zip((ENGLISH, GERMAN), words, strict=True):
                self._attribute(plan.id, attribute, language, escape(word))

    def _prices(self, plan: ProductPlan) -> None:
        start = plan.added.date()
        if plan.on_sale:
            self._price(plan, 1, Decimal("0.8"), start, start + timedelta(days=900), special=True)
        if plan.discounted:
            self._price(plan, 10, Decimal("0.9"), start, start + timedelta(days=1500))

    def _price(
        self,
        plan: ProductPlan,
        quantity: int,
        factor: Decimal,
        start: date,
        end: date,
        *,
        special: bool = False,
    ) -> None:
        own_table = special and not self._writer.shape.at_least("4.1")
        self._writer.row(
            "product_special" if own_table else "product_discount",
            {
                "product_id": plan.id,
                "customer_group_id": CUSTOMER_GROUP,
                "priority": 1,
                "price": (plan.price * factor).quantize(Decimal("0.01")),
                "date_start": start,
                "date_end": end,
                **({} if own_table else {"quantity": quantity}),
                **({} if own_table else {"type": "F", "special": int(special)}),
            },
        )

    def _variant(self, plan: ProductPlan, values: tuple[ValuePlan, ...]) -> None:
        number = self._next_variant
        self._next_variant += 1
        choices = {value.id: choice for choice in plan.choices for value in choice.values}
        variant = {str(choices[value.id].id): str(value.id) for value in values}
        suffix = "-".join(str(value.value_id) for value in values)
        override = {"sku": "1", "product_code": "1", "variant": dict.fromkeys(variant, "1")}
        cheaper = number % 2 == 0
        if cheaper:
            override["price"] = "1"
        self._product(
            number,
            plan,
            {
                "master_id": plan.id,
                "sku": f"{plan.sku}-{suffix}",
                "price": plan.price - 1 if cheaper else plan.price,
                "quantity": values[0].quantity,
                "variant": json.dumps(variant),
                "override": json.dumps(override),
            },
        )
