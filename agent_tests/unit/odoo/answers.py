"""XML-RPC answers as a server writes them."""

from __future__ import annotations


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
