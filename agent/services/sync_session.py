"""What a task of a connection works with, put together from the agent's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent import faults
from agent.erp.port import Erp
from agent.model.entity import Entity
from agent.model.plain import fingerprint
from agent.store.shared_codes import shared_skus
from agent.sync.context import SyncContext
from agent.sync.mapping import MappingRepository
from agent.sync.recording import RecordingErp
from agent.sync.references import OPTIONAL_ENTITIES

if TYPE_CHECKING:
    from agent.services.container import Services

CATALOGUE = (
    Entity.ATTRIBUTES,
    Entity.ATTRIBUTE_VALUES,
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
    Entity.TAXES,
)
"""What is read from the shop for the ERP."""

_RECORD_FORMAT = 1
"""Grows when canonical records or what is made of them change, so that all are compared anew."""


@contextmanager
def open_session(
    services: Services,
    connection_id: int,
    *,
    dry_run: bool = False,
    retry_failed: bool = True,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[SyncContext]:
    """Give a flow's context for one connection.

    Raises:
        NotFound: there is no such connection.
        ConfigError: it is paused, or this is a copy of the shop.
        BridgeError: shop or ERP cannot be reached.
    """
    info = services.connections.get(connection_id)
    mappings = MappingRepository(services.database, connection_id, services.clock)
    with services.erp_pool.borrow(connection_id) as erp:
        yield SyncContext(
            erp=RecordingErp(erp) if dry_run else erp,
            readers={entity: services.shop.reader(entity) for entity in CATALOGUE},
            media=services.shop.image_bytes,
            mappings=mappings,
            instance=services.instance,
            language=services.shop.languages()[0].code,
            salt=_salt(services, info.kind, dict(info.settings), erp),
            beat=beat,
            dry_run=dry_run,
            retry_failed=retry_failed,
            link_existing=bool(info.settings.get("link_existing", True)),
            reach=faults.reach,
            shared_skus=lambda skus: shared_skus(services.shop, skus),
            optional=mappings.all_refs(OPTIONAL_ENTITIES),
        )


def _salt(services: Services, kind: str, settings: dict[str, object], erp: Erp) -> str:
    """Return a fingerprint of everything but the records that decides what is written."""
    decisive = services.kinds.decisive(kind, settings)
    return fingerprint([_RECORD_FORMAT, kind, decisive, dict(sorted(erp.languages().items()))])
