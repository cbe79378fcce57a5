"""What a task of a connection works with, put together from the agent's parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent import faults
from agent.erp.port import Erp
from agent.model.entity import Entity
from agent.model.plain import fingerprint
from agent.store.records import Reader
from agent.store.shared_codes import shared_skus
from agent.store.variants import owners
from agent.sync.context import SyncContext
from agent.sync.mapping import MappingRepository
from agent.sync.recording import RecordingErp
from agent.sync.references import OPTIONAL_ENTITIES
from agent.sync.sales.people import WithVat
from agent.sync.sales.rules import parse_rules
from agent.sync.sold_out import AsMeant

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
"""What a whole catalogue is made of."""

SALES = (
    Entity.CUSTOMERS,
    Entity.ORDERS,
    Entity.CARRIERS,
    Entity.PAYMENT_METHODS,
    Entity.CURRENCIES,
    Entity.ORDER_STATUS,
    Entity.TAX_RATES,
)
"""What orders are made of."""

READ = (*CATALOGUE, *SALES)
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
            readers=_Readers(services, parse_rules(info.settings).vat_field, mappings),
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
            products_of=lambda variants: products_of(services, variants),
        )


class _Readers(Mapping[Entity, Reader]):
    """The shop's readers, each made when it is first asked for.

    So the catalogue can be read where the agent may not read orders yet.
    """

    def __init__(self, services: Services, vat_field: str, mappings: MappingRepository) -> None:
        self._services = services
        self._vat_field = vat_field
        self._mappings = mappings
        self._made: dict[Entity, Reader] = {}

    def __getitem__(self, entity: Entity) -> Reader:
        if entity not in READ:
            raise KeyError(entity)
        if entity not in self._made:
            reader = self._services.shop.reader(entity)
            if entity is Entity.CUSTOMERS and self._vat_field:
                reader = WithVat(reader, self._vat_field)
            if entity is Entity.PRODUCTS:
                reader = AsMeant(reader, self._mappings)
            self._made[entity] = reader
        return self._made[entity]

    def __iter__(self) -> Iterator[Entity]:
        return iter(READ)

    def __len__(self) -> int:
        return len(READ)


def products_of(services: Services, variants: Iterable[str]) -> dict[str, str]:
    """Return which product each variant key belongs to.

    ``42:option:13/49`` names it; a variant that the shop keeps as a product has a master.
    """
    named: dict[str, str] = {}
    own: list[str] = []
    for key in variants:
        product, colon, _values = key.partition(":")
        if colon:
            named[key] = product
        else:
            own.append(key)
    return named | (owners(services.shop, own) if own else {})


def _salt(services: Services, kind: str, settings: dict[str, object], erp: Erp) -> str:
    """Return a fingerprint of everything but the records that decides what is written."""
    decisive = services.kinds.decisive(kind, settings)
    return fingerprint([_RECORD_FORMAT, kind, decisive, dict(sorted(erp.languages().items()))])
