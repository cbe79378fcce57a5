"""Mappings as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from agent.http.schemas.common import PageQuery, body_id, query_id, text


class MappingQuery(PageQuery):
    """Which mappings, in which order."""

    connection = query_id(required=True)
    state = text(16)
    q = text(200)
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

    connection = body_id(required=True)
    erp_id = fields.String(required=True, validate=validate.Length(min=1, max=96))


class AutoMap(ma.Schema):
    """Link what looks the same; a dry run only tells."""

    connection = body_id(required=True)
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    after = text(96, load_default="", metadata={"description": "where the call before ended"})


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
    remaining = fields.Integer(required=True)
    after = fields.String(required=True)


class CandidateQuery(ma.Schema):
    """A person's words to find an ERP record by."""

    connection = query_id(required=True)
    q = text(200, load_default="")


class Candidate(ma.Schema):
    """An ERP record that could be meant."""

    erp_id = fields.String(required=True)
    label = fields.String(required=True)


class Candidates(ma.Schema):
    """ERP records that could be meant."""

    items = fields.List(fields.Nested(Candidate), required=True)
