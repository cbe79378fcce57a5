"""Orders over HTTP: their numbers in the ERP, what waits, and the way back to the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.http.access import entity_named, page_plain, services
from agent.http.parsing import Blueprint
from agent.http.schemas import (
    ConnectionBody,
    NumbersQuery,
    OrderNumbers,
    StatusBack,
    Waiting,
    WaitingQuery,
    page_of,
)
from agent.services import status_back, waiting
from agent.services.order_numbers import order_numbers

blueprint = Blueprint("orders", "orders", url_prefix="/v1", description="Orders and what waits")
_ONE = "/waiting/<entity>/<path:store_key>"
_BACK = "/connections/<int(max=2147483647):connection_id>/status-back"


@blueprint.route("/waiting")
@blueprint.arguments(WaitingQuery, location="query")
@blueprint.response(200, page_of(Waiting))
def list_waiting(query: Mapping[str, Any]) -> Any:
    """List the records that wait, the newest first."""
    return page_plain(
        waiting.list_waiting(
            services(),
            query.get("connection"),
            entity=query.get("entity", ""),
            q=query.get("q", ""),
            cleared=query.get("cleared", False),
            page=query["page"],
            limit=query["limit"],
        )
    )


@blueprint.route(f"{_ONE}/release", methods=["POST"])
@blueprint.arguments(ConnectionBody)
@blueprint.response(200, Waiting)
def release(body: Mapping[str, Any], entity: str, store_key: str) -> Any:
    """Try a record that waits again at once."""
    return waiting.release(services(), body["connection"], entity_named(entity), store_key)


@blueprint.route(f"{_ONE}/drop", methods=["POST"])
@blueprint.arguments(ConnectionBody)
@blueprint.response(200, Waiting)
def drop(body: Mapping[str, Any], entity: str, store_key: str) -> Any:
    """Take a record off the list and leave it out until it is included again."""
    return waiting.drop(services(), body["connection"], entity_named(entity), store_key)


@blueprint.route("/orders/numbers")
@blueprint.arguments(NumbersQuery, location="query")
@blueprint.response(200, OrderNumbers)
def numbers(query: Mapping[str, Any]) -> Any:
    """Tell what the ERPs call these orders, and how far they are there."""
    return {"items": order_numbers(services(), query["ids"].split(","))}


@blueprint.route(_BACK)
@blueprint.response(200, StatusBack)
def get_status_back(connection_id: int) -> Any:
    """Show what happens in the shop when something happens in the ERP."""
    return status_back.show(services(), connection_id)


@blueprint.route(_BACK, methods=["PUT"])
@blueprint.arguments(StatusBack)
@blueprint.response(200, StatusBack)
def put_status_back(body: Mapping[str, Any], connection_id: int) -> Any:
    """Change it; facts that are not named stay as they are."""
    return status_back.store(services(), connection_id, body["items"])
