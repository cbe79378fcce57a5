"""A worker in a process of its own, made to die at a named point."""

from __future__ import annotations

import json
import os
from pathlib import Path

from agent.ledger.dispatcher import LocalDispatcher
from agent.ledger.worker import Worker
from agent.services.container import Services
from agent.services.sync_jobs import handlers
from agent_tests.faults.catalogue.rig import config

if __name__ == "__main__":
    port, folder = json.loads(os.environ["VICTIM"])
    services = Services(config(port, Path(folder)), dispatcher=LocalDispatcher())
    Worker(services.ledger, handlers(services)).run_until_idle()
