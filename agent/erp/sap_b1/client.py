"""The Service Layer as the adapter uses it: records, pages, actions, change sets."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from agent.erp.json_text import to_json
from agent.erp.sap_b1 import batch
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.faults import B1Error, Fault, parse_fault
from agent.erp.sap_b1.query import Key, all_of, any_of, encoded_key, portions, q
from agent.erp.sap_b1.reader import PAGE, WHOLE_PAGE, Reader, has_slash, number
from agent.erp.sap_b1.sets import DOCUMENTS, Row, to_v1
from agent.erp.sap_b1.wire import Request

DOCUMENT_PATIENCE = 3.0
BATCH_PATIENCE = 5.0
"""How much longer than a read documents and change sets may take."""

__all__ = [
    "PAGE",
    "WHOLE_PAGE",
    "Client",
    "Key",
    "Operation",
    "Row",
    "all_of",
    "any_of",
    "number",
    "portions",
    "q",
]


class Client(Reader):
    """Calls of one connection: what :class:`Reader` reads, and what is written here."""

    def apart(self, folder: Path) -> Client:
        """Return a client with a session of its own, which stays on its node."""
        return Client(self.settings, self._secret, folder, search_nodes=False)

    def post(
        self, entity_set: str, body: Mapping[str, Any], *, patience: float | None = None
    ) -> Row:
        """Create a record; returns it.

        Args:
            entity_set: the set.
            body: the record.
            patience: multiplies the connection's longest wait; None: by the set.

        Raises:
            TimedOut: no answer came: look for it, never post again blindly.
        """
        usual = DOCUMENT_PATIENCE if entity_set in DOCUMENTS else 1.0
        request = Request("POST", entity_set, self._body(body), patience=patience or usual)
        response = self.wire.call(request)
        row = self._row(response)
        self.wire.learn(row, response)
        return row

    def patch(
        self,
        entity_set: str,
        key: Key,
        body: Mapping[str, Any],
        version: int | None = None,
        *,
        replace: bool = False,
    ) -> None:
        """Change a record.

        Args:
            entity_set: the set.
            key: the record.
            body: what changes; collections: see ``replace``.
            version: the ``DataVersion`` that was read; the call is refused when it is another one.
            replace: collections become exactly what the body has. Else the body's rows are added
                or, with what identifies them, changed.

        Raises:
            Changed: the record has another version by now.
            Missing: there is no such record.
        """
        if has_slash(key):
            change = Operation.patch(entity_set, key, body, version=version, replace=replace)
            self.together([change])
            return
        headers = _match(version)
        if replace:
            headers["B1S-ReplaceCollectionsOnPatch"] = "true"
        self.wire.call(
            Request(
                "PATCH",
                encoded_key(entity_set, key),
                self._body(body),
                headers,
                patience=DOCUMENT_PATIENCE if entity_set in DOCUMENTS else 1.0,
            )
        )

    def delete(self, entity_set: str, key: Key, version: int | None = None) -> None:
        """Delete a record.

        Raises:
            Missing: there is no such record.
        """
        if has_slash(key):
            self.together([Operation.delete(entity_set, key, version=version)])
            return
        self.wire.call(Request("DELETE", encoded_key(entity_set, key), headers=_match(version)))

    def action(
        self,
        entity_set: str,
        key: Key,
        name: str,
        body: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> Row | None:
        """Do a bound action (``Orders(1)/Cancel``); returns what it answers, None for nothing."""
        if has_slash(key):
            (row,) = self.together([Operation.action(entity_set, key, name, body)])
            return row or None
        request = Request(
            "POST",
            f"{encoded_key(entity_set, key)}/{name}",
            None if body is None else self._body(body),
            _match(version),
            patience=DOCUMENT_PATIENCE,
        )
        return self._row(self.wire.call(request)) or None

    def service(
        self, name: str, body: Mapping[str, Any] | None = None, *, reads: bool = False
    ) -> Row | None:
        """Call a service (``OrdersService_Preview``); returns what it answers, None for nothing.

        A plain value (v1 answers a rate as a bare number) comes as ``{"value": …}``. ``reads``: it
        changes nothing, so that it may be asked again after a lost answer.
        """
        request = Request(
            "POST",
            name,
            None if body is None else self._body(body),
            reads=reads,
            patience=DOCUMENT_PATIENCE,
        )
        response = self.wire.call(request)
        answer = self.wire.json(response)
        if isinstance(answer, str | int | Decimal):
            return {"value": answer}
        return self._row(response) or None

    def together(self, operations: Sequence[Operation]) -> list[Row]:
        """Do several operations, all or nothing; returns their records (empty for none).

        Raises:
            B1Error: the first that was refused; ``operation`` is its index where that is told.
            TimedOut: no answer came: look what there is.
        """
        root, v1 = self.wire.root, self.wire.v1
        sent = batch.encode(operations, root, v1=v1)
        headers = {**_match(sent.version), "Content-Type": sent.content_type}
        headers["Accept"] = "multipart/mixed"
        request = Request("POST", "$batch", sent.body, headers, patience=BATCH_PATIENCE)
        parts: list[batch.Part] = []

        def judge(response: requests.Response) -> Fault | None:
            """Find the part that failed: 301 and the like are then met as outside a batch."""
            if response.status_code not in (200, 202):
                return parse_fault(response.status_code, response.content)
            parts[:] = (
                batch.decode(response.headers.get("Content-Type", ""), response.content) or ()
            )
            return next((p.fault for p in parts if p.fault), None)

        try:
            response = self.wire.call(request, judge)
        except B1Error as error:
            failed = next((p.index for p in parts if p.fault), None)
            if failed is not None and failed < len(operations):
                error.operation = failed
                error.detail = f"{operations[failed]} of {error.detail}"
            raise
        if len(parts) != len(operations):
            raise self.wire.cut(response)
        rows = [self._named(part.row) for part in parts]
        for row in rows:
            self.wire.learn(row, response)
        return rows

    def put_picture(self, code: str, name: str, data: bytes) -> None:
        """Give an item a picture; one it has is replaced.

        Args:
            code: the item's code.
            name: file name, which tells the kind (``A1.jpg``).
            data: the file.
        """
        boundary = f"picture_{uuid.uuid4().hex}"
        kind = {"png": "image/png", "gif": "image/gif"}.get(name.rsplit(".", 1)[-1], "image/jpeg")
        safe = quote(name, safe=" ()")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{safe}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        address = encoded_key("ItemImages", code)
        self.wire.call(Request("PATCH", address, body, headers, patience=2.0))

    def _body(self, body: Mapping[str, Any]) -> bytes:
        return to_json(to_v1(body) if self.wire.v1 else body).encode()


def _match(version: int | None) -> dict[str, str]:
    """Return the header that binds a write to a version.

    The tag is ``W/"SHA1"`` of the version's decimal digits, in capitals; the Service Layer takes
    any other form for no condition at all.
    """
    if version is None:
        return {}
    digest = hashlib.sha1(str(version).encode(), usedforsecurity=False).hexdigest().upper()
    return {"If-Match": f'W/"{digest}"'}
