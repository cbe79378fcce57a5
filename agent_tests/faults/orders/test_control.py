"""The control: with the guards off the same faults double, so the other tests can fail."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.sales import deposits, paying
from agent.erp.port import Change
from agent.erp.sap_b1.adapter import SapB1Erp
from agent.model.entity import Entity
from agent.store.shop_api import ShopApi
from agent_tests.faults.orders.audit import Found, audit
from agent_tests.faults.orders.rig import Rig

_numbers = itertools.count(1)


def broken(rig: Rig, status: str, name: str) -> Found:
    """Lose an answer on the way of a new order."""
    order = rig.front.place(status)
    rig.erp.order("lose", name)
    rig.listen()
    rig.settle()
    return audit(rig, {order: status})


def forget_keys(monkeypatch: pytest.MonkeyPatch, erp: type) -> None:
    """Let an adapter use another external id each time, and find nothing again."""
    upsert = erp.upsert  # type: ignore[attr-defined]

    def keyless(self: Any, entity: Entity, changes: Sequence[Change], **more: Any) -> Any:
        other = [replace(c, external_id=f"{c.external_id}_{next(_numbers)}") for c in changes]
        return upsert(self, entity, other, **more)

    monkeypatch.setattr(erp, "upsert", keyless)
    monkeypatch.setattr(erp, "adopt", lambda *_: {})
    monkeypatch.setattr(erp, "match", lambda *_, **__: {})


def test_without_external_ids_an_order_is_doubled(
    stand_in: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_keys(monkeypatch, OdooErp)
    found = broken(stand_in, "1", "sale.order.load")
    assert any("2 in the ERP" in words for words in found.doubled), found.doubled


@pytest.mark.parametrize("sap_b1", ["sap-b1-v2"], indirect=True)
def test_without_its_key_an_order_of_sap_b1_is_doubled(
    sap_b1: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_keys(monkeypatch, SapB1Erp)
    found = broken(sap_b1, "1", "POST Orders")
    assert any("2 in the ERP" in words for words in found.doubled), found.doubled


def test_without_its_external_id_a_payment_is_doubled(
    stand_in: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paying._payment

    def keyless(cx: Any, move: Any, journal: int, given: Any) -> Any:
        other = f"{given.external_id}_{next(_numbers)}"
        return payment(cx, move, journal, replace(given, external_id=other))

    monkeypatch.setattr(paying, "_payment", keyless)
    found = broken(stand_in, "5", "account.payment.load")
    assert any("payments" in words for words in found.doubled), found.doubled


def test_without_looking_first_a_down_payment_is_doubled(
    stand_in: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit, invoices = deposits.deposit, deposits._invoices
    blind = False

    def begin(*given: Any) -> None:
        nonlocal blind
        blind = True
        deposit(*given)

    def unseen(sight: Any) -> Any:
        nonlocal blind
        hidden, blind = blind, False
        return [] if hidden else invoices(sight)

    monkeypatch.setattr(deposits, "deposit", begin)
    monkeypatch.setattr(deposits, "_invoices", unseen)
    monkeypatch.setattr(deposits, "_by_earlier_try", lambda *_: False)
    found = broken(stand_in, "12", "sale.advance.payment.inv.create_invoices")
    assert any("invoices of" in words for words in found.doubled), found


def test_with_another_event_each_time_a_history_line_is_doubled(
    stand_in: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = ShopApi.add

    def forgetful(self: ShopApi, event: str, *rest: Any, **more: Any) -> int:
        return add(self, f"{event}-{next(_numbers)}", *rest, **more)

    monkeypatch.setattr(ShopApi, "add", forgetful)
    order = stand_in.front.place("1")
    stand_in.carry_on()
    ref = stand_in.plant.order(order)
    stand_in.plant.confirm(ref)
    stand_in.shop.order("lose", "history")
    stand_in.carry_on()
    found = audit(stand_in, {order: "1 2"})
    assert any("history line" in words for words in found.doubled), found.doubled
