"""Remembers the writing calls the bridge makes, so that they can be made again without it."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agent.bench.target import Database
from agent.erp.odoo.transport import ServerVersion, Transport
from agent.errors import ConfigError

WRITING = frozenset({"load", "create", "write"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call and the ids it answered (``None`` where it answers none)."""

    model: str
    method: str
    args: list[Any]
    kwargs: dict[str, Any]
    ids: list[int] | None


@dataclass(slots=True)
class Recording:
    """Writing calls in the order they were made; ``others`` counts those that only read.

    ``writing`` and ``reading`` are the seconds spent waiting for the answers of either.
    """

    calls: list[Call] = field(default_factory=list)
    others: int = 0
    writing: float = 0.0
    reading: float = 0.0

    @property
    def rows(self) -> int:
        """Rows in all ``load()`` calls."""
        return sum(len(call.kwargs["data"]) for call in self.calls if call.method == "load")


class RecordingTransport:
    """A transport that passes everything on and remembers what writes."""

    def __init__(self, inner: Transport, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    def version(self) -> ServerVersion:
        """See :meth:`Transport.version`."""
        return self._inner.version()

    def login(self) -> int:
        """See :meth:`Transport.login`."""
        return self._inner.login()

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """See :meth:`Transport.call`."""
        recording = self._recording
        started = time.perf_counter()
        answer = self._inner.call(model, method, args, kwargs)
        seconds = time.perf_counter() - started
        if method in WRITING:
            recording.calls.append(Call(model, method, list(args), dict(kwargs), _ids(answer)))
            recording.writing += seconds
        else:
            recording.others += 1
            recording.reading += seconds
        return answer

    def close(self) -> None:
        """See :meth:`Transport.close`."""
        self._inner.close()


class BareOdoo:
    """Odoo by the standard library's XML-RPC and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        common: Any = xmlrpc.client.ServerProxy(f"{database.url}/xmlrpc/2/common")
        self._uid = common.authenticate(database.name, database.user, database.password, {})
        if not self._uid:
            raise ConfigError(
                f"Odoo does not accept {database.user} in {database.name}",
                fix="Check --user and --password.",
                code="bench.login",
            )
        self._object: Any = xmlrpc.client.ServerProxy(
            f"{database.url}/xmlrpc/2/object", allow_none=True
        )

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model."""
        head = (self._database.name, self._uid, self._database.password)
        return self._object.execute_kw(*head, model, method, list(args), kwargs)


def replay(recording: Recording, database: Database) -> float:
    """Make the recorded calls again on another database and return their seconds.

    The other database must have been equal to the first when the recording began, so that the same
    rows meet the same ids.

    Raises:
        ConfigError: it was not: a call answers other ids.
    """
    odoo = BareOdoo(database)
    plain = [(call, _plain(call.args), _plain(call.kwargs)) for call in recording.calls]
    started = time.perf_counter()
    for call, args, kwargs in plain:
        answer = odoo.call(call.model, call.method, *args, **kwargs)
        if _ids(answer) != call.ids:
            raise ConfigError(
                f"The same {call.method}() on {call.model} gave other records in {database.name}",
                fix="Give two databases that are fresh copies of the same one.",
                code="bench.not_equal",
            )
    return time.perf_counter() - started


def _ids(answer: Any) -> list[int] | None:
    if isinstance(answer, dict):
        ids = answer.get("ids")
        return list(ids) if ids else None
    return list(answer) if isinstance(answer, list) else None


def _plain(value: Any) -> Any:
    """Return a value as the standard library's XML-RPC can send it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
