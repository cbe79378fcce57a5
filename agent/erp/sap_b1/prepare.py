"""Makes the bridge's own tables and fields in a company, as an admin's step.

Making a field changes the database's tables, which takes seconds to minutes each. A field that was
made is known at once on the node that made it alone; others know it after a restart of the Service
Layer, or much later. ``UserFieldsMD`` itself agrees everywhere, so that what is there is asked of
it, and what can be used is tried on each node.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.erp.port import Finding
from agent.erp.sap_b1 import nodes, own
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import Exists, NodeTrouble
from agent.errors import PermanentError, TimedOut

CHECK = "prepared"


def missing(cx: Connection) -> list[Finding]:
    """Return what is missing, or that nothing is."""
    parts = own.missing(cx.client)
    if not parts:
        return [Finding("ok", CHECK, "The bridge's user tables and fields are there")]
    return [
        Finding(
            "warning",
            CHECK,
            f"The {part} is missing",
            f"The {part} ({part.description}) is not in the company; until it is, nothing is "
            "written",
            "Press Prepare in the connection's form, or run erp-bridge connection prepare.",
            "sap_b1.not_prepared",
        )
        for part in parts
    ]


def prepare(cx: Connection) -> list[Finding]:
    """Make what is missing; returns a finding for each part, then one for each node.

    Raises:
        TransientError, AuthError, ConfigError: B1 cannot be asked.
    """
    parts = own.missing(cx.client)
    found = [_make(cx, part) for part in parts]
    cx.facts.forget()
    if any(finding.level == "error" for finding in found):
        return found
    if not parts:
        found.append(Finding("ok", CHECK, "The bridge's user tables and fields were there already"))
    return [*found, *usable(cx)]


def usable(cx: Connection) -> Iterator[Finding]:
    """Yield whether each node of the Service Layer lets the tables and fields be used."""
    lagging = []
    names = []
    for name, client in nodes.each(cx.client):
        names.append(name)
        try:
            own.try_out(client)
        except (NodeTrouble, PermanentError) as error:
            lagging.append((name, error.cause))
    for name, cause in lagging:
        yield Finding(
            "warning" if len(lagging) < len(names) else "error",
            CHECK,
            f"Node {name} of the Service Layer does not know the tables and fields yet",
            cause,
            "Restart the Service Layer on this node (its other nodes learn of new fields only "
            "then). Until then the bridge uses the nodes that know them.",
            "sap_b1.node",
        )
    if not lagging:
        where = f"on {len(names)} nodes" if len(names) > 1 else "on the node that answers"
        yield Finding("ok", CHECK, f"The tables and fields can be used {where}")


def _make(cx: Connection, part: own.OwnTable | own.OwnField) -> Finding:
    entity_set = "UserTablesMD" if isinstance(part, own.OwnTable) else "UserFieldsMD"
    try:
        cx.client.post(entity_set, part.body, patience=nodes.DDL_PATIENCE)
    except Exists:
        return Finding("ok", CHECK, f"The {part} was there already")
    except TimedOut:
        if part in own.missing(cx.client):
            raise
    except PermanentError as error:
        return Finding(
            "error",
            CHECK,
            f"The {part} could not be made",
            error.cause,
            "Let a superuser of SAP prepare it: put that user into the connection for this step, "
            "with nobody else working in the company.",
            "sap_b1.prepare",
        )
    return Finding("ok", CHECK, f"Made the {part}")
