"""Parts that several addresses share, and the small answers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

MAX_ID = 2**31 - 1


def text(longest: int, **more: Any) -> fields.String:
    """Return a field for text of at most ``longest`` characters."""
    return fields.String(validate=validate.Length(max=longest), **more)


def body_id(**more: Any) -> fields.Integer:
    """Return a field for the id of a record, a JSON number."""
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_ID), **more)


def query_id(**more: Any) -> fields.Integer:
    """Return a field for the id of a record in a query."""
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


class ConnectionBody(ma.Schema):
    """Whose mapping."""

    connection = body_id(required=True)


class ConnectionQuery(ma.Schema):
    """Whose mapping."""

    connection = query_id(required=True)


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
