"""How checks are run and told: each as ok, warning or error, with cause and fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pymysql
from sqlalchemy.exc import SQLAlchemyError

from agent.erp.port import Finding
from agent.errors import BridgeError

Check = Callable[[], Iterable[Finding]]


def ok(check: str, message: str) -> Finding:
    """Return a finding that all is well."""
    return Finding("ok", check, message)


def warning(check: str, cause: str, fix: str, *, code: str) -> Finding:
    """Return a finding that work goes on, but not as it should."""
    return Finding("warning", check, cause, cause=cause, fix=fix, code=code)


def error(check: str, cause: str, fix: str, *, code: str) -> Finding:
    """Return a finding that stops work."""
    return Finding("error", check, cause, cause=cause, fix=fix, code=code)


def of_error(check: str, problem: BridgeError) -> Finding:
    """Return the finding that an error makes."""
    return error(check, problem.cause, problem.fix, code=problem.code)


def run_checks(checks: Iterable[tuple[str, Check]]) -> list[Finding]:
    """Run checks by name, in order; one that breaks becomes a finding and stops no other."""
    found: list[Finding] = []
    for name, check in checks:
        try:
            found += check()
        except BridgeError as problem:
            found.append(of_error(name, problem))
        except (SQLAlchemyError, pymysql.MySQLError) as problem:
            found.append(
                error(
                    name,
                    f"The database refused a statement: {type(problem).__name__}",
                    "Run erp-bridge migrate; if that does not help, look in the agent's log.",
                    code="database.failed",
                )
            )
        except OSError as problem:
            found.append(_of_refusal(name, problem))
    return found


def _of_refusal(check: str, problem: OSError) -> Finding:
    why = problem.strerror or type(problem).__name__
    where = f"{problem.filename}: " if problem.filename else ""
    return error(
        check,
        f"The system refused what this check looks at: {where}{why}",
        "Where a file or folder is named, let the agent's user read it and enter every folder "
        "above it; else look in the agent's log.",
        code="system.refused",
    )
