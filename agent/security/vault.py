"""Encryption of ERP secrets at rest, with keys kept outside the database.

The key file (mode 0600) has one Fernet key per line, newest first. New secrets are encrypted with
the first key; all of them decrypt, so that keys can be rotated without downtime.
"""

from __future__ import annotations

import threading
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from agent.errors import ConfigError
from agent.security.files import write_private


class Vault:
    """Encrypts and decrypts secrets; the key file is read on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._fernet: MultiFernet | None = None

    def exists(self) -> bool:
        """Tell whether the key file is there."""
        return self.path.is_file()

    def ensure(self) -> bool:
        """Make the key file unless there is one; tell whether it was made."""
        if self.exists():
            return False
        write_private(self.path, Fernet.generate_key().decode("ascii") + "\n")
        return True

    def check(self) -> None:
        """Raise ConfigError unless the key file can be used."""
        self._load()

    def encrypt(self, secret: str) -> bytes:
        """Return ``secret`` encrypted with the newest key.

        Raises:
            ConfigError: the key file is missing or damaged.
        """
        return self._load().encrypt(secret.encode("utf-8"))

    def decrypt(self, token: bytes) -> str:
        """Return the secret that :meth:`encrypt` made ``token`` of.

        Raises:
            ConfigError: the key file is missing or damaged, or it is not the one ``token`` was
                made with.
        """
        try:
            return self._load().decrypt(token).decode("utf-8")
        except InvalidToken as error:
            raise ConfigError(
                "A stored ERP password cannot be decrypted: it was stored with another key file",
                fix=f"Restore {self.path} from the backup, or enter the connection's password "
                "again.",
                code="vault.key_wrong",
            ) from error

    def reencrypt(self, token: bytes) -> bytes:
        """Return ``token`` encrypted anew with the newest key.

        Raises:
            ConfigError: as :meth:`decrypt`.
        """
        return self.encrypt(self.decrypt(token))

    def add_key(self) -> None:
        """Put a new key before the others: the first step of a rotation."""
        lines = self._lines()
        self._write([Fernet.generate_key().decode("ascii"), *lines])

    def drop_old_keys(self) -> int:
        """Keep the newest key only, the last step of a rotation; return how many were dropped."""
        lines = self._lines()
        self._write(lines[:1])
        return len(lines) - 1

    def _write(self, lines: list[str]) -> None:
        write_private(self.path, "".join(f"{line}\n" for line in lines))

    def _lines(self) -> list[str]:
        try:
            return [s.strip() for s in self.path.read_text("utf-8").splitlines() if s.strip()]
        except FileNotFoundError as error:
            raise ConfigError(
                f"The key file {self.path} is missing: ERP passwords cannot be read",
                fix="Restore it from the backup. Without one, run erp-bridge migrate to make a new "
                "key and enter the passwords of all connections again.",
                code="vault.key_missing",
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ConfigError(
                f"The key file {self.path} cannot be read: {reason}",
                fix="Run the command as root or as the agent's own user.",
                code="vault.key_unreadable",
            ) from error

    def _load(self) -> MultiFernet:
        with self._lock:
            stamp = self._file_stamp()
            if self._fernet is None or stamp is None or stamp != self._stamp:
                try:
                    keys = [Fernet(line.encode("utf-8")) for line in self._lines()]
                    self._fernet = MultiFernet(keys)
                except ValueError as error:  # not a key, or no key at all
                    raise ConfigError(
                        f"The key file {self.path} is damaged",
                        fix="Restore it from the backup.",
                        code="vault.key_damaged",
                    ) from error
                self._stamp = stamp
            return self._fernet

    def _file_stamp(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None  # reading it says why
        return (status.st_mtime_ns, status.st_ino)
