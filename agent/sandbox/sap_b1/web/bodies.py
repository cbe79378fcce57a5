"""Reading what was sent: names, types and members of enums, as the company keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.company import Refusal, Row
from agent.sandbox.sap_b1.schema import Property, Schema, Type

from .enum_values import member

_DATE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
_TIME = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?")
_INT32 = 2**31


def load(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds, an empty one for no body; numbers stay exact.

    Raises:
        Refusal: it is no JSON object.
    """
    if not body.strip():
        return {}
    try:
        data = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal(-1000, "Malformed request body: it is not JSON") from error
    if not isinstance(data, dict):
        raise Refusal(-1000, "Malformed request body: it is no JSON object")
    return data


def _no_number(text: str) -> None:
    raise ValueError(text)


def read_record(schema: Schema, kind: Type, data: Mapping[str, Any], version: int) -> Row:
    """Return a body as a row; annotations are passed over.

    Raises:
        Refusal: an unknown name (-1000), a value of another type or no member (-1004).
    """
    properties = kind.named(version)
    row: Row = {}
    for name, value in data.items():
        if "@" in name or name.startswith("odata."):
            continue
        known = properties.get(name)
        if known is None:
            raise Refusal(-1000, f"Property '{name}' of '{kind.name}' is invalid")
        row[known.name] = None if value is None else _value(schema, kind, known, value, version)
    return row


def _value(schema: Schema, kind: Type, known: Property, value: Any, version: int) -> Any:
    if known.type in schema.types:
        inner = schema.types[known.type]
        members = value if known.many else [value]
        if not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
            raise _bad(known.name, value)
        rows = [read_record(schema, inner, one, version) for one in members]
        return rows if known.many else rows[0]
    made = read_value(schema, known, value)
    if known.size and isinstance(made, str) and len(made) > known.size:
        raise Refusal(
            -1004,
            "CServiceData::SetPropertyValueString failed; Value too long in property "
            f"'{known.name}' of '{kind.name}'",
        )
    return made


def read_value(schema: Schema, known: Property, value: Any) -> Any:
    """Return a value of a simple property as rows keep it.

    Raises:
        Refusal: it is no such value (-1004).
    """
    made: Any = None
    match known.type:
        case "String":
            made = value if isinstance(value, str) else None
        case "Double":
            made = Decimal(value) if _is_number(value) else None
        case "Int32":
            made = _whole(value)
        case "DateTimeOffset":
            made = day(value) if isinstance(value, str) else None
        case "TimeOfDay":
            made = time_of_day(value) if isinstance(value, str) else None
        case enum:
            text = str(value) if isinstance(value, str | int) else ""
            made = member(enum, schema.enums[enum], text)
    if made is None:
        raise _bad(known.name, value)
    return made


def day(text: str) -> str | None:
    """Return a date as ``YYYY-MM-DD`` without its time of day, None for none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


def time_of_day(text: str) -> str | None:
    """Return a time as ``HH:MM:SS``, None for none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = found[1], found[2], found[3] or "00"
    return f"{hour}:{minute}:{second}" if hour < "24" and max(minute, second) < "60" else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _whole(value: Any) -> int | None:
    if not _is_number(value) or value != int(value) or not -_INT32 <= value < _INT32:
        return None
    return int(value)


def _bad(name: str, value: Any) -> Refusal:
    return Refusal(-1004, f"'{value}' is not a valid value for property '{name}'")
