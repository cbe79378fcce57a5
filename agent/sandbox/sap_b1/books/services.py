"""Operations that belong to no set: the company's facts, rates, previews, cancellations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.sandbox.sap_b1.company import Company, Refusal, Row

from . import prices, series
from .documents import cancelling, compose, posting
from .documents.kinds import DRAFTS, KINDS
from .values import ENTRY_EXISTS, NO, YES, day, num, price, reference, rounded, today, undefined

Service = Callable[[Company, Mapping[str, Any]], Row | None]
RATES = "_Rates"


def company_info(company: Company, body: Mapping[str, Any]) -> Row:
    """``CompanyService_GetCompanyInfo``."""
    del body
    return {
        "CompanyName": _name(company),
        "Version": 1000340,
        "EnableExpenseManagement": YES,
        "EnableAccountSegmentation": NO,
        "PercentOfTotalAcceptance": num(100),
        "BlockStockNegativeQuantity": NO if company.options.negative_stock else YES,
        "AutoCreateCustomerEqCard": NO,
        "EnableConcurrentLogins": YES,
    }


def admin_info(company: Company, body: Mapping[str, Any]) -> Row:
    """``CompanyService_GetAdminInfo``."""
    del body
    options = company.options
    warehouse = company.table("_Company").get("warehouse") or {}
    return {
        "CompanyName": _name(company),
        "Country": options.country,
        "LocalCurrency": options.currency,
        "SystemCurrency": options.currency,
        "TotalsAccuracy": options.decimals,
        "AccuracyofQuantities": 3,
        "PriceAccuracy": options.price_decimals,
        "RateAccuracy": 6,
        "DirectIndirectRate": YES if options.direct_rates else NO,
        "PercentageAccuracy": 6,
        "MeasuringAccuracy": 3,
        "DefaultWarehouse": warehouse.get("Code"),
        "EnableWebhook": YES if options.webhooks else NO,
        "Localization": "lcGermany" if options.localisation == "vat" else "lcUSA",
        "UseTaxGroups": YES if options.localisation == "vat" else NO,
        "BlockStockNegativeQuantity": NO if options.negative_stock else YES,
        "SetItemsWarehouses": YES,
        "ContinuousStockSystem": YES,
        "ForeignCurrencyDocuments": YES,
    }


def update_admin_info(company: Company, body: Mapping[str, Any]) -> None:
    """``CompanyService_UpdateAdminInfo``: webhooks on or off."""
    given = body.get("AdminInfo") or {}
    if "EnableWebhook" in given:
        company.options.webhooks = given["EnableWebhook"] == YES


def _name(company: Company) -> str:
    return str((company.table("_Company").get("name") or {}).get("Name") or company.name)


def item_price(company: Company, body: Mapping[str, Any]) -> Row:
    """``CompanyService_GetItemPrice``: the price after discount, its currency and the discount."""
    given = body.get("ItemPriceParams") or {}
    item = reference(company, "Items", given.get("ItemCode"), "OITM.ItemCode")
    card = str(given.get("CardCode") or "")
    if card:
        reference(company, "BusinessPartners", card, "OCRD.CardCode")
    on = day(given.get("Date")) or today(company)
    quantity = num(given.get("InventoryQuantity") or given.get("UoMQuantity") or 1)
    found = prices.quote(company, card, str(item["ItemCode"]), on, quantity, given.get("PriceList"))
    return {
        "Price": price(company, found.price),
        "Currency": found.currency,
        "Discount": found.discount,
    }


def round_decimal(company: Company, body: Mapping[str, Any]) -> Row:
    """``CompanyService_RoundDecimal``: round as the company does in a context."""
    given = body.get("DecimalData") or body
    places = {"rcSum": company.options.decimals, "rcPrice": company.options.price_decimals}
    context = str(given.get("Context") or "rcSum")
    return {"Value": rounded(num(given.get("Value")), places.get(context, 6))}


def set_rate(company: Company, body: Mapping[str, Any]) -> None:
    """``SBOBobService_SetCurrencyRate``."""
    code = body.get("Currency")
    reference(company, "Currencies", code, "ORTT.Currency")
    on = day(body.get("RateDate")) or today(company)
    rate = num(body.get("Rate"))
    if code == company.options.currency or rate <= 0:
        raise undefined("Enter valid exchange rate", "ORTT.Rate")
    key = (str(code), on.isoformat())
    if company.table(RATES).get(key) is not None and body.get("Update") == NO:
        raise Refusal(-2035, ENTRY_EXISTS)
    company.table(RATES).put(key, {"Rate": rate})


def get_rate(company: Company, body: Mapping[str, Any]) -> Row:
    """``SBOBobService_GetCurrencyRate``: refused where nobody entered one."""
    on = day(body.get("Date")) or today(company)
    row = company.table(RATES).get((str(body.get("Currency")), on.isoformat()))
    if row is None:
        raise undefined("Update the exchange rate", f"ORTT.Rate , '{body.get('Currency')}'")
    return {"value": row["Rate"]}


def local_currency(company: Company, body: Mapping[str, Any]) -> Row:
    """``SBOBobService_GetLocalCurrency`` and ``…GetSystemCurrency``."""
    del body
    return {"value": company.options.currency}


def preview(company: Company, body: Mapping[str, Any]) -> Row:
    """``OrdersService_Preview``: the order as it would be posted; nothing is stored."""
    if not company.options.preview:
        raise Refusal(-2004, "Service Not Found: OrdersService_Preview")
    row = compose.document(company, KINDS["Orders"], body.get("Document") or {})
    return {**row, "DocEntry": None, "DocNum": None}


def _cancel2(name: str) -> Service:
    def service(company: Company, body: Mapping[str, Any]) -> None:
        given = body.get("Document") or {}
        key = given.get("DocEntry")
        if key is None:
            lines = given.get("DocumentLines") or ()
            own = (
                line.get("BaseEntry") for line in lines if line.get("BaseType") == KINDS[name].code
            )
            key = next(own, None)
        reference(company, name, key, f"{KINDS[name].header}.DocEntry")
        cancelling.cancel(company, KINDS[name], int(key or 0), given)

    return service


def save_draft(company: Company, body: Mapping[str, Any]) -> None:
    """``DraftsService_SaveDraftToDocument``."""
    key = (body.get("Document") or {}).get("DocEntry")
    reference(company, DRAFTS.name, key, "ODRF.DocEntry")
    posting.save_draft(company, int(key or 0))


def units(company: Company, body: Mapping[str, Any]) -> Row:
    """``UnitOfMeasurementsService_GetList``."""
    del body
    rows = company.table("UnitOfMeasurements").rows.values()
    return {"value": [{name: row[name] for name in ("AbsEntry", "Code", "Name")} for row in rows]}


SERVICES: dict[str, Service] = {
    "CompanyService_GetCompanyInfo": company_info,
    "CompanyService_GetAdminInfo": admin_info,
    "CompanyService_UpdateAdminInfo": update_admin_info,
    "CompanyService_GetItemPrice": item_price,
    "CompanyService_RoundDecimal": round_decimal,
    "SBOBobService_SetCurrencyRate": set_rate,
    "SBOBobService_GetCurrencyRate": get_rate,
    "SBOBobService_GetLocalCurrency": local_currency,
    "SBOBobService_GetSystemCurrency": local_currency,
    "SeriesService_GetDocumentSeries": series.document_series,
    "OrdersService_Preview": preview,
    "DraftsService_SaveDraftToDocument": save_draft,
    "UnitOfMeasurementsService_GetList": units,
    **{f"{name}Service_Cancel2": _cancel2(name) for name in KINDS if KINDS[name].posted},
}
