"""ERP connections over HTTP. Secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.erp.port import Finding
from agent.http.access import services
from agent.http.parsing import Blueprint
from agent.http.schemas import (
    Choices,
    Connection,
    ConnectionChange,
    ConnectionNew,
    ConnectionRemoval,
    ConnectionTest,
    Kinds,
    PageQuery,
    TestResult,
    page_of,
)
from agent.services import removing
from agent.services.connection_records import ConnectionDraft
from agent.services.order_jobs import retry_waiting
from agent.services.plain import finding_plain

blueprint = Blueprint("connections", "connections", url_prefix="/v1", description="ERP connections")
_ONE = "/connections/<int(max=2147483647):connection_id>"


def _draft(body: Mapping[str, Any]) -> ConnectionDraft:
    return ConnectionDraft(
        name=body.get("name"),
        kind=body.get("kind"),
        settings=body.get("settings"),
        secret=body.get("secret"),
    )


def _result(findings: list[Finding]) -> dict[str, Any]:
    return {
        "ok": all(f.level != "error" for f in findings),
        "findings": [finding_plain(f) for f in findings],
    }


@blueprint.route("/connection-kinds")
@blueprint.response(200, Kinds)
def kinds() -> Any:
    """List the kinds of ERP and what to fill in for each."""
    return {"items": services().kinds.to_plain()}


@blueprint.route("/connections")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(Connection))
def list_connections(query: Mapping[str, int]) -> Any:
    """List the connections, oldest first."""
    every = services().connections.every()
    start = (query["page"] - 1) * query["limit"]
    return {
        "items": [info.to_plain() for info in every[start : start + query["limit"]]],
        "total": len(every),
        **query,
    }


@blueprint.route("/connections", methods=["POST"])
@blueprint.arguments(ConnectionNew)
@blueprint.response(201, Connection)
def add_connection(body: Mapping[str, Any]) -> Any:
    """Make a connection."""
    return services().connections.add(_draft(body)).to_plain()


@blueprint.route("/connections/test", methods=["POST"])
@blueprint.arguments(ConnectionTest)
@blueprint.response(200, TestResult)
def test_draft(body: Mapping[str, Any]) -> Any:
    """Log in and check with settings that are not stored."""
    connections = services().connections
    if "id" in body:
        return _result(connections.test(body["id"], _draft(body)))
    return _result(connections.test_draft(_draft(body)))


@blueprint.route(_ONE)
@blueprint.response(200, Connection)
def get_connection(connection_id: int) -> Any:
    """Show a connection."""
    return services().connections.get(connection_id).to_plain()


@blueprint.route(_ONE, methods=["PATCH"])
@blueprint.arguments(ConnectionChange)
@blueprint.response(200, Connection)
def change_connection(body: Mapping[str, Any], connection_id: int) -> Any:
    """Change a connection; absent keys and an empty secret stay."""
    info = services().connections.change(connection_id, _draft(body))
    if info.paused is None:
        retry_waiting(services(), connection_id)
    return info.to_plain()


@blueprint.route(_ONE, methods=["DELETE"])
@blueprint.arguments(ConnectionRemoval, location="query")
@blueprint.response(204)
def remove_connection(query: Mapping[str, bool], connection_id: int) -> None:
    """Remove a connection and its mappings; records in the ERP stay."""
    removing.remove_connection(services(), connection_id, leave_buttons=query["leave_buttons"])


@blueprint.route(f"{_ONE}/test", methods=["POST"])
@blueprint.response(200, TestResult)
def test_connection(connection_id: int) -> Any:
    """Log in and check a stored connection."""
    return _result(services().connections.test(connection_id))


@blueprint.route(f"{_ONE}/pause", methods=["POST"])
@blueprint.response(200, Connection)
def pause_connection(connection_id: int) -> Any:
    """Stop the work of a connection."""
    return services().connections.pause(connection_id).to_plain()


@blueprint.route(f"{_ONE}/resume", methods=["POST"])
@blueprint.response(200, Connection)
def resume_connection(connection_id: int) -> Any:
    """Let a connection work again."""
    info = services().connections.resume(connection_id)
    retry_waiting(services(), connection_id)
    return info.to_plain()


@blueprint.route(f"{_ONE}/choices/<field>")
@blueprint.response(200, Choices)
def choices(connection_id: int, field: str) -> Any:
    """List what the ERP offers for a field, e.g. its companies."""
    return {"items": services().connections.choices(connection_id, field)}
