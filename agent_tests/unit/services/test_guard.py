"""A copied shop never talks to the live ERP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.db import Database
from agent.errors import ConfigError, Paused
from agent.services import preparing
from agent.services.connection_records import ConnectionDraft
from agent.services.container import Services
from agent_tests.unit.services.support import (
    SECRET,
    Clock,
    PlayedRegistry,
    draft,
    make_services,
)

COPY_URL = "https://staging.example/"
ASKING: dict[str, Callable[[Services, int], Any]] = {
    "choices": lambda services, number: services.connections.choices(number, "company"),
    "test": lambda services, number: services.connections.test(number),
    "test of the form as it is": lambda services, number: services.connections.test(
        number,
        ConnectionDraft(name="x", settings={"url": "https://erp.example/", "batch": "7"}),
    ),
    "what is missing": preparing.show,
    "prepare": preparing.prepare,
}
"""What the form of a connection asks of the ERP."""


def test_a_copy_is_paused_until_a_person_resumes_each_connection(
    database: Database, tmp_path: Path
) -> None:
    live = make_services(database, tmp_path)
    live.prepare()
    one = live.connections.add(draft(name="one"))
    two = live.connections.add(draft(name="two"))
    live.erp(one.id).close()
    live.close()

    registry = PlayedRegistry()
    copy = make_services(database, tmp_path, registry=registry, url="https://staging.example/")
    with pytest.raises(ConfigError) as caught:
        copy.erp(one.id)
    assert caught.value.code == "connection.cloned"
    assert "resume" in caught.value.fix
    assert registry.asked == [], "the copy never called the ERP"
    states = [info.to_plain()["paused"]["code"] for info in copy.connections.every()]
    assert states == ["connection.cloned", "connection.cloned"]

    copy.connections.resume(one.id)
    copy.erp(one.id).close()
    with pytest.raises(ConfigError):
        copy.erp(two.id)
    copy.close()

    back = make_services(database, tmp_path)
    with pytest.raises(ConfigError):
        back.erp(one.id)
    back.close()


def test_the_same_shop_is_recognised(database: Database, tmp_path: Path) -> None:
    for url in ("https://shop.example/", "https://shop.example", "https://SHOP.example/"):
        services = make_services(database, tmp_path, url=url, clock=Clock())
        services.prepare()
        assert services.guard.matches()
        assert services.connections.enforce_guard() == 0
        services.close()


@pytest.mark.parametrize("asking", ASKING.values(), ids=ASKING)
def test_the_form_of_a_copy_asks_nothing_of_the_live_erp(
    database: Database, tmp_path: Path, asking: Callable[[Services, int], Any]
) -> None:
    live = make_services(database, tmp_path)
    live.prepare()
    one = live.connections.add(draft(name="one")).id
    two = live.connections.add(draft(name="two")).id
    asking(live, one)
    live.close()

    registry = PlayedRegistry()
    copy = make_services(database, tmp_path, registry=registry, url=COPY_URL)
    for _ in range(2):
        with pytest.raises(Paused) as caught:
            asking(copy, one)
        assert caught.value.code == "connection.cloned"
        assert "resume" in caught.value.fix
    copy.connections.pause(one)
    with pytest.raises(Paused, match="connection was made for"):
        asking(copy, one)
    copy.connections.resume(one)
    with pytest.raises(Paused):
        asking(copy, two)
    assert (registry.asked, registry.prepared) == ([], 0)
    asking(copy, one)
    assert registry.asked, "a person said that this shop is the real one"
    copy.close()


def test_the_form_of_a_copy_can_lead_to_a_test_erp(database: Database, tmp_path: Path) -> None:
    live = make_services(database, tmp_path)
    live.prepare()
    one = live.connections.add(draft(name="one")).id
    assert live.guard.matches()
    live.close()

    registry = PlayedRegistry()
    copy = make_services(database, tmp_path, registry=registry, url=COPY_URL)
    assert copy.connections.get(one).settings["user"] == "bridge"
    away = ConnectionDraft(settings={"url": "https://test-erp.example"}, secret=SECRET)
    assert [f.level for f in copy.connections.test(one, away)] == ["ok"]
    assert copy.connections.change(one, away).settings["url"] == "https://test-erp.example"
    with pytest.raises(Paused):
        copy.connections.choices(one, "company")
    copy.connections.resume(one)
    assert copy.connections.choices(one, "company") == []
    assert {asked[1]["url"] for asked in registry.asked} == {"https://test-erp.example"}
    copy.close()
