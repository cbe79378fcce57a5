"""The way into the shop as the API takes and gives it: conflicts, price lists, buttons."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from agent.http.schemas.common import Finding, PageQuery, body_id, query_id, text
from agent.http.schemas.connections import Choice

_SIDE = validate.OneOf(["shop", "erp"])


class ConflictQuery(PageQuery):
    """Which records that both sides changed."""

    connection = query_id()
    entity = text(24)
    q = text(200)


class ConflictField(ma.Schema):
    """A field and its values on both sides, for people."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    group = fields.String(required=True)
    shop = fields.String(required=True)
    erp = fields.String(required=True)


class Conflict(ma.Schema):
    """A record that both sides changed."""

    connection = fields.Integer(required=True)
    entity = fields.String(required=True)
    store_key = fields.String(required=True)
    label = fields.String(required=True)
    erp_id = fields.String(required=True)
    erp_url = fields.String(required=True, allow_none=True)
    since = fields.String(required=True)
    fields_ = fields.List(
        fields.Nested(ConflictField), required=True, data_key="fields", attribute="fields"
    )


class ConflictChoice(ma.Schema):
    """Which side counts: by field, or for all of them."""

    connection = body_id(required=True)
    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        values=fields.String(validate=_SIDE),
        load_default=dict,
    )
    all = fields.String(load_default=None, allow_none=True, validate=_SIDE)
    requested_by = text(96, load_default="")


class GroupPriceList(ma.Schema):
    """The price list that a customer group of the shop pays by."""

    group = text(11, required=True)
    label = fields.String(dump_only=True)
    price_list = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=96))
    special = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class PriceLists(ma.Schema):
    """The customer groups with their price lists, and the lists there are."""

    items = fields.List(fields.Nested(GroupPriceList), required=True)
    price_lists = fields.List(fields.Nested(Choice), dump_only=True)


class Buttons(ma.Schema):
    """Whether the ERP can hold buttons of the bridge, has them, and tells changes by itself."""

    supported = fields.Boolean(required=True)
    installed = fields.Boolean(required=True)
    push = fields.Boolean(required=True)


class ButtonsWanted(ma.Schema):
    """Whether there shall be buttons; ``push``: whether the ERP shall tell changes."""

    installed = fields.Boolean(required=True, truthy={True}, falsy={False})
    push = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})


class ButtonsDone(ma.Schema):
    """What was done about the buttons."""

    installed = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(Finding), required=True)


class Preparation(ma.Schema):
    """Whether an ERP is prepared for the bridge."""

    supported = fields.Boolean(required=True)
    prepared = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(Finding), required=True)
