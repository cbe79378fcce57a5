"""The exchange rate of orders in another currency, and of what follows from them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.trade import Trade

DOLLARS = Decimal("1.25")
"""Dollars for a euro in the shop."""
EUROS = Decimal("0.8")
"""Euros for a dollar: what B1 keeps."""
FOLLOWING = ("Orders", "DownPayments", "DeliveryNotes", "Invoices", "IncomingPayments")


def rates(trade: Trade) -> dict[str, set[Decimal]]:
    """Return the rates of all documents by set."""
    return {name: {row["DocRate"] for row in trade.rows(name)} for name in FOLLOWING}


def live(trade: Trade, **values: object) -> None:
    """Bring an order in dollars through all its steps."""
    given = {"currency": "USD", "rate": DOLLARS, **values}
    life = trade.order(trade.goods(price="100"), **given)
    steps = (Step.CONFIRM, Step.DEPOSIT, Step.DELIVER, Step.INVOICE, Step.PAY)
    state = life.do(*steps, deposit=Decimal("35.70"))
    assert {i.paid for i in state.invoices} == {"yes"}


def test_the_shops_rate_goes_through_an_orders_life(open_trade: Open) -> None:
    trade = open_trade(currency="EUR", exchange_rate="shop")
    with trade.company.transaction():  # it needs none of B1's own
        for key in [key for key in trade.company.table("_Rates").in_order() if key[0] == "USD"]:
            trade.company.table("_Rates").drop(key)
    live(trade)
    assert rates(trade) == {name: {EUROS} for name in FOLLOWING}
    (order,) = trade.rows("Orders")
    assert order["DocTotal"] == (order["DocTotalFc"] * EUROS).quantize(Decimal("0.01"))


def test_the_rate_has_six_decimals(open_trade: Open) -> None:
    trade = open_trade(currency="EUR", exchange_rate="shop")
    trade.must(trade.document("1", trade.goods(), currency="USD", rate=Decimal("1.08")))
    assert trade.rows("Orders")[0]["DocRate"] == Decimal("0.925926")


@pytest.mark.parametrize(
    ("currency", "direct", "setting"),
    [("EUR", True, "day"), ("USD", True, "shop"), ("", True, "shop"), ("EUR", False, "shop")],
    ids=["by setting", "other currency", "unknown currency", "indirect"],
)
def test_saps_rate_of_the_day_is_taken_else(
    open_trade: Open, currency: str, direct: bool, setting: str
) -> None:
    trade = open_trade(Options(direct_rates=direct), currency=currency, exchange_rate=setting)
    live(trade)
    assert EUROS not in set.union(*rates(trade).values())


def test_an_order_in_the_companys_currency_has_none(open_trade: Open) -> None:
    trade = open_trade(currency="EUR", exchange_rate="shop")
    live(trade, currency="EUR", rate=Decimal(1))
    assert rates(trade) == {name: {Decimal(1)} for name in FOLLOWING}
