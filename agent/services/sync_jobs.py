"""Starts synchronization jobs and does their tasks, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent.ledger import Handler, Job, JobRequest, NewTask, TaskContext, TaskResult
from agent.model.entity import SYNC_ENTITIES, Direction, Entity
from agent.services.errors import InvalidInput
from agent.services.followed import note_synchronized
from agent.services.keys import require_keys
from agent.services.order_jobs import mended, order_handlers, order_task, plan_orders
from agent.services.store_jobs import plan_store, retry_tasks, store_handlers
from agent.services.sync_session import CATALOGUE, READ, open_session
from agent.services.two_way_session import attach, drop_caches
from agent.store.variants import owners
from agent.sync.context import Mode, PageRequest, PageResult
from agent.sync.page import run_page
from agent.sync.references import stages_for
from agent.sync.removal import archive_removed, too_many

if TYPE_CHECKING:
    from agent.services.container import Services

PAGE_KIND = "sync.page"
ARCHIVE_KIND = "sync.archive"
SCAN_SIZE = 10_000
"""Records that a page looks at where little has changed."""
WRITE_SIZE = 250
"""Records that a page writes at most: progress shows, and a hint waits no longer than that."""
_IDS_PER_TASK = 250
_MAPPED_ONLY = (
    Entity.TAXES,
    Entity.TAX_RATES,
    Entity.CURRENCIES,
    Entity.PAYMENT_METHODS,
    Entity.ORDER_STATUS,
)
"""What has counterparts in the ERP that are never written."""
_EVENT_PRIORITY = 50
_BULK_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What somebody wants synchronized.

    ``mode``: ``changed`` (what differs from the last run), ``all`` (also look whether the ERP
    still has each record) or ``ids``. ``refs``: ERP ids instead of keys, into the shop only.
    ``since``: only records whose task was asked for after this time; see ``start_sync``.
    ``origin``: ``cli``, ``admin``, ``event`` or ``schedule``.
    """

    connection_id: int
    entity: Entity
    direction: Direction
    mode: Mode = "changed"
    ids: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    since: datetime | None = None
    dry_run: bool = False
    origin: str = "cli"
    requested_by: str = ""

    def job(self, params: Mapping[str, Any], total: int | None) -> JobRequest:
        """Return the job for this; ``total`` is how many records it looks at, None if unknown."""
        return JobRequest(
            connection_id=self.connection_id,
            entity=self.entity.value,
            direction=self.direction.value,
            origin=self.origin,
            requested_by=self.requested_by,
            dry_run=self.dry_run,
            params=params,
            total=total,
        )


def start_sync(services: Services, request: SyncRequest) -> int:
    """Make a job and return its number.

    Raises:
        InvalidInput: the entity cannot go this way, or ids are missing or wrong.
        NotFound: there is no such connection.
        ConfigError: the connection is paused.
    """
    return services.ledger.create_job(*plan_sync(services, request))


def plan_sync(services: Services, request: SyncRequest) -> tuple[JobRequest, list[NewTask]]:
    """Return the job and the first tasks that ``start_sync`` would make; same errors."""
    services.connections.require_active(request.connection_id)
    if request.direction is Direction.TO_STORE:
        return plan_store(request)
    _check(request)
    if request.entity is Entity.ORDERS:
        return plan_orders(services, request)
    params: dict[str, Any] = {"mode": request.mode}
    if request.mode == "ids":
        ids = _whole_records(services, request)
        params["ids"] = list(ids)
        tasks = [
            _page_task(request.connection_id, [request.entity.value], "ids", chunk, request.dry_run)
            for chunk in _chunks(ids)
        ]
        total = len(ids)
    else:
        stages = [entity.value for entity in stages_for(request.entity)]
        tasks = [_page_task(request.connection_id, stages, request.mode, (), request.dry_run)]
        total = sum(services.shop.reader(Entity(name)).count() for name in stages)
    return request.job(params, total), tasks


def _whole_records(services: Services, request: SyncRequest) -> tuple[str, ...]:
    """Return the ids, a variant's replaced by that of its product: they travel together."""
    if request.entity is not Entity.PRODUCTS:
        return request.ids
    masters = owners(services.shop, request.ids)
    return tuple(dict.fromkeys(masters.get(key, key) for key in request.ids))


def _check(request: SyncRequest) -> None:
    if request.entity not in SYNC_ENTITIES or request.entity not in READ:
        known = ", ".join(e.value for e in SYNC_ENTITIES if e in READ)
        raise InvalidInput(
            f"{request.entity.value} cannot be synchronized",
            fix=f"Choose one of: {known}.",
            fields={"entity": [f"One of: {known}."]},
        )
    if request.entity in _MAPPED_ONLY:
        name = request.entity.value
        raise InvalidInput(
            f"{name} are not written to the ERP, they are only mapped",
            fix=f"Map them: erp-bridge map auto {name}, or map set {name}.",
            fields={"entity": ["They are mapped, not written."]},
        )
    if request.mode == "ids" and not request.ids:
        raise InvalidInput(
            "No records were chosen",
            fix="Tick at least one row, or give --ids 1,2,3.",
            fields={"ids": ["At least one."]},
        )
    require_keys(request.entity, request.ids, "ids")
    if request.since is not None and request.entity is not Entity.ORDERS:
        raise InvalidInput(
            "Changes in the shop are found by comparing, not by date: most of them have no date",
            fix="Leave --since out; only what changed is written anyway.",
            fields={"since": ["For orders only."]},
        )


def handlers(services: Services) -> dict[str, Handler]:
    """Return what does the tasks of synchronization jobs, by kind."""
    return {
        PAGE_KIND: lambda ctx: _page(services, ctx),
        ARCHIVE_KIND: lambda ctx: _archive(services, ctx),
        **order_handlers(services),
        **store_handlers(services),
    }


def _page(services: Services, task: TaskContext) -> TaskResult:
    payload = task.payload
    entity = Entity(payload["entity"])
    request = PageRequest(
        entity,
        payload["mode"],
        after=payload.get("after", ""),
        ids=tuple(payload.get("ids", ())),
        limit=payload.get("limit", SCAN_SIZE),
        write_limit=WRITE_SIZE,
    )
    with open_session(
        services,
        task.task.connection_id,
        dry_run=task.job.dry_run,
        retry_failed=task.job.origin != "schedule",
        beat=task.heartbeat,
    ) as ctx:
        two = attach(services, task.task.connection_id, ctx)
        result = run_page(ctx, request)
        removed = payload.get("removed", 0) + len(result.removed)
        linked = ctx.mappings.count_linked(entity) if result.removed else 0
    if two is not None:
        drop_caches(services, two.touched)
    if not task.job.dry_run and (result.counts.created or result.counts.updated):
        mended(services, task.task.connection_id)
    next_tasks: list[NewTask] = []
    if result.removed:
        next_tasks.append(_archive_task(task, entity, result.removed, removed, linked))
    if not task.cancelled():
        next_tasks += _following(services, task, result, removed)
    return _result(result, next_tasks)


def _following(
    services: Services, task: TaskContext, result: PageResult, removed: int
) -> list[NewTask]:
    """Return the next page of this stage, else the first of the next stage.

    All pages of a connection's catalogue share one key: a page may carry missing parents over, and
    no record is written twice at once.
    """
    payload = dict(task.payload)
    if payload["mode"] == "ids":
        return []
    if result.next_after is not None:
        # where everything is new, looking far ahead again for every page would cost the most
        limit = max(2 * WRITE_SIZE, 2 * result.counts.read) if result.cut else SCAN_SIZE
        limit = min(limit, SCAN_SIZE)
        payload |= {"after": result.next_after, "removed": removed, "limit": limit}
    else:
        stages: list[str] = payload["stages"]
        if not task.job.dry_run:
            note_synchronized(services, task.task.connection_id, Entity(payload["entity"]))
        position = stages.index(payload["entity"]) + 1
        if position == len(stages):
            return []
        payload |= {"entity": stages[position], "after": "", "removed": 0, "limit": SCAN_SIZE}
    return [NewTask(task.task.key, PAGE_KIND, payload, task.task.priority)]


def _archive_task(
    task: TaskContext, entity: Entity, keys: Sequence[str], removed: int, linked: int
) -> NewTask:
    payload = {"entity": entity.value, "keys": list(keys), "removed": removed, "linked": linked}
    return NewTask(task.task.key, ARCHIVE_KIND, payload, task.task.priority)


def _archive(services: Services, task: TaskContext) -> TaskResult:
    payload = task.payload
    if not task.job.dry_run and not payload.get("released"):
        reason = too_many(payload["removed"], payload["linked"])
        if reason is not None:
            raise reason
    with open_session(
        services, task.task.connection_id, dry_run=task.job.dry_run, beat=task.heartbeat
    ) as ctx:
        return _result(archive_removed(ctx, Entity(payload["entity"]), payload["keys"]), [])


def retry_sync(services: Services, job_id: int) -> Job:
    """Try again what failed in a job: tasks that ended badly, and records inside good ones.

    Raises:
        Missing: there is no such job.
        NotFound: its connection was removed.
        WrongState: nothing of it failed.
    """
    job = services.ledger.job(job_id)
    services.connections.get(job.connection_id)
    failed: dict[str, list[str]] = {}
    page = 1
    while True:
        records = services.ledger.records(job_id, outcome="failed", page=page, limit=200)
        for record in records.items:
            failed.setdefault(record.entity, []).append(record.store_key)
        if page * 200 >= records.total:
            break
        page += 1
    if job.direction == Direction.TO_STORE.value:
        tasks = retry_tasks(job, failed)
        redone = [(entity, key) for entity, keys in failed.items() for key in keys]
        return services.ledger.retry_job(job_id, tasks, redone if tasks else ())
    tasks = [
        _page_task(job.connection_id, [entity], "ids", chunk, job.dry_run)
        for entity, keys in failed.items()
        if entity in {e.value for e in READ} and entity != Entity.ORDERS.value
        for chunk in _chunks(keys)
    ]
    orders = failed.get(Entity.ORDERS.value, [])
    tasks += [order_task(job.connection_id, key, force=True) for key in orders]
    redone = [(entity, key) for entity, keys in failed.items() for key in keys]
    return services.ledger.retry_job(job_id, tasks, redone if tasks else ())


def _page_task(
    connection_id: int, stages: list[str], mode: Mode, ids: Sequence[str], dry_run: bool
) -> NewTask:
    payload: dict[str, Any] = {"entity": stages[0], "stages": stages, "mode": mode}
    if ids:
        payload["ids"] = list(ids)
    priority = _EVENT_PRIORITY if mode == "ids" and not dry_run else _BULK_PRIORITY
    return NewTask(_page_key(connection_id, stages[0]), PAGE_KIND, payload, priority)


def _page_key(connection_id: int, entity: str) -> str:
    """Return the key under which pages of ``entity`` run one at a time."""
    shared = "catalogue" if Entity(entity) in CATALOGUE else entity
    return f"{connection_id}:{shared}"


def _result(result: PageResult, next_tasks: Sequence[NewTask]) -> TaskResult:
    return TaskResult(result.counts, result.results, next_tasks, None)


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _IDS_PER_TASK] for start in range(0, len(ids), _IDS_PER_TASK)]
