"""The part of the connection's test that is about the buttons inside Odoo."""

from __future__ import annotations

from collections.abc import Iterator

from agent.erp.odoo.buttons.names import Names
from agent.erp.odoo.buttons.state import found_version, wanted_version
from agent.erp.odoo.connection import Connection
from agent.erp.port import Finding
from agent.errors import MissingRight

NEEDED = (("queue", "read"), ("queue", "write"), ("board", "create"), ("board", "write"))


def button_findings(cx: Connection) -> Iterator[Finding]:
    """Tell whether there are buttons, of this version, and whether the user may answer them."""
    names = Names(cx.instance)
    try:
        found = found_version(cx)
    except MissingRight:
        yield _rights(["read the lists of the bridge"])
        return
    if found is None:
        yield Finding("ok", "buttons", "There are no buttons in Odoo")
        return
    lacking = [
        f"{right} {getattr(names, which)}"
        for which, right in NEEDED
        if not cx.facts.may(getattr(names, which), right)
    ]
    if lacking:
        yield _rights(lacking)
    elif found != wanted_version(cx):
        yield Finding(
            "warning",
            "buttons",
            "The buttons in Odoo are not those of this version",
            "They were made by another version of the bridge, or an app was installed since",
            "Run erp-bridge connection install-buttons, with a user who has Administration: "
            "Settings in Odoo.",
            "odoo.buttons_outdated",
        )
    else:
        yield Finding("ok", "buttons", "The buttons in Odoo are up to date")


def _rights(lacking: list[str]) -> Finding:
    return Finding(
        "warning",
        "buttons",
        "The user may not answer what is pressed in Odoo",
        f"The user may not {', '.join(lacking)}",
        "Put the user into the group OpenCart bridge in Odoo (Settings, Users, Groups; shown with "
        "developer mode on), or run erp-bridge connection install-buttons as this user.",
        "odoo.buttons_rights",
    )
