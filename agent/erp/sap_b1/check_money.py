"""The part of the connection's test about money: currency, taxes, freights, accounts, periods."""

from __future__ import annotations

from collections.abc import Iterator

from agent.erp.port import Finding
from agent.erp.sap_b1.choices import sold
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.offered import has_rate
from agent.erp.sap_b1.sales.exchange import takes_shops_rate

_FREIGHTS = (
    ("freight_shipping", "Freight for shipping", "shipping costs"),
    ("freight_fees", "Freights for fees", "fees"),
    ("freight_discounts", "Freights for discounts", "coupons and vouchers"),
)
_TAX_PLACE = "Administration, Setup, Financials, Tax"
_SETTING = "in the connection's settings"


def money_findings(cx: Connection) -> Iterator[Finding]:
    """Say what orders and prices need of the company's books and do not find."""
    yield _company(cx)
    yield from _currency(cx)
    yield from _rate(cx)
    yield from _taxes(cx)
    yield from _freights(cx)
    yield from _accounts(cx)


def warning(check: str, message: str, cause: str, fix: str, code: str) -> Finding:
    """Return a finding that stops some of the work, not all."""
    return Finding("warning", check, message, cause, fix, code)


def _company(cx: Connection) -> Finding:
    facts = cx.facts
    kind = "tax groups (VAT)" if facts.vat else "sales tax codes"
    return Finding(
        "ok",
        "company",
        f"Works in {facts.currency or 'an unknown currency'} with {facts.decimals} decimals "
        f"(prices {facts.price_decimals}), with {kind}",
    )


def _rate(cx: Connection) -> Iterator[Finding]:
    if cx.settings.exchange_rate != "shop" or takes_shops_rate(cx):
        return
    if cx.facts.direct_rates:
        cause = (
            f"The shop keeps rates against {cx.shop_currency or 'a currency that is not known'}, "
            f"the company against {cx.facts.currency}"
        )
    else:
        cause = "The company quotes exchange rates indirectly"
    yield warning(
        "currency",
        "The shop's exchange rates are not used: SAP's rate of the day is",
        cause,
        f"Choose SAP's rate of the day at Exchange rate of orders {_SETTING}.",
        "sap_b1.shop_rate",
    )


def _currency(cx: Connection) -> Iterator[Finding]:
    local, shop_currency = cx.facts.currency, cx.shop_currency
    if not shop_currency or not local or shop_currency == local:
        return
    if cx.client.get("Currencies", shop_currency, ("Name",)) is None:
        yield warning(
            "currency",
            f"The shop's currency {shop_currency} is not in SAP",
            f"The company's currency is {local}, and {shop_currency} is not among its currencies",
            f"Make {shop_currency} in SAP (Administration, Setup, Financials, Currencies), or link "
            "it to the one it is called there (ERP Mapping > Currencies).",
            "sap_b1.currency",
        )
        return
    on = cx.client.clock.local().date()
    known = has_rate(cx, shop_currency, on.isoformat())
    if known:
        yield Finding("ok", "currency", f"{shop_currency} has an exchange rate for today")
    elif known is False:
        yield warning(
            "currency",
            f"There is no exchange rate of {shop_currency} for {on}",
            f"Orders in {shop_currency} need one of their day",
            "Enter it in SAP (Administration, Exchange Rates and Indexes), or let it be fetched "
            "every day.",
            "sap_b1.rate",
        )


def _taxes(cx: Connection) -> Iterator[Finding]:
    vat = cx.facts.vat
    name = "VatGroups" if vat else "SalesTaxCodes"
    words = "tax groups" if vat else "sales tax codes"
    rows = {str(row["Code"]): row for row in cx.client.rows(name)}
    active = [code for code, row in rows.items() if sold(row)]
    if not active:
        yield warning(
            "taxes",
            f"There are no {words} for sales",
            f"The company has no active {words} of the kind Output Tax",
            f"Make them in SAP ({_TAX_PLACE}): orders with taxes cannot be carried over without.",
            "sap_b1.taxes",
        )
        return
    yield Finding("ok", "taxes", f"{len(active)} {words} for sales: {', '.join(active[:8])}")
    wanted = [("tax_free", "Code for untaxed lines", cx.settings.tax_free)]
    wanted += [
        ("tax_combinations", "Tax combinations", code)
        for code in cx.settings.tax_combinations.values()
    ]
    for _, label, code in wanted:
        if code and code not in active:
            yield warning(
                "taxes",
                f"The tax code {code} is not there",
                f"{label} names {code}, which is inactive, not for sales or gone",
                f"Choose another {_SETTING}, or activate it in SAP ({_TAX_PLACE}).",
                "sap_b1.tax_code",
            )


def _freights(cx: Connection) -> Iterator[Finding]:
    known = {int(row["ExpensCode"]) for row in cx.client.rows("AdditionalExpenses", "", ("Name",))}
    settings = cx.settings
    for name, label, what in _FREIGHTS:
        if not getattr(settings, name):
            yield warning(
                "freights",
                f"No freight is set for {what}",
                f"{label} is empty, and SAP books {what} by a freight",
                f"Choose one {_SETTING}; they are made in SAP under Administration, Setup, "
                "General, Freight. Orders with such lines wait until then.",
                "sap_b1.freight",
            )
    named = (
        *settings.freight_shipping,
        *settings.freight_fees,
        *settings.freight_discounts,
        *settings.freight_levies,
    )
    gone = sorted({code for code in named if code not in known})
    if gone:
        yield warning(
            "freights",
            f"The freight {', '.join(map(str, gone))} is not in SAP",
            "The connection's settings name a freight that is gone",
            f"Choose another {_SETTING} (in SAP: Administration, Setup, General, Freight).",
            "sap_b1.freight",
        )
    elif named:
        yield Finding("ok", "freights", f"{len(set(named))} freights are set")


def _accounts(cx: Connection) -> Iterator[Finding]:
    found = next(
        cx.client.rows("ChartOfAccounts", "CashAccount eq 'tYES'", ("Name",), limit=1), None
    )
    if found is not None:
        yield Finding("ok", "accounts", "There are accounts that payments can be booked on")
        return
    yield warning(
        "accounts",
        "No account is marked as a cash account",
        "Payments are booked on accounts with Cash Account ticked: banks, tills, payment services",
        "Tick Cash Account for them in SAP (Financials, Chart of Accounts); orders with payments "
        "wait until then.",
        "sap_b1.accounts",
    )
