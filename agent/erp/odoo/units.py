"""Numbers as Odoo reads and keeps them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from agent.model.plain import decimal_text


def number_text(value: Decimal, decimals: int | None = None) -> str:
    """Return a number as Odoo reads it, rounded half up to ``decimals`` where given."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return decimal_text(value)


def same_number(wanted: Decimal, found: object, decimals: int | None) -> bool:
    """Tell whether Odoo already has ``wanted``, as far as it keeps digits."""
    if not isinstance(found, int | float) or isinstance(found, bool):
        return False
    return number_text(wanted, decimals) == number_text(Decimal(repr(found)), decimals)
