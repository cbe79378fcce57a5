"""The connection's test says what is wrong and how to mend it, and never raises."""

from __future__ import annotations

import xmlrpc.client

import pytest

from agent.erp.port import Finding
from agent.erp.registry import choices
from agent.errors import AuthError, ConfigError
from agent_tests.contract.ground import Ground, new_instance
from agent_tests.contract.shop import Shop, mug


def check(ground: Ground, **settings: object) -> list[Finding]:
    """Check a connection and close it."""
    erp = ground.connect(new_instance(), **settings)  # type: ignore[arg-type]
    findings = erp.check()
    erp.close()
    for finding in findings:
        assert bool(finding.fix) == bool(finding.cause) == (finding.level != "ok")
    return findings


def worst(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Return level, check and code of everything that is not fine."""
    return [(f.level, f.check, f.code) for f in findings if f.level != "ok"]


class TestFindings:
    def test_all_is_well(self, ground: Ground) -> None:
        findings = check(ground)
        assert not [f for f in findings if f.level == "error"]
        steps = {f.check for f in findings}
        assert {"server", "login", "apps", "rights", "stock"} <= steps
        assert {"company", "languages", "warehouse"} <= steps
        assert f"Odoo {ground.version}.0" in findings[0].message
        (login,) = [f for f in findings if f.check == "login"]
        assert login.message.endswith("JSON-2" if ground.protocol == "json2" else "XML-RPC")

    def test_a_wrong_password(self, ground: Ground) -> None:
        assert worst(check(ground, password="wrong")) == [("error", "login", "erp.login")]

    def test_a_wrong_user(self, ground: Ground) -> None:
        assert worst(check(ground, user="nobody@example.com")) == [("error", "login", "erp.login")]

    def test_a_wrong_database(self, ground: Ground) -> None:
        findings = check(ground, database="no_such_database")
        assert worst(findings) == [("error", "login", "erp.database")]
        assert "no_such_database" in findings[-1].cause

    def test_a_user_without_rights(self, ground: Ground) -> None:
        login, password = ground.nobodies()
        findings = check(ground, user=login, password=password)
        rights = next(f for f in findings if f.check == "rights")
        assert (rights.level, rights.code) == ("error", "erp.rights")
        assert "product.template" in rights.cause
        stock = next(f for f in findings if f.check == "stock")
        lacking = []
        for model in ("stock.quant", "stock.move", "stock.warehouse"):
            try:
                ground.rpc_as((login, password), model, "search_count", [])
            except xmlrpc.client.Fault:
                lacking.append(model)
        assert (stock.level == "ok") is (not lacking)
        assert all(model in stock.cause for model in lacking)

    def test_a_seller_has_the_rights(self, ground: Ground) -> None:
        login, password = ground.sellers()
        findings = check(ground, user=login, password=password)
        assert not [f for f in findings if f.level == "error"]

    def test_another_currency(self, ground: Ground) -> None:
        findings = check(ground, shop_currency="XTS")
        assert ("error", "currency", "odoo.currency") in worst(findings)
        own = ground.rpc("res.company", "search_read", [], fields=["currency_id"], limit=1)
        currency = own[0]["currency_id"][1]
        assert not [f for f in check(ground, shop_currency=currency) if f.level == "error"]

    def test_a_language_that_is_not_active(self, ground: Ground) -> None:
        assert ("error", "erp.language") in {
            (level, code) for level, _, code in worst(check(ground, language="ja_JP"))
        }

    def test_a_company_that_is_not_the_users(self, ground: Ground) -> None:
        assert ("error", "company", "erp.company") in worst(check(ground, company=9999))

    def test_a_warehouse_that_is_not_there(self, ground: Ground) -> None:
        assert ("error", "warehouse", "erp.warehouse") in worst(check(ground, warehouse=9999))

    def test_a_brand_app_that_is_not_there(self, ground: Ground) -> None:
        findings = check(ground, manufacturer_as="brand")
        assert ("error", "manufacturers", "erp.app_missing") in worst(findings)

    def test_nobody_there(self, ground: Ground) -> None:
        findings = check(ground, url="http://127.0.0.1:9")
        assert worst(findings) == [("error", "server", "erp.unreachable")]


class TestWritingWithoutRights:
    def test_a_user_who_may_only_read_stops_the_connection(self, ground: Ground) -> None:
        login, password = ground.nobodies()
        shop = Shop(ground, user=login, password=password)
        with pytest.raises(AuthError) as caught:
            shop.put(mug())
        shop.close()
        assert caught.value.code == "erp.rights"
        assert "product.template" in caught.value.cause

    def test_a_wrong_password_stops_the_connection(self, ground: Ground) -> None:
        shop = Shop(ground, password="wrong")
        with pytest.raises(AuthError):
            shop.put(mug())
        shop.close()

    def test_a_wrong_database_stops_everything(self, ground: Ground) -> None:
        shop = Shop(ground, database="no_such_database")
        with pytest.raises(ConfigError):
            shop.put(mug())
        shop.close()

    def test_a_seller_carries_a_whole_product(self, ground: Ground) -> None:
        login, password = ground.sellers()
        shop = Shop(ground, user=login, password=password)
        shop.size_and_colour()
        (made,) = shop.must(mug())
        shop.close()
        assert made.ref


def test_an_app_that_is_not_installed_is_named(ground: Ground) -> None:
    transport = ground.transport()
    with pytest.raises(ConfigError) as caught:
        transport.call("website.page", "search_read", [], {"domain": [], "fields": ["id"]})
    transport.close()
    assert caught.value.code == "erp.app_missing"
    assert "Website app" in caught.value.fix


def test_choices_come_from_the_server(shop: Shop) -> None:
    assert {"en_US", "de_DE", "fr_FR"} <= dict(choices(shop.erp, "language")).keys()
    companies = choices(shop.erp, "company")
    warehouses = choices(shop.erp, "warehouse")
    assert companies
    assert warehouses
    shop.reconnect(company=companies[0][0], warehouse=warehouses[0][0])
    assert not [f for f in shop.erp.check() if f.level == "error"]
    assert choices(shop.erp, "salesperson")
    assert choices(shop.erp, "url") == []
