"""Servers of a test run, each behind a ``guard`` that ends it with the run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

_GUARD = Path(__file__).with_name("guard.py")


def guarded(folder: Path, user: int) -> list[str]:
    """Return the words to put before a server's command; start it with a pipe as its input.

    Args:
        folder: the server's own folder, removed when the run is killed.
        user: the user id the server runs as.
    """
    return [sys.executable, str(_GUARD), str(user), str(folder)]


def end_guarded(process: subprocess.Popen[bytes]) -> None:
    """End a guarded server and wait for it; the caller removes the folder."""
    if process.poll() is None and process.stdin and not process.stdin.closed:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"k")
            process.stdin.close()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
