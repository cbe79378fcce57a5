"""A small trading company to begin with: German, or one that knows sales taxes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agent.sandbox.sap_b1.company import Company

from . import series
from .masters import MASTERS
from .sets import Sets
from .values import NO, YES, num, rounded, today

USERS = (
    ("manager", "manager", "full"),
    ("sales", "sales", "sales"),
    ("nobody", "nobody", "none"),
)
"""Name, password, rights."""
GUEST = "C99999"
"""Customer for those who have no account."""
RATES = {"EUR": "1", "USD": "0.90", "GBP": "1.15"}
"""What one unit costs in euro."""

_SERIES = (
    *((1, "2", "Manual", "", True), (71, "2", "Customers", "C", False)),
    *((3, "4", "Manual", "", True), (10, "17", "Primary", "", False)),
    *((11, "23", "Primary", "", False), (12, "15", "Primary", "", False)),
    *((13, "13", "Primary", "", False), (14, "14", "Primary", "", False)),
    *((15, "16", "Primary", "", False), (16, "203", "Primary", "", False)),
    *((17, "24", "Primary", "", False), (18, "22", "Primary", "", False)),
    *((19, "59", "Primary", "", False), (20, "60", "Primary", "", False)),
    (80, "17", "Webshop", "", False),
)
_ACCOUNTS = (
    *(("140000", "Trade receivables", False), ("161000", "Bank", True), ("161010", "Cash", True)),
    *(("161020", "Payment services", True), ("169000", "Down payments received", False)),
    *(("400000", "Sales revenue", False), ("410000", "Freight revenue", False)),
    *(("380000", "Output tax", False), ("480000", "Discounts granted", False)),
)
_VAT = (
    ("O0", "Output tax 0 %", "0"),
    ("O1", "Output tax 7 %", "7"),
    ("O2", "Output tax 19 %", "19"),
)
_SALES_TAX = (
    ("EX", "Exempt", ()),
    ("CA", "California", ("6", "1.25")),
    ("NY", "New York", ("4", "4.875")),
)
_FREIGHTS = ((1, "Shipping"), (2, "Fees"), (3, "Discounts"), (4, "Levies"), (5, "Insurance"))
_COUNTRIES = {
    "AT": "Austria", "BE": "Belgium", "CH": "Switzerland", "CZ": "Czechia", "DE": "Germany",
    "DK": "Denmark", "ES": "Spain", "FR": "France", "GB": "United Kingdom", "IE": "Ireland",
    "IT": "Italy", "LU": "Luxembourg", "NL": "Netherlands", "PL": "Poland", "SE": "Sweden",
    "US": "United States", "CA": "Canada", "AU": "Australia", "JP": "Japan", "BR": "Brazil",
    "BG": "Bulgaria", "CY": "Cyprus", "EE": "Estonia", "FI": "Finland", "GR": "Greece",
    "HR": "Croatia", "HU": "Hungary", "LT": "Lithuania", "LV": "Latvia", "MT": "Malta",
    "NO": "Norway", "PT": "Portugal", "RO": "Romania", "SI": "Slovenia", "SK": "Slovakia",
    "TR": "Türkiye", "UA": "Ukraine", "IN": "India", "CN": "China", "MX": "Mexico",
}  # fmt: skip
_UNION = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
_STATES = {
    "US": {"CA": "California", "FL": "Florida", "NY": "New York", "TX": "Texas"},
    "CA": {"ON": "Ontario", "QC": "Quebec", "BC": "British Columbia"},
    "DE": {
        "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg",
        "HB": "Bremen", "HH": "Hamburg", "HE": "Hessen", "MV": "Mecklenburg-Vorpommern",
        "NI": "Niedersachsen", "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz",
        "SL": "Saarland", "SN": "Sachsen", "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein",
        "TH": "Thüringen",
    },
}  # fmt: skip


def seed(company: Company) -> None:
    """Fill an empty company."""
    with company.transaction():
        _users(company)
        _places(company)
        _money(company)
        _groups(company)
        _goods(company)
        _partners(company)


def _put(company: Company, name: str, key: Any, **row: Any) -> None:
    """Store a record as it would be after a post, under a key of choice."""
    made = MASTERS[name]
    whole = made.complete(company, {**made.defaults, **row, made.key: key}, {})
    if made.versioned:
        whole["DataVersion"] = 1
    company.table(name).put(key, whole)


def _users(company: Company) -> None:
    for name, password, rights in USERS:
        row = {"UserCode": name, "Password": password, "Rights": rights}
        company.table("_Users").put(name, row)
    company.table("_Company").put("name", {"Name": "Nordlicht Handel GmbH"})
    for number, document, name, prefix, manual in _SERIES:
        series.add(company, number, document, name, prefix=prefix, manual=manual)


def _places(company: Company) -> None:
    for code, name in _COUNTRIES.items():
        _put(company, "Countries", code, Name=name, EU=YES if code in _UNION else NO)
    for country, states in _STATES.items():
        for code, name in states.items():
            row = {"Code": code, "Country": country, "Name": name}
            company.table("States").put((code, country), row)


def _money(company: Company) -> None:
    _currencies(company)
    for code, name, cash in _ACCOUNTS:
        _put(company, "ChartOfAccounts", code, Name=name, CashAccount=YES if cash else NO)
    vat = company.options.localisation == "vat"
    if vat:
        _tax_groups(company)
    else:
        _sales_taxes(company)
    for number, name in _FREIGHTS:
        group = "O2" if vat else None
        accounts = {"RevenuesAccount": "410000", "OutputVATGroup": group}
        _put(company, "AdditionalExpenses", number, Name=name, **accounts)
    for number, name, account in ((1, "Visa", "161020"), (2, "Mastercard", "161020")):
        _put(company, "CreditCards", number, CreditCardName=name, GLAccount=account)
    for number, name, days in ((1, "Cash", 0), (2, "14 days", 14), (3, "30 days", 30)):
        terms = {"PaymentTermsGroupName": name, "NumberOfAdditionalDays": days}
        _put(company, "PaymentTermsTypes", number, **terms)


def _currencies(company: Company) -> None:
    own = company.options.currency
    names = {own: own, "EUR": "Euro", "USD": "US Dollar", "GBP": "British Pound"}
    for code, name in names.items():
        _put(company, "Currencies", code, Name=name, InternationalDescription=code)
    first = today(company) - timedelta(days=400)
    for code, rate in RATES.items():
        if code == own:
            continue
        worth = rounded(num(rate) / num(RATES.get(own, "1")), 6)
        for after in range(800):
            on = (first + timedelta(days=after)).isoformat()
            company.table("_Rates").put((code, on), {"Rate": worth})


def _tax_groups(company: Company) -> None:
    for code, name, rate in _VAT:
        lines = [{"Effectivefrom": "2007-01-01", "Rate": num(rate), "EqualizationTax": num(0)}]
        _put(company, "VatGroups", code, Name=name, TaxAccount="380000", VatGroups_Lines=lines)
    inward = [{"Effectivefrom": "2007-01-01", "Rate": num(19)}]
    row = {"Name": "Input tax 19 %", "Category": "bovcInputTax", "VatGroups_Lines": inward}
    _put(company, "VatGroups", "I2", **row)
    company.table("_Company").put("tax", {"Code": "O2"})


def _sales_taxes(company: Company) -> None:
    for code, name, rates in _SALES_TAX:
        lines = [{"STACode": f"{code}{n}", "EffectiveRate": num(r)} for n, r in enumerate(rates)]
        _put(company, "SalesTaxCodes", code, Name=name, Rate=num(0), SalesTaxCodes_Lines=lines)


def _groups(company: Company) -> None:
    for number, name in ((100, "Items"), (101, "Webshop")):
        _put(company, "ItemGroups", number, GroupName=name, DefaultUoMGroup=-1)
    _put(company, "Manufacturers", -1, ManufacturerName="- No Manufacturer -")
    for number, name, kind in (
        (100, "Customers", "bbpgt_CustomerGroup"),
        (101, "Vendors", "bbpgt_VendorGroup"),
        (102, "Webshop", "bbpgt_CustomerGroup"),
        (103, "Dealers", "bbpgt_CustomerGroup"),
    ):
        _put(company, "BusinessPartnerGroups", number, Name=name, Type=kind)
    _put(company, "SalesPersons", -1, SalesEmployeeName="-No Sales Employee-")
    _put(company, "SalesPersons", 1, SalesEmployeeName="Webshop")
    for number, name, site in (
        (1, "DHL", "https://www.dhl.de/"),
        (2, "UPS", "https://www.ups.com/"),
        (3, "Pick-up", None),
    ):
        _put(company, "ShippingTypes", number, Name=name, Website=site)


def _goods(company: Company) -> None:
    for code, name in (("01", "Main warehouse"), ("02", "Second warehouse")):
        row = {"WarehouseCode": code, "WarehouseName": name, "Country": company.options.country}
        company.table("Warehouses").put(code, {**row, "Inactive": NO, "EnableBinLocations": NO})
    company.table("_Company").put("warehouse", {"Code": "01"})
    for number, name, base, factor, gross in (
        (1, "Retail price", 1, "1", NO),
        (2, "Dealer price", 1, "0.8", NO),
        (3, "Shop price with tax", 3, "1", YES),
    ):
        listed: dict[str, Any] = {
            "PriceListNo": number,
            "PriceListName": name,
            "BasePriceList": base,
        }
        listed |= {"Factor": num(factor), "IsGrossPrice": gross, "Active": YES}
        listed |= {
            "RoundingMethod": "borm_NoRounding",
            "DefaultPrimeCurrency": company.options.currency,
        }
        company.table("PriceLists").put(number, listed)
    for number, code, name in ((1, "pcs", "Piece"), (2, "box", "Box"), (3, "kg", "Kilogram")):
        _put(company, "UnitOfMeasurements", number, Code=code, Name=name)
    _put(company, "UnitOfMeasurementGroups", -1, Code="Manual", Name="Manual", BaseUoM=1)
    boxes = [{"AlternateUoM": 2, "AlternateQuantity": num(1), "BaseQuantity": num(12)}]
    _put(
        *(company, "UnitOfMeasurementGroups", 1),
        Code="Boxes",
        Name="Boxes of twelve",
        BaseUoM=1,
        UoMGroupDefinitionCollection=boxes,
    )
    for number in range(1, 65):
        named = {"Number": number, "PropertyName": f"Item Property {number}"}
        company.table("ItemProperties").put(number, named)


def _partners(company: Company) -> None:
    address = {
        "AddressName": "Shop",
        "Street": "Am Markt",
        "StreetNo": "1",
        "ZipCode": "20095",
        "City": "Hamburg",
        "Country": company.options.country,
    }
    body: dict[str, Any] = {
        "CardCode": GUEST,
        "CardName": "Webshop guest",
        "CardType": "cCustomer",
        "GroupCode": 102,
        "Currency": "##",
        "BPAddresses": [
            {**address, "AddressType": "bo_BillTo"},
            {**address, "AddressType": "bo_ShipTo"},
        ],
    }
    Sets()["BusinessPartners"].create(company, body)
