"""A private PostgreSQL server on a free loopback port, from Debian's binaries, stopped by pid.

PostgreSQL refuses to run as root, so root's runs are handed to the system user ``postgres`` (made
by Debian's package) or else ``nobody``; the data folder then lies under the temporary folder,
because that user may not enter root's home. Nothing is kept safe against power cuts: the data
is a copy that is thrown away.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from agent_tests.lab.debian import LabUnavailableError
from agent_tests.lab.mariadb import free_port
from agent_tests.lab.processes import end_guarded, guarded

SUPERUSER = "lab"
_SPEED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
    "max_wal_size": "512MB",
    "min_wal_size": "8MB",
    "max_connections": "80",
    "unix_socket_directories": "",
}


def binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL server's programs.

    Raises:
        LabUnavailableError: none of version 13 or newer is installed.
    """
    folders = {
        float(folder.parent.name): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "initdb").exists()
    }
    new_enough = [version for version in folders if version >= 13]
    if not new_enough:
        raise LabUnavailableError("no PostgreSQL 13 or newer is installed (apt install postgresql)")
    return folders[max(new_enough)]


def server_user() -> str | None:
    """Return the system user to run as, or None to run as the present, unprivileged one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise LabUnavailableError("PostgreSQL may not run as root and there is no user postgres")


class Postgres:
    """A running private server; ``lab`` is its superuser, the password is in ``password``."""

    def __init__(self, frozen: Path | None = None) -> None:
        """Start a server on an empty data folder, or on a copy of one that ``freeze`` kept."""
        self.programs = binaries()
        self.user = server_user()
        self.folder = Path(tempfile.mkdtemp(prefix="erp-bridge-pg-"))
        self.data = self.folder / "data"
        self.port = free_port()
        try:
            if frozen is None:
                self.password = secrets.token_hex(16)
                self._initialise()
            else:
                self.password = (frozen / "password").read_text()
                shutil.copytree(frozen / "data", self.data, symlinks=True)
            self._own()
            self.process = self._start()
            self._wait()
        except BaseException:
            self.stop()
            raise

    def run_sql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as the superuser and return its rows as unaligned text."""
        done = subprocess.run(
            [
                str(self.programs / "psql"),
                "-XqAt",
                "-v",
                "ON_ERROR_STOP=1",
                *("-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, "-d", database),
                *("-c", sql),
            ],
            env={**os.environ, "PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout.strip()

    def copy_database(self, name: str, template: str, owner: str) -> None:
        """Make a database as a copy of another that nobody is connected to."""
        # copying files is five times faster than the log-written copy that 15 made the default
        strategy = "STRATEGY file_copy" if float(self.programs.parent.name) >= 15 else ""
        self.run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {owner} {strategy}')

    def freeze(self, target: Path) -> None:
        """Stop the server cleanly and keep its data folder at ``target``."""
        self._end()
        self._as_user([str(self.programs / "pg_resetwal"), "-D", str(self.data)])  # 100 MB less
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True, mode=0o700)
        shutil.copytree(self.data, target / "data", symlinks=True)
        (target / "password").write_text(self.password)
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove its files; a second call does nothing."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(self.password)
        self._own()
        self._as_user(
            [
                str(self.programs / "initdb"),
                *("-D", str(self.data), "-U", SUPERUSER, "-A", "scram-sha-256"),
                *("--pwfile", str(secret), "-E", "UTF8", "--locale=C.UTF-8"),
                *("--wal-segsize=4", "--no-sync"),
            ]
        )
        secret.unlink()

    def _as_user(self, command: list[str]) -> None:
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            user=self.user,
            group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")

    def _own(self) -> None:
        """Hand the files to the server's user; the data folder is closed to all others."""
        if self.data.exists():
            self.data.chmod(0o700)
        if self.user is None:
            return
        entry = pwd.getpwnam(self.user)
        for root, _, files in os.walk(self.folder):
            os.chown(root, entry.pw_uid, entry.pw_gid)
            for file in files:
                os.chown(Path(root) / file, entry.pw_uid, entry.pw_gid, follow_symlinks=False)

    def _user_id(self) -> int:
        return os.geteuid() if self.user is None else pwd.getpwnam(self.user).pw_uid

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {**_SPEED, "listen_addresses": "127.0.0.1", "port": str(self.port)}
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "server.log").open("wb") as log:
            return subprocess.Popen(
                [
                    *guarded(self.folder, self._user_id()),
                    *(str(self.programs / "postgres"), "-D", str(self.data), *flags),
                ],
                stdin=subprocess.PIPE,
                start_new_session=True,  # what ends our whole group must not end the guard
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(RuntimeError):
                self.run_sql("SELECT 1")
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = (self.folder / "server.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL did not start: {text}")
            time.sleep(0.1)

    def _end(self) -> None:
        process = getattr(self, "process", None)
        if process is None:
            return
        end_guarded(process)
