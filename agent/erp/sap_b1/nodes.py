"""The nodes of a Service Layer behind its balancer, each met by a login of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent.erp.sap_b1.client import Client

MOST_LOGINS = 8
"""Logins in search of nodes: the balancer chooses, and each login takes seconds."""
IN_VAIN = 3
"""Logins in a row that end on known nodes, after which there are taken to be no more."""
DDL_PATIENCE = 5.0
"""How much longer than a read the making of a field may take."""


def each(client: Client) -> Iterator[tuple[str, Client]]:
    """Yield a client for each node, with a session of its own there, and the node's name.

    A server without a balancer has one node without a name. The sessions are ended again.
    """
    seen: set[str] = set()
    vain = 0
    for _ in range(MOST_LOGINS):
        with tempfile.TemporaryDirectory() as folder:
            probe = client.apart(Path(folder))
            try:
                name = probe.wire.session.route
                if name in seen:
                    vain += 1
                else:
                    seen.add(name)
                    vain = 0
                    yield name.lstrip(".") or "1", probe
            finally:
                probe.close()
        if not name or vain >= IN_VAIN:
            return
