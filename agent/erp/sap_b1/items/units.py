"""Weights and lengths in B1's units.

Items name units by numbers of the sets ``WeightMeasures`` and ``LengthMeasures``, which tell how
many milligrams and millimetres each is. Releases without these sets have the units B1 was always
delivered with: 3 is the kilogram, 2 the centimetre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.errors import MissingRight, PermanentError
from agent.model.measures import length_in, weight_in

_DELIVERED_KILOGRAM = 3
_DELIVERED_CENTIMETRE = 2
_DIGITS = Decimal("0.000001")
"""B1 keeps six decimals of measures."""


@dataclass(frozen=True, slots=True)
class Units:
    """``weights`` in kilograms, ``lengths`` in centimetres, by B1's numbers of units."""

    weights: Mapping[int, Decimal]
    lengths: Mapping[int, Decimal]

    def weight_unit(self) -> int:
        """Return the unit that weights are written in: the kilogram, else B1's first."""
        return _of_size(self.weights, _DELIVERED_KILOGRAM)

    def length_unit(self) -> int:
        """Return the unit that lengths are written in: the centimetre, else B1's first."""
        return _of_size(self.lengths, _DELIVERED_CENTIMETRE)

    def weight(self, value: Decimal, unit: str) -> Decimal | None:
        """Return a weight of the shop in :meth:`weight_unit`, None for an unknown unit."""
        return _rounded(weight_in("kg", value, unit), self.weights[self.weight_unit()])

    def length(self, value: Decimal, unit: str) -> Decimal | None:
        """Return a length of the shop in :meth:`length_unit`, None for an unknown unit."""
        return _rounded(length_in("cm", value, unit), self.lengths[self.length_unit()])

    def kilograms(self, value: Decimal, unit: object) -> Decimal | None:
        """Return a weight of B1 in kilograms, None for an unknown unit."""
        size = self.weights.get(_unit(unit, self.weight_unit()))
        return None if size is None else _short(value * size)

    def centimetres(self, value: Decimal, unit: object) -> Decimal | None:
        """Return a length of B1 in centimetres, None for an unknown unit."""
        size = self.lengths.get(_unit(unit, self.length_unit()))
        return None if size is None else _short(value * size)


def units(cx: Connection) -> Units:
    """Return the units of the company."""
    kilograms = {_DELIVERED_KILOGRAM: Decimal(1)}
    centimetres = {_DELIVERED_CENTIMETRE: Decimal(1)}
    weights = _read(cx, "WeightMeasures", "UnitWeightinmg", Decimal(1_000_000))
    lengths = _read(cx, "LengthMeasures", "UnitLengthinmm", Decimal(10))
    return Units(weights or kilograms, lengths or centimetres)


def _read(cx: Connection, name: str, size: str, whole: Decimal) -> dict[int, Decimal]:
    try:
        rows = list(cx.client.rows(name, select=("UnitCode", size)))
    except (PermanentError, MissingRight):  # not offered, or not to this user
        return {}
    return {int(row["UnitCode"]): number(row, size) / whole for row in rows if number(row, size)}


def _of_size(known: Mapping[int, Decimal], usual: int) -> int:
    ones = [code for code, size in known.items() if size == 1]
    return usual if usual in ones else min(ones or known)


def _unit(unit: object, usual: int) -> int:
    return int(str(unit)) if unit not in (None, "", 0, -1) else usual


def _rounded(value: Decimal | None, size: Decimal) -> Decimal | None:
    return None if value is None else (value / size).quantize(_DIGITS, ROUND_HALF_UP)


def _short(value: Decimal) -> Decimal:
    return value.quantize(_DIGITS, ROUND_HALF_UP).normalize() + Decimal(0)
