"""Records that changed, by entity; see :mod:`agent.erp.odoo.polling` for how they are found.

Odoo tells times in whole seconds: two changes within one look the same. So what was told is read
once more some seconds later, and told again if it is not what it was.

Products come with their variants, attribute lines and extras, and when a value that describes them
gets another name. Attributes come when products begin to use them. What is not meant for the shop
is not told, but products are: they may have been meant for it before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from agent.erp.cursor import Cursor
from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.images import EXTRA_MODEL
from agent.erp.odoo.polling import News, Watch, before, changed
from agent.erp.odoo.source.attributes import TEMPLATE_VALUE
from agent.erp.odoo.source.scope import (
    ATTRIBUTE,
    CATEGORY,
    LINE,
    TEMPLATE,
    VALUE,
    VARIANT,
    maker_attribute,
    meant_attributes,
    meant_categories,
)
from agent.erp.source import Sourced, Unreadable
from agent.model.entity import Entity
from agent.model.plain import fingerprint, to_plain

Read = Callable[[Sequence[int]], Mapping[int, Sourced | Unreadable]]
SETTLE = 3.0
"""Seconds after which nothing can bear the same ``write_date`` any more."""
MANY = 200
"""Records changed in the same seconds from which on they are told twice rather than compared."""
_FRESH = "fresh:"


def changes(cx: Connection, entity: Entity, cursor: Cursor, read: Read) -> tuple[list[str], Cursor]:
    """Return ids of records that changed since ``cursor``, and the cursor to go on from.

    ``read`` reads records of the entity by id.
    """
    waiting = {key: mark for key, mark in cursor.seen.items() if key.startswith(_FRESH)}
    rows_seen = {key: mark for key, mark in cursor.seen.items() if key not in waiting}
    news, after = changed(cx, _watches(cx, entity), Cursor(cursor.since, rows_seen))
    told = _owners(cx, entity, news) if cursor.since else set()
    waiting, again = _look_again(waiting, told, read)
    fresh = _owners(cx, entity, _fresh(news, after.since))
    waiting |= _note(sorted(fresh), read)
    numbers = sorted(told | again)
    return [str(n) for n in numbers], Cursor(after.since, {**after.seen, **waiting})


def _fresh(news: Sequence[News], newest: str) -> list[News]:
    """Return the rows that may have changed again within the second they tell."""
    start = before(newest, timedelta(seconds=SETTLE))
    return [one for one in news if str(one.row["write_date"]) >= start]


def _note(numbers: Sequence[int], read: Read) -> dict[str, str]:
    """Return marks of what was told just now: when, and what it was like."""
    now = f"{time.time():.6f}"
    if len(numbers) > MANY:
        return {f"{_FRESH}{number}": now for number in numbers}
    return {f"{_FRESH}{n}": f"{now} {_print(record)}" for n, record in read(numbers).items()}


def _look_again(
    waiting: dict[str, str], told: set[int], read: Read
) -> tuple[dict[str, str], set[int]]:
    """Return the marks that stay, and the records that changed once more without a new time."""
    now = time.time()
    due: dict[int, str] = {}
    stay: dict[str, str] = {}
    for key, mark in waiting.items():
        since, _, known = mark.partition(" ")
        number = int(key.removeprefix(_FRESH))
        if 0 <= now - float(since) < SETTLE:
            stay[key] = mark
        elif number not in told:
            due[number] = known
    compared = sorted(number for number, known in due.items() if known)
    found = read(compared) if compared else {}
    again = {number for number, known in due.items() if not known}
    again |= {n for n, record in found.items() if _print(record) != due[n]}
    return stay, again


def _print(record: Sourced | Unreadable) -> str:
    if isinstance(record, Unreadable):
        return fingerprint([record.label, str(record.error)])
    return fingerprint([to_plain(record.record), sorted(record.fields)])


# -- what is looked at, and whose it is ------------------------------------------------------------


def _watches(cx: Connection, entity: Entity) -> list[Watch]:
    if entity is Entity.CATEGORIES:
        return [Watch(CATEGORY)]
    if entity is Entity.ATTRIBUTES:
        return [Watch(ATTRIBUTE), Watch(LINE)]
    if entity is Entity.ATTRIBUTE_VALUES:
        return [Watch(VALUE)]
    if entity is Entity.MANUFACTURERS:
        place = manufacturers.place(cx)
        return [Watch(place.model, manufacturers.scope(cx))] if place is not None else []
    watches = [
        Watch(TEMPLATE, fields=("active", "sale_ok", "list_price", "name")),
        Watch(VARIANT, fields=("active", "default_code", "barcode", "weight")),
        Watch(LINE, fields=("active", "value_ids")),
        Watch(TEMPLATE_VALUE, fields=("price_extra", "ptav_active")),
        Watch(VALUE, [("attribute_id.create_variant", "=", "no_variant")], ("name",)),
    ]
    if cx.facts.has(EXTRA_MODEL, "product_tmpl_id"):
        watches.append(Watch(EXTRA_MODEL))
    return watches


def _owners(cx: Connection, entity: Entity, news: Sequence[News]) -> set[int]:
    if not news:
        return set()
    if entity is Entity.PRODUCTS:
        return _products(cx, news)
    direct = {int(one.row["id"]) for one in news if one.model != LINE}
    if entity is Entity.ATTRIBUTES:
        direct |= _linked(cx, news, LINE, "attribute_id")
        return direct & meant_attributes(cx)
    if entity is Entity.ATTRIBUTE_VALUES:
        meant = [("attribute_id", "in", sorted(meant_attributes(cx)))]
        return {
            int(row["id"]) for row in cx.odoo.find_in(VALUE, "id", sorted(direct), ["id"], meant)
        }
    if entity is Entity.CATEGORIES:
        return direct & meant_categories(cx)
    return direct


def _products(cx: Connection, news: Sequence[News]) -> set[int]:
    found = {int(one.row["id"]) for one in news if one.model == TEMPLATE}
    for model in (VARIANT, LINE, TEMPLATE_VALUE, EXTRA_MODEL):
        found |= _linked(cx, news, model, "product_tmpl_id")
    values = sorted(int(one.row["id"]) for one in news if one.model == VALUE)
    maker = maker_attribute(cx) if values else None
    lines = cx.odoo.read_in(
        LINE,
        "value_ids",
        values,
        ["product_tmpl_id"],
        [("active", "=", True), ("attribute_id", "!=", maker or 0)],
    )
    found |= {ref_id(row["product_tmpl_id"]) or 0 for row in lines}
    return found - {0}


def _linked(cx: Connection, news: Iterable[News], model: str, link: str) -> set[int]:
    """Return what the rows of one model are linked to; those deleted meanwhile to nothing."""
    numbers = sorted(int(one.row["id"]) for one in news if one.model == model)
    rows = cx.odoo.read_in(model, "id", numbers, [link]) if numbers else []
    return {ref_id(row[link]) or 0 for row in rows} - {0}
