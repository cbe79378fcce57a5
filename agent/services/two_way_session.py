"""What the flows into the shop work with, put together for one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import structlog

from agent.erp.source import SourceErp
from agent.errors import BridgeError, ConfigError
from agent.model.entity import Entity
from agent.model.sales import Currency
from agent.services.connection_records import ConnectionInfo
from agent.services.price_lists import group_lists
from agent.services.sync_session import open_session
from agent.services.two_way_settings import stores
from agent.services.unseen_sales import unseen_sales
from agent.store.changed_at import changed_at
from agent.store.option_rows import option_values
from agent.store.writing.changes import WriteRules
from agent.sync.context import SyncContext
from agent.sync.recording import RecordingErp
from agent.sync.two_way.both import BothSides
from agent.sync.two_way.conflicts import Conflicts
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.ownership import parse_ownership
from agent.sync.two_way.rules import parse_prices, parse_stock

if TYPE_CHECKING:
    from agent.services.container import Services

log = structlog.get_logger(__name__)

Choices = Mapping[str, Mapping[str, Literal["shop", "erp"]]]

TO_STORE = (
    Entity.ATTRIBUTES,
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
    Entity.STOCK,
    Entity.PRICES,
)
"""What can be carried into the shop."""

_CACHED: Mapping[Entity, str] = {
    Entity.PRODUCTS: "product",
    Entity.STOCK: "product",
    Entity.PRICES: "product",
    Entity.CATEGORIES: "category",
    Entity.MANUFACTURERS: "manufacturer",
    Entity.ATTRIBUTES: "attribute",
    Entity.ATTRIBUTE_VALUES: "attribute",
}


@contextmanager
def open_two_way(
    services: Services,
    connection_id: int,
    *,
    dry_run: bool = False,
    beat: Callable[[], None] = lambda: None,
    choices: Choices | None = None,
) -> Iterator[TwoWay]:
    """Give the context of a flow into the shop; the shop's caches are dropped afterwards.

    Raises:
        NotFound: there is no such connection.
        ConfigError: it is paused, this is a copy of the shop, or its ERP cannot feed a shop.
        BridgeError: shop or ERP cannot be reached.
    """
    info = services.connections.get(connection_id)
    with open_session(services, connection_id, dry_run=dry_run, beat=beat) as ctx:
        two = two_way(services, info, ctx)
        if two is None:
            raise ConfigError(
                f"Connection {info.name!r} gives nothing to a shop",
                fix="Choose a connection to an ERP that can.",
                code="connection.no_source",
            )
        two.choices = choices or {}
        try:
            yield two
        finally:
            drop_caches(services, two.touched)


def two_way(services: Services, info: ConnectionInfo, ctx: SyncContext) -> TwoWay | None:
    """Return the context that goes both ways, None where the ERP cannot feed a shop."""
    source = ctx.erp.inner if isinstance(ctx.erp, RecordingErp) else ctx.erp
    if not isinstance(source, SourceErp):
        return None
    settings = dict(info.settings)
    languages = tuple(language.code for language in services.shop.languages())
    source.source_languages(languages)
    lists = group_lists(services, info.id)
    rules = WriteRules(
        stores=stores(settings),
        options_as="variants" if settings.get("options_as") == "variants" else "options",
    )
    return TwoWay(
        sync=ctx,
        source=source,
        writer=services.shop.writer(rules),
        ownership=parse_ownership(settings),
        conflicts=Conflicts(services.database, info.id, services.clock),
        languages=languages,
        stock=parse_stock(settings),
        prices=parse_prices(
            settings,
            currency=services.shop.currency(),
            rates=_rates(services) if settings.get("price_convert") else {},
            groups=lists.groups,
            specials=lists.specials,
            offers_win=services.shop.dialect.specials == "table",
        ),
        create=bool(settings.get("make_records", True)),
        changed_at=lambda entity, keys: changed_at(services.shop.open, entity, keys),
        price_lists=source.price_lists,
        pending=lambda: unseen_sales(services, info),
        option_values=lambda keys: option_values(services.shop.open, keys),
    )


def attach(services: Services, connection_id: int, ctx: SyncContext) -> TwoWay | None:
    """Let the road to the ERP compare both sides, where the ERP may be right about something."""
    info = services.connections.get(connection_id)
    if not parse_ownership(info.settings).two_way:
        return None
    two = two_way(services, info, ctx)
    if two is not None:
        ctx.both = BothSides(two)
    return two


def _rates(services: Services) -> dict[str, Decimal]:
    """Return how many units of a currency are one of the shop's default currency."""
    reader = services.shop.reader(Entity.CURRENCIES)
    found = reader.read([row.key for row in reader.scan("", 1000)])
    return {r.key: r.rate for r in found if isinstance(r, Currency)}


def drop_caches(services: Services, touched: set[Entity]) -> None:
    """Let the shop forget what it cached of the records that were written; never raises."""
    kinds = sorted({_CACHED[entity] for entity in touched if entity in _CACHED})
    if not kinds:
        return
    try:
        services.shop_api.call("caches", {"kinds": kinds})
    except BridgeError as error:
        # its own caches end within the hour; the records themselves are there
        log.warning("shop.caches_kept", **error.to_plain())
