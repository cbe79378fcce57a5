"""One session per connection, shared by all threads and processes of a machine.

A login takes the Service Layer seconds, logins at the same time fail there (299), and each session
costs memory on the server until it has been idle for half an hour. So the session is kept in a file
that only the agent's user may read, logins are made under a lock, and the last client that closes
logs out: a session that others still use is never taken from them, and none is left behind.

The kernel frees the locks of a process that dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from agent.erp.sap_b1.faults import B1Login
from agent.errors import AuthError, ConfigError
from agent.security.files import write_private

MARGIN = 60.0
"""Seconds before its time-out at which a session counts as ended: clocks and ways differ."""
_NOTE_EVERY = 20.0


@dataclass(frozen=True, slots=True)
class Session:
    """A login: ``route`` is the balancer's node, ``api`` the version spoken (``v2``)."""

    id: str
    route: str
    api: str
    version: str
    timeout: float
    """Seconds without a call after which the server ends it."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the file holds. ``salt`` and ``proof`` tell whose password it was, without it."""

    salt: str = ""
    proof: str = ""
    session: Session | None = None
    attempts: int = 0
    refused: Mapping[str, str] | None = None
    offset: float | None = None
    """The server's local time minus UTC in seconds as last learnt."""


class Sessions:
    """The shared session of one connection.

    Args:
        folder: where its files are; made where it is missing, for the agent's user alone.
        identity: what the session is for: address, company, user, and how it speaks.
        secret: the password. Clients with different passwords never share a session.
        log_in: logs in; is told which node to leave (``""``: none).
        log_out: ends a session.
    """

    def __init__(
        self,
        folder: Path,
        identity: tuple[str, ...],
        secret: str,
        *,
        log_in: Callable[[], Session],
        log_out: Callable[[Session], None],
    ) -> None:
        name = hashlib.blake2b("\n".join(identity).encode(), digest_size=16).hexdigest()
        self._folder = folder
        self._file = folder / f"{name}.json"
        self._lock_file = folder / f"{name}.lock"
        self._users_file = folder / f"{name}.users"
        self._secret = secret
        self._log_in = log_in
        self._log_out = log_out
        self._users: int | None = None
        self._noted = -_NOTE_EVERY

    def current(self) -> Session:
        """Return the session to use, logging in where there is none or it has timed out.

        Raises:
            AuthError: the login was refused, just now or while this one waited for its turn.
            Unreachable, TimedOut, Busy, ConfigError: it could not be asked.
        """
        self._enter()
        stored = self._read()
        found = self._usable(stored)
        return found if found is not None else self._renewed(stored, None)

    def renew(self, dead: Session) -> Session:
        """Return another session than ``dead``: the one somebody made meanwhile, or a new one.

        Raises: see :meth:`current`.
        """
        self._enter()
        return self._renewed(self._read(), dead)

    def used(self) -> None:
        """Note that the session was used: its time-out starts anew."""
        now = time.monotonic()
        if now - self._noted < _NOTE_EVERY:
            return
        self._noted = now
        with suppress(OSError):
            os.utime(self._file, follow_symlinks=False)

    @property
    def offset(self) -> float | None:
        """The server's local time minus UTC in seconds, as any client learnt it."""
        return self._read().offset

    @offset.setter
    def offset(self, seconds: float) -> None:
        with self._locked():
            self._write(replace(self._read(), offset=seconds))

    def prove(self) -> None:
        """Log in for real, whatever session there is; others keep theirs.

        Raises: see :meth:`current`.
        """
        self._enter()
        with self._locked():
            fresh = self._attempt(self._read())
            stored = self._read()
            if self._usable(stored) is not None:
                self._log_out(fresh)
            else:
                self._keep(stored, fresh)

    def close(self) -> None:
        """Leave the session; the last one to leave ends it."""
        if self._users is None:
            return
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        else:
            with self._locked():
                stored = self._read()
                if stored.session is not None:
                    self._write(replace(stored, session=None))
                    if self._own(stored):
                        self._log_out(stored.session)
        finally:
            os.close(self._users)
            self._users = None

    def _renewed(self, seen: _Stored, dead: Session | None) -> Session:
        with self._locked():
            stored = self._read()
            found = self._usable(stored)
            if found is not None and (dead is None or found.id != dead.id):
                return found
            if stored.refused and stored.attempts != seen.attempts and self._own(stored):
                raise B1Login(
                    stored.refused["cause"],
                    fix=stored.refused["fix"],
                    code=stored.refused["code"],
                )
            fresh = self._attempt(stored)
            self._keep(stored, fresh)
            return fresh

    def _attempt(self, stored: _Stored) -> Session:
        try:
            return self._log_in()
        except AuthError as error:
            if stored.session is None or self._own(stored):
                note = {"cause": error.cause, "fix": error.fix, "code": error.code}
                self._write(
                    replace(
                        self._signed(stored),
                        session=None,
                        refused=note,
                        attempts=stored.attempts + 1,
                    )
                )
            raise

    def _keep(self, stored: _Stored, fresh: Session) -> None:
        self._write(
            replace(self._signed(stored), session=fresh, refused=None, attempts=stored.attempts + 1)
        )
        self._noted = time.monotonic()

    def _usable(self, stored: _Stored) -> Session | None:
        session = stored.session
        if session is None or not self._own(stored):
            return None
        try:
            idle = time.time() - self._file.stat().st_mtime
        except OSError:
            return None
        longest = session.timeout - min(MARGIN, session.timeout / 4)
        return session if idle < longest else None

    def _own(self, stored: _Stored) -> bool:
        return bool(stored.salt) and hmac.compare_digest(
            stored.proof, _proof(self._secret, stored.salt)
        )

    def _signed(self, stored: _Stored) -> _Stored:
        salt = stored.salt or _fresh_salt()
        return replace(stored, salt=salt, proof=_proof(self._secret, salt))

    def _enter(self) -> None:
        """Count as one of those who use the session, until :meth:`close`."""
        if self._users is None:
            self._users = self._open(self._users_file)
            fcntl.flock(self._users, fcntl.LOCK_SH)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = self._open(self._lock_file)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _open(self, path: Path) -> int:
        """Open one of the folder's files; links are not followed, as root may be acting here."""
        with self._opened_folder() as folder:
            try:
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
                handle = os.open(path.name, flags, 0o600, dir_fd=folder)
            except OSError as error:
                raise _folder_error(self._folder, f"{path.name}: {error.strerror}") from error
            found = os.fstat(handle)
            if not _plain(found):
                os.close(handle)
                raise _folder_error(self._folder, f"{path.name} is no file of its own")
            if _roots(found):  # root's own commands must not lock the agent's user out
                owner = os.fstat(folder)
                os.fchown(handle, owner.st_uid, owner.st_gid)
        return handle

    def _read(self) -> _Stored:
        try:
            found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            session = found.pop("session")
            return _Stored(**found, session=None if session is None else Session(**session))
        except FileNotFoundError:
            return _Stored()
        except (ValueError, TypeError, KeyError):  # of another version of the bridge
            return _Stored()
        except OSError as error:
            raise _folder_error(self._folder, str(error.strerror)) from error

    def _write(self, stored: _Stored) -> None:
        write_private(self._file, json.dumps(asdict(stored)))

    @contextmanager
    def _opened_folder(self) -> Iterator[int]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise _folder_error(self._folder, str(error.strerror)) from error
        try:
            self._give_away(handle)
            found = os.fstat(handle)
            if os.geteuid() not in (0, found.st_uid):
                raise _folder_error(self._folder, "it belongs to another user")
            if found.st_mode & 0o077:
                raise _folder_error(self._folder, "others may read it")
            yield handle
        finally:
            os.close(handle)

    def _give_away(self, folder: int) -> None:
        """Give what root made to the agent's user, whose folder is around it."""
        owner = self._folder.parent.stat()
        if owner.st_uid == 0 or not _roots(os.fstat(folder)):
            return
        for name in os.listdir(folder):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if _plain(found) and _roots(found):
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=folder, follow_symlinks=False)
        os.fchown(folder, owner.st_uid, owner.st_gid)


def _plain(found: os.stat_result) -> bool:
    """Tell whether this is a file that no other folder names, too."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink <= 1


def _roots(found: os.stat_result) -> bool:
    return os.geteuid() == 0 and found.st_uid == 0


def default_folder() -> Path:
    """Return the folder for sessions where none was configured: the user's own, per machine."""
    return Path(tempfile.gettempdir()) / f"erp-bridge-{os.geteuid()}"


@lru_cache(maxsize=1)
def _fresh_salt() -> str:
    """One per process: a proof takes long on purpose, and is worked out once for each password."""
    return secrets.token_hex(16)


@lru_cache(maxsize=64)
def _proof(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()


def _folder_error(folder: Path, why: str) -> ConfigError:
    return ConfigError(
        f"The folder {folder} cannot keep the session of SAP Business One: {why}",
        fix="Let it belong to the agent's user and be readable by it alone (chmod 700), or remove "
        "it: the agent makes it anew.",
        code="sap_b1.session_folder",
    )
