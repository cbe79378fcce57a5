"""Products on their way into the shop.

Some are written together, with one statement per table for all of them. Where one of them is
refused, or somebody changes it meanwhile, each half of them is tried by itself, and so on, so that
in the end only that one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pymysql

from agent.errors import BridgeError, Busy
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.store.writing.births import Births, Cradle
from agent.store.writing.changes import PictureSource, StoreChange, StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile, explained
from agent.store.writing.numbers import key_number
from agent.store.writing.pictures import Pictures
from agent.store.writing.product_batch import BatchWriter, Plan, Planner
from agent.store.writing.product_columns import ProductColumns
from agent.store.writing.product_state import ProductState, read_state
from agent.store.writing.product_variants import VariantWriter
from agent.store.writing.seen import changed_since
from agent.store.writing.single import failed, named, stops
from agent.store.writing.texts import Texts

_CRADLE = Cradle(Entity.PRODUCTS, "product", "product_id")
_TOGETHER = 200
_LATER = frozenset({"quantity"})
"""Fields that are no content: stock has its own way."""


def write_products(
    desk: Desk,
    changes: Sequence[StoreChange],
    pictures: PictureSource,
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Create or update products; one outcome per change."""
    writer = _Products(desk, Pictures(desk, pictures), progress)
    outcomes: list[StoreOutcome] = []
    for start in range(0, len(changes), _TOGETHER):
        outcomes += writer.write(changes[start : start + _TOGETHER])
        progress()
    return outcomes


class _Products:
    def __init__(self, desk: Desk, pictures: Pictures, progress: Callable[[], None]) -> None:
        self._desk = desk
        self._pictures = pictures
        self._progress = progress
        self._columns = ProductColumns(desk)
        self._births = Births(desk, _CRADLE)
        self._state = ProductState()
        self._placed: dict[int, tuple[list[str] | None, list[BridgeError]]] = {}
        self._meanwhile: set[str] = set()
        """Products that somebody changed since it was decided what to write."""
        self._tried = False

    def write(self, changes: Sequence[StoreChange]) -> list[StoreOutcome]:
        """Write changes together, or half by half where that fails."""
        self._meanwhile, self._tried = set(), False
        return self._halves(changes)

    def _halves(self, changes: Sequence[StoreChange]) -> list[StoreOutcome]:
        try:
            return self._together(changes)
        except pymysql.MySQLError as error:
            refused = explained(error)
            if refused is None:
                raise
        except BridgeError as error:
            if stops(error):
                raise
            refused = error
        if len(changes) > 1:
            middle = len(changes) // 2
            return self._halves(changes[:middle]) + self._halves(changes[middle:])
        return [failed(changes[0], self._label(changes[0]), refused, Texts(self._desk))]

    def _together(self, changes: Sequence[StoreChange]) -> list[StoreOutcome]:
        born = self._births.begin([c.marker for c in changes if c.key is None])
        outcomes: dict[int, StoreOutcome] = {}
        plans: list[tuple[int, Plan]] = []
        for at, change in enumerate(changes):
            plan = _plan(self._desk, change, born)
            if isinstance(plan, Plan):
                plans.append((at, plan))
            else:
                outcomes[at] = failed(change, self._label(change), plan, Texts(self._desk))
        good = self._prepare(plans, outcomes, changes)
        if good:
            with self._desk.transaction():
                children, changed = self._write([plan for _at, plan in good])
            for at, plan in good:
                outcomes[at] = self._outcome(plan, children, changed)
        return [outcomes[at] for at in range(len(changes))]

    def _prepare(
        self,
        plans: Sequence[tuple[int, Plan]],
        outcomes: dict[int, StoreOutcome],
        changes: Sequence[StoreChange],
    ) -> list[tuple[int, Plan]]:
        there = [plan for _at, plan in plans if plan.key is not None]
        fields = frozenset(name for plan in there for name in plan.fields)
        self._state = read_state(self._desk, (plan.number for plan in there), fields)
        # where nothing is undone, later tries meet what the first one wrote
        if self._desk.schema.transactional or not self._tried:
            self._meanwhile |= changed_since(self._desk, Entity.PRODUCTS, changes)
        self._tried = True
        planner = Planner(self._desk, self._columns, changes)
        good = []
        for at, plan in plans:
            if plan.change.key in self._meanwhile:
                label = self._label(plan.change)
                outcomes[at] = failed(plan.change, label, changed_meanwhile(), plan.texts)
                continue
            try:
                planner.plan(plan, self._state, self._place)
            except BridgeError as error:
                if stops(error):
                    raise
                outcomes[at] = failed(plan.change, self._label(plan.change), error, plan.texts)
            else:
                good.append((at, plan))
        return good

    def _write(self, plans: Sequence[Plan]) -> tuple[dict[int, dict[str, str]], set[int]]:
        writer = BatchWriter(self._desk, self._births, self._state)
        variants = VariantWriter(self._desk)
        try:
            writer.write(plans, lambda done: variants.write(done, writer.changed))
        except Busy:
            missed = [p.change for p in plans if p.key in writer.missed]
            self._meanwhile |= {c.key for c in missed if c.key and c.seen is not None}
            raise
        return variants.children, writer.changed | variants.changed

    def _place(self, change: StoreChange, texts: Texts, known: Sequence[str]) -> list[str] | None:
        """Place pictures once, however often the product is tried."""
        if id(change) not in self._placed:
            own = Texts(self._desk)
            assert isinstance(change.record, Product)  # noqa: S101 - narrows for mypy
            name = self._desk.view.label(change.record.name, "product")
            paths = self._pictures.place(change.record.images, name, own, known)
            self._placed[id(change)] = paths, own.warnings
            self._progress()
        paths, warnings = self._placed[id(change)]
        texts.warnings += warnings
        return paths

    def _outcome(
        self, plan: Plan, children: dict[int, dict[str, str]], changed: set[int]
    ) -> StoreOutcome:
        status = Written.UPDATED if plan.number in changed else Written.UNCHANGED
        return StoreOutcome(
            plan.change.marker,
            Written.CREATED if plan.created else status,
            str(plan.number),
            children.get(plan.number, {}),
            warnings=named(plan.texts.warnings, self._label(plan.change)),
        )

    def _label(self, change: StoreChange) -> str:
        assert isinstance(change.record, Product)  # noqa: S101 - narrows for mypy
        name = self._desk.view.label(change.record.name, "")
        return f"product {change.key or change.record.sku} ({name})".replace("  ", " ")


def _plan(desk: Desk, change: StoreChange, born: dict[str, int]) -> Plan | BridgeError:
    try:
        key = born.get(change.marker) if change.key is None else key_number(change.key, "product")
    except BridgeError as error:
        return error
    fields = change.fields - _LATER
    return Plan(change, fields | {"name"} if change.key is None else fields, Texts(desk), key)
