"""Headers: what a document takes from its partner and from the documents it is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books import series, userfields
from agent.sandbox.sap_b1.books.values import (
    NO,
    YES,
    ZERO,
    active,
    day,
    num,
    reference,
    today,
    undefined,
    wrong,
)
from agent.sandbox.sap_b1.company import Company, Refusal, Row

from .kinds import DELIVERY, INVOICE, OPEN, ORDER, QUOTATION, Kind
from .lines import exchange

COMPUTED = frozenset(
    {
        *("DocEntry", "DocNum", "DocTime", "CreationDate", "UpdateDate", "UpdateTime"),
        *("DataVersion", "DocumentStatus", "Cancelled", "CancelStatus", "CancelDate", "VatSum"),
        *("VatSumFc", "VatSumSys", "TotalDiscount", "TotalDiscountFC", "TotalDiscountSC"),
        *("PaidToDate", "PaidToDateFC", "PaidToDateSys", "DocTotalSys", "ClosingDate"),
        *("AuthorizationStatus", "InventoryStatus", "DownPaymentStatus", "BaseType", "BaseEntry"),
        *("TransNum", "UserSign", "FinancialPeriod", "PeriodIndicator", "BaseAmount"),
    }
)
PLACES = {"ShipTo": "bo_ShipTo", "BillTo": "bo_BillTo"}
_COMPOSED = frozenset(
    {
        *("AddressExtension", "DocumentLines", "DocumentAdditionalExpenses"),
        "DownPaymentsToDraw",
    }
)
"""Parts that are made of what a body gives, not taken as they are."""
_PARTS = {
    "Street": "Street",
    "StreetNo": "StreetNo",
    "Block": "Block",
    "Building": "BuildingFloorRoom",
    "City": "City",
    "ZipCode": "ZipCode",
    "County": "County",
    "State": "State",
    "Country": "Country",
    "AddressType": "TypeOfAddress",
    "Address2": "AddressName2",
    "Address3": "AddressName3",
}


def new_header(company: Company, kind: Kind, body: Mapping[str, Any], bases: Sequence[Row]) -> Row:
    """Return the header of a new document.

    Raises:
        Refusal: its partner is missing or not in use, its period closed, its rate not entered.
    """
    given = {
        name: value for name, value in body.items() if name not in COMPUTED and value is not None
    }
    first = bases[0] if bases else {}
    row: Row = {
        "DocType": "dDocument_Items", "HandWritten": NO, "Printed": "psNo", "Confirmed": YES,
        "Cancelled": NO, "CancelStatus": "csNo", "DocumentStatus": OPEN, "InventoryStatus": OPEN,
        "DocObjectCode": kind.enum, "DocumentSubType": "bod_None", "PartialSupply": YES,
        "Rounding": NO, "ReserveInvoice": NO, "Pick": NO, "PickStatus": NO, "Submitted": NO,
        "AuthorizationStatus": "dasWithout", "PriceMode": "pmdNet", "ReuseDocumentNum": NO,
        "DocumentLines": [], "DocumentAdditionalExpenses": [], "DownPaymentsToDraw": [],
        "DocumentPackages": [], "PaidToDate": ZERO, "PaidToDateFC": ZERO, "PaidToDateSys": ZERO,
        "RoundingDiffAmount": ZERO,
    }  # fmt: skip
    if first:
        row |= _followed(company, first)
    row |= {name: value for name, value in given.items() if name not in _COMPOSED}
    _dates(company, kind, row, given)
    partner = partner_of(company, kind, row)
    if partner:
        row = {**_from_partner(company, partner), **{k: v for k, v in row.items() if v is not None}}
        _addresses(company, kind, row, partner, given)
    _references(company, kind, row)
    row["DocCurrency"] = (
        given.get("DocCurrency") or first.get("DocCurrency") or _currency(company, partner)
    )
    _rate(company, kind, row, partner, given)
    row |= userfields.checked(company, "ORDR", row, new=True)
    return row


def changed_header(company: Company, kind: Kind, before: Row, body: Mapping[str, Any]) -> Row:
    """Return a header with what a body changes; what is fixed is passed over."""
    fixed = COMPUTED | {"CardCode", "Series", "DocObjectCode", "HandWritten"}
    given = {name: value for name, value in body.items() if name not in fixed}
    collections = ("DocumentLines", "DocumentAdditionalExpenses", "DownPaymentsToDraw")
    change = {name: value for name, value in given.items() if name not in collections}
    row = {**before, **change}
    if isinstance(change.get("AddressExtension"), Mapping):
        row["AddressExtension"] = {
            **(before.get("AddressExtension") or {}),
            **change["AddressExtension"],
        }
    if {"DocDate", "DocDueDate", "TaxDate"} & set(change):
        _dates(company, kind, row, row)
    partner = partner_of(company, kind, row)
    if {"ShipToCode", "PayToCode"} & set(change):
        _addresses(company, kind, row, partner, {"AddressExtension": {}, **change})
    _references(company, kind, row)
    if {"DocCurrency", "DocRate", "DocDate"} & set(change):
        _rate(company, kind, row, partner, change)
    row |= userfields.checked(company, "ORDR", change, new=False)
    return row


def _followed(company: Company, base: Row) -> Row:
    names = [
        "CardCode",
        "ContactPersonCode",
        "SalesPersonCode",
        "PaymentGroupCode",
        "TransportationCode",
        "ShipToCode",
        "PayToCode",
        "AddressExtension",
        "PaymentMethod",
    ]
    if company.options.fields_follow:
        names += ["NumAtCard", *(name for name in base if name.startswith("U_"))]
    if company.options.discount_follows:
        names.append("DiscountPercent")
    return {name: base[name] for name in names if base.get(name) is not None}


def _dates(company: Company, kind: Kind, row: Row, given: Mapping[str, Any]) -> None:
    now = today(company)
    posted = day(row.get("DocDate")) or now
    row["DocDate"] = posted.isoformat()
    row["TaxDate"] = (day(given.get("TaxDate")) or posted).isoformat()
    row["VatDate"] = (day(given.get("VatDate")) or posted).isoformat()
    due = day(given.get("DocDueDate"))
    if due is None:
        if kind.code == ORDER:
            raise undefined("Enter delivery date", f"{kind.header}.DocDueDate")
        due = posted + timedelta(days=30) if kind.code == QUOTATION else None
    row["DocDueDate"] = due.isoformat() if due else None
    if due is not None and due < posted and kind.code in {ORDER, QUOTATION, DELIVERY}:
        raise wrong("Due date must not be earlier than posting date", f"{kind.header}.DocDueDate")
    closed = company.options.closed_until
    if closed is not None and posted <= closed:
        raise Refusal(
            -5002,
            f"1250000073 - Posting date is in a closed posting period  [{kind.header}.DocDate]",
        )


def partner_of(company: Company, kind: Kind, row: Row) -> Row:
    """Return the partner of a document, an empty row for those that have none."""
    if not kind.partner:
        return {}
    if row.get("CardCode") in (None, ""):
        raise undefined("Customer code is missing", f"{kind.header}.CardCode")
    partner = reference(company, "BusinessPartners", row["CardCode"], f"{kind.header}.CardCode")
    allowed = {"cCustomer", "cLid"} if kind.code == QUOTATION else {"cCustomer"}
    if partner["CardType"] not in allowed:
        raise wrong("Business partner is no customer", f"{kind.header}.CardCode")
    if not active(partner, date.fromisoformat(row["DocDate"])):
        raise wrong(f"Business partner '{row['CardCode']}' is inactive", f"{kind.header}.CardCode")
    return partner


def _from_partner(company: Company, partner: Row) -> Row:
    people = {p["Name"]: p["InternalCode"] for p in partner["ContactEmployees"]}
    default = company.table("PaymentTermsTypes").rows
    terms = partner.get("PayTermsGrpCode")
    return {
        "CardName": partner.get("CardName"),
        "DiscountPercent": num(partner.get("DiscountPercent")),
        "FederalTaxID": partner.get("FederalTaxID"),
        "ContactPersonCode": people.get(partner.get("ContactPerson")),
        "SalesPersonCode": partner.get("SalesPersonCode", -1),
        "PaymentGroupCode": terms if terms in default else next(iter(default), None),
        "TransportationCode": partner.get("ShippingType"),
        "PaymentMethod": partner.get("PeymentMethodCode"),
        "ShipToCode": partner.get("ShipToDefault"),
        "PayToCode": partner.get("BilltoDefault"),
        "LanguageCode": partner.get("LanguageCode"),
        "ControlAccount": partner.get("DebitorAccount"),
    }


def _addresses(
    company: Company, kind: Kind, row: Row, partner: Row, given: Mapping[str, Any]
) -> None:
    told = dict(given.get("AddressExtension") or {})
    extension = dict(row.get("AddressExtension") or {})
    for side, kind_of, name in (
        ("ShipTo", "bo_ShipTo", "ShipToCode"),
        ("BillTo", "bo_BillTo", "PayToCode"),
    ):
        code = row.get(name)
        address = _address(partner, code, kind_of)
        if code and address is None:
            reference(company, "_NoAddress", str(code), f"{kind.header}.{name}")
        fresh = name in given or not any(extension.get(f"{side}{part}") for part in _PARTS)
        if address is not None and fresh:
            extension |= {f"{side}{part}": address.get(own) for part, own in _PARTS.items()}
    extension |= {name: value for name, value in told.items() if value is not None}
    for side in PLACES:
        if extension.get(f"{side}Country"):
            reference(
                company, "Countries", extension[f"{side}Country"], f"{kind.line[:3]}12.Country"
            )
    row["AddressExtension"] = extension
    row["Address"] = given.get("Address") or _text(extension, "BillTo")
    row["Address2"] = given.get("Address2") or _text(extension, "ShipTo")


def _address(partner: Row, code: Any, kind: str) -> Row | None:
    for row in partner.get("BPAddresses") or ():
        if row["AddressName"] == code and row["AddressType"] == kind:
            return dict(row)
    return None


def ship_to(partner: Row, row: Row) -> Row:
    """Return the partner's address a document goes to, an empty row for none."""
    return _address(partner, row.get("ShipToCode"), "bo_ShipTo") or {}


def _text(extension: Row, side: str) -> str | None:
    street = " ".join(
        str(extension.get(f"{side}{n}") or "") for n in ("Street", "StreetNo")
    ).strip()
    city = " ".join(str(extension.get(f"{side}{n}") or "") for n in ("ZipCode", "City")).strip()
    lines = [part for part in (street, city, extension.get(f"{side}Country")) if part]
    return "\r".join(str(part) for part in lines) or None


def _references(company: Company, kind: Kind, row: Row) -> None:
    for name, table in (
        ("SalesPersonCode", "SalesPersons"),
        ("PaymentGroupCode", "PaymentTermsTypes"),
        ("TransportationCode", "ShippingTypes"),
    ):
        if row.get(name) not in (None, -1):
            reference(company, table, row[name], f"{kind.header}.{name}")
    if row.get("ContactPersonCode") not in (None, -1, 0):
        partner = company.table("BusinessPartners").get(row.get("CardCode") or "") or {}
        people = {p["InternalCode"] for p in partner.get("ContactEmployees") or ()}
        if row["ContactPersonCode"] not in people:
            reference(company, "_NoContact", row["ContactPersonCode"], f"{kind.header}.CntctCode")
    if row.get("Series") is not None:
        series.known(company, str(kind.code), row["Series"], f"{kind.header}.Series")


def _currency(company: Company, partner: Row) -> str:
    code = partner.get("Currency") or company.options.currency
    return company.options.currency if code == "##" else str(code)


def _rate(company: Company, kind: Kind, row: Row, partner: Row, given: Mapping[str, Any]) -> None:
    code, home = str(row["DocCurrency"]), company.options.currency
    reference(company, "Currencies", code, f"{kind.header}.DocCur")
    if partner and code not in {home, partner["Currency"]} and partner["Currency"] != "##":
        raise wrong("Currency is not one of the business partner", f"{kind.header}.DocCur")
    if code == home:
        row["DocRate"] = Decimal(1)
    elif num(given.get("DocRate")) > 0:
        row["DocRate"] = num(given["DocRate"])
    else:
        row["DocRate"] = exchange(company, code, date.fromisoformat(row["DocDate"]))


def due_date(company: Company, kind: Kind, row: Row) -> str:
    """Return when a document is due by its payment terms, where its body did not say."""
    if row.get("DocDueDate"):
        return str(row["DocDueDate"])
    start = date.fromisoformat(row["DocDate"])
    if kind.code != INVOICE:
        return start.isoformat()
    terms = company.table("PaymentTermsTypes").get(row.get("PaymentGroupCode") or -1) or {}
    months, days = (
        int(terms.get("NumberOfAdditionalMonths") or 0),
        terms.get("NumberOfAdditionalDays"),
    )
    month = start.month - 1 + months
    first = date(start.year + month // 12, month % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return (
        min(first.replace(day=1) + timedelta(days=start.day - 1), last)
        + timedelta(days=int(days or 0))
    ).isoformat()
