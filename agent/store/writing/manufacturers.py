"""Manufacturers on their way into the shop.

A manufacturer is shown in the stores that it is assigned to: that is written last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.model.catalogue import Manufacturer
from agent.model.entity import Entity
from agent.store.text import decode
from agent.store.writing.births import Cradle, tag
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome
from agent.store.writing.descriptions import assign, named_once
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.keywords import Keywords, Page
from agent.store.writing.numbers import key_number
from agent.store.writing.pictures import Pictures
from agent.store.writing.single import write_each
from agent.store.writing.texts import Texts


def write_manufacturers(
    desk: Desk,
    changes: Sequence[StoreChange],
    pictures: PictureSource,
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Create or update manufacturers; one outcome per change."""
    return write_each(desk, changes, _Manufacturers(desk, Pictures(desk, pictures)), progress)


class _Manufacturers:
    cradle = Cradle(Entity.MANUFACTURERS, "manufacturer", "manufacturer_id")

    def __init__(self, desk: Desk, pictures: Pictures) -> None:
        self._desk = desk
        self._pictures = pictures
        self._words = Keywords(desk, "manufacturer_id")

    def label(self, change: StoreChange) -> str:
        return f"manufacturer {change.key or ''} ({_maker(change).name})".replace("  ", " ")

    def number(self, key: str) -> int:
        return key_number(key, "manufacturer")

    def key(self, change: StoreChange, number: int) -> str:  # noqa: ARG002 - part of the protocol
        return str(number)

    def check(self, change: StoreChange, key: int | None) -> None:
        if key is None or "name" in change.fields:
            named_once({"": _maker(change).name}, "manufacturer")

    def start(self, change: StoreChange, sort_order: int) -> int:
        name = Texts(self._desk).exact("manufacturer", "name", _maker(change).name, "name")
        values = {"name": name, "image": "", "sort_order": sort_order}
        return self._desk.add(self.cradle.table, values)

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        desk, maker, fields = self._desk, _maker(change), change.fields
        (row,) = desk.query.rows(
            "SELECT `name`, `image`, `sort_order`"  # noqa: S608
            f" FROM {desk.table('manufacturer')} WHERE `manufacturer_id` = {key}"
        )
        old = {"name": row[0], "image": row[1], "sort_order": row[2]}
        new: dict[str, object] = {}
        if "name" in fields:
            new["name"] = texts.exact("manufacturer", "name", maker.name, "name")
        if "image" in fields:
            given = [maker.image] if maker.image else []
            known = [decode(str(row[1]))] if row[1] else []
            paths = self._pictures.place(given, maker.name, texts, known)
            if paths or (paths is not None and not given):
                new["image"] = texts.exact("manufacturer", "image", "".join(paths), "picture")
        created = change.key is None
        if "sort_order" in fields:
            new["sort_order"] = maker.sort_order
        elif row[2] == tag(change.marker):
            new["sort_order"] = 0
        different = {name: value for name, value in new.items() if value != old[name]}
        worded = False
        if created:
            page = Page(str(key), names={"": maker.name}, fresh=True)
            worded = bool(self._words.write([page]))
            if desk.zero_layouts and desk.dialect.has("manufacturer_to_layout"):
                layouts = [(store, 0) for store in desk.stores]
                assign(desk, "manufacturer_to_layout", "manufacturer_id", key, layouts)
        if different and not desk.update("manufacturer", {"manufacturer_id": key}, different, old):
            raise changed_meanwhile()
        if created:
            stores = [(store,) for store in desk.own_stores]
            assign(desk, "manufacturer_to_store", "manufacturer_id", key, stores)
        return bool(different) or worded


def _maker(change: StoreChange) -> Manufacturer:
    assert isinstance(change.record, Manufacturer)  # noqa: S101 - narrows for mypy
    return change.record
