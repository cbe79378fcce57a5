"""Services over a real database, with an ERP that the test itself plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.config import AgentSection, Config, DatabaseSection, SecuritySection, ShopSection
from agent.db import Database
from agent.erp.forms import FormField
from agent.erp.port import Finding
from agent.errors import AuthError, BridgeError
from agent.ledger.dispatcher import LocalDispatcher
from agent.model.entity import Entity
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


@dataclass(frozen=True)
class PlayedKind:
    kind: str = "played"
    label: str = "Played ERP"
    fields: Sequence[FormField] = (
        FormField("url", "Address", "url", required=True),
        FormField("user", "User", required=True),
        FormField("password", "Password", "password", required=True),
        FormField("company", "Company", choices=True),
        FormField("mode", "Mode", "select", default="a", options=(("a", "A"), ("b", "B"))),
        FormField("batch", "Batch", "number", default="50"),
        FormField("images", "Images", "boolean", default="true"),
    )


class PlayedErp:
    def __init__(self, registry: PlayedRegistry, secret: str) -> None:
        self._registry = registry
        self._secret = secret

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
    trouble: BridgeError | None = None

    def kinds(self) -> Sequence[PlayedKind]:
        return [PlayedKind()]

    def connect(self, kind: str, settings: Mapping[str, Any], secret: str) -> Any:
        if self.trouble is not None:
            raise self.trouble
        self.asked.append((kind, settings, secret))
        self.open += 1
        return PlayedErp(self, secret)

    def record_url(
        self, kind: str, settings: Mapping[str, Any], entity: Entity, erp_id: str
    ) -> str:
        return f"{settings['url']}/{entity.value}/{erp_id}"

    def choices(
        self, kind: str, settings: Mapping[str, Any], secret: str, field: str
    ) -> list[tuple[str, str]]:
        if self.trouble is not None:
            raise self.trouble
        return [("1", f"{kind} {field} one")]


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
        registry or PlayedRegistry(),
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
