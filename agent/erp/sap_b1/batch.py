"""Change sets: several operations in one ``$batch`` call, all or nothing.

The body is multipart/mixed with one change set. v2 wants a Content-ID on each operation's MIME part
and answers it there; v1 does without and answers it among the inner HTTP headers. A change set that
fails has one answer, the failed operation's.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Literal

from agent.erp.json_text import to_json
from agent.erp.sap_b1.faults import Fault, parse_fault
from agent.erp.sap_b1.query import Key, encoded_key
from agent.erp.sap_b1.sets import Row, to_v1

Verb = Literal["POST", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a change set; made by the class methods.

    ``version`` is the ``DataVersion`` that was read: with it the whole change set is refused when
    the record is another one by now. A change set can carry one version alone.
    """

    verb: Verb
    set: str
    key: Key | None = None
    name: str = ""
    body: Mapping[str, Any] | None = None
    version: int | None = None
    replace: bool = False
    of: int | None = None
    """Index of the operation of the same change set whose record is meant, in place of ``key``."""

    @classmethod
    def post(cls, entity_set: str, body: Mapping[str, Any]) -> Operation:
        """Create a record."""
        return cls("POST", entity_set, body=body)

    @classmethod
    def patch(
        cls,
        entity_set: str,
        key: Key,
        body: Mapping[str, Any],
        *,
        version: int | None = None,
        replace: bool = False,
    ) -> Operation:
        """Change a record; ``replace``: its collections become what the body has."""
        return cls("PATCH", entity_set, key, body=body, version=version, replace=replace)

    @classmethod
    def delete(cls, entity_set: str, key: Key, *, version: int | None = None) -> Operation:
        """Delete a record."""
        return cls("DELETE", entity_set, key, version=version)

    @classmethod
    def action(
        cls, entity_set: str, key: Key, name: str, body: Mapping[str, Any] | None = None
    ) -> Operation:
        """Do a bound action (``Orders(1)/Cancel``)."""
        return cls("POST", entity_set, key, name=name, body=body)

    @classmethod
    def action_of(cls, of: int, name: str, body: Mapping[str, Any] | None = None) -> Operation:
        """Do an action of the record that operation ``of`` of the same change set makes."""
        return cls("POST", "", of=of, name=name, body=body)

    def __str__(self) -> str:
        where = self.set or f"${self.of}"
        return f"{self.verb} {where}{f'/{self.name}' if self.name else ''}"

    def address(self) -> str:
        """Return the address below the service's root, percent-encoded."""
        if self.of is not None:
            base = f"${self.of + 1}"
        else:
            base = self.set if self.key is None else encoded_key(self.set, self.key)
        return f"{base}/{self.name}" if self.name else base


@dataclass(frozen=True, slots=True)
class Part:
    """One inner answer: HTTP status, Content-ID where it was told, body."""

    status: int
    content_id: str
    body: bytes

    @property
    def fault(self) -> Fault | None:
        """What went wrong, None where it went well."""
        if self.status < 400:
            return None
        found = parse_fault(self.status, self.body)
        return found or Fault(self.status, 0, self.body[:200].decode("utf-8", "replace"))

    @property
    def row(self) -> Row:
        """The record that was answered, empty where there was none."""
        text = self.body.strip()
        row: Row = json.loads(text, parse_float=Decimal) if text else {}
        return row

    @property
    def index(self) -> int | None:
        """Index of the operation it answers, None where that is not told."""
        return int(self.content_id) - 1 if self.content_id.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch as it is sent."""

    content_type: str
    body: bytes
    version: int | None = field(default=None)


def encode(operations: Sequence[Operation], root: str, *, v1: bool) -> Encoded:
    """Return operations as one change set.

    Args:
        operations: what is to be done, in this order.
        root: path of the service, ``/b1s/v2``.
        v1: whether names are to be v1's.

    Raises:
        ValueError: operations carry different versions.
    """
    versions = {o.version for o in operations if o.version is not None}
    if len(versions) > 1:
        raise ValueError("a change set carries one version alone")
    outer, inner = f"batch_{uuid.uuid4()}", f"changeset_{uuid.uuid4()}"
    parts = [_operation(o, i + 1, root, v1=v1) for i, o in enumerate(operations)]
    changes = b"".join(b"--%s\r\n%s\r\n" % (inner.encode(), part) for part in parts)
    body = (
        f"--{outer}\r\nContent-Type: multipart/mixed;boundary={inner}\r\n\r\n".encode()
        + changes
        + f"--{inner}--\r\n\r\n--{outer}--\r\n".encode()
    )
    return Encoded(f"multipart/mixed;boundary={outer}", body, next(iter(versions), None))


def _operation(operation: Operation, number: int, root: str, *, v1: bool) -> bytes:
    address = operation.address()
    path = address if address.startswith("$") else f"{root}/{address}"
    lines = [
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        f"Content-ID: {number}",
        "",
        f"{operation.verb} {path} HTTP/1.1",
    ]
    if operation.replace:
        lines.append("B1S-ReplaceCollectionsOnPatch: true")
    body = b""
    if operation.body is not None:
        body = to_json(to_v1(operation.body) if v1 else operation.body).encode()
        lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def decode(content_type: str, body: bytes) -> list[Part] | None:
    """Return the inner answers in their order, None where the body is no whole batch answer."""
    found = re.search(r'boundary="?([^";,\s]+)', content_type)
    if "multipart/mixed" not in content_type or found is None:
        return None
    boundary = found.group(1).encode()
    if b"--" + boundary + b"--" not in body:
        return None
    parts: list[Part] = []
    for piece in _pieces(boundary, body):
        headers, content = _split(piece)
        inner = headers.get("content-type", "")
        if "multipart/mixed" in inner:
            nested = decode(inner, content)
            if nested is None:
                return None
            parts += nested
        else:
            part = _http(headers, content)
            if part is None:
                return None
            parts.append(part)
    return parts


def _pieces(boundary: bytes, body: bytes) -> list[bytes]:
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|$)", body)
    return [piece for piece in pieces[1:] if piece.strip()]


def _split(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = re.sub(rb"^(\r?\n)+", b"", piece).partition(_gap(piece))
    message = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n", headersonly=True)
    return {name.lower(): str(value) for name, value in message.items()}, content


def _gap(piece: bytes) -> bytes:
    windows, plain = piece.find(b"\r\n\r\n"), piece.find(b"\n\n")
    return b"\n\n" if windows < 0 or 0 <= plain < windows else b"\r\n\r\n"


def _http(headers: Mapping[str, str], content: bytes) -> Part | None:
    status_line, _, rest = content.lstrip().partition(b"\n")
    found = re.match(rb"HTTP/\d\.\d (\d{3})", status_line)
    if found is None:
        return None
    if rest.startswith((b"\r\n", b"\n")) or not rest:
        inner: dict[str, str] = {}
        body = rest.lstrip(b"\r\n")
    else:
        inner, body = _split(rest)
    number = inner.get("content-id") or headers.get("content-id") or ""
    return Part(int(found.group(1)), number.strip(), body)
