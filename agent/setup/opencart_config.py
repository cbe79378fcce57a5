"""Reads an OpenCart folder without running it: ``config.php``, version, admin folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from agent.errors import ConfigError

_STRING = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|\#[^\n]*|/\*.*?\*/", re.DOTALL)
_DEFINE = re.compile(
    rf"""define\(\s*(['"])(\w+)\1\s*,\s*((?:{_STRING}|[^'")])*?)\)\s*;""", re.DOTALL
)
_TOKEN = re.compile(
    r"""'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|(\d+)|(__DIR__|[A-Z][A-Z0-9_]*)|([.\s]+)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """An OpenCart installation as its files tell. ``version`` is empty where it is not written."""

    root: Path
    version: str
    url: str
    image_dir: Path
    storage_dir: Path
    db_host: str
    db_port: int
    db_user: str
    db_name: str
    db_prefix: str

    @property
    def major(self) -> int:
        """3 for OpenCart 3.x, 4 for 4.x."""
        if self.version:
            return int(self.version.split(".")[0])
        return 4 if (self.root / "extension").is_dir() else 3

    @property
    def admin_dir(self) -> Path:
        """Folder of the admin, which owners often rename.

        Raises:
            ConfigError: no folder looks like one.
        """
        return _admin(self.root)


def php_constants(text: str, folder: Path) -> dict[str, str]:
    """Return the constants that ``define()`` calls in a config file set to plain strings.

    Understands quoted strings, numbers, earlier constants, ``__DIR__`` and concatenation with a
    dot; a constant built in another way is left out.
    """
    values: dict[str, str] = {}
    for match in _DEFINE.finditer(_without_comments(text)):
        value = _evaluate(match.group(3), values, folder)
        if value is not None:
            values[match.group(2)] = value
    return values


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda m: m.group(1) or "", text)


def _evaluate(expression: str, known: dict[str, str], folder: Path) -> str | None:
    parts: list[str] = []
    position = 0
    for token in _TOKEN.finditer(expression):
        if token.start() != position:
            return None
        position = token.end()
        single, double, number, name, _gap = token.groups()
        if single is not None:
            parts.append(re.sub(r"\\(['\\])", r"\1", single))
        elif double is not None:
            parts.append(re.sub(r'\\(["\\$])', r"\1", double))
        elif number is not None:
            parts.append(number)
        elif name == "__DIR__":
            parts.append(str(folder))
        elif name is not None:
            if name not in known:
                return None
            parts.append(known[name])
    return "".join(parts) if position == len(expression) else None


def read_store(root: Path) -> StoreFolder:
    """Read the shop in ``root``.

    Raises:
        ConfigError: there is no installed OpenCart, or its config.php lacks the database.
    """
    config = root / "config.php"
    if not config.is_file() or config.stat().st_size == 0:
        raise ConfigError(
            f"There is no installed OpenCart in {root}: config.php is missing or empty",
            fix="Give the folder that has index.php, config.php and image/ in it.",
            code="setup.no_opencart",
        )
    values = php_constants(config.read_text(encoding="utf-8", errors="replace"), root)
    missing = [n for n in ("DB_HOSTNAME", "DB_USERNAME", "DB_DATABASE") if not values.get(n)]
    if missing:
        raise ConfigError(
            f"{config} does not say {', '.join(missing)} in a way that can be read",
            fix="Give the database by flags: --db-host, --db-name, --db-prefix.",
            code="setup.config_php",
        )
    return StoreFolder(
        root=root,
        version=_version(root),
        url=values.get("HTTPS_SERVER") or values.get("HTTP_SERVER", ""),
        image_dir=Path(values.get("DIR_IMAGE", str(root / "image"))),
        storage_dir=Path(values.get("DIR_STORAGE", str(root / "system" / "storage"))),
        db_host=values["DB_HOSTNAME"],
        db_port=int(values.get("DB_PORT") or 3306),
        db_user=values["DB_USERNAME"],
        db_name=values["DB_DATABASE"],
        db_prefix=values.get("DB_PREFIX", ""),
    )


def database_password(root: Path) -> str:
    """Return the password in the shop's config.php; the shop's own, used only to make a user."""
    text = (root / "config.php").read_text(encoding="utf-8", errors="replace")
    return php_constants(text, root).get("DB_PASSWORD", "")


def _version(root: Path) -> str:
    index = root / "index.php"
    if index.is_file():
        values = php_constants(index.read_text(encoding="utf-8", errors="replace"), root)
        return values.get("VERSION", "")
    return ""


def _admin(root: Path) -> Path:
    if (root / "admin" / "config.php").is_file():
        return root / "admin"
    for config in sorted(root.glob("*/config.php")):
        if "HTTP_CATALOG" in config.read_text(encoding="utf-8", errors="replace"):
            return config.parent
    raise ConfigError(
        f"No admin folder was found in {root}",
        fix="Give the folder that has the shop's admin in it, or upload the package in the admin, "
        "Extensions > Installer.",
        code="setup.no_admin",
    )
