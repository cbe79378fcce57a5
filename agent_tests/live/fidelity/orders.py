"""Orders: loaded and created, computed values, states, what may be changed when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.sales import (
    LINE,
    ORDER,
    amounts,
    buyer,
    goods,
    line,
    lines,
    order,
    service,
    summary,
    tax,
    tax_field,
    unit_field,
)
from agent_tests.live.fidelity.talk import Talk

PASSED = "2026-03-01 08:00:00"


def by_load(t: Talk) -> Iterator[Any]:
    partner, product, vat = buyer(t), service(t), tax(t, 21)
    head = ["id", "partner_id/.id", "client_order_ref", "date_order"]
    below = ["id", "product_id/.id", "name", "product_uom_qty", "price_unit", f"{tax_field(t)}/.id"]
    columns = [*head, *(f"order_line/{name}" for name in below)]
    external = f"x_{t.tag}.order"
    first = [external, str(partner), t.name("17"), PASSED]

    def row(key: str, qty: str, price: str, taxes: str = str(vat)) -> list[str]:
        return [f"{external}_{key}", str(product), f"Mug\nRed {key}", qty, price, taxes]

    def load(*rows: list[str]) -> Any:
        heads = [first, *([[""] * 4] * len(rows))]
        return t.load(ORDER, columns, [[*head, *r] for head, r in zip(heads, rows, strict=False)])

    yield load(row("a", "2", "9.99"), row("b", "1", "5.55", ""))
    made = t.ref(external)
    fields = ("name", "product_uom_qty", "price_unit", "discount", "price_subtotal")
    yield amounts(t, made), lines(t, made, *fields)
    yield load(row("a", "2", "9.99"), row("b", "1", "5.55", "")), amounts(t, made)
    yield load(row("a", "3", "9.99"), row("c", "1", "1")), amounts(t, made), lines(t, made, *fields)
    head = t.read(ORDER, made, "state", "client_order_ref", "date_order", "invoice_status")
    yield head, t.plain(t.read(ORDER, made, "name"))
    yield load(row("a", "x", "9.99")), load(row("a", "1", "9,99"))
    yield load(row("a", "1", "1", "99999999")), amounts(t, made)
    yield load([*row("a", "1", "1")[:1], "99999999", *row("a", "1", "1")[2:]])
    yield t.load(ORDER, ["id", "nonsense"], [[external, "1"]])
    yield t.load(ORDER, ["id", "order_line/nonsense"], [[external, "1"]])
    yield t.load(ORDER, ["id", "client_order_ref"], [[f"{external}z", "1"]])
    yield t.load(
        ORDER, ["id", "partner_id/.id", "date_order"], [[f"{external}y", str(partner), "1"]]
    )
    rows = [[external, str(partner)], [f"{external}q", ""], [f"{external}r", str(partner)]]
    yield t.load(ORDER, ["id", "partner_id/.id"], rows)
    yield t(ORDER, "search_count", [["partner_id", "=", partner]])
    yield t(ORDER, "action_confirm", [made]), load(row("a", "4", "9.99")), amounts(t, made)


def computed(t: Talk) -> Iterator[Any]:
    company = t.ref("base.main_company")
    partner = buyer(t, street="S")
    invoice_to = buyer(t, "inv", parent_id=partner, type="invoice")
    ship_to = buyer(t, "ship", parent_id=partner, type="delivery")
    vat = tax(t, 19)
    product = goods(t, 12.5, taxes_id=[[6, 0, [vat]]], description_sale="Nice\nthing")
    made = order(t, partner, [0, 0, {"product_id": product}])
    seen = t.read(ORDER, made, "partner_invoice_id", "partner_shipping_id", "company_id")
    yield [
        seen["partner_invoice_id"][0] == invoice_to,
        seen["partner_shipping_id"][0] == ship_to,
        seen["company_id"][0] == company,
    ]
    names = ("currency_id", "team_id", "user_id", "warehouse_id", "payment_term_id")
    seen = t.read(ORDER, made, *names)
    yield {key: value and value[1] for key, value in seen.items()}
    fields = ("client_order_ref", "note", "origin", "picking_policy", "carrier_id")
    yield t.read(ORDER, made, *fields, "commitment_date", "reference", "signed_by")
    fields = ("name", "product_uom_qty", "price_unit", "discount", "display_type", "sequence")
    yield lines(t, made, *fields, "is_delivery", "is_downpayment", "customer_lead", "state")
    [row] = lines(t, made, tax_field(t), unit_field(t), "currency_id", "salesman_id")
    yield row[0] == [vat], row[1][1], row[2][1], row[3][1]
    yield amounts(t, made), t.plain(t.read(ORDER, made, "name", "display_name"))
    note = {"display_type": "line_note", "name": "A note"}
    section = {"display_type": "line_section", "name": "A section"}
    yield t(ORDER, "write", [made], {"order_line": [[0, 0, note], [0, 0, section]]})
    yield lines(t, made, "name", "display_type", "product_id", "price_unit", "product_uom_qty")[1:]
    yield t.plain(t(LINE, "create", {"order_id": made, **note, "product_id": product}))
    yield t.plain(t(LINE, "create", {"order_id": made, "name": "Nothing"}))
    yield t(LINE, "create", {"order_id": made, "display_type": "line_note"})
    yield t(LINE, "create", {"product_id": product})
    [vara] = t.variants(t.product("v", list_price=3, default_code=t.name("C")))
    yield isinstance(t(LINE, "create", {"order_id": made, "product_id": vara}), int)
    yield lines(t, made, "name", "price_unit")[-1]
    yield t.plain(t(ORDER, "create", {"partner_id": partner, "name": t.name("OC-1")}))
    yield t(ORDER, "create", {"order_line": []})
    yield t(ORDER, "create", {"partner_id": partner, "nonsense": 1})
    yield t(ORDER, "create", {"partner_id": partner, "state": "nonsense"})


def life(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    made = order(t, partner, line(t, product, 2, 5), date_order=PASSED)
    yield summary(t, made), t.read(ORDER, made, "date_order")
    yield t(ORDER, "action_confirm", [made])
    yield t.read(ORDER, made, "date_order")["date_order"] > PASSED
    yield t(ORDER, "write", [made], {"date_order": PASSED}), t.read(ORDER, made, "date_order")
    yield summary(t, made)
    yield t(ORDER, "action_confirm", [made])
    yield t(ORDER, "unlink", [made])
    [row] = t(LINE, "search", [["order_id", "=", made]])
    yield t(LINE, "unlink", [row])
    yield t(ORDER, "write", [made], {"order_line": [[2, row, 0]]})
    yield t(LINE, "write", [row], {"product_uom_qty": 3}), summary(t, made)
    yield t(ORDER, "write", [made], {"partner_id": buyer(t, "other")})
    yield t(LINE, "write", [row], {"product_id": service(t)})
    yield t(ORDER, "write", [made], {"note": "x", "client_order_ref": "y"})
    yield t(ORDER, "action_draft", [made]), t.read(ORDER, made, "state")
    yield t(ORDER, "action_cancel", [made])
    yield summary(t, made)
    yield t(ORDER, "action_cancel", [made])
    yield str(t(ORDER, "action_confirm", [made])).split(" states: ")[0]  # in any order
    yield t(LINE, "write", [row], {"product_uom_qty": 4})
    yield t(LINE, "unlink", [row])
    yield t(ORDER, "action_draft", [made]), t.read(ORDER, made, "state")
    yield t(ORDER, "action_confirm", [made]), t.read(ORDER, made, "state")
    empty = order(t, partner)
    yield t(ORDER, "action_confirm", [empty]), summary(t, empty)
    quotation = order(t, partner, line(t, product, 1, 1))
    yield t(ORDER, "action_quotation_sent", [quotation]), t.read(ORDER, quotation, "state")
    yield t(ORDER, "action_confirm", [quotation, made])
    cancelled = order(t, partner, line(t, product, 1, 1))
    yield t(ORDER, "action_cancel", [cancelled]), t(ORDER, "unlink", [cancelled])
    yield t(ORDER, "unlink", [order(t, partner, line(t, product, 1, 1))])
    yield t(ORDER, "_create_invoices", [made])
    yield t(ORDER, "action_nonsense", [made])
    yield t(ORDER, "action_confirm", [99999999])


def locked(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    made = order(t, partner, line(t, product, 2, 5))
    lock, unlock = ("action_lock", "action_unlock") if t.new else ("action_done", "action_unlock")
    yield t(ORDER, "action_confirm", [made])
    yield t(ORDER, lock, [made]), summary(t, made)
    [row] = t(LINE, "search", [["order_id", "=", made]])
    yield t(LINE, "write", [row], {"product_uom_qty": 3})
    yield t(LINE, "write", [row], {"price_unit": 3})
    yield t(LINE, "write", [row], {"name": "other"})
    yield t(ORDER, "write", [made], {"client_order_ref": "z"})
    values = {"order_id": made, "product_id": product}
    yield (
        isinstance(t(LINE, "create", values), int),
        t.rows(LINE, [["order_id", "=", made]], "price_unit"),
    )
    yield t(ORDER, "action_cancel", [made]), t.read(ORDER, made, "state")
    if t.read(ORDER, made, "state")["state"] != "cancel":
        yield t(ORDER, unlock, [made]), summary(t, made)
        yield t(ORDER, "action_cancel", [made]), t.read(ORDER, made, "state")


def with_delivery(t: Talk) -> Iterator[Any]:
    partner, product, vat = buyer(t), service(t), tax(t, 10)
    cost = service(t, 7, taxes_id=[[6, 0, [vat]]])
    values = {"name": t.name("Carrier"), "product_id": cost, "fixed_price": 6.5}
    carrier = t("delivery.carrier", "create", values)
    fields = ("delivery_type", "fixed_price", "active", "invoice_policy", "integration_level")
    yield t.read("delivery.carrier", carrier, *fields)
    made = order(t, partner, line(t, product, 1, 20), carrier_id=carrier)
    yield t.read(ORDER, made, "carrier_id", "delivery_set")["delivery_set"], amounts(t, made)
    row = {"order_id": made, "product_id": cost, "name": "Shipping", "price_unit": 5}
    added = t(LINE, "create", {**row, "is_delivery": True, tax_field(t): [[6, 0, []]]})
    yield t.read(LINE, added, "is_delivery", "name", "price_unit", "product_uom_qty", "price_total")
    yield t.read(ORDER, made, "delivery_set")
    context = {"default_order_id": made, "default_carrier_id": carrier}
    wizard = t("choose.delivery.carrier", "create", {}, context=context)
    yield t("choose.delivery.carrier", "button_confirm", [wizard])
    fields = ("name", "price_unit", "is_delivery", "product_uom_qty", "price_total")
    yield [(t.clean(n), *rest) for n, *rest in lines(t, made, *fields)]
    yield amounts(t, made)
    columns = ["id", "name", "product_id/.id", "fixed_price", "delivery_type"]
    external = f"x_{t.tag}.carrier"
    yield t.load(
        "delivery.carrier", columns, [[external, t.name("L"), str(cost), "3", "Fixed Price"]]
    )
    yield t.load("delivery.carrier", columns, [[external, t.name("L"), str(cost), "3", "fixed"]])
    yield t.load("delivery.carrier", ["id", "name"], [[f"{external}z", t.name("L")]])


def archived_products(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    t("product.product", "write", [product], {"active": False})
    made = order(t, partner, line(t, product, 1, 5))
    yield summary(t, made)
    yield t(ORDER, "action_confirm", [made])
    columns = ["id", "partner_id/.id", "order_line/product_id/.id", "order_line/product_uom_qty"]
    yield t.load(ORDER, columns, [[f"x_{t.tag}.o", str(partner), str(product), "1"]])
    gone = service(t)
    t("product.product", "unlink", [gone])
    yield t(ORDER, "create", {"partner_id": partner, "order_line": [line(t, gone, 1, 1)]})
    used = service(t)
    order(t, partner, line(t, used, 1, 1))
    yield t("product.product", "unlink", [used])
    vat = tax(t, 8)
    taxed = order(t, partner, line(t, used, 1, 100, vat))
    yield t("account.tax", "write", [vat], {"active": False}), amounts(t, taxed)
    yield t.read(LINE, t(LINE, "search", [["order_id", "=", taxed]])[0], tax_field(t))[
        tax_field(t)
    ] == [vat]
    yield t("account.tax", "unlink", [vat])


def written_dates(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    made = order(t, partner, line(t, product, 1, 5))
    [row] = t(LINE, "search", [["order_id", "=", made]])

    def date() -> str:
        t.pause(1.1)
        return str(t.read(ORDER, made, "write_date")["write_date"])

    for values in ({"product_uom_qty": 2}, {"name": "z"}, {"product_uom_qty": 2}):
        before = date()
        t(LINE, "write", [row], values)
        yield values, t.read(ORDER, made, "write_date")["write_date"] > before
    before = date()
    t(ORDER, "action_confirm", [made])
    yield t.read(ORDER, made, "write_date")["write_date"] > before
    before = date()
    yield t(LINE, "write", [row], {"qty_delivered": 1}), summary(t, made)
    yield t.read(ORDER, made, "write_date")["write_date"] > before
    before = date()
    yield t("res.partner", "write", [partner], {"street": "new"})
    yield t.read(ORDER, made, "write_date")["write_date"] > before


def exactness(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    made = order(
        *(t, partner, line(t, product, 1.005, 1), line(t, product, 0.333, 9.99)),
        *(line(t, product, 3, 1.23456), line(t, product, 1, 8.123, discount=33.3333)),
        *(line(t, product, 0, 5), line(t, product, -2, 5), line(t, product, 1, -7.5)),
    )
    fields = ("product_uom_qty", "price_unit", "discount", "price_subtotal")
    yield lines(t, made, *fields), amounts(t, made)
    yield t(ORDER, "action_confirm", [made]), summary(t, made)


def other_buyers(t: Talk) -> Iterator[Any]:
    first, second = buyer(t, "one"), buyer(t, "two")
    child = buyer(t, "two", parent_id=second, type="delivery")
    made = order(t, first, line(t, service(t), 1, 5))

    def seen() -> Any:
        names = ("partner_id", "partner_invoice_id", "partner_shipping_id")
        return {k: t.clean(v[1]) for k, v in t.read(ORDER, made, *names).items()}

    yield t(ORDER, "write", [made], {"partner_id": second}), seen()
    yield t(ORDER, "write", [made], {"partner_id": first, "partner_shipping_id": child}), seen()
    columns = ["id", "partner_id/.id", "partner_invoice_id/.id", "partner_shipping_id/.id"]
    row = [f"x_{t.tag}.o", str(second), str(first), str(first)]
    yield t.load(ORDER, columns, [row])
    made = t.ref(f"x_{t.tag}.o")
    yield seen(), t.load(ORDER, columns[:2], [[row[0], str(second)]]), seen()
    yield t.load(ORDER, columns[:2], [[row[0], str(first)]]), seen()


def price_lists(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t, 20)
    other = service(t, 30)
    template = t.read("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    pricelist = t("product.pricelist", "create", {"name": t.name()})
    item = "product.pricelist.item"
    base = {"pricelist_id": pricelist, "compute_price": "fixed"}
    t(
        item,
        "create",
        {**base, "applied_on": "1_product", "product_tmpl_id": template, "fixed_price": 15},
    )
    t(
        item,
        "create",
        {**base, "applied_on": "3_global", "compute_price": "percentage", "percent_price": 10},
    )
    many = {"applied_on": "0_product_variant", "product_id": product, "min_quantity": 5}
    t(item, "create", {**base, **many, "fixed_price": 12.5})
    for bought, amount in ((product, 1), (product, 5), (other, 2)):
        row = [0, 0, {"product_id": bought, "product_uom_qty": amount}]
        made = order(t, partner, row, pricelist_id=pricelist)
        yield lines(t, made, "price_unit", "discount"), amounts(t, made)
    [row] = t(LINE, "search", [["order_id", "=", made]])
    yield t(LINE, "write", [row], {"product_id": product}), lines(t, made, "price_unit")
    yield t(ORDER, "action_confirm", [made]), t(ORDER, "write", [made], {"pricelist_id": pricelist})


SCENARIOS = (
    by_load,
    computed,
    life,
    locked,
    with_delivery,
    archived_products,
    written_dates,
    exactness,
    other_buyers,
    price_lists,
)
