"""``$batch``: several operations in one call, change sets of them all or nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.sandbox.sap_b1.company import Refusal

from .chaos import Fault
from .messages import PAGE, PROXY_ERROR, Request, Response, error_response
from .service import Service

RESOURCE: Final = "$batch"
INCOMPLETE: Final = "Incomplete Batch Request Body!"
TWO_BREAKS: Final = (
    "Invalid batch request body: there should be two '\\r\\n' between sub-request header and "
    "content!"
)
NO_CONTENT_ID: Final = "Content ID should be specified in each change set request."
_BOUNDARY = re.compile(r'multipart/mixed\s*;.*?boundary="?([^";\s]+)"?', re.IGNORECASE)
_LINE = re.compile(r"(GET|POST|PATCH|PUT|MERGE|DELETE)\s+(\S+)(?:\s+HTTP/1\.\d)?")
_PREFIX = re.compile(r"(?:https?://[^/]+)?/b1s/v[12]/")
_REFERENCE = re.compile(r"\$(\w+)(?=/|$)")
_REASONS: Final = {
    200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
    404: "Not Found", 412: "Precondition Failed", 500: "Internal Server Error",
}  # fmt: skip


class Dropped(Exception):
    """The service broke off in the middle of a change set."""


@dataclass(slots=True)
class Operation:
    """One call within a batch; ``number`` counts all of the batch's from 0."""

    request: Request
    number: int
    content_id: str = ""


@dataclass(slots=True)
class Part:
    """A read or write of its own, or a change set of several writes."""

    operations: list[Operation] = field(default_factory=list)
    together: bool = False


@dataclass(slots=True)
class _Headers:
    values: dict[str, str]
    content: bytes


def operations(request: Request) -> list[Request]:
    """Return the calls within a batch, none where it cannot be read."""
    try:
        return [one.request for part in parse(request) for one in part.operations]
    except Refusal:
        return []


def parse(request: Request) -> list[Part]:
    """Take a batch apart.

    Raises:
        Refusal: it is malformed (-1000), or a change set's part has no id in v2 (244).
    """
    parts: list[Part] = []
    number = 0
    for raw in _split(request.header("Content-Type"), request.body):
        outer = _headers(raw)
        kind = outer.values.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            part = Part(together=True)
            for piece in _split(kind, outer.content):
                part.operations.append(_operation(request, _headers(piece), number, together=True))
                number += 1
        else:
            part = Part([_operation(request, outer, number, together=False)])
            number += 1
        parts.append(part)
    return parts


def _split(kind: str, body: bytes) -> Iterator[bytes]:
    found = _BOUNDARY.match(kind)
    if found is None:
        raise Refusal(-1000, INCOMPLETE)
    mark = b"--" + found[1].encode()
    pieces = re.split(rb"(?:^|\r?\n)" + re.escape(mark), body)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Refusal(-1000, INCOMPLETE)
    for piece in pieces[1:-1]:
        yield re.sub(rb"^[ \t]*\r?\n", b"", piece, count=1)


def _headers(raw: bytes) -> _Headers:
    head, found, content = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    if not found:
        raise Refusal(-1000, TWO_BREAKS)
    values = {}
    for line in head.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            values[name.strip().lower()] = value.strip()
    return _Headers(values, content)


def _operation(request: Request, outer: _Headers, number: int, *, together: bool) -> Operation:
    if outer.values.get("content-type", "").lower() != "application/http":
        raise Refusal(-1000, INCOMPLETE)
    line, _, rest = outer.content.lstrip(b"\n").partition(b"\n")
    found = _LINE.fullmatch(line.decode("utf-8", "replace").strip())
    if found is None:
        raise Refusal(-1000, INCOMPLETE)
    # A call without headers of its own has its blank line right behind the line of the request.
    inner = _Headers({}, rest[1:]) if rest.startswith(b"\n") else _headers(rest)
    method = found[1]
    if together and method == "GET":
        raise Refusal(-1000, "GET is not allowed in a change set")
    content_id = outer.values.get("content-id") or inner.values.get("content-id", "")
    if together and request.version == 2 and not outer.values.get("content-id"):
        raise Refusal(244, NO_CONTENT_ID)
    path, _, query = _PREFIX.sub("", found[2]).partition("?")
    asked = Request(
        method, path, query, inner.values, inner.content.strip(), request.version, request.root,
        request.node,
    )  # fmt: skip
    return Operation(asked, number, content_id)


def answer(
    service: Service,
    request: Request,
    user: str,
    faults: Mapping[int, Fault],
    refusal_of: Callable[[Fault], Refusal],
) -> Response:
    """Do a batch; it ends at the first operation that fails.

    The tag to hold records against is that of the batch; those within are passed over.
    """
    try:
        parts = parse(request)
    except Refusal as refusal:
        return error_response(request.version, refusal)
    run = _Run(service, user, request.header("If-Match"), faults, refusal_of)
    boundary = f"batchresponse_{uuid.uuid4()}"
    body = b""
    for part in parts:
        try:
            done = run.change_set(part) if part.together else run.single(part.operations[0])
        except Dropped:
            return Response(502, PROXY_ERROR, [("Content-Type", PAGE)])
        body += b"--" + boundary.encode() + b"\r\n" + done.written
        if not done.worked:
            break
    body += b"--" + boundary.encode() + b"--\r\n"
    kind = ("Content-Type", f"multipart/mixed;boundary={boundary}")
    return Response(202 if request.version == 1 else 200, body, [kind])


@dataclass(frozen=True, slots=True)
class _Done:
    written: bytes
    worked: bool


@dataclass(slots=True)
class _Run:
    service: Service
    user: str
    if_match: str
    faults: Mapping[int, Fault]
    refusal_of: Callable[[Fault], Refusal]

    def single(self, operation: Operation) -> _Done:
        try:
            with self.service.company.transaction():
                response = self._do(operation)
        except Refusal as refusal:
            response = error_response(operation.request.version, refusal)
        return _Done(_part(response, operation), response.status < 400)

    def change_set(self, part: Part) -> _Done:
        made: dict[str, str] = {}
        responses: list[tuple[Response, Operation]] = []
        failed = part.operations[0] if part.operations else None
        try:
            with self.service.company.transaction():
                for operation in part.operations:
                    failed = operation
                    self._refer(operation.request, made)
                    response = self._do(operation)
                    responses.append((response, operation))
                    location = dict(response.headers).get("Location", "")
                    made[operation.content_id] = location.removeprefix(operation.request.root)
        except Refusal as refusal:
            if failed is None:
                raise
            if refusal.code == -1116 and self.service.company.options.notification_drops_batch:
                raise Dropped from refusal
            response = error_response(failed.request.version, refusal)
            return _Done(_part(response, failed), worked=False)
        return _Done(_together(responses), worked=True)

    def _refer(self, request: Request, made: Mapping[str, str]) -> None:
        found = _REFERENCE.match(request.path)
        if found is not None and made.get(found[1]):
            request.path = f"{made[found[1]].strip('/')}{request.path[found.end() :]}"

    def _do(self, operation: Operation) -> Response:
        fault = self.faults.get(operation.number)
        if fault is not None:
            raise self.refusal_of(fault)
        return self.service.run(operation.request, self.user, self.if_match)


def _part(response: Response, operation: Operation) -> bytes:
    """Return an answer as a part; its id is a header of the part in v2, of the answer in v1."""
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    inner = [f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Error')}"]
    if operation.content_id:
        (inner if operation.request.version == 1 else head).append(
            f"Content-ID: {operation.content_id}"
        )
    inner += [f"{name}: {value}" for name, value in response.headers]
    inner.append(f"Content-Length: {len(response.body)}")
    text = "\r\n".join([*head, "", *inner, "", ""])
    return text.encode() + response.body + b"\n\r\n"


def _together(responses: Sequence[tuple[Response, Operation]]) -> bytes:
    boundary = f"changesetresponse_{uuid.uuid4()}"
    mark = f"--{boundary}".encode()
    head = f"Content-Type: multipart/mixed;boundary={boundary}\r\n\r\n".encode()
    parts = b"".join(mark + b"\r\n" + _part(*one) for one in responses)
    return head + parts + mark + b"--\r\n"
