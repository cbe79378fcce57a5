"""A private MariaDB server on a free loopback port, for a demo or a test, stopped by its pid."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from agent.errors import ConfigError

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """Return a TCP port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_binary() -> str | None:
    """Return the path of the MariaDB or MySQL server, or None where none is installed."""
    return _find("mariadbd", "mysqld")


def _find(*names: str) -> str | None:
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if found:
            return found
    return None


@dataclass
class MariaDb:
    """A running private server; ``root`` has no password, and only loopback reaches it."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def connect(self, database: str | None = None, **more: Any) -> Any:
        """Return a root connection in autocommit."""
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user="root",
            password="",
            database=database,
            autocommit=True,
            charset="utf8mb4",
            ssl_disabled=True,  # to make a TLS context takes longer than most statements here
            **more,
        )

    def execute(self, sql: str, database: str | None = None) -> None:
        """Run one statement as root."""
        with (
            contextlib.closing(self.connect(database)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

    def create_database(self, name: str) -> None:
        """Make an empty utf8mb4 database, dropping one of the same name."""
        self.execute(f"DROP DATABASE IF EXISTS `{name}`")
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")

    def load(self, database: str, dump: Path) -> None:
        """Load an SQL dump file with the command line client."""
        client = _find("mariadb", "mysql") or "mysql"
        with dump.open("rb") as source:
            subprocess.run(
                [
                    client,
                    "--no-defaults",
                    "-h127.0.0.1",
                    f"-P{self.port}",
                    "-uroot",
                    "--default-character-set=utf8mb4",
                    database,
                ],
                stdin=source,
                check=True,
            )

    def stop(self) -> None:
        """Stop the server by pid and remove its files."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(_STOP_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_mariadb(extra: tuple[str, ...] = ()) -> MariaDb:
    """Start a fresh private server and wait until it answers.

    It ends with the thread that calls this, also where that is killed; then its folder stays.

    Raises:
        ConfigError: no server is installed, or it did not start.
    """
    binary = server_binary()
    install = _find("mariadb-install-db", "mysql_install_db")
    if binary is None or install is None:
        raise ConfigError(
            "No MariaDB server is installed",
            fix="apt install mariadb-server",
            code="setup.no_mariadb",
        )
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-db-"))
    owner = _owner(folder)
    data = folder / "data"
    _make_data(install, [*_owner_option(owner), f"--datadir={data}"], folder)
    account = "mysql" if owner == "mysql" else None
    port = free_port()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [
                binary,
                "--no-defaults",
                *([] if account else _owner_option(owner)),
                f"--datadir={data}",
                "--bind-address=127.0.0.1",
                f"--port={port}",
                f"--socket={folder / 'sock'}",
                f"--pid-file={folder / 'pid'}",
                # where a server finds temporary tables as it starts, it deletes them: also others'
                f"--tmpdir={folder}",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=2",
                "--innodb-buffer-pool-size=512M",
                "--max-allowed-packet=64M",
                "--key-buffer-size=64M",
                *extra,
            ],
            stdout=log,
            stderr=log,
            preexec_fn=_end_with_starter(),  # noqa: PLW1509 - one call that takes no lock
            # as that account from the start: a server that changes it forgets whom to end with
            user=account,
            group=account,
            extra_groups=[] if account else None,
        )
    server = MariaDb(port, folder, process)
    try:
        _wait(server)
    except BaseException:  # Ctrl-C included
        server.stop()
        raise
    return server


def _make_data(install: str, options: list[str], folder: Path) -> None:
    command = [install, "--no-defaults", *options, "--auth-root-authentication-method=normal"]
    # force: the machine's own name needs not be known to any name server
    done = subprocess.run(
        [*command, "--skip-test-db", "--force"],
        check=False,
        # a server that starts removes what it takes for left-overs in the shared folder
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise ConfigError(
            f"{install} could not make a database in {folder}",
            fix="See what it said below; often the disk is full.",
            code="setup.no_mariadb",
            detail=done.stdout[-1000:],
        )


def _owner(folder: Path) -> str:
    """Return the account that a server started by root runs as, empty for the starter's own."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam("mysql")
    except KeyError:  # only the server's core package is installed: no account was made
        return "root"
    shutil.chown(folder, "mysql", "mysql")
    return "mysql"


def _owner_option(owner: str) -> list[str]:
    return [f"--user={owner}"] if owner else []


def _end_with_starter() -> Callable[[], None] | None:
    """Return what a child does first so that the system ends it when its starter is gone."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return prepare


def _wait(server: MariaDb) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(pymysql.err.OperationalError):
            server.connect().close()
            return
        if server.process.poll() is not None or time.monotonic() > deadline:
            text = (server.folder / "server.log").read_text(errors="replace")[-2000:]
            server.stop()
            raise ConfigError(
                "The private MariaDB server did not start",
                fix="See the detail; a full disk or a security profile are the usual reasons.",
                code="setup.no_mariadb",
                detail=text,
            )
        time.sleep(0.1)
