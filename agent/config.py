"""The agent's configuration: one TOML file, every key also as an environment variable.

The file is ``$ERP_BRIDGE_CONFIG``, else ``/etc/erp-bridge/agent.toml``. ``[section] key`` may be
overridden by ``ERP_BRIDGE_<SECTION>_<KEY>``. Secrets (``[database] password``, ``[queue] url``) may
instead be kept in a file of their own, named by the same key with ``_file`` behind it.
"""

from __future__ import annotations

import difflib
import os
import re
import socket
import stat
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from agent.errors import ConfigError

DEFAULT_PATH = Path("/etc/erp-bridge/agent.toml")
ENV_PREFIX = "ERP_BRIDGE_"
_SECRET: Mapping[str, bool] = {"secret": True}
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class DatabaseSection:
    """The shop's MySQL, as in OpenCart's ``config.php``; ``schema`` holds the agent's tables."""

    host: str = "127.0.0.1"
    port: int = 3306
    unix_socket: str | None = None
    user: str = ""
    password: str = field(default="", repr=False, metadata=_SECRET)
    password_file: Path | None = None
    name: str = ""
    prefix: str = "oc_"
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class ShopSection:
    """The shop's address, and its ``image`` folder where this machine can read it.

    ``ca_file``: PEM file of the authority that signed the shop's certificate, where that is none of
    the public ones; only it is trusted then.
    """

    url: str = ""
    image_dir: Path | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class AgentSection:
    """Where the agent listens and keeps its files; ``threads`` work on tasks side by side.

    ``public_url``: address at which an ERP reaches the agent, for push; empty where it cannot.
    """

    bind: str = "127.0.0.1"
    port: int = 8765
    threads: int = 4
    data_dir: Path = Path("/var/lib/erp-bridge")
    name: str = field(default_factory=socket.gethostname)
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class QueueSection:
    """What carries wake-ups: ``sqlite`` on one machine, ``redis`` when several share the work."""

    kind: Literal["sqlite", "redis"] = "sqlite"
    url: str = field(default="", repr=False, metadata=_SECRET)
    url_file: Path | None = None


@dataclass(frozen=True, slots=True)
class SecuritySection:
    """Keys, and who may reach the agent. Both files default to a place inside ``data_dir``."""

    key_file: Path | None = None
    pairing_file: Path | None = None
    allow_remote: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None


@dataclass(frozen=True, slots=True)
class LogSection:
    """How much is logged and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, checked. ``source`` is the file it was read from, if any."""

    database: DatabaseSection = field(default_factory=DatabaseSection)
    shop: ShopSection = field(default_factory=ShopSection)
    agent: AgentSection = field(default_factory=AgentSection)
    queue: QueueSection = field(default_factory=QueueSection)
    security: SecuritySection = field(default_factory=SecuritySection)
    log: LogSection = field(default_factory=LogSection)
    source: Path | None = None

    @property
    def key_file(self) -> Path:
        """File with the keys that encrypt ERP secrets."""
        return self.security.key_file or self.agent.data_dir / "vault.key"

    @property
    def pairing_file(self) -> Path:
        """File with the keys that sign calls between the shop and the agent."""
        return self.security.pairing_file or self.agent.data_dir / "pairing.json"

    @property
    def queue_url(self) -> str:
        """Address of the wake-up queue: a Redis URL, or the path of an SQLite file."""
        return self.queue.url or str(self.agent.data_dir / "queue.db")

    def secret_files(self) -> list[Path]:
        """Return the existing files that hold secrets and that only their owner should read."""
        named = [
            self.database.password_file,
            self.queue.url_file,
            self.key_file,
            self.pairing_file,
            self.security.tls_key,
            self.source if self.database.password and not self.database.password_file else None,
        ]
        return [path for path in named if path is not None and path.is_file()]


_SECTIONS: Mapping[str, type[Any]] = {
    "database": DatabaseSection,
    "shop": ShopSection,
    "agent": AgentSection,
    "queue": QueueSection,
    "security": SecuritySection,
    "log": LogSection,
}


def readable_by_others(path: Path) -> bool:
    """Tell whether users other than the owner and the group may read ``path``."""
    return bool(path.stat().st_mode & stat.S_IROTH)


def load_config(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read and check the configuration.

    Args:
        path: the TOML file; ``None`` takes ``$ERP_BRIDGE_CONFIG`` or the default place, where a
            missing file is no error (everything may come from the environment).
        environ: environment variables; ``None`` takes the process's own.

    Raises:
        ConfigError: the file cannot be read, a key is unknown, or a value is of the wrong kind.
    """
    env = os.environ if environ is None else environ
    source = path or (Path(env["ERP_BRIDGE_CONFIG"]) if env.get("ERP_BRIDGE_CONFIG") else None)
    if source is None and DEFAULT_PATH.is_file():
        source = DEFAULT_PATH
    raw = _read_toml(source) if source is not None else {}
    values: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    for section, keys in raw.items():
        _require_known(section, _SECTIONS, f"section [{section}]", str(source), "section [{}]")
        if not isinstance(keys, dict):
            raise ConfigError(
                f"{section!r} in {source} stands alone, but it is the name of a section",
                fix=f"Write [{section}] on a line of its own and the keys below it.",
            )
        known = _keys(section)
        for key, value in keys.items():
            _require_known(
                key, known, f"key {key!r} in section [{section}]", str(source), "key {!r}"
            )
            values[section][key] = _convert(value, known[key], f"[{section}] {key} in {source}")
    _overlay_environment(values, env)
    sections = {name: _build(name, values[name]) for name in _SECTIONS}
    config = Config(**sections, source=source)
    _check(config)
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration file {path}",
            fix="Run ./install.sh to make one, or set ERP_BRIDGE_CONFIG to the right path.",
            code="config.missing",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read: {error.strerror}",
            fix="Run the command as root or as the agent's own user.",
            code="config.unreadable",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The configuration file {path} is not valid TOML: {error}",
            fix="Correct the line it names; text values need quotation marks.",
            code="config.syntax",
        ) from error


def _keys(section: str) -> dict[str, Field[Any]]:
    return {f.name: f for f in fields(_SECTIONS[section])}


def _require_known(
    name: str, known: Mapping[str, object], what: str, where: str, form: str
) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    fix = f"Did you mean {form.format(near[0])}?" if near else "Remove it."
    raise ConfigError(
        f"{where} has an unknown {what}",
        fix=f"{fix} Known here: {', '.join(known)}.",
        code="config.unknown_key",
    )


def _overlay_environment(values: dict[str, dict[str, Any]], env: Mapping[str, str]) -> None:
    known = {
        f"{ENV_PREFIX}{section.upper()}_{key.upper()}": (section, key, spec)
        for section in _SECTIONS
        for key, spec in _keys(section).items()
    }
    for variable, text in env.items():
        if not variable.startswith(ENV_PREFIX):
            continue
        if variable in known:
            section, key, spec = known[variable]
            values[section][key] = _convert(text, spec, variable)
            if key.removesuffix("_file") != key:
                values[section].pop(key.removesuffix("_file"), None)
            elif f"{key}_file" in values[section]:
                del values[section][f"{key}_file"]
            continue
        in_section = any(variable.startswith(f"{ENV_PREFIX}{s.upper()}_") for s in _SECTIONS)
        near = difflib.get_close_matches(variable, known, n=1, cutoff=0.5 if in_section else 0.9)
        if in_section or near:
            raise ConfigError(
                f"The environment has an unknown variable {variable}",
                fix=f"Did you mean {near[0]}?" if near else "Remove it.",
                code="config.unknown_key",
            )


def _convert(value: Any, spec: Field[Any], where: str) -> Any:
    """Return ``value`` (from TOML, or text from the environment) as the field's type."""
    kind = _kind(spec)
    if typing.get_origin(kind) is Literal:
        allowed = typing.get_args(kind)
        if value not in allowed:
            raise _wrong(where, value, f"one of {', '.join(allowed)}", secret=False)
        return value
    secret = bool(spec.metadata.get("secret"))
    if kind is bool:
        return _to_bool(value, where)
    if kind is int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise _wrong(where, value, "a whole number", secret=secret)
        if isinstance(value, str) and not re.fullmatch(r"\s*\d{1,9}\s*", value):
            raise _wrong(where, value, "a whole number", secret=secret)
        return int(value)
    if not isinstance(value, str):
        raise _wrong(where, value, "text in quotation marks", secret=secret)
    if kind is Path:
        return Path(value).expanduser() if value else None
    return value


def _kind(spec: Field[Any]) -> Any:
    owner = next(s for s in _SECTIONS.values() if spec in fields(s))
    kind = typing.get_type_hints(owner)[spec.name]
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        return next(k for k in typing.get_args(kind) if k is not type(None))
    return kind


def _to_bool(value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE | _FALSE:
        return value.strip().lower() in _TRUE
    raise _wrong(where, value, "true or false", secret=False)


def _wrong(where: str, value: object, wanted: str, *, secret: bool) -> ConfigError:
    shown = "its value" if secret else repr(value)
    return ConfigError(
        f"{where}: {shown} is not {wanted}",
        fix=f"Give {wanted}.",
        code="config.value",
    )


def _build(section: str, values: dict[str, Any]) -> Any:
    """Make one section, reading secrets out of the files named for them."""
    for key, spec in _keys(section).items():
        named: Path | None = values.get(f"{key}_file")
        if not spec.metadata.get("secret") or named is None:
            continue
        if values.get(key):
            raise ConfigError(
                f"[{section}] has both {key} and {key}_file",
                fix=f"Keep {key}_file and remove {key}.",
            )
        try:
            values[key] = named.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ConfigError(
                f"[{section}] {key}_file {named} cannot be read: {reason}",
                fix="Make the file readable for the agent's user, and for nobody else.",
                code="config.secret_file",
            ) from error
    defaults = {k: v for k, v in values.items() if v is not None or _optional(section, k)}
    return _SECTIONS[section](**defaults)


def _optional(section: str, key: str) -> bool:
    spec = _keys(section)[key]
    return spec.default is None and spec.default_factory is MISSING


def _check(config: Config) -> None:
    """Check what single values cannot tell."""
    for where, number, low, high in (
        ("[database] port", config.database.port, 1, 65535),
        ("[agent] port", config.agent.port, 0, 65535),
        ("[agent] threads", config.agent.threads, 1, 64),
    ):
        if not low <= number <= high:
            raise _wrong(where, number, f"between {low} and {high}", secret=False)
    if config.shop.url and not re.match(r"https?://[^/\s]+", config.shop.url):
        raise ConfigError(
            f"[shop] url: {config.shop.url!r} is not a web address",
            fix="Give the shop's address as in OpenCart's HTTP_SERVER, e.g. https://shop.example/.",
            code="config.value",
        )
    if config.shop.ca_file is not None and not config.shop.ca_file.is_file():
        raise ConfigError(
            f"[shop] ca_file: there is no file {config.shop.ca_file}",
            fix="Give the PEM file of the authority that signed the shop's certificate.",
            code="config.value",
        )
    if config.queue.kind == "redis" and not re.match(r"(rediss?|unix)://", config.queue.url):
        raise ConfigError(
            "[queue] kind is redis, but [queue] url is no Redis address",
            fix='Set [queue] url, e.g. "redis://127.0.0.1:6379/0", or [queue] kind = "sqlite".',
            code="config.value",
        )
    if bool(config.security.tls_cert) != bool(config.security.tls_key):
        raise ConfigError(
            "[security] needs tls_cert and tls_key together",
            fix="Set both to PEM files, or neither.",
            code="config.value",
        )
