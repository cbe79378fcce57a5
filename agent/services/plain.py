"""Small values as JSON-ready ones."""

from __future__ import annotations

from typing import Any

from agent.erp.port import Finding
from agent.model.results import RecordResult


def finding_plain(finding: Finding) -> dict[str, str]:
    """Return a finding as the API and ``--json`` show it."""
    return {
        "level": finding.level,
        "check": finding.check,
        "message": finding.message,
        "cause": finding.cause,
        "fix": finding.fix,
        "code": finding.code,
    }


def result_plain(result: RecordResult) -> dict[str, Any]:
    """Return a record's result as the API and ``--json`` show it."""
    return {
        "entity": result.entity,
        "store_key": result.store_key,
        "label": result.label,
        "outcome": result.outcome,
        "code": result.code,
        "cause": result.cause,
        "fix": result.fix,
        "detail": None if result.detail is None else dict(result.detail),
    }
