"""Finds records in B1 that may be the same as records of the shop, best rule first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from agent.erp.codes import chosen_code
from agent.erp.port import Candidate, Refs, variant_key
from agent.erp.sap_b1.client import Row, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.archiving import label
from agent.erp.sap_b1.items.families import (
    FAMILY,
    SET,
    STATE,
    Family,
    family_of,
    in_use,
    read_families,
    today_of,
)
from agent.erp.sap_b1.items.named import GROUPS, MAKERS, Kind, all_rows, names_of
from agent.erp.sap_b1.items.price_lists import tax_rates
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.erp.sap_b1.items.texts import GROUP_NAME, MAKER_NAME, ROW_NAME, base, clean
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    TaxClass,
)
from agent.model.entity import Entity
from agent.model.record import Record

Found = dict[str, list[Candidate]]


def match(cx: Connection, records: Sequence[Record], refs: Refs) -> Found:
    """Return candidates by record key; records of one kind at a time."""
    found: Found = {}
    found.update(_products(cx, [r for r in records if isinstance(r, Product)]))
    groups = {r.key: base(cx, r.name)[:GROUP_NAME] for r in records if isinstance(r, Category)}
    found.update(_named(cx, GROUPS, groups))
    makers = {r.key: clean(r.name)[:MAKER_NAME] for r in records if isinstance(r, Manufacturer)}
    found.update(_named(cx, MAKERS, makers))
    found.update(_attributes(cx, [r for r in records if isinstance(r, Attribute)]))
    found.update(_values(cx, [r for r in records if isinstance(r, AttributeValue)], refs))
    found.update(_taxes(cx, [r for r in records if isinstance(r, TaxClass)]))
    return found


# -- products ------------------------------------------------------------------------------------


def _products(cx: Connection, products: Sequence[Product]) -> Found:
    """Match by code (an item's, or a family's), then bar code, then name.

    A name does not match where the shop's product has a code: an item always has one.
    """
    if not products:
        return {}
    wanted = {p.key: c for p in products if (c := _code(cx, p))}
    families = read_families(cx, wanted.values(), ("ItemName",))
    found: Found = {}
    for key, code in wanted.items():
        family = families[code]
        if family.there:
            found[key] = [_candidate(cx, family, "sku")]
    _through_members(cx, {k: c for k, c in wanted.items() if k not in found}, found)
    rest = {p.key: b for p in products if p.key not in found and (b := p.barcode.strip())}
    _by_column(cx, "BarCode", "barcode", rest, found)
    names = {
        p.key: n
        for p in products
        if p.key not in found and p.key not in wanted and (n := base(cx, p.name))
    }
    _by_column(cx, "ItemName", "name", names, found)
    return _with_variants(cx, found)


def _code(cx: Connection, product: Product) -> str:
    return chosen_code(cx.settings.code_from, product.sku, product.model)


def _through_members(cx: Connection, wanted: Mapping[str, str], found: Found) -> None:
    """Match codes that are an item's within a family."""
    rows = cx.client.find(SET, "ItemCode", list(wanted.values()), (*STATE, "ItemName"))
    by_code = {str(row["ItemCode"]).casefold(): row for row in rows if row.get(FAMILY)}
    for key, code in wanted.items():
        row = by_code.get(code.casefold())
        if row is not None:
            found[key] = [_of_row(cx, row, "sku")]


def _by_column(
    cx: Connection, column: str, rule: str, wanted: Mapping[str, str], found: Found
) -> None:
    if not wanted:
        return
    rows: dict[str, list[Row]] = defaultdict(list)
    columns = (*STATE, "ItemName", column)
    for row in cx.client.find(SET, column, sorted(set(wanted.values())), columns):
        rows[str(row.get(column) or "").casefold()].append(row)
    for key, value in wanted.items():
        candidates: dict[str, Candidate] = {}
        for row in rows[value.casefold()]:
            candidate = _of_row(cx, row, rule)
            known = candidates.get(candidate.ref)
            if known is None or (candidate.active and not known.active):
                candidates[candidate.ref] = candidate
        if candidates:
            found[key] = list(candidates.values())


def _of_row(cx: Connection, row: Row, rule: str) -> Candidate:
    ref = family_of(row)
    return Candidate(ref, label(row, ref), rule, in_use(row, today_of(cx)))


def _candidate(cx: Connection, family: Family, rule: str) -> Candidate:
    active = any(in_use(row, today_of(cx)) for row in family.rows)
    return Candidate(family.ref, label(family.rows[0], family.ref), rule, active)


def _with_variants(cx: Connection, found: Found) -> Found:
    """Name the item of each candidate that is one alone."""
    refs = sorted({c.ref for candidates in found.values() for c in candidates})
    families = read_families(cx, refs, ())

    def children(key: str, ref: str) -> dict[tuple[Entity, str], str]:
        family = families[ref]
        if family.members or family.single is None:
            return {}
        return {(Entity.VARIANTS, variant_key(key, ())): str(family.single["ItemCode"])}

    return {
        key: [
            Candidate(c.ref, c.label, c.matched_by, c.active, children(key, c.ref))
            for c in candidates
        ]
        for key, candidates in found.items()
    }


# -- what products need --------------------------------------------------------------------------


def _named(cx: Connection, kind: Kind, wanted: Mapping[str, str]) -> Found:
    if not any(wanted.values()):
        return {}
    known = names_of(all_rows(cx, kind), kind)
    return {
        key: [Candidate(n, name, "name") for n in known[name]]
        for key, name in wanted.items()
        if name and name in known
    }


def _attributes(cx: Connection, attributes: Sequence[Attribute]) -> Found:
    """Match by name among those that make items, or do not, as the shop's does."""
    names = {a.key: n[:ROW_NAME] for a in attributes if (n := base(cx, a.name))}
    choices = {a.key: a.kind == "choice" for a in attributes}
    rows = _rows_by_name(cx, ATTRIBUTES, names, "U_Kind")
    return {
        key: fitting
        for key, found in rows.items()
        if (
            fitting := [
                Candidate(str(r["Code"]), str(r["Name"]), "name")
                for r in found
                if (r.get("U_Kind") in (None, "", "choice")) == choices[key]
            ]
        )
    }


def _values(cx: Connection, values: Sequence[AttributeValue], refs: Refs) -> Found:
    """Match by name within the attribute."""
    owners = {v.key: refs.get((Entity.ATTRIBUTES, v.attribute), "") for v in values}
    names = {v.key: n[:ROW_NAME] for v in values if owners[v.key] and (n := base(cx, v.name))}
    rows = _rows_by_name(cx, VALUES, names, "U_Attribute")
    return {
        key: fitting
        for key, found in rows.items()
        if (
            fitting := [
                Candidate(str(r["Code"]), str(r["Name"]), "name")
                for r in found
                if str(r.get("U_Attribute") or "") == owners[key]
            ]
        )
    }


def _rows_by_name(
    cx: Connection, table: str, names: Mapping[str, str], column: str
) -> dict[str, list[Row]]:
    if not names:
        return {}
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in cx.client.find(table, "Name", sorted(set(names.values())), ("Name", column)):
        rows[str(row["Name"])].append(row)
    return {key: rows[name] for key, name in names.items() if name in rows}


def _taxes(cx: Connection, classes: Sequence[TaxClass]) -> Found:
    """Match a class with one rate and no fixed amounts by its percentage."""
    single = {t.key: t.rates[0][1] for t in classes if len(t.rates) == 1 and not t.fixed}
    if not single:
        return {}
    if cx.facts.vat:
        name, where = "VatGroups", f"Category eq {q('bovcOutputTax')}"
        columns: tuple[str, ...] = ("Name", "Inactive", "EU")
    else:
        name, where, columns = "SalesTaxCodes", "", ("Name", "Inactive", "ValidForAR")
    rates = tax_rates(cx)
    rows = [r for r in cx.client.rows(name, where, columns) if _sells(r)]
    found: Found = {}
    for key, rate in single.items():
        fitting = [r for r in rows if rates.get(str(r["Code"]), Decimal(-1)) == rate]
        if fitting:
            found[key] = [
                Candidate(str(r["Code"]), f"{r['Code']} {r.get('Name') or ''}".strip(), "rate")
                for r in fitting
            ]
    return found


def _sells(row: Row) -> bool:
    return (
        row.get("Inactive") != "tYES" and row.get("EU") != "tYES" and row.get("ValidForAR") != "tNO"
    )
