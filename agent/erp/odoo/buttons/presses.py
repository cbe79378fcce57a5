"""Presses: which records people want synchronized, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.erp.buttons import Press, PressAnswer
from agent.erp.odoo.buttons.names import ENTITIES, Names
from agent.erp.odoo.client import Row, chunks
from agent.erp.odoo.connection import Connection
from agent.errors import ConfigError

KEPT_DAYS = 30
"""How long answered presses stay in the list."""
_TIDIED_AT_ONCE = 500
_WRITE_CHUNK = 1000
_MESSAGE = 2000
VARIANT, TEMPLATE = "product.product", "product.template"
GONE = "It is not in Odoo any more."


def presses(cx: Connection, limit: int) -> list[Press]:
    """Return presses that wait, oldest first; none where there are no buttons.

    Those for records that were deleted since are answered here.
    """
    names = Names(cx.instance)
    try:
        rows = cx.odoo.find(
            names.queue,
            [("x_state", "=", "todo")],
            ["x_model", "x_res_id", "create_uid", "create_date"],
            limit=limit,
        )
    except ConfigError as error:
        if error.code == "erp.app_missing":
            return []
        raise
    templates = _templates(cx, rows)
    found: list[Press] = []
    gone: list[PressAnswer] = []
    for row in rows:
        model, record = str(row["x_model"]), int(row["x_res_id"] or 0)
        ref = templates.get(record) if model == VARIANT else record
        if model not in ENTITIES or not ref:
            gone.append(PressAnswer(str(row["id"]), "failed", GONE))
            continue
        user = row["create_uid"]
        found.append(
            Press(
                str(row["id"]),
                ENTITIES[model],
                str(ref),
                str(user[1]) if user else "",
                _time(str(row["create_date"])),
            )
        )
    answer(cx, gone)
    return found


def answer(cx: Connection, answers: Sequence[PressAnswer]) -> None:
    """Write what became of presses; those that somebody deleted are passed over."""
    wanted = {int(a.id): a for a in answers if a.id.isascii() and a.id.isdigit()}
    if not wanted:
        return
    queue = Names(cx.instance).queue
    try:
        rows = cx.odoo.find_in(queue, "id", sorted(wanted), ["x_state", "x_message"])
    except ConfigError as error:
        if error.code == "erp.app_missing":
            return
        raise
    groups: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        given = wanted[int(row["id"])]
        key = (given.state, given.message[:_MESSAGE])
        if key != (row["x_state"], row["x_message"] or ""):
            groups.setdefault(key, []).append(int(row["id"]))
    for (state, message), ids in groups.items():
        for part in chunks(ids, _WRITE_CHUNK):
            cx.odoo.write(queue, list(part), {"x_state": state, "x_message": message})
    _tidy(cx, queue)


def _tidy(cx: Connection, queue: str) -> None:
    before = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
    domain: list[Any] = [
        ("x_state", "!=", "todo"),
        ("create_date", "<", before.strftime("%Y-%m-%d %H:%M:%S")),
    ]
    old = cx.odoo.find(queue, domain, ["id"], limit=_TIDIED_AT_ONCE)
    if old:
        cx.odoo.do(queue, "unlink", [int(r["id"]) for r in old])


def _templates(cx: Connection, rows: Sequence[Row]) -> dict[int, int]:
    variants = sorted({int(r["x_res_id"]) for r in rows if r["x_model"] == VARIANT})
    if not variants:
        return {}
    found = cx.odoo.find_in(VARIANT, "id", variants, ["product_tmpl_id"])
    return {int(r["id"]): int(r["product_tmpl_id"][0]) for r in found if r["product_tmpl_id"]}


def _time(text: str) -> datetime:
    return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
