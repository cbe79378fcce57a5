"""Unit prices, places, actions of statuses and refused VAT numbers: what needs no server."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.sales import customers, places
from agent.erp.odoo.sales.taxes import Tax, unit_price
from agent.erp.order_actions import action_for
from agent.erp.port import Change
from agent.erp.sales import ACTIONS, parse_action
from agent.model.document import DocumentLine, LineKind
from agent.model.sales import Address, Customer, OrderStatus
from agent_tests.unit.odoo.fakes import ScriptedTransport, odoo_of

PERCENT = {"percent": True, "active": True, "company": 1}


def tax(amount: str, *, included: bool = False, **values: Any) -> Tax:
    """Return a tax."""
    return Tax(1, "T", Decimal(amount), included=included, **{**PERCENT, **values})


def goods(price: str, quantity: str = "1", amount: str = "0") -> DocumentLine:
    """Return a line with the tax of the whole line."""
    given_tax = Decimal(amount)
    return DocumentLine(
        "1", LineKind.PRODUCT, "x", Decimal(quantity), Decimal(price), tax=given_tax
    )


class TestUnitPrice:
    @pytest.mark.parametrize(
        ("line", "taxes", "digits", "wanted"),
        [
            (goods("10.33333333"), [], 8, "10.33333333"),
            (goods("10.335"), [], 2, "10.34"),
            (goods("-2.5"), [tax("19")], 2, "-2.5"),
            (goods("8.3333", "3", "5"), [tax("20", included=True)], 2, "10"),
            (goods("10"), [tax("10", included=True), tax("5")], 2, "11"),
            (goods("10"), [tax("2", included=True, percent=False), tax("5")], 2, "12"),
        ],
    )
    def test_gross_where_taxes_are_included(
        self, line: DocumentLine, taxes: list[Tax], digits: int, wanted: str
    ) -> None:
        assert unit_price(line, taxes, digits) == Decimal(wanted)

    @given(st.decimals("0.0001", "9999.9999", places=4), st.integers(1, 99))
    def test_what_is_lost_is_half_a_digit_per_piece(self, price: Decimal, quantity: int) -> None:
        sent = unit_price(goods(str(price), str(quantity)), [], 2)
        assert abs(sent - price) <= Decimal("0.005")


class Server:
    """Countries, states, and contacts whose VAT number is refused when it starts with X."""

    def __init__(self) -> None:
        self.loaded: list[dict[str, str]] = []
        answers = {
            ("res.country", "search_read"): lambda _: [
                {"id": 10, "code": "DE"},
                {"id": 20, "code": "MX"},
            ],
            ("res.country.state", "search_read"): self._states,
            ("res.partner", "load"): self._load,
            ("res.partner", "fields_get"): lambda _: (
                {n: {"type": "char"} for n in ("id", "name", "vat", "email", "phone", "lang")}
                | {"comment": {"type": "html"}, "active": {"type": "boolean"}}
            ),
            ("res.partner", "has_access"): lambda _: True,
        }
        odoo = odoo_of(ScriptedTransport(answers))
        self.work = Work(Connection(odoo, odoo.settings, "opencart_1"), lambda _: b"", lambda: None)

    def _states(self, kwargs: Mapping[str, Any]) -> Any:
        country = kwargs["domain"][0][2]
        rows = [(1, "BY", "Bavaria", 10), (2, "SON", "Sonora (MX)", 20)]
        return [
            {"id": i, "code": c, "name": n, "country_id": [k, "x"]}
            for i, c, n, k in rows
            if k == country
        ]

    def _load(self, kwargs: Mapping[str, Any]) -> Any:
        rows = [dict(zip(kwargs["fields"], row, strict=True)) for row in kwargs["data"]]
        bad = [n for n, row in enumerate(rows) if row.get("vat", "").startswith("X")]
        if bad:
            message = {"type": "error", "rows": {"from": bad[0], "to": bad[0]}, "message": "no VAT"}
            return {"ids": False, "messages": [message]}
        self.loaded += rows
        return {"ids": list(range(1, len(rows) + 1)), "messages": []}


class TestPlaces:
    @pytest.mark.parametrize(
        ("country", "code", "zone", "found"),
        [
            ("de", "BY", "Bayern", (10, 1, "")),
            ("DE", "DE-BY", "", (10, 1, "")),
            ("DE", "", "bavaria", (10, 1, "")),
            ("MX", "QQ", "Sonora", (20, 2, "")),
            ("DE", "QQ", "Nirgends", (10, None, "Nirgends")),
            ("QQ", "BY", "Bayern", (None, None, "Bayern, Land")),
        ],
    )
    def test_by_code_then_by_name_then_in_the_street(
        self, country: str, code: str, zone: str, found: tuple[Any, ...]
    ) -> None:
        address = Address(
            "k", "1", line1="a", zone=zone, zone_code=code, country=country, country_name="Land"
        )
        place = places.locate(Server().work.cx, address)
        assert (place.country, place.state, place.rest) == found
        assert (place.warning is None) == (country != "QQ")

    def test_an_address_without_a_country(self) -> None:
        cx = Server().work.cx
        assert places.locate(cx, Address("k", "1")).warning is None
        warning = places.locate(cx, Address("k", "1", city="Ulm")).warning
        assert warning is not None
        assert "no country" in warning.cause


def test_a_refused_vat_number_goes_into_the_notes() -> None:
    server = Server()
    records = [
        Customer(str(n), email=f"{n}@x.test", vat=vat) for n, vat in enumerate(("DE1", "X<2>"))
    ]
    fields = frozenset({"email", "vat"})
    drafts = [Draft.of(Change(r, fields, f"opencart_1.customers_{r.key}")) for r in records]
    customers.upsert(server.work, drafts)
    assert [d.error for d in drafts] == [None, None]
    assert [[w.code for w in d.warnings] for d in drafts] == [[], ["customer.vat_refused"]]
    first, second = server.loaded
    assert first["vat"] == "DE1"
    assert "vat" not in second
    assert second["comment"] == "<p>VAT number in the shop: X&lt;2&gt;</p>"


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_that_is_proposed_or_listed_is_one(action: str) -> None:
    steps = parse_action(action)
    assert steps is None or "+".join(steps) in (action, "")


@given(st.text(max_size=20), st.sampled_from(["processing", "complete", "other"]))
def test_any_status_gets_a_proposal(name: str, role: Any) -> None:
    assert action_for(OrderStatus("1", {"en-gb": name}, role)).ref in ACTIONS
