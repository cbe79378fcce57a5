"""Numbers as the shop's columns hold them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from agent.errors import InvalidRecord

_INT = 2_147_483_647
_ZERO = Decimal(0)
_PRICE = Decimal("0.0001")
_MEASURE = Decimal("0.00000001")
_PRICE_LIMIT = Decimal(10) ** 11
_MEASURE_LIMIT = Decimal(10) ** 7


def key_number(key: str, what: str) -> int:
    """Return a key of the shop as its number.

    Raises:
        InvalidRecord: it is no number.
    """
    if key.isascii() and key.isdigit() and (number := int(key)) <= _INT:
        return number
    raise InvalidRecord(
        f"{key!r} is no number of a {what} of the shop",
        fix="Remove the mapping and synchronize again.",
        code="store.key",
    )


def whole_in_range(value: int, what: str) -> int:
    """Return a whole number that the shop's columns can hold.

    Raises:
        InvalidRecord: it is too large.
    """
    if abs(value) > _INT:
        raise _too_large(str(value), what)
    return value


def price(value: Decimal, what: str = "price") -> Decimal:
    """Return an amount with the four decimals that the shop keeps.

    Raises:
        InvalidRecord: it is too large.
    """
    return _rounded(value, _PRICE, _PRICE_LIMIT, what)


def measure(value: Decimal, what: str) -> Decimal:
    """Return a weight or length with the eight decimals that the shop keeps.

    Raises:
        InvalidRecord: it is too large.
    """
    return _rounded(value, _MEASURE, _MEASURE_LIMIT, what)


def _rounded(value: Decimal, unit: Decimal, limit: Decimal, what: str) -> Decimal:
    if not value:
        return _ZERO
    if not value.is_finite() or abs(value) >= limit:
        raise _too_large(str(value), what)
    rounded = value.quantize(unit, ROUND_HALF_UP)
    return rounded or abs(rounded)


def _too_large(value: str, what: str) -> InvalidRecord:
    return InvalidRecord(
        f"Its {what} is {value}, which is more than the shop can hold",
        fix=f"Correct the {what} in the ERP.",
        code="store.number_range",
    )
