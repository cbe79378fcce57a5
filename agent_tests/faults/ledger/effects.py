"""A worker process whose tasks have an effect outside the ledger; run it by ``python -m``.

``MODE`` ``keyed``: the effect's table refuses a second row for the same task, as an ERP does with
an external id. ``plain``: it does not. ``slow``: one long task that tells when it began.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pymysql

from agent.db import Database, DatabaseSettings
from agent.ledger import (
    Counts,
    JobRequest,
    Ledger,
    LedgerSettings,
    NewTask,
    TaskContext,
    TaskResult,
    Worker,
    WorkerSettings,
    sqlite_dispatcher,
    stop_on_signals,
    utc_now,
)

SETTINGS = LedgerSettings(lease_seconds=1.0, max_crashes=1000)


def open_ledger(port: int, name: str) -> Ledger:
    settings = DatabaseSettings(host="127.0.0.1", port=port, user="root", database=name)
    return Ledger(Database(settings), utc_now, settings=SETTINGS)


class Outside:
    """The other system: its own connections, its own commits."""

    def __init__(self, port: int, database: str) -> None:
        self._where = {"host": "127.0.0.1", "port": port, "user": "root", "database": database}
        self._local = threading.local()

    def write(self, key: str, number: int) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = pymysql.connect(autocommit=True, **self._where)
        with self._local.connection.cursor() as cursor:
            cursor.execute(
                "INSERT IGNORE INTO effect (key_name, number) VALUES (%s, %s)", (key, number)
            )


def main() -> None:
    port, name, mode, queue = int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    ledger = open_ledger(port, name)
    if mode == "create":
        tasks = [NewTask(f"k{n}", "effect", {"number": n}) for n in range(2000)]
        ledger.create_job(JobRequest(0, "orders", "to-erp", "event"), tasks)
        return
    outside = Outside(port, name)

    def effect(context: TaskContext) -> TaskResult:
        outside.write(context.task.key, context.payload["number"])
        time.sleep(2.5 if mode == "slow" else 0.002)
        return TaskResult(Counts(read=1))

    stop = threading.Event()
    stop_on_signals(stop)
    worker = Worker(
        ledger,
        {"effect": effect},
        threads=2,
        dispatcher=sqlite_dispatcher(queue),
        settings=WorkerSettings(tick=0.2),
    )
    worker.run(stop)
    ledger.database.close()


if __name__ == "__main__":
    main()
