"""ERP connections as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from agent.http.schemas.common import Finding, body_id, text


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
    group = fields.String(required=True, metadata={"description": "heading it stands under"})


class Kind(ma.Schema):
    """A kind of ERP that can be connected."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    fields_ = fields.List(
        fields.Nested(FormField), required=True, data_key="fields", attribute="fields"
    )
    to_store = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "what can be carried from it into the shop"},
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

    name = text(200)
    kind = text(16)
    settings = fields.Dict(keys=text(64), values=fields.Raw(allow_none=True))
    secret = text(4000, allow_none=True, load_only=True)


class ConnectionNew(ConnectionChange):
    """A connection to make."""

    name = text(200, required=True)
    kind = text(16, required=True)


class ConnectionTest(ConnectionChange):
    """What to test: a whole connection, or a stored one with changes. Nothing is stored."""

    id = body_id()


class ConnectionRemoval(ma.Schema):
    """How to remove a connection.

    ``leave_buttons``: also one whose buttons are inside the ERP, because the ERP is gone for good.
    """

    leave_buttons = fields.Boolean(load_default=False)


class TestResult(ma.Schema):
    """What a test found."""

    ok = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(Finding), required=True)
