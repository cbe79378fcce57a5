"""Finds in B1 what may be the same as customers, orders and the rest that sales need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from agent.erp.entered import SHOPS, may_be
from agent.erp.order_actions import action_for
from agent.erp.people import match_customers, plain, vat_spellings
from agent.erp.port import Candidate
from agent.erp.sap_b1.births import FIELD
from agent.erp.sap_b1.client import any_of, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.named import all_rows
from agent.erp.sap_b1.query import portions
from agent.erp.sap_b1.sales import partners, payment_means
from agent.erp.sap_b1.sales.carriers import TYPES
from agent.erp.sap_b1.sales.documents import ORDERS, is_live
from agent.erp.sap_b1.sales.finding import customer_label
from agent.erp.sap_b1.sales.taxes import FREIGHT, sales_taxes
from agent.erp.sap_b1.sales.totals import totals_of
from agent.erp.sap_b1.sets import Row
from agent.model.document import SalesDocument
from agent.model.record import Record
from agent.model.sales import Carrier, Currency, Customer, OrderStatus, PaymentMethod, TaxRate

Found = dict[str, list[Candidate]]
_SAME = Decimal("0.00005")
_PARTNER = (
    *("CardName", "CardType", "EmailAddress", "FederalTaxID", "Valid", "ValidFrom", "ValidTo"),
    *("Frozen", "FrozenFrom", "FrozenTo"),
)
_IS_CUSTOMER = f"CardType eq {q('cCustomer')}"
_PEOPLE = "BusinessPartners/ContactEmployees"
_ROOM = 2000


def match(cx: Connection, records: Sequence[Record]) -> Found:
    """Return candidates by record key; records of other kinds are passed over."""
    found: Found = {}
    found.update(_customers(cx, [r for r in records if isinstance(r, Customer)]))
    found.update(_orders(cx, [r for r in records if isinstance(r, SalesDocument)]))
    found.update(_tax_rates(cx, [r for r in records if isinstance(r, TaxRate)]))
    found.update(_carriers(cx, [r for r in records if isinstance(r, Carrier)]))
    found.update(_means(cx, [r for r in records if isinstance(r, PaymentMethod)]))
    found.update(_currencies(cx, [r for r in records if isinstance(r, Currency)]))
    found.update({r.key: [action_for(r)] for r in records if isinstance(r, OrderStatus)})
    return found


# -- customers -----------------------------------------------------------------------------------


def _customers(cx: Connection, customers: Sequence[Customer]) -> Found:
    return match_customers(
        cx.settings.customer_match,
        customers,
        lambda some: _by_vat(cx, some),
        lambda some: _by_email(cx, some),
    )


def _by_vat(cx: Connection, customers: Sequence[Customer]) -> Found:
    spellings = {c.key: vat_spellings(c) for c in customers if c.vat.strip()}
    wanted = sorted({text for texts in spellings.values() for text in texts})
    rows = _partners(cx, "FederalTaxID", wanted)
    return {
        key: _candidates(cx, fitting, "vat")
        for key, texts in spellings.items()
        if (fitting := [r for r in rows if str(r.get("FederalTaxID")) in texts])
    }


def _by_email(cx: Connection, customers: Sequence[Customer]) -> Found:
    """Match by the partner's own e-mail address, then by that of one of its contact persons."""
    emails = {c.key: c.email.strip() for c in customers if c.email.strip()}
    rows = _partners(cx, "EmailAddress", _spellings(emails.values()))
    found: Found = {}
    for key, mail in emails.items():
        fitting = [r for r in rows if plain(r.get("EmailAddress")) == plain(mail)]
        if fitting:
            found[key] = _candidates(cx, fitting, "email")
    rest = {key: mail for key, mail in emails.items() if key not in found}
    owners = _owners(cx, rest.values())
    people = sorted({code for codes in owners.values() for code in codes})
    known = {str(r["CardCode"]): r for r in _partners(cx, "CardCode", people)}
    for key, mail in rest.items():
        fitting = [known[c] for c in sorted(owners.get(plain(mail), ())) if c in known]
        if fitting:
            found[key] = _candidates(cx, fitting, "email")
    return found


def _spellings(emails: Iterable[str]) -> list[str]:
    """Return addresses as typed and in small letters: for servers that take no any-case."""
    return sorted({form for mail in emails for form in (mail, mail.lower())})


def _owners(cx: Connection, emails: Iterable[str]) -> dict[str, set[str]]:
    """Return the partners with a contact person of an e-mail address, by address."""
    forms = _spellings(emails)
    field = f"{_PEOPLE}/E_Mail"
    found: dict[str, set[str]] = {}
    for piece in portions(field, forms, _ROOM):
        where = (
            f"{partners.SET}/CardCode eq {_PEOPLE}/CardCode and "
            f"{partners.SET}/{_IS_CUSTOMER} and ({any_of(field, piece)})"
        )
        select = {partners.SET: ("CardCode",), _PEOPLE: ("E_Mail",)}
        for row in cx.client.cross((partners.SET, _PEOPLE), select, where, any_case=True):
            mail, code = plain(row[_PEOPLE]["E_Mail"]), str(row[partners.SET]["CardCode"])
            found.setdefault(mail, set()).add(code)
    return found


def _partners(cx: Connection, field: str, values: Sequence[str]) -> list[Row]:
    if not values:
        return []
    any_case = field == "EmailAddress"
    return cx.client.find(partners.SET, field, values, _PARTNER, _IS_CUSTOMER, any_case=any_case)


def _candidates(cx: Connection, rows: Sequence[Row], rule: str) -> list[Candidate]:
    """Return the active partners, inactive ones only where there are no others."""
    today = cx.client.clock.local().date()
    active = [row for row in rows if partners.is_active(row, today)]
    return [
        Candidate(str(r["CardCode"]), customer_label(r), rule, active=bool(active))
        for r in active or rows
    ]


# -- orders --------------------------------------------------------------------------------------


def _orders(cx: Connection, documents: Sequence[SalesDocument]) -> Found:
    """Match orders that somebody else entered: the shop's number, the same total, a near day."""
    wanted = {d.number: d for d in documents if d.number}
    if not wanted:
        return {}
    select = (
        *("DocNum", "DocDate", "DocCurrency", "DocTotal", "DocTotalFc", "Cancelled"),
        *("CancelStatus", FIELD),
    )
    found: Found = {}
    for row in cx.client.find(ORDERS, "NumAtCard", sorted(wanted), select):
        document = wanted.get(str(row["NumAtCard"]))
        if document is None or not is_live(row):
            continue
        currency = str(row.get("DocCurrency") or cx.facts.currency)
        total, _ = totals_of(cx, row)
        same = currency == document.currency and abs(total - document.amount_total) < _SAME
        maker = str(row.get(FIELD) or "").partition(".")[0]
        shops = {maker} if maker.startswith(SHOPS) else set()
        if same and may_be(document, str(row["DocDate"]), shops, cx.instance):
            candidate = Candidate(str(row["DocEntry"]), str(row["DocNum"]), "number")
            found.setdefault(document.key, []).append(candidate)
    return found


# -- what is mapped once -------------------------------------------------------------------------


def _tax_rates(cx: Connection, rates: Sequence[TaxRate]) -> Found:
    """Match by percent; of several the one of the same name. An amount is booked as a freight."""
    if not rates:
        return {}
    today = cx.client.clock.local().date()
    taxes = [tax for tax in sales_taxes(cx, anew=True).values() if tax.active]
    found: Found = {}
    for rate in rates:
        if rate.kind == "fixed":
            levies = [
                Candidate(f"{FREIGHT}{code}", f"Freight {code}", "rate")
                for code in cx.settings.freight_levies
            ]
            if levies:
                found[rate.key] = levies
            continue
        fitting = [t for t in taxes if abs(t.rate(today) - rate.rate) < _SAME]
        named = [t for t in fitting if plain(rate.name) in (plain(t.name), plain(t.code))]
        if fitting:
            rule = "name" if named else "rate"
            found[rate.key] = [
                Candidate(t.code, f"{t.code} {t.name}".strip(), rule) for t in named or fitting
            ]
    return found


def _carriers(cx: Connection, carriers: Sequence[Carrier]) -> Found:
    if not carriers:
        return {}
    rows = all_rows(cx, TYPES)
    return {
        carrier.key: fitting
        for carrier in carriers
        if carrier.name.strip()
        and (
            fitting := [
                Candidate(ref, str(row["Name"]), "name")
                for ref, row in rows.items()
                if plain(row.get("Name")) == plain(carrier.name)
            ]
        )
    }


def _means(cx: Connection, methods: Sequence[PaymentMethod]) -> Found:
    if not methods:
        return {}
    every = payment_means.every(cx)
    return {
        method.key: [Candidate(m.ref, m.label, "name") for m in fitting]
        for method in methods
        if method.name.strip() and (fitting := payment_means.named(every, method.name))
    }


def _currencies(cx: Connection, currencies: Sequence[Currency]) -> Found:
    """Match by ISO code, which is B1's own code or the one it has for documents."""
    if not currencies:
        return {}
    rows = list(cx.client.rows("Currencies", "", ("Name", "DocumentsCode")))
    found: Found = {}
    for currency in currencies:
        code = currency.key.upper()
        exact = [r for r in rows if str(r["Code"]).upper() == code]
        near = [r for r in rows if str(r.get("DocumentsCode") or "").upper() == code]
        if exact or near:
            found[currency.key] = [
                Candidate(str(r["Code"]), f"{r['Code']} {r.get('Name') or ''}".strip(), "code")
                for r in exact or near
            ]
    return found
