"""A shopper's pages while the bridge writes, and the longest statement that it wrote.

The shopper is a process of its own that asks what a product's and a category's page ask. The
server's own slow log, set to write every statement of the bridge, tells how long each one held its
tables: its time without the time it waited for locks.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import Any

import pymysql

from agent.bench.orders import percentile
from agent.bench.stage import PREFIX
from agent.bench.twins import BRIDGE, Twins

LIMIT = 50
"""Milliseconds that no statement may lock a MyISAM table for."""
_ALONE_SECONDS = 5.0
_READY_SECONDS = 60.0
_QUIET = "SET SESSION long_query_time = 3600"


@dataclass(slots=True)
class Front:
    """Milliseconds of pages, with and without writing; ``longest`` is a statement's own time."""

    alone: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    longest: float = 0.0
    over: int = 0
    """Statements above :data:`LIMIT`."""
    statement: str = ""
    statements: int = 0

    def to_plain(self) -> dict[str, Any]:
        """Return the figures, JSON-ready."""
        found: dict[str, Any] = {}
        for name, pages in (("alone", self.alone), ("meanwhile", self.meanwhile)):
            found[f"pages_{name}"] = len(pages)
            found[f"page_{name}_p50_ms"] = round(percentile(pages, 50), 2)
            found[f"page_{name}_p95_ms"] = round(percentile(pages, 95), 2)
            found[f"page_{name}_most_ms"] = round(max(pages, default=0.0), 2)
        return found | {
            "writing_statements": self.statements,
            f"statements_over_{LIMIT}_ms": self.over,
            "longest_statement_ms": round(self.longest, 2),
            "longest_statement": self.statement,
        }


def measure_front(twins: Twins, write: Callable[[int], None]) -> Front:
    """Ask for pages alone, then while ``write(round)`` writes once."""
    keys = [int(row[0]) for row in twins.rows(f"SELECT product_id FROM `{PREFIX}product`")]  # noqa: S608
    front = Front()
    front.alone = _while(twins, keys, lambda: time.sleep(_ALONE_SECONDS))
    _log(twins, on=True)
    try:
        twins.shop.database.close()  # its connections of before log nothing
        front.meanwhile = _while(twins, keys, lambda: write(1))
    finally:
        _log(twins, on=False)
    rows = twins.rows(
        "SELECT TIME_TO_SEC(query_time) + MICROSECOND(query_time) / 1e6"  # noqa: S608
        " - TIME_TO_SEC(lock_time) - MICROSECOND(lock_time) / 1e6 AS own, CONVERT(sql_text USING"
        " utf8mb4) FROM mysql.slow_log WHERE sql_text REGEXP '^ *(INSERT|UPDATE|DELETE)'"
        f" AND sql_text NOT LIKE '%{PREFIX}erp\\_%' ORDER BY own DESC"
    )
    front.statements = len(rows)
    front.over = sum(float(own) * 1000 > LIMIT for own, _sql in rows)
    if rows:
        front.longest = float(rows[0][0]) * 1000
        front.statement = " ".join(str(rows[0][1]).split()[:3])
    return front


def _log(twins: Twins, *, on: bool) -> None:
    if on:
        twins.rows("TRUNCATE TABLE mysql.slow_log")
        twins.rows("SET GLOBAL log_output = 'TABLE'")
    twins.rows(f"SET GLOBAL long_query_time = {0 if on else 3600}")
    twins.rows(f"SET GLOBAL slow_query_log = {int(on)}")


def _while(twins: Twins, keys: Sequence[int], work: Callable[[], None]) -> list[float]:
    """Let a shopper ask for pages until ``work`` is done; return their milliseconds."""
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    answers: Queue[list[float]] = context.Queue()
    shopper = context.Process(
        target=ask_pages, args=(twins.server.port, list(keys), ready, stop, answers), daemon=True
    )
    shopper.start()
    try:
        ready.wait(_READY_SECONDS)
        work()
    finally:
        stop.set()
    found = answers.get(timeout=_READY_SECONDS)
    shopper.join(_READY_SECONDS)
    return found


def ask_pages(
    port: int, keys: list[int], ready: Event, stop: Event, answers: Queue[list[float]]
) -> None:
    """Ask for one page after the other, with the pause of a shop that is visited now and then."""
    dice = random.Random(1)  # noqa: S311 - not for secrets
    times: list[float] = []
    with (
        closing(
            pymysql.connect(
                host="127.0.0.1", port=port, user="root", database=BRIDGE, autocommit=True
            )
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_QUIET)
        statements = pages(cursor)
        ready.set()
        while not stop.is_set():
            key = dice.choice(keys)
            started = time.perf_counter()
            for sql in statements:
                cursor.execute(sql.format(key=key))
                cursor.fetchall()
            times.append((time.perf_counter() - started) * 1000)
            time.sleep(0.005)
    answers.put(times)


def pages(cursor: Any) -> list[str]:
    """Return what a product's page and a page of its category ask, with ``{key}`` the product."""
    cursor.execute(f"SELECT MIN(language_id) FROM `{PREFIX}language`")  # noqa: S608
    language = int(cursor.fetchone()[0])
    p = PREFIX
    shown = (
        f"FROM `{p}product` p JOIN `{p}product_description` d ON d.product_id = p.product_id"
        f" AND d.language_id = {language} JOIN `{p}product_to_store` s"
        " ON s.product_id = p.product_id AND s.store_id = 0"
    )
    category = (
        f"SELECT p.product_id, p.price, p.quantity, d.name {shown}"  # noqa: S608
        f" JOIN `{p}product_to_category` c ON c.product_id = p.product_id WHERE p.status = 1"
        f" AND c.category_id = (SELECT MIN(category_id) FROM `{p}product_to_category`"
        " WHERE product_id = {key}) ORDER BY p.sort_order, LCASE(d.name) LIMIT 20"
    )
    return [
        f"SELECT p.*, d.* {shown} WHERE p.product_id = {{key}} AND p.status = 1",
        _page(f"o.*, t.type FROM `{p}product_option` o JOIN `{p}option` t", "o")
        + " AND t.option_id = o.option_id",
        _page(
            f"v.*, n.name FROM `{p}product_option_value` v JOIN `{p}option_value_description` n",
            "v",
        )
        + f" AND n.option_value_id = v.option_value_id AND n.language_id = {language}",
        _page(f"a.* FROM `{p}product_attribute` a", "a") + f" AND a.language_id = {language}",
        _page(f"i.* FROM `{p}product_image` i", "i") + " ORDER BY i.sort_order",
        _page(f"c.* FROM `{p}product_discount` c", "c"),
        category,
    ]


def _page(what: str, alias: str) -> str:
    return f"SELECT {what} WHERE {alias}.product_id = {{key}}"
