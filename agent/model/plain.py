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


def to_plain(value: object) -> Any:
    """Return ``value`` (a record or a part of one) as dicts, lists, strings, ints, bools, None.

    Raises:
        TypeError: the value is of a type that records do not use.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): to_plain(value[k]) for k in sorted(value)}
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if isinstance(value, frozenset | set):
        return sorted(to_plain(v) for v in value)
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    raise TypeError(f"{type(value).__name__} is no part of a canonical record")


def fingerprint(plain: object) -> str:
    """Return a 32-digit hex fingerprint of JSON-ready values, equal for equal content."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
