"""Batches of ``load()`` in which one bad record never stops the others.

``load()`` keeps nothing when a row is bad and names the bad rows: those are dropped and the rest
is sent again. A fault instead of messages is narrowed down by halving. Repeating a call is safe:
rows carry an external id (create or update) or a database id (update).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.erp.odoo.client import Odoo
from agent.erp.odoo.faults import missing_right, model_in, record_rights
from agent.erp.odoo.messages import explain, stops_everything
from agent.errors import AuthError, BridgeError, PermanentError, Refused

MAX_RECORDS = 250
"""Records per call: measured, 100 to 500 are equally fast, and small calls lose less."""
MAX_COST = 1500
"""Cost units per call (a record costs 1 and what it makes besides), about ten seconds of Odoo."""
MAX_BYTES = 4_000_000
ONCE = {"mode": "update", "noupdate": True}
"""Context in which ``load()`` creates what is not there and leaves alone what is.

An external id that was made with ``noupdate`` is skipped where the mode is ``update``; so is what
another call has made in the meantime (read in the servers' code of 14 and 19, and tried there).
"""


@dataclass(slots=True)
class LoadRecord:
    """One record to load.

    ``cells`` are the columns of its first row, ``more`` those of further rows (one2many lines).
    ``cost`` counts the record and what Odoo makes for it besides, e.g. its variants.
    """

    key: str
    cells: dict[str, str]
    more: list[dict[str, str]] = field(default_factory=list)
    cost: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns the record uses, in one order for all records."""
        return tuple(sorted(self.cells))

    @property
    def size(self) -> int:
        """Characters of all cells."""
        return sum(sum(map(len, row.values())) for row in (self.cells, *self.more))


@dataclass(slots=True)
class LoadResult:
    """Database id of a loaded record, or why it was refused; warnings did not stop it."""

    id: int | None = None
    error: BridgeError | None = None
    warnings: list[BridgeError] = field(default_factory=list)


class Loader:
    """Loads records of any model.

    ``progress`` is called after every call to Odoo. ``may(model, operation)`` tells a missing right
    on a model, which stops everything, from a rule that hides one record.
    """

    def __init__(
        self,
        odoo: Odoo,
        progress: Callable[[], None],
        may: Callable[[str, str], bool] | None = None,
    ) -> None:
        self._odoo = odoo
        self._progress = progress
        self._may = may

    def load(
        self,
        model: str,
        records: Sequence[LoadRecord],
        *,
        lang: str = "",
        context: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> dict[str, LoadResult]:
        """Load records; return what became of each, by key.

        Records with the same columns go together; within those the order is kept. With ``once``, a
        record whose external id is there already stays as it is, whoever made it since the caller
        looked: for documents that have a life of their own as soon as they exist.

        Raises:
            TransientError, AuthError, ConfigError: the whole call could not be made.
        """
        results: dict[str, LoadResult] = {}
        context = {**(context or {}), **(ONCE if once else {})}
        groups: dict[tuple[str, ...], list[LoadRecord]] = {}
        for record in records:
            groups.setdefault(record.columns, []).append(record)
        for columns, group in groups.items():
            for batch in batches(group):
                call = _Call(self._odoo, model, columns, lang, context, self._progress)
                call.may = self._may
                call.run(batch)
                results.update(call.results)
        return results


def batches(records: Sequence[LoadRecord], most: int = MAX_RECORDS) -> list[list[LoadRecord]]:
    """Return records in the batches that go in one call each, in their order."""
    found: list[list[LoadRecord]] = []
    cost = size = 0
    for record in records:
        weight = record.size
        full = bool(found) and (
            len(found[-1]) >= most
            or cost + record.cost > max(MAX_COST, most)
            or size + weight > MAX_BYTES
        )
        if not found or full:
            found.append([])
            cost = size = 0
        found[-1].append(record)
        cost += record.cost
        size += weight
    return found


@dataclass(slots=True)
class _Call:
    odoo: Odoo
    model: str
    columns: tuple[str, ...]
    lang: str
    context: Mapping[str, Any]
    progress: Callable[[], None]
    may: Callable[[str, str], bool] | None = None
    results: dict[str, LoadResult] = field(default_factory=dict)

    def run(self, records: list[LoadRecord]) -> None:
        while records:
            try:
                answer = self._send(records)
            except PermanentError as fault:
                self._halve(records, fault)
                return
            ids = answer.get("ids")
            messages = [m for m in answer.get("messages") or () if isinstance(m, Mapping)]
            if isinstance(ids, list) and len(ids) == len(records):
                self._keep(records, ids, messages)
                return
            bad = self._bad(records, messages)
            if not bad:
                self._halve(records, self._nameless(messages))
                return
            for index, error in bad.items():
                self.results[records[index].key] = LoadResult(error=error)
            records = [r for i, r in enumerate(records) if i not in bad]

    def _send(self, records: Sequence[LoadRecord]) -> Mapping[str, Any]:
        data = [
            [row.get(column, "") for column in self.columns]
            for record in records
            for row in (record.cells, *record.more)
        ]
        context = self.odoo.context(lang=self.lang, **self.context)
        answer = self.odoo.call(
            self.model, "load", fields=list(self.columns), data=data, context=context
        )
        self.progress()
        return answer if isinstance(answer, Mapping) else {}

    def _keep(
        self,
        records: Sequence[LoadRecord],
        ids: Sequence[int],
        messages: Sequence[Mapping[str, Any]],
    ) -> None:
        for record, number in zip(records, ids, strict=True):
            self.results[record.key] = LoadResult(id=int(number))
        starts = _starts(records)
        for message in messages:
            index = _record_of(message, starts)
            if index is not None:
                self.results[records[index].key].warnings.append(explain(message))

    def _bad(
        self, records: Sequence[LoadRecord], messages: Sequence[Mapping[str, Any]]
    ) -> dict[int, BridgeError]:
        """Return the bad records by index; raises where the whole call is at fault."""
        starts = _starts(records)
        found: dict[int, list[BridgeError]] = {}
        for message in messages:
            if message.get("type") != "error":
                continue
            index = _record_of(message, starts)
            error = self._explain(message, None if index is None else records[index].cells)
            if index is not None:
                found.setdefault(index, []).append(error)
        # Odoo 19 repeats the error of the whole batch under its first record's name: the first one
        # is believed to be bad only when it is the only one or is named twice
        if len(found) > 1 and len(found.get(0, ())) == 1:
            del found[0]
        return {index: _telling(errors, index) for index, errors in found.items()}

    def _explain(
        self, message: Mapping[str, Any], cells: Mapping[str, str] | None = None
    ) -> BridgeError:
        """Return a message's error; raises it where it is about the whole call.

        Odoo says in many words and languages that a right is missing; whether it is one on a model
        or a rule about one record is asked for, not read from them.
        """
        error = explain(message, cells)
        subject = model_in(error.detail)
        unclear = isinstance(error, AuthError) or (subject and error.code == "erp.refused")
        if unclear and self.may is not None:
            subject = subject or self.model
            if not (self.may(subject, "create") and self.may(subject, "write")):
                raise missing_right(error.detail, subject, "load")
            if isinstance(error, AuthError):
                return record_rights(error.detail)
        if stops_everything(error):
            raise error
        return error

    def _nameless(self, messages: Sequence[Mapping[str, Any]]) -> BridgeError:
        for message in messages:
            if message.get("type") == "error":
                return self._explain(message)
        return Refused(
            "Odoo kept none of the records and gave no reason",
            fix="Synchronize again; where it stays, look into Odoo's server log.",
        )

    def _halve(self, records: list[LoadRecord], error: BridgeError) -> None:
        if len(records) == 1:
            self.results[records[0].key] = LoadResult(error=error)
            return
        middle = len(records) // 2
        self.run(records[:middle])
        self.run(records[middle:])


def _telling(errors: Sequence[BridgeError], index: int) -> BridgeError:
    """Return the error that is the cause of the others of a record.

    A record that is gone is then taken for a new one, which fails for other reasons; and what
    Odoo 19 says of the whole batch comes before what it says of the first record.
    """
    for error in errors:
        if error.code == "erp.gone":
            return error
    return errors[-1] if index == 0 else errors[0]


def _starts(records: Sequence[LoadRecord]) -> list[int]:
    """Return the number of the first row of each record."""
    starts: list[int] = []
    row = 0
    for record in records:
        starts.append(row)
        row += 1 + len(record.more)
    return starts


def _record_of(message: Mapping[str, Any], starts: Sequence[int]) -> int | None:
    rows = message.get("rows")
    if not isinstance(rows, Mapping) or not isinstance(rows.get("from"), int):
        return None
    first = int(rows["from"])
    found = None
    for index, start in enumerate(starts):
        if start > first:
            break
        found = index
    return found if first >= 0 else None
