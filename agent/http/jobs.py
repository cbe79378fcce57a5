"""Synchronization jobs over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.http.access import page_plain, services
from agent.http.parsing import Blueprint
from agent.http.schemas import Job, JobNew, JobQuery, RecordQuery, RecordResult, page_of
from agent.model.entity import Direction, Entity
from agent.services.plain import result_plain
from agent.services.sync_jobs import SyncRequest, retry_sync, start_sync

blueprint = Blueprint("jobs", "jobs", url_prefix="/v1", description="Synchronization jobs")
_ONE = "/jobs/<int(max=2147483647):job_id>"


@blueprint.route("/jobs", methods=["POST"])
@blueprint.arguments(JobNew)
@blueprint.response(202, Job)
def start(body: Mapping[str, Any]) -> Any:
    """Start a synchronization; the workers do it."""
    found = services()
    job_id = start_sync(
        found,
        SyncRequest(
            connection_id=body["connection"],
            entity=Entity(body["entity"]),
            direction=Direction(body["direction"]),
            mode=body["mode"],
            ids=tuple(dict.fromkeys(body["ids"])),
            dry_run=body["dry_run"],
            origin="admin",
            requested_by=body["requested_by"],
        ),
    )
    return found.ledger.job(job_id).to_plain()


@blueprint.route("/jobs")
@blueprint.arguments(JobQuery, location="query")
@blueprint.response(200, page_of(Job))
def list_jobs(query: Mapping[str, Any]) -> Any:
    """List jobs, the newest first."""
    return page_plain(
        services().ledger.jobs(
            connection_id=query.get("connection"),
            entity=query.get("entity"),
            state=query.get("state"),
            page=query["page"],
            limit=query["limit"],
        )
    )


@blueprint.route(_ONE)
@blueprint.response(200, Job)
def get_job(job_id: int) -> Any:
    """Show a job."""
    return services().ledger.job(job_id).to_plain()


@blueprint.route(f"{_ONE}/cancel", methods=["POST"])
@blueprint.response(200, Job)
def cancel(job_id: int) -> Any:
    """Cancel a job: what waits ends now, what runs is told."""
    return services().ledger.cancel_job(job_id).to_plain()


@blueprint.route(f"{_ONE}/retry", methods=["POST"])
@blueprint.response(200, Job)
def retry(job_id: int) -> Any:
    """Try again what failed in a job."""
    return retry_sync(services(), job_id).to_plain()


@blueprint.route(f"{_ONE}/records")
@blueprint.arguments(RecordQuery, location="query")
@blueprint.response(200, page_of(RecordResult))
def records(query: Mapping[str, Any], job_id: int) -> Any:
    """List the job's records that failed, wait, carry a warning, or would be written."""
    page = services().ledger.records(
        job_id, outcome=query.get("outcome"), page=query["page"], limit=query["limit"]
    )
    return {
        "items": [result_plain(item) for item in page.items],
        "total": page.total,
        "page": page.page,
        "limit": page.limit,
    }
