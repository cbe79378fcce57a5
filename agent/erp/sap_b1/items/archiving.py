"""Takes records out of use, looks for them, and finds those that are in B1 already.

Nothing is ever deleted. Item groups, manufacturers, attributes and values cannot be put out of use
in B1: they stay, with a warning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.erp.port import Candidate, Outcome, Status
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.births import id_of
from agent.erp.sap_b1.client import Row, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.codes import own_code
from agent.erp.sap_b1.items.families import (
    FAMILY,
    SET,
    STATE,
    family_of,
    in_use,
    read_families,
    today_of,
)
from agent.erp.sap_b1.items.named import GROUPS, MAKERS, adopted, all_rows
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.erp.sap_b1.query import holding
from agent.errors import PermanentError, Refused
from agent.model.entity import Entity

_TABLES = {Entity.ATTRIBUTES: ATTRIBUTES, Entity.ATTRIBUTE_VALUES: VALUES}
_KINDS = {Entity.CATEGORIES: GROUPS, Entity.MANUFACTURERS: MAKERS}
ENTITIES = frozenset({*_TABLES, *_KINDS, Entity.PRODUCTS, Entity.VARIANTS, Entity.TAXES})
"""What this module answers for."""


def adopt(cx: Connection, entity: Entity, external_ids: Sequence[str]) -> dict[str, str]:
    """Return ids of records that were made for external ids; see :class:`agent.erp.port.Erp`."""
    if entity in _KINDS:
        return adopted(cx, _KINDS[entity], external_ids)
    if entity in _TABLES:
        codes = {own_code(name): name for name in external_ids}
        rows = cx.client.find(_TABLES[entity], "Code", list(codes), ("Name",))
        return {codes[str(row["Code"])]: str(row["Code"]) for row in rows}
    if entity is not Entity.PRODUCTS:
        return {}
    ids = {id_of(name): name for name in external_ids}
    rows = cx.client.find(SET, ID_FIELD, list(ids), (ID_FIELD, FAMILY))
    return {ids[own]: family_of(r) for r in rows if (own := str(r[ID_FIELD])) in ids}


def exists(cx: Connection, entity: Entity, refs: Sequence[str]) -> dict[str, bool]:
    """Return for each id that exists whether it is active."""
    if entity in _KINDS:
        known = all_rows(cx, _KINDS[entity]) if refs else {}
        return {ref: True for ref in refs if ref in known}
    if entity in _TABLES:
        rows = cx.client.find(_TABLES[entity], "Code", list(refs), ("Name",))
        there = {str(row["Code"]) for row in rows}
        return {ref: True for ref in refs if ref in there}
    if entity is Entity.TAXES:
        codes = cx.client.find(tax_set(cx), "Code", list(refs), ("Inactive",))
        return {str(row["Code"]): row.get("Inactive") != "tYES" for row in codes}
    if entity is Entity.VARIANTS:
        items = cx.client.find(SET, "ItemCode", list(refs), STATE)
        return {str(row["ItemCode"]): _active(cx, row) for row in items}
    families = read_families(cx, refs, ())
    return {
        ref: any(_active(cx, row) for row in families[ref].rows)
        for ref in refs
        if ref in families and families[ref].there
    }


def tax_set(cx: Connection) -> str:
    """Return the set of sales taxes, which the localisation decides."""
    return "VatGroups" if cx.facts.vat else "SalesTaxCodes"


def _active(cx: Connection, row: Row) -> bool:
    hidden = cx.settings.disabled_as == "not_for_sale" and row.get("SalesItem") == "tNO"
    return in_use(row, today_of(cx)) and not hidden


def archive(cx: Connection, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
    """Put records given as (shop key, id) out of use; one that is gone counts as done."""
    if entity not in (Entity.PRODUCTS, Entity.VARIANTS):
        there = exists(cx, entity, [ref for _, ref in refs])
        return [_left(key, ref) if ref in there else _done(key, ref) for key, ref in refs]
    if entity is Entity.VARIANTS:
        rows = cx.client.find(SET, "ItemCode", [ref for _, ref in refs], STATE)
        items: Mapping[str, list[Row]] = {str(row["ItemCode"]): [row] for row in rows}
    else:
        families = read_families(cx, [ref for _, ref in refs], ())
        items = {ref: family.rows for ref, family in families.items()}
    return [_retire(cx, key, ref, items.get(ref, [])) for key, ref in refs]


def _retire(cx: Connection, key: str, ref: str, rows: Sequence[Row]) -> Outcome:
    body = {"Valid": "tNO", "Frozen": "tYES"}
    today = today_of(cx)
    active = [str(row["ItemCode"]) for row in rows if in_use(row, today)]
    try:
        for code in active:
            cx.client.together([Operation.patch(SET, code, body)])
    except PermanentError as error:
        return Outcome(key, Status.FAILED, ref, error=error, touched=True)
    return _done(key, ref)


def _done(key: str, ref: str) -> Outcome:
    return Outcome(key, Status.ARCHIVED, ref)


def _left(key: str, ref: str) -> Outcome:
    warning = Refused(
        "SAP cannot put it out of use; it was left in place",
        fix="Delete it in SAP by hand if nothing there needs it any more.",
        code="erp.no_archive",
    )
    return Outcome(key, Status.UNCHANGED, ref, warnings=(warning,))


# -- looking for records -----------------------------------------------------------------------


def search(cx: Connection, entity: Entity, text: str, limit: int) -> list[Candidate]:
    """Find records by a person's words: part of their name or code, an item's bar code."""
    words = text.strip()
    if entity in _KINDS:
        kind = _KINDS[entity]
        return _plain(cx, kind.set, kind.key, kind.name, words, limit)
    if entity in _TABLES:
        return _plain(cx, _TABLES[entity], "Code", "Name", words, limit)
    if entity is Entity.TAXES:
        return _plain(cx, tax_set(cx), "Code", "Name", words, limit)
    columns = (*STATE, "ItemName")
    where = holding(["ItemCode", "ItemName", "ForeignName", FAMILY], words)
    if words:
        where = f"{where} or BarCode eq {q(words)}"
    found: dict[str, Candidate] = {}
    for row in cx.client.rows(SET, where, columns):
        if len(found) >= limit:
            break
        ref = str(row["ItemCode"]) if entity is Entity.VARIANTS else family_of(row)
        if in_use(row, today_of(cx)):
            found.setdefault(ref, Candidate(ref, label(row, ref), "search"))
    return list(found.values())


def label(row: Row, ref: str) -> str:
    """Return how an item is shown to people."""
    return f"[{ref}] {row.get('ItemName') or row['ItemCode']}"


def _plain(
    cx: Connection, name: str, key: str, title: str, words: str, limit: int
) -> list[Candidate]:
    where = holding([title, *(["Code"] if key == "Code" and title == "Name" else [])], words)
    if key in ("Number", "Code") and title != "Name" and words.isascii() and words.isdigit():
        where = f"{where} or {key} eq {int(words)}"
    rows = cx.client.rows(name, where, (title,), limit=limit)
    return [Candidate(str(r[key]), str(r.get(title) or r[key]), "search") for r in rows]
