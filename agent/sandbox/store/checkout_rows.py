"""What the sample shop offers at its checkout: methods, fees, custom fields, as rows."""

from __future__ import annotations

from agent.sandbox.store.goods import ENGLISH, GERMAN, Words
from agent.sandbox.store.localisation import CUSTOMER_GROUP, escape
from agent.sandbox.store.plan import STANDARD_TAX
from agent.sandbox.store.writer import Writer

FLAT_COST = "4.90"
HANDLING_FEE, HANDLING_ABOVE = "2.50", "900"
LOW_ORDER_FEE, LOW_ORDER_BELOW = "1.99", "25"
VAT_FIELD, INDUSTRY_FIELD, NOTE_FIELD = 1, 2, 3
"""Custom fields: a text, a choice (of the account) and a text (of the address)."""
TRADE, CRAFT = 1, 2
"""Values of the industry field."""

_METHODS = (
    ("shipping", "flat"),
    ("shipping", "pickup"),
    ("payment", "cod"),
    ("payment", "bank_transfer"),
    ("payment", "free_checkout"),
)
_TOTALS = {
    "sub_total": 1,
    "shipping": 3,
    "low_order_fee": 4,
    "handling": 5,
    "coupon": 6,
    "tax": 7,
    "credit": 8,
    "voucher": 8,
    "total": 9,
}
_SETTINGS = {
    "shipping_flat_cost": FLAT_COST,
    "shipping_flat_tax_class_id": str(STANDARD_TAX),
    "total_handling_fee": HANDLING_FEE,
    "total_handling_total": HANDLING_ABOVE,
    "total_handling_tax_class_id": str(STANDARD_TAX),
    "total_low_order_fee_fee": LOW_ORDER_FEE,
    "total_low_order_fee_total": LOW_ORDER_BELOW,
    "total_low_order_fee_tax_class_id": str(STANDARD_TAX),
}


def write_checkout(writer: Writer) -> None:
    """Write extensions with their settings, and custom fields."""
    extension = writer.table("extension", "extension", "type", "code")
    setting = writer.table("setting", "store_id", "code", "key", "value", "serialized")
    for kind, code in _METHODS:
        extension("opencart", kind, code)
        setting(0, f"{kind}_{code}", f"{kind}_{code}_status", "1", 0)
    for code, sort_order in _TOTALS.items():
        if code == "voucher" and writer.shape.at_least("4.1"):
            continue
        extension("opencart", "total", code)
        setting(0, f"total_{code}", f"total_{code}_status", "1", 0)
        setting(0, f"total_{code}", f"total_{code}_sort_order", str(sort_order), 0)
    for key, value in _SETTINGS.items():
        owner = next(
            f"{kind}_{code}"
            for kind, code in (*_METHODS, *(("total", name) for name in _TOTALS))
            if key.startswith(f"{kind}_{code}_")
        )
        setting(0, owner, key, value, 0)
    _custom_fields(writer)


def total_order(code: str) -> int:
    """Return where a row of totals stands."""
    return _TOTALS[code]


def _custom_fields(writer: Writer) -> None:
    field = writer.table(
        "custom_field",
        "custom_field_id",
        "type",
        "value",
        "validation",
        "location",
        "status",
        "sort_order",
    )
    group = writer.table(
        "custom_field_customer_group", "custom_field_id", "customer_group_id", "required"
    )
    names = writer.table("custom_field_description", "custom_field_id", "language_id", "name")
    fields: tuple[tuple[int, str, str, Words], ...] = (
        (VAT_FIELD, "text", "account", ("VAT number", "USt-IdNr.")),
        (INDUSTRY_FIELD, "select", "account", ("Industry", "Branche")),
        (NOTE_FIELD, "text", "address", ("Note for the driver", "Hinweis für den Fahrer")),
    )
    for key, kind, location, (english, german) in fields:
        field(key, kind, "", "", location, 1, key)
        group(key, CUSTOMER_GROUP, 0)
        names(key, ENGLISH, escape(english))
        names(key, GERMAN, escape(german))
    value = writer.table(
        "custom_field_value", "custom_field_value_id", "custom_field_id", "sort_order"
    )
    value_names = writer.table(
        "custom_field_value_description",
        "custom_field_value_id",
        "language_id",
        "custom_field_id",
        "name",
    )
    values: tuple[tuple[int, Words], ...] = (
        (TRADE, ("Trade & retail", "Handel")),
        (CRAFT, ("Craft", "Handwerk")),
    )
    for key, (english, german) in values:
        value(key, INDUSTRY_FIELD, key)
        value_names(key, ENGLISH, INDUSTRY_FIELD, escape(english))
        value_names(key, GERMAN, INDUSTRY_FIELD, escape(german))
