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
    counts = view.query.rows(
        "SELECT t.`attribute_id`, COUNT(*)"  # noqa: S608
        f" FROM {view.table('product_attribute')} t JOIN {view.table('attribute')} a"
        f" ON a.`attribute_id` = t.`attribute_id` WHERE t.`attribute_id` >= {attribute_id}"
        " GROUP BY t.`attribute_id` ORDER BY t.`attribute_id`"
    )
    batch: list[int] = []
    size = 0
    for found, count in counts:
        batch.append(int(found))
        size += int(count)
        if size >= _ROWS_AT_ONCE:
            yield _distinct(view, batch)
            batch, size = [], 0
    if batch:
        yield _distinct(view, batch)


def spec_texts_of(view: View, attribute_ids: Sequence[int]) -> list[SpecText]:
    """Return the distinct texts of these attributes, ordered by attribute and key."""
    known = view.query.rows(
        f"SELECT `attribute_id` FROM {view.table('attribute')}"  # noqa: S608
        f" WHERE `attribute_id` IN ({','.join(map(str, attribute_ids)) or 'NULL'})"
    )
    return _distinct(view, [int(row[0]) for row in known]) if known else []


def _distinct(view: View, attribute_ids: Sequence[int]) -> list[SpecText]:
    languages = view.languages
    picked = ", ".join(
        f"MAX(CASE WHEN t.`language_id` = {language.id} THEN t.`text` END) AS l{language.id}"
        for language in languages
    )
    # Grouped by hash: a comparison by collation would take "Red" and "red" for one.
    hashed = ", ".join(f"MD5(l{language.id})" for language in languages)
    values = ", ".join(f"MIN(l{language.id})" for language in languages)
    rows = view.query.rows(
        f"SELECT x.`attribute_id`, {values} FROM ("  # noqa: S608
        f"SELECT t.`product_id`, t.`attribute_id`, {picked}"
        f" FROM {view.table('product_attribute')} t"
        f" WHERE t.`attribute_id` IN ({','.join(map(str, attribute_ids))})"
        " GROUP BY t.`product_id`, t.`attribute_id`) x"
        f" GROUP BY x.`attribute_id`, {hashed} ORDER BY MIN(x.`product_id`)"
    )
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for attribute_id, *raw in rows:
        text = spec_text(zip(view.codes, raw, strict=True))
        if not text:
            continue
        key = identify(attribute_id, text, view.codes)
        known = found.setdefault(key, (int(attribute_id), {}))[1]
        for code, value in text.items():
            known.setdefault(code, value)
    texts = [
        SpecText(key, attribute_id, _ordered(text, view.codes))
        for key, (attribute_id, text) in found.items()
    ]
    return sorted(texts, key=lambda item: (item.attribute_id, item.key))


def _ordered(text: Mapping[str, str], codes: Sequence[str]) -> Text:
    return {code: text[code] for code in codes if code in text}
