"""The first act of an ERP: the shop's catalogue, three times."""

from __future__ import annotations

from contextlib import closing

from agent.demo import stage as demo
from agent.demo.runs import Runs

_NAMELESS = 7
_ALL = ("--direction", "to-erp", "--all")


def play(runs: Runs) -> None:
    """Carry the catalogue over: all of it, then nothing, then what was edited in the shop."""
    runs.sync("catalogue", "products", *_ALL)
    runs.sync("again, nothing is new", "products", *_ALL)
    database = runs.stage.database
    with closing(database.connect(demo.DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE oc_product SET price = price + 1 ORDER BY product_id LIMIT 3")
        names = "oc_product_description WHERE product_id = %s"
        cursor.execute(f"SELECT language_id, name FROM {names}", (_NAMELESS,))  # noqa: S608
        before = cursor.fetchall()
        cursor.execute(
            "UPDATE oc_product_description SET name = '' WHERE product_id = %s", (_NAMELESS,)
        )
    runs.reason(runs.sync("3 new prices, 1 name lost", "products", *_ALL))
    with closing(database.connect(demo.DATABASE)) as connection, connection.cursor() as cursor:
        for language, name in before:
            cursor.execute(
                "UPDATE oc_product_description SET name = %s"
                " WHERE product_id = %s AND language_id = %s",
                (name, _NAMELESS, language),
            )
