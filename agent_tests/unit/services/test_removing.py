"""A connection whose ERP has buttons of the bridge is not removed without a way to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.db import Database
from agent.services.container import Services
from agent.services.errors import Conflict
from agent.services.removing import remove_connection
from agent_tests.unit.services.support import draft, make_services


def _buttoned(services: Services) -> int:
    made = services.connections.add(draft()).id
    services.settings.set(f"buttons.{made}", json.dumps({"installed": True, "token": ""}))
    return made


def _refused(services: Services, number: int) -> str:
    with pytest.raises(Conflict) as caught:
        remove_connection(services, number)
    assert caught.value.code == "connection.has_buttons"
    return caught.value.fix


def test_what_is_paused_is_to_be_resumed_first(services: Services) -> None:
    """A paused connection calls no ERP, also not to take its buttons back."""
    number = _buttoned(services)
    assert _refused(services, number).startswith("Take them back first")
    services.connections.pause(number)
    fix = _refused(services, number)
    assert fix.index("erp-bridge connection resume main") < fix.index("remove-buttons main")
    assert "--leave-buttons" in fix
    remove_connection(services, number, leave_buttons=True)
    assert services.connections.every() == []


@pytest.mark.parametrize("by_hand", [False, True], ids=["active", "paused by hand"])
def test_a_copy_of_the_shop_leaves_the_buttons_to_the_shop(
    database: Database, tmp_path: Path, *, by_hand: bool
) -> None:
    live = make_services(database, tmp_path)
    live.prepare()
    live.connections.enforce_guard()
    number = _buttoned(live)
    if by_hand:
        live.connections.pause(number)
    live.close()
    copy = make_services(database, tmp_path, url="https://staging.example/")
    remove_connection(copy, number)
    assert copy.connections.every() == []
    copy.close()
