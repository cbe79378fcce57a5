"""Where a measurement writes: databases of a real Odoo, or stand-ins started for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from agent.errors import ConfigError
from agent.sandbox.mariadb import free_port
from agent.sandbox.waiting import wait_for

_STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What was given on the command line; no ``url`` means stand-ins of ``release``.

    ``api_key`` is for what only takes one; empty: the password is one.
    """

    url: str = ""
    database: str = ""
    bare_database: str = ""
    user: str = "admin"
    password: str = "admin"  # noqa: S105 - the stand-in's
    release: str = "19"
    api_key: str = ""

    @property
    def label(self) -> str:
        """What is measured against, for people."""
        return f"Odoo at {self.url}" if self.url else f"sandbox Odoo {self.release}"

    @property
    def words(self) -> list[str]:
        """The options that repeat this, but no password."""
        if not self.url:
            return ["--version", self.release]
        words = ["--odoo-url", self.url, "--database", self.database, "--user", self.user]
        return words + (["--bare-database", self.bare_database] if self.bare_database else [])


@dataclass(frozen=True, slots=True)
class Database:
    """One database of an Odoo server and a login."""

    url: str
    name: str
    user: str
    password: str


@contextmanager
def open_databases(options: TargetOptions, count: int) -> Iterator[list[Database]]:
    """Give ``count`` equal databases; stand-ins end with the block.

    Raises:
        ConfigError: a real server was named, but too few of its databases.
    """
    with ExitStack() as stack:
        if options.url:
            names = [name for name in (options.database, options.bare_database) if name]
            if len(names) < count:
                raise ConfigError(
                    f"This measurement needs {count} database(s), {len(names)} given",
                    fix="Give --database, and --bare-database for an equal, fresh copy of it.",
                    code="bench.databases",
                )
            login = (options.user, options.password)
            yield [Database(options.url, name, *login) for name in names[:count]]
        else:
            yield [stack.enter_context(_stand_in(options)) for _ in range(count)]


@contextmanager
def _stand_in(options: TargetOptions) -> Iterator[Database]:
    """Run a stand-in in a process of its own, so that it shares no lock with the bridge."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "agent.cli", "sandbox", "odoo", "--database", "bench"),
            *("--port", str(port), "--version", options.release, "--language", "de_DE"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{url}/web/version", [process])
        yield Database(url, "bench", options.user, options.password)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
