"""Findings that need a server no test machine has: old versions, missing apps, many companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.faults import model_missing
from agent.erp.odoo.settings import parse_settings
from agent.erp.port import Finding
from agent.erp.registry import KINDS, check_settings, connect
from agent.errors import ConfigError
from agent_tests.unit.odoo.fakes import ScriptedTransport


class Server:
    """A small server: which apps it has, which version, which companies."""

    def __init__(self, *, missing: tuple[str, ...] = (), version: str = "19.0") -> None:
        self.missing = missing
        self.version = version

    def findings(self, **settings: object) -> list[Finding]:
        answers = {
            **{
                (m, "fields_get"): self._fields(m)
                for m in (
                    *("product.template", "sale.order", "stock.quant", "stock.warehouse"),
                    *("product.product", "product.category", "product.attribute"),
                    *("product.attribute.value", "product.template.attribute.line"),
                    "product.template.attribute.value",
                )
            },
            ("res.users", "search_read"): lambda _: [
                {
                    "id": 2,
                    "name": "Bridge",
                    "lang": "en_US",
                    "company_id": [1, "A"],
                    "company_ids": [1, 2],
                }
            ],
            ("res.company", "search_read"): lambda _: [
                {"id": 1, "name": "A", "currency_id": [1, "EUR"]}
            ],
            ("res.lang", "search_read"): lambda _: [{"code": "en_US", "name": "English"}],
            ("stock.warehouse", "search_read"): lambda _: [],
        }
        for model in {m for m, _ in answers}:
            answers[model, "has_access"] = lambda _: True
            answers[model, "check_access_rights"] = lambda _: True
        values = {"url": "http://odoo.test", "database": "shop", "user": "bridge", **settings}
        transport = ScriptedTransport(answers, server=self.version)
        return OdooErp(transport, parse_settings(values), instance="opencart_1").check()

    def _fields(self, model: str) -> Any:
        def answer(_kwargs: Mapping[str, Any]) -> Any:
            if model.startswith(self.missing) if self.missing else False:
                return model_missing(model)
            return {
                "id": {"type": "integer"},
                "list_price": {"type": "float", "digits": [16, 2]},
                "description": {"type": "html", "translate": True},
            }

        return answer


def codes(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.level, f.code) for f in findings if f.level != "ok"}


def test_missing_apps() -> None:
    found = Server(missing=("stock.", "sale.")).findings(company=1)
    apps = [f for f in found if f.check == "apps" and f.level == "warning"]
    assert ["Sales" in f.cause or "Inventory" in f.cause for f in apps] == [True, True]
    assert all("Install" in f.fix for f in apps)


def test_a_database_without_products() -> None:
    found = Server(missing=("product.",)).findings(company=1)
    assert ("error", "erp.app_missing") in codes(found)


@pytest.mark.parametrize(("version", "warned"), [("13.0", True), ("20.0", True), ("16.0", False)])
def test_versions(version: str, warned: bool) -> None:
    assert (("warning", "odoo.version") in codes(Server(version=version).findings())) is warned


def test_several_companies_and_none_chosen() -> None:
    assert ("warning", "odoo.companies") in codes(Server().findings())
    assert ("warning", "odoo.companies") not in codes(Server().findings(company=1))


def test_no_warehouse() -> None:
    assert ("warning", "erp.warehouse") in codes(Server().findings())


def test_prices_with_few_digits() -> None:
    assert ("warning", "odoo.digits") in codes(Server().findings())


class TestRegistry:
    def test_forms_are_plain_and_end_with_the_secret(self) -> None:
        plain = KINDS["odoo"].to_plain()
        assert plain["kind"] == "odoo"
        names = [f["name"] for f in plain["fields"]]
        assert {"url", "database", "user", "company", "warehouse", "language"} <= set(names)
        assert plain["fields"][-1]["name"] == "secret"
        assert plain["fields"][-1]["type"] == "password"
        assert {f["type"] for f in plain["fields"]} <= {
            *("text", "url", "password", "select", "number", "boolean"),
        }

    def test_unknown_kinds(self) -> None:
        with pytest.raises(ConfigError) as caught:
            connect("oracle", {}, "", instance="x")
        assert "odoo" in caught.value.fix

    def test_settings_are_checked_without_calling_anybody(self) -> None:
        good = {"url": "http://127.0.0.1:9", "database": "d", "user": "u"}
        check_settings("odoo", good)
        connect("odoo", good, "p", instance="opencart_1").close()
        with pytest.raises(ConfigError):
            check_settings("odoo", {**good, "max_variants": "x"})
