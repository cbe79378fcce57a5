"""Addresses of categories: in OpenCart 4 they tell the whole path, of ids and of words.

Moving or renaming a category therefore changes those of all categories below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.errors import BridgeError
from agent.model.catalogue import Text
from agent.store.text import line
from agent.store.tree import CategoryTree
from agent.store.writing.desk import Desk
from agent.store.writing.keywords import Keywords, Page, Place


class CategoryWords:
    """Keeps ``seo_url`` right for categories."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = Keywords(desk, "category_id")
        self._single = desk.dialect.seo == "query"

    def write(
        self, key: int, given: Text, names: Text, *, fresh: bool, warnings: list[BridgeError]
    ) -> bool:
        """Write the words of a category whose parent is written already; tell of changes."""
        tree = CategoryTree.load(self._desk.view)
        value = str(key) if self._single else path_of(tree, key)
        page = Page(value, given, names, self._above(tree, key), fresh, warnings)
        before = {} if self._single else self._read(value)
        changed = bool(self._words.write([page]))
        if changed and not self._single:
            self._rename(value, before, self._read(value))
        return changed

    def move(self, key: int, old: str) -> bool:
        """Follow a category that was moved: ``old`` was its path."""
        if self._single:
            return False
        tree = CategoryTree.load(self._desk.view)
        new = path_of(tree, key)
        if new == old:
            return False
        above = self._above(tree, key)
        before = self._read(old)
        for number, value, _place, _word in self._subtree(old):
            self._desk.update("seo_url", {"seo_url_id": number}, {"value": new + value[len(old) :]})
        after = {}
        for place, (number, word) in before.items():
            last = word.rsplit("/", 1)[-1]
            full = f"{above[place]}/{last}" if above.get(place) else last
            self._desk.update("seo_url", {"seo_url_id": number}, {"keyword": full})
            after[place] = number, full
        self._rename(new, before, after)
        return bool(before)

    def _above(self, tree: CategoryTree, key: int) -> Mapping[Place, str]:
        chain = tree.chain(key)
        if self._single or len(chain) < 2:
            return {}
        rows = self._read(path_of(tree, chain[1]))
        return {place: line(word) for place, (_number, word) in rows.items()}

    def _read(self, value: str) -> dict[Place, tuple[int, str]]:
        return self._words.read([value]).get(value, {})

    def _subtree(self, value: str) -> list[tuple[int, str, Place, str]]:
        rows = self._desk.query.rows(
            "SELECT `seo_url_id`, `value`, `store_id`, `language_id`, `keyword`"  # noqa: S608
            f" FROM {self._desk.table('seo_url')}"
            " WHERE `key` = 'path' AND (`value` = %s OR `value` LIKE %s)",
            (value, value.replace("_", r"\_") + r"\_%"),
        )
        return [
            (int(number), str(path), (int(store or 0), int(language or 0)), str(word or ""))
            for number, path, store, language, word in rows
        ]

    def _rename(
        self,
        value: str,
        before: Mapping[Place, tuple[int, str]],
        after: Mapping[Place, tuple[int, str]],
    ) -> None:
        """Put the new words of a category in front of those of the categories below it."""
        for number, path, place, word in self._subtree(value):
            if path == value or place not in before or place not in after:
                continue
            old, new = before[place][1], after[place][1]
            if old != new and word.startswith(f"{old}/"):
                self._desk.update(
                    "seo_url", {"seo_url_id": number}, {"keyword": new + word[len(old) :]}
                )


def path_of(tree: CategoryTree, key: int) -> str:
    """Return the ids from the root to a category, as OpenCart 4 writes its address."""
    return "_".join(str(part) for part in reversed(tree.chain(key)))
