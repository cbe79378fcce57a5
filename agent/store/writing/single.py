"""Writes records one after the other: those of which a shop has hundreds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import pymysql

from agent.errors import AuthError, BridgeError, ConfigError, InvalidRecord, TransientError
from agent.faults import reach
from agent.store.writing.births import Births, Cradle, tag
from agent.store.writing.changes import StoreChange, StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile, explained
from agent.store.writing.seen import changed_since
from agent.store.writing.texts import Texts

_LOOKED_AT = 50
"""Records whose present state is read together, before the first of them is written."""
_FRESH = 1.0
"""Seconds for which that is good enough; later each record is looked at by itself."""


class SingleWriter(Protocol):
    """Writes records of one kind."""

    @property
    def cradle(self) -> Cradle:
        """Where new ones are made."""
        ...

    def label(self, change: StoreChange) -> str:
        """Return what to call the record."""
        ...

    def check(self, change: StoreChange, key: int | None) -> None:
        """Raise InvalidRecord for what cannot be written, before anything is."""
        ...

    def start(self, change: StoreChange, sort_order: int) -> int:
        """Make the record's row, not yet to be seen by anybody, and return its id."""
        ...

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        """Write all the rest; tell whether anything changed. New ones are shown last."""
        ...

    def number(self, key: str) -> int:
        """Return the row's id of a key of the shop."""
        ...

    def key(self, change: StoreChange, number: int) -> str:
        """Return the key of a row of the shop."""
        ...


def write_each(
    desk: Desk, changes: Sequence[StoreChange], writer: SingleWriter, progress: Callable[[], None]
) -> list[StoreOutcome]:
    """Write the changes in their order; one that fails never stops the others."""
    births = Births(desk, writer.cradle)
    born = births.begin([change.marker for change in changes if change.key is None])
    guard = _Guard(desk, writer)
    outcomes: list[StoreOutcome] = []
    for start in range(0, len(changes), _LOOKED_AT):
        some = changes[start : start + _LOOKED_AT]
        guard.look(some)
        for change in some:
            outcomes.append(_write(guard, change, births, born.get(change.marker)))
            progress()
    return outcomes


class _Guard:
    """Knows whose records somebody changed meanwhile; what is written here does not count."""

    def __init__(self, desk: Desk, writer: SingleWriter) -> None:
        self.desk = desk
        self.writer = writer
        self._changed: set[str] = set()
        self._looked = 0.0
        self.written: set[int] = set()

    def look(self, changes: Sequence[StoreChange]) -> None:
        """Read what the records are like now."""
        self._changed = changed_since(self.desk, self.writer.cradle.entity, changes)
        self._looked = time.monotonic()

    def check(self, change: StoreChange, number: int | None) -> None:
        """Raise Busy for a changed record; keys that share a row change it for each other."""
        if number in self.written:
            return
        changed = self._changed
        if time.monotonic() - self._looked > _FRESH:  # others had pictures to be fetched
            changed = changed_since(self.desk, self.writer.cradle.entity, [change])
        if change.key in changed:
            raise changed_meanwhile()


def _write(guard: _Guard, change: StoreChange, births: Births, born: int | None) -> StoreOutcome:
    desk, writer = guard.desk, guard.writer
    texts = Texts(desk)
    try:
        with desk.transaction():
            number = born if change.key is None else writer.number(change.key)
            guard.check(change, number)
            if change.key is not None:
                _there(desk, writer.cradle, number)
            writer.check(change, number)
            if number is None:
                number = writer.start(change, tag(change.marker))
                reach("store.after_row")
                births.note({change.marker: number})
            reach("store.before_fill")
            changed = writer.fill(change, number, texts)
            guard.written.add(number)
            reach("store.after_fill")
    except pymysql.MySQLError as error:
        refused = explained(error)
        if refused is None:
            raise
        return failed(change, writer.label(change), refused, texts)
    except BridgeError as error:
        if stops(error):
            raise
        return failed(change, writer.label(change), error, texts)
    status = Written.UPDATED if changed else Written.UNCHANGED
    return StoreOutcome(
        change.marker,
        Written.CREATED if change.key is None else status,
        writer.key(change, number),
        warnings=named(texts.warnings, writer.label(change)),
    )


def stops(error: BridgeError) -> bool:
    """Tell whether an error is none of a single record."""
    here = {"store.changed_meanwhile", "store.locked"}
    if isinstance(error, TransientError):
        return error.code not in here and not error.code.startswith("store.image")
    return isinstance(error, ConfigError | AuthError)


def failed(change: StoreChange, label: str, error: BridgeError, texts: Texts) -> StoreOutcome:
    """Return the outcome of a change that could not be made."""
    return StoreOutcome(
        change.marker,
        Written.FAILED,
        change.key,
        error=error.about(label),
        warnings=named(texts.warnings, label),
    )


def named(errors: Sequence[BridgeError], label: str) -> tuple[BridgeError, ...]:
    """Return errors that say which record they are about."""
    return tuple(error.about(label) for error in errors)


def gone(what: str) -> InvalidRecord:
    """Return the error for a record that is not in the shop."""
    return InvalidRecord(
        f"{what} is no longer in the shop",
        fix="Remove its mapping, so that it is made anew, or exclude it.",
        code="store.record_gone",
    )


def _there(desk: Desk, cradle: Cradle, number: int | None) -> None:
    if number is None or number not in desk.known(cradle.table, cradle.key, [number]):
        raise gone("The record")
