"""Texts of descriptive attributes.

The shop has no list of them, only one text per product, attribute and language. Texts that are
equal in the default language are one value. Its other languages are taken from the product with the
lowest id that has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.model.catalogue import Text
from agent.store.keys import spec_value_key
from agent.store.text import first
from agent.store.text import texts as spec_text
from agent.store.view import View

_ROWS_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class SpecText:
    """One distinct text of an attribute."""

    key: str
    attribute_id: int
    text: Text


def identify(attribute_id: int, text: Text, languages: Sequence[str]) -> str:
    """Return the key of the value that a product's text is."""
    return spec_value_key(attribute_id, first(text, languages))


def spec_texts(view: View, attribute_id: int = 0) -> Iterator[list[SpecText]]:
    """Yield the distinct texts of attributes from ``attribute_id`` on, some attributes at a time.

    Each list holds whole attributes, ordered by attribute and key; memory grows with the number of
    distinct texts of one attribute, not with the shop.
    """
    batch: list[_Use] = []
    size = 0
    for use in _uses(view, f"t.`attribute_id` >= {attribute_id}"):
        batch.append(use)
        size += use.rows
        if size >= _ROWS_AT_ONCE:
            yield _distinct(view, batch)
            batch, size = [], 0
    if batch:
        yield _distinct(view, batch)


def spec_texts_of(view: View, attribute_ids: Sequence[int]) -> list[SpecText]:
    """Return the distinct texts of these attributes, ordered by attribute and key."""
    uses = _uses(view, f"t.`attribute_id` IN ({_numbers(attribute_ids)})")
    return _distinct(view, uses) if uses else []


@dataclass(frozen=True, slots=True)
class _Use:
    """How an attribute is used. ``whole``: each product that has it has it in all languages."""

    attribute_id: int
    rows: int
    whole: bool


def _uses(view: View, condition: str) -> list[_Use]:
    """Return how attributes are used, by id; those that the shop deleted are left out."""
    languages = {language.id for language in view.languages}
    marks: dict[int, dict[int, tuple[int, int, int]]] = {}
    for attribute_id, language_id, count, total, mark in view.query.rows(
        "SELECT t.`attribute_id`, t.`language_id`, COUNT(*), SUM(t.`product_id`),"  # noqa: S608
        f" BIT_XOR(CRC32(t.`product_id`)) FROM {view.table('product_attribute')} t"
        f" WHERE {condition} GROUP BY t.`attribute_id`, t.`language_id` ORDER BY t.`attribute_id`"
    ):
        found = marks.setdefault(int(attribute_id), {})
        if language_id in languages:
            found[int(language_id)] = (int(count), int(total), int(mark))
    listed = view.query.rows(f"SELECT `attribute_id` FROM {view.table('attribute')}")  # noqa: S608
    known = {int(row[0]) for row in listed}
    main = view.default_language
    return [
        _Use(
            attribute_id,
            sum(count for count, _, _ in found.values()),
            main in found and len(set(found.values())) == 1,
        )
        for attribute_id, found in marks.items()
        if attribute_id in known
    ]


def _distinct(view: View, uses: Sequence[_Use]) -> list[SpecText]:
    whole = [use.attribute_id for use in uses if use.whole]
    found = _of_first_products(view, whole) if whole else {}
    others = [use.attribute_id for use in uses if use.attribute_id not in found]
    rows = [row for of_attribute in found.values() for row in of_attribute]
    if others:
        rows += _of_all_products(view, others)
    texts: dict[str, tuple[int, dict[str, str]]] = {}
    for attribute_id, text in rows:
        if not text:
            continue
        key = identify(attribute_id, text, view.codes)
        known = texts.setdefault(key, (attribute_id, {}))[1]
        for code, value in text.items():
            known.setdefault(code, value)
    ordered = [
        SpecText(key, attribute_id, _ordered(text, view.codes))
        for key, (attribute_id, text) in texts.items()
    ]
    return sorted(ordered, key=lambda item: (item.attribute_id, item.key))


_Texts = tuple[int, Text]
"""An attribute's id, and a text of it by language code."""


def _of_first_products(view: View, attribute_ids: Sequence[int]) -> dict[int, list[_Texts]]:
    """Return the texts of attributes that are whole, each of the lowest product that has it.

    Only the default language is grouped, a fraction of the cost of all. An attribute with an empty
    text is left out: there another language, or another product, has to be looked at.
    """
    # Grouped by hash: a comparison by collation would take "Red" and "red" for one.
    rows = view.query.rows(
        "SELECT x.a, x.h, t.`language_id`, t.`text` FROM ("  # noqa: S608
        "SELECT t.`attribute_id` AS a, MD5(t.`text`) AS h, MIN(t.`product_id`) AS p"
        f" FROM {view.table('product_attribute')} t"
        f" WHERE t.`language_id` = {view.default_language}"
        f" AND t.`attribute_id` IN ({_numbers(attribute_ids)})"
        f" GROUP BY t.`attribute_id`, h) x JOIN {view.table('product_attribute')} t"
        " ON t.`product_id` = x.p AND t.`attribute_id` = x.a ORDER BY x.p"
    )
    raw: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for attribute_id, digest, language_id, text in rows:
        code = view.code_of(language_id)
        if code is not None:
            raw.setdefault((int(attribute_id), digest), []).append((code, text))
    found: dict[int, list[_Texts]] = {}
    partly: set[int] = set()
    for (attribute_id, _), pairs in raw.items():
        text = spec_text(pairs)
        found.setdefault(attribute_id, []).append((attribute_id, text))
        if len(text) < len(pairs):
            partly.add(attribute_id)
    return {attribute_id: of for attribute_id, of in found.items() if attribute_id not in partly}


def _of_all_products(view: View, attribute_ids: Sequence[int]) -> list[_Texts]:
    languages = view.languages
    picked = ", ".join(
        f"MAX(CASE WHEN t.`language_id` = {language.id} THEN t.`text` END) AS l{language.id}"
        for language in languages
    )
    hashed = ", ".join(f"MD5(l{language.id})" for language in languages)
    values = ", ".join(f"MIN(l{language.id})" for language in languages)
    rows = view.query.rows(
        f"SELECT x.`attribute_id`, {values} FROM ("  # noqa: S608
        f"SELECT t.`product_id`, t.`attribute_id`, {picked}"
        f" FROM {view.table('product_attribute')} t"
        f" WHERE t.`attribute_id` IN ({_numbers(attribute_ids)})"
        " GROUP BY t.`product_id`, t.`attribute_id`) x"
        f" GROUP BY x.`attribute_id`, {hashed} ORDER BY MIN(x.`product_id`)"
    )
    return [
        (int(attribute_id), spec_text(zip(view.codes, raw, strict=True)))
        for attribute_id, *raw in rows
    ]


def _numbers(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids)) or "NULL"


def _ordered(text: Mapping[str, str], codes: Sequence[str]) -> Text:
    return {code: text[code] for code in codes if code in text}
