"""Jobs that carry orders: one task per order, and pages that find which orders those are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agent.erp.sales import SalesErp
from agent.errors import ConfigError, Paused, TransientError
from agent.ledger import Handler, JobRequest, NewTask, TaskContext, TaskResult
from agent.model.entity import Direction, Entity
from agent.model.results import Counts
from agent.services.followed import note_synchronized
from agent.services.order_cursor import begin_following_orders
from agent.services.order_delays import send_later
from agent.services.order_session import open_orders
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.sales.order import run_order
from agent.sync.sales.orders_table import OrderNotes, plain_state
from agent.sync.sales.rules import parse_rules
from agent.sync.sales.waiting import WaitingList

if TYPE_CHECKING:
    from agent.services.container import Services
    from agent.services.sync_jobs import SyncRequest

ORDER_KIND = "order.sync"
PAGE_KIND = "order.page"
_PAGE = 500
"""Orders that a page looks at."""
_AT_ONCE = 500
"""Orders that are looked at again at once when something was mended."""
_FOR_RECORDS = frozenset(
    {
        "record.parent_missing",
        "order.variant_missing",
        "order.product_missing",
        "order.product_gone",
        "order.product_archived",
        "order.customer_gone",
    }
)
"""Why orders wait for products, customers and the like."""
_SHOWN_AFTER = 4
"""Attempts after which an order that the other side keeps from going on is listed as waiting."""
LIVE = 20
"""Priority of what a shopper or a person waits for; bulk work comes after it."""
BULK = 110


def order_task(
    connection_id: int,
    order: str,
    *,
    force: bool = False,
    priority: int = LIVE,
) -> NewTask:
    """Return the task of carrying one order; all work on it has one key."""
    payload = {"entity": Entity.ORDERS.value, "store_key": order, "label": order, "force": force}
    return NewTask(f"{connection_id}:order:{order}", ORDER_KIND, payload, priority)


def plan_orders(
    services: Services, request: SyncRequest, *, compare: bool = False
) -> tuple[JobRequest, list[NewTask]]:
    """Return the job and first tasks for orders: the given ones, or those of the time asked for.

    ``since`` begins there instead of at the connection's look-back; ``all`` looks at every order of
    that time again, ``changed`` at those that are new or differ. ``compare``: also at those that
    the ERP has differently, or has no more.
    """
    params: dict[str, Any] = {"mode": request.mode}
    tasks: list[NewTask]
    total: int | None
    if request.mode == "ids":
        params["ids"] = list(request.ids)
        force = request.origin in {"admin", "cli"}
        tasks = [order_task(request.connection_id, key, force=force) for key in request.ids]
        total = len(request.ids)
    else:
        begin = request.since or _begin(services, request.connection_id)
        params["since"] = begin.isoformat()
        payload = {
            "entity": Entity.ORDERS.value,
            "mode": request.mode,
            "since": begin.isoformat(),
            "after": "",
            "compare": compare,
        }
        tasks = [NewTask(f"{request.connection_id}:orders", PAGE_KIND, payload, BULK)]
        total = None
    job = _job(
        request.connection_id,
        request.origin,
        params,
        total,
        requested_by=request.requested_by,
        dry_run=request.dry_run,
    )
    return job, tasks


def _job(
    connection_id: int,
    origin: str,
    params: dict[str, Any],
    total: int | None,
    *,
    requested_by: str = "bridge",
    dry_run: bool = False,
) -> JobRequest:
    return JobRequest(
        connection_id=connection_id,
        entity=Entity.ORDERS.value,
        direction=Direction.TO_ERP.value,
        origin=origin,
        requested_by=requested_by,
        dry_run=dry_run,
        params=params,
        total=total,
    )


def start_orders(
    services: Services, connection_id: int, orders: Iterable[str], *, origin: str
) -> int | None:
    """Make a job for orders that something happened to; None where there are none."""
    job, tasks = order_job(connection_id, orders, origin=origin)
    return services.ledger.create_job(job, tasks) if tasks else None


def order_job(
    connection_id: int, orders: Iterable[str], *, origin: str
) -> tuple[JobRequest, list[NewTask]]:
    """Return the job and tasks for orders that something happened to."""
    tasks = [order_task(connection_id, key) for key in dict.fromkeys(orders)]
    return _job(connection_id, origin, {"mode": "ids"}, len(tasks)), tasks


def retry_waiting(
    services: Services,
    connection_id: int,
    only: Collection[str] | None = None,
    codes: Collection[str] = (),
) -> int | None:
    """Look again at orders that wait, because something was mended; returns the job.

    Where very many wait, those come first that were looked at longest ago.

    Args:
        services: the agent's parts.
        connection_id: whose orders.
        only: keys of orders; None means all that wait.
        codes: only those that wait for one of these reasons.
    """
    waiting = WaitingList(services.database, services.clock)
    keys = waiting.keys(connection_id, Entity.ORDERS, _AT_ONCE, codes, only)
    waiting.tried(connection_id, Entity.ORDERS, keys)
    return start_orders(services, connection_id, keys, origin="event")


def mended(services: Services, connection_id: int) -> None:
    """Look again at what waits for records, after some were carried over."""
    if not services.ledger.has_open_job(connection_id, Entity.ORDERS.value, Direction.TO_ERP.value):
        retry_waiting(services, connection_id, codes=_FOR_RECORDS)


def _begin(services: Services, connection_id: int) -> datetime:
    """Return how far back orders are looked at: the look-back, or the cut-off where it is later."""
    rules = parse_rules(services.connections.get(connection_id).settings)
    return rules.begin(services.clock())


def order_handlers(services: Services) -> dict[str, Handler]:
    """Return what does the tasks of orders, by kind."""
    return {
        ORDER_KIND: lambda task: _order(services, task),
        PAGE_KIND: lambda task: _page(services, task),
    }


def _order(services: Services, task: TaskContext) -> TaskResult:
    payload = task.payload
    key, force = str(payload["store_key"]), bool(payload.get("force"))
    try:
        with open_orders(
            services, task.task.connection_id, dry_run=task.job.dry_run, beat=task.heartbeat
        ) as ctx:
            result = run_order(ctx, key, force=force)
    except Paused:
        raise
    except (TransientError, ConfigError) as error:
        # the first is tried again by itself, and shown when it is late; the second when it is
        # looked at again what waits: the order follows by itself once the set-up is mended
        if not task.job.dry_run and (not error.retry or task.attempt >= _SHOWN_AFTER):
            waiting = WaitingList(services.database, services.clock)
            waiting.add(task.task.connection_id, Entity.ORDERS, key, "", error, asked=force)
        raise
    if result.due is not None and not task.job.dry_run:
        send_later(services, task.task.connection_id, key, result.due)
    return TaskResult(result.page.counts, result.page.results)


def _page(services: Services, task: TaskContext) -> TaskResult:
    """Find the next orders of the time asked for that need work, and make their tasks."""
    payload = dict(task.payload)
    connection_id = task.task.connection_id
    since = datetime.fromisoformat(payload["since"])
    if not payload["after"] and not task.job.dry_run:
        begin_following_orders(services, connection_id)
    keys = services.shop.orders.ids_after(payload["after"], since, _PAGE)
    wanted = list(keys)
    if payload["mode"] != "all":
        wanted = differing_orders(services, connection_id, keys)
        if payload.get("compare"):
            wanted += _changed_there(services, connection_id, set(keys) - set(wanted))
    tasks = [order_task(connection_id, key, priority=BULK) for key in wanted]
    counts = Counts(read=len(keys) - len(wanted), unchanged=len(keys) - len(wanted))
    if len(keys) == _PAGE and not task.cancelled():
        payload["after"] = keys[-1]
        tasks.append(NewTask(task.task.key, PAGE_KIND, payload, task.task.priority))
    elif not task.job.dry_run:
        note_synchronized(services, connection_id, Entity.ORDERS)
    return TaskResult(counts, [], tasks, None, expected=len(keys))


def differing_orders(services: Services, connection_id: int, keys: Sequence[str]) -> list[str]:
    """Return the orders that are new, wait, or differ from when they were last looked at."""
    known = OrderNotes(services.database, connection_id, services.clock).digests(keys)
    mappings = MappingRepository(services.database, connection_id, services.clock)
    heads = mappings.heads(Entity.ORDERS, keys)
    rows = services.shop.reader(Entity.ORDERS).scan_keys(list(keys))
    settled = {MapState.LINKED, MapState.EXCLUDED, MapState.ARCHIVED}
    return [
        row.key
        for row in rows
        if known.get(row.key) != row.digest
        or (row.key in heads and heads[row.key].state not in settled)
    ]


def _changed_there(services: Services, connection_id: int, keys: Iterable[str]) -> list[str]:
    """Return the orders that the ERP has differently from when they were last seen there."""
    notes = OrderNotes(services.database, connection_id, services.clock).many(keys)
    refs = {note.erp_ref: key for key, note in notes.items() if note.erp_ref}
    if not refs:
        return []
    with services.erp_pool.borrow(connection_id) as erp:
        states = erp.order_states(list(refs)) if isinstance(erp, SalesErp) else {}
    return [
        key
        for ref, key in refs.items()
        if ref not in states or plain_state(states[ref]) != notes[key].details
    ]
