"""The connection's test: what is missing, and where in SAP to set it."""

from __future__ import annotations

from typing import Any

import pytest

from agent.erp.port import Finding
from agent.erp.sap_b1 import check
from agent.erp.sap_b1.choices import choices
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.prepare import prepare
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.conftest import INSTANCE, Open, item

GOOD = {
    "freight_shipping": "1",
    "freight_fees": "2",
    "freight_discounts": "3",
    "time_zone": "Europe/Berlin",
}


def checked(open_client: Open, currency: str = "EUR", **settings: Any) -> list[Finding]:
    client = open_client(**{**GOOD, **settings})
    found = check.run(Connection(client, client.settings, INSTANCE, currency))
    for finding in found:
        if finding.level != "ok":
            assert finding.cause
            assert finding.fix
            assert finding.code
    return found


def codes(found: list[Finding]) -> set[str]:
    return {f.code for f in found if f.level != "ok"}


@pytest.fixture
def ready(prepared: Connection) -> Connection:
    """Give a company that has all it needs."""
    prepared.client.post("Items", item("A1"))
    return prepared


def change(sandbox: SapB1Sandbox, entity_set: str, key: Any, **values: Any) -> None:
    with sandbox.company.transaction():
        sandbox.company.table(entity_set).change(key, **values)


def test_a_good_company(ready: Connection, open_client: Open) -> None:
    found = checked(open_client)
    assert {f.level for f in found} == {"ok"}
    names = {f.check for f in found}
    assert names >= {"server", "rights", "prepared", "company", "taxes", "freights", "accounts"}
    assert names >= {"warehouses", "prices", "orders"}


def test_one_that_is_not_prepared(open_client: Open) -> None:
    found = checked(open_client)
    (wrong,) = [f for f in found if f.level == "error"]
    assert wrong.code == "sap_b1.not_prepared"
    assert "@ERPB_KEY" in wrong.cause


def test_a_wrong_password_ends_it(ready: Connection, open_client: Open) -> None:
    (wrong,) = checked(open_client, secret="wrong")
    assert (wrong.level, wrong.code) == ("error", "sap_b1.login")


def test_a_user_without_rights(sandbox: SapB1Sandbox, ready: Connection, open_client: Open) -> None:
    sandbox.order("refusal", resource="Invoices", code=-5002, text="No permission")
    sandbox.order("refusal", resource="Orders", code=-1, text="No permission", status=403)
    found = checked(open_client)
    assert (found[-1].level, found[-1].code) == ("error", "sap_b1.rights")
    assert "Sales Order, Sales - A/R, A/R Invoice: " in found[-1].cause


def test_a_node_that_lags(sandbox: SapB1Sandbox, open_client: Open, cx: Connection) -> None:
    sandbox.options.fields_on_all_nodes = False
    prepare(cx)
    assert codes(checked(open_client)) == {"sap_b1.node"}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"tax_free": "O9"}, "sap_b1.tax_code"),
        ({"tax_combinations": "O1+O2=O9"}, "sap_b1.tax_code"),
        ({"freight_fees": ""}, "sap_b1.freight"),
        ({"freight_fees": "77"}, "sap_b1.freight"),
        ({"warehouse": "99"}, "sap_b1.setting_gone"),
        ({"item_group": "7"}, "sap_b1.setting_gone"),
        ({"customer_group": "101"}, "sap_b1.setting_gone"),  # of vendors
        ({"salesperson": "55"}, "sap_b1.setting_gone"),
        ({"series": "71"}, "sap_b1.setting_gone"),  # of customers
        ({"write_price_list": "9"}, "sap_b1.setting_gone"),
        ({"write_price_list": "2"}, "sap_b1.derived_prices"),
        ({"time_zone": ""}, ""),  # it was learnt when the item was made
    ],
)
def test_settings_that_name_nothing(
    ready: Connection, open_client: Open, settings: dict[str, str], code: str
) -> None:
    assert codes(checked(open_client, **settings)) == ({code} if code else set())


def test_settings_that_name_something(ready: Connection, open_client: Open) -> None:
    found = checked(
        open_client, tax_free="O0", warehouse="02", item_group="101", customer_group="102",
        salesperson="1", series="80", write_price_list="1", uom_group="1", source_property="3",
    )  # fmt: skip
    assert {f.level for f in found} == {"ok"}
    assert any("Webshop" in f.message for f in found if f.check == "settings")


def test_the_shops_exchange_rates(
    sandbox: SapB1Sandbox, ready: Connection, open_client: Open
) -> None:
    assert codes(checked(open_client, exchange_rate="shop")) == set()
    assert codes(checked(open_client, "USD", exchange_rate="shop")) == {"sap_b1.shop_rate"}
    sandbox.options.direct_rates = False
    assert codes(checked(open_client)) == set()
    assert codes(checked(open_client, exchange_rate="shop")) == {"sap_b1.shop_rate"}


def test_the_shops_currency(sandbox: SapB1Sandbox, ready: Connection, open_client: Open) -> None:
    assert codes(checked(open_client, "USD")) == set()
    assert codes(checked(open_client, "CHF")) == {"sap_b1.currency"}
    with sandbox.company.transaction():
        rates = sandbox.company.table("_Rates")
        for key in list(rates.rows):
            rates.drop(key)
    assert codes(checked(open_client, "USD")) == {"sap_b1.rate"}


def test_taxes_that_are_inactive(
    sandbox: SapB1Sandbox, ready: Connection, open_client: Open
) -> None:
    for code in ("O0", "O1", "O2"):
        change(sandbox, "VatGroups", code, Inactive="tYES")
    assert "sap_b1.taxes" in codes(checked(open_client))


def test_warehouses_and_accounts(
    sandbox: SapB1Sandbox, ready: Connection, open_client: Open
) -> None:
    for code in ("01", "02"):
        change(sandbox, "Warehouses", code, Inactive="tYES")
    for code in list(sandbox.company.table("ChartOfAccounts").rows):
        change(sandbox, "ChartOfAccounts", code, CashAccount="tNO")
    assert codes(checked(open_client)) >= {"sap_b1.warehouses", "sap_b1.accounts"}


def test_a_closed_period_and_no_preview(
    sandbox: SapB1Sandbox, ready: Connection, open_client: Open
) -> None:
    text = "1250000073 - Date is in a closed period"
    sandbox.order("refusal", resource="OrdersService_Preview", code=-5002, text=text)
    assert codes(checked(open_client)) == {"sap_b1.period"}
    sandbox.options.preview = False
    assert codes(checked(open_client)) == {"sap_b1.no_preview"}


def test_a_zone_that_nothing_told(open_client: Open) -> None:
    assert "sap_b1.time_zone" in codes(checked(open_client, time_zone=""))


def test_one_step_that_fails_stops_no_other(
    sandbox: SapB1Sandbox, ready: Connection, open_client: Open
) -> None:
    sandbox.order("refusal", times=9, resource="ChartOfAccounts", code=-5002, text="broken")
    found = checked(open_client)
    assert codes(found) == {"sap_b1.refused"}
    assert found[-1].check == "orders"


class TestChoices:
    def test_what_can_be_chosen(self, cx: Connection) -> None:
        assert choices(cx, "warehouse") == [
            ("01", "01 · Main warehouse"),
            ("02", "02 · Second warehouse"),
        ]
        assert ("102", "102 · Webshop") in choices(cx, "customer_group")
        assert "101" not in dict(choices(cx, "customer_group"))
        assert dict(choices(cx, "series")) == {"10": "Primary", "80": "Webshop"}
        assert [code for code, _ in choices(cx, "tax_free")] == ["O0", "O1", "O2"]
        assert dict(choices(cx, "salesperson")) == {"1": "1 · Webshop"}
        assert len(choices(cx, "source_property")) == 64
        assert ("9", "German") in choices(cx, "language")
        assert choices(cx, "database") == []

    def test_sales_tax_codes_where_those_are_used(self, open_client: Open) -> None:
        options = Options(localisation="sales_tax", country="US", currency="USD")
        with SapB1Sandbox(options=options) as other:
            client = open_client(url=other.url)
            cx = Connection(client, client.settings, INSTANCE)
            assert not cx.facts.vat
            assert [code for code, _ in choices(cx, "tax_free")] == ["CA", "EX", "NY"]
            assert cx.facts.currency == "USD"
            client.close()
