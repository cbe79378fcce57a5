"""Makes each writing call of the bridge a second time, without it, on an equal database.

The two calls stand next to each other in time, so that whatever else the machine is doing weighs
on both sides alike.
"""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.bench.target import Database
from agent.erp.odoo.transport import ServerVersion, Transport
from agent.errors import ConfigError

WRITING = frozenset({"load", "create", "write", "web_save_multi", "action_confirm"})


class BareOdoo:
    """Odoo by the standard library's XML-RPC and nothing else."""

    def __init__(self, database: Database) -> None:
        self.database = database
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
        head = (self.database.name, self._uid, self.database.password)
        return self._object.execute_kw(*head, model, method, list(args), kwargs)


@dataclass(slots=True)
class Tally:
    """Calls, and seconds spent waiting for their answers.

    ``bare`` are the seconds of the same writing calls without the bridge; ``aside`` are all that
    the measurement itself took, ``bare`` among them.
    """

    writing_calls: int = 0
    rows: int = 0
    writing: float = 0.0
    reading_calls: int = 0
    reading: float = 0.0
    bare: float = 0.0
    aside: float = 0.0

    def facts(self, seconds: float) -> dict[str, Any]:
        """Return where ``seconds`` of the bridge went, for a result."""
        return {
            "writing_calls": self.writing_calls,
            "seconds_in_writing_calls": round(self.writing, 2),
            "reading_calls": self.reading_calls,
            "seconds_in_reading_calls": round(self.reading, 2),
            "seconds_beside_calls": round(seconds - self.writing - self.reading, 2),
        }

    def forget(self) -> None:
        """Begin anew: what was called so far only made ready."""
        fresh = Tally()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))


class ShadowTransport:
    """A transport that takes the time of calls; writing ones are each made again on ``bare``.

    ``bare`` must be equal to the first database before the first call, so that the same rows meet
    the same ids. Without one, calls are only timed.
    """

    def __init__(self, inner: Transport, bare: BareOdoo | None, tally: Tally) -> None:
        self._inner = inner
        self._bare = bare
        self._tally = tally

    @property
    def protocol(self) -> str:
        """See :attr:`Transport.protocol`."""
        return self._inner.protocol

    def version(self) -> ServerVersion:
        """See :meth:`Transport.version`."""
        return self._inner.version()

    def login(self) -> int:
        """See :meth:`Transport.login`."""
        return self._inner.login()

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """See :meth:`Transport.call`.

        Raises:
            ConfigError: besides those, when the same call gives other records on ``bare``.
        """
        tally = self._tally
        started = time.perf_counter()
        answer = self._inner.call(model, method, args, kwargs)
        answered = time.perf_counter()
        if method not in WRITING:
            tally.reading_calls += 1
            tally.reading += answered - started
            return answer
        tally.writing_calls += 1
        tally.writing += answered - started
        tally.rows += len(kwargs.get("data", ()))
        if self._bare is not None:
            self._again(
                self._bare, model, method, _plain(args), _plain(kwargs), expected=_ids(answer)
            )
        tally.aside += time.perf_counter() - answered
        return answer

    def close(self) -> None:
        """See :meth:`Transport.close`."""
        self._inner.close()

    def _again(
        self,
        bare: BareOdoo,
        model: str,
        method: str,
        args: Any,
        kwargs: Any,
        *,
        expected: list[int] | None,
    ) -> None:
        started = time.perf_counter()
        answer = bare.call(model, method, *args, **kwargs)
        self._tally.bare += time.perf_counter() - started
        if _ids(answer) != expected:
            raise ConfigError(
                f"The same {method}() on {model} gave other records in {bare.database.name}",
                fix="Give two databases that are fresh copies of the same one.",
                code="bench.not_equal",
            )


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
