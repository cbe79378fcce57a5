"""What a serving worker does beside its tasks, by the clock."""

from __future__ import annotations

from collections.abc import Callable

from agent.db.locks import exclusive
from agent.ledger import Chore, Worker
from agent.services.boards import show_boards
from agent.services.buttons import poll_presses
from agent.services.container import Services
from agent.services.following import planner, poll_outbox
from agent.services.order_following import (
    poll_erp,
    retry_all_waiting,
    start_due_orders,
    sweep_orders,
)
from agent.services.store_following import poll_records, poll_stock
from agent.services.sync_jobs import handlers

_OUTBOX_SECONDS = 0.25
"""A shopper's order begins its way with it: four small queries a second are worth that."""
_ORDER_SWEEP_SECONDS = 30.0
_ERP_SECONDS = 5.0
"""Between two looks at what changed in the ERPs."""
_STOCK_SECONDS = 2.0
"""Between two looks at what moved in the ERPs' warehouses, and at what was pressed there."""
_BOARD_SECONDS = 60.0
_WAITING_SECONDS = 900.0
_GUARD_SECONDS = 30.0
_NONCE_SECONDS = 3600.0


def make_worker(services: Services, name: str, *, threads: int | None = None) -> Worker:
    """Return a worker for all tasks and chores of this agent.

    Args:
        services: the agent's parts.
        name: how it is shown with its tasks.
        threads: tasks side by side; the configuration's number when omitted.
    """
    return Worker(
        services.ledger,
        handlers(services),
        name,
        threads or services.config.agent.threads,
        dispatcher=services.dispatcher,
        plan=planner(services),
        chores=chores(services),
    )


def chores(services: Services) -> list[Chore]:
    """Return what comes round beside the tasks."""
    return [
        Chore("guard", _GUARD_SECONDS, services.connections.enforce_guard),
        Chore("outbox", _OUTBOX_SECONDS, _alone(services, "outbox", poll_outbox)),
        Chore("orders", _ORDER_SWEEP_SECONDS, _alone(services, "orders", sweep_orders)),
        Chore("delays", _ORDER_SWEEP_SECONDS, _alone(services, "delays", start_due_orders)),
        Chore("erp", _ERP_SECONDS, _alone(services, "erp", poll_erp)),
        Chore("presses", _STOCK_SECONDS, _alone(services, "presses", poll_presses)),
        Chore("boards", _BOARD_SECONDS, _alone(services, "boards", show_boards)),
        Chore("stock", _STOCK_SECONDS, _alone(services, "stock", poll_stock)),
        Chore("records", _ERP_SECONDS, _alone(services, "records", poll_records)),
        Chore("waiting", _WAITING_SECONDS, _alone(services, "waiting", retry_all_waiting)),
        Chore("nonces", _NONCE_SECONDS, services.nonces.purge),
    ]


def _alone(services: Services, name: str, work: Callable[[Services], int]) -> Callable[[], int]:
    """Return ``work`` as a chore that one worker at a time does."""

    def run() -> int:
        with exclusive(services.database, name) as held:
            return 0 if held is None else work(services)

    return run
