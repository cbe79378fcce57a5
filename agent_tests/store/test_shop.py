"""What a shop tells about itself, and how a wrong set-up is reported."""

from __future__ import annotations

from datetime import UTC, datetime

import pymysql
import pytest

from agent.db import Database, DatabaseSettings
from agent.errors import ConfigError
from agent.migrations.runner import migrate
from agent.model.entity import Entity
from agent.store import FeedCursor, Shop
from agent.store.grants import READ_TABLES, grants
from agent.store.readers import READERS
from agent_tests.store.conftest import SHAPES, Lab, MakeShop


def problem(shop: Shop) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        shop.reader(Entity.PRODUCTS).count()
    assert caught.value.cause
    assert caught.value.fix
    return caught.value


def shop_of(lab: Lab, **changes: object) -> Shop:
    old = lab.settings
    values = {
        "host": old.host,
        "port": old.port,
        "user": old.user,
        "password": old.password,
        "database": old.database,
        "prefix": old.prefix,
    }
    return Shop(Database(DatabaseSettings(**(values | changes))))


def test_what_the_shop_is(sample: Lab) -> None:
    shop = sample.shop
    assert [(item.code, item.default) for item in shop.languages()] == [
        ("en-gb", True),
        ("de-de", False),
    ]
    assert shop.name() == "Fern & Hearth"
    assert shop.currency() == "EUR"
    assert shop.time_zone() == (None if sample.version == "3.0.2.0" else "Europe/Berlin")
    assert shop.settings()["config_processing_status"] == ["1", "2", "3", "5"]
    assert shop.dialect.label == sample.version[:3]
    assert shop.dialect.code_table == (sample.version in {"4.1.0.1", "4.1.0.4"})
    assert bool(shop.dialect.code_columns) == (sample.version != "4.1.0.4")
    assert shop.dialect.category_dates == (sample.version not in {"4.1.0.1", "4.1.0.4"})


def test_the_default_language_is_the_shops(sample: Lab) -> None:
    sample.sql("UPDATE oc_setting SET value = 'de-de' WHERE `key` LIKE 'config_language%'")
    assert [item.code for item in sample.shop.languages()] == ["de-de", "en-gb"]
    (row,) = sample.shop.reader(Entity.CATEGORIES).scan_keys(["6"])
    assert row.label == "Kocher"
    sample.sql("UPDATE oc_language SET status = 0 WHERE code = 'en-gb'")
    assert [item.code for item in sample.shop.languages()] == ["de-de"]
    sample.sql("DELETE FROM oc_language")
    with pytest.raises(ConfigError) as caught:
        sample.shop.languages()
    assert caught.value.code == "store.no_language"


def test_a_copy_of_the_shop_is_told_apart(make_shop: MakeShop) -> None:
    live, copy = make_shop("4.1", products=1), make_shop("4.1", products=1)
    assert live.shop.identity().fingerprint == live.shop.identity().fingerprint
    assert live.shop.identity().fingerprint != copy.shop.identity().fingerprint
    moved = Shop(live.shop.database, None, "https://staging.example.com/")
    assert live.shop.identity().fingerprint != moved.identity().fingerprint


def test_settings_in_php_format_stay_text(make_shop: MakeShop) -> None:
    lab = make_shop("3.0", products=1)
    lab.sql(
        "INSERT INTO oc_setting (store_id, code, `key`, value, serialized)"
        " VALUES (0, 'config', 'config_old', 'a:1:{i:0;s:1:\"1\";}', 1)"
    )
    assert lab.shop.settings()["config_old"] == 'a:1:{i:0;s:1:"1";}'


# -- a wrong set-up ------------------------------------------------------------------------------


def test_a_wrong_prefix_names_the_right_one(make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=1, prefix="my_shop_")
    assert lab.shop.product_count() == 1
    error = problem(shop_of(lab, prefix="oc_"))
    assert error.code == "store.prefix"
    assert "'my_shop_'" in error.fix


def test_a_database_without_a_shop(database: Database) -> None:
    assert problem(Shop(database)).code == "store.no_shop"


def test_missing_tables_and_columns_are_named(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.4", products=1)
    lab.sql("DROP TABLE oc_product_image")
    lab.sql("DROP TABLE oc_product_code")
    lab.sql("ALTER TABLE oc_category DROP COLUMN parent_id")
    error = problem(shop_of(lab))
    assert error.code == "store.tables_missing"
    assert "oc_category.parent_id, oc_product_image, oc_product_code" in error.cause


def test_a_database_that_refuses_or_is_not_there(make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=1)
    assert problem(shop_of(lab, database="nowhere")).code == "database.missing"
    assert problem(shop_of(lab, user="stranger", password="x")).code == "database.login"


def test_an_upgrade_under_the_running_agent(make_shop: MakeShop) -> None:
    lab = make_shop("4.0.2.3", products=3)
    assert lab.shop.product_count() == 3
    lab.sql("ALTER TABLE oc_product DROP COLUMN sku")
    with pytest.raises(ConfigError) as caught:
        lab.shop.reader(Entity.PRODUCTS).read(["1"])
    assert caught.value.code == "store.schema_changed"
    assert "sku" in caught.value.cause


def test_a_damaged_table_is_named(make_shop: MakeShop) -> None:
    lab = make_shop("3.0.2.0", products=300)
    lab.sql("FLUSH TABLES")
    data = lab.server.folder / "data" / lab.name / "oc_product_image.MYD"
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(ConfigError) as caught:
        lab.shop.reader(Entity.PRODUCTS).scan("", 300)
    assert caught.value.code == "store.table_crashed"
    assert "oc_product_image" in caught.value.cause


def test_an_entity_that_no_shop_has(make_shop: MakeShop) -> None:
    with pytest.raises(ConfigError):
        make_shop("4.1", products=1).shop.reader(Entity.ADDRESSES)


# -- the outbox ----------------------------------------------------------------------------------

HISTORY = (
    "CREATE TABLE oc_erp_history (event VARCHAR(64) NOT NULL PRIMARY KEY, order_id INT NOT NULL,"
    " status_id INT NOT NULL, order_history_id INT NULL, newest_before INT NOT NULL,"
    " date_added DATETIME NOT NULL) ENGINE=InnoDB"
)
OUTBOX = (
    "CREATE TABLE oc_erp_outbox (outbox_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
    " kind VARCHAR(24) NOT NULL, record_id INT NOT NULL, action VARCHAR(16) NOT NULL,"
    " store_id INT NOT NULL, date_added DATETIME NOT NULL) ENGINE=InnoDB"
)


def test_the_outbox(make_shop: MakeShop) -> None:
    lab = make_shop("3.0", products=1)
    outbox = lab.shop.outbox
    assert outbox.claim(10) == []
    hint = outbox.problem()
    assert hint is not None
    assert "oc_erp_outbox" in hint.cause
    lab.sql(OUTBOX)
    assert outbox.problem() is None
    for number in range(1, 6):
        lab.sql(
            "INSERT INTO oc_erp_outbox (kind, record_id, action, store_id, date_added)"
            " VALUES ('product', %s, 'save', 0, '2025-03-30 01:30:00')",
            number * 10,
        )
    rows = outbox.claim(3)
    assert [(row.id, row.kind, row.record_id, row.action) for row in rows] == [
        (1, "product", 10, "save"),
        (2, "product", 20, "save"),
        (3, "product", 30, "save"),
    ]
    assert rows[0].added_at == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
    assert outbox.claim(3) == rows  # a hint stays until its work is in the ledger
    outbox.done([row.id for row in rows])
    assert [row.id for row in outbox.claim(10)] == [4, 5]
    outbox.done([])
    assert len(outbox.claim(10)) == 2


# -- rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", SHAPES)
def test_the_granted_rights_are_enough_and_no_more(make_shop: MakeShop, version: str) -> None:
    sample = make_shop(version, orders=12)
    sample.sql("UPDATE oc_customer SET password = 'secret', token = 'secret', ip = '203.0.113.9'")
    sample.sql("DROP USER IF EXISTS agent@localhost, agent@'127.0.0.1'")
    sample.sql("CREATE USER agent@'127.0.0.1' IDENTIFIED BY 'pw'")
    statements = grants(sample.shop.dialect, sample.name, "agent", "127.0.0.1")
    assert len(statements) == len(set(statements))
    for statement in statements:
        sample.sql(statement)
    try:
        shop = shop_of(sample, user="agent", password="pw")
        assert shop.dialect.label == sample.version[:3]
        for entity in READERS:
            reader = shop.reader(entity)
            keys = [row.key for row in reader.scan("", 1000)]
            records = reader.read(keys)
            assert len(records) == reader.count() > 0
            assert "secret" not in repr(records)
            assert "203.0.113.9" not in repr(records)
        assert migrate(shop.database)
        sample.sql(OUTBOX)
        sample.sql("INSERT INTO oc_erp_outbox VALUES (1, 'product', 1, 'save', 0, NOW())")
        shop.outbox.done([row.id for row in shop.outbox.claim(10)])
        assert shop.outbox.claim(10) == []
        assert len(shop.orders.since(FeedCursor()).orders) == 12
        assert shop.orders.bridge_histories(["1"]) == frozenset()
        sample.sql(HISTORY)
        sample.sql("INSERT INTO oc_erp_history VALUES ('a', 1, 3, 2, 1, NOW())")
        assert shop.orders.bridge_histories(["1"]) == {2}
        assert shop.custom_fields()
        secrets = {"customer": ("password", "token", "ip"), "order": ("ip", "user_agent")}
        if sample.shop.dialect.has("order_voucher"):
            secrets["order_voucher"] = ("code", "to_email")
        if sample.shop.dialect.has("customer", "salt"):
            secrets["customer"] += ("salt", "cart")
        for forbidden in (
            *(
                f"SELECT `{column}` FROM `oc_{table}`"
                for table, columns in secrets.items()
                for column in columns
            ),
            "SELECT * FROM oc_customer",
            "SELECT * FROM `oc_order`",
            "SELECT 1 FROM oc_customer WHERE password LIKE 's%'",
            "UPDATE oc_customer SET status = 0",
            "UPDATE `oc_order` SET order_status_id = 5",
            "INSERT INTO oc_erp_history VALUES ('b', 1, 3, 2, 1, NOW())",
            "DELETE FROM oc_erp_history",
            "DELETE FROM oc_product",
            "DELETE FROM oc_category",
            "DELETE FROM oc_manufacturer",
            "DELETE FROM `oc_option`",
            "DELETE FROM oc_attribute",
            "UPDATE oc_setting SET `value` = ''",
            "UPDATE oc_language SET status = 0",
            "UPDATE oc_tax_rate SET rate = 0",
            "UPDATE oc_customer_group_description SET name = ''",
            "CREATE TABLE oc_other (id INT)",
            "INSERT INTO oc_erp_outbox VALUES (9, 'product', 1, 'save', 0, NOW())",
        ):
            with shop.database.engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                with driver.cursor() as cursor, pytest.raises(pymysql.MySQLError) as caught:
                    cursor.execute(forbidden)
                assert caught.value.args[0] in {1142, 1143}, forbidden
        shop.database.close()
    finally:
        sample.sql("DROP USER agent@'127.0.0.1'")


def test_a_missing_grant_looks_like_a_missing_table(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.4", products=1)
    lab.sql("CREATE USER half@'127.0.0.1' IDENTIFIED BY 'pw'")
    try:
        for statement in grants(lab.shop.dialect, lab.name, "half", "127.0.0.1"):
            if "product_code" not in statement:
                lab.sql(statement)
        error = problem(shop_of(lab, user="half", password="pw"))
        assert error.code == "store.tables_missing"
        assert "oc_product_code" in error.cause
        assert "install.sh" in error.fix
    finally:
        lab.sql("DROP USER half@'127.0.0.1'")


def test_names_in_grants_are_quoted(make_shop: MakeShop) -> None:
    dialect = make_shop("4.1", products=1).shop.dialect
    (first, *_) = grants(dialect, "sh`op", "o'neil", "%", schema="agent")
    assert first == "GRANT SELECT ON `sh``op`.`oc_product` TO 'o''neil'@'%'"
    secrets = ("password", "token", "`ip`", "user_agent", "cart", "salt")
    for statement in grants(dialect, "shop", "agent"):
        assert not any(secret in statement for secret in secrets), statement
    assert not {"customer", "order", "order_voucher"} & set(READ_TABLES)
