"""Runs one claimed task: calls its handler and reports to the ledger how it ended."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy.exc import DBAPIError

from agent.errors import AuthError, BridgeError, Busy, Held, Paused, TransientError, Unreachable
from agent.ledger.keeper import RunningTask
from agent.ledger.ledger import Ledger
from agent.ledger.transactions import is_contention
from agent.ledger.types import Handler, Lease, LeaseLost
from agent.security import mask_text

log = structlog.get_logger(__name__)

_REPORT_FOR = 600.0  # seconds to go on telling a database that is away how a task ended


def run_task(
    ledger: Ledger, handlers: Mapping[str, Handler], running: RunningTask, stop: threading.Event
) -> None:
    """Run the handler of a claimed task and report the end; never raises for the task's sake.

    A task whose lease was lost meanwhile is dropped without a word: it belongs to somebody else.
    """
    lease = running.lease
    task = lease.task
    with structlog.contextvars.bound_contextvars(job=task.job_id, task=task.id, key=task.key):
        try:
            report = _attempt(ledger, handlers, running)
            _deliver(ledger, report, lease, stop)
        except LeaseLost:
            log.warning("task.dropped", cause="the task was taken over while it ran")
        except BridgeError as error:
            log.warning("task.not_reported", **error.to_plain())


def _attempt(
    ledger: Ledger, handlers: Mapping[str, Handler], running: RunningTask
) -> Callable[[], object]:
    """Call the handler; return the call that tells the ledger how it ended."""
    lease = running.lease
    handler = handlers.get(lease.task.kind)
    if handler is None:
        return _ending(ledger, lease, _no_handler(lease.task.kind))
    started = time.monotonic()
    try:
        result = handler(running)
    except BridgeError as error:
        return _ending(ledger, lease, error)
    except LeaseLost:
        raise
    except DBAPIError as error:
        return _ending(ledger, lease, _of_database(error))
    except Exception as error:  # noqa: BLE001 - whatever a handler does, its task is reported
        return _ending(ledger, lease, bug(error))
    log.info(
        "task.handled", seconds=round(time.monotonic() - started, 3), **result.counts.to_plain()
    )
    return lambda: ledger.finish(lease, result)


def _ending(ledger: Ledger, lease: Lease, error: BridgeError) -> Callable[[], object]:
    """Return the call that tells the ledger about an error, by its kind."""
    if isinstance(error, TransientError):
        log.warning("task.retry", attempt=lease.task.attempts + 1, **error.to_plain())
        return lambda: ledger.retry_later(lease, error)
    if isinstance(error, AuthError):
        log.error("task.pauses_connection", **error.to_plain())
        return lambda: ledger.pause(lease, error)
    if isinstance(error, Paused):
        # it was paused between the claim and the first step: claims leave it alone from now on
        return lambda: ledger.give_back(lease)
    if isinstance(error, Held):
        log.warning("task.held", **error.to_plain())
        return lambda: ledger.hold(lease, error)
    log.error("task.failed", detail=mask_text(error.detail), **error.to_plain())
    return lambda: ledger.fail(lease, error)


def _deliver(
    ledger: Ledger, report: Callable[[], object], lease: Lease, stop: threading.Event
) -> None:
    """Tell the ledger; a result that it cannot store fails the task."""
    try:
        _insist(report, stop)
    except (LeaseLost, BridgeError):
        raise
    except Exception as error:  # noqa: BLE001 - a result of any shape may come from a handler
        _insist(_ending(ledger, lease, bug(error)), stop)


def _insist(report: Callable[[], object], stop: threading.Event) -> None:
    """Call ``report``, again while the database is away, but not for ever."""
    until = time.monotonic() + _REPORT_FOR
    pause = 0.2
    while True:
        try:
            report()
        except (Unreachable, Busy):
            if stop.is_set() or time.monotonic() > until:
                raise
            log.warning("task.report_waits", seconds=pause)
            stop.wait(pause)
            pause = min(pause * 2, 5.0)
        else:
            return


def bug(error: Exception) -> BridgeError:
    """Return the error shown for an exception that nobody foresaw; ``detail`` is its traceback."""
    trace = "".join(traceback.format_exception(error))
    return BridgeError(
        f"A fault in ERP Bridge itself stopped this work ({type(error).__name__})",
        fix="Retry the job once. If it stays, report it with the lines of the agent's log around "
        "this time; nothing was lost.",
        code="bridge.bug",
        detail=mask_text(trace),
    )


def _of_database(error: DBAPIError) -> BridgeError:
    if is_contention(error):
        return Busy(
            "The shop's database was too busy for this step",
            fix="Nothing to do: it is tried again by itself.",
            code="database.busy",
        )
    return bug(error)


def _no_handler(kind: str) -> BridgeError:
    return BridgeError(
        f"This worker does not know work of the kind {kind!r}",
        fix="Run the same version of ERP Bridge on all machines, restart the workers, then retry "
        "the job.",
        code="task.kind",
    )
