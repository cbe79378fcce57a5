"""The tree of categories, by their parents.

``category_path``, which the shop keeps beside it, is not used: imports forget it.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.errors import InvalidRecord
from agent.store.view import View


class CategoryTree:
    """Parents of all categories of the shop."""

    def __init__(self, parents: Mapping[int, int]) -> None:
        self._parents = parents
        self._depths: dict[int, int] = {}

    @classmethod
    def load(cls, view: View) -> CategoryTree:
        """Read the whole tree: two numbers per category."""
        rows = view.query.rows(
            f"SELECT `category_id`, `parent_id` FROM {view.table('category')}"  # noqa: S608
        )
        return cls({int(category): int(parent or 0) for category, parent in rows})

    def __contains__(self, category: int) -> bool:
        return category in self._parents

    def chain(self, category: int) -> list[int]:
        """Return the category, its parent, and so on, up to where the chain ends or repeats."""
        chain = [category]
        seen = {category}
        while (parent := self._parents.get(chain[-1], 0)) and parent not in seen:
            chain.append(parent)
            seen.add(parent)
        return chain

    def below(self, category: int) -> list[int]:
        """Return all categories below this one, each behind its parent."""
        children: dict[int, list[int]] = {}
        for child, parent in self._parents.items():
            children.setdefault(parent, []).append(child)
        found: list[int] = []
        waiting = [category]
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child != category and child not in found:
                    found.append(child)
                    waiting.append(child)
        return found

    def depth(self, category: int) -> int:
        """Return how many categories are above this one."""
        if category not in self._depths:
            self._depths[category] = len(self.chain(category)) - 1
        return self._depths[category]

    def path(self, category: int) -> tuple[str, ...]:
        """Return the keys from the root to this category.

        Raises:
            InvalidRecord: a category above it is missing, or is below itself.
        """
        chain = self.chain(category)
        top = chain[-1]
        if top not in self._parents:
            raise InvalidRecord(
                f"Category {chain[-2]} lies below category {top}, which does not exist",
                fix=f"Open category {chain[-2]} in the shop, choose an existing parent (or none) "
                "and save.",
                code="store.category_parent",
            )
        if again := self._parents[top]:
            loop = [*chain[chain.index(again) :], again]
            raise InvalidRecord(
                f"Categories are each other's parents: {' > '.join(map(str, reversed(loop)))}",
                fix="Open one of them in the shop, choose another parent (or none) and save.",
                code="store.category_cycle",
            )
        return tuple(str(part) for part in reversed(chain))
