"""An installed shop of each version of OpenCart, made once and kept for every later start."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from agent_tests.lab.mariadb import MariaDb

ADMIN = "admin"
PASSWORD = "admin123"
DB_USER = "oc"
DB_PASSWORD = "oc-secret"

URL = "http://127.0.0.1:1/"
DB_PORT = "65000"
DB_NAME = "erp_bridge_image"
PLACE = "/erp-bridge-image/"

_FORMAT = 1  # a change to what the cache holds takes the next number
_WRITTEN = (
    "/tree/system/storage/",
    "/tree/extension/",
    "/tree/image/",
    "/vendor.php",
    "config.php",
)
_READ_ONLY = ("/system/storage/vendor/", "/image/catalog/")


class StoreAbsent(Exception):
    """This machine cannot run the wanted version; the text says why."""


def store_source(version: str) -> Path:
    """Return the source tree of a version; raise ``StoreAbsent`` where it cannot be used."""
    root = os.environ.get("OPENCART_STORES") or "~/.cache/erp-bridge/opencart"
    tree = Path(root).expanduser() / version / "upload"
    if not (tree / "install" / "cli_install.php").is_file():
        raise StoreAbsent(
            f"no OpenCart {version} source tree at {tree} (unpack its upload/ folder there)"
        )
    if shutil.which("php") is None:
        raise StoreAbsent("no php is installed (apt install php-cli php-mysql php-curl php-gd)")
    if version.startswith("3.0.2") and php_version() >= (8, 0):
        raise StoreAbsent(f"OpenCart {version} needs PHP 7; here is {php_version()}")
    return tree


def php_version() -> tuple[int, int]:
    """Return PHP's major and minor version."""
    text = subprocess.run(
        ["php", "-r", "echo PHP_MAJOR_VERSION, ' ', PHP_MINOR_VERSION;"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    major, minor = text.split()
    return int(major), int(minor)


def store_image(version: str, mariadb: MariaDb) -> Path:
    """Return the folder with the installed tree and dump of a version, making it once."""
    source = store_source(version)
    cache = Path(os.environ.get("ERP_BRIDGE_CACHE") or "~/.cache/erp-bridge").expanduser()
    image = cache / "stores" / f"{version}-{_FORMAT}"
    if (image / "dump.sql").is_file():
        return image
    image.parent.mkdir(parents=True, exist_ok=True)
    build = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=image.parent))
    try:
        _build_image(version, source, build, mariadb)
        try:
            build.rename(image)
        except OSError:  # another run was faster; its image is as good
            if not (image / "dump.sql").is_file():
                raise
    finally:
        shutil.rmtree(build, ignore_errors=True)
    return image


def _build_image(version: str, source: Path, build: Path, mariadb: MariaDb) -> None:
    tree = build / "tree"
    shutil.copytree(source, tree, symlinks=True)
    for folder in (tree, tree / "admin"):
        shutil.copy2(folder / "config-dist.php", folder / "config.php")
    grant(mariadb)
    database = f"image_{version.replace('.', '')}_{os.getpid()}"
    mariadb.create_database(database)
    try:
        _cli_install(tree, database, mariadb.port)
        shutil.rmtree(tree / "install")
        changes = {
            f"'{tree}/": f"'{PLACE}",
            f"'{mariadb.port}'": f"'{DB_PORT}'",
            f"'{database}'": f"'{DB_NAME}'",
        }
        for config in (tree / "config.php", tree / "admin" / "config.php"):
            rewrite(config, changes)
            if PLACE not in config.read_text():
                raise RuntimeError(f"{version}: {config.name} was not written by the installer")
        _dump(mariadb, database, build / "dump.sql")
    finally:
        mariadb.execute(f"DROP DATABASE IF EXISTS `{database}`")


def _cli_install(tree: Path, database: str, port: int) -> None:
    options = {
        "username": ADMIN,
        "password": PASSWORD,
        "email": "owner@shop.example",
        "http_server": URL,
        "db_driver": "mysqli",
        "db_hostname": "127.0.0.1",
        "db_username": DB_USER,
        "db_password": DB_PASSWORD,
        "db_database": database,
        "db_port": str(port),
        "db_prefix": "oc_",
    }
    command = ["php", "-d", "display_errors=1", "cli_install.php", "install"]
    for key, value in options.items():
        command += [f"--{key}", value]
    result = subprocess.run(
        command, cwd=tree / "install", capture_output=True, text=True, check=False, timeout=300
    )
    if "SUCCESS" not in result.stdout:
        raise RuntimeError(f"OpenCart's installer said: {result.stdout} {result.stderr}")


def _dump(mariadb: MariaDb, database: str, target: Path) -> None:
    tool = shutil.which("mariadb-dump") or shutil.which("mysqldump")
    if tool is None:
        raise RuntimeError("mariadb-dump is missing (apt install mariadb-client)")
    part = target.with_suffix(".part")
    with part.open("wb") as output:
        subprocess.run(
            [
                tool,
                "--no-defaults",
                "-h127.0.0.1",
                f"-P{mariadb.port}",
                "-uroot",
                "--default-character-set=utf8mb4",
                "--skip-dump-date",
                database,
            ],
            stdout=output,
            check=True,
        )
    part.rename(target)


def copy_file(source: str, target: str) -> None:
    """Copy what OpenCart writes over in place and link the rest.

    So no shop can change what the next one starts from, and a start costs no time.
    """
    read_only = any(part in source for part in _READ_ONLY)
    if read_only or not any(part in source for part in _WRITTEN):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def rewrite(path: Path, changes: dict[str, str]) -> None:
    """Replace texts in a file."""
    text = path.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text)


def grant(mariadb: MariaDb) -> None:
    """Make the shop's own MySQL user."""
    for host in ("127.0.0.1", "localhost"):
        mariadb.execute(
            f"CREATE USER IF NOT EXISTS '{DB_USER}'@'{host}' IDENTIFIED BY '{DB_PASSWORD}'"
        )
        mariadb.execute(f"GRANT ALL ON *.* TO '{DB_USER}'@'{host}'")
