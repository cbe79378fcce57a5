"""Buttons of the bridge inside the ERPs: making them, and doing what was pressed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from agent.erp.buttons import ButtonsErp, Press, PressAnswer
from agent.erp.port import Finding
from agent.errors import AuthError, BridgeError
from agent.ledger import Job, JobState, Missing
from agent.model.entity import Direction, Entity
from agent.services.connection_records import ConnectionInfo
from agent.services.errors import InvalidInput
from agent.services.order_jobs import start_orders
from agent.services.store_jobs import plan_store
from agent.services.sync_jobs import SyncRequest, plan_sync
from agent.sync.mapping import MappingRepository
from agent.sync.sales.orders_table import OrderNotes

if TYPE_CHECKING:
    from agent.services.container import Services

log = structlog.get_logger(__name__)

_AT_ONCE = 200
_ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_FROM_ERP = frozenset({Entity.PRODUCTS, Entity.CATEGORIES, Entity.ATTRIBUTES, Entity.MANUFACTURERS})


def show(services: Services, connection_id: int) -> dict[str, bool]:
    """Return whether the ERP can hold buttons, has them, and tells changes by itself.

    Raises:
        NotFound: there is no such connection.
        BridgeError: the ERP cannot be asked.
    """
    found = stored(services, connection_id)
    with services.erp_pool.borrow(connection_id) as erp:
        supported = isinstance(erp, ButtonsErp)
        installed = isinstance(erp, ButtonsErp) and erp.has_buttons()
    return {"supported": supported, "installed": installed, "push": bool(found.get("token"))}


def install(services: Services, connection_id: int, *, push: bool | None = None) -> list[Finding]:
    """Make the buttons, or bring them up to date.

    ``push``: let the ERP call the agent when something changed, where both can (the agent needs
    ``[agent] public_url``); None does so where that address is set.

    Raises:
        InvalidInput: this ERP holds no buttons, or the agent's address is not set.
        AuthError: the user may not make them; names the right that is missing.
    """
    url = _hook_url(services, connection_id, push)
    with services.erp_pool.borrow(connection_id) as erp:
        if not isinstance(erp, ButtonsErp):
            raise _unsupported()
        there = _there(erp)
        findings = erp.install_buttons()
        token = secrets.token_urlsafe(32) if url else ""
        findings += erp.set_push(f"{url}/{token}" if url else "")
    if there:
        _show_again(services, connection_id)
    else:
        # lists that were made anew are empty, and their presses begin to count from one again
        services.settings.forget(board_name(connection_id), _open_name(connection_id))
    _store(services, connection_id, {"installed": True, "token": token})
    return findings


def remove(services: Services, connection_id: int) -> list[Finding]:
    """Take all of it back.

    Raises:
        InvalidInput: this ERP holds no buttons.
        BridgeError: the ERP cannot be asked.
    """
    with services.erp_pool.borrow(connection_id) as erp:
        if not isinstance(erp, ButtonsErp):
            raise _unsupported()
        findings = erp.set_push("") + erp.remove_buttons()
    forget(services, connection_id)
    return findings


def forget(services: Services, connection_id: int) -> None:
    """Forget a connection's buttons, what was shown in the ERP and the presses that are open."""
    services.settings.forget(
        _name(connection_id), board_name(connection_id), _open_name(connection_id)
    )


def _show_again(services: Services, connection_id: int) -> None:
    """Have all lines sent again; which there are stays known, so that old ones are taken out."""
    name = board_name(connection_id)
    shown = json.loads(services.settings.get(name) or "{}")
    services.settings.set(name, json.dumps(dict.fromkeys(shown, "")))


def _there(erp: ButtonsErp) -> bool:
    try:
        return erp.has_buttons()
    except AuthError:
        return True  # there, and not this user's to read yet


def is_hook(services: Services, connection_id: int, token: str) -> bool:
    """Tell whether ``token`` is that of a connection's push."""
    known = str(stored(services, connection_id).get("token") or "")
    return bool(known) and secrets.compare_digest(known.encode(), token.encode())


def poll_presses(services: Services) -> int:
    """Take what was pressed inside the ERPs and make jobs of it; returns how many presses."""
    count = 0
    for info in services.connections.every():
        if info.paused is not None or not stored(services, info.id).get("installed"):
            continue
        try:
            count += _take(services, info)
        except BridgeError as error:
            log.warning("erp.presses_failed", connection=info.name, **error.to_plain())
    return count


def _take(services: Services, info: ConnectionInfo) -> int:
    with services.erp_pool.borrow(info.id) as erp:
        if not isinstance(erp, ButtonsErp):
            return 0
        presses = erp.presses(_AT_ONCE)
        open_ = _open_presses(services, info.id)
        ended = _ended(services, open_)
        if not presses and not ended:
            return 0
        # jobs first, then which press has which, then the answers: a crash does a press twice
        # rather than never, and a press that cannot be answered gives no second job
        fresh = [press for press in presses if press.id not in open_]
        answers, jobs = _start(services, info, fresh)
        if jobs:
            _keep_open(services, info.id, {**open_, **jobs})
        told = {answer.id for answer in ended}
        again = [_taken(p.id, open_[p.id]) for p in presses if p.id in open_ and p.id not in told]
        erp.answer([*ended, *again, *answers])
    if ended:
        kept = {key: job for key, job in open_.items() if key not in told}
        _keep_open(services, info.id, {**kept, **jobs})
    return len(fresh)


def _open_presses(services: Services, connection_id: int) -> dict[str, int]:
    """Return the presses whose job has not ended, with its number."""
    found: dict[str, int] = json.loads(services.settings.get(_open_name(connection_id)) or "{}")
    return found


def _keep_open(services: Services, connection_id: int, jobs: Mapping[str, int]) -> None:
    services.settings.set(_open_name(connection_id), json.dumps(jobs))


def _ended(services: Services, open_: Mapping[str, int]) -> list[PressAnswer]:
    """Return what to tell of presses whose job has ended."""
    jobs = {number: _job(services, number) for number in set(open_.values())}
    answers = (_answer(press, number, jobs[number]) for press, number in open_.items())
    return [answer for answer in answers if answer is not None]


def _job(services: Services, number: int) -> Job | None:
    try:
        return services.ledger.job(number)
    except Missing:
        return None


def _answer(press: str, number: int, job: Job | None) -> PressAnswer | None:
    """Return what to tell of a press; None while its job is not at its end."""
    if job is None:
        return PressAnswer(press, "done", f"Job {number} ended some weeks ago.")
    if job.state not in _ENDED:
        return None
    counts = job.counts
    if job.state is JobState.DONE and not (counts.failed or counts.held):
        return PressAnswer(press, "done", f"Job {job.id}")
    told = (
        f"{counts.failed} failed, {counts.held} held" if job.state is JobState.DONE else job.state
    )
    where = "see it in the shop under ERP Mapping > Dashboard and jobs"
    return PressAnswer(press, "failed", f"Job {job.id}: {told}; {where}.")


def _taken(press: str, number: int) -> PressAnswer:
    return PressAnswer(press, "taken", f"Job {number}")


def _start(
    services: Services, info: ConnectionInfo, presses: Sequence[Press]
) -> tuple[list[PressAnswer], dict[str, int]]:
    """Make the jobs of presses; returns what to answer, and the job of each that was taken."""
    jobs: dict[str, int] = {}
    by_entity: dict[Entity, list[Press]] = {}
    for press in presses:
        by_entity.setdefault(press.entity, []).append(press)
    answers: list[PressAnswer] = []
    for entity, mine in by_entity.items():
        try:
            told, job = _start_entity(services, info, entity, mine)
            answers += told
            jobs.update({answer.id: job for answer in told if answer.state == "taken"})
        except BridgeError as error:
            text = f"{error.cause}. {error.fix}"
            answers += [PressAnswer(press.id, "failed", text) for press in mine]
    return answers, jobs


def _start_entity(
    services: Services, info: ConnectionInfo, entity: Entity, presses: Sequence[Press]
) -> tuple[list[PressAnswer], int]:
    job = 0
    refs = list(dict.fromkeys(press.ref for press in presses))
    if entity in _FROM_ERP:
        known: Mapping[str, str] = dict.fromkeys(refs, "")
        request = _request(info, entity, Direction.TO_STORE, refs=tuple(refs), presses=presses)
        job = services.ledger.create_job(*plan_store(request))
        if entity is Entity.PRODUCTS:
            keys = tuple(_mapped(services, info, Entity.PRODUCTS, refs).values())
            for other in (Entity.STOCK, Entity.PRICES) if keys else ():
                more = _request(info, other, Direction.TO_STORE, ids=keys, presses=presses)
                services.ledger.create_job(*plan_store(more))
    elif entity is Entity.ORDERS:
        notes = OrderNotes(services.database, info.id, services.clock)
        known = notes.by_ref(refs)
        job = start_orders(services, info.id, known.values(), origin="admin") or 0
    else:
        known = _mapped(services, info, entity, refs)
        if known:
            keys = tuple(known.values())
            request = _request(info, entity, Direction.TO_ERP, ids=keys, presses=presses)
            job = services.ledger.create_job(*plan_sync(services, request))
    answers = [
        _taken(press.id, job)
        if press.ref in known
        else PressAnswer(press.id, "failed", "It is not linked to a record of the shop.")
        for press in presses
    ]
    return answers, job


def _mapped(
    services: Services, info: ConnectionInfo, entity: Entity, refs: Sequence[str]
) -> dict[str, str]:
    mappings = MappingRepository(services.database, info.id, services.clock)
    return mappings.taken(entity, refs)


def _request(
    info: ConnectionInfo,
    entity: Entity,
    direction: Direction,
    *,
    presses: Sequence[Press],
    ids: tuple[str, ...] = (),
    refs: tuple[str, ...] = (),
) -> SyncRequest:
    who = next((press.user for press in presses if press.user), "")
    return SyncRequest(
        info.id, entity, direction, "ids", ids, refs, origin="admin", requested_by=who[:96]
    )


def _hook_url(services: Services, connection_id: int, push: bool | None) -> str:
    base = services.config.agent.public_url.rstrip("/")
    if push and not base:
        raise InvalidInput(
            "The agent's address as the ERP sees it is not known",
            fix="Set [agent] public_url, e.g. https://bridge.example.com, or leave push out: the "
            "bridge looks every two seconds anyway.",
            fields={"push": ["Needs [agent] public_url."]},
        )
    return f"{base}/hooks/{connection_id}" if base and push is not False else ""


def _unsupported() -> InvalidInput:
    return InvalidInput(
        "This ERP cannot hold buttons of the bridge",
        fix="Synchronize from the shop's admin, or by erp-bridge sync.",
        fields={"installed": ["Not for this kind of ERP."]},
    )


def stored(services: Services, connection_id: int) -> dict[str, Any]:
    """Return what is remembered of a connection's buttons; empty where there are none."""
    found: dict[str, Any] = json.loads(services.settings.get(_name(connection_id)) or "{}")
    return found


def _store(services: Services, connection_id: int, value: Mapping[str, Any]) -> None:
    services.settings.set(_name(connection_id), json.dumps(value))


def board_name(connection_id: int) -> str:
    """Return the name under which it is kept what the ERP's lists show."""
    return f"board.{connection_id}"


def _open_name(connection_id: int) -> str:
    return f"presses.{connection_id}"


def _name(connection_id: int) -> str:
    return f"buttons.{connection_id}"
