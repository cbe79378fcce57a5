"""Fixtures every test folder shares."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.db import Database, DatabaseSettings
from agent_tests.lab.mariadb import MariaDb, server_binary, start_mariadb

pytest_plugins = ["agent_tests.lab.fixtures_odoo", "agent_tests.lab.fixtures_opencart"]

SHARED = Path(__file__).resolve().parents[2] / "shared"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """Give a private MariaDB server for the whole run."""
    if server_binary() is None:
        pytest.skip("no MariaDB server is installed (apt install mariadb-server)")
    server = start_mariadb()
    yield server
    server.stop()


@pytest.fixture
def database(mariadb: MariaDb) -> Iterator[Database]:
    """Give an empty database of its own, as the agent's ``Database``."""
    name = f"t{next(_numbers)}"
    mariadb.create_database(name)
    db = Database(DatabaseSettings(host="127.0.0.1", port=mariadb.port, user="root", database=name))
    yield db
    db.close()
    mariadb.execute(f"DROP DATABASE `{name}`")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder with dumps and field lists, skipping where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder with reference dumps is not here")
    return SHARED
