"""Linking customers, orders and what they need to what Odoo already has."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.port import Candidate
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import Currency, PaymentMethod, TaxRate
from agent_tests.contract.common.seller import address, changed, customer
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.sales_shop import SalesShop

PARTNER = "res.partner"


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give an empty shop that sells."""
    made = SalesShop(ground)
    yield made
    made.close()


def match(shop: SalesShop, entity: Entity, record: Record) -> list[tuple[str, str]]:
    """Return the candidates of one record: ids and rules."""
    found: list[Candidate] = shop.erp.match(entity, [record], refs={}).get(record.key, [])
    return [(c.ref, c.matched_by) for c in found]


def make(shop: SalesShop, **values: Any) -> str:
    """Make a contact past the product."""
    return str(shop.ground.rpc(PARTNER, "create", {"name": unique("Contact"), **values}))


class TestCustomers:
    def test_vat_comes_before_email(self, shop: SalesShop) -> None:
        number = "9" + unique("1").split()[1].encode().hex()[:9]
        record = customer("1", address("1", country="DE"), vat=f"DE {number}")
        assert match(shop, Entity.CUSTOMERS, record) == []
        by_mail = make(shop, email=record.email.upper())
        assert match(shop, Entity.CUSTOMERS, record) == [(by_mail, "email")]
        by_vat = make(shop, vat=f"DE{number}", is_company=True)
        make(shop, parent_id=int(by_vat))
        assert match(shop, Entity.CUSTOMERS, record) == [(by_vat, "vat")]
        shop.reconnect(customer_match="email")
        assert match(shop, Entity.CUSTOMERS, record) == [(by_mail, "email")]
        shop.reconnect(customer_match="none")
        assert match(shop, Entity.CUSTOMERS, record) == []

    def test_a_company_and_its_person_are_one(self, shop: SalesShop) -> None:
        record = customer("1")
        company = make(shop, email=record.email, is_company=True)
        make(shop, email=record.email, parent_id=int(company))
        assert match(shop, Entity.CUSTOMERS, record) == [(company, "email")]

    def test_a_person_below_a_company(self, shop: SalesShop) -> None:
        company = make(shop, is_company=True)
        record = customer("1")
        person = make(shop, email=record.email, parent_id=int(company))
        assert match(shop, Entity.CUSTOMERS, record) == [(person, "email")]
        firm = changed(record, company="Acme")
        assert match(shop, Entity.CUSTOMERS, firm) == [(company, "email")]

    def test_addresses_and_archived_contacts_stand_back(self, shop: SalesShop) -> None:
        record = customer("1")
        other = make(shop)
        make(shop, email=record.email, parent_id=int(other), type="delivery")
        archived = make(shop, email=record.email, active=False)
        assert match(shop, Entity.CUSTOMERS, record) == [(archived, "email")]
        active = make(shop, email=record.email)
        assert match(shop, Entity.CUSTOMERS, record) == [(active, "email")]


class TestTaxes:
    def test_by_percent_and_by_name_among_several(self, shop: SalesShop) -> None:
        percent = Decimal(unique("1").split()[1].encode().hex()[-3:]) / 100 + Decimal("31.17")
        rate = TaxRate("86", unique("VAT"), percent)
        first = shop.make_tax("x", float(percent))
        assert match(shop, Entity.TAX_RATES, rate) == [(first, "rate")]
        second = shop.make_tax("y", float(percent))
        assert {r for r, _ in match(shop, Entity.TAX_RATES, rate)} == {first, second}
        named = shop.make_tax("z", float(percent), name=rate.name.upper())
        assert match(shop, Entity.TAX_RATES, rate) == [(named, "name")]
        assert match(shop, Entity.TAX_RATES, changed(rate, kind="fixed")) == []
        fixed = shop.make_tax("f", float(percent), amount_type="fixed")
        assert match(shop, Entity.TAX_RATES, changed(rate, kind="fixed")) == [(fixed, "rate")]


class TestTheRest:
    def test_payment_methods_by_the_journals_name(self, shop: SalesShop) -> None:
        name = unique("Paypal")
        values = {"name": name, "type": "bank", "code": name[-5:].upper()}
        journal = str(shop.ground.rpc("account.journal", "create", values))
        assert match(shop, Entity.PAYMENT_METHODS, PaymentMethod("pp", name)) == [(journal, "name")]
        sale = shop.ground.find("account.journal", [("type", "=", "sale")], "name")[0]
        assert match(shop, Entity.PAYMENT_METHODS, PaymentMethod("x", sale["name"])) == []
        assert journal in {c.ref for c in shop.erp.search(Entity.PAYMENT_METHODS, name, 5)}

    def test_currencies_by_code_also_inactive_ones(self, shop: SalesShop) -> None:
        currencies = [Currency(k, k, Decimal(1)) for k in ("USD", "CHF", "XQX")]
        found = shop.erp.match(Entity.CURRENCIES, currencies, refs={})
        assert [(k, c[0].active) for k, c in found.items()] == [("USD", True), ("CHF", False)]
