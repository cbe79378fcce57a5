"""A copied shop never talks to the live ERP."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.db import Database
from agent.errors import ConfigError
from agent_tests.unit.services.support import Clock, PlayedRegistry, draft, make_services


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
