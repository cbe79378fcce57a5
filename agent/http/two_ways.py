"""The way into the shop over HTTP: conflicts, price lists, buttons inside the ERP, preparing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.http.access import entity_named, services
from agent.http.parsing import Blueprint
from agent.http.schemas import Job, page_of
from agent.http.schemas.two_ways import (
    Buttons,
    ButtonsDone,
    ButtonsWanted,
    Conflict,
    ConflictChoice,
    ConflictQuery,
    Preparation,
    PriceLists,
)
from agent.services import buttons, conflicts, preparing, price_lists
from agent.services.plain import finding_plain

blueprint = Blueprint("two_ways", "two_ways", url_prefix="/v1", description="From ERP to shop")
_CONNECTION = "/connections/<int(max=2147483647):connection_id>"


@blueprint.route("/conflicts")
@blueprint.arguments(ConflictQuery, location="query")
@blueprint.response(200, page_of(Conflict))
def list_conflicts(query: Mapping[str, Any]) -> Any:
    """List the records that both sides changed, the oldest first."""
    entity = query.get("entity")
    return conflicts.list_conflicts(
        services(),
        query.get("connection"),
        entity=entity_named(entity) if entity else None,
        q=query.get("q", ""),
        page=query["page"],
        limit=query["limit"],
    )


@blueprint.route("/conflicts/<entity>/<path:store_key>", methods=["POST"])
@blueprint.arguments(ConflictChoice)
@blueprint.response(202, Job)
def choose(body: Mapping[str, Any], entity: str, store_key: str) -> Any:
    """Carry out which side counts."""
    found = services()
    job_id = conflicts.choose(
        found,
        body["connection"],
        entity_named(entity),
        store_key,
        choices=body["choices"],
        every=body["all"],
        requested_by=body["requested_by"],
    )
    return found.ledger.job(job_id).to_plain()


@blueprint.route(f"{_CONNECTION}/price-lists")
@blueprint.response(200, PriceLists)
def get_price_lists(connection_id: int) -> Any:
    """Show which price list each customer group pays by."""
    return price_lists.show(services(), connection_id)


@blueprint.route(f"{_CONNECTION}/price-lists", methods=["PUT"])
@blueprint.arguments(PriceLists)
@blueprint.response(200, PriceLists)
def put_price_lists(body: Mapping[str, Any], connection_id: int) -> Any:
    """Change it; groups that are not named stay as they are."""
    return price_lists.store(services(), connection_id, body["items"])


@blueprint.route(f"{_CONNECTION}/buttons")
@blueprint.response(200, Buttons)
def get_buttons(connection_id: int) -> Any:
    """Tell whether the ERP has the bridge's buttons."""
    return buttons.show(services(), connection_id)


@blueprint.route(f"{_CONNECTION}/buttons", methods=["PUT"])
@blueprint.arguments(ButtonsWanted)
@blueprint.response(200, ButtonsDone)
def put_buttons(body: Mapping[str, Any], connection_id: int) -> Any:
    """Make the buttons or take them back."""
    found = services()
    if body["installed"]:
        findings = buttons.install(found, connection_id, push=body["push"])
    else:
        findings = buttons.remove(found, connection_id)
    return {
        "installed": body["installed"],
        "findings": [finding_plain(finding) for finding in findings],
    }


@blueprint.route(f"{_CONNECTION}/prepare")
@blueprint.response(200, Preparation)
def get_preparation(connection_id: int) -> Any:
    """Tell whether the ERP has room for the bridge's own notes, and what is missing."""
    return preparing.show(services(), connection_id)


@blueprint.route(f"{_CONNECTION}/prepare", methods=["POST"])
@blueprint.response(200, Preparation)
def prepare(connection_id: int) -> Any:
    """Make what is missing."""
    return preparing.prepare(services(), connection_id)
