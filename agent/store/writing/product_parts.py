"""Rows beside ``product`` from a canonical product: texts, places, specifications, identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.errors import InvalidRecord
from agent.model.catalogue import Product, Text
from agent.store.keys import parse_spec
from agent.store.text import decode, first
from agent.store.writing.desk import Desk
from agent.store.writing.numbers import key_number
from agent.store.writing.rows import Held, Part, Wanted
from agent.store.writing.texts import Texts

TEXT_COLUMNS = (
    "name",
    "description",
    "tag",
    "meta_title",
    "meta_description",
    "meta_keyword",
)
DESCRIPTIONS = Part(
    "product_description",
    "product_id",
    ("language_id",),
    TEXT_COLUMNS,
    ("product_id", "language_id"),
)
CATEGORIES = Part(
    "product_to_category", "product_id", ("category_id",), (), ("product_id", "category_id")
)
SPECS = Part(
    "product_attribute",
    "product_id",
    ("attribute_id", "language_id"),
    ("text",),
    ("product_id", "attribute_id", "language_id"),
)
IMAGES = Part("product_image", "product_id", ("image",), ("sort_order",), ("product_image_id",))
CODES = Part("product_code", "product_id", ("code",), ("value",), ("product_code_id",))
STORES = Part("product_to_store", "product_id", ("store_id",), (), ("product_id", "store_id"))
LAYOUTS = Part(
    "product_to_layout", "product_id", ("store_id",), ("layout_id",), ("product_id", "store_id")
)
FILTERS = Part("product_filter", "product_id", ("filter_id",), (), ("product_id", "filter_id"))

TEXT_FIELDS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "tags": "tag",
    "meta_title": "meta_title",
    "meta_description": "meta_description",
    "meta_keyword": "meta_keyword",
}
"""Field of a product to its column of texts."""


def description_rows(
    desk: Desk, product: Product, fields: frozenset[str], held: Sequence[Held], texts: Texts
) -> list[Wanted]:
    """Return the rows of texts for all languages; columns of other fields stay as they are.

    Raises:
        InvalidRecord: the name is too long for the shop.
    """
    old = {
        int(str(row.same[0])): dict(zip(TEXT_COLUMNS, map(str, row.values), strict=True))
        for row in held
    }
    stored: dict[int, dict[str, str]] = {tongue.id: {} for tongue in desk.tongues}
    for name, column in TEXT_FIELDS.items():
        kept = {key: decode(row[column]) for key, row in old.items()}
        given: Text = getattr(product, name)
        if name in fields:
            plain = texts.filled(given, kept)
        else:
            spare = first({str(key): text for key, text in kept.items()}, ())
            plain = {tongue.id: kept.get(tongue.id, spare) for tongue in desk.tongues}
        for key, text in plain.items():
            row = stored[key]
            if name not in fields and key in old and (column != "meta_title" or text):
                row[column] = old[key][column]
            elif column == "name":
                row[column] = texts.exact(DESCRIPTIONS.table, column, text, "name")
            else:
                # The forms ask for a meta title.
                spare = decode(row["name"]) if column == "meta_title" else ""
                what = column.replace("_", " ")
                row[column] = texts.cut(DESCRIPTIONS.table, column, text or spare, what)
    return [
        ((tongue.id,), tuple(stored[tongue.id][column] for column in TEXT_COLUMNS))
        for tongue in desk.tongues
    ]


def category_rows(product: Product, known: set[int], texts: Texts) -> list[Wanted]:
    """Return the rows of categories; those that are gone are left out with a warning."""
    rows: list[Wanted] = []
    for key in dict.fromkeys(product.categories):
        number = key_number(key, "category")
        if number in known:
            rows.append(((number,), ()))
        else:
            texts.warn(
                f"Category {number} is not in the shop: the product was not put there",
                "Synchronize the categories.",
                "store.category_missing",
            )
    return rows


def spec_rows(
    product: Product, known: set[int], held: Sequence[Held], texts: Texts
) -> list[Wanted]:
    """Return the rows of specifications in all languages.

    The shop keeps one text per attribute: several are joined. Attributes that are gone are left
    out with a warning.
    """
    old: dict[int, dict[int, str]] = {}
    for row in held:
        attribute, language = (int(str(cell)) for cell in row.same)
        old.setdefault(attribute, {})[language] = decode(str(row.values[0]))
    together: dict[int, dict[int, str]] = {}
    for spec in product.specs:
        parsed = parse_spec(spec.attribute)
        if parsed is None or parsed[0] not in known:
            texts.warn(
                f"Attribute {spec.attribute} is not in the shop: its text was left out",
                "Synchronize the attributes.",
                "store.attribute_missing",
            )
            continue
        attribute = parsed[0]
        before = old.get(attribute) if attribute not in together else None
        filled = texts.filled(spec.text, before)
        have = together.get(attribute)
        together[attribute] = (
            {key: f"{have[key]}, {text}" for key, text in filled.items()} if have else filled
        )
    return [
        ((attribute, key), (texts.cut(SPECS.table, "text", text, "specification"),))
        for attribute, filled in together.items()
        for key, text in filled.items()
        if any(filled.values())
    ]


def image_rows(paths: Sequence[str], texts: Texts) -> tuple[str, list[Wanted]]:
    """Return the main picture and the rows of the others, in their order."""
    stored = [texts.exact("product_image", "image", path, "picture") for path in paths]
    main = stored[0] if stored else ""
    return main, [((path,), (at,)) for at, path in enumerate(stored[1:], start=1)]


def code_rows(codes: Mapping[str, str], held: Sequence[Held]) -> list[Wanted]:
    """Return the rows of identifiers; those of other kinds than ours stay as they are."""
    ours = {name.upper() for name in codes}
    spelled = {str(row.same[0]).upper(): str(row.same[0]) for row in held}
    rows: list[Wanted] = [
        (row.same, row.values) for row in held if str(row.same[0]).upper() not in ours
    ]
    return rows + [
        ((spelled.get(name.upper(), name.upper()),), (text,))
        for name, text in codes.items()
        if text
    ]


def check_name(product: Product) -> None:
    """Check that a product has a name in some language.

    Raises:
        InvalidRecord: it has none.
    """
    if not any(text.strip() for text in product.name.values()):
        raise InvalidRecord(
            "The product has no name in any language",
            fix="Give it a name in the ERP.",
            code="store.name_missing",
        )
