"""Keeps the processes of ``serve`` running: one that ends is started again.

Web and worker are processes of their own, so that a worker that runs out of memory takes no
answer with it, and a busy one slows none down.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from agent.ledger import stop_on_signals

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.2
_LONGEST_PAUSE = 30.0
_STABLE_SECONDS = 60.0
_GRACE_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
SUPERVISED = "ERP_BRIDGE_SUPERVISED_BY"


class Options(Protocol):
    """The options that children inherit."""

    @property
    def debug(self) -> bool:
        """Whether to log everything."""
        ...

    @property
    def config_path(self) -> object:
        """The configuration file given on the command line, if any."""
        ...


@dataclass
class Child:
    """One process to keep running: its name and the command of ``erp-bridge`` it runs."""

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = field(default=0)
    not_before: float = 0.0


def die_with_supervisor() -> None:
    """End this process when its supervisor dies, however it dies (Linux).

    Does nothing in a process that no supervisor started.
    """
    supervisor = os.environ.get(SUPERVISED, "")
    if not supervisor.isdigit() or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):  # it died before we asked
        sys.exit(1)


def supervise(children: Sequence[Child], options: Options) -> int:
    """Run children until SIGTERM or SIGINT, then end them; return the exit code."""
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        while not stop.is_set():
            for child in children:
                _look_after(child, options)
            stop.wait(_LOOK_SECONDS)
    finally:
        _end(children)
    return 0


def _look_after(child: Child, options: Options) -> None:
    now = time.monotonic()
    if child.process is not None:
        status = child.process.poll()
        if status is None:
            return
        lived = now - child.started
        child.failures = 0 if lived > _STABLE_SECONDS else child.failures + 1
        pause = min(2.0 ** (child.failures - 1), _LONGEST_PAUSE) if child.failures else 0.0
        _log.error("process.ended", process=child.name, status=status, again_in=pause)
        child.process, child.not_before = None, now + pause
    if now >= child.not_before:
        _start(child, options)


def _start(child: Child, options: Options) -> None:
    command = [sys.executable, "-m", "agent.cli", *child.command]
    if options.debug:
        command.append("--debug")
    if options.config_path:
        command += ["--config", str(options.config_path)]
    child.process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, env={**os.environ, SUPERVISED: str(os.getpid())}
    )
    child.started = time.monotonic()
    _log.info("process.started", process=child.name, pid=child.process.pid)


def _end(children: Sequence[Child]) -> None:
    running = [c.process for c in children if c.process is not None and c.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            _log.warning("process.killed", pid=process.pid)  # its lease runs out, nothing is lost
            process.kill()
            process.wait()
