"""The small sets others refer to: groups, makers, accounts, carriers, freights, terms, places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Row

from .records import Fixed, Records
from .values import NO, YES, ZERO, num, reference, rounded, undefined, wrong

FREIGHT_DEFAULTS = {
    "TaxLiable": YES,
    "FixedAmountRevenues": ZERO,
    "FixedAmountExpenses": ZERO,
    "DistributionMethod": "aed_None",
    "DrawingMethod": "dmAll",
    "FreightType": "ftShipping",
    "Stock": NO,
}


class UsedBy(Records):
    """A set whose records cannot go while rows of other sets name them."""

    def __init__(self, *args: Any, users: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.users = dict(users)

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse while another record names this one."""
        for name, field in self.users.items():
            if any(row.get(field) == key for row in company.table(name).rows.values()):
                raise wrong(f"Cannot remove '{key}'; it is used in {name}", self.table)


class Freights(UsedBy):
    """``AdditionalExpenses``, with a version."""

    versioned = True


class TaxGroups(UsedBy):
    """``VatGroups``: a rate per day from which it holds."""

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Bring the rates into the order of their days."""
        del company, before
        lines = [dict(line) for line in row.get("VatGroups_Lines") or ()]
        if not lines:
            raise undefined("Enter at least one rate", f"{self.table}.Rate")
        for line in lines:
            line["Rate"] = num(line.get("Rate"))
        row["VatGroups_Lines"] = sorted(
            lines, key=lambda line: str(line.get("Effectivefrom") or "")
        )
        return row


class SalesTaxes(UsedBy):
    """``SalesTaxCodes``: the rate is the sum of its lines', where it has any."""

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Add up the rates of the jurisdictions."""
        del company, before
        lines = [dict(line) for line in row.get("SalesTaxCodes_Lines") or ()]
        for number, line in enumerate(lines):
            line["RowNumber"] = number
        row["SalesTaxCodes_Lines"] = lines
        if lines:
            row["Rate"] = sum((num(line.get("EffectiveRate")) for line in lines), ZERO)
        row["Rate"] = rounded(num(row.get("Rate")), 6)
        return row


class Units(Records):
    """``UnitOfMeasurements``: they stay while a group has them."""

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse while a group has the unit."""
        for group in company.table("UnitOfMeasurementGroups").rows.values():
            members = group["UoMGroupDefinitionCollection"]
            if any(member["AlternateUoM"] == key for member in members):
                raise wrong(f"Cannot remove '{key}'; it is used in a group", self.table)


class UnitGroups(UsedBy):
    """``UnitOfMeasurementGroups``: how many base units an alternative one is."""

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Make sure the base unit is one of the group."""
        del before
        base = row.get("BaseUoM")
        reference(company, "UnitOfMeasurements", base, f"{self.table}.BaseUoM")
        members = [dict(member) for member in row.get("UoMGroupDefinitionCollection") or ()]
        for member in members:
            unit = member.get("AlternateUoM")
            reference(company, "UnitOfMeasurements", unit, "UGP1.UomEntry")
            member["AlternateQuantity"] = num(member.get("AlternateQuantity", 1))
            member["BaseQuantity"] = num(member.get("BaseQuantity", 1))
            member.setdefault("Active", YES)
            if member["AlternateQuantity"] <= 0 or member["BaseQuantity"] <= 0:
                raise undefined("Quantity must be greater than zero", "UGP1.BaseQty")
        if all(member["AlternateUoM"] != base for member in members):
            one = num(1)
            first = {"AlternateUoM": base, "AlternateQuantity": one, "BaseQuantity": one}
            members.insert(0, {**first, "Active": YES})
        row["UoMGroupDefinitionCollection"] = members
        return row


_PARTNERS, _ITEMS, _ORDERS = "BusinessPartners", "Items", "Orders"
MASTERS: dict[str, Records] = {
    "ItemGroups": UsedBy(
        *("ItemGroups", "OITB", "Number"),
        numbered=True,
        unique=("GroupName",),
        required=("GroupName",),
        users={_ITEMS: "ItemsGroupCode"},
    ),
    "Manufacturers": UsedBy(
        *("Manufacturers", "OMRC", "Code"),
        numbered=True,
        unique=("ManufacturerName",),
        required=("ManufacturerName",),
        users={_ITEMS: "Manufacturer"},
    ),
    "BusinessPartnerGroups": UsedBy(
        *("BusinessPartnerGroups", "OCRG", "Code"),
        numbered=True,
        defaults={"Type": "bbpgt_CustomerGroup"},
        unique=("Name",),
        required=("Name",),
        users={_PARTNERS: "GroupCode"},
    ),
    "ShippingTypes": UsedBy(
        *("ShippingTypes", "OSHP", "Code"),
        numbered=True,
        unique=("Name",),
        required=("Name",),
        users={_PARTNERS: "ShippingType", _ORDERS: "TransportationCode"},
    ),
    "AdditionalExpenses": Freights(
        *("AdditionalExpenses", "OEXD", "ExpensCode"),
        numbered=True,
        defaults=FREIGHT_DEFAULTS,
        unique=("Name",),
        required=("Name",),
        references={"OutputVATGroup": "VatGroups"},
        users={},
    ),
    "SalesPersons": UsedBy(
        *("SalesPersons", "OSLP", "SalesEmployeeCode"),
        numbered=True,
        defaults={"Active": YES, "Locked": NO},
        unique=("SalesEmployeeName",),
        required=("SalesEmployeeName",),
        users={_PARTNERS: "SalesPersonCode"},
    ),
    "PaymentTermsTypes": UsedBy(
        *("PaymentTermsTypes", "OCTG", "GroupNumber"),
        numbered=True,
        defaults={
            "StartFrom": "pdt_None",
            "NumberOfAdditionalMonths": 0,
            "NumberOfAdditionalDays": 0,
            "BaselineDate": "bld_PostingDate",
            "NumberOfInstallments": 1,
        },
        unique=("PaymentTermsGroupName",),
        required=("PaymentTermsGroupName",),
        users={_PARTNERS: "PayTermsGrpCode"},
    ),
    "CreditCards": Records(
        *("CreditCards", "OCRC", "CreditCardCode"),
        numbered=True,
        unique=("CreditCardName",),
        required=("CreditCardName", "GLAccount"),
        references={"GLAccount": "ChartOfAccounts"},
    ),
    "ChartOfAccounts": Records(
        *("ChartOfAccounts", "OACT", "Code"),
        defaults={
            "CashAccount": NO,
            "ActiveAccount": YES,
            "AccountType": "at_Other",
            "AcctCurrency": "##",
            "Balance": ZERO,
            "FrozenFor": NO,
            "ValidFor": YES,
        },
        required=("Name",),
    ),
    "VatGroups": TaxGroups(
        *("VatGroups", "OVTG", "Code"),
        defaults={"Category": "bovcOutputTax", "EU": NO, "Inactive": NO},
        required=("Name",),
        users={_ITEMS: "SalesVATGroup", _PARTNERS: "VatGroup"},
    ),
    "SalesTaxCodes": SalesTaxes(
        *("SalesTaxCodes", "OSTC", "Code"),
        defaults={"ValidForAR": YES, "ValidForAP": NO, "Freight": YES, "Inactive": NO},
        required=("Name",),
        users={_ITEMS: "ArTaxCode"},
    ),
    "UnitOfMeasurements": Units(
        *("UnitOfMeasurements", "OUOM", "AbsEntry"),
        numbered=True,
        unique=("Code",),
        required=("Code", "Name"),
    ),
    "UnitOfMeasurementGroups": UnitGroups(
        *("UnitOfMeasurementGroups", "OUGP", "AbsEntry"),
        numbered=True,
        unique=("Code",),
        required=("Code", "Name"),
        users={_ITEMS: "UoMGroupEntry"},
    ),
    "Currencies": Records(
        *("Currencies", "OCRN", "Code"),
        defaults={"Decimals": "cdDefault", "Rounding": "rsNoRounding", "RoundingInPayment": NO},
        required=("Name",),
    ),
    "Countries": Records(*("Countries", "OCRY", "Code"), defaults={"EU": NO}, required=("Name",)),
    "ItemProperties": Fixed("ItemProperties", "OITG", "Number"),
    "WizardPaymentMethods": Records(
        *("WizardPaymentMethods", "OPYM", "PaymentMethodCode"),
        defaults={"Type": "boptIncoming", "PaymentMeans": "bopmBankTransfer", "Active": YES},
    ),
}


class States(Records):
    """``States``, whose key is code and country."""

    def new_key(self, company: Company, row: Row) -> Key:
        """Return both parts of the key."""
        reference(company, "Countries", row.get("Country"), "OCST.Country")
        if not row.get("Code"):
            raise undefined("Code undefined", "OCST.Code")
        return (str(row["Code"]), str(row["Country"]))


MASTERS["States"] = States("States", "OCST", "Code", required=("Name",))
