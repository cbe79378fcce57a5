"""Fixtures every test folder shares."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agent.db import Database, DatabaseSettings
from agent_tests.folders import BENCH, WITH_BROWSER, WITH_LIVE
from agent_tests.lab.mariadb import MariaDb, server_binary, start_mariadb

pytest_plugins = ["agent_tests.lab.fixtures_odoo", "agent_tests.lab.fixtures_opencart"]

SHARED = Path(__file__).resolve().parents[2] / "shared"
_numbers = itertools.count(1)


_RARE: Mapping[str, tuple[str, ...]] = {
    "browser": ("3.0.3.9", "4.1.0.0"),
    "browser/test_main_job.py": ("4.1.0.4-odoo",),  # the real Odoo meets this version
    "store/writing/test_admin_form.py": ("4.0.2.3",),
    **dict.fromkeys(
        (
            "store/test_customers.py",
            "store/test_digests.py",
            "store/test_odd_orders.py",
            "store/test_order_feed.py",
        ),
        ("4.0.0.0", "4.1.0.0", "4.1.0.1"),
    ),
}
"""Versions of OpenCart that differ little from those beside them, by what is tested."""


_AT_HOME: Mapping[str, tuple[str, ...]] = {
    "browser": (*WITH_BROWSER, BENCH),
    "live": (*WITH_LIVE, *WITH_BROWSER, BENCH),
}
"""Where the whole run looks for tests that are marked so."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave installations of such versions to those who ask for all of them.

    Raises:
        pytest.UsageError: a test is where the whole run would not find it.
    """
    for item in items:
        for mark, folders in _AT_HOME.items():
            found = item.get_closest_marker(mark)
            if found is not None and not item.nodeid.startswith(folders):
                raise pytest.UsageError(f"{item.nodeid} is {mark}: see the folders in run.py")
    if os.environ.get("ERP_BRIDGE_VERSIONS") == "all":
        return
    here = Path(__file__).parent
    reason = "close to another version that is run; ERP_BRIDGE_VERSIONS=all runs it"
    for item in items:
        where = item.path.relative_to(here).as_posix() if here in item.path.parents else ""
        for start, versions in _RARE.items():
            if where.startswith(start) and any(f"[{v}" in item.name for v in versions):
                item.add_marker(pytest.mark.skip(reason=reason))


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
