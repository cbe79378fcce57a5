"""Values of attributes: the values of the shop's options, and the texts of its specifications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from agent.errors import InvalidRecord
from agent.model.catalogue import AttributeValue, Image, Text
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import parse_option, parse_spec, spec_key, store_order
from agent.store.options import SQL_TYPES, load_options
from agent.store.records import BadRecord, ScanRow
from agent.store.specs import SpecText, spec_texts, spec_texts_of
from agent.store.sql import Ids
from agent.store.view import View, whole

if TYPE_CHECKING:
    from agent.store.shop import Shop

_Found = AttributeValue | BadRecord
_Picture = Callable[[str | None], Image | None]


class AttributeValueReader:
    """Reads attribute values; see ``Reader``.

    Keys: ``option:13/49``, ``option:13:optional/49``, ``attribute:4/<hash>``. Option values come
    first, by their number; then the texts, by attribute and hash. The digest is the record's own
    fingerprint.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the next values after key ``after``; see ``Reader``."""
        last = (store_order(after), after)
        rows: list[ScanRow] = []
        with self._shop.open() as view:
            for found in _from(view, after, limit):
                if (store_order(found.key), found.key) > last:
                    rows.append(_row(found))
                    if len(rows) == limit:
                        break
        return rows

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the values with these keys; see ``Reader``."""
        with self._shop.open() as view:
            return [_row(found) for found in _given(view, keys, view.images.sketch)]

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the values with these keys; see ``Reader``."""
        with self._shop.open() as view:
            return list(_given(view, keys, view.images.describe))

    def count(self) -> int:
        """Return how many values a scan finds."""
        with self._shop.open() as view:
            options = load_options(view)
            rows = view.query.rows(
                "SELECT `option_id`, COUNT(*)"  # noqa: S608
                f" FROM {view.table('option_value')} GROUP BY `option_id`"
            )
            total = sum(
                int(count) * len(options[option_id].keys)
                for option_id, count in rows
                if option_id in options
            )
            return total + sum(len(batch) for batch in spec_texts(view))

    def store_order(self, key: str) -> int:
        """Return the number by which ``scan`` orders ``key``."""
        return store_order(key)


def _row(found: _Found) -> ScanRow:
    if isinstance(found, BadRecord):
        return ScanRow(found.key, fingerprint(str(found.error)), found.label)
    label = next(iter(found.name.values()))
    return ScanRow(found.key, fingerprint(to_plain(found)), label[:255])


def _from(view: View, after: str, limit: int) -> Iterator[_Found]:
    """Yield values in order from about ``after`` on."""
    spec = parse_spec(after)
    if spec is None:
        option = parse_option(after)
        first = option[2] if option is not None and option[2] is not None else 0
        while True:
            ids = _next_option_values(view, first, limit)
            yield from _option_values(view, ids, view.images.sketch)
            if len(ids.ids) < limit:
                break
            first = ids.ids[-1] + 1
    for batch in spec_texts(view, spec[0] if spec else 0):
        yield from map(_spec_value, batch)


def _given(view: View, keys: Sequence[str], picture: _Picture) -> Iterator[_Found]:
    wanted = set(keys)
    ids = Ids.of(option[2] for key in wanted if (option := parse_option(key)) and option[2])
    specs = sorted({spec[0] for key in wanted if (spec := parse_spec(key))})
    for found in _option_values(view, ids, picture):
        if found.key in wanted:
            yield found
    if specs:
        yield from (_spec_value(text) for text in spec_texts_of(view, specs) if text.key in wanted)


def _next_option_values(view: View, first: int, limit: int) -> Ids:
    rows = view.query.rows(
        f"SELECT v.`option_value_id` FROM {view.table('option_value')} v"  # noqa: S608
        f" JOIN {view.table('option')} o ON o.`option_id` = v.`option_id`"
        f" WHERE o.`type` IN ({SQL_TYPES}) AND v.`option_value_id` >= {first}"
        f" ORDER BY v.`option_value_id` LIMIT {limit}"
    )
    return Ids.of(row[0] for row in rows)


def _option_values(view: View, ids: Ids, picture: _Picture) -> Iterator[_Found]:
    if not ids:
        return
    rows = view.query.rows(
        "SELECT v.`option_value_id`, v.`option_id`, v.`sort_order`, v.`image`"  # noqa: S608
        f" FROM {view.table('option_value')} v"
        f" WHERE {ids.where('v.`option_value_id`')} ORDER BY v.`option_value_id`"
    )
    wanted = set(ids)
    options = load_options(view, sorted({row[1] for row in rows if row[1]}))
    names = view.texts("option_value_description", "option_value_id", ids, ("name",))
    for value_id, option_id, sort_order, image in rows:
        if value_id not in wanted or option_id not in options:
            continue
        name = names.get(value_id, {}).get("name", {})
        for attribute in options[option_id].keys:
            key = f"{attribute}/{value_id}"
            yield (
                AttributeValue(
                    key, attribute, _ordered(name, view.codes), whole(sort_order), picture(image)
                )
                if name
                else _nameless(key, value_id, option_id)
            )


def _spec_value(text: SpecText) -> AttributeValue:
    return AttributeValue(text.key, spec_key(text.attribute_id), text.text)


def _ordered(text: Text, codes: Iterable[str]) -> Text:
    return {code: text[code] for code in codes if code in text}


def _nameless(key: str, value_id: int, option_id: int) -> BadRecord:
    error = InvalidRecord(
        "The option value has no name in any language of the shop",
        fix=f"Open option {option_id} in the shop under Catalog > Options, name the value and "
        "save.",
        code="store.name_missing",
        record=f"value {value_id} of option {option_id}",
    )
    return BadRecord(key, f"option value {value_id}", error)
