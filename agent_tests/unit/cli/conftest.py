"""One shop, one sandbox Odoo and one configuration for all tests of the command line."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import structlog

from agent.cli import main
from agent.db import Database, DatabaseSettings
from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.store import build_sample_shop
from agent.store.grants import grants
from agent.store.shop import Shop
from agent_tests.lab.mariadb import MariaDb, free_port

DATABASE = "cli_shop"
DB_PASSWORD = "db-Pa55-to-look-for"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass
class CommandLine:
    """Runs ``erp-bridge`` as a process of its own and remembers everything it said."""

    folder: Path
    database: MariaDb
    odoo: OdooSandbox
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("ERP_BRIDGE_")}
        return {**clean, "ERP_BRIDGE_CONFIG": str(self.folder / "agent.toml")}

    def run(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "agent.cli", *arguments],
            env={**self.environment, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if arguments[0] != "pairing":
            self.said += [done.stdout, done.stderr]
        return Ended(done.returncode, done.stdout, done.stderr)

    def quick(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
        """Run a command inside this process: the same code without a second of starting."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**self.environment, **(env or {})}, clear=True),
            mock.patch.object(sys, "stdin", io.StringIO(stdin)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            kept_logging(),
        ):
            code = main(arguments)
        if arguments[0] != "pairing":
            self.said += [out.getvalue(), err.getvalue()]
        return Ended(code, out.getvalue(), err.getvalue())

    def json(self, *arguments: str, code: int = 0, stdin: str = "") -> Any:
        ended = self.quick(*arguments, "--json", stdin=stdin)
        assert ended.code == code, ended.out + ended.err
        return ended.document

    def sql(self, statement: str) -> None:
        self.database.execute(statement, DATABASE)

    @property
    def secret(self) -> str:
        return self.odoo.users["admin"].password

    def add(self, name: str, **changes: str) -> Ended:
        given = {
            "kind": "odoo",
            "url": self.odoo.url,
            "database": self.odoo.database,
            "user": "admin",
            **changes,
        }
        secret = given.pop("secret", self.secret)
        options = [part for key, value in given.items() for part in (f"--{key}", value)]
        return self.quick(
            "connection", "add", "--name", name, *options, "--secret-file", "-", stdin=secret
        )


@contextlib.contextmanager
def kept_logging() -> Iterator[None]:
    """Put logging and signal handlers back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
        for number, handler in signals.items():
            signal.signal(number, handler)


@pytest.fixture(scope="session")
def shop(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    folder = tmp_path_factory.mktemp("cli")
    mariadb.create_database(DATABASE)
    build_sample_shop(
        DatabaseSettings(port=mariadb.port, user="root", database=DATABASE),
        version="3.0",
        products=10,
        orders=0,
        image_dir=folder / "image",
    )
    mariadb.execute(  # as the sandbox's company
        "UPDATE oc_setting SET value = 'USD' WHERE `key` = 'config_currency'", DATABASE
    )
    mariadb.execute(f"CREATE USER bridge@'127.0.0.1' IDENTIFIED BY '{DB_PASSWORD}'")
    root = Database(DatabaseSettings(port=mariadb.port, user="root", database=DATABASE))
    for statement in grants(Shop(root).dialect, DATABASE, "bridge", "127.0.0.1"):
        mariadb.execute(statement)  # all that install.sh would grant, and no more
    root.close()
    password = folder / "password"
    password.write_text(DB_PASSWORD)
    password.chmod(0o600)
    port = free_port()
    (folder / "agent.toml").write_text(
        f"""
        [database]
        port = {mariadb.port}
        user = "bridge"
        password_file = "{password}"
        name = "{DATABASE}"
        [shop]
        url = "https://shop.example/"
        image_dir = "{folder / "image"}"
        [agent]
        port = {port}
        data_dir = "{folder / "data"}"
        name = "test"
        threads = 2
        """
    )
    with OdooSandbox("19", database="erp") as odoo:
        line = CommandLine(folder, mariadb, odoo, port)
        assert line.run("migrate").code == 0
        assert line.add("main").code == 0
        yield line
    mariadb.execute("DROP USER bridge@'127.0.0.1'")
