"""The bridge's lists inside Odoo: what is linked, what ran, what waits."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC

from agent.erp.buttons import BoardRow
from agent.erp.odoo.buttons.names import Names
from agent.erp.odoo.client import chunks
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.load import Loader, LoadRecord
from agent.errors import ConfigError

_LOG = logging.getLogger(__name__)
_LABEL, _NOTE = 200, 2000
_UNLINKED = 1000


def show(cx: Connection, rows: Sequence[BoardRow], gone: Mapping[str, Sequence[str]]) -> None:
    """Bring the lists up to date; where there are no buttons there is nothing to do."""
    names = Names(cx.instance)
    try:
        _take_out(cx, names, gone)
        if not rows:
            return
        latest = {names.row(row.list, row.key): row for row in rows}
        records = [LoadRecord(external, _cells(external, row)) for external, row in latest.items()]
        loader = Loader(cx.odoo, _nothing, cx.facts.may)
        done = loader.load(names.board, records, context={"noupdate": True, "tz": "UTC"})
    except ConfigError as error:
        if error.code == "erp.app_missing":
            return
        raise
    for external, result in done.items():
        if result.error is not None:
            _LOG.warning("Odoo does not take a line of the list: %s", result.error.about(external))


def _take_out(cx: Connection, names: Names, gone: Mapping[str, Sequence[str]]) -> None:
    for list_name, keys in gone.items():
        rows = cx.odoo.find_in(
            names.board, "x_key", sorted(set(keys)), ["id"], [("x_list", "=", list_name)]
        )
        for part in chunks([int(r["id"]) for r in rows], _UNLINKED):
            cx.odoo.do(names.board, "unlink", list(part))


def _cells(external: str, row: BoardRow) -> dict[str, str]:
    at = row.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if row.at is not None else ""
    return {
        "id": external,
        "x_list": row.list,
        "x_key": row.key,
        "x_entity": row.entity,
        "x_name": row.label[:_LABEL],
        "x_state": row.state,
        "x_ref": row.ref,
        "x_note": row.note[:_NOTE],
        "x_at": at,
    }


def _nothing() -> None:
    pass
