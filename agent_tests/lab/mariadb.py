"""A private MariaDB server on a free loopback port, started for a test run and stopped by pid."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pymysql


def free_port() -> int:
    """Return a TCP port on loopback that is free now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def server_binary() -> str | None:
    """Return the MariaDB or MySQL server's path, or None where none is installed."""
    for name in ("mariadbd", "mysqld"):
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if found:
            return found
    return None


@dataclass
class MariaDb:
    """A running private server. ``root`` has no password; it listens on loopback only."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def connect(self, database: str | None = None, **more: object) -> pymysql.Connection:
        """Return a root connection in autocommit."""
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user="root",
            password="",
            database=database,
            autocommit=True,
            charset="utf8mb4",
            **more,
        )

    def execute(self, sql: str, database: str | None = None) -> None:
        """Run one statement as root."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
        finally:
            connection.close()

    def create_database(self, name: str) -> None:
        """Make an empty utf8mb4 database, dropping one of the same name."""
        self.execute(f"DROP DATABASE IF EXISTS `{name}`")
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")

    def load(self, database: str, dump: Path) -> None:
        """Load an SQL dump file with the command line client."""
        client = shutil.which("mariadb") or shutil.which("mysql") or "mysql"
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
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_mariadb(extra: tuple[str, ...] = ()) -> MariaDb:
    """Start a fresh private server and wait until it answers."""
    binary = server_binary()
    if binary is None:
        raise RuntimeError("no MariaDB server is installed")
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-db-"))
    data = folder / "data"
    user: list[str] = []
    if os.geteuid() == 0:
        user = ["--user=mysql"]
        shutil.chown(folder, "mysql", "mysql")
    install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
    assert install, "mariadb-install-db is missing"
    subprocess.run(
        [
            install,
            "--no-defaults",
            *user,
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = free_port()
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        [
            binary,
            "--no-defaults",
            *user,
            f"--datadir={data}",
            "--bind-address=127.0.0.1",
            f"--port={port}",
            f"--socket={folder / 'sock'}",
            "--skip-log-bin",
            f"--pid-file={folder / 'pid'}",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=512M",
            "--max-allowed-packet=64M",
            "--key-buffer-size=64M",
            *extra,
        ],
        stdout=log,
        stderr=log,
    )
    log.close()
    server = MariaDb(port, folder, process)
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(pymysql.err.OperationalError):
            server.connect().close()
            return server
        if process.poll() is not None or time.monotonic() > deadline:
            text = (folder / "server.log").read_text(errors="replace")[-2000:]
            server.stop()
            raise RuntimeError(f"MariaDB did not start: {text}")
        time.sleep(0.1)
