"""Runs the tests and ends with one plain line: ``N passed, N failed, N skipped``.

``python -m agent_tests.run [--all] [pytest arguments]``. Without ``--all`` what needs real Odoo
servers or a browser is left out.
"""

from __future__ import annotations

import sys
from collections import Counter

import pytest


class Tally:
    """Counts outcomes and collects why tests were skipped."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.skipped: Counter[str] = Counter()
        self.deselected = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed += 1
        elif report.skipped:
            reason = (
                report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected to fail"
            )
            self.skipped[str(reason).removeprefix("Skipped: ")] += 1
        elif report.when == "call":
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed += 1
        elif report.skipped:
            self._skip(report.longrepr)

    def _skip(self, why: object) -> None:
        reason = str(why[2]) if isinstance(why, tuple) else "expected to fail"
        self.skipped[reason.removeprefix("Skipped: ")] += 1

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.deselected += len(items)


def main(arguments: list[str]) -> int:
    """Run pytest and print the closing lines."""
    if arguments[:1] == ["--all"]:
        arguments = arguments[1:]
    else:
        arguments = ["-m", "not live and not browser", *arguments]
    tally = Tally()
    code = pytest.main(["-q", "--tb=short", "--durations=15", *arguments], plugins=[tally])
    if tally.deselected:
        print(f"Left out: {tally.deselected} (run with --all for real Odoo servers and browsers)")
    for reason, count in sorted(tally.skipped.items()):
        print(f"Skipped {count}: {reason}")
    skipped = sum(tally.skipped.values())
    print(f"{tally.passed} passed, {tally.failed} failed, {skipped} skipped")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
