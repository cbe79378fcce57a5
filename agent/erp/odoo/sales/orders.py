"""Orders: a quotation by one ``load()``, then made to agree with the shop to the cent.

Order and lines carry external ids, so that sending them again changes the same order and lines.
Lines that people added in Odoo stay. An order that was typed by hand or by another bridge and then
linked is not touched: it is only compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.erp.document_edits import (
    changed_fields,
    changed_lines,
    document_of,
    previous_lines,
    removed_lines,
)
from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.sales import confirmed, totals
from agent.erp.odoo.sales.order_rows import LINE, ORDER, OrderRows, line_name
from agent.erp.odoo.writing import keep
from agent.errors import BridgeError, Refused

UTC_CONTEXT = {"tz": "UTC"}
"""Without it ``load()`` reads times in the user's time zone."""


@dataclass(slots=True)
class _Known:
    """What is in Odoo of the documents that are there: orders by id, lines by external id."""

    orders: dict[int, Row] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update orders; the outcome is failed where amounts cannot be made to agree."""
    ready = [d for d in drafts if d.error is None and d.change.fields]
    if not ready:
        return
    known = _known(work, ready)
    rows = _rows(work, ready)
    if rows is None:
        return
    records: list[LoadRecord] = []
    gone: dict[str, list[int]] = {}
    for draft in ready:
        try:
            record = _record(draft, known, rows)
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error
            continue
        if record is not None:
            records.append(record)
        gone[draft.key] = _removed(draft, known)
    _send(work, ready, records)
    _remove(work, ready, gone)
    settled = [
        totals.Settling(d, document_of(d), known.lines, rounds=_may_round(d, known))
        for d in ready
        if d.alive
    ]
    totals.settle(work, rows, settled)


def _rows(work: Work, drafts: Sequence[Draft]) -> OrderRows | None:
    """Return the maker of cells; where that fails for good, every draft carries the reason."""
    try:
        return OrderRows(work, drafts)
    except BridgeError as error:
        if error.retry:
            raise
        for draft in drafts:
            draft.error = error
        return None


def _known(work: Work, drafts: Sequence[Draft]) -> _Known:
    cx = work.cx
    there = [d for d in drafts if d.id is not None]
    fields = ["name", "state", "invoice_ids"]
    fields += [name for name in ("locked",) if cx.facts.has(ORDER, name)]
    numbers = [d.id for d in there if d.id is not None]
    orders = {int(r["id"]): r for r in cx.odoo.find_in(ORDER, "id", numbers, fields)}
    names: set[str] = set()
    for draft in there:
        keys = {line.key for line in document_of(draft).lines}
        keys |= previous_lines(draft).keys() | set(totals.KEYS)
        names |= {line_name(draft, key) for key in keys}
    return _Known(orders, cx.external_ids.find(LINE, names))


def _record(draft: Draft, known: _Known, rows: OrderRows) -> LoadRecord | None:
    """Return what to send of a document, None where that is nothing.

    Raises:
        BridgeError: it cannot be sent as it is.
    """
    if draft.id is None:
        cells = {"id": draft.change.external_id, **rows.header(draft)}
        lines = rows.lines(draft)
        return LoadRecord(draft.key, cells | lines[0], lines[1:], cost=1 + len(lines))
    row = known.orders.get(draft.id)
    if row is None:
        raise _gone()
    if _foreign(draft, known):
        return None
    changed = changed_lines(draft) if draft.has("lines") else []
    changed += [
        line.key
        for line in document_of(draft).lines
        if line.key not in changed and line_name(draft, line.key) not in known.lines
    ]
    adopted = draft.change.previous is None
    refused = confirmed.refusal(draft, row, changed)
    if refused is not None and (not adopted or row["state"] == "cancel"):
        raise refused
    if adopted and row["state"] not in confirmed.QUOTATION:
        return None  # it was confirmed before this agent knew: only compared
    if row["state"] not in confirmed.QUOTATION and not changed_fields(draft):
        return None  # other settings leave confirmed orders as they are
    cells = rows.header(draft)
    lines = rows.lines(draft, changed) if changed else []
    if not cells and not lines:
        return None
    cells[".id"] = str(draft.id)
    return LoadRecord(draft.key, cells | (lines[0] if lines else {}), lines[1:], 1 + len(lines))


def _foreign(draft: Draft, known: _Known) -> bool:
    """Tell whether an order was not made by the bridge: none of its lines carries its keys."""
    keys = {line.key for line in document_of(draft).lines}
    keys |= previous_lines(draft).keys()
    return not any(line_name(draft, key) in known.lines for key in keys)


def _may_round(draft: Draft, known: _Known) -> bool:
    if draft.creates:
        return True
    row = known.orders.get(draft.id or 0)
    if row is None or _foreign(draft, known):
        return False
    return row["state"] in confirmed.QUOTATION or draft.touched


def _removed(draft: Draft, known: _Known) -> list[int]:
    names = [line_name(draft, key) for key in removed_lines(draft)]
    return [known.lines[name] for name in names if name in known.lines]


def _send(work: Work, drafts: Sequence[Draft], records: Sequence[LoadRecord]) -> None:
    keep(work.loader.load(ORDER, records, context=UTC_CONTEXT), drafts)


def _remove(work: Work, drafts: Sequence[Draft], gone: dict[str, list[int]]) -> None:
    """Remove lines from quotations; confirmed orders never come here with any."""
    for draft in drafts:
        lines = gone.get(draft.key)
        if not lines or not draft.alive:
            continue
        try:
            work.cx.odoo.do(LINE, "unlink", lines)
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error
            continue
        draft.touched = True
        work.progress()


def _gone() -> Refused:
    return Refused(
        "The order it was linked to is no longer in Odoo",
        fix="Forget the link on the mapping screen, then synchronize the order again.",
        code="erp.gone",
    )
