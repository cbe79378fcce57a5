"""Values of attributes on their way into the shop: those of options, and texts of specifications.

A text that describes has no row of its own. Making one writes nothing: products bring it. Changing
one changes it in all products that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.errors import BridgeError, InvalidRecord
from agent.model.catalogue import AttributeValue
from agent.model.entity import Entity
from agent.store.keys import parse_option, parse_spec, spec_value_key
from agent.store.specs import spec_texts_of
from agent.store.text import decode, encode, first, line
from agent.store.writing.births import Cradle, tag
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome, Written
from agent.store.writing.descriptions import Descriptions, named_once
from agent.store.writing.desk import Desk
from agent.store.writing.pictures import Pictures
from agent.store.writing.single import failed, gone, write_each
from agent.store.writing.texts import Texts

_TEXTS = Descriptions("option_value_description", "option_value_id")


def write_attribute_values(
    desk: Desk,
    changes: Sequence[StoreChange],
    pictures: PictureSource,
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Create or update values; one outcome per change."""
    found: dict[int, StoreOutcome] = {}
    rows = []
    for change in changes:
        if parse_spec(_value(change).attribute) is not None:
            found[id(change)] = _spec(desk, change)
            progress()
        else:
            rows.append(change)
    writer = _OptionValues(desk, Pictures(desk, pictures))
    done = write_each(desk, rows, writer, progress)
    found |= {id(change): outcome for change, outcome in zip(rows, done, strict=True)}
    return [found[id(change)] for change in changes]


class _OptionValues:
    cradle = Cradle(Entity.ATTRIBUTE_VALUES, "option_value", "option_value_id")

    def __init__(self, desk: Desk, pictures: Pictures) -> None:
        self._desk = desk
        self._pictures = pictures

    def label(self, change: StoreChange) -> str:
        return _label(self._desk, change)

    def number(self, key: str) -> int:
        parsed = parse_option(key)
        if parsed is None or parsed[2] is None:
            raise gone("The option value")
        return parsed[2]

    def key(self, change: StoreChange, number: int) -> str:
        return change.key or f"{_value(change).attribute}/{number}"

    def check(self, change: StoreChange, key: int | None) -> None:
        if key is None or "name" in change.fields:
            named_once(_value(change).name, "value")
        option = _option(change)
        if option not in self._desk.known("option", "option_id", [option]):
            raise gone(f"Its option, {_value(change).attribute},")

    def start(self, change: StoreChange, sort_order: int) -> int:
        values = {"option_id": _option(change), "image": "", "sort_order": sort_order}
        return self._desk.add("option_value", values)

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        desk, value, fields = self._desk, _value(change), change.fields
        (row,) = desk.query.rows(
            f"SELECT `image`, `sort_order` FROM {desk.table('option_value')}"  # noqa: S608
            f" WHERE `option_value_id` = {key}"
        )
        new: dict[str, object] = {}
        if "image" in fields:
            given = [value.image] if value.image else []
            known = [decode(str(row[0]))] if row[0] else []
            name = desk.view.label(value.name, "value")
            paths = self._pictures.place(given, name, texts, known)
            if paths or (paths is not None and not given):
                new["image"] = "".join(paths)
        if "sort_order" in fields:
            new["sort_order"] = value.sort_order
        elif row[1] == tag(change.marker):
            new["sort_order"] = 0
        changed = False
        if change.key is None or "name" in fields:
            extra = {"option_id": _option(change)}
            changed = _TEXTS.write(desk, key, {"name": value.name}, texts, extra)
        old = {"image": row[0], "sort_order": row[1]}
        different = {name: v for name, v in new.items() if v != old[name]}
        if different:
            desk.update("option_value", {"option_value_id": key}, different)
        return changed or bool(different)


def _spec(desk: Desk, change: StoreChange) -> StoreOutcome:
    value = _value(change)
    attribute, _hash = parse_spec(value.attribute) or (0, None)
    texts = Texts(desk)
    try:
        named_once(value.name, "value")
        codes = [tongue.code for tongue in desk.tongues]
        key = spec_value_key(attribute, line(encode(first(value.name, codes))))
        if change.key is None:
            return StoreOutcome(change.marker, Written.CREATED, key)
        if "name" not in change.fields:
            return StoreOutcome(change.marker, Written.UNCHANGED, change.key)
        with desk.transaction():
            changed = _reword(desk, attribute, change.key, value)
        return StoreOutcome(change.marker, Written.UPDATED if changed else Written.UNCHANGED, key)
    except BridgeError as error:
        if not isinstance(error, InvalidRecord):
            raise
        return failed(change, _label(desk, change), error, texts)


def _reword(desk: Desk, attribute: int, key: str, value: AttributeValue) -> bool:
    """Change a text in all products that have it; tell whether there was anything to change."""
    old = next((t.text for t in spec_texts_of(desk.view, [attribute]) if t.key == key), None)
    changed = False
    for tongue in desk.tongues:
        text = value.name.get(tongue.code)
        before = (old or {}).get(tongue.code)
        if not text or before is None or text == before:
            continue
        # Compared here and byte by byte: the column's collation takes "Red" and "red" for one.
        rows = desk.query.rows(
            f"SELECT `product_id`, `text` FROM {desk.table('product_attribute')}"  # noqa: S608
            " WHERE `attribute_id` = %s AND `language_id` = %s",
            (attribute, tongue.id),
        )
        for product, stored in rows:
            if line(stored) == before:
                at = {
                    "product_id": product,
                    "attribute_id": attribute,
                    "language_id": tongue.id,
                }
                desk.update("product_attribute", at, {"text": encode(text)})
                changed = True
    return changed


def _value(change: StoreChange) -> AttributeValue:
    assert isinstance(change.record, AttributeValue)  # noqa: S101 - narrows for mypy
    return change.record


def _option(change: StoreChange) -> int:
    parsed = parse_option(_value(change).attribute)
    if parsed is None:
        raise gone(f"Its attribute, {_value(change).attribute},")
    return parsed[0]


def _label(desk: Desk, change: StoreChange) -> str:
    return f"value {desk.view.label(_value(change).name, change.key or '')}"
