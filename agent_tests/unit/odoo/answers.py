"""XML-RPC and JSON-2 answers as a server writes them."""

from __future__ import annotations

from typing import Any


def answer(value: str) -> str:
    """Return an XML-RPC answer with one value."""
    return (
        "<?xml version='1.0'?><methodResponse><params><param><value>"
        f"{value}</value></param></params></methodResponse>"
    )


def fault(code: int, text: str) -> str:
    """Return an XML-RPC fault."""
    return (
        "<?xml version='1.0'?><methodResponse><fault><value><struct>"
        f"<member><name>faultCode</name><value><int>{code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{text}</string></value></member>"
        "</struct></value></fault></methodResponse>"
    )


def refusal(name: str, message: str, debug: str = "") -> dict[str, Any]:
    """Return the body of an error answer of JSON-2."""
    traceback = debug or f"Traceback (most recent call last):\n{name}: {message}\n"
    return {
        "name": name,
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": traceback,
    }
