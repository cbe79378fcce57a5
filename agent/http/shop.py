"""The Test button: who the agent is, which shop it sees, and what is not in order."""

from __future__ import annotations

from typing import Any

from agent.http.access import services
from agent.http.parsing import Blueprint
from agent.http.schemas import Ping
from agent.services.doctor import quick_findings, shop_facts
from agent.services.plain import finding_plain

blueprint = Blueprint("shop", "shop", url_prefix="/v1", description="The shop as the agent sees it")


@blueprint.route("/ping")
@blueprint.response(200, Ping)
def ping() -> Any:
    """Tell version, time and shop, with warnings about the set-up."""
    found = services()
    return {
        "version": found.version,
        "time": found.wall_clock().isoformat(timespec="seconds"),
        "shop": shop_facts(found),
        "warnings": [finding_plain(f) for f in quick_findings(found) if f.level != "ok"],
    }
