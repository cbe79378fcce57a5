"""Single records: reading, making, changing and removing them, and their actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.sandbox.sap_b1.company import Company, Elsewhere, Key, Logic, Refusal, Row, Table
from agent.sandbox.sap_b1.schema import NODE, EntitySet, Schema, Type

from . import bodies, rendering
from .addresses import key_text, missing, parse_options
from .messages import Request, Response, json_response, no_record
from .rows import KEPT
from .sets import Reader

USER_METADATA = frozenset({"UserFieldsMD", "UserTablesMD"})


@dataclass(slots=True)
class Records:
    """Works on records of one set for one request, within a transaction."""

    company: Company
    schema: Schema
    entity_set: EntitySet
    logic: Logic
    request: Request
    if_match: str = ""

    @property
    def kind(self) -> Type:
        """Return the type of the set's records."""
        return self.schema.types[self.entity_set.type]

    def get(self, key: Key) -> Response:
        """Return a record, or the properties of it that are asked for.

        Raises:
            Refusal: there is none.
        """
        row = self.company.table(self.entity_set.name).get(key)
        if row is None:
            raise no_record()
        reader = Reader(self.company, self.schema, self.entity_set, self.request)
        options = parse_options(self.request.query)
        select, expand = reader.selected(options), reader.expanded(options)
        label, place = self._context()
        data = {label: place, **reader.shown(row, select, expand)}
        response = json_response(self.request.version, data)
        if self.entity_set.etag and (not select or "DataVersion" in select):
            response.headers.append(("ETag", rendering.etag(row.get("DataVersion", 1))))
        return response

    def create(self) -> Response:
        """Make a record.

        Raises:
            Refusal: the company does not want it.
        """
        body = bodies.read_record(
            self.schema, self.kind, bodies.load(self.request.body), self.request.version
        )
        key = self.logic.create(self.company, body)
        name = key.place if isinstance(key, Elsewhere) else self.entity_set.name
        table = self.company.table(name)
        if name in USER_METADATA:
            _mark(table, str(table.rows[key].get("Name")), key, self.request.node)
        row = table.rows[key]
        place = key_text(self.schema.sets[name], int(key) if isinstance(key, Elsewhere) else key)
        location = ("Location", f"{self.request.root}/{name}({place})")
        if "return-no-content" in self.request.header("Prefer"):
            applied = ("Preference-Applied", "return-no-content")
            return Response(204, b"", [location, applied])
        reader = Reader(self.company, self.schema, self.entity_set, self.request)
        label, told = self._context()
        response = json_response(self.request.version, {label: told, **reader.shown(row, ())}, 201)
        response.headers.append(location)
        if self.entity_set.etag:
            response.headers.append(("ETag", rendering.etag(row.get("DataVersion", 1))))
        return response

    def update(self, key: Key, *, reset: bool) -> Response:
        """Change a record; ``reset``: what the body does not name becomes null.

        Raises:
            Refusal: there is none, it is of another version, or the company does not want it.
        """
        row = self._existing(key)
        body = bodies.read_record(
            self.schema, self.kind, bodies.load(self.request.body), self.request.version
        )
        if reset:
            kept = {*KEPT, *self.entity_set.key}
            gone = {name: _nothing(value) for name, value in row.items() if name not in kept}
            body = {**{k: v for k, v in gone.items() if not k.startswith("_")}, **body}
        header = self.request.header("B1S-ReplaceCollectionsOnPatch")
        replace = reset or header.casefold() == "true"
        self.logic.update(self.company, key, body, replace=replace)
        return Response(204)

    def delete(self, key: Key) -> Response:
        """Remove a record.

        Raises:
            Refusal: there is none, it is of another version, or the company wants to keep it.
        """
        self._existing(key)
        self.logic.delete(self.company, key)
        return Response(204)

    def act(self, key: Key, name: str) -> Response:
        """Do an action of a record.

        Raises:
            Refusal: the company does not want it.
        """
        self._existing(key)
        body = bodies.load(self.request.body)
        answer = self.logic.action(self.company, key, name, body)
        if answer is None:
            return Response(204)
        label, told = self._context()
        shown = rendering.record(self.schema, self.kind, answer, self.request.version)
        return json_response(self.request.version, {label: told, **shown})

    def _existing(self, key: Key) -> Row:
        row = self.company.table(self.entity_set.name).get(key)
        if row is None:
            raise missing(key)
        if self.entity_set.etag and _stale(self.if_match, row):
            raise Refusal(
                -2039,
                "Another user or another operation modified data; to continue, open the window "
                "again (ODBC -2039)",
                412,
            )
        return row

    def _context(self) -> tuple[str, str]:
        name = self.entity_set.name
        return rendering.context(self.request.version, self.request.root, name, one=True)


def _mark(table: Table, name: str, key: Key, node: int) -> None:
    """Note which node made a field or table, on the rows of all tables that got it."""
    for at, row in list(table.rows.items()):
        if at == key or (NODE not in row and row.get("Name") == name):
            table.change(at, **{NODE: node})


def _stale(if_match: str, row: Mapping[str, Any]) -> bool:
    """Tell whether a tag is of another version; what is no weak tag is passed over."""
    if not if_match.startswith("W/"):
        return False
    return if_match != rendering.etag(row.get("DataVersion", 1))


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list | tuple) else None
