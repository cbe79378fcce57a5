"""A worker in a process of its own, made to die at a named point."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.worker import Worker
from agent.services.container import Services
from agent.services.sync_jobs import handlers
from agent_tests.faults.orders.rig import Clock, configure

if __name__ == "__main__":
    port, name, shop, folder, skipped = json.loads(os.environ["VICTIM"])
    services = Services(
        configure(port, name, shop, Path(folder)),
        clock=Clock(timedelta(seconds=skipped)),
        dispatcher=LocalDispatcher(),
    )
    Worker(services.ledger, handlers(services)).run_until_idle()
