"""A shop that sells, an ERP behind a faulty wire, and the agent between, in a time of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from agent.config import AgentSection, Config, DatabaseSection, ShopSection
from agent.db import DatabaseSettings
from agent.erp.sales import parse_action
from agent.ledger import utc_now
from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.worker import Worker
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb
from agent.sandbox.store import build_sample_shop
from agent.services import status_back
from agent.services.connections import ConnectionDraft
from agent.services.container import Services
from agent.services.following import poll_outbox
from agent.services.order_following import poll_erp, sweep_orders
from agent.services.sync_jobs import SyncRequest, handlers, start_sync
from agent_tests.faults.orders.plant import Plant
from agent_tests.faults.orders.shop import Database, Endpoint, StoreFront
from agent_tests.lab.wire import Wire

ACTIONS: Mapping[str, str] = {
    "1": "quotation",
    "2": "confirm",
    "3": "confirm+deliver",
    "5": "confirm+deliver+invoice+pay",
    "7": "cancel",
    "11": "credit",
    "12": "confirm+deposit",
    "13": "confirm+invoice",
}
"""What the shop's statuses ask for: the sample shop's own, and two that are added."""
ADDED = {12: "Deposit", 13: "Invoiced"}
DEPOSIT_PERCENT = 30
BACK: tuple[Mapping[str, Any], ...] = (
    {"fact": "confirmed", "status": "2", "notify": False, "comment": "Confirmed as {order}"},
    {"fact": "invoiced", "status": None, "notify": True, "comment": "Invoice {invoice}"},
    {"fact": "paid", "status": None, "notify": False, "comment": "Paid"},
    {"fact": "shipped", "status": "3", "notify": True, "comment": "Shipped with {delivery}"},
    {"fact": "cancelled", "status": "7", "notify": True, "comment": "Cancelled"},
)
"""What the shop is told of what people do in the ERP."""
_PRODUCTS, _ORDERS = 8, 200
_STEP = timedelta(minutes=20)
"""Longer than any back-off and any lease."""
_ROUNDS = 12


class Clock:
    """The rig's time: ours, and what was skipped."""

    def __init__(self, skipped: timedelta = timedelta(0)) -> None:
        self.skipped = skipped

    def __call__(self) -> datetime:
        return utc_now() + self.skipped


@dataclass
class Rig:
    """One shop, one ERP behind the wire ``erp``, one agent."""

    mariadb: MariaDb
    folder: Path
    name: str
    plant: Plant
    erp: Wire
    clock: Clock = field(default_factory=Clock)
    stack: ExitStack = field(default_factory=ExitStack)
    shop: Wire = field(init=False)
    front: StoreFront = field(init=False)
    services: Services = field(init=False)
    connection: int = field(init=False)

    def build(self) -> None:
        """Make the shop, set the ERP up, and carry over what orders refer to."""
        self.mariadb.create_database(self.name)
        (self.folder / "image").mkdir(parents=True, exist_ok=True)
        build_sample_shop(
            DatabaseSettings(port=self.mariadb.port, user="root", database=self.name),
            version="4.1",
            products=_PRODUCTS,
            orders=_ORDERS,
        )
        self.front = StoreFront(Database(self.mariadb, self.name))
        self.front.close_up()
        for number, words in ADDED.items():
            self.front.add_status(number, words)
        self._open_shop()
        self._connect()
        self._carry(Entity.PRODUCTS)
        self._carry(Entity.CARRIERS)
        self.plant.set_up(self.services, self.connection, ACTIONS)
        self._carry(Entity.ORDERS)  # of none yet: from now on they are followed
        status_back.store(self.services, self.connection, BACK)
        poll_erp(self.services)

    def _open_shop(self) -> None:
        keys: list[Any] = []
        endpoint = Endpoint(self.front, keys, lambda: self.clock().timestamp()).start()
        self.stack.callback(endpoint.stop)
        self.shop = self.stack.enter_context(Wire(endpoint.url))
        self.services = self.stack.enter_context(closing(self.open()))
        self.services.prepare()
        keys.append(self.services.pairing.current())

    def open(self) -> Services:
        """Return another agent of this shop."""
        return Services(self.config(), clock=self.clock, dispatcher=LocalDispatcher())

    def config(self) -> Config:
        """Return the agent's configuration."""
        return configure(self.mariadb.port, self.name, self.shop.url, self.folder)

    def _connect(self) -> None:
        settings = {
            **self.plant.settings(self.erp.url),
            "orders_statuses": "1,2,3,5,12,13",
            "credit_notes": "1",
            "deposits": f"cod={DEPOSIT_PERCENT}; bank_transfer={DEPOSIT_PERCENT}; "
            f"free_checkout={DEPOSIT_PERCENT}",
        }
        draft = ConnectionDraft("faults", self.plant.kind, settings, self.plant.secret)
        self.connection = self.services.connections.add(draft).id

    def _carry(self, entity: Entity) -> None:
        request = SyncRequest(self.connection, entity, Direction.TO_ERP, "changed")
        job = start_sync(self.services, request)
        self.settle()
        ended = self.services.ledger.job(job)
        assert ended.counts.failed == ended.counts.held == 0, ended

    # -- working ---------------------------------------------------------------------------------

    def listen(self) -> None:
        """Take the extension's hints."""
        while poll_outbox(self.services):
            pass

    def work(self) -> None:
        """Do what can be done now."""
        Worker(self.services.ledger, handlers(self.services)).run_until_idle()

    def settle(self) -> None:
        """Do all work, with the patience that back-offs and lost leases need."""
        for _ in range(_ROUNDS):
            self.work()
            if self.services.ledger.next_due() is None and not self._running():
                return
            self.clock.skipped += _STEP
        raise AssertionError("the work does not come to an end")

    def _running(self) -> bool:
        return bool(self.services.ledger.tasks(state="running").items)

    def carry_on(self) -> None:
        """Take hints, sweep for lost ones, look at the ERP, and do all of it."""
        self.listen()
        sweep_orders(self.services)
        poll_erp(self.services)
        self.settle()

    def look_at_erp(self) -> None:
        """Find what changed in the ERP; the work is not done yet."""
        poll_erp(self.services)

    def wait_for_lease(self) -> None:
        """Let the lease of a dead worker run out."""
        self.clock.skipped += _STEP
        self.services.ledger.expire()

    def release_dead(self) -> None:
        """Try again what was set aside after too many tries, as a person does."""
        for task in self.services.ledger.tasks(state="dead").items:
            self.services.ledger.retry_job(task.job_id)

    def work_and_die(self, point: str) -> int:
        """Work in a process of its own that dies at ``point``; return its exit status."""
        process = self.start_victim(point)
        process.communicate(timeout=180)
        return process.returncode

    def start_victim(self, point: str = "") -> subprocess.Popen[bytes]:
        """Start a worker in a process of its own."""
        where = [self.mariadb.port, self.name, self.shop.url, str(self.folder)]
        return subprocess.Popen(
            [sys.executable, "-m", "agent_tests.faults.orders.victim"],
            env={
                **os.environ,
                "ERP_BRIDGE_CRASH_AT": point,
                "VICTIM": json.dumps([*where, self.clock.skipped.total_seconds()]),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def close(self) -> None:
        """Give everything back."""
        self.stack.close()


def configure(port: int, name: str, shop: str, folder: Path) -> Config:
    """Return the configuration of a rig's agent."""
    return Config(
        database=DatabaseSection(port=port, user="root", name=name),
        shop=ShopSection(url=shop, image_dir=folder / "image"),
        agent=AgentSection(data_dir=folder),
    )


def steps_of(statuses: str) -> set[str]:
    """Return the steps that statuses ask for, given with a space between."""
    actions = (parse_action(ACTIONS[status]) or () for status in statuses.split())
    return {step.value for steps in actions for step in steps}
