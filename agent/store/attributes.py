"""Attributes: the shop's options with values, and its descriptive attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from agent.errors import InvalidRecord
from agent.model.catalogue import Attribute, Text
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import parse_option, spec_key, store_order
from agent.store.options import Option, load_options
from agent.store.records import BadRecord, ScanRow
from agent.store.sql import Ids
from agent.store.view import View, whole

if TYPE_CHECKING:
    from agent.store.shop import Shop

_Found = Attribute | BadRecord


class AttributeReader:
    """Reads attributes; see ``Reader``.

    Keys: ``option:13``, ``option:13:optional``, ``attribute:4``; ``agent.store.options`` says which
    of them exist.

    A shop has hundreds of them, seldom thousands, so each call reads them all; the digest is the
    record's own fingerprint.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the next attributes after key ``after``; see ``Reader``."""
        last = store_order(after)
        return [_row(found) for found in self._all() if store_order(found.key) > last][:limit]

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the attributes with these keys; see ``Reader``."""
        wanted = set(keys)
        return [_row(found) for found in self._all() if found.key in wanted]

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the attributes with these keys; see ``Reader``."""
        wanted = set(keys)
        return [found for found in self._all() if found.key in wanted]

    def count(self) -> int:
        """Return how many attributes there are."""
        with self._shop.open() as view:
            options = sum(len(option.keys) for option in load_options(view).values())
            specs = view.query.value(f"SELECT COUNT(*) FROM {view.table('attribute')}")  # noqa: S608
        return options + int(specs)

    def store_order(self, key: str) -> int:
        """Return the number by which ``scan`` orders ``key``."""
        return store_order(key)

    def _all(self) -> list[_Found]:
        with self._shop.open() as view:
            found = [*_options(view), *_specs(view)]
        return sorted(found, key=lambda item: store_order(item.key))


def _row(found: _Found) -> ScanRow:
    if isinstance(found, BadRecord):
        return ScanRow(found.key, fingerprint(str(found.error)), found.label)
    label = next(iter(found.name.values()))
    return ScanRow(found.key, fingerprint(to_plain(found)), label[:255])


def _options(view: View) -> Iterator[_Found]:
    options = load_options(view)
    names = view.texts("option_description", "option_id", Ids.of(options), ("name",))
    for option in options.values():
        name = names.get(option.id, {}).get("name", {})
        for key in option.keys:
            yield _option(view, option, key, name)


def _option(view: View, option: Option, key: str, name: Text) -> _Found:
    if not name:
        return _nameless(key, f"option {option.id}", "Catalog > Options")
    parsed = parse_option(key)
    kind: Literal["choice", "optional", "multi"] = "choice"
    if option.kind == "checkbox":
        kind = "multi"
    elif parsed is not None and parsed[1]:
        kind = "optional"
    return Attribute(key, _ordered(view, name), kind, option.kind, option.sort_order)


def _specs(view: View) -> Iterator[_Found]:
    rows = view.query.rows(
        "SELECT `attribute_id`, `attribute_group_id`, `sort_order`"  # noqa: S608
        f" FROM {view.table('attribute')}"
    )
    names = view.texts(
        "attribute_description", "attribute_id", Ids.of(row[0] for row in rows), ("name",)
    )
    groups = view.texts(
        "attribute_group_description",
        "attribute_group_id",
        Ids.of(row[1] for row in rows if row[1]),
        ("name",),
    )
    for attribute_id, group_id, sort_order in rows:
        key = spec_key(attribute_id)
        name = names.get(attribute_id, {}).get("name", {})
        if not name:
            yield _nameless(key, f"attribute {attribute_id}", "Catalog > Attributes > Attributes")
            continue
        group = groups.get(group_id, {}).get("name", {})
        yield Attribute(
            key, _ordered(view, name), "spec", "text", whole(sort_order), _ordered(view, group)
        )


def _ordered(view: View, text: Text) -> Text:
    return {code: text[code] for code in view.codes if code in text}


def _nameless(key: str, record: str, screen: str) -> BadRecord:
    error = InvalidRecord(
        "It has no name in any language of the shop",
        fix=f"Open it in the shop under {screen}, enter a name and save.",
        code="store.name_missing",
        record=record,
    )
    return BadRecord(key, record, error)
