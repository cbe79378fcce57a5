"""Mappings as people see and change them, from the admin's screens and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from agent.errors import BridgeError, InvalidRecord
from agent.ledger import Page
from agent.ledger.types import iso
from agent.model.entity import Entity
from agent.services.errors import Conflict, InvalidInput, NotFound
from agent.services.order_jobs import retry_waiting
from agent.services.status_back import check_action
from agent.services.sync_session import READ, open_session
from agent.store.keys import store_order
from agent.store.records import BadRecord, ScanRow
from agent.sync.context import SyncContext, external_id
from agent.sync.linking import Match, find_matches, linked_entry
from agent.sync.listing import Listed, Lister, ListQuery, SortField
from agent.sync.mapping import Entry, MappingRepository, MapState
from agent.sync.references import SHARING, singular
from agent.sync.sales.waiting import WaitingList
from agent.sync.work import Work

if TYPE_CHECKING:
    from agent.services.container import Services

MAPPED = (*READ, Entity.VARIANTS, Entity.ADDRESSES)
"""Entities that have mappings."""
_OF_PRODUCTS = (Entity.STOCK, Entity.PRICES)
"""What is listed per product and linked with it."""
AUTO_BATCH = 2000
"""Records that one automatic mapping looks at."""
_SEARCH_LIMIT = 20
_READ = 250


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One record of the shop and its counterpart. ``erp_url`` opens it in the ERP."""

    listed: Listed
    erp_url: str | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return the mapping as the HTTP API and ``--json`` show it."""
        return asdict(self.listed) | {
            "synced_at": iso(self.listed.synced_at),
            "erp_url": self.erp_url,
        }


@dataclass(frozen=True, slots=True)
class AutoItem:
    """What looking for one record's counterpart came to."""

    store_key: str
    label: str
    result: Literal["linked", "ambiguous", "none"]
    erp_id: str | None = None
    erp_label: str | None = None
    matched_by: str | None = None


@dataclass(frozen=True, slots=True)
class AutoResult:
    """What automatic mapping did, or would do. ``remaining``: records not yet looked at."""

    items: list[AutoItem]
    remaining: int
    after: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the result as the HTTP API and ``--json`` show it."""
        return {
            "items": [asdict(item) for item in self.items],
            "total": len(self.items),
            "remaining": self.remaining,
            "after": self.after,
        }


def list_mappings(
    services: Services,
    connection_id: int,
    entity: Entity,
    *,
    state: str | None = None,
    q: str = "",
    sort: SortField = "store_key",
    order: str = "asc",
    page: int = 1,
    limit: int = 20,
) -> Page[MappingRow]:
    """Return one page of an entity's records with their counterparts.

    Raises:
        NotFound: there is no such connection.
        InvalidInput: the entity has no mappings.
    """
    if entity not in _OF_PRODUCTS:
        _check(entity)
    services.connections.get(connection_id)
    query = ListQuery(entity, state or "", q.strip(), sort, order == "desc", page, limit)
    reader = services.shop.reader(entity) if entity in READ else None
    items, total = _lister(services, connection_id).page(query, reader)
    link = _links(services, connection_id, Entity.PRODUCTS if entity in _OF_PRODUCTS else entity)
    rows = [MappingRow(item, link(item.erp_id) if item.erp_id else None) for item in items]
    return Page(rows, total, page, limit)


def link(
    services: Services, connection_id: int, entity: Entity, store_key: str, erp_id: str
) -> MappingRow:
    """Link a record of the shop to a record of the ERP by hand.

    The next synchronization writes the shop's values to it.

    Raises:
        NotFound: there is no such connection, or no such record in the shop.
        InvalidRecord: the ERP has no such record.
        Conflict: another record of the shop is linked to it.
    """
    _check(entity)
    label = _label(services, entity, store_key)
    if entity is Entity.ORDER_STATUS:
        check_action(services, connection_id, store_key, erp_id)
    with open_session(services, connection_id) as ctx:
        if erp_id not in ctx.erp.exists(entity, [erp_id]):
            raise InvalidRecord(
                f"The ERP has no {singular(entity)} with id {erp_id}",
                fix="Search for it with Link, or check the id in the ERP's address line.",
                code="mapping.no_erp_record",
            )
        other = ctx.mappings.taken(entity, [erp_id]).get(erp_id, store_key)
        if other != store_key and entity not in SHARING:
            raise Conflict(
                f"{singular(entity).capitalize()} {other} of the shop is linked to it already",
                fix=f"Unlink {other} first: two records of the shop cannot be one of the ERP.",
                code="mapping.taken",
            )
        entry = _entry(ctx.instance, entity, store_key, label, MapState.LINKED)
        entry.erp_id, entry.origin = erp_id, "manual"
        ctx.mappings.forget(entity, [store_key])
        ctx.mappings.save(entity, [entry])
    retry_waiting(services, connection_id)
    return _one(services, connection_id, entity, store_key)


def unlink(services: Services, connection_id: int, entity: Entity, store_key: str) -> None:
    """Forget a link; both records stay.

    Raises:
        NotFound: there is no such connection or mapping.
    """
    _check(entity)
    services.connections.get(connection_id)
    if not _repository(services, connection_id).delete(entity, [store_key]):
        raise _no_mapping(entity, store_key)


def exclude(services: Services, connection_id: int, entity: Entity, store_key: str) -> MappingRow:
    """Keep a record out of synchronizations until it is included again; it waits no more.

    Raises:
        NotFound: there is no such connection or record.
    """
    _check(entity)
    services.connections.get(connection_id)
    label = _label(services, entity, store_key)
    repository = _repository(services, connection_id)
    if not repository.set_state(entity, [store_key], MapState.EXCLUDED):
        entry = _entry(services.instance, entity, store_key, label, MapState.EXCLUDED)
        repository.save(entity, [replace(entry, origin="manual")])
    WaitingList(services.database, services.clock).clear(connection_id, entity, store_key)
    return _one(services, connection_id, entity, store_key)


def include(services: Services, connection_id: int, entity: Entity, store_key: str) -> MappingRow:
    """Let an excluded record take part again; the next synchronization carries it over.

    Raises:
        NotFound: there is no such connection, or the record is not excluded.
    """
    _check(entity)
    services.connections.get(connection_id)
    repository = _repository(services, connection_id)
    head = repository.heads(entity, [store_key]).get(store_key)
    if head is None or head.state is not MapState.EXCLUDED:
        raise _no_mapping(entity, store_key)
    repository.set_state(entity, [store_key], MapState.PENDING)
    return _one(services, connection_id, entity, store_key)


def candidates(
    services: Services, connection_id: int, entity: Entity, text: str
) -> list[dict[str, str]]:
    """Find ERP records by a person's words: ``{erp_id, label}`` rows.

    Raises:
        NotFound: there is no such connection.
        BridgeError: the ERP cannot be asked.
    """
    _check(entity)
    with open_session(services, connection_id) as ctx:
        found = ctx.erp.search(entity, text.strip(), _SEARCH_LIMIT)
    return [{"erp_id": c.ref, "label": c.label} for c in found]


def auto_map(
    services: Services,
    connection_id: int,
    entity: Entity,
    *,
    dry_run: bool,
    after: str = "",
    batch: int = AUTO_BATCH,
) -> AutoResult:
    """Link records that have no counterpart yet to ERP records that look the same.

    Looks at ``batch`` records after key ``after``; ``remaining`` tells whether there are more, and
    ``after`` where to go on. What more than one ERP record matches is left to a person.

    Raises:
        NotFound: there is no such connection.
        BridgeError: shop or ERP cannot be reached.
    """
    _check(entity)
    if entity in {Entity.VARIANTS, Entity.ADDRESSES}:
        owner = "product" if entity is Entity.VARIANTS else "customer"
        raise InvalidInput(
            f"{entity.value.capitalize()} are linked with their {owner}",
            fix=f"Map {owner}s automatically; what belongs to them follows.",
        )
    items: list[AutoItem] = []
    with open_session(services, connection_id, dry_run=dry_run) as ctx:
        reader = ctx.readers[entity]
        rows = reader.scan(after, batch)
        known = ctx.mappings.heads(entity, [row.key for row in rows])
        free = [row for row in rows if row.key not in known or known[row.key].erp_id is None]
        for start in range(0, len(free), _READ):
            items += _match(ctx, entity, free[start : start + _READ], dry_run=dry_run)
        last = rows[-1].key if len(rows) == batch else ""
        remaining = len(reader.scan(last, 1)) if last else 0
    if not dry_run and any(item.result == "linked" for item in items):
        retry_waiting(services, connection_id)
    return AutoResult(items, remaining, last if remaining else "")


def _match(
    ctx: SyncContext, entity: Entity, rows: Sequence[ScanRow], *, dry_run: bool
) -> list[AutoItem]:
    records = ctx.readers[entity].read([row.key for row in rows])
    works = [
        Work.of(ctx, entity, record) for record in records if not isinstance(record, BadRecord)
    ]
    refs = ctx.mappings.refs({pair for work in works for pair in work.references})
    matches = find_matches(ctx, entity, works, refs)
    if not dry_run:
        ctx.mappings.save(entity, [linked_entry(m) for m in matches if m.verdict == "linked"])
    return [_item(match) for match in matches]


def _item(match: Match) -> AutoItem:
    best = match.candidates[0] if match.candidates else None
    return AutoItem(
        match.work.key,
        match.work.label,
        match.verdict,
        best.ref if best and match.verdict == "linked" else None,
        "; ".join(c.label for c in match.candidates[:5]) or None,
        best.matched_by if best else None,
    )


def export_rows(services: Services, connection_id: int, entity: Entity) -> Iterator[dict[str, Any]]:
    """Yield all linked records of an entity as ``{store_key, erp_id, label, state}``.

    Raises:
        NotFound: there is no such connection.
    """
    page = 1
    while True:
        found = list_mappings(services, connection_id, entity, page=page, limit=500)
        for row in found.items:
            if row.listed.erp_id is not None or row.listed.state == MapState.EXCLUDED.value:
                yield {
                    "store_key": row.listed.store_key,
                    "erp_id": row.listed.erp_id or "",
                    "label": row.listed.label,
                    "state": row.listed.state,
                }
        if page * found.limit >= found.total:
            return
        page += 1


def import_rows(
    services: Services, connection_id: int, entity: Entity, rows: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], BridgeError | None]]:
    """Link each row's ``store_key`` to its ``erp_id``; a bad row does not stop the others.

    Returns each row with its error, None where it was linked or excluded.
    """
    done: list[tuple[dict[str, Any], BridgeError | None]] = []
    for row in rows:
        key, erp_id = str(row.get("store_key", "")).strip(), str(row.get("erp_id", "")).strip()
        try:
            if str(row.get("state", "")) == MapState.EXCLUDED.value:
                exclude(services, connection_id, entity, key)
            else:
                link(services, connection_id, entity, key, erp_id)
            done.append((row, None))
        except BridgeError as error:
            if error.retry:
                raise
            done.append((row, error.about(f"{singular(entity)} {key}")))
    return done


def _check(entity: Entity) -> None:
    if entity not in MAPPED:
        known = ", ".join(e.value for e in MAPPED)
        raise InvalidInput(
            f"{entity.value} have no mappings",
            fix=f"Choose one of: {known}.",
            fields={"entity": [f"One of: {known}."]},
        )


def _repository(services: Services, connection_id: int) -> MappingRepository:
    return MappingRepository(services.database, connection_id, services.clock)


def _lister(services: Services, connection_id: int) -> Lister:
    languages = services.shop.languages()
    return Lister(services.database, connection_id, languages[0].id, services.shop.dialect.variants)


def _one(services: Services, connection_id: int, entity: Entity, store_key: str) -> MappingRow:
    item = _lister(services, connection_id).one(entity, store_key)
    if item is None:
        raise _no_mapping(entity, store_key)
    link = _links(services, connection_id, entity)
    return MappingRow(item, link(item.erp_id) if item.erp_id else None)


def _links(services: Services, connection_id: int, entity: Entity) -> Callable[[str], str | None]:
    info = services.connections.get(connection_id)
    return lambda erp_id: services.kinds.record_url(info.kind, info.settings, entity, erp_id)


def _label(services: Services, entity: Entity, store_key: str) -> str:
    """Return the name of a record of the shop; NotFound where there is none."""
    if entity in {Entity.VARIANTS, Entity.ADDRESSES} or store_key.startswith("guest"):
        return store_key
    try:
        rows = services.shop.reader(entity).scan_keys([store_key])
    except ValueError:
        rows = []
    if not rows:
        raise NotFound(
            f"The shop has no {singular(entity)} {store_key}",
            fix="Check the number on the shop's list page.",
            code="mapping.no_store_record",
        )
    return rows[0].label


def _entry(instance: str, entity: Entity, key: str, label: str, state: MapState) -> Entry:
    number = 0 if entity is Entity.VARIANTS else store_order(key)
    return Entry(key, number, label, external_id(instance, entity, key), state)


def _no_mapping(entity: Entity, store_key: str) -> NotFound:
    return NotFound(
        f"There is no mapping of {singular(entity)} {store_key}",
        fix="Look at the mapping screen again: somebody may have been faster.",
        code="mapping.missing",
    )
