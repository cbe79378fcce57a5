"""A prefix to install into, shops to install for, and ``install.sh`` itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from agent_tests.lab.mariadb import MariaDb

ROOT = Path(__file__).resolve().parents[2]
OWNER, OWNER_PASSWORD = "shop_owner", 'owner\'s "secret"'
PREFIX = "oc_"

_CONFIG_3 = """<?php
// HTTP
define('HTTP_SERVER', 'http://shop.invalid/');
// HTTPS
define('HTTPS_SERVER', 'https://shop.invalid/');
// DIR
define('DIR_APPLICATION', '{root}/catalog/');
define('DIR_SYSTEM', '{root}/system/');
define('DIR_IMAGE', '{root}/image/');
define('DIR_STORAGE', DIR_SYSTEM . 'storage/');
"""
_CONFIG_4 = """<?php
// APPLICATION
define('APPLICATION', 'Catalog');
// HTTP
define('HTTP_SERVER', 'https://shop.invalid/');
// DIR
define('DIR_OPENCART', '{root}/');
define('DIR_IMAGE', DIR_OPENCART . 'image/');
define('DIR_SYSTEM', DIR_OPENCART . 'system/');
define('DIR_STORAGE', DIR_SYSTEM . 'storage/');
"""
_DATABASE = """// DB
define('DB_DRIVER', 'mysqli');
define('DB_HOSTNAME', 'localhost');
define('DB_USERNAME', '{user}');
define('DB_PASSWORD', '{password}');
define('DB_DATABASE', '{database}');
define('DB_PORT', '{port}');
define('DB_PREFIX', '{prefix}');
"""


@dataclass(frozen=True)
class Shop:
    """A shop's folder, as its config.php and index.php tell, and its database."""

    root: Path
    database: str
    version: str


def make_shop(root: Path, mariadb: MariaDb, database: str, version: str) -> Shop:
    """Lay out the files that the set-up reads; the database is made by others."""
    for folder in ("admin", "image", "catalog", "system/storage/marketplace"):
        (root / folder).mkdir(parents=True)
    if version.startswith("4"):
        (root / "extension").mkdir()
    head = _CONFIG_4 if version.startswith("4") else _CONFIG_3
    password = OWNER_PASSWORD.replace("'", "\\'")
    config = head.format(root=root) + _DATABASE.format(
        user=OWNER, password=password, database=database, port=mariadb.port, prefix=PREFIX
    )
    (root / "config.php").write_text(config)
    (root / "admin" / "config.php").write_text("<?php define('HTTP_CATALOG', 'x');")
    (root / "index.php").write_text(f"<?php\n// Version\ndefine('VERSION', '{version}');\n")
    return Shop(root, database, version)


def make_owner(mariadb: MariaDb, database: str) -> None:
    """Make the shop's own MySQL account: everything on its database, nothing else."""
    password = OWNER_PASSWORD.replace("'", "''")
    for host in ("localhost", "127.0.0.1"):
        account = f"'{OWNER}'@'{host}'"
        mariadb.execute(f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '{password}'")
        mariadb.execute(f"GRANT ALL ON `{database}`.* TO {account}")


def accounts(mariadb: MariaDb) -> set[str]:
    """Return the names of the users on the server."""
    connection = mariadb.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT user FROM mysql.user")
            return {str(row[0]) for row in cursor.fetchall()}
    finally:
        connection.close()


@dataclass(frozen=True)
class Door:
    """``install.sh`` with a prefix; nobody is there to answer a question."""

    prefix: Path
    environment: dict[str, str]

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run it below the prefix."""
        command, rest = (
            ("uninstall", arguments[1:]) if arguments[:1] == ("uninstall",) else ("", arguments)
        )
        words = [word for word in (command, "--prefix", self.prefix, *rest) if word]
        return run_door(*words, environment=self.environment)

    @property
    def config(self) -> Path:
        """The agent's configuration."""
        return self.prefix / "etc" / "erp-bridge" / "agent.toml"

    @property
    def program(self) -> Path:
        """Where the program is."""
        return self.prefix / "opt" / "erp-bridge"

    @property
    def data(self) -> Path:
        """Where keys and queue are."""
        return self.prefix / "var" / "lib" / "erp-bridge"

    def bridge(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the installed program's command line."""
        return subprocess.run(
            [self.program / "venv" / "bin" / "erp-bridge", *arguments],
            env={**self.environment, "ERP_BRIDGE_CONFIG": str(self.config)},
            capture_output=True,
            text=True,
            check=False,
            cwd=self.prefix,
            timeout=120,
        )

    def files(self) -> set[str]:
        """Return every file and folder below the prefix but what is inside of a venv."""
        if not self.prefix.exists():
            return set()
        return {
            str(path.relative_to(self.prefix))
            for path in self.prefix.rglob("*")
            if "venv" not in path.relative_to(self.prefix).parts
        }


def run_door(
    *arguments: str | Path, environment: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``install.sh`` and return what it said and how it ended."""
    return subprocess.run(
        [ROOT / "install.sh", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment or dict(os.environ),
        cwd=cwd,
        timeout=600,
    )


def copy_program(source: Door, target: Door) -> None:
    """Give another prefix the program that one has, without the packages' download."""
    target.program.parent.mkdir(parents=True)
    shutil.copytree(source.program, target.program, symlinks=True)
