"""Who may do what, and the words of a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.sales import (
    MOVE,
    ORDER,
    PICKING,
    bank,
    buyer,
    goods,
    invoice,
    line,
    order,
    pay,
)
from agent_tests.live.fidelity.talk import Talk

MODELS = (
    *("product.template", "product.category", "product.attribute", "product.pricelist"),
    *("res.partner", "ir.model.data", "ir.model", "ir.config_parameter", "res.users"),
    *("stock.quant", "stock.warehouse", "account.tax", "uom.uom", "res.company", "res.lang"),
    *("delivery.carrier", "ir.module.module", "ir.model.fields", "res.country"),
)
SOLD = (
    *("sale.order", "sale.order.line", "account.move", "account.move.line", "account.payment"),
    *("account.journal", "stock.picking", "stock.move", "res.partner", "res.partner.category"),
    *("res.currency", "product.pricelist", "sale.advance.payment.inv", "account.payment.register"),
    *("account.move.reversal", "delivery.carrier", "account.tax", "crm.team"),
)
OPERATIONS = ("read", "write", "create", "unlink")


def person(t: Talk, login: str, *groups: str) -> Talk:
    column = "group_ids" if t.new else "groups_id"
    values = {"name": login, "login": login, "password": f"{login}pw"}
    t("res.users", "create", {**values, column: [[6, 0, [t.ref(g) for g in groups]]]})
    user = Talk(t.version, t.url, t.database, login, f"{login}pw", t.pause)
    user.tag = t.tag
    return user


def rights(t: Talk) -> Iterator[Any]:
    seller = "product.group_product_manager" if t.new else "sales_team.group_sale_manager"
    for word, groups in (
        ("reader", ["base.group_user"]),
        ("manager", ["base.group_user", "sales_team.group_sale_manager"]),
        ("seller", ["base.group_user", seller]),
        ("keeper", ["base.group_user", "stock.group_stock_user"]),
    ):
        user = person(t, t.name(word), *groups)
        for model in MODELS:
            yield word, model, [may(user, model, operation) for operation in OPERATIONS]
        if word == "reader":
            yield from refusals(user)


def selling(t: Talk) -> Iterator[Any]:
    for word, groups in (
        ("reader", ["base.group_user"]),
        ("manager", ["base.group_user", "sales_team.group_sale_manager"]),
        ("keeper", ["base.group_user", "stock.group_stock_user"]),
        ("bookkeeper", ["base.group_user", "account.group_account_invoice"]),
    ):
        user = person(t, t.name(word), *groups)
        for model in SOLD:
            yield word, model, [may(user, model, operation) for operation in OPERATIONS]
        t("res.users", "write", [user.uid], {"email": "somebody@example.org"})
        yield from selling_as(t, user, word)


def selling_as(t: Talk, user: Talk, word: str) -> Iterator[Any]:
    partner = buyer(t)
    sold = [line(t, goods(t), 1, 5)]
    values = {"partner_id": partner, "order_line": sold}
    yield word, t.plain(user(ORDER, "create", values))
    made = order(t, partner, *sold)
    if word != "bookkeeper":  # who may not read rules of supply
        yield "confirm", t.plain(user(ORDER, "action_confirm", [made]))
    t(ORDER, "action_confirm", [made])
    yield "invoice", t.plain(invoice(user, made))
    if not (bills := t.read(ORDER, made, "invoice_ids")["invoice_ids"]):
        invoice(t, made)
        bills = t.read(ORDER, made, "invoice_ids")["invoice_ids"]
    yield "post", t.plain(user(MOVE, "action_post", bills))
    if t.read(MOVE, bills[0], "state")["state"] == "draft":
        t(MOVE, "action_post", bills)
    yield "pay", t.plain(pay(user, bills, journal_id=bank(t)))
    [picking] = t.read(ORDER, made, "picking_ids")["picking_ids"]
    yield "cancel a transfer", t.plain(user(PICKING, "action_cancel", [picking]))
    if word != "keeper":  # who may not read entries
        yield "cancel", t.plain(user(ORDER, "action_cancel", [made]))


def may(user: Talk, model: str, operation: str) -> Any:
    if user.new:
        return user(model, "has_access", [], operation)
    return user(model, "check_access_rights", operation, False)


def refusals(user: Talk) -> Iterator[Any]:
    template, category = "product.template", "product.category"
    [some] = user(template, "search", [], limit=1)
    yield user(template, "create", {"name": "x"})
    yield user(template, "write", [some], {"list_price": 5})
    yield user(template, "unlink", [some])
    yield user("ir.config_parameter", "search", [])
    yield user("ir.config_parameter", "get_param", "x")
    answer = user(category, "load", ["id", "name"], [[f"{user.tag}.z", "z"]])
    texts = [message["message"].split("following")[0] for message in answer["messages"]]
    yield answer["ids"], texts
    if user.new:
        yield user(category, "check_access", [], "write")
    else:
        yield user(category, "check_access_rights", "write")
    yield user(category, "check_access_rights", "zzz", False)
    yield user.read("res.users", user.uid, "login", "name", "lang")


SCENARIOS = (rights, selling)
ONLY_19: tuple[Any, ...] = ()
