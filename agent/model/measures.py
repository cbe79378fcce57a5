"""Weights, lengths and volumes from one unit into another. Exact decimals."""

from __future__ import annotations

from decimal import Decimal

_KILOGRAMS: dict[str, Decimal] = {
    "kg": Decimal(1),
    "kilogram": Decimal(1),
    "kilo": Decimal(1),
    "g": Decimal("0.001"),
    "gr": Decimal("0.001"),
    "gram": Decimal("0.001"),
    "mg": Decimal("0.000001"),
    "t": Decimal(1000),
    "lb": Decimal("0.45359237"),
    "lbs": Decimal("0.45359237"),
    "pound": Decimal("0.45359237"),
    "oz": Decimal("0.028349523125"),
    "ounce": Decimal("0.028349523125"),
}
_METRES: dict[str, Decimal] = {
    "m": Decimal(1),
    "metre": Decimal(1),
    "meter": Decimal(1),
    "dm": Decimal("0.1"),
    "cm": Decimal("0.01"),
    "centimetre": Decimal("0.01"),
    "centimeter": Decimal("0.01"),
    "mm": Decimal("0.001"),
    "millimetre": Decimal("0.001"),
    "millimeter": Decimal("0.001"),
    "in": Decimal("0.0254"),
    "inch": Decimal("0.0254"),
    '"': Decimal("0.0254"),
    "ft": Decimal("0.3048"),
    "foot": Decimal("0.3048"),
    "feet": Decimal("0.3048"),
}


def _factor(unit: str, table: dict[str, Decimal]) -> Decimal | None:
    name = unit.strip().lower().rstrip(".")
    return table.get(name) or (table.get(name[:-1]) if name.endswith("s") else None)


def _in(target: str, value: Decimal, unit: str, table: dict[str, Decimal]) -> Decimal | None:
    factor, wanted = _factor(unit, table), _factor(target, table)
    return None if factor is None or wanted is None else value * factor / wanted


def weight_in(target: str, value: Decimal, unit: str) -> Decimal | None:
    """Return a weight in ``target``, such as ``kg``, None where one of the units is not known."""
    return _in(target, value, unit, _KILOGRAMS)


def length_in(target: str, value: Decimal, unit: str) -> Decimal | None:
    """Return a length in ``target``, such as ``cm``, None where one of the units is not known."""
    return _in(target, value, unit, _METRES)


def volume_in(target: str, sides: tuple[Decimal, Decimal, Decimal], unit: str) -> Decimal | None:
    """Return the volume of a box in ``target`` (``m3`` or ``ft3``), None for an unknown unit."""
    factor = _factor(unit, _METRES)
    if factor is None:
        return None
    cubic_metres = sides[0] * sides[1] * sides[2] * factor**3
    return cubic_metres if target == "m3" else cubic_metres / _METRES["ft"] ** 3
