"""The cache of what is built once: a folder per stage, marked complete when it is."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "complete"


def cache_root() -> Path:
    """Return the folder for everything of Odoo that is kept between runs."""
    base = os.environ.get("ERP_BRIDGE_CACHE") or Path.home() / ".cache" / "erp-bridge"
    folder = Path(base) / "odoo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log(text: str) -> None:
    """Say what is being done, on standard error."""
    sys.stderr.write(f"[odoo lab] {text}\n")
    sys.stderr.flush()


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the cache's lock ``name``, so that of several runs one builds and the others wait."""
    path = cache_root() / f"{name}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log(f"{name}: waiting, another run or stage is at it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_complete(folder: Path, key: str) -> bool:
    """Tell whether ``folder`` was built to its end, from the recipe ``key``."""
    mark = folder / MARK
    return mark.is_file() and mark.read_text() == key


def build_once(folder: Path, key: str, build: Callable[[Path], None]) -> bool:
    """Build ``folder`` unless it is complete; what is half-made or of another recipe is redone.

    Returns:
        Whether anything was built.
    """
    if is_complete(folder, key):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log(f"{folder.parent.name}/{folder.name}: building")
    started = time.monotonic()
    build(folder)
    (folder / MARK).write_text(key)
    log(f"{folder.parent.name}/{folder.name}: done in {time.monotonic() - started:.0f} s")
    return True
