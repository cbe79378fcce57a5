"""Words that the shop puts into the addresses of its pages (of the default store)."""

from __future__ import annotations

from collections.abc import Iterable

from agent.model.catalogue import Text
from agent.store.digest import Part
from agent.store.text import line
from agent.store.view import View


class Seo:
    """Finds rows of ``seo_url`` by what they point to.

    OpenCart 3 keeps ``product_id=42`` in one column; OpenCart 4 keeps ``product_id`` and ``42``
    apart, and names a category by its path (key ``path``, value ``18_45``).
    """

    def __init__(self, view: View, name: str) -> None:
        self._view = view
        self._name = name
        self._single = view.dialect.seo == "query"

    def words(self, values: Iterable[str]) -> dict[str, Text]:
        """Return value to word in all languages. Of a category's path the last word."""
        rows = self._view.query.rows(
            f"SELECT {self._key}, t.`language_id`, t.`keyword`"  # noqa: S608
            f" FROM {self._view.table('seo_url')} t WHERE {self.where(values)}"
            " ORDER BY t.`seo_url_id`"
        )
        result: dict[str, dict[str, str]] = {}
        skip = len(self._name) + 1 if self._single else 0
        for key, language_id, keyword in rows:
            code = self._view.code_of(language_id)
            word = line(keyword)
            if self._name == "path":
                word = word.rsplit("/", 1)[-1]
            if code and word:
                result.setdefault(str(key)[skip:], {})[code] = word
        return dict(result)

    def part(self) -> Part:
        """Return the rows as a part of a digest, by the number they point to."""
        key = self._key
        if self._single:
            key = f"SUBSTRING({key}, {len(self._name) + 2})"
        elif self._name == "path":
            key = f"SUBSTRING_INDEX({key}, '_', -1)"
        values = self._view.values("t", "seo_url", ("seo_url_id", "language_id", "keyword"))
        source = f"{self._view.table('seo_url')} t"
        return Part("seo_url", source, f"CAST({key} AS UNSIGNED)", values)

    @property
    def _key(self) -> str:
        return "t.`query`" if self._single else "t.`value`"

    def where(self, values: Iterable[str]) -> str:
        """Return the condition that a row points to one of ``values``."""
        # Values are digits and underscores. A list of constants uses the index; a range of
        # numbers in a text column could not.
        if self._single:
            wanted = ",".join(f"'{self._name}={value}'" for value in values)
            return f"t.`store_id` = 0 AND t.`query` IN ({wanted or 'NULL'})"
        wanted = ",".join(f"'{value}'" for value in values)
        return (
            f"t.`store_id` = 0 AND t.`key` = '{self._name}' AND t.`value` IN ({wanted or 'NULL'})"
        )
