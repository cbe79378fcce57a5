"""Real Odoo servers for tests: ``start_odoo("19")`` gives a running one with its own database.

The first call on a machine builds everything (see ``odoo_build``), a matter of minutes; from then
on a server with a fresh database is up in seconds. Everything listens on loopback only, on free
ports, and ends with the process that started it, even when that one is killed.

On the command line::

    python -m agent_tests.lab.odoo prepare 19 14     build what is missing
    python -m agent_tests.lab.odoo serve 19 --port 8069
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent_tests.lab.debian import LabUnavailableError
from agent_tests.lab.mariadb import free_port
from agent_tests.lab.odoo_build import (
    ROLE,
    TEMPLATE,
    Built,
    database_settings,
    prepare,
    role_password,
    write_settings,
)
from agent_tests.lab.odoo_cache import log
from agent_tests.lab.odoo_database import OdooDatabase
from agent_tests.lab.odoo_recipe import RECIPES
from agent_tests.lab.postgres import SUPERUSER, Postgres
from agent_tests.lab.processes import end_guarded, guarded

__all__ = ["LabUnavailableError", "OdooDatabase", "OdooServer", "prepare", "start_odoo"]

MAIN_DATABASE = "lab_main"


class OdooServer(OdooDatabase):
    """A running Odoo and its main database, which the web pages open without asking which.

    ``new_database()`` gives further fresh ones on the same server. Call ``stop()`` at the end.
    """

    def __init__(self, version: str, port: int | None = None) -> None:
        self.built = Built(prepare(version))
        self.port = port or free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="erp-bridge-odoo-"))
        self._numbers = itertools.count(1)
        self._postgres: Postgres | None = None
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(self, version, f"http://127.0.0.1:{self.port}", MAIN_DATABASE)

    def start(self) -> None:
        """Start PostgreSQL and Odoo on a fresh copy of the template, and wait until it answers."""
        atexit.register(self.stop)
        try:
            self._postgres = Postgres(self.built.template)
            self._write_settings()
            self._copy_template(MAIN_DATABASE, owner=ROLE)
            self._process = self._launch()
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both servers by process id and remove their files; a second call does nothing."""
        if self._process is not None:
            end_guarded(self._process)
            self._process = None
        if self._postgres is not None:
            self._postgres.stop()
            self._postgres = None
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    def new_database(self) -> OdooDatabase:
        """Make a fresh copy of the template; ``drop()`` it when done.

        The database selector does not list it, because it belongs to the superuser, so the web
        pages still open the main one; ``/web?db=NAME`` opens this one.
        """
        name = f"lab_{next(self._numbers)}"
        self._copy_template(name, owner=SUPERUSER)
        return OdooDatabase(self, self.version, self.url, name)

    def drop_database(self, name: str) -> None:
        """Drop a database and its files, whoever is connected."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def sql(self, statement: str, database: str) -> str:
        """Run SQL beside Odoo, as PostgreSQL's superuser."""
        if self._postgres is None:
            raise RuntimeError("the server is not running")
        return self._postgres.run_sql(statement, database)

    def shell(self, code: str, database: str) -> str:
        """Run Python in ``odoo shell`` and return what it printed."""
        done = subprocess.run(
            self.built.command(
                *("shell", "-c", str(self.folder / "odoo.conf"), "-d", database),
                *("--no-http", "--log-level=error"),
            ),
            input=code,
            capture_output=True,
            text=True,
            check=False,
            env=self.built.environment,
        )
        if done.returncode != 0:
            raise RuntimeError(f"odoo shell: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def log_text(self) -> str:
        """Return the server's log."""
        return (self.folder / "odoo.log").read_text(errors="replace")

    def _filestore(self, name: str) -> Path:
        return self.folder / "data" / "filestore" / name

    def _copy_template(self, name: str, owner: str) -> None:
        if self._postgres is None:
            raise RuntimeError("the server is not running")
        self._postgres.copy_database(name, TEMPLATE, owner)
        shutil.copytree(self.built.template / "filestore", self._filestore(name))

    def _write_settings(self) -> None:
        assert self._postgres
        password = role_password(self.built.template)
        settings = database_settings(self._postgres, password, self.folder / "data")
        settings |= {
            "http_interface": "127.0.0.1",
            "http_port": self.port,
            "dbfilter": "^lab_",
            "limit_time_real": 900,
            "log_level": "info",
            "log_handler": ",".join((":INFO", "werkzeug:WARNING", *RECIPES[self.version].quiet)),
        }
        write_settings(self.folder / "odoo.conf", settings)

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.folder / "odoo.log").open("wb") as output:
            return subprocess.Popen(
                [
                    *guarded(self.folder, os.geteuid()),
                    *self.built.command("-c", str(self.folder / "odoo.conf")),
                ],
                stdin=subprocess.PIPE,
                start_new_session=True,  # what ends our whole group must not end the guard
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=self.built.environment,
            )

    def _wait(self) -> None:
        assert self._process
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError, xmlrpc.client.ProtocolError):
                self.rpc("res.users", "search_count", [])
                return
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Odoo {self.version} did not start: {self.log_text()[-3000:]}")
            time.sleep(0.1)


def start_odoo(version: str, port: int | None = None) -> OdooServer:
    """Return a running server of ``version`` with a fresh database, building it first if needed.

    Raises:
        LabUnavailableError: this machine cannot have it; the message says why.
    """
    server = OdooServer(version, port)
    server.start()
    return server


def _prepare_all(versions: list[str]) -> int:
    """Build several versions at once; give 1 when one cannot be had."""

    def one(version: str) -> bool:
        try:
            log(f"{version}: ready at {prepare(version)}")
        except LabUnavailableError as error:
            log(f"{version}: not available here: {error}")
            return False
        return True

    with ThreadPoolExecutor(len(versions)) as pool:
        return 0 if all(list(pool.map(one, versions))) else 1


def _serve(version: str, port: int | None, copies: int) -> int:
    server = start_odoo(version, port)
    names = [server.database, *(server.new_database().database for _ in range(copies))]
    sys.stdout.write(
        f"Odoo {version}: {server.url}/web  database {', '.join(names)}  "
        f"user {server.user}  password {server.password}\nStop with Ctrl-C.\n"
    )
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    server.stop()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m agent_tests.lab.odoo")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("prepare", help="build what is missing")
    build.add_argument("versions", nargs="+", choices=sorted(RECIPES))
    serve = commands.add_parser("serve", help="run a server until Ctrl-C")
    serve.add_argument("version", choices=sorted(RECIPES))
    serve.add_argument("--port", type=int)
    serve.add_argument("--copies", type=int, default=0, help="fresh databases besides the main one")
    chosen = parser.parse_args(arguments)
    if chosen.command == "prepare":
        return _prepare_all(chosen.versions)
    return _serve(chosen.version, chosen.port, chosen.copies)


if __name__ == "__main__":
    sys.exit(main())
