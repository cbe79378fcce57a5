"""One installation for all tests of a module: getting the packages is slow."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tests.install.ground import Door, Shop, make_owner, make_shop
from agent_tests.lab.mariadb import MariaDb

SHOP_DATABASE = "door_shop"


@pytest.fixture(scope="module")
def shop_database(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Make a sample shop's tables."""
    folder = tmp_path_factory.mktemp("sample")
    mariadb.create_database(SHOP_DATABASE)
    place = ["--port", str(mariadb.port), "--user", "root", "--database", SHOP_DATABASE]
    size = ["--version", "3.0", "--products", "20", "--orders", "3"]
    command = [sys.executable, "-m", "agent.cli", "sandbox", "store", "--host", "127.0.0.1"]
    subprocess.run(
        [*command, *place, *size, "--image-dir", str(folder)],
        check=True,
        capture_output=True,
        env={**os.environ, "ERP_BRIDGE_AGENT_DATA_DIR": str(folder)},
    )
    make_owner(mariadb, SHOP_DATABASE)
    yield SHOP_DATABASE
    mariadb.execute(f"DROP DATABASE IF EXISTS `{SHOP_DATABASE}`")


@pytest.fixture(scope="module")
def shop(shop_database: str, mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Give a shop of OpenCart 3.x."""
    return make_shop(tmp_path_factory.mktemp("www") / "shop", mariadb, shop_database, "3.0.3.9")


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Give the flags of a MySQL account that may make users: the private server's root."""
    file = tmp_path_factory.mktemp("admin") / "root-password"
    file.write_text("\n")
    return ("--db-admin-user", "root", "--db-admin-password-file", str(file))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    """Give ``install.sh`` with an empty prefix."""
    folder = tmp_path_factory.mktemp("machine")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ERP_BRIDGE_")}
    return Door(folder / "prefix", environment)


@pytest.fixture(scope="module")
def installed(door: Door, shop: Shop, admin: tuple[str, ...]) -> tuple[Door, str]:
    """Set the agent up for the shop; give also what was said."""
    done = door.run("--yes", "--no-service", "--opencart", shop.root, *admin)
    assert done.returncode == 0, done.stdout + done.stderr
    return door, done.stdout + done.stderr


@pytest.fixture
def elsewhere(tmp_path: Path, door: Door) -> Door:
    """Give ``install.sh`` with another empty prefix."""
    return Door(tmp_path / "other", door.environment)
