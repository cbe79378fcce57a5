"""Reading an ERP for a shop, as flows do it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from agent.erp.cursor import Cursor
from agent.erp.source import Sourced, SourceErp, Unreadable
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.record import Record
from agent_tests.contract.shop import Shop

LANGUAGES = ("en-gb", "de-de")
SETTLE_SECONDS = 1.1
"""What tests make of the seconds after which a record is looked at once more: just above one."""


def source_of(shop: Shop) -> SourceErp:
    """Return the shop's connection as a source, told the shop's languages."""
    erp = cast("SourceErp", shop.erp)
    erp.source_languages(LANGUAGES)
    return erp


def read_one(shop: Shop, entity: Entity, ref: str) -> Sourced:
    """Return one record that can be read."""
    (found,) = source_of(shop).source_read(entity, [ref])
    assert isinstance(found, Sourced), found
    assert found.ref == ref == found.record.key
    return found


def read_record(shop: Shop, entity: Entity, key: str) -> Record:
    """Return what the ERP has of a record that the shop sent."""
    return read_one(shop, entity, shop.ref(entity, key)).record


def refused(shop: Shop, entity: Entity, ref: str) -> Unreadable:
    """Return why one record cannot be read."""
    (found,) = source_of(shop).source_read(entity, [ref])
    assert isinstance(found, Unreadable), found
    return found


def refs_of(shop: Shop, entity: Entity) -> list[str]:
    """Return the ids of all records of an entity that are meant for the shop, page by page."""
    erp = source_of(shop)
    found: list[str] = []
    while page := erp.source_page(entity, found[-1] if found else "", 7):
        assert len(page) <= 7
        found += page
    assert len(found) == len(set(found))
    assert erp.source_count(entity) == len(found)
    return found


def told(found: Sourced) -> dict[str, Any]:
    """Return the fields that the ERP can tell, JSON-ready."""
    plain = to_plain(found.record)
    return {name: plain[name] for name in found.fields}


class Follower:
    """Looks for changes as flows do: with the cursor of the look before."""

    def __init__(self, look: Callable[[Cursor], tuple[list[str], Cursor]]) -> None:
        self._look = look
        told, self.cursor = look(Cursor())
        assert told == []

    def look(self) -> list[str]:
        """Return what is told now."""
        told, self.cursor = self._look(self.cursor)
        assert len(told) == len(set(told))
        return told

    def rest(self) -> None:
        """Let what happened so far be told for good."""
        self.look()
        time.sleep(SETTLE_SECONDS + 0.1)
        self.look()

    def waits_for(self, ref: str) -> None:
        """Look until ``ref`` is told: at once, or with the second look at one second's changes."""
        for _ in range(8):
            if ref in self.look():
                return
            time.sleep(SETTLE_SECONDS / 4)
        raise AssertionError(f"{ref} was not told")

    def once(self, ref: str) -> None:
        """Expect one telling of ``ref``."""
        self.waits_for(ref)
        assert ref not in self.look()


def followed(shop: Shop, entity: Entity) -> Follower:
    """Return a follower of an entity's records."""
    erp = source_of(shop)
    return Follower(lambda cursor: erp.source_changes(entity, cursor))


def stock_followed(shop: Shop) -> Follower:
    """Return a follower of quantities."""
    return Follower(source_of(shop).stock_changes)
