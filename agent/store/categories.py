"""Categories of the shop."""

from __future__ import annotations

from agent.errors import BridgeError, InvalidRecord
from agent.model.catalogue import Category
from agent.model.record import Record
from agent.store.digest import combine, digests, row_hash
from agent.store.numbered import NumberedReader
from agent.store.records import BadRecord, ScanRow
from agent.store.seo import Seo
from agent.store.sql import Ids, Row
from agent.store.text import line
from agent.store.tree import CategoryTree
from agent.store.view import View, whole

_TEXTS = ("name", "description", "meta_title", "meta_description", "meta_keyword")


class CategoryReader(NumberedReader):
    """Reads categories; see ``Reader``."""

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next categories after id ``after``."""
        return self._scan(view, f"c.`category_id` > {after} ORDER BY c.`category_id` LIMIT {limit}")

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given categories that exist."""
        wanted = set(ids)
        found = self._scan(view, f"{ids.where('c.`category_id`')} ORDER BY c.`category_id`")
        return [row for row in found if int(row.key) in wanted]

    def total(self, view: View) -> int:
        """Return how many categories there are."""
        return int(view.query.value(f"SELECT COUNT(*) FROM {view.table('category')}"))  # noqa: S608

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given categories that exist."""
        rows = view.query.rows(
            "SELECT c.`category_id`, c.`image`, c.`sort_order`, c.`status`"  # noqa: S608
            f" FROM {view.table('category')} c"
            f" WHERE {ids.where('c.`category_id`')} ORDER BY c.`category_id`"
        )
        wanted = set(ids)
        tree = CategoryTree.load(view)
        builder = _Builder(view, tree, ids)
        return [builder.build(row) for row in rows if row[0] in wanted]

    def _scan(self, view: View, condition: str) -> list[ScanRow]:
        values = view.values(
            "c", "category", ("category_id", "image", "parent_id", "sort_order", "status")
        )
        rows = view.query.rows(
            f"SELECT c.`category_id`, {row_hash(values)}, c.`image`, d.`name`"  # noqa: S608
            f" FROM {view.table('category')} c"
            f" LEFT JOIN {view.table('category_description')} d ON"
            f" d.`category_id` = c.`category_id` AND d.`language_id` = {view.default_language}"
            f" WHERE {condition}"
        )
        ids = Ids.of(row[0] for row in rows)
        if not ids:
            return []
        tree = CategoryTree.load(view)
        texts = view.part("category_description", "category_id", ("language_id", *_TEXTS))
        seo = Seo(view, _seo_name(view))
        parts = digests(
            view.query,
            (
                texts.select(ids.where(texts.key)),
                seo.part().select(seo.where(_seo_value(view, tree, key) for key in ids)),
            ),
        )
        salt = view.salt
        return [
            ScanRow(
                str(key),
                combine(
                    (
                        salt,
                        own,
                        parts.get(key, ""),
                        ">".join(map(str, tree.chain(key))),
                        view.images.token(image),
                    )
                ),
                line(name)[:255] or f"category {key}",
            )
            for key, own, image, name in rows
        ]


class _Builder:
    def __init__(self, view: View, tree: CategoryTree, ids: Ids) -> None:
        self._view = view
        self._tree = tree
        self._texts = view.texts("category_description", "category_id", ids, _TEXTS)
        values = {key: _seo_value(view, tree, key) for key in ids}
        words = Seo(view, _seo_name(view)).words(values.values())
        self._seo = {key: words[value] for key, value in values.items() if value in words}

    def build(self, row: Row) -> Category | BadRecord:
        key, image, sort_order, status = row
        texts = self._texts.get(key, {})
        name = texts.get("name", {})
        label = self._view.label(name, f"category {key}")
        try:
            if not name:
                raise InvalidRecord(
                    "The category has no name in any language of the shop",
                    fix="Open it in the shop under Catalog > Categories, enter a name and save.",
                    code="store.name_missing",
                )
            path = self._tree.path(key)
        except BridgeError as error:
            return BadRecord(str(key), label, error.about(f"category {key} ({label})"))
        return Category(
            key=str(key),
            name=name,
            parent=path[-2] if len(path) > 1 else None,
            path=path,
            description=texts["description"],
            meta_title=texts["meta_title"],
            meta_description=texts["meta_description"],
            meta_keyword=texts["meta_keyword"],
            seo_keyword=self._seo.get(key, {}),
            active=bool(status),
            sort_order=whole(sort_order),
            image=self._view.images.describe(image),
        )


def _seo_name(view: View) -> str:
    return "category_id" if view.dialect.seo == "query" else "path"


def _seo_value(view: View, tree: CategoryTree, category: int) -> str:
    if view.dialect.seo == "query":
        return str(category)
    return "_".join(str(part) for part in reversed(tree.chain(category)))
