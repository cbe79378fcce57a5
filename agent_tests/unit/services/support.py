"""Services over a real database, with an ERP that the test itself plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.config import AgentSection, Config, DatabaseSection, SecuritySection, ShopSection
from agent.db import Database
from agent.erp.forms import FormField
from agent.erp.port import Finding
from agent.erp.registry import ErpKind
from agent.errors import AuthError, BridgeError, ConfigError
from agent.ledger.dispatcher import LocalDispatcher
from agent.services.connection_records import ConnectionDraft
from agent.services.container import Services

SECRET = "sw0rdfish-s3cret"
SHOP_URL = "https://shop.example/"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


FIELDS = (
    FormField("url", "Address", "url", required=True),
    FormField("user", "User", required=True),
    FormField("company", "Company", choices=True),
    FormField("mode", "Mode", "select", default="a", options=(("a", "A"), ("b", "B"))),
    FormField("ca_file", "Certificate authority file"),
    FormField("batch", "Batch", "number", default="50"),
    FormField("images", "Images", "boolean", default="true"),
)


class PlayedErp:
    def __init__(self, registry: PlayedRegistry, secret: str) -> None:
        self._registry = registry
        self._secret = secret

    def missing(self) -> list[Finding]:
        return [Finding("ok", "prepare", "Nothing is missing")]

    def prepare(self) -> list[Finding]:
        self._registry.prepared += 1
        return self.missing()

    def check(self) -> list[Finding]:
        if self._secret != SECRET:
            raise AuthError("The ERP refuses the password", fix="Enter the right one.")
        return [Finding("ok", "login", "Logged in")]

    def close(self) -> None:
        self._registry.open -= 1


@dataclass
class PlayedRegistry:
    """Plays ``agent.erp.registry``; remembers what it was asked to connect to."""

    asked: list[tuple[str, Mapping[str, Any], str]] = field(default_factory=list)
    open: int = 0
    prepared: int = 0
    trouble: BridgeError | None = None

    def open_erp(
        self, settings: Mapping[str, Any], secret: str, instance: str, currency: str
    ) -> Any:
        del currency
        if self.trouble is not None:
            raise self.trouble
        self.asked.append((instance, settings, secret))
        self.open += 1
        return PlayedErp(self, secret)

    def check(self, settings: Mapping[str, object]) -> None:
        if settings.get("batch") == 13:
            raise ConfigError("The setting batch (Batch) cannot be 13", fix="Use another number.")

    def kinds(self) -> dict[str, ErpKind]:
        kind = ErpKind(
            kind="played",
            label="Played ERP",
            fields=FIELDS,
            secret=FormField("secret", "Password", "password", required=True),
            check=self.check,
            open=self.open_erp,
        )
        return {"played": kind}


def config_for(database: Database, folder: Path, *, url: str = SHOP_URL) -> Config:
    settings = database.settings
    return Config(
        database=DatabaseSection(
            host=settings.host,
            port=settings.port,
            user=settings.user,
            password=settings.password,
            name=settings.database,
            prefix=settings.prefix,
        ),
        shop=ShopSection(url=url),
        agent=AgentSection(data_dir=folder, name="test", threads=2),
        security=SecuritySection(),
    )


def make_services(
    database: Database,
    folder: Path,
    *,
    registry: PlayedRegistry | None = None,
    clock: Clock | None = None,
    url: str = SHOP_URL,
) -> Services:
    return Services(
        config_for(database, folder, url=url),
        kinds=(registry or PlayedRegistry()).kinds(),
        clock=clock or Clock(),
        dispatcher=LocalDispatcher(),
    )


def draft(**changes: Any) -> ConnectionDraft:
    given: dict[str, Any] = {
        "name": "main",
        "kind": "played",
        "settings": {"url": "https://erp.example", "user": "bridge"},
        "secret": SECRET,
        **changes,
    }
    return ConnectionDraft(**given)
