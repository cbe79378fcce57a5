"""Orders, what waits and the way back, as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from agent.http.schemas.common import PageQuery, query_id, text


class WaitingQuery(PageQuery):
    """Which records that wait."""

    connection = query_id()
    entity = text(24)
    q = text(200)
    cleared = fields.Boolean(metadata={"description": "also those cleared in the last seven days"})


class Waiting(ma.Schema):
    """A record that waits, and why; ``cleared_at`` is set once it does no more."""

    connection = fields.Integer(required=True)
    entity = fields.String(required=True)
    store_key = fields.String(required=True)
    label = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "held or failed"})
    code = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)
    since = fields.String(required=True)
    cleared_at = fields.String(required=True, allow_none=True)


class NumbersQuery(ma.Schema):
    """Which orders."""

    ids = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[0-9]{1,10}(,[0-9]{1,10}){0,199}$", error="Numbers with commas, at most 200."
        ),
        metadata={"description": "order numbers of the shop, 1,2,3"},
    )


class DeliveryShown(ma.Schema):
    """A delivery of an order."""

    number = fields.String(required=True)
    tracking = fields.String(required=True, allow_none=True)
    done_at = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)


class OrderNumber(ma.Schema):
    """What one connection knows of an order."""

    order_id = fields.String(required=True)
    connection = fields.String(required=True)
    connection_id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": "the connection's kind of ERP"})
    erp_id = fields.String(required=True, allow_none=True)
    erp_number = fields.String(required=True, allow_none=True)
    erp_url = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    invoices = fields.List(fields.String(), required=True)
    deliveries = fields.List(fields.Nested(DeliveryShown), required=True)
    code = fields.String(required=True)
    cause = fields.String(required=True)
    fix = fields.String(required=True)


class OrderNumbers(ma.Schema):
    """What is known of the orders asked for."""

    items = fields.List(fields.Nested(OrderNumber), required=True)


class BackRule(ma.Schema):
    """What happens in the shop when something happens in the ERP."""

    fact = text(24, required=True)
    label = fields.String(dump_only=True)
    status = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10))
    notify = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    comment = fields.String(load_default="", validate=validate.Length(max=2000))


class StatusChoice(ma.Schema):
    """An order status of the shop."""

    value = fields.String(required=True)
    label = fields.String(required=True)


class StatusBack(ma.Schema):
    """All facts with their rules, and the shop's statuses."""

    items = fields.List(fields.Nested(BackRule), required=True)
    statuses = fields.List(fields.Nested(StatusChoice), dump_only=True)
