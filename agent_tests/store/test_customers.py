"""Registered customers as real installations of all versions store them."""

from __future__ import annotations

from agent.model.entity import Entity
from agent.model.sales import Customer
from agent.store import BadRecord
from agent_tests.store.checkout import (
    ADDRESS,
    LONDON,
    NOWHERE,
    UK,
    Sale,
    insert,
    php,
    place_order,
)
from agent_tests.store.conftest import Lab


def register(lab: Lab, **changes: object) -> int:
    return insert(
        lab,
        "customer",
        **{
            "customer_group_id": 1,
            "store_id": 0,
            "language_id": 1,
            "firstname": "Ann-Marie",
            "lastname": "O&#039;Neil &amp; Co",
            "email": "ann@example.com",
            "telephone": "+44 20 7946 0000",
            "password": "hash-of-the-password",
            "salt": "salty",
            "cart": "cart-of-hers",
            "token": "token-of-hers",
            "ip": "203.0.113.9",
            "custom_field": "[]",
            "status": 1,
            "date_added": "2026-07-01 12:30:00",
            **changes,
        },
    )


def add_address(lab: Lab, customer: int, *, default: bool = False, **changes: object) -> int:
    columns = {k: v for k, v in ADDRESS.items() if k not in {"country", "zone"}}
    number = insert(
        lab,
        "address",
        customer_id=customer,
        custom_field=changes.pop("custom_field", "[]"),
        default=int(default),
        **{**columns, **changes},
    )
    if default and lab.shop.dialect.has("customer", "address_id"):
        lab.sql("UPDATE oc_customer SET address_id = %s WHERE customer_id = %s", number, customer)
    return number


def read(lab: Lab, key: int) -> Customer:
    (record,) = lab.shop.reader(Entity.CUSTOMERS).read([str(key)])
    assert isinstance(record, Customer), getattr(record, "error", record)
    return record


def digest(lab: Lab, key: int) -> str:
    (row,) = lab.shop.reader(Entity.CUSTOMERS).scan_keys([str(key)])
    return row.digest


def test_a_customer_with_two_addresses(shop: Lab) -> None:
    key = register(shop, custom_field=php({"4": "GB 123 &amp; Co"}))
    add_address(shop, key, city="Leeds", company="", country_id=UK, zone_id=0)
    add_address(shop, key, default=True, custom_field=php({"18": "Ring twice"}))
    found = read(shop, key)
    assert (found.key, found.email, found.phone) == (
        str(key),
        "ann@example.com",
        "+44 20 7946 0000",
    )
    assert (found.first_name, found.last_name) == ("Ann-Marie", "O'Neil & Co")
    assert (found.language, found.group, found.group_name) == ("en-gb", "1", "Default")
    assert (found.active, found.guest, found.store, found.vat) == (True, False, 0, "")
    assert found.custom_fields == {"4": "GB 123 & Co", "18": "Ring twice"}
    default, other = found.addresses
    assert (found.address, found.company) == (default.key, 'Fish & Chips "Ltd"')
    assert (default.city, default.zone, default.zone_code) == ("London", "Greater London", "LDN")
    assert (default.country, default.country_name) == ("GB", "United Kingdom")
    assert (other.city, other.zone, other.company, other.kind) == ("Leeds", "", "", "other")
    assert (default.phone, default.email) == (found.phone, found.email)
    for secret in ("hash-of", "salty", "cart-of", "token-of", "203.0"):
        assert secret not in repr(found)


def test_an_address_has_the_same_key_on_an_order(shop: Lab) -> None:
    key = register(shop)
    add_address(shop, key, default=True)
    order = place_order(shop, Sale(customer=key))
    (sold,) = shop.shop.reader(Entity.ORDERS).read([order])
    assert sold.payment_address.key == read(shop, key).address  # type: ignore[union-attr]


def test_without_a_default_address_the_oldest_counts(shop: Lab) -> None:
    key = register(shop, address_id=4711)
    add_address(shop, key, city="Leeds")
    add_address(shop, key, city="York")
    found = read(shop, key)
    assert found.address == found.addresses[0].key
    assert [address.city for address in found.addresses] == ["Leeds", "York"]
    assert read(shop, register(shop)).addresses == ()
    assert read(shop, register(shop)).address is None


def test_the_same_address_twice_is_one(shop: Lab) -> None:
    key = register(shop)
    add_address(shop, key, city="LEEDS ")
    add_address(shop, key, city="Leeds", default=True)
    empty = {k: v for k, v in NOWHERE.items() if k not in {"country", "zone"}}
    add_address(shop, key, **empty)
    found = read(shop, key)
    assert [address.city for address in found.addresses] == ["Leeds"]
    assert found.address == found.addresses[0].key


def test_choices_of_custom_fields_are_named(shop: Lab) -> None:
    tables = ("custom_field", "custom_field_description", "custom_field_value_description")
    for number, kind in ((101, "select"), (102, "checkbox"), (103, "text")):
        insert(
            shop,
            "custom_field",
            custom_field_id=number,
            type=kind,
            value="",
            validation="",
            location="account",
            status=1,
            sort_order=0,
        )
        insert(
            shop,
            "custom_field_description",
            custom_field_id=number,
            language_id=1,
            name=f"Field &amp; {number}",
        )
    for number, name in ((201, "Trade &amp; retail"), (202, "Craft")):
        insert(
            shop,
            "custom_field_value_description",
            custom_field_value_id=number,
            language_id=1,
            custom_field_id=101,
            name=name,
        )
    entered = {"101": "201", "102": ["201", "202", "999"], "103": "201", "104": ""}
    plain = register(shop, custom_field=php(entered))
    nested = register(shop, custom_field=php({"account": entered, "address": {}}))
    listed = [field for field in shop.shop.custom_fields() if field.key in {"101", "103"}]
    try:
        expected = {
            "101": "Trade & retail",
            "102": "Trade & retail, Craft, 999",
            "103": "201",
        }
        assert read(shop, plain).custom_fields == expected
        assert read(shop, nested).custom_fields == expected
        assert [(f.key, f.name, f.location, f.active) for f in listed] == [
            ("101", "Field & 101", "account", True),
            ("103", "Field & 103", "account", True),
        ]
    finally:
        for table in tables:
            shop.sql(f"DELETE FROM oc_{table} WHERE custom_field_id > 100")


def test_a_customer_without_any_name_is_told(shop: Lab) -> None:
    key = register(shop, firstname=" ", lastname="", email="")
    whole = register(shop, firstname="", lastname="")
    bad, good = shop.shop.reader(Entity.CUSTOMERS).read([str(key), str(whole)])
    assert isinstance(bad, BadRecord)
    assert bad.error.code == "store.name_missing"
    assert bad.error.record == f"customer {key} (customer {key})"
    assert isinstance(good, Customer)
    labels = [row.label for row in shop.shop.reader(Entity.CUSTOMERS).scan("", 10)]
    assert labels == [f"customer {key}", "ann@example.com"]


def test_a_customer_who_may_not_log_in_and_speaks_no_known_language(shop: Lab) -> None:
    found = read(shop, register(shop, status=0, language_id=99, customer_group_id=99))
    assert (found.active, found.language, found.group, found.group_name) == (False, "", "99", "")


def test_the_digest_changes_with_what_is_read_and_with_nothing_else(shop: Lab) -> None:
    key = register(shop)
    address = add_address(shop, key, default=True)
    register(shop, email="other@example.com")
    seen = {digest(shop, key)}

    def changed(statement: str, *args: object) -> None:
        shop.sql(statement, *args)
        now = digest(shop, key)
        assert now not in seen, statement
        seen.add(now)

    changed("UPDATE oc_customer SET email = 'new@example.com' WHERE customer_id = %s", key)
    changed("UPDATE oc_customer SET telephone = '1' WHERE customer_id = %s", key)
    changed('UPDATE oc_customer SET custom_field = \'{"4":"x"}\' WHERE customer_id = %s', key)
    changed("UPDATE oc_customer SET language_id = 2 WHERE customer_id = %s", key)
    changed("UPDATE oc_address SET city = 'York' WHERE address_id = %s", address)
    changed("UPDATE oc_address SET zone_id = 3600 WHERE address_id = %s", address)
    alone = digest(shop, key)
    second = add_address(shop, key, city="Hull")
    changed("UPDATE oc_address SET postcode = 'H1' WHERE address_id = %s", second)
    shop.sql("DELETE FROM oc_address WHERE address_id = %s", second)
    assert digest(shop, key) == alone
    for harmless in ("password = 'x'", "ip = '::1'", "token = 'y'", "newsletter = 1"):
        shop.sql(f"UPDATE oc_customer SET {harmless} WHERE customer_id = %s", key)
    add_address(shop, key + 1)
    assert digest(shop, key) == alone


def test_a_renamed_zone_changes_the_address_and_the_digest(shop: Lab) -> None:
    key = register(shop)
    add_address(shop, key, default=True)
    before, old = digest(shop, key), read(shop, key).address
    table = "zone" if shop.shop.dialect.has("zone", "name") else "zone_description"
    shop.sql(f"UPDATE oc_{table} SET name = 'Big Smoke' WHERE zone_id = {LONDON}")
    try:
        assert digest(shop, key) != before
        assert read(shop, key).address != old
        assert read(shop, key).addresses[0].zone == "Big Smoke"
    finally:
        shop.sql(f"UPDATE oc_{table} SET name = 'Greater London' WHERE zone_id = {LONDON}")
