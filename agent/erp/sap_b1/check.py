"""The connection's test: each step says what is wrong and where in SAP to mend it; none raises."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from agent.erp.port import Finding
from agent.erp.sap_b1 import own, prepare
from agent.erp.sap_b1.check_money import money_findings
from agent.erp.sap_b1.check_names import name_findings
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Held, B1Refused, not_prepared
from agent.erp.sap_b1.offered import not_offered
from agent.errors import BridgeError, MissingRight, Refused

READ: tuple[tuple[str, str], ...] = (
    ("Items", "Inventory, Item Master Data"),
    ("BusinessPartners", "Business Partners, Business Partner Master Data"),
    ("Orders", "Sales - A/R, Sales Order"),
    ("DeliveryNotes", "Sales - A/R, Delivery"),
    ("Invoices", "Sales - A/R, A/R Invoice"),
    ("DownPayments", "Sales - A/R, A/R Down Payment"),
    ("CreditNotes", "Sales - A/R, A/R Credit Memo"),
    ("IncomingPayments", "Banking, Incoming Payments"),
)
"""Sets the bridge works with, and what SAP's authorizations call them."""
OLDEST = 1000000
"""The first version that is 10.0, as a login tells it."""
FAR = timedelta(minutes=2)

_Step = Callable[[Connection], Iterator[Finding]]


def run(cx: Connection) -> list[Finding]:
    """Return findings in the order of the steps; stops early where nothing further can work."""
    findings: list[Finding] = []
    for step in (_server, _rights):
        findings += step_findings(step, cx)
        if any(f.level == "error" for f in findings):
            return findings
    findings += step_findings(_clock, cx)
    findings += step_findings(_prepared, cx)
    findings += step_findings(money_findings, cx)
    findings += step_findings(name_findings, cx)
    findings += step_findings(_preview, cx)
    return findings


def step_findings(step: _Step, cx: Connection) -> list[Finding]:
    """Return what a step finds; what stops it is a finding, too."""
    findings: list[Finding] = []
    try:
        findings.extend(step(cx))
    except BridgeError as error:
        name = getattr(step, "__name__", "_check").strip("_").removesuffix("_findings")
        findings.append(
            Finding("error", name, error.cause, error.cause, error.fix, code=error.code)
        )
    return findings


def _server(cx: Connection) -> Iterator[Finding]:
    """Log in for real: a session that is there proves nothing of the password."""
    cx.client.wire.sessions.prove()
    version = cx.facts.version
    spoken = cx.client.wire.session.api
    yield Finding(
        "ok",
        "server",
        f"SAP Business One {version} answers at {cx.settings.url}, spoken to in {spoken}; "
        f"{cx.settings.user} is logged in to {cx.settings.database}",
    )
    if version.isdecimal() and int(version) < OLDEST:
        yield Finding(
            "warning",
            "server",
            f"The version {version} is older than 10.0",
            "The bridge was made for SAP Business One 10.0",
            "Try it with a copy of the company first.",
            "sap_b1.version",
        )
    parts = urlsplit(cx.settings.url)
    if parts.scheme == "http" and not _is_local(parts.hostname or ""):
        yield Finding(
            "warning",
            "server",
            "The password crosses the network unencrypted",
            f"The address {cx.settings.url} is not https",
            "Use the Service Layer's https address; where it signed its certificate itself, give "
            "that as Certificate authority file.",
            "sap_b1.plain_http",
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _rights(cx: Connection) -> Iterator[Finding]:
    missing = []
    for entity_set, place in READ:
        try:
            next(cx.client.rows(entity_set, "", (), limit=1), None)
        except (MissingRight, Refused) as error:
            missing.append((place, error.cause))
    if not missing:
        yield Finding("ok", "rights", "The user may read all that the bridge works with")
        return
    yield Finding(
        "error",
        "rights",
        "The user lacks rights",
        f"The user may not read {', '.join(place for place, _ in missing)}: {missing[0][1]}",
        "Give the user Full Authorization for these in SAP (Administration, System Initialization, "
        "Authorizations, General Authorizations), and a licence that includes them.",
        "sap_b1.rights",
    )


def _clock(cx: Connection) -> Iterator[Finding]:
    clock = cx.client.clock
    if abs(clock.skew) > FAR:
        yield Finding(
            "warning",
            "clock",
            "The clocks of SAP's server and the agent differ",
            f"They are {abs(clock.skew).total_seconds():.0f} seconds apart",
            "Let both take their time from the network (NTP).",
            "sap_b1.clock",
        )
    if not clock.known:
        yield Finding(
            "warning",
            "clock",
            "The time zone of SAP's server is not known yet",
            "SAP tells times by its server's clock alone, and nothing was made yet that tells it",
            "Set Time zone of the server in the connection's settings; else the bridge finds out "
            "when it first writes.",
            "sap_b1.time_zone",
        )


def _prepared(cx: Connection) -> Iterator[Finding]:
    lacking = cx.facts.missing
    if not lacking:
        yield from prepare.usable(cx)
        return
    error = not_prepared(own.words(lacking))
    yield Finding(
        "error",
        prepare.CHECK,
        f"{len(lacking)} of the bridge's user tables and fields are missing: nothing is written",
        error.cause,
        error.fix,
        error.code,
    )


def _preview(cx: Connection) -> Iterator[Finding]:
    """Have an order computed: tells whether that is offered, and whether today can be posted."""
    try:
        cx.client.service("OrdersService_Preview", {"Document": _example(cx)}, reads=True)
    except B1Held as error:
        yield Finding("warning", "orders", error.cause, error.cause, error.fix, error.code)
    except B1Refused as error:
        if not_offered(error):
            yield Finding(
                "warning",
                "orders",
                "SAP does not offer to compute an order before it is posted (Preview)",
                "Totals are compared after the order was made; one that differs stays unapproved",
                "Nothing to do; newer feature packs of SAP Business One 10.0 offer it.",
                "sap_b1.no_preview",
            )
            return
    yield Finding("ok", "orders", "SAP computes totals before an order is posted (Preview)")


def _example(cx: Connection) -> dict[str, Any]:
    """Return an order of some customer for some item; nothing of it is stored."""
    customer = _first(cx, "BusinessPartners", "CardType eq 'cCustomer'", "CardCode")
    item = _first(cx, "Items", "SalesItem eq 'tYES'", "ItemCode")
    if customer is None or item is None:
        return {}
    today = cx.client.clock.local().date().isoformat()
    line = {"ItemCode": item, "Quantity": 1}
    return {
        "CardCode": customer,
        "DocDate": today,
        "DocDueDate": today,
        "DocumentLines": [line],
    }


def _first(cx: Connection, entity_set: str, where: str, key: str) -> Any:
    row = next(cx.client.rows(entity_set, where, (key,), limit=1), None)
    return None if row is None else row[key]
