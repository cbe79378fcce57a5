"""The digest of an order changes when the order does, and not with anything else."""

from __future__ import annotations

from agent.model.entity import Entity
from agent_tests.store.conftest import Lab, MakeShop
from agent_tests.store.edits import Columns, digests, edited, other_value, removed, state

USED = {
    "order": "order_status_id store_id store_name customer_id customer_group_id firstname lastname"
    " email telephone custom_field payment_custom_field payment_method shipping_method comment"
    " total language_id currency_code currency_value invoice_prefix invoice_no date_added"
    " payment_firstname payment_lastname payment_company payment_address_1 payment_address_2"
    " payment_city payment_postcode payment_zone payment_zone_id payment_country_id"
    " shipping_firstname shipping_lastname shipping_company shipping_address_1 shipping_address_2"
    " shipping_city shipping_postcode shipping_zone shipping_zone_id shipping_country_id",
    "order_product": "product_id name model quantity price total tax",
    "order_option": "product_option_value_id name value",
    "order_total": "code title value sort_order",
    "order_voucher": "description amount",
}
TELLING: dict[str, object] = {
    "payment_zone_id": 1256,
    "shipping_zone_id": 1256,
    "custom_field": '{"1":"DE1"}',
    "payment_custom_field": '{"3":"Ring"}',
    "payment_method": '{"code":"new.new","name":"New"}',
    "shipping_method": '{"code":"new.new","name":"New"}',
}
"""New values where any other would say nothing."""
UNUSED = {
    "order": "date_modified ip forwarded_ip user_agent accept_language store_url affiliate_id"
    " commission marketing_id tracking currency_id fax payment_address_format"
    " shipping_address_format payment_address_id shipping_address_id subscription_id",
    "order_product": "reward",
    "order_option": "type",
    "order_total": "extension",
    "order_voucher": "code to_name to_email from_name from_email message voucher_theme_id",
}
"""Beside all columns of other tables: the newest history row counts by its id alone."""


def the_order(lab: Lab) -> int:
    """Return an order with options, and give it what the sample leaves empty."""
    order = int(
        lab.value(
            "SELECT MIN(o.order_id) FROM `oc_order` o JOIN oc_order_option t"
            " ON t.order_id = o.order_id"
            " JOIN oc_product_option p ON p.product_option_id = t.product_option_id"
            " AND p.required = 1 WHERE o.order_status_id > 0 AND o.customer_id > 0"
            " AND o.payment_country_id = 81 AND o.currency_code = 'EUR'"
        )
    )
    # a zone and a country unlike those known by their ids, and an invoice number to show
    lab.sql(
        "UPDATE `oc_order` SET invoice_no = 5, payment_zone_id = 0, shipping_zone_id = 0,"
        " payment_zone = 'Elsewhere', shipping_zone = 'Elsewhere' WHERE order_id = %s",
        order,
    )
    if lab.shop.dialect.has("order_voucher"):
        lab.sql(
            "INSERT INTO oc_order_voucher (order_id, description, amount) VALUES (%s, 'Gift', 5)",
            order,
        )
    if lab.shop.dialect.has("order", "language_code"):
        lab.sql("UPDATE `oc_order` SET language_code = '' WHERE order_id = %s", order)
    return order


def tables_of(lab: Lab, order: int) -> list[Columns]:
    """Return one row of every table around an order."""
    line = lab.value(
        "SELECT t.order_product_id FROM oc_order_option t JOIN oc_product_option p"
        " ON p.product_option_id = t.product_option_id AND p.required = 1"
        f" WHERE t.order_id = {order} LIMIT 1"
    )
    option = lab.value(
        "SELECT MIN(t.order_option_id) FROM oc_order_option t JOIN oc_product_option p"
        " ON p.product_option_id = t.product_option_id AND p.required = 1"
        f" WHERE t.order_product_id = {line}"
    )
    newest = lab.value(
        f"SELECT MAX(order_history_id) FROM oc_order_history WHERE order_id = {order}"
    )
    customer = lab.value(f"SELECT customer_id FROM `oc_order` WHERE order_id = {order}")
    product = lab.value(f"SELECT product_id FROM oc_order_product WHERE order_product_id = {line}")
    total = lab.value(f"SELECT MAX(order_total_id) FROM oc_order_total WHERE order_id = {order}")
    rows = [
        Columns("order", f"order_id = {order}"),
        Columns("order_product", f"order_product_id = {line}"),
        Columns("order_option", f"order_option_id = {option}"),
        Columns("order_total", f"order_total_id = {total}"),
        Columns("order_history", f"order_history_id = {newest}"),
        Columns("product", f"product_id = {product}"),
        Columns("tax_rate", "tax_rate_id = 81"),
        Columns("customer", f"customer_id = {customer}"),
    ]
    if lab.shop.dialect.has("order_voucher"):
        rows.append(Columns("order_voucher", f"order_id = {order}"))
    return rows


def test_every_column_that_an_order_is_made_of_changes_its_digest(make_shop: MakeShop) -> None:
    for version in ("3.0.2.0", "4.0.0.0", "4.0.2.3", "4.1.0.4"):
        _edit_every_column(make_shop(version, products=30, orders=12))


def _edit_every_column(lab: Lab) -> None:
    order = the_order(lab)
    reader = lab.shop.reader(Entity.ORDERS)
    before, record = digests(reader), state(reader, order)
    seen: dict[str, set[str]] = {}
    for rows in tables_of(lab, order):
        kinds = lab.sql(
            "SELECT column_name, data_type, character_maximum_length, column_key"
            " FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            lab.name,
            f"oc_{rows.table}",
        )
        for column, kind, length, key in kinds:
            if key == "PRI" or column in {"order_id", "order_product_id"}:
                continue
            old = lab.value(f"SELECT `{column}` FROM `oc_{rows.table}` WHERE {rows.where}")
            new = TELLING.get(column, other_value(kind, old, length))
            with edited(lab, rows.table, column, rows.where, new):
                after = digests(reader)
                name = f"{lab.version} {rows.table}.{column}: {old!r} -> {new!r}"
                if rows.table not in USED or column in UNUSED.get(rows.table, "").split():
                    assert after == before, f"{name} is no part of the order"
                elif state(reader, order) != record:
                    assert after.get(str(order)) != before[str(order)], f"{name}: unseen"
                    seen.setdefault(rows.table, set()).add(column)
                others = {key: value for key, value in after.items() if key != str(order)}
                assert others == {k: v for k, v in before.items() if k != str(order)}, name
    for table, columns in USED.items():
        known = {c for c in columns.split() if lab.shop.dialect.has(table, c)}
        missing = known - seen.get(table, set())
        assert not missing, f"{lab.version} {table}: {missing} should have changed the record"
    assert digests(reader) == before


def test_rows_that_come_and_go_change_the_digest(make_shop: MakeShop) -> None:
    for version in ("3.0.2.0", "4.1.0.4"):
        lab = make_shop(version, products=30, orders=12)
        order = the_order(lab)
        reader = lab.shop.reader(Entity.ORDERS)
        before = digests(reader)
        newest = lab.value(
            f"SELECT MAX(order_history_id) FROM oc_order_history WHERE order_id = {order}"
        )
        for table, where in (
            ("order_product", f"order_id = {order}"),
            ("order_option", f"order_id = {order}"),
            ("order_total", f"order_id = {order} AND code = 'tax'"),
            ("order_history", f"order_history_id = {newest}"),
            ("order_history", f"order_id = {order}"),
        ):
            with removed(lab, table, where):
                after = digests(reader)
                assert after.pop(str(order)) != before[str(order)], table
                assert after == {k: v for k, v in before.items() if k != str(order)}
            assert digests(reader) == before, table


def test_the_same_status_again_changes_the_digest(make_shop: MakeShop) -> None:
    """From 4.1 a change of status leaves the order's own dates alone; its history tells."""
    lab = make_shop("4.1.0.4", products=30, orders=12)
    order = the_order(lab)
    reader = lab.shop.reader(Entity.ORDERS)
    seen = set()
    for _step in range(3):
        (row,) = reader.scan_keys([str(order)])
        (of_all,) = [found for found in reader.scan("", 100) if found.key == str(order)]
        # few orders are looked up one by one, many in one pass
        assert row == of_all
        seen.add(row.digest)
        lab.sql(
            "INSERT INTO oc_order_history (order_id, order_status_id, notify, comment, date_added)"
            " SELECT order_id, order_status_id, 0, '', NOW() FROM `oc_order` WHERE order_id = %s",
            order,
        )
    assert len(seen) == 3
