"""The demo's door of the shop answers as the extension does: signed, each line once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import requests

from agent.demo.door import ShopDoor
from agent.errors import Unreachable
from agent.sandbox.mariadb import MariaDb
from agent.security.pairing import PairingKey
from agent.store.shop_api import ShopApi

KEY = PairingKey("abcd2345", bytes(range(32)))
OTHER = PairingKey("abcd2345", bytes(32))
DATABASE = "demo_door"
HISTORY = """
    CREATE TABLE oc_order_history (order_history_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT,
    order_status_id INT, notify INT, comment TEXT, date_added DATETIME)
"""
TABLES = (
    HISTORY,
    "CREATE TABLE oc_order (order_id INT PRIMARY KEY, order_status_id INT)",
    "INSERT INTO oc_order VALUES (7, 2)",
)


@pytest.fixture
def door(mariadb: MariaDb) -> Iterator[ShopDoor]:
    """Give the door of a shop with one order."""
    mariadb.create_database(DATABASE)
    for statement in TABLES:
        mariadb.execute(statement, DATABASE)
    door = ShopDoor(mariadb, DATABASE, "oc_")
    door.open(KEY)
    yield door
    door.stop()


def api(door: ShopDoor, key: PairingKey = KEY) -> ShopApi:
    return ShopApi(lambda: door.url, lambda: key, time.time)


def rows(mariadb: MariaDb, sql: str) -> list[Any]:
    with closing(mariadb.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_a_line_is_added_once(door: ShopDoor, mariadb: MariaDb) -> None:
    history = "SELECT order_status_id, notify, comment FROM oc_order_history"
    first = api(door).add("1-7-shipped", "7", "3", comment="Sent with DHL", notify=True)
    assert api(door).add("1-7-shipped", "7", "3", comment="Sent with DHL", notify=True) == first
    assert rows(mariadb, history) == [(3, 1, "Sent with DHL")]
    assert rows(mariadb, "SELECT order_status_id FROM oc_order") == [(3,)]
    api(door).add("1-7-late", "7", None, comment="JD1", notify=False)
    assert rows(mariadb, history)[1] == (3, 0, "JD1"), "a line without a status keeps it"
    assert api(door).ping()["version"]


def test_who_does_not_have_the_key_is_refused(door: ShopDoor, mariadb: MariaDb) -> None:
    with pytest.raises(Unreachable):
        api(door, OTHER).add("1-7-x", "7", "3", comment="", notify=False)
    assert requests.get(f"{door.url}index.php?call=ping", timeout=10).status_code == 401
    assert rows(mariadb, "SELECT * FROM oc_order_history") == []
