"""Typed errors of the bridge.

    BridgeError
    ├── TransientError      try again by itself (retry_after seconds)
    │   ├── Unreachable     nobody answers, or not in the expected language
    │   ├── TimedOut        sent, no answer: the effect is unknown
    │   └── Busy            the other side asks to come back later
    ├── PermanentError      the same input will fail again
    │   ├── InvalidRecord   the shop's or the ERP's record cannot be used as it is
    │   ├── Refused         the other side said no to this record
    │   └── Ambiguous       several records match, a person has to choose
    ├── Held                waits for a prerequisite or for a person
    ├── AuthError           login or rights: the connection is paused
    │   └── MissingRight    the login is good, and the user may not do this
    └── ConfigError         set-up is wrong: nothing can run until it is mended
        └── Paused          the connection is paused: its work stays where it is

Every error says which record, what is wrong (``cause``) and what to do (``fix``), in words a shop
admin understands. ``code`` is stable and is the heading to look up in
``docs/admin/troubleshooting.md``.
"""

from __future__ import annotations

from typing import Any, ClassVar


class BridgeError(Exception):
    """Base of all errors the bridge reports to people.

    Args:
        cause: what is wrong, one sentence, no stack trace, no secret.
        fix: what the reader can do about it, one sentence.
        code: stable dotted code; the class default when omitted.
        record: the record it is about, e.g. ``product 42 (Apple Cinema 30")``; empty when it is
            about the whole call.
        detail: technical text for the log and for support; masked before it is stored.
    """

    default_code: ClassVar[str] = "bridge.error"
    retry: ClassVar[bool] = False

    def __init__(
        self,
        cause: str,
        *,
        fix: str,
        code: str | None = None,
        record: str = "",
        detail: str = "",
    ) -> None:
        self.cause = cause
        self.fix = fix
        self.code = code or self.default_code
        self.record = record
        self.detail = detail
        super().__init__(cause)

    def __str__(self) -> str:
        where = f"{self.record}: " if self.record else ""
        return f"{where}{self.cause} ({self.code}) Fix: {self.fix}"

    def about(self, record: str) -> BridgeError:
        """Return the same error naming ``record``, unless it already names one."""
        if self.record:
            return self
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.record = record
        Exception.__init__(copy, self.cause)
        return copy

    def to_plain(self) -> dict[str, Any]:
        """Return ``{code, record, cause, fix, retry}`` as JSON-ready values."""
        return {
            "code": self.code,
            "record": self.record,
            "cause": self.cause,
            "fix": self.fix,
            "retry": self.retry,
        }


class TransientError(BridgeError):
    """Goes away by itself: the ledger tries again with growing pauses."""

    default_code = "bridge.transient"
    retry = True
    retry_after: float | None = None  # seconds, where the other side named a time


class Unreachable(TransientError):
    """Nobody answers at the address, or what answers speaks another language (HTML)."""

    default_code = "erp.unreachable"


class TimedOut(TransientError):
    """The call was sent and no answer came: whether it took effect is unknown."""

    default_code = "erp.timeout"


class Busy(TransientError):
    """The other side is overloaded or another transaction was first."""

    default_code = "erp.busy"


class PermanentError(BridgeError):
    """The same input would fail again: the record is marked failed and the rest goes on."""

    default_code = "record.failed"


class InvalidRecord(PermanentError):
    """The record cannot be used as it stands, e.g. it has no name."""

    default_code = "record.invalid"


class Refused(PermanentError):
    """The ERP or the shop refused this record; ``cause`` carries its reason."""

    default_code = "erp.refused"


class Ambiguous(PermanentError):
    """More than one record matches: guessing would link the wrong one."""

    default_code = "record.ambiguous"


class Held(BridgeError):
    """Waits visibly for a prerequisite (a mapping, a parent) or for a person's decision."""

    default_code = "record.held"


class AuthError(BridgeError):
    """Login failed or a right is missing: the connection is paused until a person mends it."""

    default_code = "erp.login"


class MissingRight(AuthError):
    """The user is let in and may not do this one thing."""

    default_code = "erp.rights"


class ConfigError(BridgeError):
    """The set-up is wrong: settings, database rights, pairing."""

    default_code = "config.invalid"


class Paused(ConfigError):
    """The connection is paused: carries the reason, and its work waits until it is resumed."""
