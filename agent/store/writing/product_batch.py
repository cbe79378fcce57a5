"""Some products on their way into the shop together: one statement per table for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.faults import reach
from agent.model.catalogue import Product
from agent.store.keys import parse_spec
from agent.store.sql import Ids
from agent.store.text import decode
from agent.store.writing.births import Births, tag
from agent.store.writing.changes import StoreChange
from agent.store.writing.desk import Desk, changed_meanwhile, pieces
from agent.store.writing.keywords import Keywords, Page
from agent.store.writing.product_columns import ProductColumns, Sketch
from agent.store.writing.product_options import (
    OptionCatalogue,
    OptionChanges,
    WantedOption,
    count_values,
)
from agent.store.writing.product_parts import (
    CATEGORIES,
    CODES,
    DESCRIPTIONS,
    IMAGES,
    LAYOUTS,
    SPECS,
    STORES,
    TEXT_FIELDS,
    category_rows,
    check_name,
    code_rows,
    description_rows,
    image_rows,
    spec_rows,
)
from agent.store.writing.product_state import CODE_FIELDS, ProductState, used_rows
from agent.store.writing.rows import Part, Rows, Wanted, change_rows, read_rows
from agent.store.writing.single import gone
from agent.store.writing.texts import Texts

Place = Callable[[StoreChange, Texts, Sequence[str]], list[str] | None]
"""Puts a product's pictures into the image folder; see ``Pictures.place``."""

FIRST_ORDER = 1
"""``sort_order`` of new products, as in the empty form."""


@dataclass(slots=True)
class Plan:
    """What one product is to become; ``key`` is None until it has a row."""

    change: StoreChange
    fields: frozenset[str]
    texts: Texts
    key: int | None
    columns: dict[str, object] = field(default_factory=dict)
    rows: dict[Part, list[Wanted]] = field(default_factory=dict)
    options: list[WantedOption] | None = None
    fresh: bool = False
    """Made by this batch: nothing of it can be there."""

    @property
    def product(self) -> Product:
        """The record."""
        assert isinstance(self.change.record, Product)  # noqa: S101 - narrows for mypy
        return self.change.record

    @property
    def created(self) -> bool:
        """Whether the flow does not know the product yet."""
        return self.change.key is None

    @property
    def number(self) -> int:
        """The product's id, once it has one."""
        assert self.key is not None  # noqa: S101 - rows are made before anything asks
        return self.key


class Planner:
    """Plans products of one batch; what they refer to is looked up once."""

    def __init__(self, desk: Desk, columns: ProductColumns, changes: Sequence[StoreChange]) -> None:
        products = [c.record for c in changes if isinstance(c.record, Product)]
        self._desk = desk
        self._columns = columns
        self._options = OptionCatalogue(desk, products)
        self._categories = desk.known(
            "category", "category_id", _numbers(k for p in products for k in p.categories)
        )
        specs = (parse_spec(spec.attribute) for p in products for spec in p.specs)
        self._attributes = desk.known("attribute", "attribute_id", (s[0] for s in specs if s))
        self._makers = desk.known(
            "manufacturer", "manufacturer_id", _numbers(p.manufacturer or "" for p in products)
        )
        self._taxes = desk.known(
            "tax_class", "tax_class_id", _numbers(p.tax_class or "" for p in products)
        )

    def plan(self, plan: Plan, state: ProductState, place: Place) -> None:
        """Fill a plan.

        Raises:
            InvalidRecord: the product cannot be written as it is.
        """
        product, fields, texts = plan.product, plan.fields, plan.texts
        if plan.created or "name" in fields:
            check_name(product)
        if plan.key is not None and plan.key not in state.columns:
            raise gone("The product")
        plan.columns = self._columns.defaults(product) if plan.key is None else {}
        codes = state.codes(plan.key)
        sketch = Sketch(product, fields, texts, codes)
        plan.columns |= self._columns.given(sketch)
        self._references(plan)
        if fields & CODE_FIELDS:
            self._codes(plan, sketch, state)
        if "options" in fields:
            plan.options = self._options.wanted(product)
        self._parts(plan, state)
        if "images" in fields:
            self._images(plan, state, place)

    def _references(self, plan: Plan) -> None:
        columns, texts = plan.columns, plan.texts
        maker = columns.get("manufacturer_id")
        if maker and maker not in self._makers:
            columns["manufacturer_id"] = 0
            texts.warn(
                f"Manufacturer {maker} is not in the shop: the product has none now",
                "Synchronize the manufacturers.",
                "store.manufacturer_missing",
            )
        tax = columns.get("tax_class_id")
        if tax and tax != self._desk.rules.tax_class and tax not in self._taxes:
            del columns["tax_class_id"]
            texts.warn(
                f"Tax class {tax} is not in the shop: the product's own was left as it is",
                "Assign the taxes anew under ERP Mapping > Taxes.",
                "store.tax_class_missing",
            )

    def _codes(self, plan: Plan, sketch: Sketch, state: ProductState) -> None:
        stored = self._columns.codes(sketch)
        dialect = self._desk.dialect
        plan.columns |= {name: stored[name] for name in dialect.code_columns}
        if dialect.code_table:
            plan.rows[CODES] = code_rows(stored, state.held(CODES, plan.key))

    def _parts(self, plan: Plan, state: ProductState) -> None:
        desk, product, fields, texts = self._desk, plan.product, plan.fields, plan.texts
        if fields & TEXT_FIELDS.keys():
            held = state.held(DESCRIPTIONS, plan.key)
            plan.rows[DESCRIPTIONS] = description_rows(desk, product, fields, held, texts)
        if "categories" in fields:
            plan.rows[CATEGORIES] = category_rows(product, self._categories, texts)
        if "specs" in fields:
            held = state.held(SPECS, plan.key)
            plan.rows[SPECS] = spec_rows(product, self._attributes, held, texts)

    def _images(self, plan: Plan, state: ProductState, place: Place) -> None:
        held = state.held(IMAGES, plan.key)
        main = state.columns.get(plan.key, {}).get("image") if plan.key is not None else None
        known = [decode(str(path)) for path in (main, *(row.same[0] for row in held)) if path]
        paths = place(plan.change, plan.texts, known)
        # Where none could be used, the shop keeps those it has.
        if paths is None or (not paths and plan.product.images):
            return
        plan.columns["image"], plan.rows[IMAGES] = image_rows(paths, plan.texts)


class BatchWriter:
    """Writes planned products; ``changed`` are ids of those in which something changed.

    ``missed`` is the one that somebody else changed at the same moment.
    """

    def __init__(self, desk: Desk, births: Births, state: ProductState) -> None:
        self._desk = desk
        self._births = births
        self._state = state
        self.changed: set[int] = set()
        self.missed: set[int] = set()

    def write(self, plans: Sequence[Plan], between: Callable[[Sequence[Plan]], None]) -> None:
        """Write all; ``between`` is called when all is there but new products are not shown yet.

        Raises:
            Busy: somebody changed one of the products at this moment.
        """
        self._make([plan for plan in plans if plan.key is None])
        parts = self._parts(plans)
        options = OptionChanges(self._desk)
        for plan in plans:
            if plan.options is not None:
                held = self._state.options.get(plan.number, ())
                used = self._state.used.get(plan.number, set())
                if options.add(plan.number, plan.options, held, used):
                    _warn_used(plan.texts)
        options.write()
        self.changed |= options.changed
        reach("store.after_parts")
        self._words(plans)
        self._columns(plans)
        options.remove()
        for part in parts:
            part.remove(self._desk)
        made = [plan for plan in plans if plan.created and self._unfinished(plan)]
        self._assign(made)
        between(plans)
        reach("store.before_show")
        self._show(made)
        reach("store.after_show")

    def _make(self, plans: Sequence[Plan]) -> None:
        """Insert the rows of new products, hidden."""
        if not plans:
            return
        low = self._births.highest()
        names = list(plans[0].columns)
        rows = []
        for plan in plans:
            hidden = {**plan.columns, "status": 0, "sort_order": tag(plan.change.marker)}
            rows.append(tuple(hidden[name] for name in (*names, "sort_order")))
        self._desk.insert("product", (*names, "sort_order"), rows)
        reach("store.after_rows")
        found = self._births.find([plan.change.marker for plan in plans], low)
        self._births.note(found)
        for plan in plans:
            plan.key, plan.fresh = found[plan.change.marker], True
        reach("store.after_note")

    def _parts(self, plans: Sequence[Plan]) -> list[Rows]:
        wanted: dict[Part, dict[int, Sequence[Wanted]]] = {}
        for plan in plans:
            for part, rows in plan.rows.items():
                wanted.setdefault(part, {})[plan.number] = rows
        done = []
        for part, of_products in wanted.items():
            held = self._state.parts.get(part, {})
            rows_of = change_rows(self._desk, part, of_products, held, self.missed)
            self.changed |= rows_of.changed
            done.append(rows_of)
        return done

    def _words(self, plans: Sequence[Plan]) -> None:
        pages = [
            Page(
                str(plan.number),
                plan.product.seo_keyword if "seo_keyword" in plan.fields else {},
                plan.product.name,
                fresh=plan.created,
                warnings=plan.texts.warnings,
            )
            for plan in plans
            if plan.created or "seo_keyword" in plan.fields
        ]
        if pages:
            self.changed |= {
                int(value) for value in Keywords(self._desk, "product_id").write(pages)
            }

    def _columns(self, plans: Sequence[Plan]) -> None:
        """Write the columns of products that were there, if they are still as they were read."""
        switched: dict[int, bool] = {}
        for plan in plans:
            if plan.fresh:
                continue
            old = self._state.columns[plan.number]
            new = {name: v for name, v in plan.columns.items() if v != old.get(name)}
            if plan.created and old["sort_order"] == tag(plan.change.marker):
                new.pop("status", None)
            if new:
                self.changed.add(plan.number)
                if not self._desk.update("product", {"product_id": plan.number}, new, old):
                    self.missed.add(plan.number)
                    raise changed_meanwhile()
            if not plan.created and "subtract" in new:
                switched[plan.number] = bool(new["subtract"])
        if switched:
            used = used_rows(self._desk, Ids.of(switched))
            count_values(self._desk, switched, {row for rows in used.values() for row in rows})
        edited = [p.number for p in plans if not p.created and p.number in self.changed]
        for piece in pieces([(key,) for key in edited]):
            ids = ",".join(str(row[0]) for row in piece)
            self._desk.run(
                f"UPDATE {self._desk.table('product')} SET `date_modified` = %s"  # noqa: S608
                f" WHERE `product_id` IN ({ids})",
                (self._desk.now,),
            )

    def _show(self, plans: Sequence[Plan]) -> None:
        """Show new products: last."""
        groups: dict[int, list[tuple[object, ...]]] = {}
        for plan in plans:
            status = plan.columns.get("status", int(plan.product.active))
            groups.setdefault(int(str(status)), []).append((plan.number,))
        for status, keys in groups.items():
            for piece in pieces(keys):
                ids = ",".join(str(row[0]) for row in piece)
                self._desk.run(
                    f"UPDATE {self._desk.table('product')} SET `status` = {status},"  # noqa: S608
                    f" `sort_order` = {FIRST_ORDER}"
                    f" WHERE `product_id` IN ({ids}) AND `sort_order` < 0"
                )

    def _assign(self, plans: Sequence[Plan]) -> None:
        """Put new products into their stores."""
        desk = self._desk
        old = [plan.number for plan in plans if not plan.fresh]
        rows: Mapping[Part, list[Wanted]] = {
            STORES: [((store,), ()) for store in desk.own_stores],
            LAYOUTS: [((store,), (0,)) for store in desk.stores] if desk.zero_layouts else [],
        }
        for part, wanted in rows.items():
            found = read_rows(desk, part, old)
            change_rows(desk, part, {plan.number: wanted for plan in plans}, found)

    def _unfinished(self, plan: Plan) -> bool:
        if plan.fresh:
            return True
        return self._state.columns[plan.number]["sort_order"] == tag(plan.change.marker)


def _warn_used(texts: Texts) -> None:
    texts.warn(
        "An option value that the ERP has no more stays, sold out: a variant is made of it",
        "Delete the variant in the shop under Catalog > Products, then synchronize the product.",
        "store.value_used",
    )


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 11]
