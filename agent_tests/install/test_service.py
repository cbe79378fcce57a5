"""``install.sh`` sets the agent up for a shop, refreshes it, and takes it back."""

from __future__ import annotations

import json
import re
import shutil
import stat
import zipfile
from pathlib import Path

import pymysql
import pytest

from agent.config import load_config
from agent.sandbox.odoo import OdooSandbox
from agent_tests.install.ground import (
    PREFIX,
    Door,
    Shop,
    accounts,
    copy_program,
    make_shop,
    run_door,
)
from agent_tests.lab.mariadb import MariaDb

Installed = tuple[Door, str]
Admin = tuple[str, ...]
DENIED = {1142, 1143, 1044}


def as_agent(door: Door) -> pymysql.Connection[pymysql.cursors.Cursor]:
    database = load_config(door.config, {}).database
    return pymysql.connect(
        host="127.0.0.1",
        port=database.port,
        user=database.user,
        password=database.password,
        database=database.name,
        autocommit=True,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_says_what_it_did(installed: Installed) -> None:
    door, said = installed
    assert "Made MySQL user erp_bridge" in said
    assert re.search(r"^0 errors, \d+ warnings", said, flags=re.MULTILINE)
    token = json.loads(door.bridge("pairing", "show", "--json").stdout)["key"]
    assert token in said
    assert "http://127.0.0.1:8765" in said


def test_secrets_are_its_own(installed: Installed) -> None:
    door, said = installed
    password = (door.config.parent / "mysql-password").read_text().strip()
    assert len(password) == 32
    assert password not in said
    assert password not in door.config.read_text()
    assert mode(door.config) == mode(door.config.parent / "mysql-password") == 0o600
    assert mode(door.config.parent) == 0o750
    assert mode(door.data) == 0o700
    assert mode(door.data / "vault.key") == mode(door.data / "pairing.json") == 0o600


def test_the_settings_are_the_shops(installed: Installed, shop: Shop, mariadb: MariaDb) -> None:
    config = load_config(installed[0].config, {})
    assert (config.database.name, config.database.prefix) == (shop.database, PREFIX)
    assert config.database.port == mariadb.port
    assert config.shop.url == "https://shop.invalid/"
    assert config.shop.image_dir == shop.root / "image"


def test_the_extension_is_in_the_shop(installed: Installed, shop: Shop) -> None:
    with zipfile.ZipFile(installed[0].program / "erp_bridge.ocmod.zip") as package:
        names = [n for n in package.namelist() if n.startswith("upload/") and n[-1] != "/"]
    assert len(names) > 30
    assert all((shop.root / name.removeprefix("upload/")).is_file() for name in names)


@pytest.mark.parametrize("table", ["user", "session", "customer", "api", "customer_ip"])
def test_it_cannot_read_what_is_none_of_its_business(installed: Installed, table: str) -> None:
    with (
        as_agent(installed[0]) as connection,
        connection.cursor() as cursor,
        pytest.raises(pymysql.err.OperationalError) as refused,
    ):
        cursor.execute(f"SELECT * FROM `{PREFIX}{table}` LIMIT 1")
    assert refused.value.args[0] in DENIED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE `oc_order` SET total = 0",
        "UPDATE oc_setting SET value = ''",
        "DELETE FROM oc_customer",
        "DELETE FROM oc_product",
        "DROP TABLE oc_product",
        "CREATE TABLE oc_something (x int)",
        "CREATE USER intruder",
    ],
)
def test_it_cannot_change_the_shop(installed: Installed, statement: str) -> None:
    with (
        as_agent(installed[0]) as connection,
        connection.cursor() as cursor,
        pytest.raises(pymysql.err.OperationalError) as refused,
    ):
        cursor.execute(statement)
    assert refused.value.args[0] in {*DENIED, 1227}


def test_its_user_carries_the_catalogue_to_an_erp(installed: Installed, tmp_path: Path) -> None:
    door, _said = installed
    secret = tmp_path / "secret"
    secret.write_text("admin")
    with OdooSandbox("19", database="demo") as odoo:
        where = ["--url", odoo.url, "--database", "demo", "--user", "admin"]
        add = ["connection", "add", "--kind", "odoo", "--name", "erp", *where]
        added = door.bridge(*add, "--secret-file", str(secret))
        assert added.returncode in {0, 3}, added.stdout + added.stderr
        command = ["sync", "products", "--connection", "erp", "--direction", "to-erp", "--all"]
        first = json.loads(door.bridge("--json", *command).stdout)["counts"]
        assert first["created"] > 20
        assert first["failed"] == 0
        second = json.loads(door.bridge("--json", *command).stdout)["counts"]
        assert (second["created"], second["updated"]) == (0, 0)
        assert odoo.execute("product.template", "search_count", []) >= 20


def test_a_second_run_keeps_all_and_gives_missing_rights(
    installed: Installed, shop: Shop, admin: Admin, mariadb: MariaDb
) -> None:
    door, said = installed
    kept = {p: p.read_bytes() for p in door.config.parent.iterdir()}
    keys = {p: p.read_bytes() for p in door.data.glob("*.json")}
    for host in ("localhost", "127.0.0.1"):
        mariadb.execute(f"REVOKE SELECT ON {shop.database}.oc_product FROM erp_bridge@'{host}'")
    assert "oc_product" in door.bridge("doctor", "--offline").stdout
    done = door.run("--yes", "--no-service", *admin)  # the database is in the configuration
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "is there already: it is kept" in said
    assert "0 errors" in said
    assert {p: p.read_bytes() for p in door.config.parent.iterdir()} == kept
    assert {p: p.read_bytes() for p in door.data.glob("*.json")} == keys
    assert accounts(mariadb) & {"erp_bridge"}
    assert not [name for name in accounts(mariadb) if name.startswith("erp_bridge_")]


def test_a_wrong_admin_password_leaves_nothing(
    installed: Installed, elsewhere: Door, shop: Shop, tmp_path: Path, mariadb: MariaDb
) -> None:
    copy_program(installed[0], elsewhere)
    before, users = elsewhere.files(), accounts(mariadb)
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    flags = ("--db-admin-user", "root", "--db-admin-password-file", wrong)
    done = elsewhere.run("--yes", "--no-service", "--opencart", shop.root, *flags)
    assert done.returncode == 1
    assert "does not let 'root' log in" in done.stderr
    assert "Fix: " in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.rstrip().endswith("Nothing was set up.")
    assert elsewhere.files() == before
    assert accounts(mariadb) == users


def test_packages_that_cannot_be_had_leave_nothing(elsewhere: Door, shop: Shop) -> None:
    away = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}
    door = Door(elsewhere.prefix, {**elsewhere.environment, **away})
    done = door.run("--yes", "--no-service", "--opencart", shop.root)
    assert done.returncode == 1
    assert "packages could not be installed" in done.stderr
    assert door.files() == set()


def test_it_is_taken_back_in_two_steps(
    installed: Installed, shop: Shop, admin: Admin, mariadb: MariaDb, tmp_path: Path
) -> None:
    door, _said = installed
    program = tmp_path / "program"
    shutil.copytree(door.program, program, symlinks=True)
    own = door.bridge("map", "list", "--connection", "erp", "--json")
    database = f"`{shop.database}`"
    mariadb.execute(f"INSERT INTO {database}.oc_extension SET type = 'module', code = 'erp_bridge'")
    mariadb.execute(
        f"INSERT INTO {database}.oc_event SET code = 'erp_bridge', `trigger` = 'a', action = 'b'"
    )
    done = door.run("uninstall", "--yes", "--opencart", shop.root)
    assert done.returncode == 0, done.stderr
    assert "1 of the extension's events" in done.stdout
    assert not door.program.exists()
    assert not [p for p in shop.root.rglob("*erp_bridge*") if p.is_file()]
    assert (shop.root / "config.php").is_file()
    assert door.config.is_file()
    assert "erp_bridge" in accounts(mariadb)

    shutil.move(program, door.program)
    assert door.bridge("map", "list", "--connection", "erp", "--json").stdout == own.stdout
    done = door.run("uninstall", "--yes", "--purge", *admin)
    assert done.returncode == 0, done.stderr
    assert door.files() == set()
    assert "erp_bridge" not in accounts(mariadb)
    with mariadb.connect(shop.database) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW TABLES LIKE 'oc_erp_%'")
        assert cursor.fetchall()

    again = door.run("uninstall", "--yes")
    assert again.returncode == 0
    assert "nothing to take away" in again.stderr


def test_a_program_of_before_takes_its_extension_out(
    elsewhere: Door, mariadb: MariaDb, tmp_path: Path
) -> None:
    """It does not know --force, which came later."""
    shop = make_shop(tmp_path / "shop", mariadb, "nowhere", "3.0.3.9")
    python = elsewhere.program / "venv/bin/python"
    python.parent.mkdir(parents=True)
    (elsewhere.program / "erp_bridge.ocmod.zip").touch()
    python.write_text(
        f"""#!/bin/bash
        case " $* " in
            *" --force "*) echo "No such option: --force" >&2; exit 2 ;;
            *" --help "*) echo "Usage: remove-extension [OPTIONS] OPENCART PACKAGE" ;;
            *) echo "$*" >> "{tmp_path}/called" ;;
        esac
        """
    )
    python.chmod(0o755)
    done = elsewhere.run("uninstall", "--yes", "--opencart", shop.root)
    assert done.returncode == 0, done.stderr
    assert f"remove-extension {shop.root}" in (tmp_path / "called").read_text()
    assert not elsewhere.program.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--frobnicate"], "no option '--frobnicate'"),
        (["frobnicate"], "no command 'frobnicate'"),
        (["--opencart"], "--opencart needs a value"),
        (["--yes", "--port", "http", "--prefix", "PREFIX"], "--port needs a port number"),
        (["--yes", "--port", "70000", "--prefix", "PREFIX"], "--port needs a port number"),
        (["--yes", "--prefix", "PREFIX"], "--opencart, or its database with --db-name"),
        (["demo", "--frobnicate"], "no option '--frobnicate' of demo"),
        (["package", "now"], "package takes no options"),
        (["uninstall", "--all"], "no option '--all'"),
        (["grants"], "Give the shop's folder"),
        (["grants", "--opencart"], "--opencart needs a value"),
        (["grants", "--yes"], "no option '--yes' of grants"),
    ],
)
def test_a_wrong_word_is_told_with_the_usage(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    prefix = tmp_path / "prefix"
    done = run_door(*[str(prefix) if word == "PREFIX" else word for word in arguments])
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "./install.sh demo" in done.stderr
    assert not prefix.exists()


@pytest.mark.parametrize("config", [None, ""])
def test_a_folder_without_a_shop_is_told(
    elsewhere: Door, tmp_path: Path, config: str | None
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    if config is not None:
        (folder / "config.php").write_text(config)
    done = elsewhere.run("--yes", "--opencart", folder)
    assert done.returncode == 2
    assert "config.php is missing or empty" in done.stderr
    assert not elsewhere.prefix.exists()


def test_nobody_to_ask_is_told(elsewhere: Door, shop: Shop) -> None:
    done = elsewhere.run("--opencart", shop.root)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert not elsewhere.prefix.exists()


def test_relative_folders_are_the_callers(tmp_path: Path, mariadb: MariaDb) -> None:
    make_shop(tmp_path / "shop", mariadb, "nowhere", "4.0.2.3")
    words = ["--opencart", "shop", "--prefix", "prefix"]
    done = run_door(*words, cwd=tmp_path)
    assert f"copy the extension into {tmp_path}/shop" in done.stderr
    assert f"{tmp_path}/prefix/opt/erp-bridge" in done.stderr


def test_help_names_every_command() -> None:
    done = run_door("--help")
    assert done.returncode == 0
    for word in (
        "demo",
        "test",
        "package",
        "grants",
        "uninstall",
        "--opencart",
        "--prefix",
        "--purge",
    ):
        assert word in done.stdout
