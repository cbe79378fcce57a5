"""Files of ``ItemImages``: they come as a form of several parts and go as they are."""

from __future__ import annotations

import email.parser
import email.policy
import mimetypes

from agent.sandbox.sap_b1.books import pictures as files
from agent.sandbox.sap_b1.company import Company, Refusal

from .addresses import missing
from .messages import Request, Response, no_record

SET = "ItemImages"


def answer(company: Company, item: str, rest: str, request: Request) -> Response | None:
    """Answer a call on an item's picture; None: it is a call like those on any record.

    Raises:
        Refusal: there is no such picture or item, or no file in the call.
    """
    match request.method, rest:
        case "GET", "$value":
            found = files.get(company, item)
            if found is None:
                raise no_record()
            kind = mimetypes.guess_type(found[0])[0] or "application/octet-stream"
            return Response(200, found[1], [("Content-Type", kind)])
        case "PATCH" | "PUT", "":
            name, data = _file(request)
            files.put(company, item, name, data)
            return Response(204)
        case "DELETE", "":
            if files.get(company, item) is None:
                raise missing(item)
            files.drop(company, item)
            return Response(204)
    return None


def _file(request: Request) -> tuple[str, bytes]:
    kind = request.header("Content-Type")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_filename()
        data = part.get_payload(decode=True)
        if name and isinstance(data, bytes):
            return name, data
    raise Refusal(-1000, "Malformed request body: it holds no file")
