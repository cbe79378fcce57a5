"""Files that only their owner may read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from agent.errors import ConfigError


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` with mode 0600, replacing it in one step.

    An existing file keeps its owner and group.

    Raises:
        ConfigError: the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            _keep_owner(path if path.exists() else path.parent, temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}",
            fix="Run the command as root or as the agent's own user, and check free disk space.",
            code="config.file_write",
        ) from error


def _keep_owner(model: Path, target: Path) -> None:
    """Give ``target`` the owner of ``model``: root may act for the agent's user."""
    if os.geteuid() == 0:
        status = model.stat()
        os.chown(target, status.st_uid, status.st_gid)
