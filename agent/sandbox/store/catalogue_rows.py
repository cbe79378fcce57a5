"""Categories, manufacturers, options and attributes of the sample shop, as rows."""

from __future__ import annotations

import re

from agent.sandbox.store.goods import (
    ATTRIBUTE_GROUPS,
    ATTRIBUTES,
    CATEGORIES,
    COLOUR,
    ENGLISH,
    GERMAN,
    MANUFACTURERS,
    OPTIONS,
    CategoryPlan,
)
from agent.sandbox.store.localisation import escape, translated
from agent.sandbox.store.pictures import category_picture, maker_picture, swatch_picture
from agent.sandbox.store.plan import OPENED
from agent.sandbox.store.writer import Writer

_PLAIN = {ord(a): b for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("'", ""))}
_BY_ID = {plan.id: plan for plan in CATEGORIES}


def write_catalogue(writer: Writer) -> None:
    """Write everything that products refer to."""
    _categories(writer)
    _manufacturers(writer)
    _options(writer)
    _attributes(writer)
    identifier = writer.table("identifier", "name", "code", "validation", "status")
    for code in ("SKU", "UPC", "EAN", "JAN", "ISBN", "MPN"):
        identifier(code, code, "", 1)


def slug(text: str) -> str:
    """Return a text as the word of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_PLAIN)).strip("-")


def chain(plan: CategoryPlan) -> list[CategoryPlan]:
    """Return the categories from the root to this one."""
    above = [plan]
    while above[0].parent:
        above.insert(0, _BY_ID[above[0].parent])
    return above


def _categories(writer: Writer) -> None:
    category = writer.table(
        "category",
        "category_id",
        "image",
        "parent_id",
        "top",
        "column",
        "sort_order",
        "status",
        "date_added",
        "date_modified",
    )
    description = writer.table(
        "category_description",
        "category_id",
        "language_id",
        "name",
        "description",
        "meta_title",
        "meta_description",
        "meta_keyword",
    )
    path = writer.table("category_path", "category_id", "path_id", "level")
    store = writer.table("category_to_store", "category_id", "store_id")
    for plan in CATEGORIES:
        image = category_picture(plan.id)
        category(plan.id, image, plan.parent, int(not plan.parent), 1, plan.id, 1, OPENED, OPENED)
        for language, name, text in (
            (ENGLISH, plan.name[0], "All about"),
            (GERMAN, plan.name[1], "Alles rund um"),
        ):
            html = escape(f"<p>{text} <strong>{escape(name)}</strong>.</p>")
            description(plan.id, language, escape(name), html, escape(name), "", "")
        for level, above in enumerate(chain(plan)):
            path(plan.id, above.id, level)
        store(plan.id, 0)
        _category_address(writer, plan)


def _category_address(writer: Writer, plan: CategoryPlan) -> None:
    above = chain(plan)
    for index, language in enumerate((ENGLISH, GERMAN)):
        words = [slug(step.name[index]) for step in above]
        writer.row(
            "seo_url",
            {
                "store_id": 0,
                "language_id": language,
                "query": f"category_id={plan.id}",
                "key": "path",
                "value": "_".join(str(step.id) for step in above),
                "keyword": "/".join(words) if writer.shape.at_least("4.0") else words[-1],
                "sort_order": 0,
            },
        )


def _manufacturers(writer: Writer) -> None:
    manufacturer = writer.table("manufacturer", "manufacturer_id", "name", "image", "sort_order")
    store = writer.table("manufacturer_to_store", "manufacturer_id", "store_id")
    for number, name in enumerate(MANUFACTURERS, 1):
        manufacturer(number, escape(name), escape(maker_picture(number)), number)
        store(number, 0)


def _options(writer: Writer) -> None:
    option = writer.table("option", "option_id", "type", "sort_order")
    value = writer.table("option_value", "option_value_id", "option_id", "image", "sort_order")
    name = writer.table(
        "option_value_description", "option_value_id", "language_id", "option_id", "name"
    )
    for plan in OPTIONS:
        option(plan.id, plan.kind, plan.id)
        for index, words in enumerate(plan.values):
            value_id = plan.first + index
            image = swatch_picture(value_id) if plan.id == COLOUR else ""
            value(value_id, plan.id, image, index + 1)
            for language, word in zip((ENGLISH, GERMAN), words, strict=True):
                name(value_id, language, plan.id, escape(word))
    translated(
        writer, "option_description", "option_id", tuple((plan.id, plan.name) for plan in OPTIONS)
    )


def _attributes(writer: Writer) -> None:
    group = writer.table("attribute_group", "attribute_group_id", "sort_order")
    for group_id, _words in ATTRIBUTE_GROUPS:
        group(group_id, group_id)
    attribute = writer.table("attribute", "attribute_id", "attribute_group_id", "sort_order")
    for attribute_id, group_id, _words in ATTRIBUTES:
        attribute(attribute_id, group_id, attribute_id)
    translated(writer, "attribute_group_description", "attribute_group_id", ATTRIBUTE_GROUPS)
    translated(
        writer,
        "attribute_description",
        "attribute_id",
        tuple((attribute_id, words) for attribute_id, _group, words in ATTRIBUTES),
    )
