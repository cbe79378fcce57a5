"""A stand-in per test, and clients of it whose pauses are noted instead of waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.prepare import prepare
from agent.erp.sap_b1.settings import SapB1Settings, parse_settings
from agent.sandbox.sap_b1 import SapB1Sandbox

USER, PASSWORD = "manager", "manager"
INSTANCE = "opencart_1a2b3c4d"

Open = Callable[..., Client]


@pytest.fixture
def sandbox() -> Iterator[SapB1Sandbox]:
    with SapB1Sandbox() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


def settings_for(sandbox: SapB1Sandbox, **more: Any) -> SapB1Settings:
    base = {"url": sandbox.url, "database": sandbox.company.name, "user": USER}
    return parse_settings({**base, **more})


@pytest.fixture
def open_client(sandbox: SapB1Sandbox, folder: Path) -> Iterator[Open]:
    """Give a function that opens clients of the stand-in, all on one shared session."""
    made: list[Client] = []

    def make(*, secret: str = PASSWORD, **settings: Any) -> Client:
        client = Client(settings_for(sandbox, **settings), secret, folder)
        client.wire._pause = pauses(client).append
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def pauses(client: Client) -> list[float]:
    """Return the pauses a client took."""
    found: list[float] = client.__dict__.setdefault("test_pauses", [])
    return found


@pytest.fixture
def client(open_client: Open) -> Client:
    return open_client()


@pytest.fixture
def cx(client: Client) -> Connection:
    return Connection(client, client.settings, INSTANCE)


@pytest.fixture
def prepared(cx: Connection) -> Connection:
    """Give a connection to a company that has the bridge's tables and fields."""
    assert all(f.level == "ok" for f in prepare(cx))
    return cx


def logins(sandbox: SapB1Sandbox) -> int:
    return sandbox.recorder.count("POST", "Login")


def item(code: str, **more: Any) -> dict[str, Any]:
    return {"ItemCode": code, "ItemName": f"Item {code}", **more}
