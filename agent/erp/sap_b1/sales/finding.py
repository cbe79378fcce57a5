"""Finds records of sales by external id, by id, and by a person's words; takes them out of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.order_actions import search_actions
from agent.erp.people import plain
from agent.erp.port import Candidate, Outcome, Status
from agent.erp.sales import ACTIONS
from agent.erp.sap_b1.births import FIELD, id_of
from agent.erp.sap_b1.client import q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.named import adopted, all_rows
from agent.erp.sap_b1.query import all_of, any_of, holding
from agent.erp.sap_b1.sales import partners, payment_means
from agent.erp.sap_b1.sales.carriers import TYPES
from agent.erp.sap_b1.sales.documents import ORDERS, is_live
from agent.erp.sap_b1.sales.taxes import FREIGHT, sales_taxes
from agent.erp.sap_b1.sets import Row
from agent.errors import BridgeError, PermanentError, Refused
from agent.model.entity import Entity

ENTITIES = frozenset(
    {
        *(Entity.CUSTOMERS, Entity.ADDRESSES, Entity.ORDERS, Entity.CARRIERS, Entity.TAX_RATES),
        *(Entity.PAYMENT_METHODS, Entity.CURRENCIES, Entity.ORDER_STATUS),
    }
)
"""What this module answers for."""
_PARTNER = (
    *("CardName", "EmailAddress", "Valid", "ValidFrom", "ValidTo", "Frozen", "FrozenFrom"),
    "FrozenTo",
)
_IS_CUSTOMER = f"CardType eq {q('cCustomer')}"


def adopt(cx: Connection, entity: Entity, external_ids: Sequence[str]) -> dict[str, str]:
    """Return ids of records that carry one of these external ids.

    Addresses carry none: one that is written again is found by its content. Orders that people
    cancelled do not count.
    """
    if entity is Entity.CARRIERS:
        return adopted(cx, TYPES, external_ids)
    ids = {id_of(name): name for name in external_ids}
    rows: list[Row] = []
    if entity is Entity.CUSTOMERS:
        rows = cx.client.find(partners.SET, FIELD, list(ids), ("CardCode",))
    elif entity is Entity.ORDERS:
        every = cx.client.find(ORDERS, FIELD, list(ids), ("Cancelled", "CancelStatus"))
        rows = [row for row in every if is_live(row)]
    found: dict[str, str] = {}
    for row in rows:
        # some databases do not tell capitals apart: what they find besides is another's
        name = ids.get(str(row[FIELD]))
        if name is not None:
            found.setdefault(name, str(row.get("CardCode") or row.get("DocEntry")))
    return found


def exists(cx: Connection, entity: Entity, refs: Sequence[str]) -> dict[str, bool]:
    """Return for each id that exists whether it is active; an action always is."""
    look = _EXISTS.get(entity)
    if look is None or not refs:
        return {ref: True for ref in refs if ref in ACTIONS}
    return look(cx, refs)


def _customers(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    rows = cx.client.find(partners.SET, "CardCode", list(refs), _PARTNER)
    return {str(row["CardCode"]): _active(cx, row) for row in rows}


def _addresses(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    places = {ref: place for ref in refs if (place := partners.parse_reference(ref)) is not None}
    rows = partners.partners(cx, {place[0] for place in places.values()}) if places else {}
    return {
        ref: True
        for ref, (card, kind, name) in places.items()
        if card in rows and partners.address_row(rows[card], kind, name) is not None
    }


def _orders(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    numbers = [int(ref) for ref in refs if ref.isascii() and ref.isdigit()]
    return {
        str(r["DocEntry"]): True for r in cx.client.find(ORDERS, "DocEntry", numbers, ("DocNum",))
    }


def _carriers(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    known = all_rows(cx, TYPES)
    return {ref: True for ref in refs if ref in known}


def _tax_rates(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    known = sales_taxes(cx, anew=True)
    found = {ref: known[ref].active for ref in refs if ref in known}
    wanted = [ref for ref in refs if ref.startswith(FREIGHT)]
    codes = {name for name, _ in _freights(cx)} if wanted else set()
    return found | {ref: True for ref in wanted if ref in codes}


def _currencies(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    rows = cx.client.find("Currencies", "Code", list(refs), ("Name",))
    return {str(row["Code"]): True for row in rows}


_EXISTS: Mapping[Entity, Callable[[Connection, Sequence[str]], dict[str, bool]]] = {
    Entity.CUSTOMERS: _customers,
    Entity.ADDRESSES: _addresses,
    Entity.ORDERS: _orders,
    Entity.CARRIERS: _carriers,
    Entity.TAX_RATES: _tax_rates,
    Entity.CURRENCIES: _currencies,
    Entity.PAYMENT_METHODS: payment_means.exists,
}


def _active(cx: Connection, row: Row) -> bool:
    return partners.is_active(row, cx.client.clock.local().date())


# -- out of use ----------------------------------------------------------------------------------


def archive(cx: Connection, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
    """Put customers out of use; all else stays in place, with a warning where it is there."""
    there = exists(cx, entity, [ref for _, ref in refs])
    outcomes: list[Outcome] = []
    for key, ref in refs:
        if ref not in there or (entity is Entity.CUSTOMERS and not there[ref]):
            outcomes.append(Outcome(key, Status.ARCHIVED, ref))
        elif entity is not Entity.CUSTOMERS:
            outcomes.append(Outcome(key, Status.UNCHANGED, ref, warnings=(_cannot(),)))
        else:
            outcomes.append(_freeze(cx, key, ref))
    return outcomes


def _freeze(cx: Connection, key: str, ref: str) -> Outcome:
    try:
        cx.client.patch(partners.SET, ref, {"Valid": "tNO", "Frozen": "tYES"})
    except PermanentError as error:
        return Outcome(key, Status.FAILED, ref, error=error)
    return Outcome(key, Status.ARCHIVED, ref)


def _cannot() -> BridgeError:
    return Refused(
        "SAP cannot put it out of use; it was left in place",
        fix="Delete it in SAP by hand if nothing there needs it any more.",
        code="erp.no_archive",
    )


# -- a person's words ----------------------------------------------------------------------------


def search(cx: Connection, entity: Entity, text: str, limit: int) -> list[Candidate]:
    """Find records by part of their name, code or number; inactive ones are left out."""
    words = text.strip()
    if entity is Entity.ORDER_STATUS:
        return search_actions(text, limit)
    if entity is Entity.CUSTOMERS:
        return _search_customers(cx, words, limit)
    if entity is Entity.ADDRESSES:
        return _search_addresses(cx, words, limit)
    if entity is Entity.ORDERS:
        return _search_orders(cx, words, limit)
    listed = [
        (ref, label) for ref, label in _few(cx, entity) if plain(words) in plain(f"{ref} {label}")
    ]
    return [Candidate(ref, label, "search") for ref, label in listed[:limit]]


def _few(cx: Connection, entity: Entity) -> list[tuple[str, str]]:
    """Return reference and label of records of which there are few."""
    if entity is Entity.PAYMENT_METHODS:
        return [(means.ref, means.label) for means in payment_means.every(cx) if means.active]
    if entity is Entity.TAX_RATES:
        taxes = [
            (t.code, f"{t.code} {t.name}") for t in sales_taxes(cx, anew=True).values() if t.active
        ]
        return [*taxes, *_freights(cx)]
    if entity is Entity.CARRIERS:
        return [(ref, str(row.get("Name") or ref)) for ref, row in all_rows(cx, TYPES).items()]
    rows = cx.client.rows("Currencies", "", ("Name",))
    return [(str(row["Code"]), f"{row['Code']} {row.get('Name') or ''}".strip()) for row in rows]


def _freights(cx: Connection) -> list[tuple[str, str]]:
    """Return what levies can be linked to."""
    rows = cx.client.rows("AdditionalExpenses", "", ("Name",))
    return [
        (f"{FREIGHT}{r['ExpensCode']}", f"Freight {r['ExpensCode']} {r.get('Name')}") for r in rows
    ]


def _search_customers(cx: Connection, words: str, limit: int) -> list[Candidate]:
    fields = ("CardCode", "CardName", "EmailAddress", "FederalTaxID", "Phone1")
    where = all_of(_IS_CUSTOMER, holding(fields, words))
    found: list[Candidate] = []
    for row in cx.client.rows(partners.SET, where, _PARTNER):
        if len(found) >= limit:
            break
        if _active(cx, row):
            found.append(Candidate(str(row["CardCode"]), customer_label(row), "search"))
    return found


def customer_label(row: Row) -> str:
    """Return how a partner is shown to people."""
    mail = f" <{row['EmailAddress']}>" if row.get("EmailAddress") else ""
    return f"{row.get('CardName') or row['CardCode']} [{row['CardCode']}]{mail}"


def _search_addresses(cx: Connection, words: str, limit: int) -> list[Candidate]:
    """Find addresses of partners whose code or name is meant, or by their own words."""
    where = all_of(_IS_CUSTOMER, holding(("CardCode", "CardName", "EmailAddress"), words))
    found: dict[str, Candidate] = {}
    for row in cx.client.rows(partners.SET, where, ("CardName", "BPAddresses"), limit=limit):
        for address in row.get("BPAddresses") or ():
            name = str(address["AddressName"])
            ref = partners.reference(str(row["CardCode"]), name)
            label = f"{row.get('CardName')}: {name}, {address.get('Street') or ''}"
            found.setdefault(ref, Candidate(ref, label, "search"))
    return list(found.values())[:limit]


def _search_orders(cx: Connection, words: str, limit: int) -> list[Candidate]:
    tests = [holding(("NumAtCard", "CardName"), words)]
    if words.isascii() and words.isdigit() and int(words) < 2**31:
        tests += [any_of("DocNum", [int(words)]), any_of("DocEntry", [int(words)])]
    where = " or ".join(test for test in tests if test)
    select = ("DocNum", "NumAtCard", "CardName", "Cancelled", "CancelStatus")
    rows = cx.client.rows(ORDERS, where, select, limit=limit)
    return [
        Candidate(str(r["DocEntry"]), f"{r['DocNum']} {r.get('CardName') or ''}".strip(), "search")
        for r in rows
        if is_live(r)
    ]
