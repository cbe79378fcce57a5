"""How calls reach Odoo: a small port, so that another protocol can stand beside the first.

Odoo's XML-RPC endpoints are announced to go (Odoo 22); everything above this module knows only
:class:`Transport`. Arguments follow one rule that a protocol with named arguments can serve, too:
``args`` holds the record ids of methods that work on records, and the values of ``create`` and
``write`` (models name that parameter differently, so that it can only be given by position); all
the rest is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent.errors import TimedOut


class ResultUnknown(TimedOut):
    """Odoo did what was asked, but could not say what came of it: look instead of asking again."""

    default_code = "erp.result_unknown"


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """Version of an Odoo server, e.g. ``19.0`` or ``saas~17.4+e``."""

    text: str
    major: int

    @classmethod
    def parse(cls, text: str) -> ServerVersion:
        """Return the version that ``text`` names; ``major`` is 0 where it names none."""
        found = re.search(r"(\d+)\.", text)
        return cls(text, int(found.group(1)) if found else 0)


class Transport(Protocol):
    """A logged-in way to call methods of Odoo's models."""

    @property
    def protocol(self) -> str:
        """Name of the protocol that is spoken, for people."""
        ...

    def version(self) -> ServerVersion:
        """Return the server's version; needs no login.

        Raises:
            Unreachable, TimedOut, ConfigError: as :meth:`call`.
        """
        ...

    def login(self) -> int:
        """Check user and secret; return the user's id.

        Raises:
            AuthError: Odoo does not accept them.
            ConfigError: the database does not exist, or the address is wrong for good.
            Unreachable, TimedOut: nobody answers.
        """
        ...

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a public method of a model and return its result.

        ``Decimal`` goes out as a number with exactly the digits it has.

        Raises:
            Unreachable: nobody answers, or something that is not Odoo.
            TimedOut: sent, but no whole answer came: the effect is unknown.
            ResultUnknown: done, but the result cannot be known from the answer.
            Busy: another transaction was first, or the server asks to come back later.
            Refused: Odoo says no to what was asked.
            AuthError: the login is no longer valid, or the user lacks a right on a model.
            ConfigError: an app is not installed, or the address or certificate is wrong.
        """
        ...

    def close(self) -> None:
        """Give back sockets."""
        ...
