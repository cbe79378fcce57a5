"""Kits: what Odoo sells as its parts (phantom bills of materials) has a stock, too.

The grounds have no Manufacturing app; its tables are laid in front of them here, as Odoo 14 to 19
answer for them. The rest is asked of the grounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.transport import ServerVersion, Transport
from agent.errors import MissingRight
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent_tests.contract.common.reading import read_one, source_of, stock_followed
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop
from agent_tests.contract.source import count

P = Entity.PRODUCTS
BOM, LINE = "mrp.bom", "mrp.bom.line"
TEMPLATE, VARIANT = "product.template", "product.product"
_FIELDS = {
    BOM: ("product_tmpl_id", "product_id", "type", "active"),
    LINE: ("product_id", "bom_id"),
}


@dataclass
class Manufacturing:
    """A way to a server with the Manufacturing app; ``rights``: whether the user may read it."""

    inner: Transport
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {BOM: [], LINE: []})
    rights: bool = True
    asked: list[str] = field(default_factory=list)

    @property
    def protocol(self) -> str:
        return self.inner.protocol

    def version(self) -> ServerVersion:
        return self.inner.version()

    def login(self) -> int:
        return self.inner.login()

    def close(self) -> None:
        self.inner.close()

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if model not in self.rows:
            return self.inner.call(model, method, args, kwargs)
        if method == "fields_get":
            return {name: {"type": "many2one"} for name in ("id", *_FIELDS[model])}
        if method in {"has_access", "check_access_rights"}:
            return self.rights
        assert method == "search_read", method
        if not self.rights:
            raise MissingRight("You are not allowed to access 'Bill of Material'", fix="Ask.")
        self.asked.append(model)
        assert set(kwargs["fields"]) <= {"id", *_FIELDS[model]}
        found = [row for row in self.rows[model] if self._fits(row, kwargs["domain"])]
        return [{n: row[n] for n in ("id", *kwargs["fields"])} for row in found]

    def _fits(self, row: Mapping[str, Any], domain: Sequence[Any]) -> bool:
        return all(self._holds(row, *leaf) for leaf in domain)

    def _holds(self, row: Mapping[str, Any], name: str, operator: str, value: Any) -> bool:
        link, _, last = name.rpartition(".")
        if link:
            row = next(bom for bom in self.rows[BOM] if bom["id"] == row[link][0])
        cell = row[last][0] if isinstance(row[last], list) else row[last]
        return cell in value if operator == "in" else bool(cell == value)

    def kit(self, template: int, *parts: int, variant: int = 0, kind: str = "phantom") -> None:
        """Have a template, or one variant of it, sold as its parts."""
        bom = len(self.rows[BOM]) + 1
        own = [variant, "One"] if variant else False
        made = {"id": bom, "product_tmpl_id": [template, "Kit"], "product_id": own}
        self.rows[BOM].append({**made, "type": kind, "active": True})
        for part in parts:
            line = {"id": len(self.rows[LINE]) + 1, "product_id": [part, "Part"]}
            self.rows[LINE].append({**line, "bom_id": [bom, "Kit"]})


@dataclass
class Works:
    """A shop connected to a server with the Manufacturing app."""

    shop: Shop
    app: Manufacturing

    def make(self, **values: Any) -> tuple[int, list[int]]:
        """Make a product as people do; returns its id and those of its variants."""
        ground = self.shop.ground
        made: int = ground.rpc(TEMPLATE, "create", {"name": unique("Kit"), **values})
        domain = [("product_tmpl_id", "=", made)]
        return made, [row["id"] for row in ground.find(VARIANT, domain, "id")]

    def sized(self) -> tuple[int, list[int]]:
        """Make a product of two sizes that are no goods of their own."""
        ground = self.shop.ground
        attribute = ground.rpc("product.attribute", "create", {"name": unique("Size")})
        values = [
            ground.rpc("product.attribute.value", "create", {"name": n, "attribute_id": attribute})
            for n in ("S", "M")
        ]
        line = {"attribute_id": attribute, "value_ids": [(6, 0, values)]}
        return self.make(attribute_line_ids=[(0, 0, line)])

    def product(self, template: int) -> Product:
        """Return what the shop is told of a product."""
        record = read_one(self.shop, P, str(template)).record
        assert isinstance(record, Product)
        return record

    def counts(self, template: int) -> list[bool]:
        """Return whether each value of a product's only option counts its stock."""
        (option,) = self.product(template).options
        return [value.subtract for value in option.values]

    def tracked(self, *variants: int) -> list[bool]:
        """Return whether stock of variants is kept."""
        return [
            level.tracked for level in source_of(self.shop).stock_levels(list(map(str, variants)))
        ]


@pytest.fixture
def works(ground: Ground) -> Iterator[Works]:
    app = Manufacturing(ground.transport())
    values = {"url": ground.url, "database": ground.database, "user": ground.user}
    settings = parse_settings({**values, "protocol": ground.protocol})
    shop = Shop(ground, OdooErp(app, settings, instance="kits"))
    yield Works(shop, app)
    shop.close()


def test_a_kit_is_kept_in_stock_and_counted_at_an_order(works: Works) -> None:
    kit, variants = works.make()
    made, others = works.make()
    works.app.kit(kit)
    works.app.kit(made, kind="normal")
    assert (works.product(kit).subtract, works.tracked(*variants)) == (True, [True])
    assert (works.product(made).subtract, works.tracked(*others)) == (False, [False])


def test_values_of_a_kit_count_their_stock(works: Works) -> None:
    kit, _ = works.sized()
    works.app.kit(kit)
    assert works.counts(kit) == [True, True]


def test_where_one_variant_is_a_kit_only_its_value_counts(works: Works) -> None:
    kit, variants = works.sized()
    works.app.kit(kit, variant=variants[1])
    record = works.product(kit)
    assert record.subtract
    of_kit = next(v.values for v in record.variants if v.key == str(variants[1]))
    (option,) = record.options
    assert {v.value for v in option.values if v.subtract} == set(of_kit)
    assert works.tracked(*variants) == [False, True]


def test_kits_of_a_page_are_asked_for_once(works: Works) -> None:
    numbers = [works.make()[0] for _ in range(3)]
    for number in numbers:
        works.app.kit(number)
    source_of(works.shop).source_read(P, list(map(str, numbers)))
    assert works.app.asked == [BOM]


def test_what_moves_of_a_part_moves_the_kits_of_it(works: Works) -> None:
    kind = {"is_storable": True} if works.shop.ground.modern else {"type": "product"}
    _, (part,) = works.make(**kind)
    kit, (inner,) = works.make()
    outer, (of_kits,) = works.make()
    works.app.kit(kit, part)
    works.app.kit(outer, inner)
    following = stock_followed(works.shop)
    count(works.shop.ground, str(part), 4)
    assert {str(part), str(inner), str(of_kits)} <= set(following.look())


def test_a_user_who_may_not_read_kits_has_none(works: Works) -> None:
    kit, variants = works.make()
    works.app.kit(kit)
    works.app.rights = False
    assert (works.product(kit).subtract, works.tracked(*variants)) == (False, [False])
    assert works.app.asked == []
