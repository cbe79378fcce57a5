"""Canonical records as JSON-ready values, and their fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def decimal_text(value: Decimal) -> str:
    """Return ``value`` in one spelling: no exponent, no trailing zeros (``10``, ``9.5``, ``0``)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


_AS_THEY_ARE = frozenset({type(None), str, bool, int})
_names: dict[type, tuple[str, ...]] = {}
"""Field names of the records met so far: asking a dataclass for them takes longer than reading."""


def to_plain(value: object) -> Any:
    """Return ``value`` (a record or a part of one) as dicts, lists, strings, ints, bools, None.

    Raises:
        TypeError: the value is of a type that records do not use.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind in _names:
        return {name: to_plain(getattr(value, name)) for name in _names[kind]}
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): to_plain(value[k]) for k in sorted(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(to_plain(v) for v in value)
    if isinstance(value, str | int):
        return value
    if is_dataclass(value):
        _names[kind] = tuple(f.name for f in fields(value))
        return to_plain(value)
    raise TypeError(f"{kind.__name__} is no part of a canonical record")


def without_stock(plain: Any) -> Any:
    """Return JSON-ready values without quantities, which change with every order."""
    if isinstance(plain, dict):
        return {name: without_stock(v) for name, v in plain.items() if name != "quantity"}
    if isinstance(plain, list):
        return [without_stock(value) for value in plain]
    return plain


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def fingerprint(plain: object) -> str:
    """Return a 32-digit hex fingerprint of JSON-ready values, equal for equal content."""
    text = _encode(plain)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
