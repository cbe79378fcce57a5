"""What the shop has of a batch of products before they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.store.dialect import CODE_COLUMNS
from agent.store.sql import Ids
from agent.store.text import line
from agent.store.variants import choices_of
from agent.store.writing.desk import Desk
from agent.store.writing.product_options import HeldOption, read_options
from agent.store.writing.product_parts import (
    CATEGORIES,
    CODES,
    DESCRIPTIONS,
    IMAGES,
    SPECS,
    TEXT_FIELDS,
)
from agent.store.writing.rows import Held, Part, read_rows

COLUMNS = (
    "model",
    "image",
    "price",
    "weight",
    "weight_class_id",
    "length",
    "width",
    "height",
    "length_class_id",
    "subtract",
    "shipping",
    "minimum",
    "status",
    "manufacturer_id",
    "tax_class_id",
    "sort_order",
    *CODE_COLUMNS,
)
CODE_FIELDS = frozenset({"sku", "barcode", "codes"})
_PARTS: Mapping[Part, frozenset[str]] = {
    DESCRIPTIONS: frozenset(TEXT_FIELDS),
    CATEGORIES: frozenset({"categories"}),
    SPECS: frozenset({"specs"}),
    IMAGES: frozenset({"images"}),
    CODES: CODE_FIELDS,
}


@dataclass(slots=True)
class ProductState:
    """Rows by product; parts that no field asks for are empty."""

    columns: dict[int, dict[str, object]] = field(default_factory=dict)
    parts: dict[Part, dict[int, list[Held]]] = field(default_factory=dict)
    options: dict[int, list[HeldOption]] = field(default_factory=dict)
    used: dict[int, set[int]] = field(default_factory=dict)
    """Rows of option values that variants of a product are made of."""

    def held(self, part: Part, product: int | None) -> list[Held]:
        """Return a product's rows of a part."""
        return self.parts.get(part, {}).get(product, []) if product is not None else []

    def codes(self, product: int | None) -> dict[str, str]:
        """Return a product's identifiers by name."""
        row = self.columns.get(product, {}) if product is not None else {}
        codes = {name: line(str(row.get(name) or "")) for name in CODE_COLUMNS}
        for held in self.held(CODES, product):
            name = str(held.same[0]).lower()
            if name in codes and (value := line(str(held.values[0]))):
                codes[name] = value
        return {name: value for name, value in codes.items() if value}


def used_rows(desk: Desk, ids: Ids) -> dict[int, set[int]]:
    """Return product to the rows of option values that variants of it are made of."""
    used: dict[int, set[int]] = {}
    if desk.dialect.variants:
        for master, variant in desk.query.rows(
            f"SELECT `master_id`, `variant` FROM {desk.table('product')}"  # noqa: S608
            f" WHERE {ids.where('`master_id`')} AND `master_id` > 0"
        ):
            for chosen in choices_of(variant).values():
                rows = chosen if isinstance(chosen, list) else [chosen]
                used.setdefault(int(master), set()).update(
                    int(row) for row in map(str, rows) if row.isdigit()
                )
    return used


def read_state(desk: Desk, products: Iterable[int], fields: frozenset[str]) -> ProductState:
    """Read what is needed to write these fields of products that are there."""
    ids = Ids.of(products)
    if not ids:
        return ProductState()
    known = [name for name in COLUMNS if desk.dialect.has("product", name)]
    names = ", ".join(f"`{name}`" for name in known)
    wanted = set(ids)
    state = ProductState()
    for key, *cells in desk.query.rows(
        f"SELECT `product_id`, {names} FROM {desk.table('product')}"  # noqa: S608
        f" WHERE {ids.where('`product_id`')}"
    ):
        if key in wanted:
            state.columns[int(key)] = dict(zip(known, cells, strict=True))
    for part, mine in _PARTS.items():
        if mine & fields:
            state.parts[part] = read_rows(desk, part, ids)
    if "options" in fields:
        state.options = read_options(desk, ids)
        state.used = used_rows(desk, ids)
    return state
