"""Addresses that need no signature: health and measurements. They tell nothing secret."""

from __future__ import annotations

from typing import Any

from flask import Response

from agent.http.access import services
from agent.http.parsing import Blueprint
from agent.http.schemas import Health
from agent.services.health import health
from agent.services.metrics import metrics_text

blueprint = Blueprint("public", "public", description="Health and measurements, unsigned")


@blueprint.route("/health")
@blueprint.response(200, Health)
@blueprint.alt_response(503, schema=Health, description="It cannot, see checks")
def get_health() -> Any:
    """Tell whether the agent can do its work."""
    found = health(services())
    return found.to_plain(), 200 if found.status == "ok" else 503


@blueprint.route("/metrics")
@blueprint.doc(
    responses={
        200: {
            "description": "Measurements in Prometheus' text form",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
)
def get_metrics() -> Response:
    """Measure the ledger."""
    return Response(
        metrics_text(services()), content_type="text/plain; version=0.0.4; charset=utf-8"
    )
