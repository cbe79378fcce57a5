"""XML-RPC as the servers read and write it."""

from __future__ import annotations

import datetime as dt
import re
import xmlrpc.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from defusedxml.xmlrpc import DefusedExpatParser

from .faults import OdooFault, ServerError

XML = "text/xml; charset=utf-8"

# characters XML 1.0 cannot carry; the servers drop them from answers
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse_call(body: bytes) -> tuple[str, tuple[Any, ...]]:
    """Return method and parameters of a call.

    Raises:
        ValueError: the body is no XML-RPC call.
    """
    target = xmlrpc.client.Unmarshaller(use_datetime=True)
    parser = DefusedExpatParser(target)
    try:
        parser.feed(body)
        parser.close()
        return str(target.getmethodname()), tuple(target.close())
    except Exception as error:  # expat, base64 and the unmarshaller each raise their own
        raise ValueError(f"not an XML-RPC call: {error}") from error


def answer(value: Any) -> bytes:
    """Return the answer that carries a value.

    Raises:
        ServerError: the value has ``None`` in it, or an integer over 32 bits, which XML-RPC cannot
            carry; the call has taken effect all the same.
    """
    try:
        text = xmlrpc.client.dumps(
            (plain(value, drop=CONTROL),), methodresponse=True, allow_none=False
        )
    except (TypeError, OverflowError) as error:
        raise ServerError(str(error), type(error).__name__) from error
    return text.encode("utf-8", "xmlcharrefreplace")


def fault(code: int, text: str) -> bytes:
    """Return the answer that carries a fault."""
    made = xmlrpc.client.Fault(code, CONTROL.sub("", text))
    return xmlrpc.client.dumps(made, methodresponse=True).encode()


def plain(value: Any, drop: re.Pattern[str] | None = None) -> Any:
    """Return a value as it is sent: dates as text, text without the characters to drop."""
    if isinstance(value, str):
        return drop.sub("", value) if drop else value
    if isinstance(value, Mapping):
        return {str(key): plain(one, drop) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(one, drop) for one in value]
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    return value


@dataclass(frozen=True, slots=True)
class Wire:
    """How answers and faults of a protocol look; both give status and body."""

    kind: str
    answer: Callable[[Any], tuple[int, bytes]]
    refusal: Callable[[OdooFault], tuple[int, bytes]]


XML_WIRE = Wire(
    XML,
    lambda value: (200, answer(value)),
    lambda error: (200, fault(error.code, error.text())),
)
