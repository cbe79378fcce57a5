"""Sends records the cheapest way: grouped ``write`` calls, ``web_save_multi`` or ``load()``.

Measured: ``load()`` costs 3 to 5 ms per record on Odoo 19 and 7 ms on 14; a ``write`` of the same
values to many records costs about 25 ms per call and 0.3 ms per record. Odoo 19 has
``web_save_multi`` (module ``web``), which writes each of many records its own values in one
transaction: about 1 ms per record, archived or not. So values that enough records share go in one
``write``, other updates by ``web_save_multi`` where there is one, and the rest by ``load()``, which
also names the culprits of what the others refuse as a whole.

``load()`` finds only active records by database id. Archived ones are revived first where that is
asked for, and sent apart with archived records in sight otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from agent.erp.odoo.client import chunks
from agent.erp.odoo.connection import Connection, Work
from agent.erp.odoo.load import MAX_RECORDS, LoadRecord, LoadResult, batches
from agent.errors import MissingRight, PermanentError

GROUP_AT = 8
"""Records that must share their values before a ``write`` of their own pays off (see above)."""
GROUP_AT_BESIDE_EACH = 32
"""The same, where the others need no ``load()``."""
_WRITE_CHUNK = 1000
_EACH_CHUNK = 1000
"""Records of one ``web_save_multi``: about a second, quicker by a fifth than four smaller calls."""
_SIMPLE = frozenset(
    {"char", "text", "html", "float", "monetary", "integer", "boolean", "selection"}
)


def send(
    work: Work,
    model: str,
    records: Sequence[LoadRecord],
    *,
    lang: str = "",
    archived: AbstractSet[int] | None = None,
) -> dict[str, LoadResult]:
    """Create or update records; return what became of each, by key.

    ``archived`` are the ids believed to be archived; None asks Odoo. A belief that was wrong costs
    a second call and nothing else.

    Raises:
        TransientError, AuthError, ConfigError: the whole call could not be made.
    """
    results: dict[str, LoadResult] = {}
    rest: list[LoadRecord] = []
    few: list[LoadRecord] = []
    groups: dict[tuple[tuple[str, str], ...], list[LoadRecord]] = {}
    for record in records:
        cells = _values(work.cx, model, record)
        if cells is None:
            rest.append(record)
        else:
            groups.setdefault(tuple(sorted(cells.items())), []).append(record)
    writes_each = work.cx.facts.writes_each
    for same in groups.values():
        if len(same) < (GROUP_AT_BESIDE_EACH if writes_each else GROUP_AT):
            few += same
        elif _write(work, model, same, lang):
            results.update(_written(same))
        else:
            rest += same
    rest += _each(work, model, few, lang, results) if writes_each else few
    if archived is None:
        archived = _archived(work.cx, model, rest)
    results.update(_load(work, model, rest, lang, set(archived)))
    return results


def _load(
    work: Work, model: str, records: Sequence[LoadRecord], lang: str, archived: set[int]
) -> dict[str, LoadResult]:
    revived = [r for r in records if _number(r) in archived and r.cells.get("active") == "1"]
    if revived:
        ids = [int(r.cells[".id"]) for r in revived]
        work.cx.odoo.write(model, ids, {"active": True})
        archived -= set(ids)
    shown = [r for r in records if _number(r) not in archived]
    hidden = [r for r in records if _number(r) in archived]
    results = work.loader.load(model, shown, lang=lang)
    gone = [r for r in shown if ".id" in r.cells and _is_gone(results[r.key])]
    found = _archived(work.cx, model, gone)
    hidden += [r for r in gone if _number(r) in found]
    results.update(work.loader.load(model, hidden, lang=lang, context={"active_test": False}))
    return results


def _is_gone(result: LoadResult) -> bool:
    return result.error is not None and result.error.code == "erp.gone"


def _archived(cx: Connection, model: str, records: Sequence[LoadRecord]) -> set[int]:
    numbers = [n for r in records if (n := _number(r)) is not None]
    if not numbers or not cx.facts.has(model, "active"):
        return set()
    rows = cx.odoo.find_in(model, "id", numbers, ["id"], [("active", "=", False)])
    return {int(r["id"]) for r in rows}


def _number(record: LoadRecord) -> int | None:
    return int(record.cells[".id"]) if ".id" in record.cells else None


def _values(cx: Connection, model: str, record: LoadRecord) -> dict[str, str] | None:
    """Return the cells of an update that ``write`` could take over, None for anything else."""
    if ".id" not in record.cells or record.more:
        return None
    fields = cx.facts.fields(model)
    cells = {c: v for c, v in record.cells.items() if c != ".id"}
    for column in cells:
        name, _, sub = column.partition("/")
        kind = fields[name].type if name in fields else ""
        if sub != ".id" if kind in ("many2one", "many2many") else kind not in _SIMPLE:
            return None
    return cells


def _written(records: Sequence[LoadRecord]) -> dict[str, LoadResult]:
    return {record.key: LoadResult(id=int(record.cells[".id"])) for record in records}


def _each(
    work: Work,
    model: str,
    records: Sequence[LoadRecord],
    lang: str,
    results: dict[str, LoadResult],
    most: int = _EACH_CHUNK,
) -> list[LoadRecord]:
    """Write each its own cells; returns those of calls that were refused, smaller ones at last."""
    refused: list[LoadRecord] = []
    for part in batches(records, most):
        if _write_each(work, model, part, lang):
            results.update(_written(part))
        elif len(part) > MAX_RECORDS:
            refused += _each(work, model, part, lang, results, MAX_RECORDS)
        else:
            refused += part
    return refused


def _write_each(work: Work, model: str, records: Sequence[LoadRecord], lang: str) -> bool:
    """Write each its own cells; False where Odoo refuses one of them, and with it all."""
    try:
        work.cx.odoo.call(
            model,
            "web_save_multi",
            [int(record.cells[".id"]) for record in records],
            context=work.cx.odoo.context(lang=lang),
            vals_list=[_values_of(work.cx, model, record) for record in records],
            specification={},
        )
    except (PermanentError, MissingRight):  # perhaps a rule about one record: rows tell
        return False
    work.progress()
    return True


def _values_of(cx: Connection, model: str, record: LoadRecord) -> dict[str, Any]:
    fields = cx.facts.fields(model)
    names = {column: column.partition("/")[0] for column in record.cells if column != ".id"}
    return {name: _typed(fields[name].type, record.cells[column]) for column, name in names.items()}


def _write(work: Work, model: str, records: Sequence[LoadRecord], lang: str) -> bool:
    """Write equal cells; False where Odoo refuses them, so that rows find the culprit."""
    values = _values_of(work.cx, model, records[0])
    for part in chunks([int(r.cells[".id"]) for r in records], _WRITE_CHUNK):
        try:
            work.cx.odoo.write(model, part, values, lang=lang)
        except (PermanentError, MissingRight):  # perhaps a rule about one record: rows tell
            return False
        work.progress()
    return True


_TYPES: Mapping[str, Any] = {
    "float": Decimal,
    "monetary": Decimal,
    "integer": int,
    "many2one": int,
    "boolean": lambda text: text == "1",
    "many2many": lambda text: [(6, 0, [int(n) for n in text.split(",")])],
}


def _typed(kind: str, text: str) -> Any:
    """Return a cell of ``load()`` as the value that ``write`` expects."""
    if not text:
        return [(6, 0, [])] if kind == "many2many" else False
    return _TYPES[kind](text) if kind in _TYPES else text
