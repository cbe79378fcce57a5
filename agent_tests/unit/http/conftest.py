"""One agent for all tests of the API: a sample shop, a sandbox Odoo, a real WSGI server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from agent.app import create_app
from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.store import build_sample_shop
from agent.services.container import Services
from agent_tests.lab.mariadb import MariaDb
from agent_tests.unit.http.client import Client

SHOP_URL = "https://shop.example/"


@dataclass
class Agent:
    services: Services
    client: Client
    odoo: OdooSandbox
    folder: Path

    @property
    def secret(self) -> str:
        return self.odoo.users["admin"].password

    def draft(self, **changes: Any) -> dict[str, Any]:
        return {
            "name": "main",
            "kind": "odoo",
            "settings": {
                "url": self.odoo.url,
                "database": self.odoo.database,
                "user": "admin",
                "follow": False,
            },
            "secret": self.secret,
            **changes,
        }


@contextmanager
def running_agent(mariadb: MariaDb, folder: Path, database: str) -> Iterator[Agent]:
    """Run an agent over a sample shop of its own."""
    mariadb.create_database(database)
    build_sample_shop(
        DatabaseSettings(port=mariadb.port, user="root", database=database),
        version="4.0",
        products=12,
        orders=0,
        image_dir=folder / "image",
    )
    mariadb.execute(  # as the sandbox's company
        "UPDATE oc_setting SET value = 'USD' WHERE `key` = 'config_currency'", database
    )
    config = Config(
        database=DatabaseSection(port=mariadb.port, user="root", name=database),
        shop=ShopSection(url=SHOP_URL, image_dir=folder / "image"),
        agent=AgentSection(data_dir=folder / "data", name="test", threads=2),
    )
    services = Services(config)
    services.prepare()
    with OdooSandbox("19", database="erp") as odoo:
        server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        client = Client(server.server_port, services.pairing.current())
        try:
            yield Agent(services, client, odoo, folder)
        finally:
            server.shutdown()
            serving.join()
            server.server_close()
            services.close()


@pytest.fixture(scope="session")
def agent(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with running_agent(mariadb, tmp_path_factory.mktemp("agent"), "http_api") as running:
        yield running


@pytest.fixture
def client(agent: Agent) -> Client:
    return agent.client


@pytest.fixture(scope="session")
def connection(agent: Agent) -> int:
    """Give the id of a working connection."""
    made: int = agent.client.post("/v1/connections", agent.draft(name="shared"), 201)["id"]
    return made
