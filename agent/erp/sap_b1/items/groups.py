"""Categories as item groups. B1 has no tree of them, and each name once.

A category gets its own name; where that is another group's, its parent's name goes in front
(``Phones / Cases``), then the grandparent's.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.items.named import GROUPS, Book
from agent.erp.sap_b1.items.texts import GROUP_NAME, clean, fit, name_of
from agent.errors import ConfigError, InvalidRecord, PermanentError
from agent.model.catalogue import Category
from agent.model.entity import Entity

STEP = " / "


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update categories, parents before their children.

    Raises:
        ConfigError: the settings leave categories out.
    """
    if work.cx.settings.categories_as != "item_groups":
        raise ConfigError(
            "Categories are left out by this connection's settings",
            fix="Set Categories to item groups to carry them over.",
        )
    work.cx.facts.require_prepared()
    by_key = {draft.key: draft for draft in drafts}
    book = Book(work, GROUPS, drafts)
    for draft in sorted(drafts, key=lambda d: len(_category(d).path)):
        if draft.error is not None or not (draft.creates or draft.has("name", "parent")):
            continue
        try:
            name = name_of(work.cx, draft, _category(draft).name, "category", GROUP_NAME)
            book.put(draft, _names(book, draft, name, by_key))
        except PermanentError as error:
            draft.error = error


def _names(book: Book, draft: Draft, name: str, by_key: dict[str, Draft]) -> list[str]:
    """Return the names a category may get, best first."""
    parent = _category(draft).parent
    if parent is None:
        return [name]
    if draft.key in _above(draft, by_key):
        raise InvalidRecord(
            "The category is below itself: its parents form a circle",
            fix="Correct the parent category in the shop.",
            code="record.cycle",
        )
    sent = by_key.get(parent)
    number = sent.erp_id if sent is not None else draft.ref_of(Entity.CATEGORIES, parent)
    above = clean(book.name(number))
    if not above:
        return [name]
    return [name, _joined(draft, above.rpartition(STEP)[2], name), _joined(draft, above, name)]


def _joined(draft: Draft, above: str, name: str) -> str:
    room = GROUP_NAME - len(name) - len(STEP)
    if room < 4:
        return fit(draft, name, GROUP_NAME)
    short = above if len(above) <= room else f"{above[: room - 1].rstrip()}…"
    return f"{short}{STEP}{name}"


def _above(draft: Draft, by_key: dict[str, Draft]) -> set[str]:
    """Return the keys of the categories above one, as far as they are sent with it."""
    seen: set[str] = set()
    current = _category(draft).parent
    while current is not None and current not in seen:
        seen.add(current)
        current = _category(by_key[current]).parent if current in by_key else None
    return seen


def _category(draft: Draft) -> Category:
    record = draft.change.record
    if not isinstance(record, Category):
        raise TypeError(f"{type(record).__name__} is no category")
    return record
