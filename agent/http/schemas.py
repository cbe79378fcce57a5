"""What the API takes and gives, as marshmallow schemas: the source of ``/openapi.json``."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from agent.model.entity import SYNC_ENTITIES, Direction

MAX_ID = 2**31 - 1
_ENTITIES = [e.value for e in SYNC_ENTITIES]
_COUNTS = ("read", "unchanged", "created", "updated", "archived", "failed", "held", "warning")


def _text(longest: int, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), **more)


def _id(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_ID), **more)


def _query_id(**more: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(min=1, max=MAX_ID), **more)


class ErrorBody(ma.Schema):
    """What went wrong and what to do."""

    code = fields.String(required=True, metadata={"description": "stable dotted code"})
    record = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)
    retry = fields.Boolean(required=True, metadata={"description": "goes away by itself"})
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        data_key="fields",
        attribute="fields",
    )


class Error(ma.Schema):
    """Every answer of 400 and above."""

    error = fields.Nested(ErrorBody, required=True)


class Finding(ma.Schema):
    """One result of a check."""

    level = fields.String(required=True, validate=validate.OneOf(["ok", "warning", "error"]))
    check = fields.String(required=True)
    message = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)
    code = fields.String(required=True)


class Health(ma.Schema):
    """Whether the agent can do its work."""

    status = fields.String(required=True, validate=validate.OneOf(["ok", "degraded", "failing"]))
    version = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class PageQuery(ma.Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=200))


class ShopFacts(ma.Schema):
    """The shop as the agent sees it."""

    database = fields.String(required=True)
    prefix = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    schema = fields.String(required=True)
    products = fields.Integer(required=True)


class Ping(ma.Schema):
    """Answer to the extension's Test button."""

    version = fields.String(required=True)
    time = fields.String(required=True)
    shop = fields.Nested(ShopFacts, required=True)
    warnings = fields.List(fields.Nested(Finding), required=True)


class Choice(ma.Schema):
    """A value and its name for people."""

    value = fields.String(required=True)
    label = fields.String(required=True)


class FormField(ma.Schema):
    """One input of the connection form."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    default = fields.Raw(required=True, allow_none=True)
    help = fields.String(required=True)
    options = fields.List(fields.Nested(Choice), required=True)
    choices = fields.Boolean(required=True)


class Kind(ma.Schema):
    """A kind of ERP that can be connected."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    fields_ = fields.List(
        fields.Nested(FormField), required=True, data_key="fields", attribute="fields"
    )


class Kinds(ma.Schema):
    """All kinds of ERP."""

    items = fields.List(fields.Nested(Kind), required=True)


class Choices(ma.Schema):
    """Values to choose from."""

    items = fields.List(fields.Nested(Choice), required=True)


class Paused(ma.Schema):
    """Why a connection is paused."""

    code = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)


class Connection(ma.Schema):
    """An ERP connection; its secret is never shown."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["active", "paused"]))
    paused = fields.Nested(Paused, required=True, allow_none=True)
    settings = fields.Dict(keys=fields.String(), required=True)
    has_secret = fields.Boolean(required=True)
    created_at = fields.String(required=True)
    updated_at = fields.String(required=True)


class ConnectionChange(ma.Schema):
    """What to change; absent keys stay, and so does an empty secret."""

    name = _text(200)
    kind = _text(16)
    settings = fields.Dict(keys=_text(64), values=fields.Raw(allow_none=True))
    secret = _text(4000, allow_none=True, load_only=True)


class ConnectionNew(ConnectionChange):
    """A connection to make."""

    name = _text(200, required=True)
    kind = _text(16, required=True)


class ConnectionTest(ConnectionChange):
    """What to test: a whole connection, or a stored one with changes. Nothing is stored."""

    id = _id()


class TestResult(ma.Schema):
    """What a test found."""

    ok = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(Finding), required=True)


class JobNew(ma.Schema):
    """A synchronization to start."""

    connection = _id(required=True)
    entity = fields.String(required=True, validate=validate.OneOf(_ENTITIES))
    direction = fields.String(
        load_default=Direction.TO_ERP.value, validate=validate.OneOf([d.value for d in Direction])
    )
    mode = fields.String(load_default="changed", validate=validate.OneOf(["all", "changed", "ids"]))
    ids = fields.List(_text(96), load_default=list, validate=validate.Length(max=10_000))
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    requested_by = _text(96, load_default="")


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

    connection = _query_id()
    entity = fields.String(validate=validate.OneOf(_ENTITIES))
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

    connection = _query_id()


class MappingQuery(PageQuery):
    """Which mappings, in which order."""

    connection = _query_id(required=True)
    state = _text(16)
    q = _text(200)
    sort = fields.String(
        validate=validate.OneOf(["store_key", "label", "erp_id", "state", "synced_at"])
    )
    order = fields.String(validate=validate.OneOf(["asc", "desc"]))


class Mapping(ma.Schema):
    """Which record of the ERP a record of the shop is."""

    store_key = fields.String(required=True)
    label = fields.String(required=True)
    erp_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    origin = fields.String(required=True, allow_none=True)
    synced_at = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)
    erp_url = fields.String(required=True, allow_none=True)


class MappingLink(ma.Schema):
    """The ERP record to link to."""

    connection = _id(required=True)
    erp_id = fields.String(required=True, validate=validate.Length(min=1, max=96))


class ConnectionBody(ma.Schema):
    """Whose mapping."""

    connection = _id(required=True)


class ConnectionQuery(ma.Schema):
    """Whose mapping."""

    connection = _query_id(required=True)


class AutoMap(ma.Schema):
    """Link what looks the same; a dry run only tells."""

    connection = _id(required=True)
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class AutoMapItem(ma.Schema):
    """What looking for one record's counterpart came to."""

    store_key = fields.String(required=True)
    label = fields.String(required=True)
    erp_id = fields.String(required=True, allow_none=True)
    erp_label = fields.String(required=True, allow_none=True)
    matched_by = fields.String(required=True, allow_none=True)
    result = fields.String(required=True)


class AutoMapResult(ma.Schema):
    """What automatic mapping did or would do."""

    items = fields.List(fields.Nested(AutoMapItem), required=True)
    total = fields.Integer(required=True)


class CandidateQuery(ma.Schema):
    """A person's words to find an ERP record by."""

    connection = _query_id(required=True)
    q = _text(200, load_default="")


class Candidate(ma.Schema):
    """An ERP record that could be meant."""

    erp_id = fields.String(required=True)
    label = fields.String(required=True)


class Candidates(ma.Schema):
    """ERP records that could be meant."""

    items = fields.List(fields.Nested(Candidate), required=True)


def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of one page of ``item``."""
    return ma.Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "total": fields.Integer(required=True),
            "page": fields.Integer(required=True),
            "limit": fields.Integer(required=True),
        },
        name=f"{item.__name__}Page",
    )
