"""Attributes and their values on their way into the shop.

An attribute to choose by is an option of the shop, one that only describes an attribute in an
attribute group. The texts of the latter have no rows of their own: each product has its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from agent.errors import InvalidRecord
from agent.model.catalogue import Attribute, Text
from agent.model.entity import Entity
from agent.store.keys import option_key, parse_option, parse_spec, spec_key
from agent.store.options import ALL
from agent.store.text import first, line
from agent.store.writing.births import Births, Cradle, tag
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome
from agent.store.writing.descriptions import Descriptions, named_once
from agent.store.writing.desk import Desk
from agent.store.writing.single import write_each
from agent.store.writing.texts import Texts

_OPTION_TEXTS = Descriptions("option_description", "option_id")
_SPEC_TEXTS = Descriptions("attribute_description", "attribute_id")
_GROUP_TEXTS = Descriptions("attribute_group_description", "attribute_group_id")
_GROUPS = Cradle(Entity.ATTRIBUTES, "attribute_group", "attribute_group_id")
_GENERAL = "General"


def write_attributes(
    desk: Desk,
    changes: Sequence[StoreChange],
    pictures: PictureSource,  # noqa: ARG001 - attributes have none
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Create or update attributes; one outcome per change."""
    specs = [change for change in changes if _attribute(change).kind == "spec"]
    options = [change for change in changes if _attribute(change).kind != "spec"]
    found = {
        id(change): outcome
        for writer, mine in ((_Options(desk), options), (_Specs(desk), specs))
        for change, outcome in zip(mine, write_each(desk, mine, writer, progress), strict=True)
    }
    return [found[id(change)] for change in changes]


class _Options:
    cradle = Cradle(Entity.ATTRIBUTES, "option", "option_id")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def label(self, change: StoreChange) -> str:
        return _label(self._desk, change)

    def number(self, key: str) -> int:
        parsed = parse_option(key)
        if parsed is None or parsed[2] is not None:
            raise _other_kind(key)
        return parsed[0]

    def key(self, change: StoreChange, number: int) -> str:
        if change.key is not None:
            return change.key
        return option_key(number, optional=_attribute(change).kind == "optional")

    def check(self, change: StoreChange, key: int | None) -> None:
        _check(change, key)

    def start(self, change: StoreChange, sort_order: int) -> int:
        kind = _type(_attribute(change), None)
        return self._desk.add("option", {"type": kind, "validation": "", "sort_order": sort_order})

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        attribute, fields = _attribute(change), change.fields
        (row,) = self._desk.query.rows(
            f"SELECT `type`, `sort_order` FROM {self._desk.table('option')}"  # noqa: S608
            f" WHERE `option_id` = {key}"
        )
        new: dict[str, object] = {}
        if change.key is None or fields & {"kind", "display"}:
            new["type"] = _type(attribute, str(row[0]))
        changed = _texts(self._desk, change, key, texts, _OPTION_TEXTS)
        order = {"type": row[0], "sort_order": row[1]}
        return _finish(self._desk, change, (self.cradle, key), new, order) or changed


class _Specs:
    cradle = Cradle(Entity.ATTRIBUTES, "attribute", "attribute_id")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def label(self, change: StoreChange) -> str:
        return _label(self._desk, change)

    def number(self, key: str) -> int:
        parsed = parse_spec(key)
        if parsed is None or parsed[1] is not None:
            raise _other_kind(key)
        return parsed[0]

    def key(self, change: StoreChange, number: int) -> str:  # noqa: ARG002 - part of the protocol
        return spec_key(number)

    def check(self, change: StoreChange, key: int | None) -> None:
        _check(change, key)

    def start(self, change: StoreChange, sort_order: int) -> int:
        group = self._group(_attribute(change).group)
        return self._desk.add("attribute", {"attribute_group_id": group, "sort_order": sort_order})

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        attribute = _attribute(change)
        (row,) = self._desk.query.rows(
            "SELECT `attribute_group_id`, `sort_order`"  # noqa: S608
            f" FROM {self._desk.table('attribute')} WHERE `attribute_id` = {key}"
        )
        new: dict[str, object] = {}
        if "group" in change.fields and attribute.group:
            new["attribute_group_id"] = self._group(attribute.group)
        changed = _texts(self._desk, change, key, texts, _SPEC_TEXTS)
        old = {"attribute_group_id": row[0], "sort_order": row[1]}
        return _finish(self._desk, change, (self.cradle, key), new, old) or changed

    def _group(self, name: Text) -> int:
        """Return the attribute group with this name, made where there is none.

        Without a name it is the shop's first group.
        """
        desk = self._desk
        rows = desk.query.rows(
            "SELECT g.`attribute_group_id`, d.`name`, g.`sort_order`"  # noqa: S608
            f" FROM {desk.table('attribute_group')} g"
            f" LEFT JOIN {desk.table('attribute_group_description')} d"
            " ON d.`attribute_group_id` = g.`attribute_group_id`"
            " ORDER BY g.`sort_order` < 0, g.`sort_order`, g.`attribute_group_id`"
        )
        if not name and rows:
            return int(rows[0][0])
        name = name or {"": _GENERAL}
        text = first(name, [tongue.code for tongue in desk.tongues])
        marker = "attribute-group:" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        wanted = {text.casefold() for text in name.values()}
        for group, known, place in rows:
            if line(known).casefold() in wanted and place != tag(marker):
                return int(group)
        return self._make_group(name, marker)

    def _make_group(self, name: Text, marker: str) -> int:
        desk, births = self._desk, Births(self._desk, _GROUPS)
        number = births.begin([marker]).get(marker)
        if number is None:
            number = desk.add("attribute_group", {"sort_order": tag(marker)})
            births.note({marker: number})
        _GROUP_TEXTS.write(desk, number, {"name": name}, Texts(desk))
        desk.update("attribute_group", {"attribute_group_id": number}, {"sort_order": 0})
        return number


def _attribute(change: StoreChange) -> Attribute:
    assert isinstance(change.record, Attribute)  # noqa: S101 - narrows for mypy
    return change.record


def _label(desk: Desk, change: StoreChange) -> str:
    name = desk.view.label(_attribute(change).name, "")
    return f"attribute {change.key or ''} ({name})".replace("  ", " ")


def _check(change: StoreChange, key: int | None) -> None:
    if key is None or "name" in change.fields:
        named_once(_attribute(change).name, "attribute")


def _type(attribute: Attribute, now: str | None) -> str:
    """Return the type of an option; ``now`` is the one it has, which is kept where it will do."""
    if attribute.kind == "multi":
        return "checkbox"
    if attribute.display in {"select", "radio"}:
        return attribute.display
    # The forms know no option of pictures any more; values of radio buttons may have some.
    return now if now in ALL and now != "checkbox" else "radio"


def _texts(desk: Desk, change: StoreChange, key: int, texts: Texts, table: Descriptions) -> bool:
    if change.key is not None and "name" not in change.fields:
        return False
    return table.write(desk, key, {"name": _attribute(change).name}, texts)


def _finish(
    desk: Desk,
    change: StoreChange,
    row: tuple[Cradle, int],
    new: dict[str, object],
    old: dict[str, object],
) -> bool:
    """Write the columns that differ, the place in the list among them."""
    cradle, key = row
    if "sort_order" in change.fields:
        new["sort_order"] = _attribute(change).sort_order
    elif old["sort_order"] == tag(change.marker):
        new["sort_order"] = 0
    different = {name: value for name, value in new.items() if value != old[name]}
    if different:
        desk.update(cradle.table, {cradle.key: key}, different)
    return bool(different)


def _other_kind(key: str) -> InvalidRecord:
    return InvalidRecord(
        f"In the shop it is {key}, which is another kind of attribute",
        fix="Remove its mapping under ERP Mapping > Attributes & options and synchronize again, or "
        "change how the ERP uses the attribute.",
        code="store.attribute_kind",
    )
