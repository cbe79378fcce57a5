"""Runs the tests and ends with one plain line: ``N passed, N failed, N skipped``.

``python -m agent_tests.run [--all] [pytest arguments]``. Without ``--all`` what needs real Odoo
servers or a browser is left out. With it, and nothing else, the browser's tests, what meets each
real Odoo, the contract on the stand-ins, faults and flows on them, the benchmarks' and the others
run side by side, some at once, because each waits for something else much of the time. Figures come
from ``erp-bridge bench`` on an idle machine; here benchmarks show that they work.

Every part is a pytest of its own, which notes what became of its tests: the sum is right, and the
last line the last one, also when a part breaks off or is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent_tests.folders import BENCH, CONTRACT, FLOWS, STAND_INS, WITH_BROWSER, WITH_LIVE

_LOOK_SECONDS = 0.5
_SILENT_SECONDS = 60.0
_AT_ONCE = 4
"""Parts: two processors have enough to do with them, and more only make each test slower."""
_QUICK = ["-m", "not live and not browser"]
_OTHERS = "everything else"
_NO_TESTS = 5
_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 10 * 2**30
"""What has to be free there: databases and shops of all parts together take less than half."""
_LIVE = ["-m", "live and not browser", "-k"]
_STAND_INS = [("contract", (CONTRACT,)), ("faults and flows", FLOWS)]
_REAL = [("real Odoo 19", "not 14"), ("real Odoo 14", "14")]


class Tally:
    """Notes outcomes, why tests were skipped, and which test is running, in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.noted: dict[str, Any] = {"passed": 0, "failed": 0, "deselected": 0, "current": ""}
        self.skipped: Counter[str] = Counter()
        self.note()

    def note(self, **changes: Any) -> None:
        """Write the file anew, whole."""
        self.noted.update(changes, skipped=self.skipped)
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(self.noted))
        draft.replace(self.file)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.note(current=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.noted["failed"] += 1
        elif report.skipped:
            self._skip(report.longrepr)
        elif report.when == "call":
            self.noted["passed"] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.noted["failed"] += 1
        elif report.skipped:
            self._skip(report.longrepr)

    def _skip(self, why: object) -> None:
        reason = str(why[2]) if isinstance(why, tuple) else "expected to fail"
        self.skipped[reason.removeprefix("Skipped: ")] += 1

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.noted["deselected"] += len(items)


def run_part(file: Path, arguments: list[str]) -> int:
    """Run pytest in this process and note in ``file`` what became of the tests."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # the first may be ignored by inheritance
        signal.signal(stop, signal.default_int_handler)
    tally = Tally(file)
    code = int(pytest.main(["-q", "--tb=short", *arguments], plugins=[tally]))
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    tally.note(code=code, current="", cpu=sum(one.ru_utime + one.ru_stime for one in spent))
    return code


@dataclass
class Part:
    """One pytest process; ``log`` has its output."""

    name: str
    arguments: list[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    printed: int = 0
    started: float = 0.0

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.json"

    def start(self) -> None:
        self.started = time.monotonic()
        command = [sys.executable, "-m", "agent_tests.run", "--part", str(self.file)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def noted(self) -> dict[str, Any]:
        with contextlib.suppress(FileNotFoundError):
            found: dict[str, Any] = json.loads(self.file.read_text())
            return found
        return {"passed": 0, "failed": 0, "deselected": 0, "current": "", "skipped": {}}

    def print_new(self) -> bool:
        """Print what is new in its log; tell whether there was anything."""
        with self.log.open("rb") as log:
            log.seek(self.printed)
            new = log.read()
        self.printed += len(new)
        sys.stdout.write(new.decode("utf-8", "replace"))
        sys.stdout.flush()
        return bool(new)

    def outcome(self) -> dict[str, Any]:
        """Return what became of it; one that broke off has failed."""
        noted = self.noted()
        status = self.process.wait() if self.process else 1
        code = noted.get("code", status or 1)
        if "code" not in noted or code not in {0, 1, _NO_TESTS}:
            where = f" at {noted['current']}" if noted["current"] else ""
            say(f"The part '{self.name}' broke off{where} (exit code {status}).")
            noted["failed"] = max(noted["failed"], 1)
        return {**noted, "code": code if code >= 0 else 1}


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def run_side_by_side(parts: list[Part]) -> None:
    """Run parts, some at once: the first one's output as it comes, others' when they have ended."""
    to_start, waiting, spoke = list(parts), list(parts), time.monotonic()
    try:
        while waiting:
            while to_start and sum(part.running for part in parts) < _AT_ONCE:
                to_start.pop(0).start()
            first = waiting[0]
            ended = not first.running
            if first.print_new():
                spoke = time.monotonic()
            if ended:
                waiting.pop(0)
                cpu = first.noted().get("cpu", 0) / 60
                say(f"   ({first.name}: {cpu:.1f} minutes of processor time)")
                if waiting:
                    say(f"\n== {waiting[0].name}")
                continue
            if time.monotonic() - spoke > _SILENT_SECONDS:
                spoke = time.monotonic()
                say("".join(f"\n   ... {progress(part)}" for part in waiting if part.running))
            time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:  # a terminal's Ctrl-C reaches the parts, too
        processes = [part.process for part in waiting if part.process]
        for process in processes:
            process.send_signal(signal.SIGINT)
        for process in processes:
            process.wait()
        for part in waiting:
            if part.process:
                part.print_new()
        raise


def progress(part: Part) -> str:
    """Return how far a part is."""
    noted = part.noted()
    done = noted["passed"] + noted["failed"] + sum(noted["skipped"].values())
    minutes = (time.monotonic() - part.started) / 60
    return f"{minutes:.0f} min, {part.name}: {done} done, now {noted['current'] or 'collecting'}"


def parts_of(arguments: list[str], folder: Path) -> list[Part]:
    """Return the parts, which run side by side; those that take longest come first."""
    if arguments[:1] != ["--all"]:
        return [Part("tests", ["--durations=15", *_QUICK, *arguments], folder)]
    if arguments[1:]:
        return [Part("tests", ["--durations=15", *arguments[1:]], folder)]
    alone = ["--durations=15", "-p", "no:cacheprovider"]
    without_bench = [*alone, f"--ignore={BENCH}"]
    rest = [f"--ignore={path}" for path in STAND_INS]
    newer, older = (
        Part(name, [*alone, *WITH_LIVE, *_LIVE, choice], folder) for name, choice in _REAL
    )
    return [
        Part(_OTHERS, [*without_bench, *rest, "-m", "not browser and not live"], folder),
        Part("browser", [*alone, *WITH_BROWSER, "-m", "browser"], folder),
        newer,
        *(
            Part(name, [*alone, *where, "-m", "not browser and not live"], folder)
            for name, where in _STAND_INS
        ),
        older,
        Part("benchmarks", [*alone, BENCH], folder),
    ]


def scratch() -> str | None:
    """Return where temporary files go: memory where there is plenty of it, else the usual place.

    Private database servers wait for the disk with every transaction; memory needs no waiting.
    """
    try:
        room = os.statvfs(_MEMORY)
        facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free = min(room.f_bavail * room.f_frsize, int(facts["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        return None
    return str(_MEMORY) if free >= _MEMORY_BYTES and not room.f_flag & os.ST_NOEXEC else None


def main(arguments: list[str]) -> int:
    """Run everything and print the closing lines; 0 when nothing failed."""
    if arguments[:1] == ["--part"]:
        return run_part(Path(arguments[1]), arguments[2:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    interrupted = False
    with tempfile.TemporaryDirectory(prefix="erp-bridge-tests-", dir=scratch()) as name:
        Path(name).chmod(0o755)  # a database server runs as a user of its own
        os.environ["TMPDIR"] = name
        parts = parts_of(arguments, Path(name))
        try:
            run_side_by_side(parts)
        except KeyboardInterrupt:
            interrupted = True
        outcomes = [part.outcome() for part in parts]
    if deselected := outcomes[0]["deselected"] if len(outcomes) == 1 else 0:
        say(f"Left out: {deselected} (run with --all for real Odoo servers and browsers)")
    skipped: Counter[str] = Counter()
    for outcome in outcomes:
        skipped.update(outcome["skipped"])
    for reason, count in sorted(skipped.items()):
        say(f"Skipped {count}: {reason}")
    passed, failed = (sum(o[what] for o in outcomes) for what in ("passed", "failed"))
    say(f"{passed} passed, {failed} failed, {sum(skipped.values())} skipped")
    return 130 if interrupted else max(o["code"] for o in outcomes) or int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
