"""Jobs, their records, and held work as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from agent.http.schemas.common import PageQuery, body_id, query_id, text
from agent.model.entity import SYNC_ENTITIES, Direction

ENTITIES = [e.value for e in SYNC_ENTITIES]


class JobNew(ma.Schema):
    """A synchronization to start."""

    connection = body_id(required=True)
    entity = fields.String(required=True, validate=validate.OneOf(ENTITIES))
    direction = fields.String(
        load_default=Direction.TO_ERP.value, validate=validate.OneOf([d.value for d in Direction])
    )
    mode = fields.String(load_default="changed", validate=validate.OneOf(["all", "changed", "ids"]))
    ids = fields.List(text(96), load_default=list, validate=validate.Length(max=10_000))
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    requested_by = text(96, load_default="")


class Counts(ma.Schema):
    """How many records met which fate."""

    read = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    archived = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    held = fields.Integer(required=True)
    warning = fields.Integer(required=True)


class Job(ma.Schema):
    """A job as it stands. Times are ISO 8601 in UTC."""

    id = fields.Integer(required=True)
    connection = fields.Integer(required=True, allow_none=True)
    entity = fields.String(required=True)
    direction = fields.String(required=True)
    origin = fields.String(required=True)
    requested_by = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(["queued", "running", "done", "failed", "cancelled"]),
    )
    total = fields.Integer(required=True, allow_none=True)
    counts = fields.Nested(Counts, required=True)
    stage = fields.String(required=True, allow_none=True)
    error = fields.Dict(required=True, allow_none=True)
    created_at = fields.String(required=True)
    started_at = fields.String(required=True, allow_none=True)
    finished_at = fields.String(required=True, allow_none=True)


class JobQuery(PageQuery):
    """Which jobs."""

    connection = query_id()
    entity = fields.String(validate=validate.OneOf(ENTITIES))
    state = fields.String(
        validate=validate.OneOf(["queued", "running", "done", "failed", "cancelled"])
    )


class RecordQuery(PageQuery):
    """Which records of a job."""

    outcome = fields.String(validate=validate.OneOf(["failed", "held", "warning", "planned"]))


class RecordResult(ma.Schema):
    """A record that failed, waits, carries a warning, or (dry run) would be written."""

    entity = fields.String(required=True)
    store_key = fields.String(required=True)
    label = fields.String(required=True)
    outcome = fields.String(required=True)
    code = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)
    detail = fields.Dict(required=True, allow_none=True)


class Task(ma.Schema):
    """A unit of work as it stands."""

    id = fields.Integer(required=True)
    job = fields.Integer(required=True)
    connection = fields.Integer(required=True, allow_none=True)
    key = fields.String(required=True)
    kind = fields.String(required=True)
    payload = fields.Dict(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    crashes = fields.Integer(required=True)
    not_before = fields.String(required=True)
    error = fields.Dict(required=True, allow_none=True)
    created_at = fields.String(required=True)
    updated_at = fields.String(required=True)


class HeldQuery(PageQuery):
    """Whose held work."""

    connection = query_id()
