"""What is read from the Service Layer: records, pages, joins, pictures.

Rows have v2's names whatever is spoken; numbers with a point are ``Decimal``, whole ones ``int``
(:func:`number` makes them one kind), dates and times stay text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from agent.erp.json_text import to_json
from agent.erp.sap_b1.clock import ServerClock
from agent.erp.sap_b1.faults import B1Refused, Missing
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
from agent.erp.sap_b1.sets import Row, from_v1, from_v2, key_names, key_of
from agent.erp.sap_b1.settings import SapB1Settings
from agent.erp.sap_b1.wire import Request, Wire

PAGE = 500
"""Rows per call where fields are chosen; whole rows of items are 33 KB each."""
WHOLE_PAGE = 50


class Reader:
    """Calls that change nothing. Serves one thread at a time; the session is the machine's.

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
        if has_slash(key):  # web servers refuse such addresses
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
        *,
        any_case: bool = False,
    ) -> Iterator[Row]:
        """Yield records in key order, page by page; what changes meanwhile shifts nothing.

        Args:
            entity_set: the set.
            where: filter; literals by :func:`q`.
            select: fields, key and ``DataVersion`` come anyway; empty: whole records.
            after: the key to start behind.
            limit: how many at most.
            any_case: texts are the same in capitals, too; a server on HANA tells them apart.
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
            rows, more = self._page(encoded(entity_set, options), top, any_case)
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
        *,
        any_case: bool = False,
    ) -> list[Row]:
        """Return records whose ``field`` is one of ``values``, in as few calls as fit.

        ``field`` itself comes with them; ``any_case`` as in :meth:`rows`.
        """
        fields = (*select, field) if select else ()
        fixed = {"$select": selected(entity_set, fields), "$filter": where, "$orderby": "x" * 200}
        room = LONGEST - len(encoded(entity_set, fixed)) - 400
        found: list[Row] = []
        for piece in portions(field, list(values), max(room, 500)):
            wanted = all_of(any_of(field, piece), where)
            found += self.rows(entity_set, wanted, fields, any_case=any_case)
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
        *,
        any_case: bool = False,
    ) -> Iterator[Row]:
        """Yield joined rows, ``{"Items": {…}, "Items/ItemWarehouseInfoCollection": {…}}``.

        In the order of the first set's key, from behind ``after`` (None or ``""``: the start); the
        rows of one key come together. ``where`` must join the sets; ``any_case`` as in
        :meth:`rows`.
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
                rows, more = self._cross_page(path, options, any_case)
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

    def close(self) -> None:
        """Leave the session and close the sockets."""
        self.wire.close()

    def _page(self, path: str, size: int, any_case: bool = False) -> tuple[list[Row], bool]:
        """Return the rows of a page, and whether the server says that there are more."""
        request = Request("GET", path, headers=_paged(size, any_case), reads=True)
        response = self.wire.call(request)
        return self._rows(self.wire.json(response), response)

    def _cross_page(
        self, path: str, options: Mapping[str, str], any_case: bool
    ) -> tuple[list[Row], bool]:
        address = encoded(path, options)
        if len(address) <= LONGEST:
            return self._page(address, PAGE, any_case)
        given = "&".join(f"{name}={value}" for name, value in options.items() if value)
        body = to_json({"QueryPath": path, "QueryOption": given}).encode()
        headers = _paged(PAGE, any_case)
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


def number(row: Mapping[str, Any], name: str) -> Decimal:
    """Return a number of a row as a Decimal; 0 where it has none."""
    value = row.get(name)
    return Decimal(0) if value is None else Decimal(str(value))


def has_slash(key: Key) -> bool:
    """Tell whether a key cannot be part of an address: web servers refuse slashes there."""
    parts = key if isinstance(key, tuple) else (key,)
    return any("/" in part or "\\" in part for part in parts if isinstance(part, str))


def _is_key(entity_set: str, key: Key) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    pairs = zip(key_names(entity_set), parts, strict=True)
    return " and ".join(f"{name} eq {q(value)}" for name, value in pairs)


def _paged(size: int, any_case: bool) -> dict[str, str]:
    headers = {"Prefer": f"odata.maxpagesize={size}"}
    return headers | ({"B1S-CaseInsensitive": "true"} if any_case else {})
