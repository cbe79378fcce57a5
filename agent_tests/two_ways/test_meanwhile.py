"""Edits that people make while a page is being settled are neither overwritten nor lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from agent.model.entity import Entity
from agent.sync.two_way import settle
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig


def _ready(make_rig: MakeRig, owner: str) -> tuple[TwoWayRig, str, str]:
    """Return a rig that is settled, and a product without options: its key and ERP id."""
    rig = make_rig(**dict.fromkeys(ALL_ERP, owner))
    rig.to_erp()
    rig.to_store()
    ((key,),) = rig.sql(
        "SELECT MIN(product_id) FROM oc_product WHERE master_id = 0 AND product_id NOT IN"
        " (SELECT product_id FROM oc_product_option)"
    )
    return rig, str(key), rig.ref(Entity.PRODUCTS, str(key))


def _once(
    monkeypatch: pytest.MonkeyPatch, name: str, *, before: bool, edit: Callable[[], Any]
) -> None:
    """Let somebody edit once, before or after a step of settling."""
    step = getattr(settle, name)
    left = [edit]

    def meddled(*args: Any) -> None:
        if before and left:
            left.pop()()
        step(*args)
        if not before and left:
            left.pop()()

    monkeypatch.setattr(settle, name, meddled)


def test_an_edit_between_the_decision_and_the_write_stays(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, key, ref = _ready(make_rig, "hold")
    rig.books.edit_item(ref, name="Name of the ERP")
    with monkeypatch.context() as patch:
        _once(
            patch,
            "_write_store",
            before=True,
            edit=lambda: rig.rename_in_shop(key, "Name of the shop"),
        )
        job = rig.to_store()
    assert "store.changed_meanwhile" in {t.code for t in rig.troubles(job)}
    assert rig.shop_name(key) == "Name of the shop"
    assert rig.to_erp().counts.held == 1
    assert rig.shop_name(key) == "Name of the shop"
    assert rig.books.item(ref).name == "Name of the ERP"


def test_another_field_edited_in_the_shop_during_the_write_travels(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, key, ref = _ready(make_rig, "newest")
    rig.books.edit_item(ref, weight=Decimal(4))
    with monkeypatch.context() as patch:
        _once(
            patch,
            "_read_store_again",
            before=True,
            edit=lambda: rig.rename_in_shop(key, "Name of the shop"),
        )
        assert rig.to_store().counts.updated == 1
    rig.to_erp()
    assert rig.books.item(ref).name == "Name of the shop"
    assert rig.shop_name(key) == "Name of the shop"
    assert rig.to_erp().counts.updated == rig.to_store().counts.updated == 0


def test_another_field_edited_in_the_erp_during_the_write_travels(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, key, ref = _ready(make_rig, "newest")
    rig.rename_in_shop(key, "Name of the shop")
    with monkeypatch.context() as patch:
        _once(
            patch,
            "_write_erp",
            before=False,
            edit=lambda: rig.books.edit_item(ref, weight=Decimal(4)),
        )
        assert rig.to_erp().counts.updated == 1
    assert rig.books.item(ref).name == "Name of the shop"
    rig.to_store()
    weight = rig.sql("SELECT weight FROM oc_product WHERE product_id = :k", k=key)
    assert weight == [(Decimal(4),)]
    assert rig.to_erp().counts.updated == rig.to_store().counts.updated == 0
