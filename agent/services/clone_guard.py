"""A copied shop never talks to the live ERP.

The first start remembers which shop this is: database name and shop address. When a later start
finds another one (the database was copied for tests, the shop moved), every connection is paused
until a person resumes it. That person's decision makes the present shop the known one.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.services.settings import SettingStore

_NAME = "shop_fingerprint"


class CloneGuard:
    """Compares the shop with the one that was confirmed last.

    Args:
        settings: where the confirmed fingerprint is kept.
        fingerprint: returns what tells this shop from a copy (of database name and address).
    """

    def __init__(self, settings: SettingStore, fingerprint: Callable[[], str]) -> None:
        self._settings = settings
        self._fingerprint = fingerprint

    def matches(self) -> bool:
        """Tell whether this is the shop that was confirmed last; the first one always is."""
        now = self._fingerprint()
        return self._settings.first(_NAME, now) == now

    def confirm(self) -> None:
        """Make the present shop the known one, as a person's decision."""
        self._settings.set(_NAME, self._fingerprint())
