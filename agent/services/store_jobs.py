"""Jobs that carry an ERP's records, quantities and prices into the shop, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.ledger import Handler, Job, JobRequest, NewTask, TaskContext, TaskResult
from agent.ledger.queries import LONGEST_PAGE
from agent.model.entity import Entity
from agent.services import stock_waits, store_cursors
from agent.services.errors import InvalidInput
from agent.services.followed import note_fed
from agent.services.keys import require_keys
from agent.services.two_way_session import TO_STORE, open_two_way
from agent.sync.context import PageResult
from agent.sync.references import stages_for
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent.sync.two_way.page import run_store_page
from agent.sync.two_way.prices import run_prices
from agent.sync.two_way.removed import DISABLED, Walk, run_removed
from agent.sync.two_way.stock import run_stock

if TYPE_CHECKING:
    from agent.services.container import Services
    from agent.services.sync_jobs import SyncRequest

STORE_KIND = "store.page"
_REMOVED = "removed"
_LOOK = frozenset({"entity", "stages", "mode", "told"})
"""What a page of a look for removed records hands on beside how far the look is."""
_PAGE = 250
"""Records that a page carries: progress shows, and a hint waits no longer than that."""
_STOCK_PAGE = 2000
_EVENT_PRIORITY = 50
_BULK_PRIORITY = 100
_LIVE_PRIORITY = 30
"""Stock comes before other records: what is sold out must not be sold."""

_RUN: Mapping[Entity, Callable[[TwoWay, StoreRequest], PageResult]] = {
    Entity.STOCK: run_stock,
    Entity.PRICES: run_prices,
}


def plan_store(
    request: SyncRequest, choices: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[JobRequest, list[NewTask]]:
    """Return the job and first tasks that carry ``request`` into the shop.

    ``choices``: which side counts, by the shop's key and field, where a person has picked.

    Raises:
        InvalidInput: the entity cannot go this way, or ids are missing or wrong.
    """
    _check(request)
    stages = [entity.value for entity in stages_for(request.entity)]
    params: dict[str, Any] = {"mode": request.mode}
    total: int | None = None
    if request.refs:
        params = {"mode": "refs", "refs": list(request.refs)}
        tasks = [
            store_task(request, [request.entity.value], "refs", chunk)
            for chunk in _chunks(request.refs)
        ]
        total = len(request.refs)
    elif request.mode == "ids":
        params["ids"] = list(request.ids)
        tasks = [
            store_task(request, [request.entity.value], "ids", chunk, choices)
            for chunk in _chunks(request.ids)
        ]
        total = len(request.ids)
    else:
        tasks = [store_task(request, stages, request.mode, ())]
    return request.job(params, total), tasks


def _check(request: SyncRequest) -> None:
    with_refs = bool(request.refs) and request.entity is Entity.ATTRIBUTE_VALUES
    if request.entity not in TO_STORE and not with_refs:
        names = ", ".join(entity.value for entity in TO_STORE)
        raise InvalidInput(
            f"{request.entity.value} cannot be carried from the ERP to the shop",
            fix=f"Choose one of: {names}.",
            fields={"direction": ["to-erp"]},
        )
    if request.mode == "ids" and not (request.ids or request.refs):
        raise InvalidInput(
            "No records were chosen",
            fix="Tick at least one row, or give --ids 1,2,3.",
            fields={"ids": ["At least one."]},
        )
    known = Entity.PRODUCTS if request.entity in _RUN else request.entity
    require_keys(known, request.ids, "ids")
    if request.since is not None:
        raise InvalidInput(
            "What changed in the ERP is found by comparing, not by date",
            fix="Leave --since out; only what changed is written anyway.",
            fields={"since": ["For orders only."]},
        )


def store_task(
    request: SyncRequest,
    stages: list[str],
    mode: str,
    ids: Sequence[str],
    choices: Mapping[str, Mapping[str, str]] | None = None,
) -> NewTask:
    """Return the task of a page; all pages of a connection's catalogue share one key."""
    payload: dict[str, Any] = {"entity": stages[0], "stages": stages, "mode": mode}
    if ids:
        payload["ids"] = list(ids)
    if choices:
        payload["choices"] = {key: dict(fields) for key, fields in choices.items()}
    return NewTask(
        _key(request.connection_id, Entity(stages[0])),
        STORE_KIND,
        payload,
        _priority(Entity(stages[0]), mode, dry_run=request.dry_run),
    )


def _key(connection_id: int, entity: Entity) -> str:
    """Return the key under which pages run one at a time, in both directions."""
    return f"{connection_id}:{entity.value if entity in _RUN else 'catalogue'}"


def _priority(entity: Entity, mode: str, *, dry_run: bool) -> int:
    if mode not in {"ids", "refs"} or dry_run:
        return _BULK_PRIORITY
    return _LIVE_PRIORITY if entity is Entity.STOCK else _EVENT_PRIORITY


def store_handlers(services: Services) -> dict[str, Handler]:
    """Return what does the tasks of the way into the shop, by kind."""
    return {STORE_KIND: lambda task: _page(services, task)}


def _page(services: Services, task: TaskContext) -> TaskResult:
    payload = task.payload
    entity = Entity(payload["entity"])
    removed = payload["mode"] == _REMOVED
    request = StoreRequest(
        entity,
        payload.get("told", "all") if removed else payload["mode"],
        after=payload.get("after", ""),
        ids=tuple(payload.get("ids", ())),
        limit=_STOCK_PAGE if entity in _RUN or removed else _PAGE,
        released=bool(payload.get("released")),
    )
    with open_two_way(
        services,
        task.task.connection_id,
        dry_run=task.job.dry_run,
        beat=task.heartbeat,
        choices=payload.get("choices"),
    ) as two:
        if removed:
            return _result_of_removed(task, *run_removed(two, request, Walk.of(payload)))
        if request.mode in {"all", "changed"} and not request.after and not task.job.dry_run:
            store_cursors.begin(
                services, task.task.connection_id, two.source, entity, task.heartbeat
            )
        result = _RUN.get(entity, run_store_page)(two, request)
        expected = _expected(two, request)
    if entity is Entity.STOCK and not task.job.dry_run:
        if result.waits:
            stock_waits.note(services, task.task.connection_id)
        elif request.mode in {"all", "changed"} and not request.after:
            stock_waits.forget(services, task.task.connection_id)
    next_tasks: list[NewTask] = []
    if not task.cancelled():
        next_tasks = _following(services, task, result)
        if result.created_keys and not task.job.dry_run:
            next_tasks += _for_new(task, result.created_keys)
    return TaskResult(result.counts, result.results, next_tasks, None, expected=expected)


def _result_of_removed(task: TaskContext, result: PageResult, walk: Walk) -> TaskResult:
    payload, following = task.payload, list[NewTask]()
    if task.cancelled():
        return TaskResult(result.counts, result.results, following, None)
    if result.next_after is not None:
        # a person's word is for the task that asked, not for those after it
        kept = {name: value for name, value in payload.items() if name in _LOOK}
        more = {**kept, "after": result.next_after, **walk.to_plain()}
        following.append(NewTask(task.task.key, STORE_KIND, more, task.task.priority))
    own = {"entity": payload["entity"], "stages": payload["stages"], "mode": "refs"}
    following += [
        NewTask(task.task.key, STORE_KIND, {**own, "ids": list(chunk)}, task.task.priority)
        for chunk in _chunks(result.left)
    ]
    return TaskResult(result.counts, result.results, following, None, expected=len(result.left))


def _expected(two: TwoWay, request: StoreRequest) -> int:
    """Return how many records the stage has, told once, with its first page."""
    if request.mode not in {"all", "changed"} or request.after:
        return 0
    if request.entity in _RUN:
        return two.sync.mappings.count_linked(Entity.PRODUCTS)
    return two.source.source_count(request.entity)


def _following(services: Services, task: TaskContext, result: PageResult) -> list[NewTask]:
    payload = dict(task.payload)
    if payload["mode"] in {"ids", "refs"}:
        return []
    if result.next_after is not None:
        payload["after"] = result.next_after
    else:
        if not task.job.dry_run:
            note_fed(services, task.task.connection_id, Entity(payload["entity"]))
        stages: list[str] = payload["stages"]
        entity = payload["entity"]
        looked = _look_for_removed(services, task, entity)
        position = stages.index(entity) + 1
        if position == len(stages):
            return looked
        payload |= {"entity": stages[position], "after": ""}
        return [*looked, NewTask(task.task.key, STORE_KIND, payload, task.task.priority)]
    return [NewTask(task.task.key, STORE_KIND, payload, task.task.priority)]


def _look_for_removed(services: Services, task: TaskContext, entity: str) -> list[NewTask]:
    """Return the task that looks for what the ERP does not offer any more: no page lists it.

    None while a person still has to say what is to become of what such a task found.
    """
    if Entity(entity) not in DISABLED or _asks(services, task.task.connection_id, entity):
        return []
    payload = {"entity": entity, "stages": [entity], "mode": _REMOVED, "after": ""}
    payload["told"] = task.payload["mode"]
    return [NewTask(task.task.key, STORE_KIND, payload, task.task.priority)]


def _asks(services: Services, connection_id: int, entity: str) -> bool:
    """Tell whether a task that looked for such records waits for a person."""
    page, seen, total = 1, 0, 1
    while seen < total:
        found = services.ledger.held(connection_id=connection_id, page=page, limit=LONGEST_PAGE)
        for held in found.items:
            if held.payload.get("mode") == _REMOVED and held.payload["entity"] == entity:
                return True
        if not found.items:
            break
        page, seen, total = page + 1, seen + len(found.items), found.total
    return False


def _for_new(task: TaskContext, keys: Iterable[str]) -> list[NewTask]:
    """Return the tasks that give new products their stock and their groups' prices."""
    connection_id = task.task.connection_id
    return [
        NewTask(
            _key(connection_id, entity),
            STORE_KIND,
            {
                "entity": entity.value,
                "stages": [entity.value],
                "mode": "ids",
                "ids": sorted(keys, key=int),
            },
            _EVENT_PRIORITY,
        )
        for entity in (Entity.STOCK, Entity.PRICES)
    ]


def retry_tasks(job: Job, failed: Mapping[str, Sequence[str]]) -> list[NewTask]:
    """Return the tasks that try records of a job again that failed; see ``retry_sync``.

    A record that the shop does not have yet is known by its ERP id (``erp:42``).
    """
    tasks: list[NewTask] = []
    for name, keys in failed.items():
        entity = Entity(name)
        refs = [key.removeprefix("erp:") for key in keys if key.startswith("erp:")]
        own = [key for key in keys if not key.startswith("erp:")]
        for mode, chosen in (("refs", refs), ("ids", own)):
            for chunk in _chunks(chosen):
                payload = {"entity": name, "stages": [name], "mode": mode, "ids": list(chunk)}
                priority = _priority(entity, mode, dry_run=job.dry_run)
                key = _key(job.connection_id, entity)
                tasks.append(NewTask(key, STORE_KIND, payload, priority))
    return tasks


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE)]
