"""Small values as JSON-ready ones."""

from __future__ import annotations

from agent.erp.port import Finding


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
