"""What a shop is fed from: pictures' attachments, groups, transfers made by hand, warehouses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.deliveries import QUIET, done, moves, stock
from agent_tests.live.fidelity.rights import person
from agent_tests.live.fidelity.talk import PIXEL, Talk

TEMPLATE = "product.template"
ATTACHMENT = "ir.attachment"
PICKING = "stock.picking"
OTHER = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJg"
    "gg=="
)


def pictures(t: Talk) -> Iterator[Any]:
    product = t.product("p")
    of = [["res_model", "=", TEMPLATE], ["res_id", "=", product]]
    main = [*of, ["res_field", "=", "image_1920"]]
    fields = ("checksum", "mimetype", "file_size", "res_field", "name")

    def kept() -> Any:
        return t.rows(ATTACHMENT, main, *fields), t.rows(ATTACHMENT, of, *fields)

    yield "none", kept()
    yield t(TEMPLATE, "write", [product], {"image_1920": PIXEL}), kept()
    yield t(TEMPLATE, "write", [product], {"image_1920": PIXEL}), kept()
    yield t(TEMPLATE, "write", [product], {"image_1920": OTHER}), kept()
    mine = {"name": "note.txt", "datas": "bm90ZQ==", "res_model": TEMPLATE, "res_id": product}
    yield isinstance(t(ATTACHMENT, "create", mine), int), kept()
    yield t.rows(ATTACHMENT, [*of, ["res_field", "=", False]], *fields)
    yield t.rows(ATTACHMENT, [*of, ["mimetype", "=like", "image/%"]], *fields)
    seller = "product.group_product_manager" if t.new else "sales_team.group_sale_manager"
    user = person(t, t.name("seller"), "base.group_user", seller)
    yield "seller", user(ATTACHMENT, "search_count", main), user.rows(ATTACHMENT, of, *fields)
    seen = user(ATTACHMENT, "search_read", main, ["checksum"])
    yield "seller", seen if isinstance(seen, str) else [row["checksum"] for row in seen]
    yield t(TEMPLATE, "write", [product], {"image_1920": False}), kept()
    yield t(TEMPLATE, "write", [product], {"image_1920": PIXEL})
    yield t(TEMPLATE, "unlink", [product]), t(ATTACHMENT, "search_count", main)


def groups(t: Talk) -> Iterator[Any]:
    first, (one, two) = t.attribute("A", ["1", "2"], create_variant="no_variant")
    second, (three,) = t.attribute("B", ["3"])
    made = [[0, 0, {"attribute_id": first, "value_ids": [[6, 0, [one, two]]]}]]
    made += [[0, 0, {"attribute_id": second, "value_ids": [[6, 0, [three]]]}]]
    product = t.product("p", attribute_line_ids=made)
    other = t.product("q", attribute_line_ids=made[:1])
    t(TEMPLATE, "write", [other], {"sale_ok": False})

    def grouped(model: str, field: str, domain: list[Any]) -> Any:
        found = t(model, "read_group", domain, [field], [field], lazy=False)
        return [(t.clean(row[field] and row[field][1]), row["__count"]) for row in found]

    line, value = "product.template.attribute.line", "product.template.attribute.value"
    of = ["attribute_id", "in", [first, second]]
    yield grouped(line, "attribute_id", [of])
    yield grouped(line, "attribute_id", [of, ["product_tmpl_id.sale_ok", "=", True]])
    yield grouped(value, "attribute_id", [of, ["ptav_active", "=", True]])
    yield t(TEMPLATE, "write", [product], {"active": False})
    yield grouped(line, "attribute_id", [of, ["product_tmpl_id.active", "=", True]])
    yield grouped(line, "attribute_id", [of, ["product_tmpl_id.sale_ok", "=", True]])
    word = "domain" if t.new else "args"
    for context in ({}, {"active_test": False}):
        whole = {word: [["id", "in", [product, other]]], "context": context}
        yield t(TEMPLATE, "search_count", **whole)
    values = [["attribute_id.create_variant", "=", "no_variant"], ["id", "in", [one, three]]]
    yield t("product.attribute.value", "search_count", values)
    yield t(line, "search_count", [["value_ids", "in", [one]], ["active", "=", True]])


def transfer(t: Talk, variant: int, quantity: float, code: str, house: int) -> int:
    """Make a transfer by hand."""
    here = [["code", "=", code], ["warehouse_id", "=", house]]
    [kind] = t("stock.picking.type", "search", here, limit=1, order="id")
    [place] = t("stock.warehouse", "read", [house], ["lot_stock_id"])
    lot = place["lot_stock_id"][0]
    usage = "supplier" if code == "incoming" else "customer"
    [outside] = t("stock.location", "search", [["usage", "=", usage]], limit=1, order="id")
    ends = (outside, lot) if code == "incoming" else (lot, outside)
    way = {"location_id": ends[0], "location_dest_id": ends[1]}
    [unit] = t("product.product", "read", [variant], ["uom_id"])
    move = {"product_id": variant, "product_uom_qty": quantity, "product_uom": unit["uom_id"][0]}
    if not t.new:
        move["name"] = t.name("M")
    lines = "move_ids" if t.new else "move_lines"
    values = {"picking_type_id": kind, **way, lines: [[0, 0, {**move, **way}]]}
    return int(t(PICKING, "create", values))


def by_hand(t: Talk) -> Iterator[Any]:
    [house] = t("stock.warehouse", "search", [], limit=1, order="id")
    [variant] = t.variants(t.product("p"))
    amounts = ("quantity", "picked") if t.new else ("quantity_done", "reserved_availability")

    def seen(picking: int) -> Any:
        head = t.read(PICKING, picking, "state", "name", "picking_type_code")
        head["name"] = t.plain(head["name"])
        rows = t.rows(
            *("stock.move", [["picking_id", "=", picking]]),
            *("state", "product_uom_qty", *amounts),
        )
        return head, rows, stock(t, variant)

    receipt = transfer(t, variant, 5, "incoming", house)
    yield "receipt", seen(receipt)
    yield t(PICKING, "action_confirm", [receipt]), seen(receipt)
    yield done(t, moves(t, receipt)[0], 3), seen(receipt)
    yield t(PICKING, "button_validate", [receipt], context=QUIET), seen(receipt)
    delivery = transfer(t, variant, 2, "outgoing", house)
    yield "delivery", seen(delivery)
    yield t(PICKING, "action_confirm", [delivery]), seen(delivery)
    yield t(PICKING, "action_assign", [delivery]), seen(delivery)
    yield t(PICKING, "do_unreserve", [delivery]) and None, seen(delivery)
    yield t(PICKING, "action_cancel", [delivery]), seen(delivery)
    short = transfer(t, variant, 9, "outgoing", house)
    yield t(PICKING, "action_confirm", [short]), seen(short)


def warehouses(t: Talk) -> Iterator[Any]:
    [first] = t("stock.warehouse", "search", [], limit=1, order="id")
    code = f"Z{t.tag[-4:]}".upper()[:5]
    second = t("stock.warehouse", "create", {"name": t.name("House"), "code": code})
    [row] = t("stock.warehouse", "read", [second], ["lot_stock_id", "view_location_id"])
    yield t.read("stock.location", row["lot_stock_id"][0], "name", "usage")
    [view] = t("stock.location", "read", [row["view_location_id"][0]], ["name", "usage"])
    yield view["name"] == code, view["usage"]
    [variant] = t.variants(t.product("p"))
    t.count(variant, 4)
    t.count(variant, 7, row["lot_stock_id"][0])
    receipt = transfer(t, variant, 5, "incoming", second)
    t(PICKING, "action_confirm", [receipt])
    delivery = transfer(t, variant, 2, "outgoing", first)
    t(PICKING, "action_confirm", [delivery])
    fields = ("qty_available", "free_qty", "incoming_qty", "outgoing_qty")
    word = "warehouse_id" if t.new else "warehouse"
    for house in (first, second):
        yield t.read("product.product", variant, *fields, **{word: house})
    both = {"warehouse": second, "warehouse_id": second}
    yield t.read("product.product", variant, *fields, **both)
    yield t.read("product.product", variant, *fields)
    domain = [["product_id", "=", variant], ["location_id.usage", "in", ["internal", "transit"]]]
    yield t.rows("stock.quant", domain, "quantity", "reserved_quantity", order="quantity")


def external_ids(t: Talk) -> Iterator[Any]:
    name = t.name("mine")
    t.load("product.category", ["id", "name"], [[f"sourcing.{name}", t.name("C")]])
    [data] = t("ir.model.data", "search_read", [["name", "=", name]], ["res_id", "module"])
    plain = t("product.category", "create", {"name": t.name("D")})
    found = t("product.category", "get_metadata", [data["res_id"], plain])
    keys = ("xmlid", "xmlids") if t.new else ("xmlid",)
    told = sorted(found, key=lambda one: one["id"] != data["res_id"])
    yield [[t.clean(str(one[key])) for key in keys] for one in told]


SCENARIOS = (pictures, groups, by_hand, warehouses, external_ids)
ONLY_19: tuple[Any, ...] = ()
