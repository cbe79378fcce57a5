"""Categories on their way into the shop: the tree, its closure table, texts, addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.errors import InvalidRecord
from agent.model.catalogue import Category
from agent.model.entity import Entity
from agent.store.text import decode
from agent.store.tree import CategoryTree
from agent.store.writing.births import Cradle, tag
from agent.store.writing.category_words import CategoryWords, path_of
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome
from agent.store.writing.descriptions import Descriptions, assign, named_once
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.numbers import key_number
from agent.store.writing.pictures import Pictures
from agent.store.writing.single import write_each
from agent.store.writing.texts import Texts

_TEXTS = Descriptions(
    "category_description",
    "category_id",
    ("name", "description", "meta_title", "meta_description", "meta_keyword"),
)


def write_categories(
    desk: Desk,
    changes: Sequence[StoreChange],
    pictures: PictureSource,
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Create or update categories; one outcome per change."""
    return write_each(desk, changes, _Categories(desk, Pictures(desk, pictures)), progress)


class _Categories:
    cradle = Cradle(Entity.CATEGORIES, "category", "category_id")

    def __init__(self, desk: Desk, pictures: Pictures) -> None:
        self._desk = desk
        self._pictures = pictures
        self._words = CategoryWords(desk)

    def label(self, change: StoreChange) -> str:
        name = self._desk.view.label(_category(change).name, "")
        return f"category {change.key or ''} ({name})".replace("  ", " ")

    def number(self, key: str) -> int:
        return key_number(key, "category")

    def key(self, change: StoreChange, number: int) -> str:  # noqa: ARG002 - part of the protocol
        return str(number)

    def check(self, change: StoreChange, key: int | None) -> None:
        category = _category(change)
        if key is None or "name" in change.fields:
            named_once(category.name, "category")
        if "parent" not in change.fields or category.parent is None:
            return
        parent = key_number(category.parent, "category")
        tree = CategoryTree.load(self._desk.view)
        if parent not in tree:
            raise InvalidRecord(
                f"Its parent, category {parent}, is not in the shop",
                fix="Synchronize the parent first, or give it another parent in the ERP.",
                code="store.category_parent",
            )
        if key is not None and key in tree.chain(parent):
            raise InvalidRecord(
                f"It cannot be moved below category {parent}, which lies below it itself",
                fix="Choose another parent in the ERP, or move the other category first.",
                code="store.category_cycle",
            )

    def start(self, change: StoreChange, sort_order: int) -> int:
        parent = _parent(change)
        return self._desk.add(
            "category",
            {
                "image": "",
                "parent_id": parent,
                "top": int(parent == 0),
                "column": 1,
                "sort_order": sort_order,
                "status": 0,
                "date_added": self._desk.now,
                "date_modified": self._desk.now,
            },
        )

    def fill(self, change: StoreChange, key: int, texts: Texts) -> bool:
        desk, category, fields = self._desk, _category(change), change.fields
        created = change.key is None
        (row,) = desk.query.rows(
            "SELECT `parent_id`, `sort_order`, `status`, `image`"  # noqa: S608
            f" FROM {desk.table('category')} WHERE `category_id` = {key}"
        )
        old = dict(zip(("parent_id", "sort_order", "status", "image"), row, strict=True))
        new = self._columns(change, old, texts)
        given = {name: getattr(category, name) for name in _TEXTS.columns if name in fields}
        if created:
            given.setdefault("name", category.name)
        changed = _TEXTS.write(desk, key, given, texts) if given else False
        changed |= self._place(key, new, old)
        if created:
            self._assign(key)
        if created or "seo_keyword" in fields:
            changed |= self._words.write(
                key, category.seo_keyword, category.name, fresh=created, warnings=texts.warnings
            )
        different = {name: value for name, value in new.items() if value != old[name]}
        different.pop("parent_id", None)
        if different:
            guard = {name: old[name] for name in different}
            if not desk.update("category", {"category_id": key}, different, guard):
                raise changed_meanwhile()
        changed |= bool(different)
        if changed:
            desk.update("category", {"category_id": key}, {"date_modified": desk.now})
        return changed

    def _columns(
        self, change: StoreChange, old: dict[str, object], texts: Texts
    ) -> dict[str, object]:
        category, fields, created = _category(change), change.fields, change.key is None
        new: dict[str, object] = {}
        if "parent" in fields:
            new["parent_id"] = _parent(change)
        if "image" in fields:
            given = [category.image] if category.image else []
            known = [decode(str(old["image"]))] if old["image"] else []
            name = self._desk.view.label(category.name, "category")
            paths = self._pictures.place(given, name, texts, known)
            if paths or (paths is not None and not given):
                new["image"] = texts.exact("category", "image", "".join(paths), "picture")
        if "sort_order" in fields:
            new["sort_order"] = category.sort_order
        elif old["sort_order"] == tag(change.marker):
            new["sort_order"] = 0
        if "active" in fields or (created and old["sort_order"] == tag(change.marker)):
            new["status"] = int(category.active)
        return new

    def _place(self, key: int, new: dict[str, object], old: dict[str, object]) -> bool:
        """Move the category and write the closure table; tell whether it moved."""
        desk = self._desk
        tree = CategoryTree.load(desk.view)
        former = path_of(tree, key)
        moved = "parent_id" in new and new["parent_id"] != (old["parent_id"] or 0)
        if moved:
            parent = {"parent_id": new["parent_id"]}
            if not desk.update("category", {"category_id": key}, parent, old):
                raise changed_meanwhile()
            tree = CategoryTree.load(desk.view)
        self._close(tree, [key, *(tree.below(key) if moved else ())])
        if moved:
            self._words.move(key, former)
        return moved

    def _close(self, tree: CategoryTree, keys: Sequence[int]) -> None:
        """Write who lies above these categories, as ``category_path`` has it."""
        desk = self._desk
        ids = ",".join(map(str, keys))
        rows = desk.query.rows(
            "SELECT `category_id`, `path_id`, `level`"  # noqa: S608
            f" FROM {desk.table('category_path')} WHERE `category_id` IN ({ids})"
        )
        known = {(int(key), int(path)): level for key, path, level in rows}
        wanted = {
            (key, path): level
            for key in keys
            for level, path in enumerate(reversed(tree.chain(key)))
        }
        columns = ("category_id", "path_id", "level")
        desk.insert(
            "category_path", columns, [(*at, n) for at, n in wanted.items() if at not in known]
        )
        for (key, path), level in wanted.items():
            if known.get((key, path), level) != level:
                desk.update(
                    "category_path", {"category_id": key, "path_id": path}, {"level": level}
                )
        desk.delete("category_path", columns[:2], [at for at in known if at not in wanted])

    def _assign(self, key: int) -> None:
        desk = self._desk
        stores = [(store,) for store in desk.own_stores]
        assign(desk, "category_to_store", "category_id", key, stores)
        if desk.zero_layouts:
            layouts = [(store, 0) for store in desk.stores]
            assign(desk, "category_to_layout", "category_id", key, layouts)


def _category(change: StoreChange) -> Category:
    assert isinstance(change.record, Category)  # noqa: S101 - narrows for mypy
    return change.record


def _parent(change: StoreChange) -> int:
    parent = _category(change).parent
    return key_number(parent, "category") if parent is not None else 0
