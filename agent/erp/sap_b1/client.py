"""The Service Layer as the adapter uses it: records, pages, actions, change sets.

Rows have v2's names whatever is spoken; numbers with a point are ``Decimal``, whole ones ``int``
(:func:`number` makes them one kind), dates and times stay text.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from agent.erp.json_text import to_json
from agent.erp.sap_b1 import batch
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.clock import ServerClock
from agent.erp.sap_b1.faults import B1Error, B1Refused, Fault, Missing, parse_fault
from agent.erp.sap_b1.query import (
    LONGEST,
    Key,
    all_of,
    any_of,
    encoded,
    encoded_key,
    past,
    portions,
    q,
    selected,
)
from agent.erp.sap_b1.session import default_folder
from agent.erp.sap_b1.sets import (
    DOCUMENTS,
    Row,
    from_v1,
    from_v2,
    key_names,
    key_of,
    to_v1,
)
from agent.erp.sap_b1.settings import SapB1Settings
from agent.erp.sap_b1.wire import Request, Wire

PAGE = 500
"""Rows per call where fields are chosen; whole rows of items are 33 KB each."""
WHOLE_PAGE = 50
DOCUMENT_PATIENCE = 3.0
BATCH_PATIENCE = 5.0
"""How much longer than a read documents and change sets may take."""

__all__ = ["Client", "Key", "Operation", "Row", "all_of", "any_of", "number", "portions", "q"]


class Client:
    """Calls of one connection. Serves one thread at a time; the session is the machine's.

    Args:
        settings: the connection's.
        secret: the user's password.
        folder: where sessions are shared; None: the user's own folder for it.
        search_nodes: whether another node is tried where one does not know a table or field.
    """

    def __init__(
        self,
        settings: SapB1Settings,
        secret: str,
        folder: Path | None = None,
        *,
        search_nodes: bool = True,
    ) -> None:
        self.settings = settings
        self.wire = Wire(settings, secret, folder or default_folder(), search_nodes=search_nodes)
        self._secret = secret
        self._ordered_cross = True

    def apart(self, folder: Path) -> Client:
        """Return a client with a session of its own, which stays on its node."""
        return Client(self.settings, self._secret, folder, search_nodes=False)

    @property
    def clock(self) -> ServerClock:
        """The server's local clock against ours, as far as any client has learnt it."""
        clock = self.wire.clock
        if not clock.known:
            known = self.wire.sessions.offset
            clock.offset = None if known is None else timedelta(seconds=known)
        return clock

    @property
    def version(self) -> str:
        """B1's version as the login tells it, ``1000340``; logs in where there is no session."""
        return self.wire.session.version

    def get(self, entity_set: str, key: Key, select: Sequence[str] = ()) -> Row | None:
        """Return one record, None where there is none.

        ``DataVersion`` comes with it where the set has one, and always its key.
        """
        if _has_slash(key):  # web servers refuse such addresses
            return next(self.rows(entity_set, _is_key(entity_set, key), select, limit=1), None)
        address = encoded_key(entity_set, key)
        fields = selected(entity_set, select)
        path = f"{address}?$select={quote(fields, safe=',')}" if fields else address
        try:
            return self._row(self.wire.call(Request("GET", path, reads=True)))
        except Missing:
            return None

    def rows(
        self,
        entity_set: str,
        where: str = "",
        select: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield records in key order, page by page; what changes meanwhile shifts nothing.

        Args:
            entity_set: the set.
            where: filter; literals by :func:`q`.
            select: fields, key and ``DataVersion`` come anyway; empty: whole records.
            after: the key to start behind.
            limit: how many at most.
        """
        names = key_names(entity_set)
        page = PAGE if select else WHOLE_PAGE
        left = limit
        while left is None or left > 0:
            top = page if left is None else min(page, left)
            options = {
                "$select": selected(entity_set, select),
                "$filter": all_of(where, past(names, after) if after is not None else ""),
                "$orderby": ",".join(names),
                "$top": str(top),
            }
            rows, more = self._page(encoded(entity_set, options), top)
            yield from rows
            if not rows or not (more or len(rows) >= top):
                return
            after = key_of(entity_set, rows[-1])
            left = None if left is None else left - len(rows)

    def find(
        self,
        entity_set: str,
        field: str,
        values: Sequence[object],
        select: Sequence[str] = (),
        where: str = "",
    ) -> list[Row]:
        """Return records whose ``field`` is one of ``values``, in as few calls as fit.

        ``field`` itself comes with them.
        """
        fields = (*select, field) if select else ()
        fixed = {"$select": selected(entity_set, fields), "$filter": where, "$orderby": "x" * 200}
        room = LONGEST - len(encoded(entity_set, fixed)) - 400
        found: list[Row] = []
        for piece in portions(field, list(values), max(room, 500)):
            found += self.rows(entity_set, all_of(any_of(field, piece), where), fields)
        return found

    def count(self, entity_set: str, where: str = "") -> int:
        """Return how many records there are."""
        path = encoded(f"{entity_set}/$count", {"$filter": where})
        headers = {"Accept": "text/plain, application/json"}
        response = self.wire.call(Request("GET", path, headers=headers, reads=True))
        text = response.content.decode("utf-8-sig", "replace").strip()
        if not text.isdecimal():
            raise self.wire.unreadable(response)
        return int(text)

    def cross(
        self,
        sets: Sequence[str],
        select: Mapping[str, Sequence[str]],
        where: str,
        after: Key | None = None,
    ) -> Iterator[Row]:
        """Yield joined rows, ``{"Items": {…}, "Items/ItemWarehouseInfoCollection": {…}}``.

        In the order of the first set's key, from behind ``after`` (None or ``""``: the start); the
        rows of one key come together. ``where`` must join the sets.
        """
        first = sets[0]
        names = key_names(first)
        fields = {name: tuple(select.get(name, ())) for name in sets}
        fields[first] = tuple(dict.fromkeys((*names, *fields[first])))
        base = {"$expand": ",".join(f"{n}($select={','.join(f)})" for n, f in fields.items() if f)}
        path = f"$crossjoin({','.join(sets)})"
        key = after or None
        skip = 0
        while True:
            full = [f"{first}/{name}" for name in names]
            options = {**base, "$filter": all_of(where, past(full, key) if key is not None else "")}
            options |= {"$orderby": ",".join(full)} if self._ordered_cross else {}
            options |= {"$top": str(PAGE), "$skip": str(skip) if skip else ""}
            try:
                rows, more = self._cross_page(path, options)
            except B1Refused as error:
                if not self._ordered_cross or key is not None or skip or error.b1_code == -2028:
                    raise
                self._ordered_cross = False  # some releases do not order joins: pages by position
                continue
            if not (more or len(rows) >= PAGE):
                yield from rows
                return
            last = key_of(first, rows[-1][first])
            whole = [row for row in rows if key_of(first, row[first]) != last]
            if whole and self._ordered_cross:
                yield from whole
                key, skip = key_of(first, whole[-1][first]), 0
            else:
                yield from rows
                skip += len(rows)

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
        if _has_slash(key):
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
        if _has_slash(key):
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
        if _has_slash(key):
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

        ``reads``: it changes nothing, so that it may be asked again after a lost answer.
        """
        request = Request(
            "POST",
            name,
            None if body is None else self._body(body),
            reads=reads,
            patience=DOCUMENT_PATIENCE,
        )
        return self._row(self.wire.call(request)) or None

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

    def picture(self, code: str) -> bytes | None:
        """Return an item's picture, None where it has none."""
        path = f"{encoded_key('ItemImages', code)}/$value"
        try:
            response = self.wire.call(
                Request("GET", path, headers={"Accept": "*/*"}, reads=True, patience=2.0)
            )
        except Missing:
            return None
        return response.content or None

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

    def close(self) -> None:
        """Leave the session and close the sockets."""
        self.wire.close()

    def _page(self, path: str, size: int) -> tuple[list[Row], bool]:
        """Return the rows of a page, and whether the server says that there are more."""
        headers = {"Prefer": f"odata.maxpagesize={size}"}
        response = self.wire.call(Request("GET", path, headers=headers, reads=True))
        return self._rows(self.wire.json(response), response)

    def _cross_page(self, path: str, options: Mapping[str, str]) -> tuple[list[Row], bool]:
        address = encoded(path, options)
        if len(address) <= LONGEST:
            return self._page(address, PAGE)
        given = "&".join(f"{name}={value}" for name, value in options.items() if value)
        body = to_json({"QueryPath": path, "QueryOption": given}).encode()
        headers = {"Prefer": f"odata.maxpagesize={PAGE}"}
        request = Request("POST", "QueryService_PostQuery", body, headers, reads=True)
        response = self.wire.call(request)
        return self._rows(self.wire.json(response), response)

    def _rows(self, answer: Any, response: requests.Response) -> tuple[list[Row], bool]:
        if not isinstance(answer, Mapping) or not isinstance(answer.get("value"), list):
            raise self.wire.unreadable(response)
        more = any(name.endswith("nextLink") and answer[name] for name in answer)
        return [self._named(row) for row in answer["value"]], more

    def _row(self, response: requests.Response) -> Row:
        answer = self.wire.json(response)
        if answer is None:
            return {}
        if not isinstance(answer, dict):
            raise self.wire.unreadable(response)
        return self._named(answer)

    def _named(self, row: Row) -> Row:
        return from_v1(row) if self.wire.v1 else from_v2(row)

    def _body(self, body: Mapping[str, Any]) -> bytes:
        return to_json(to_v1(body) if self.wire.v1 else body).encode()


def number(row: Mapping[str, Any], name: str) -> Decimal:
    """Return a number of a row as a Decimal; 0 where it has none."""
    value = row.get(name)
    return Decimal(0) if value is None else Decimal(str(value))


def _match(version: int | None) -> dict[str, str]:
    """Return the header that binds a write to a version.

    The tag is ``W/"SHA1"`` of the version's decimal digits, in capitals; the Service Layer takes
    any other form for no condition at all.
    """
    if version is None:
        return {}
    digest = hashlib.sha1(str(version).encode(), usedforsecurity=False).hexdigest().upper()
    return {"If-Match": f'W/"{digest}"'}


def _has_slash(key: Key) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    return any("/" in part or "\\" in part for part in parts if isinstance(part, str))


def _is_key(entity_set: str, key: Key) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    pairs = zip(key_names(entity_set), parts, strict=True)
    return " and ".join(f"{name} eq {q(value)}" for name, value in pairs)
