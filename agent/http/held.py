"""Work that waits for a person, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.http.access import page_plain, services
from agent.http.parsing import Blueprint
from agent.http.schemas import HeldQuery, Task, page_of

blueprint = Blueprint("held", "held", url_prefix="/v1", description="Work that waits for a person")
_ONE = "/held/<int(max=2147483647):task_id>"


@blueprint.route("/held")
@blueprint.arguments(HeldQuery, location="query")
@blueprint.response(200, page_of(Task))
def list_held(query: Mapping[str, Any]) -> Any:
    """List the tasks that wait, oldest first."""
    return page_plain(
        services().ledger.held(
            connection_id=query.get("connection"), page=query["page"], limit=query["limit"]
        )
    )


@blueprint.route(f"{_ONE}/release", methods=["POST"])
@blueprint.response(200, Task)
def release(task_id: int) -> Any:
    """Put a held task back to work."""
    return services().ledger.release(task_id).to_plain()


@blueprint.route(f"{_ONE}/drop", methods=["POST"])
@blueprint.response(200, Task)
def drop(task_id: int) -> Any:
    """End a held task without doing it."""
    return services().ledger.drop(task_id).to_plain()
