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

    def __init__(
        self,
        *,
        missing: tuple[str, ...] = (),
        version: str = "19.0",
        journals: tuple[Mapping[str, Any], ...] = ({"id": 1},),
        forbidden: tuple[str, ...] = (),
    ) -> None:
        self.missing = missing
        self.version = version
        self.journals = list(journals)
        self.forbidden = forbidden

    def findings(self, **settings: object) -> list[Finding]:
        answers = {
            **{
                (m, "fields_get"): self._fields(m)
                for m in (
                    *("product.template", "sale.order", "stock.quant", "stock.warehouse"),
                    *("product.product", "product.category", "product.attribute"),
                    *("product.attribute.value", "product.template.attribute.line"),
                    *(
                        "product.template.attribute.value",
                        "sale.order.line",
                        "stock.move",
                        "stock.picking",
                    ),
                    *("account.move", "account.payment", "account.journal", "res.partner"),
                    *("delivery.carrier", "res.company"),
                )
            },
            ("account.journal", "search_read"): lambda _: self.journals,
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
                {
                    "id": 1,
                    "name": "A",
                    "currency_id": [1, "EUR"],
                    "tax_calculation_rounding_method": "round_globally",
                }
            ],
            ("res.lang", "search_read"): lambda _: [{"code": "en_US", "name": "English"}],
            ("stock.warehouse", "search_read"): lambda _: [],
            ("x_opencart_1_board", "search_read"): lambda _: model_missing("x_opencart_1_board"),
        }
        for model in {m for m, _ in answers}:
            may = model not in self.forbidden
            answers[model, "has_access"] = lambda _, may=may: may
            answers[model, "check_access_rights"] = lambda _, may=may: may
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
                "price_unit": {"type": "float", "digits": [16, 2]},
                "tax_calculation_rounding_method": {"type": "selection"},
                **({} if self.version.startswith("14") else {"tax_totals": {"type": "binary"}}),
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


class TestOrders:
    def of(self, findings: list[Finding]) -> list[tuple[str, str, str]]:
        return [(f.level, f.code, f.message) for f in findings if f.check == "orders"]

    def test_what_is_well(self) -> None:
        found = self.of(Server().findings(company=1))
        assert ("ok", "", "The user may write everything that orders need") in found
        assert ("ok", "", "Odoo rounds taxes over the whole order") in found
        assert ("warning", "odoo.digits", "Unit prices of order lines have 2 digits") in found

    def test_rounding_that_makes_invoices_differ(self) -> None:
        old = self.of(Server(version="14.0").findings(company=1))
        assert ("warning", "odoo.rounding", "Odoo rounds taxes over the whole order") in old

    @pytest.mark.parametrize("app", ["sale.", "account.", "stock.", "delivery."])
    def test_an_app_that_is_missing(self, app: str) -> None:
        found = self.of(Server(missing=(app,)).findings(company=1))
        assert [c for level, c, text in found if level == "warning" and app in text] == [
            "erp.app_missing"
        ]

    def test_no_books(self) -> None:
        found = self.of(Server(journals=()).findings(company=1))
        assert {text for _, code, text in found if code == "odoo.no_journal"} == {
            "No sales journal",
            "No bank or cash journal",
        }

    def test_missing_rights(self) -> None:
        (found,) = [
            f
            for f in Server(forbidden=("account.payment", "res.partner")).findings(company=1)
            if f.code == "erp.rights"
        ]
        assert "read and create and change account.payment" in found.cause
        assert ("Contacts" in found.fix, "Invoicing" in found.fix) == (True, True)


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
