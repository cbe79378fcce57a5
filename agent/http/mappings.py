"""Mappings between records of the shop and of the ERP over HTTP."""

from __future__ import annotations

from collections.abc import Mapping as Values
from typing import Any

from agent.http.access import entity_named, page_plain, services
from agent.http.parsing import Blueprint
from agent.http.schemas import (
    AutoMap,
    AutoMapResult,
    CandidateQuery,
    Candidates,
    ConnectionBody,
    ConnectionQuery,
    Mapping,
    MappingLink,
    MappingQuery,
    page_of,
)
from agent.services import mappings
from agent.services.keys import require_keys

blueprint = Blueprint("mappings", "mappings", url_prefix="/v1", description="Mapped records")
_LIST = "/mappings/<entity>"
_ONE = f"{_LIST}/<path:store_key>"


@blueprint.route(_LIST)
@blueprint.arguments(MappingQuery, location="query")
@blueprint.response(200, page_of(Mapping))
def list_mappings(query: Values[str, Any], entity: str) -> Any:
    """List mapped records, and those of the shop that were never synchronized."""
    return page_plain(
        mappings.list_mappings(
            services(),
            query["connection"],
            entity_named(entity),
            state=query.get("state"),
            q=query.get("q", ""),
            sort=query.get("sort", "store_key"),
            order=query.get("order", "asc"),
            page=query["page"],
            limit=query["limit"],
        )
    )


@blueprint.route(_ONE, methods=["PUT"])
@blueprint.arguments(MappingLink)
@blueprint.response(200, Mapping)
def link(body: Values[str, Any], entity: str, store_key: str) -> Any:
    """Link a record of the shop to a record of the ERP by hand."""
    return mappings.link(
        services(), body["connection"], entity_named(entity), store_key, body["erp_id"]
    ).to_plain()


@blueprint.route(_ONE, methods=["DELETE"])
@blueprint.arguments(ConnectionQuery, location="query")
@blueprint.response(204)
def unlink(query: Values[str, Any], entity: str, store_key: str) -> None:
    """Forget a link; the ERP record stays."""
    mappings.unlink(services(), query["connection"], entity_named(entity), store_key)


@blueprint.route(f"{_ONE}/exclude", methods=["POST"])
@blueprint.arguments(ConnectionBody)
@blueprint.response(200, Mapping)
def exclude(body: Values[str, Any], entity: str, store_key: str) -> Any:
    """Keep a record out of synchronizations."""
    row = mappings.exclude(services(), body["connection"], entity_named(entity), store_key)
    return row.to_plain()


@blueprint.route(f"{_ONE}/include", methods=["POST"])
@blueprint.arguments(ConnectionBody)
@blueprint.response(200, Mapping)
def include(body: Values[str, Any], entity: str, store_key: str) -> Any:
    """Let a record take part in synchronizations again."""
    row = mappings.include(services(), body["connection"], entity_named(entity), store_key)
    return row.to_plain()


@blueprint.route(f"{_LIST}/auto", methods=["POST"])
@blueprint.arguments(AutoMap)
@blueprint.response(200, AutoMapResult)
def auto(body: Values[str, Any], entity: str) -> Any:
    """Link what looks the same by code, barcode or name; a dry run only tells.

    One call looks at 2,000 records; while ``remaining`` is not 0, call again with ``after``.
    """
    kind = entity_named(entity)
    require_keys(kind, [body["after"]] if body["after"] else [], "after")
    return mappings.auto_map(
        services(),
        body["connection"],
        kind,
        dry_run=body["dry_run"],
        after=body["after"],
    ).to_plain()


@blueprint.route(f"{_LIST}/candidates")
@blueprint.arguments(CandidateQuery, location="query")
@blueprint.response(200, Candidates)
def candidates(query: Values[str, Any], entity: str) -> Any:
    """Find ERP records by a person's words."""
    return {
        "items": mappings.candidates(
            services(), query["connection"], entity_named(entity), query["q"]
        )
    }
