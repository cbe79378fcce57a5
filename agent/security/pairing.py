"""Pairing keys: what a person copies from the agent into the shop's extension.

Kept in a file of mode 0600, newest first, at most two: after a rotation the key before stays valid
until the next rotation, so that the shop can be given the new one without a gap.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import string
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.errors import ConfigError
from agent.security.files import write_private

LIVE_KEYS = 2
_SECRET_SIZE = 32
# 43 characters are 32 bytes without padding
_TOKEN_FORM = re.compile(r"erpb1\.([a-z0-9]{8})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class PairingKey:
    """One key; ``secret`` is 32 bytes. ``str()`` does not show it, :meth:`token` does."""

    id: str
    secret: bytes = field(repr=False)
    created_at: str = ""
    """ISO 8601, UTC."""

    def token(self) -> str:
        """Return the text a person pastes: ``erpb1.<id>.<secret>``."""
        encoded = base64.urlsafe_b64encode(self.secret).rstrip(b"=").decode("ascii")
        return f"erpb1.{self.id}.{encoded}"

    @classmethod
    def parse(cls, token: str, created_at: str = "") -> PairingKey:
        """Read a pasted key.

        Raises:
            ConfigError: the text is no pairing key or part of it is missing.
        """
        found = _TOKEN_FORM.fullmatch(token.strip())
        if found is None:
            raise ConfigError(
                "The text is no pairing key",
                fix="Copy the whole line that erp-bridge pairing show prints; it begins with "
                "erpb1.",
                code="pairing.form",
            )
        return cls(found[1], base64.urlsafe_b64decode(found[2] + "="), created_at)


class Pairing:
    """The pairing keys of this agent, read again whenever their file changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[PairingKey, ...] = ()

    def exists(self) -> bool:
        """Tell whether a key was made."""
        return self.path.is_file()

    def live_keys(self) -> tuple[PairingKey, ...]:
        """Return the live keys, newest first.

        Raises:
            ConfigError: the file is missing, unreadable or damaged.
        """
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            with self._lock:
                if stamp != self._stamp:
                    self._keys = _parse(self.path.read_text(encoding="utf-8"), self.path)
                    self._stamp = stamp
                return self._keys
        except FileNotFoundError as error:
            raise ConfigError(
                "The agent has no pairing key yet",
                fix="Run erp-bridge migrate (or erp-bridge pairing rotate) to make one.",
                code="pairing.missing",
            ) from error
        except OSError as error:
            raise ConfigError(
                f"The pairing file {self.path} cannot be read: {error.strerror}",
                fix="Run the command as root or as the agent's own user.",
                code="pairing.unreadable",
            ) from error

    def current(self) -> PairingKey:
        """Return the newest key: the one to show and to sign with.

        Raises:
            ConfigError: there is none.
        """
        return self.live_keys()[0]

    def ensure(self, now: datetime) -> bool:
        """Make the first key unless there is one; tell whether it was made."""
        if self.exists():
            return False
        self._write((_new_key(now),))
        return True

    def rotate(self, now: datetime) -> PairingKey:
        """Make a new key; the one before stays valid until the next rotation."""
        before = self.live_keys() if self.exists() else ()
        key = _new_key(now)
        self._write((key, *before)[:LIVE_KEYS])
        return key

    def retire(self) -> int:
        """Drop every key but the newest; return how many were dropped."""
        keys = self.live_keys()
        if len(keys) > 1:
            self._write(keys[:1])
        return len(keys) - 1

    def _write(self, keys: tuple[PairingKey, ...]) -> None:
        plain = {"keys": [{"key": k.token(), "created_at": k.created_at} for k in keys]}
        write_private(self.path, json.dumps(plain, indent=2) + "\n")


def _new_key(now: datetime) -> PairingKey:
    alphabet = string.ascii_lowercase + string.digits
    key_id = "".join(secrets.choice(alphabet) for _ in range(8))
    return PairingKey(key_id, secrets.token_bytes(_SECRET_SIZE), now.isoformat(timespec="seconds"))


def _parse(text: str, path: Path) -> tuple[PairingKey, ...]:
    try:
        entries: list[dict[str, Any]] = json.loads(text)["keys"]
        keys = tuple(PairingKey.parse(e["key"], str(e.get("created_at", ""))) for e in entries)
    except (ValueError, KeyError, TypeError, AttributeError, ConfigError) as error:
        raise _damaged(path) from error
    if not keys:
        raise _damaged(path)
    return keys


def _damaged(path: Path) -> ConfigError:
    return ConfigError(
        f"The pairing file {path} is damaged",
        fix="Remove it, run erp-bridge pairing rotate, and paste the new key into the shop.",
        code="pairing.damaged",
    )
