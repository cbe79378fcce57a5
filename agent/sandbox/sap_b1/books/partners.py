"""``BusinessPartners`` with their addresses and contact persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import series, userfields
from .records import Records
from .values import (
    ENTRY_EXISTS,
    NO,
    YES,
    ZERO,
    reference,
    settle_validity,
    stamp,
    undefined,
    wrong,
)

DEFAULTS: Row = {
    "CardType": "cCustomer",
    "CompanyPrivate": "cCompany",
    "Valid": YES,
    "Frozen": NO,
    "VatLiable": "vLiable",
    "SalesPersonCode": -1,
    "PayTermsGrpCode": -1,
    "PriceListNum": 1,
    "DiscountPercent": ZERO,
    "CurrentAccountBalance": ZERO,
    "OpenOrdersBalance": ZERO,
    "OpenDeliveryNotesBalance": ZERO,
    "BackOrder": YES,
    "PartialDelivery": YES,
    "Affiliate": NO,
    "BlockDunning": NO,
    "EffectiveDiscount": "dgrLowestDiscount",
    "NoDiscounts": NO,
    **{f"Properties{n}": NO for n in range(1, 65)},
}
COMPUTED = frozenset(
    {
        *("DataVersion", "CreateDate", "CreateTime", "UpdateDate", "UpdateTime"),
        *("CurrentAccountBalance", "OpenOrdersBalance", "OpenDeliveryNotesBalance"),
    }
)
_GROUPS = {"cCustomer": 100, "cLid": 100, "cSupplier": 101}
_IDENTIFIERS = ("BPCode", "AddressName", "AddressType", "RowNum")
_DOCUMENTS = (
    *("Orders", "Quotations", "DeliveryNotes", "Invoices", "DownPayments", "CreditNotes"),
    *("Returns", "Drafts", "IncomingPayments"),
)


class BusinessPartners(Records):
    """``BusinessPartners``: customers, suppliers, leads."""

    versioned = True
    dated = True

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a partner; what B1 computes is not taken from the body."""
        own = {name: value for name, value in body.items() if name not in COMPUTED}
        settle_validity(own)
        return super().create(company, own)

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a partner; its kind stays as it is once it has documents."""
        own = {name: value for name, value in body.items() if name not in COMPUTED}
        settle_validity(own)
        super().update(company, key, own, replace=replace)

    def duplicate(self, key: Key) -> Refusal:
        """Name the code that is taken, as B1 does."""
        return Refusal(
            -10,
            f"1320000140 - Business partner code '{key}' already assigned to a business partner; "
            "enter a unique business partner code",
        )

    def new_key(self, company: Company, row: Row) -> Key:
        """Return the code; that of a series where the body has none."""
        code = row.get("CardCode")
        number = row.get("Series")
        if number is not None:
            found = series.known(company, "2", number, "OCRD.Series")
            if code in (None, "") and not found["Manual"]:
                code = series.draw(company, number)
        row["Series"] = number if number is not None else series.MANUAL_PARTNERS
        if code in (None, ""):
            raise undefined("Code undefined", "OCRD.CardCode")
        if len(str(code)) > 15:
            raise Refusal(-1004, "Value too long in property 'CardCode' of 'BusinessPartner'")
        return str(code)

    def merged(self, company: Company, before: Row, change: Row, replace: bool) -> Row:
        """Lay addresses and contact persons over those that are there."""
        code = str(before["CardCode"])
        if "BPAddresses" in change:
            old = before["BPAddresses"]
            given = change["BPAddresses"]
            change["BPAddresses"] = (
                replaced_addresses(company, code, old, given)
                if replace
                else merged_addresses(company, code, old, given)
            )
        if "ContactEmployees" in change:
            change["ContactEmployees"] = merged_contacts(
                company,
                code,
                before["ContactEmployees"],
                change["ContactEmployees"],
                replace=replace,
            )
        return change

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Check what the partner refers to; make defaults of its first addresses."""
        code = str(row["CardCode"])
        if not before:
            row.setdefault("GroupCode", _GROUPS[row["CardType"]])
            row.setdefault("Currency", company.options.currency)
            row["BPAddresses"] = merged_addresses(company, code, (), row.get("BPAddresses") or ())
            given = row.get("ContactEmployees") or ()
            row["ContactEmployees"] = merged_contacts(company, code, (), given, replace=False)
        _references(company, row)
        _defaults(row, before)
        return row

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse to remove a partner with documents."""
        for name in _DOCUMENTS:
            if any(row.get("CardCode") == key for row in company.table(name).rows.values()):
                raise wrong("Cannot remove business partner; it has transactions", "OCRD.CardCode")


def _references(company: Company, row: Row) -> None:
    wanted = "bbpgt_VendorGroup" if row["CardType"] == "cSupplier" else "bbpgt_CustomerGroup"
    group = reference(company, "BusinessPartnerGroups", row["GroupCode"], "OCRD.GroupCode")
    if group["Type"] != wanted:
        raise undefined("Group is of another type of business partner", "OCRD.GroupCode")
    if row["Currency"] != "##":
        reference(company, "Currencies", row["Currency"], "OCRD.Currency")
    for name, table in (
        ("PriceListNum", "PriceLists"),
        ("SalesPersonCode", "SalesPersons"),
        ("PayTermsGrpCode", "PaymentTermsTypes"),
        ("ShippingType", "ShippingTypes"),
        ("VatGroup", "VatGroups"),
        ("DebitorAccount", "ChartOfAccounts"),
        ("DownPaymentClearAct", "ChartOfAccounts"),
    ):
        if row.get(name) not in (None, "", -1):
            reference(company, table, row[name], f"OCRD.{name}")


def _defaults(row: Row, before: Row) -> None:
    for kind, name in (("bo_ShipTo", "ShipToDefault"), ("bo_BillTo", "BilltoDefault")):
        names = [a["AddressName"] for a in row["BPAddresses"] if a["AddressType"] == kind]
        if row.get(name) in (None, "") or row[name] not in names:
            if row.get(name) and row[name] != before.get(name):
                raise undefined(f"Address '{row[name]}' does not exist", f"OCRD.{name}")
            row[name] = names[0] if names else None
    bill = next(
        (
            a
            for a in row["BPAddresses"]
            if a["AddressName"] == row["BilltoDefault"] and a["AddressType"] == "bo_BillTo"
        ),
        None,
    )
    if bill is not None:
        for header, member in (
            ("Address", "Street"),
            ("ZipCode", "ZipCode"),
            ("City", "City"),
            ("Country", "Country"),
            ("County", "County"),
            ("BillToState", "State"),
        ):
            row[header] = bill.get(member)
    people = {person["Name"] for person in row["ContactEmployees"]}
    if row.get("ContactPerson") not in people:
        row["ContactPerson"] = row["ContactEmployees"][0]["Name"] if people else None


def merged_addresses(
    company: Company, code: str, before: Sequence[Row], given: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """Return addresses with those of a body.

    A member that has all of ``BPCode``, ``AddressName``, ``AddressType`` and ``RowNum`` of one that
    is there changes it; any other one is new, and refused where its name is taken.
    """
    rows = [dict(row) for row in before]
    for member in given:
        whole = all(member.get(name) is not None for name in _IDENTIFIERS)
        found = _same(rows, member) if whole else None
        if found is not None:
            found |= member
            found |= userfields.checked(company, "CRD1", member, new=False)
            _country(company, found)
        else:
            rows.append(_new_address(company, code, rows, member))
    return rows


def replaced_addresses(
    company: Company, code: str, before: Sequence[Row], given: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """Return exactly the addresses of a body; those without their number get new ones."""
    rows: list[Row] = []
    for member in given:
        whole = all(member.get(name) is not None for name in _IDENTIFIERS)
        found = _same(before, member) if whole else None
        if found is not None:
            rows.append({**found, **member})
        else:
            rows.append(_new_address(company, code, [*before, *rows], member, taken=rows))
    return rows


def _same(rows: Sequence[Row], member: Mapping[str, Any]) -> Row | None:
    for row in rows:
        if all(row[name] == member[name] for name in _IDENTIFIERS):
            return row
    return None


def _new_address(
    company: Company,
    code: str,
    numbers: Sequence[Row],
    member: Mapping[str, Any],
    *,
    taken: Sequence[Row] | None = None,
) -> Row:
    if not member.get("AddressName"):
        raise undefined("Address name is missing", "CRD1.Address")
    row: Row = {"AddressType": "bo_BillTo", **member, "BPCode": code, **stamp(company, "Create")}
    row |= userfields.checked(company, "CRD1", member, new=True)
    _country(company, row)
    others = numbers if taken is None else taken
    if any(_name(other) == _name(row) for other in others):
        raise Refusal(-2035, ENTRY_EXISTS)
    row["RowNum"] = 1 + max((int(other["RowNum"]) for other in numbers), default=-1)
    return row


def _name(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row["AddressName"], row["AddressType"]


def _country(company: Company, row: Row) -> None:
    if row.get("Country"):
        reference(company, "Countries", row["Country"], "CRD1.Country")
    if row.get("State"):
        reference(company, "States", (row["State"], row.get("Country") or ""), "CRD1.State")


def merged_contacts(
    company: Company,
    code: str,
    before: Sequence[Row],
    given: Sequence[Mapping[str, Any]],
    *,
    replace: bool,
) -> list[Row]:
    """Return contact persons with those of a body, found by number, e-mail address or name."""
    rows = [] if replace else [dict(row) for row in before]
    for member in given:
        at = member.get("InternalCode")
        found = next((dict(r) for r in before if at is not None and r["InternalCode"] == at), None)
        if found is None:
            found = {"Active": YES, "InternalCode": company.table("_Contacts").next()}
            found |= stamp(company, "Create") | userfields.checked(
                company, "OCPR", member, new=True
            )
        else:
            rows = [row for row in rows if row["InternalCode"] != at]
            found |= userfields.checked(company, "OCPR", member, new=False)
        own = {k: v for k, v in member.items() if k not in {"InternalCode", "CardCode"}}
        found |= own | {"CardCode": code} | stamp(company, "Update")
        if not found.get("Name"):
            raise undefined("Contact person's name is missing", "OCPR.Name")
        if any(row["Name"] == found["Name"] for row in rows):
            raise Refusal(-2035, ENTRY_EXISTS)
        rows.append(found)
    return sorted(rows, key=lambda row: int(row["InternalCode"]))


def touch(company: Company, code: Any) -> None:
    """Raise the version of a partner a document was posted for."""
    row = company.table("BusinessPartners").get(code)
    if row is not None:
        company.table("BusinessPartners").change(code, DataVersion=row["DataVersion"] + 1)
