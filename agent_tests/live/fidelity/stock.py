"""Quantities: how each version counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import Talk

QUANT = "stock.quant"
MODE = {"inventory_mode": True}


def counting(t: Talk) -> Iterator[Any]:
    product = t.product("p")
    [variant] = t.variants(product)
    place = t.stock_place()
    extra = (
        *("inventory_quantity_set", "inventory_diff_quantity", "inventory_quantity_auto_apply"),
    )
    here = [["product_id", "=", variant], ["location_id", "=", place]]

    def state() -> Any:
        fields = ("quantity", "inventory_quantity", *(extra if t.new else ()))
        seen = t.read("product.product", variant, "qty_available", "virtual_available")
        return (
            t.rows(QUANT, here, *fields),
            seen,
            t.read("product.template", product, "qty_available"),
        )

    def create(**values: Any) -> Any:
        made = {"product_id": variant, "location_id": place, **values}
        return t.plain(t(QUANT, "create", made)), state()

    def create_counting(**values: Any) -> Any:
        made = {"product_id": variant, "location_id": place, **values}
        return t.plain(t(QUANT, "create", made, context=MODE)), state()

    def write(context: dict[str, Any], **values: Any) -> Any:
        quants = t(QUANT, "search", here, order="id")
        return t(QUANT, "write", quants, values, context=context), state()

    def apply() -> Any:
        if not t.new:
            return None
        return t(QUANT, "action_apply_inventory", t(QUANT, "search", here)), state()

    yield create(inventory_quantity=5)
    yield create_counting(inventory_quantity=5), apply()
    yield write(MODE, inventory_quantity=7), apply()
    yield write({}, inventory_quantity=9), apply()
    if t.new:
        yield write({}, inventory_quantity_auto_apply=3)
        yield write(MODE, inventory_quantity_auto_apply=4)
        yield create_counting(inventory_quantity_auto_apply=6)
    yield t("product.product", "write", [variant], {"qty_available": 11}), state()
    yield t("product.template", "write", [product], {"qty_available": 12}), state()
    yield write({}, quantity=99), write(MODE, quantity=99)
    yield write(MODE, inventory_quantity=0), apply()
    yield write(MODE, inventory_quantity=-3), apply()
    if not t.new:
        yield create(quantity=2), create_counting(quantity=2)
    yield t(QUANT, "unlink", t(QUANT, "search", here))
    yield (
        "no product",
        t(QUANT, "create", {"location_id": place, "inventory_quantity": 5}, context=MODE),
    )
    yield (
        "no place",
        t(QUANT, "create", {"product_id": variant, "inventory_quantity": 5}, context=MODE),
    )
    domain = [["product_id", "=", variant], ["location_id.usage", "=", "inventory"]]
    yield "the other side", t(QUANT, "search_count", domain)


def refused_places_and_products(t: Talk) -> Iterator[Any]:
    place = t.stock_place()
    for kind in ("consu", "service"):
        template = t("product.template", "create", {"name": t.name(kind), "type": kind})
        [variant] = t.variants(template)
        values = {"product_id": variant, "location_id": place, "inventory_quantity": 5}
        yield kind, t(QUANT, "create", values, context=MODE)
    [variant] = t.variants(t.product("p"))
    [view] = t("stock.warehouse", "search_read", [], ["view_location_id"], limit=1)
    values = {"product_id": variant, "inventory_quantity": 5}
    values["location_id"] = view["view_location_id"][0]
    yield "view", t(QUANT, "create", values, context=MODE)


def places(t: Talk) -> Iterator[Any]:
    place = t.stock_place()
    shelf = t("stock.location", "create", {"name": t.name("S"), "location_id": place})
    yield t.read("stock.location", shelf, "complete_name", "usage", "active")
    product = t.product("p")
    [variant] = t.variants(product)
    t.count(variant, 4)
    t.count(variant, 6, shelf)
    fields = ("qty_available", "virtual_available", "free_qty")
    [house] = t("stock.warehouse", "search", [], limit=1, order="id")
    for context in ({}, {"location": shelf}, {"location": place}, {"warehouse": house}):
        yield t.read("product.product", variant, *fields, **context)
    yield t("stock.location", "write", [shelf], {"name": t.name("Z")})
    yield t.read("stock.location", shelf, "complete_name")
    of = ["product_id", "=", variant]
    yield (
        t(QUANT, "search_count", [of]),
        t(QUANT, "search_count", [of, ["location_id", "child_of", place]]),
    )
    service = {"type": "service"} if not t.new else {"is_storable": False}
    yield "no longer stored", t("product.template", "write", [product], service)
    yield "delete", t("product.template", "unlink", [product])
    yield "archive", t("product.template", "write", [product], {"active": False})


SCENARIOS = (counting, refused_places_and_products, places)
ONLY_19: tuple[Any, ...] = ()
