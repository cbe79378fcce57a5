"""Conversion of values: from a call into a column, and from a column into an answer."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
import xmlrpc.client
from typing import Any

from .faults import ServerError
from .html import sanitize
from .images import image_text
from .schema import Field

DATE = "%Y-%m-%d"
DATETIME = "%Y-%m-%d %H:%M:%S"
TEXT_TYPES = frozenset({"char", "text", "html"})
_EMPTY: dict[str, Any] = {
    "integer": 0,
    "many2one_reference": 0,
    "float": 0.0,
    "monetary": 0.0,
    "boolean": False,
    "one2many": (),
    "many2many": (),
}


def empty(field: Field) -> Any:
    """Return what a field without a value reads as."""
    return _EMPTY.get(field.type, False)


def to_column(version: str, model: str, field: Field, value: Any) -> Any:
    """Convert a value of a call to what is stored; ``None`` stands for NULL.

    Raises:
        ServerError: the value does not fit the type, as Python says it on the server.
    """
    if field.type == "html":
        text = _text(field, value)
        return sanitize(text) if text else text
    if field.type in TEXT_TYPES:
        return _text(field, value)
    if field.type == "boolean":
        return bool(value)
    if field.type in {"integer", "many2one_reference"}:
        return _number(int, value)
    if field.type in {"float", "monetary"}:
        number = _number(float, value)
        return round_half_up(number, field.digits) if field.digits else number
    if value is None or value is False or value == "":
        return None
    if field.type in {"date", "datetime"}:
        return _moment(field, value)
    if field.type == "selection":
        if value not in {key for key, _label in field.selection}:
            raise ServerError(f"Wrong value for {model}.{field.name}: {value!r}")
        return value
    if field.type == "binary":
        return image_text(version, value) if "image" in field.name else _binary(value)
    if field.type == "many2one":
        return _reference(version, value)
    return value


def to_answer(field: Field, value: Any) -> Any:
    """Convert a stored scalar to what an answer carries."""
    if value is None:
        return empty(field)
    if isinstance(value, dt.datetime):
        return value.strftime(DATETIME)
    if isinstance(value, dt.date):
        return value.strftime(DATE)
    return value


def round_half_up(number: float, digits: int) -> float:
    """Round half away from zero, as the server does before storing a decimal."""
    if not number:
        return 0.0
    scaled = abs(number) * 10.0**digits
    # what is a half in decimal can be a hair less in binary
    whole = math.floor(scaled + 0.5 + scaled * 1e-14)
    return math.copysign(whole / 10.0**digits, number)


def parse_datetime(value: Any) -> dt.datetime:
    """Read a date or time as domains and writes give it.

    Raises:
        ServerError: it is none.
    """
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC without zone
    if isinstance(value, xmlrpc.client.DateTime):
        return dt.datetime.strptime(value.value, "%Y%m%dT%H:%M:%S")  # noqa: DTZ007
    text = str(value)
    for pattern in (DATETIME, DATETIME + ".%f", DATE, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"):
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
    raise ServerError(f"time data {text!r} does not match format '{DATETIME}'")


def _text(field: Field, value: Any) -> str | None:
    if value is None or value is False:
        return None
    text = value if isinstance(value, str) else str(value)
    return text[: field.size] if field.size else text


def _number(kind: type[int | float], value: Any) -> Any:
    try:
        return kind(value or 0)
    except (TypeError, ValueError) as error:
        raise ServerError(str(error), type(error).__name__) from error


def _moment(field: Field, value: Any) -> dt.date | dt.datetime:
    moment = parse_datetime(value)
    return moment.date() if field.type == "date" else moment


def not_an_integer(value: Any) -> int:
    """Read an id as PostgreSQL reads a text.

    Raises:
        ServerError: it is no number.
    """
    text = str(value).strip()
    if text.lstrip("-").isdigit():
        return int(text)
    where = "LINE 1: ...\n             ^"
    raise ServerError(
        f'invalid input syntax for type integer: "{value}"\n{where}',
        "psycopg2.errors.InvalidTextRepresentation",
    )


def _binary(value: Any) -> str:
    if isinstance(value, xmlrpc.client.Binary):
        value = value.data
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    try:
        base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise ServerError(str(error), "binascii.Error") from error
    return text


def _reference(version: str, value: Any) -> int | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if value == 0 and version != "14":
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return int(value)
    if isinstance(value, str) and version != "14" and not value.isdigit():
        raise ServerError(f"Wrong container value {value!r}")
    return not_an_integer(value)
