"""Real OpenCart shops for the tests: an unpacked source tree, installed, served by ``php -S``.

The source trees are not ours to carry or to fetch: whoever wants these tests puts them at
``${OPENCART_STORES:-~/.cache/erp-bridge/opencart}/<version>/upload``; a version that is not there
is skipped. What the first start of a version makes (installed tree, database dump) is kept under
``${ERP_BRIDGE_CACHE:-~/.cache/erp-bridge}/stores``, so that the next start takes seconds.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pymysql
import pymysql.cursors
import requests

from agent_tests.lab.mariadb import MariaDb, free_port
from agent_tests.lab.opencart_image import (
    DB_NAME,
    DB_PORT,
    PLACE,
    URL,
    StoreAbsent,
    copy_file,
    grant,
    rewrite,
    store_image,
)

__all__ = ["Store", "StoreAbsent", "install_store"]

# PHP's server leaves its workers behind when it alone is ended: this shell ends the whole group
# and removes the shop's folder once its input closes, which the system does even when the test run
# is killed.
_KEEPER = """trap : TERM
folder=$1
shift
"$@" </dev/null &
cat >/dev/null
kill -TERM 0
wait
rm -rf -- "$folder"
"""

ROUTER = r"""<?php
// A web server's part: directories lead to their index.php, files are sent as they are.
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if (is_dir($file)) {
    $path = rtrim($path, '/') . '/index.php';
    $file = $_SERVER['DOCUMENT_ROOT'] . $path;
}
if (!is_file($file)) {
    http_response_code(404);
    echo 'Not found';
    return true;
}
if (substr($file, -4) !== '.php') {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
$_SERVER['SCRIPT_FILENAME'] = $file;
chdir(dirname($file));
require $file;
"""


@dataclass
class Store:
    """A running shop. ``url`` ends with a slash; ``admin_url`` is the admin's folder."""

    version: str
    url: str
    admin_url: str
    folder: Path
    tree: Path
    storage: Path
    database: str
    server: MariaDb
    process: subprocess.Popen[bytes]
    prefix: str = "oc_"
    _seen: dict[Path, int] = field(default_factory=dict)

    @property
    def major(self) -> int:
        """Return 3 or 4."""
        return int(self.version[0])

    @property
    def is_41(self) -> bool:
        """Tell whether it is of the 4.1 line."""
        return self.version.startswith("4.1")

    @property
    def separator(self) -> str:
        """Return what stands between a route and its method."""
        return "/" if self.major == 3 else "."

    @property
    def admin_tree(self) -> Path:
        """Return the admin's folder on disk."""
        return self.tree / self.admin_url.rstrip("/").rsplit("/", 1)[1]

    def db(self) -> pymysql.Connection[pymysql.cursors.DictCursor]:
        """Return an own root connection to the shop's database, rows as dicts, in autocommit."""
        return self.server.connect(self.database, cursorclass=pymysql.cursors.DictCursor)

    def rows(self, sql: str, args: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run one statement and return its rows; ``{p}`` stands for the table prefix."""
        connection = self.db()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.replace("{p}", self.prefix), tuple(args))
                return list(cursor.fetchall())
        finally:
            connection.close()

    def value(self, sql: str, args: Sequence[object] = ()) -> Any:
        """Return the first column of the first row, None where there is no row."""
        rows = self.rows(sql, args)
        return next(iter(rows[0].values())) if rows else None

    def set_setting(self, key: str, value: str, code: str = "config") -> None:
        """Write one plain setting of the default store."""
        self.rows(
            "DELETE FROM {p}setting WHERE store_id = 0 AND `code` = %s AND `key` = %s", (code, key)
        )
        self.rows(
            "INSERT INTO {p}setting SET store_id = 0, `code` = %s, `key` = %s, value = %s,"
            " serialized = 0",
            (code, key, value),
        )

    def take_mails(self) -> list[EmailMessage]:
        """Return the mails that the shop has sent since the last look, oldest first."""
        mails = []
        for path in sorted((self.folder / "mails").iterdir()):
            mails.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            path.unlink()
        return mails

    def error_log(self) -> list[str]:
        """Return what OpenCart logged and what PHP warned of, since the last ``forget_errors``."""
        lines: list[str] = []
        for path in self._logs():
            with contextlib.suppress(FileNotFoundError):
                text = path.read_bytes()[self._seen.get(path, 0) :].decode("utf-8", "replace")
                lines += [line for line in text.splitlines() if line.strip()]
        return [line for line in lines if "Development Server" not in line]

    def forget_errors(self) -> None:
        """Let ``error_log`` start from now."""
        for path in self._logs():
            self._seen[path] = path.stat().st_size if path.exists() else 0

    def _logs(self) -> list[Path]:
        logs = sorted((self.storage / "logs").glob("*.log"))
        return [*logs, self.folder / "php.log"]

    def stop(self) -> None:
        """Stop the web server, drop the database, remove the files."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(30)
        with contextlib.suppress(pymysql.err.Error):
            self.server.execute(f"DROP DATABASE IF EXISTS `{self.database}`")


def install_store(
    version: str,
    mariadb: MariaDb,
    *,
    admin_name: str = "admin",
    storage_outside: bool = False,
) -> Store:
    """Start a fresh shop of a version, with OpenCart's own demo data.

    ``admin_name`` renames the admin's folder and ``storage_outside`` moves ``system/storage`` out
    of the web root, as OpenCart's own security page tells owners to. Raises ``StoreAbsent``.
    """
    image = store_image(version, mariadb)
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-oc-"))
    tree = folder / "www"
    try:
        shutil.copytree(image / "tree", tree, copy_function=copy_file, symlinks=True)
        storage = tree / "system" / "storage"
        if storage_outside:
            storage = storage.rename(folder / "storage")
        if admin_name != "admin":
            (tree / "admin").rename(tree / admin_name)
        port = free_port()
        database = f"shop_{version.replace('.', '')}_{port}"
        url = f"http://127.0.0.1:{port}/"
        changes = {
            f"'{URL}admin/'": f"'{url}{admin_name}/'",
            f"'{URL}'": f"'{url}'",
            f"'{PLACE}admin/'": f"'{tree}/{admin_name}/'",
            f"'{PLACE}": f"'{tree}/",
            "DIR_OPENCART . 'admin/'": f"DIR_OPENCART . '{admin_name}/'",
            f"'{DB_PORT}'": f"'{mariadb.port}'",
            f"'{DB_NAME}'": f"'{database}'",
        }
        if storage_outside:
            changes["DIR_SYSTEM . 'storage/'"] = f"'{storage}/'"
        for config in (tree / "config.php", tree / admin_name / "config.php"):
            rewrite(config, changes)
        grant(mariadb)
        mariadb.create_database(database)
        mariadb.load(database, image / "dump.sql")
        process = _serve(folder, tree, port)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    store = Store(
        version, url, f"{url}{admin_name}/", folder, tree, storage, database, mariadb, process
    )
    try:
        _wait(store)
    except BaseException:
        store.stop()
        raise
    return store


def _serve(folder: Path, tree: Path, port: int) -> subprocess.Popen[bytes]:
    router = folder / "router.php"
    router.write_text(ROUTER)
    (folder / "mails").mkdir()
    (folder / "sendmail").write_text(f"cat > $(mktemp {folder}/mails/$(date +%s%N)-XXXXXX)\n")
    settings = {
        "error_reporting": "-1",
        "display_errors": "1",
        "log_errors": "1",
        "error_log": str(folder / "php.log"),
        "sendmail_path": f"/bin/sh {folder / 'sendmail'}",
        "upload_max_filesize": "64M",
        "post_max_size": "64M",
        "memory_limit": "512M",
        "max_input_vars": "20000",
        "date.timezone": "UTC",
        "opcache.enable": "1",
        "opcache.revalidate_freq": "0",
        "session.save_path": str(folder),
    }
    command = ["php"]
    for key, value in settings.items():
        command += ["-d", f"{key}={value}"]
    command += ["-S", f"127.0.0.1:{port}", "-t", str(tree), str(router)]
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            ["sh", "-c", _KEEPER, "sh", str(folder), *command],
            stdout=log,
            stderr=log,
            stdin=subprocess.PIPE,
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
            start_new_session=True,
        )


def _wait(store: Store) -> None:
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(store.url + "robots.txt", timeout=10)
            return
        if time.monotonic() > deadline:
            text = (store.folder / "server.log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"OpenCart {store.version} is not served: {text}")
        time.sleep(0.05)
