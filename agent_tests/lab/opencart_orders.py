"""What a shop owner does with orders in OpenCart's admin, as the pages' own scripts do it."""

from __future__ import annotations

import re
from typing import Any

from agent_tests.lab.opencart_admin import Admin, AdminError, assert_quiet
from agent_tests.lab.opencart_forms import read_forms

_PARTS = (
    "form-customer",
    "form-cart",
    "form-shipping-address",
    "form-shipping-method",
    "form-payment-address",
    "form-payment-method",
    "form-comment",
)


def set_status(
    admin: Admin, order: int, status: int, comment: str = "", *, notify: bool = False
) -> None:
    """Add a history line on the order's page."""
    fields = {
        "order_id": str(order),
        "order_status_id": str(status),
        "comment": comment,
        "notify": "1" if notify else "0",
        "override": "0",
    }
    if admin.store.major == 3:
        _api3(admin, order, "order/history", fields, order_id=order)
    elif admin.store.is_41:
        _call4(admin, fields, call="history_add")
    else:
        _call4(admin, fields, action="sale/order.addHistory")


def delete_order(admin: Admin, order: int) -> None:
    """Delete an order in the list of orders."""
    if admin.store.major == 3:
        _api3(admin, order, "order/delete", {}, order_id=order)
    elif admin.store.is_41:
        admin.ticked("sale/order", "delete", (order,))
    else:
        _call4(admin, {"selected[]": str(order)}, action="sale/order.delete", order_id=order)


def save_order(admin: Admin, order: int, quantity: int) -> None:
    """Open an order for editing, set the quantity of its first line, and save it."""
    if admin.store.major == 3:
        _save3(admin, order, quantity)
    elif admin.store.is_41:
        _save41(admin, order, quantity)
    else:
        _save40(admin, order, quantity)


def copy_order(admin: Admin, order: int) -> int:
    """Make a new order in the admin with the customer and goods of another; return its id.

    Not in OpenCart 4.0.
    """
    newest = "SELECT MAX(order_id) FROM {p}order WHERE order_status_id > 0"
    before = int(admin.store.value(newest) or 0)
    if admin.store.major == 3:
        token, row, lines = _goods3(admin, order)
        _fill3(admin, token, row, lines)
        fields = {"order_status_id": "1", "affiliate_id": "0", "comment": "", **_METHODS3}
        _api3(admin, 0, "order/add", fields, token=token)
    else:
        _save41(admin, order, None, number=0)
    made = int(admin.store.value(newest))
    if made == before:
        raise AdminError("no order was made")
    return made


# OpenCart 3: the admin's pages call the storefront's API


def _token3(admin: Admin, order: int) -> str:
    store = admin.store
    listed = store.value("SELECT COUNT(*) FROM {p}api_ip WHERE ip = '127.0.0.1'")
    if not listed:
        store.rows("INSERT INTO {p}api_ip (api_id, ip) SELECT api_id, '127.0.0.1' FROM {p}api")
    page = admin.page("sale/order|info", order_id=order)
    found = re.search(r"api_token=([0-9a-f]{20,})", page)
    if not found:
        raise AdminError("the order's page has no token for the shop's API")
    return found.group(1)


def _api3(
    admin: Admin, order: int, call: str, fields: Any, *, token: str = "", **query: object
) -> dict[str, Any]:
    parameters = {
        "route": f"api/{call}",
        "api_token": token or _token3(admin, order),
        "store_id": "0",
        **{name: str(value) for name, value in query.items()},
    }
    response = admin.session.post(
        admin.store.url + "index.php", params=parameters, data=fields, timeout=60
    )
    assert_quiet(response)
    answer: dict[str, Any] = response.json()
    if answer.get("error"):
        raise AdminError(f"{call}: {answer}")
    return answer


def _goods3(admin: Admin, order: int) -> tuple[str, dict[str, Any], list[tuple[int, int]]]:
    row = admin.store.rows("SELECT * FROM {p}order WHERE order_id = %s", (order,))[0]
    lines = admin.store.rows(
        "SELECT product_id, quantity FROM {p}order_product WHERE order_id = %s"
        " ORDER BY order_product_id",
        (order,),
    )
    goods = [(int(line["product_id"]), int(line["quantity"])) for line in lines]
    return _token3(admin, order), row, goods


def _save3(admin: Admin, order: int, quantity: int) -> None:
    token, row, lines = _goods3(admin, order)
    _fill3(admin, token, row, [(lines[0][0], quantity), *lines[1:]])
    fields = {"order_status_id": row["order_status_id"], "affiliate_id": "0", "comment": ""}
    _api3(admin, order, "order/edit", {**fields, **_METHODS3}, token=token, order_id=order)


def _fill3(admin: Admin, token: str, row: dict[str, Any], lines: list[tuple[int, int]]) -> None:
    def call(name: str, fields: Any) -> None:
        _api3(admin, 0, name, fields, token=token)

    names = ("customer_id", "customer_group_id", "firstname", "lastname", "email", "telephone")
    call("customer", {name: row[name] for name in names})
    cart = [(f"product[{i}][product_id]", str(product)) for i, (product, _) in enumerate(lines)]
    cart += [(f"product[{i}][quantity]", str(many)) for i, (_, many) in enumerate(lines)]
    call("cart/add", cart)
    parts = ("firstname", "lastname", "company", "address_1", "address_2", "city", "postcode")
    for kind in ("payment", "shipping"):
        place = {name: row[f"{kind}_{name}"] for name in (*parts, "country_id", "zone_id")}
        call(f"{kind}/address", place)
        call(f"{kind}/methods", {})
    call("shipping/method", _METHODS3)
    call("payment/method", _METHODS3)


_METHODS3 = {"shipping_method": "flat.flat", "payment_method": "cod"}


# OpenCart 4: the admin runs the storefront's API inside itself


def _call4(admin: Admin, fields: Any, **query: object) -> dict[str, Any]:
    query = {"store_id": 0, "language": "en-gb", "currency": "USD", **query}
    answer: dict[str, Any] = admin.json("sale/order|call", fields, **query)
    if answer.get("error") or not answer.get("success"):
        raise AdminError(f"{query}: {answer}")
    return answer


def _save40(admin: Admin, order: int, quantity: int) -> None:
    admin.page("sale/order|info", order_id=order)
    _call4(admin, {}, action="sale/order.load", order_id=order)
    cart = admin.json("sale/order|call", action="sale/cart", store_id=0, language="en-gb")
    key = cart["products"][0]["cart_id"]
    _call4(admin, {"key": key, "quantity": quantity}, action="sale/cart.edit")
    _call4(admin, {"order_status_id": "1"}, action="sale/order.confirm", order_id=order)


def _save41(admin: Admin, order: int, quantity: int | None, number: int | None = None) -> None:
    forms, _ = read_forms(admin.page("sale/order|info", order_id=order))
    fields = [pair for part in _PARTS for pair in forms.get(part, [])]
    if quantity is not None:
        fields = [(n, str(quantity) if n == "product[0][quantity]" else v) for n, v in fields]
    _call4(admin, [*fields, ("order_id", str(order if number is None else number))], call="confirm")
