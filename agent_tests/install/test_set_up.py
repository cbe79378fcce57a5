"""What the set-up does with a shop's database, without the program's installation around it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from agent.config import load_config
from agent_tests.install.ground import (
    OWNER,
    OWNER_PASSWORD,
    Shop,
    accounts,
    make_owner,
    make_shop,
    run_door,
)
from agent_tests.lab.mariadb import MariaDb, free_port

Admin = tuple[str, ...]


def setup(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent.setup", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def configure(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    places = ("--config", folder / "etc" / "agent.toml", "--data-dir", folder / "data")
    return setup("configure", *places, *words)


@pytest.fixture(autouse=True)
def _no_users_stay(mariadb: MariaDb) -> Iterator[None]:
    before = accounts(mariadb)
    yield
    for name in accounts(mariadb) - before:
        for host in ("localhost", "127.0.0.1", "::1"):
            mariadb.execute(f"DROP USER IF EXISTS '{name}'@'{host}'")


def database_flags(shop: Shop, mariadb: MariaDb) -> list[str]:
    place = ["--db-host", "127.0.0.1", "--db-port", str(mariadb.port)]
    return [*place, "--db-name", shop.database, "--shop-url", "https://shop.invalid/"]


def test_another_agents_user_is_left_alone(
    shop: Shop, admin: Admin, mariadb: MariaDb, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        done = configure(folder, "--opencart", shop.root, *admin)
        assert done.returncode == 0, done.stderr
    logins = [load_config(f / "etc" / "agent.toml", {}).database for f in (first, second)]
    assert logins[0].user != logins[1].user
    for login in logins:
        pymysql.connect(
            host="127.0.0.1", port=login.port, user=login.user, password=login.password
        ).close()


def test_a_given_user_is_taken_and_left(
    shop: Shop, admin: Admin, mariadb: MariaDb, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(OWNER_PASSWORD + "\n")
    users = accounts(mariadb)
    login = ("--db-user", OWNER, "--db-password-file", secret)
    done = configure(tmp_path, *database_flags(shop, mariadb), *login)
    assert done.returncode == 0, done.stderr
    config = tmp_path / "etc" / "agent.toml"
    database = load_config(config, {}).database
    assert (database.user, database.password) == (OWNER, OWNER_PASSWORD)
    again = configure(tmp_path, "--opencart", shop.root)
    assert "its rights are left as they are" in again.stdout
    dropped = setup("drop-user", "--config", config, *admin)
    assert "it stays" in dropped.stdout
    assert accounts(mariadb) == users


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--db-port": "closed"}, "No MySQL server answers"),
        ({"--db-host": "no-such-host.invalid"}, "No MySQL server answers"),
        ({"--db-name": "no_such_database"}, "no such database"),
        ({"--db-name": "mysql"}, "no tables of an OpenCart shop"),
        ({"--db-prefix": "wrong_"}, "prefixes found here: 'oc_'"),
    ],
)
def test_a_wrong_place_is_told_and_nothing_is_made(
    shop: Shop, admin: Admin, mariadb: MariaDb, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    users = accounts(mariadb)
    flags = database_flags(shop, mariadb)
    for name, value in changes.items():
        flags += [name, str(free_port()) if value == "closed" else value]
    done = configure(tmp_path, *flags, *admin)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "etc").exists()
    assert accounts(mariadb) == users


def test_the_shops_own_account_may_not_make_users(
    shop: Shop, mariadb: MariaDb, tmp_path: Path
) -> None:
    done = configure(tmp_path, "--opencart", shop.root)
    assert done.returncode == 1
    assert f"'{OWNER}'" in done.stderr
    assert "--db-admin-user" in done.stderr
    assert "create the user yourself, then run" in done.stderr
    assert "./install.sh grants" in done.stderr
    assert OWNER_PASSWORD not in done.stderr
    assert not (tmp_path / "etc").exists()


def test_an_account_that_cannot_grant_leaves_no_user(
    shop: Shop, mariadb: MariaDb, tmp_path: Path
) -> None:
    for host in ("localhost", "127.0.0.1"):
        account = f"'half_admin'@'{host}'"
        mariadb.execute(f"CREATE USER {account} IDENTIFIED BY 'x'")
        mariadb.execute(f"GRANT CREATE USER ON *.* TO {account}")
        mariadb.execute(f"GRANT SELECT ON `{shop.database}`.* TO {account}")
    secret = tmp_path / "secret"
    secret.write_text("x")
    users = accounts(mariadb)
    flags = ("--db-admin-user", "half_admin", "--db-admin-password-file", secret)
    done = configure(tmp_path, "--opencart", shop.root, *flags)
    assert done.returncode == 1
    assert "cannot set up the agent's user" in done.stderr
    assert not (tmp_path / "etc").exists()
    assert accounts(mariadb) == users


def test_the_printed_grants_make_a_user_that_is_enough(
    shop: Shop, mariadb: MariaDb, tmp_path: Path
) -> None:
    # a stock machine has neither "python" nor the agent's packages; nothing of it may stay
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    printed = run_door(
        "grants",
        *("--opencart", shop.root, "--user", "by_hand", "--host", "127.0.0.1"),
        environment={
            **os.environ,
            "TMPDIR": str(temporary),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        },
    )
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.count("\n") == printed.stdout.count("GRANT ") > 10
    assert not list(temporary.iterdir())
    mariadb.execute("CREATE USER by_hand@'127.0.0.1' IDENTIFIED BY 'x'")
    for statement in printed.stdout.splitlines():
        mariadb.execute(statement.rstrip(";"))
    secret = tmp_path / "secret"
    secret.write_text("x")
    login = ("--db-user", "by_hand", "--db-password-file", secret)
    done = configure(tmp_path, *database_flags(shop, mariadb), *login)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", ["3.0.2.0", "4.1.0.4"])
def test_it_serves_real_databases(
    number: str, shared: Path, admin: Admin, mariadb: MariaDb, tmp_path: Path
) -> None:
    dumps = sorted((shared / "opencart").glob(f"*{number}*.sql"))
    if not dumps:
        pytest.skip("no dump of that version is here")
    database = f"door_{number.replace('.', '')}"
    mariadb.create_database(database)
    mariadb.load(database, dumps[0])
    make_owner(mariadb, database)
    shop = make_shop(tmp_path / "shop", mariadb, database, number)
    done = configure(tmp_path, "--opencart", shop.root, *admin)
    assert done.returncode == 0, done.stderr
    config = tmp_path / "etc" / "agent.toml"
    bridge = subprocess.run(
        [sys.executable, "-m", "agent.cli", "migrate"],
        env={"PATH": "/usr/bin:/bin", "ERP_BRIDGE_CONFIG": str(config)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bridge.returncode == 0, bridge.stderr
    login = load_config(config, {}).database
    with (
        pymysql.connect(
            host="127.0.0.1",
            port=login.port,
            user=login.user,
            password=login.password,
            database=database,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT COUNT(*) FROM oc_product")
        with pytest.raises(pymysql.err.OperationalError):
            cursor.execute("SELECT password FROM oc_customer")
    package = tmp_path / "erp_bridge.ocmod.zip"
    subprocess.run(
        [sys.executable, "opencart_extension/build.py", "--output", tmp_path], check=True
    )
    assert setup("copy-extension", shop.root, package).returncode == 0
    if number.startswith("4"):
        assert (shop.root / "system/storage/marketplace/erp_bridge.ocmod.zip").is_file()
    mariadb.execute(f"DROP DATABASE `{database}`")


@pytest.fixture
def module(shop: Shop, mariadb: MariaDb) -> Iterator[None]:
    """Leave the module installed in the shop, with an event."""
    database = f"`{shop.database}`"
    mariadb.execute(f"INSERT INTO {database}.oc_extension SET type = 'module', code = 'erp_bridge'")
    for code in ("erp_bridge", "another"):
        mariadb.execute(
            f"INSERT INTO {database}.oc_event SET code = '{code}', `trigger` = 'a/b/after',"
            " action = 'c/d', status = 1"
        )
    yield
    mariadb.execute(f"DELETE FROM {database}.oc_event")
    mariadb.execute(f"DELETE FROM {database}.oc_extension WHERE code = 'erp_bridge'")


def events(shop: Shop, mariadb: MariaDb) -> set[str]:
    with mariadb.connect(shop.database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT code FROM oc_event")
        return {str(code) for (code,) in cursor.fetchall()}


@pytest.mark.usefixtures("module")
def test_files_of_an_installed_module_stay_until_it_is_uninstalled(
    shop: Shop, mariadb: MariaDb, tmp_path: Path
) -> None:
    build = [sys.executable, "opencart_extension/build.py", "--output", tmp_path]
    subprocess.run(build, check=True)
    words = (shop.root, tmp_path / "erp_bridge.ocmod.zip")
    assert setup("copy-extension", *words).returncode == 0
    refused = setup("remove-extension", *words)
    assert refused.returncode == 1
    assert "Uninstall it in the shop's admin first" in refused.stderr
    assert (shop.root / "system/library/erp_bridge/autoload.php").is_file()

    forced = setup("remove-extension", *words, "--force")
    assert forced.returncode == 0, forced.stderr
    assert "1 of the extension's events" in forced.stdout
    assert events(shop, mariadb) == {"another"}
    assert not (shop.root / "system/library/erp_bridge").exists()


def test_a_shop_without_the_module_parts_with_its_files(shop: Shop, tmp_path: Path) -> None:
    build = [sys.executable, "opencart_extension/build.py", "--output", tmp_path]
    subprocess.run(build, check=True)
    words = (shop.root, tmp_path / "erp_bridge.ocmod.zip")
    assert setup("copy-extension", *words).returncode == 0
    assert setup("remove-extension", *words).returncode == 0
    assert not (shop.root / "system/library/erp_bridge").exists()


@pytest.mark.parametrize("force", [False, True])
def test_a_database_that_is_away_is_told(mariadb: MariaDb, tmp_path: Path, force: bool) -> None:
    lost = make_shop(tmp_path / "lost", mariadb, "no_such_database", "3.0.3.9")
    build = [sys.executable, "opencart_extension/build.py", "--output", tmp_path]
    subprocess.run(build, check=True)
    words = (lost.root, tmp_path / "erp_bridge.ocmod.zip")
    assert setup("copy-extension", *words).returncode == 0
    done = setup("remove-extension", *words, *(["--force"] if force else []))
    assert done.returncode == int(not force)
    assert "cannot be seen" in done.stdout + done.stderr
    assert (lost.root / "system/library/erp_bridge").exists() is not force
