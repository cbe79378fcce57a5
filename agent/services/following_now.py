"""One look at everything that ERPs may tell, outside of its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.db.locks import exclusive
from agent.services.buttons import poll_presses
from agent.services.store_following import poll_records, poll_stock

if TYPE_CHECKING:
    from agent.services.container import Services


def look_now(services: Services) -> int:
    """Look at presses, stock and records; what a worker is looking at already is left to it."""
    count = 0
    for name, work in (("presses", poll_presses), ("stock", poll_stock), ("records", poll_records)):
        with exclusive(services.database, name) as held:
            count += work(services) if held is not None else 0
    return count
