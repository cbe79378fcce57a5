"""The bridge's lists inside the ERPs: what was synchronized last, last runs, what waits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import structlog

from agent.erp.buttons import BoardRow, ButtonsErp
from agent.errors import BridgeError
from agent.services.buttons import board_name, stored
from agent.services.connection_records import ConnectionInfo
from agent.sync.mapping import MappingRepository
from agent.sync.sales.waiting import WaitingList

if TYPE_CHECKING:
    from agent.services.container import Services

log = structlog.get_logger(__name__)

_SHOWN = 200
"""Lines per list inside the ERP."""


def show_boards(services: Services) -> int:
    """Bring the lists inside the ERPs up to date; returns how many lines were sent."""
    count = 0
    for info in services.connections.every():
        if info.paused is not None or not stored(services, info.id).get("installed"):
            continue
        rows = _board(services, info)
        name = board_name(info.id)
        before: dict[str, Any] = json.loads(services.settings.get(name) or "{}")
        now = {f"{row.list}/{row.key}": _mark(row) for row in rows}
        changed = [r for r in rows if before.get(f"{r.list}/{r.key}") != now[f"{r.list}/{r.key}"]]
        gone: dict[str, list[str]] = {}
        for key in before.keys() - now.keys():
            where, _, own = key.partition("/")
            gone.setdefault(where, []).append(own)
        if not changed and not gone:
            continue
        try:
            with services.erp_pool.borrow(info.id) as erp:
                if isinstance(erp, ButtonsErp):
                    erp.show(changed, gone=gone)
        except BridgeError as error:
            log.warning("erp.board_failed", connection=info.name, **error.to_plain())
            continue
        services.settings.set(name, json.dumps(now))
        count += len(changed)
    return count


def _mark(row: BoardRow) -> str:
    return f"{row.state}|{row.label}|{row.ref}|{row.note}"


def _board(services: Services, info: ConnectionInfo) -> list[BoardRow]:
    rows: list[BoardRow] = []
    for job in services.ledger.jobs(connection_id=info.id, page=1, limit=50).items:
        counts = job.counts.to_plain()
        note = ", ".join(f"{name} {n}" for name, n in counts.items() if n)
        rows.append(
            BoardRow(
                "runs",
                str(job.id),
                job.entity,
                f"{job.entity} {job.direction}",
                str(job.state.value),
                note=note,
                at=job.created_at,
            )
        )
    waiting = WaitingList(services.database, services.clock)
    rows += [
        BoardRow(
            "waiting",
            f"{item.entity}/{item.store_key}",
            item.entity,
            item.label,
            item.state,
            note=f"{item.cause} {item.fix}",
            at=item.since,
        )
        for item in waiting.page(info.id, limit=_SHOWN)[0]
    ]
    mappings = MappingRepository(services.database, info.id, services.clock)
    for entity, head in mappings.newest(_SHOWN):
        rows.append(
            BoardRow(
                "mappings",
                f"{entity.value}/{head.store_key}",
                entity.value,
                head.label,
                head.state.value,
                ref=head.erp_id or "",
            )
        )
    return rows
