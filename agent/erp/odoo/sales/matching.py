"""Finds in Odoo what may be the same as customers, orders and the rest that sales need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from agent.erp.entered import SHOPS, may_be
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales import contacts
from agent.erp.order_actions import action_for
from agent.erp.people import match_customers, plain, vat_spellings
from agent.erp.port import Candidate
from agent.model.document import SalesDocument
from agent.model.record import Record
from agent.model.sales import Carrier, Currency, Customer, OrderStatus, PaymentMethod, TaxRate

Found = dict[str, list[Candidate]]
JOURNAL_TYPES = ("bank", "cash", "credit")
_SAME = Decimal("0.00005")


def match(cx: Connection, records: Sequence[Record]) -> Found:
    """Return candidates by record key; records of other kinds are passed over."""
    found: Found = {}
    found.update(_customers(cx, [r for r in records if isinstance(r, Customer)]))
    found.update(_orders(cx, [r for r in records if isinstance(r, SalesDocument)]))
    found.update(_tax_rates(cx, [r for r in records if isinstance(r, TaxRate)]))
    found.update(_carriers(cx, [r for r in records if isinstance(r, Carrier)]))
    found.update(_journals(cx, [r for r in records if isinstance(r, PaymentMethod)]))
    found.update(_currencies(cx, [r for r in records if isinstance(r, Currency)]))
    found.update({r.key: [action_for(r)] for r in records if isinstance(r, OrderStatus)})
    return found


# -- customers -----------------------------------------------------------------------------------

_CONTACT = ["display_name", "email", "vat", "parent_id", "commercial_partner_id", "type", "active"]


def _customers(cx: Connection, customers: Sequence[Customer]) -> Found:
    return match_customers(
        cx.settings.customer_match,
        customers,
        lambda some: _by_vat(cx, some),
        lambda some: _by_email(cx, some),
    )


def _by_vat(cx: Connection, customers: Sequence[Customer]) -> Found:
    """Match by VAT number, with or without the country before it; blanks and dots do not count.

    Contacts below a company carry its number as well: only the company itself is meant.
    """
    spellings = {c.key: vat_spellings(c) for c in customers if c.vat.strip()}
    wanted = sorted({text for texts in spellings.values() for text in texts})
    rows = [
        row
        for row in _partners(cx, "vat", wanted)
        if ref_id(row["commercial_partner_id"]) == row["id"]
    ]
    return {
        key: [_contact(r, "vat") for r in _living(fitting)]
        for key, texts in spellings.items()
        if (fitting := [r for r in rows if str(r["vat"]) in texts])
    }


def _by_email(cx: Connection, customers: Sequence[Customer]) -> Found:
    """Match by e-mail address. Contacts that are only an address of somebody are passed over.

    A company whose person has the same address is the company alone; a shop's company is never
    linked to a person below one, but to that company.
    """
    emails = {c.key: c.email.strip().casefold() for c in customers if c.email.strip()}
    rows = defaultdict(list)
    for row in _partners(cx, "email_normalized", sorted(set(emails.values()))):
        if row["type"] in (False, "contact") or not row["parent_id"]:
            rows[str(row["email_normalized"])].append(row)
    companies = {c.key for c in customers if c.company.strip()}
    above = _companies(cx, [r for k in companies for r in rows.get(emails.get(k, ""), [])])
    found: Found = {}
    for key, email in emails.items():
        candidates = _living(rows.get(email, []))
        if key in companies:
            candidates = [above.get(int(r["id"]), r) for r in candidates]
        numbers = {int(r["id"]) for r in candidates}
        single = {int(r["id"]): r for r in candidates if ref_id(r["parent_id"]) not in numbers}
        if single:
            found[key] = [_contact(r, "email") for r in single.values()]
    return found


def _companies(cx: Connection, rows: Sequence[Row]) -> dict[int, Row]:
    """Return the company that each person belongs to, by the person's id."""
    wanted = {int(r["id"]): ref_id(r["commercial_partner_id"]) for r in rows}
    numbers = sorted({n for n in wanted.values() if n is not None})
    tops = {int(r["id"]): r for r in cx.odoo.find_in(contacts.MODEL, "id", numbers, _CONTACT)}
    return {person: tops[top] for person, top in wanted.items() if top in tops}


def _partners(cx: Connection, field: str, values: Sequence[str]) -> list[Row]:
    fields = [*_CONTACT, field] if field not in _CONTACT else _CONTACT
    company = [("company_id", "in", [False, cx.facts.company.id])]
    return cx.odoo.find_in(contacts.MODEL, field, values, fields, company)


def _living(rows: Sequence[Row]) -> list[Row]:
    """Return the active ones, archived ones only where there are no others."""
    return [r for r in rows if r["active"]] or list(rows)


def _contact(row: Row, rule: str) -> Candidate:
    mail = f" <{row['email']}>" if row["email"] else ""
    return Candidate(str(row["id"]), f"{row['display_name']}{mail}", rule, bool(row["active"]))


# -- orders --------------------------------------------------------------------------------------


def _orders(cx: Connection, documents: Sequence[SalesDocument]) -> Found:
    """Match orders that somebody else entered: the shop's number, the same total, a near day."""
    wanted = {d.number: d for d in documents if d.number}
    fields = ["name", "client_order_ref", "amount_total", "currency_id", "date_order"]
    domain = [("company_id", "=", cx.facts.company.id), ("state", "!=", "cancel")]
    found: Found = {}
    if not wanted or not cx.facts.has("sale.order"):
        return found
    rows = cx.odoo.find_in("sale.order", "client_order_ref", sorted(wanted), fields, domain)
    shops = cx.external_ids.modules("sale.order", SHOPS, [int(row["id"]) for row in rows])
    for row in rows:
        document = wanted.get(str(row["client_order_ref"]))
        if document is None or row["currency_id"][1] != document.currency:
            continue
        theirs, day = shops.get(int(row["id"]), set()), str(row["date_order"])
        if abs(Decimal(str(row["amount_total"])) - document.amount_total) < _SAME and may_be(
            document, day, theirs, cx.instance
        ):
            candidate = Candidate(str(row["id"]), str(row["name"]), "number")
            found.setdefault(document.key, []).append(candidate)
    return found


# -- what is mapped once -------------------------------------------------------------------------


def _tax_rates(cx: Connection, rates: Sequence[TaxRate]) -> Found:
    """Match by percent or amount; of several the one of the same name, where there is one."""
    if not rates or not cx.facts.has("account.tax"):
        return {}
    domain = [
        ("type_tax_use", "=", "sale"),
        ("amount_type", "in", ["percent", "fixed"]),
        ("company_id", "=", cx.facts.company.id),
    ]
    rows = cx.odoo.find("account.tax", domain, ["name", "amount", "amount_type"], active_test=True)
    found: Found = {}
    for rate in rates:
        fitting = [
            r
            for r in rows
            if r["amount_type"] == rate.kind and abs(Decimal(str(r["amount"])) - rate.rate) < _SAME
        ]
        named = [r for r in fitting if plain(r["name"]) == plain(rate.name)]
        if fitting:
            found[rate.key] = [_named(r, "name" if named else "rate") for r in named or fitting]
    return found


def _carriers(cx: Connection, carriers: Sequence[Carrier]) -> Found:
    names = {c.key: c.name for c in carriers}
    company = [("company_id", "in", [False, cx.facts.company.id])]
    return _same_name(cx, "delivery.carrier", names, company)


def _journals(cx: Connection, methods: Sequence[PaymentMethod]) -> Found:
    names = {m.key: m.name for m in methods}
    company = ("company_id", "=", cx.facts.company.id)
    return _same_name(cx, "account.journal", names, [("type", "in", JOURNAL_TYPES), company])


def _same_name(
    cx: Connection, model: str, names: Mapping[str, str], domain: Sequence[object]
) -> Found:
    """Match by name; case and blanks do not count. These are few in every database."""
    if not names or not cx.facts.has(model):
        return {}
    rows = cx.odoo.find(model, domain, ["name"], active_test=True)
    return {
        key: [_named(r, "name") for r in fitting]
        for key, name in names.items()
        if name.strip() and (fitting := [r for r in rows if plain(r["name"]) == plain(name)])
    }


def _currencies(cx: Connection, currencies: Sequence[Currency]) -> Found:
    """Match by ISO code, inactive ones too: an order says then that it has to be activated."""
    codes = sorted({c.key.upper() for c in currencies})
    rows = cx.odoo.find_in("res.currency", "name", codes, ["name", "active"]) if codes else []
    by_code = {str(r["name"]): r for r in rows}
    return {
        c.key: [Candidate(str(row["id"]), str(row["name"]), "code", bool(row["active"]))]
        for c in currencies
        if (row := by_code.get(c.key.upper())) is not None
    }


def _named(row: Row, rule: str) -> Candidate:
    return Candidate(str(row["id"]), str(row["name"]), rule)
