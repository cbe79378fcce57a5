"""Transfers of orders: reserved, done and left over; cancelled; what they do to the stock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.sales import (
    LINE,
    ORDER,
    PICKING,
    buyer,
    goods,
    line,
    order,
    outcome,
    pickings,
    service,
    summary,
)
from agent_tests.live.fidelity.talk import Talk

STOCK = ("qty_available", "virtual_available", "free_qty", "outgoing_qty", "incoming_qty")
QUIET = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
LOUD = {"skip_sms": True}


def moves(t: Talk, picking: int) -> list[int]:
    """Return the moves of a transfer."""
    return list(t("stock.move", "search", [["picking_id", "=", picking]], order="id"))


def done(t: Talk, move: int, quantity: float) -> Any:
    """Set the quantity that is delivered."""
    values = {"quantity": quantity, "picked": True} if t.new else {"quantity_done": quantity}
    return t("stock.move", "write", [move], values)


def seen(t: Talk, record: int) -> Any:
    """Return an order's transfers with their moves."""
    amount = ("quantity", "picked") if t.new else ("quantity_done", "reserved_availability")
    found = []
    for picking in pickings(t, record):
        head = t.read(PICKING, picking, "state", "carrier_tracking_ref", "origin", "backorder_id")
        head["origin"] = t.plain(head["origin"])
        head["backorder_id"] = bool(head["backorder_id"])
        rows = t.rows(
            "stock.move", [["picking_id", "=", picking]], "state", "product_uom_qty", *amount
        )
        found.append((head, rows))
    return found


def stock(t: Talk, product: int) -> Any:
    """Return what there is of a product."""
    here = [["product_id", "=", product], ["location_id.usage", "in", ["internal", "customer"]]]
    fields = ("quantity", "reserved_quantity")
    rows = t.rows("stock.quant", here, *fields, order="location_id, id")
    return t.read("product.product", product, *STOCK), sorted(rows)


def validate(t: Talk, picking: int, context: dict[str, Any]) -> Any:
    """Press the button that finishes a transfer."""
    return t(PICKING, "button_validate", [picking], context=context)


def whole(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 4, 10), client_order_ref=t.name("OC"))
    yield t(ORDER, "action_confirm", [made]), summary(t, made), seen(t, made), stock(t, product)
    [picking] = pickings(t, made)
    read = t.read(PICKING, picking, "partner_id", "location_id", "location_dest_id", "sale_id")
    yield {key: t.plain(value[1]) for key, value in read.items()}
    fields = ("picking_type_code", "date_done", "move_type", "carrier_id", "priority", "note")
    yield t.read(PICKING, picking, *fields), t.plain(t.read(PICKING, picking, "name"))
    [move] = moves(t, picking)
    read = t.read("stock.move", move, "sale_line_id", "product_id", "picking_id", "product_uom")
    yield {key: t.plain(value and value[1]) for key, value in read.items()}
    yield done(t, move, 4), seen(t, made)
    yield t(PICKING, "write", [picking], {"carrier_tracking_ref": "1Z"})
    yield validate(t, picking, QUIET), summary(t, made), seen(t, made), stock(t, product)
    yield bool(t.read(PICKING, picking, "date_done")["date_done"])
    yield validate(t, picking, QUIET)
    yield t(PICKING, "action_cancel", [picking])
    yield t(PICKING, "unlink", [picking])
    yield done(t, move, 3), summary(t, made)
    yield outcome(t(ORDER, "action_cancel", [made])), summary(t, made), seen(t, made)
    if not t.new:
        wizard = t("sale.order.cancel", "create", {"order_id": made})
        yield t("sale.order.cancel", "action_cancel", [wizard]), summary(t, made)


def with_backorder(t: Talk) -> Iterator[Any]:
    partner, product, other = buyer(t), goods(t), goods(t)
    t.count(product, 10)
    t.count(other, 10)
    made = order(t, partner, line(t, product, 5, 10), line(t, other, 2, 3))
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    first = moves(t, picking)[0]
    done(t, first, 2)
    answer = validate(t, picking, LOUD)
    yield outcome(answer)
    if isinstance(answer, dict):
        context = answer["context"]
        wizard = t(answer["res_model"], "create", {"pick_ids": [[4, picking]]}, context=context)
        yield t(answer["res_model"], "process", [wizard], context=context)
    yield summary(t, made), seen(t, made), stock(t, product), stock(t, other)
    rest = pickings(t, made)[-1]
    for move in moves(t, rest):
        left = t.read("stock.move", move, "product_uom_qty")["product_uom_qty"]
        done(t, move, left)
    yield validate(t, rest, LOUD), summary(t, made), seen(t, made), stock(t, product)


def without_asking(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 5, 10))
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    [move] = moves(t, picking)
    done(t, move, 2)
    yield validate(t, picking, QUIET), summary(t, made), seen(t, made), stock(t, product)
    for rest in pickings(t, made)[1:]:
        yield t(PICKING, "action_cancel", [rest]), seen(t, made), summary(t, made)
    yield stock(t, product)
    yield outcome(t(ORDER, "action_cancel", [made])), summary(t, made)


def no_backorder_wanted(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 5, 10))
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    done(t, moves(t, picking)[0], 2)
    answer = validate(t, picking, LOUD)
    context = answer["context"]
    wizard = t(answer["res_model"], "create", {"pick_ids": [[4, picking]]}, context=context)
    yield t(answer["res_model"], "process_cancel_backorder", [wizard], context=context)
    yield summary(t, made), seen(t, made), stock(t, product)


def reserved(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 3)
    first = order(t, partner, line(t, product, 2, 10))
    second = order(t, partner, line(t, product, 2, 10))
    t(ORDER, "action_confirm", [first])
    t(ORDER, "action_confirm", [second])
    yield seen(t, first), seen(t, second), stock(t, product)
    [picking] = pickings(t, first)
    yield outcome(validate(t, picking, LOUD)), seen(t, first), stock(t, product)
    [picking] = pickings(t, second)
    t.count(product, 6)
    yield t(PICKING, "action_assign", [picking]), seen(t, second), stock(t, product)
    yield validate(t, picking, QUIET), seen(t, second), stock(t, product)


def nothing_in_stock(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    made = order(t, partner, line(t, product, 3, 10))
    t(ORDER, "action_confirm", [made])
    yield seen(t, made), stock(t, product)
    [picking] = pickings(t, made)
    yield t(PICKING, "action_assign", [picking])
    yield validate(t, picking, QUIET)
    yield done(t, moves(t, picking)[0], 3), seen(t, made)
    yield validate(t, picking, QUIET), seen(t, made), stock(t, product), summary(t, made)


def more_than_ordered(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 3, 10))
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    yield done(t, moves(t, picking)[0], 5), seen(t, made)
    yield validate(t, picking, QUIET), seen(t, made), stock(t, product), summary(t, made)


def cancelling(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 3, 10))
    t(ORDER, "action_confirm", [made])
    yield t(ORDER, "action_cancel", [made]), summary(t, made), seen(t, made), stock(t, product)
    yield t(ORDER, "action_draft", [made]), t(ORDER, "action_confirm", [made])
    yield summary(t, made), seen(t, made), stock(t, product)
    [picking] = [p for p in pickings(t, made) if t.read(PICKING, p, "state")["state"] != "cancel"]
    yield t(PICKING, "action_cancel", [picking]), summary(t, made), stock(t, product)
    yield validate(t, picking, QUIET)
    yield t(PICKING, "unlink", [picking])


def changed_quantities(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 20)
    made = order(t, partner, line(t, product, 3, 10))
    t(ORDER, "action_confirm", [made])
    [row] = t(LINE, "search", [["order_id", "=", made]])
    yield t(LINE, "write", [row], {"product_uom_qty": 5}), seen(t, made), stock(t, product)
    yield t(LINE, "write", [row], {"product_uom_qty": 4}), summary(t, made), seen(t, made)
    [picking] = pickings(t, made)[:1]
    for move in moves(t, picking):
        done(t, move, t.read("stock.move", move, "product_uom_qty")["product_uom_qty"])
    yield validate(t, picking, QUIET), summary(t, made), seen(t, made)
    yield t(LINE, "write", [row], {"product_uom_qty": 1})
    extra = {"order_id": made, "product_id": product, "product_uom_qty": 2}
    yield isinstance(t(LINE, "create", extra), int), seen(t, made), summary(t, made)


def kinds_of_goods(t: Talk) -> Iterator[Any]:
    partner = buyer(t)
    consumable = {"type": "consu", **({"is_storable": False} if t.new else {})}
    product = goods(t, **consumable)
    made = order(t, partner, line(t, product, 2, 10), line(t, service(t), 1, 4))
    yield t(ORDER, "action_confirm", [made]), summary(t, made), seen(t, made)
    [picking] = pickings(t, made)
    [move] = moves(t, picking)
    yield done(t, move, 2), validate(t, picking, QUIET), summary(t, made)
    only = order(t, partner, line(t, service(t), 1, 4))
    yield t(ORDER, "action_confirm", [only]), summary(t, only), seen(t, only)
    by_delivery = goods(t, invoice_policy="delivery")
    t.count(by_delivery, 5)
    made = order(t, partner, line(t, by_delivery, 2, 10))
    yield t(ORDER, "action_confirm", [made]), summary(t, made)
    [picking] = pickings(t, made)
    done(t, moves(t, picking)[0], 2)
    yield validate(t, picking, QUIET), summary(t, made)


def with_carrier(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t, phone="1"), goods(t)
    t.count(product, 5)
    cost = service(t)
    values = {"name": t.name("Carrier"), "product_id": cost, "fixed_price": 6.5}
    carrier = t("delivery.carrier", "create", values)
    made = order(t, partner, line(t, product, 1, 20), carrier_id=carrier)
    row = {"order_id": made, "product_id": cost, "name": "Ship", "price_unit": 5}
    t(LINE, "create", {**row, "is_delivery": True})
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    yield t.read(PICKING, picking, "carrier_id")["carrier_id"][0] == carrier, summary(t, made)
    done(t, moves(t, picking)[0], 1)
    yield validate(t, picking, QUIET), summary(t, made)
    tracked = {"carrier_tracking_ref": "TRK 1"}
    yield t(PICKING, "write", [picking], tracked), t.read(PICKING, picking, *tracked)
    yield t.read(PICKING, picking, "carrier_tracking_url")


def dates_of_transfers(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), goods(t)
    t.count(product, 10)
    made = order(t, partner, line(t, product, 4, 10))
    t(ORDER, "action_confirm", [made])
    [picking] = pickings(t, made)
    [move] = moves(t, picking)

    def moved(before: tuple[str, str]) -> Any:
        now = stamps()
        return [new > old for new, old in zip(now, before, strict=True)]

    def stamps() -> tuple[str, str]:
        return (
            t.read(ORDER, made, "write_date")["write_date"],
            t.read(PICKING, picking, "write_date")["write_date"],
        )

    for what in (
        lambda: done(t, move, 2),
        lambda: t(PICKING, "write", [picking], {"carrier_tracking_ref": "1"}),
        lambda: validate(t, picking, QUIET),
        lambda: t(PICKING, "write", [picking], {"carrier_tracking_ref": "2"}),
    ):
        before = stamps()
        t.pause(1.1)
        what()
        yield moved(before)


SCENARIOS = (
    *(whole, with_backorder, without_asking, no_backorder_wanted, reserved, nothing_in_stock),
    *(more_than_ordered, cancelling, changed_quantities, kinds_of_goods, with_carrier),
    dates_of_transfers,
)
