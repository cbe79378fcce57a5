"""One company behind the addresses of the service: what each call does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from agent.sandbox.sap_b1.company import Company, Logic, Refusal, Row
from agent.sandbox.sap_b1.schema import Schema, schema_of

from . import bodies, pictures, rendering
from .addresses import Address, parse_key, parse_path
from .joins import JOIN, join, post_query
from .messages import Request, Response, error_response, json_response, no_record, not_found_service
from .metadata import document
from .records import Records
from .rights import demand
from .rows import Rows
from .sets import Reader
from .sql import LIST, StoredQueries, list_rows
from .sql import SET as QUERIES

Operation = Callable[[Company, Mapping[str, Any]], Row | None]
DOCUMENTS = frozenset({"OrdersService_Preview"})
"""Operations that answer a document."""


@dataclass(slots=True)
class Service:
    """Answers calls on a company's data; who calls has been made sure of before."""

    company: Company
    logic: Mapping[str, Logic]
    services: Mapping[str, Operation]
    own: dict[str, Logic] = field(default_factory=dict)

    def answer(self, request: Request, user: str, if_match: str | None = None) -> Response:
        """Do a call in a transaction of its own; a refusal is an answer and leaves no effect."""
        try:
            with self.company.transaction():
                return self.run(request, user, if_match)
        except Refusal as refusal:
            return error_response(request.version, refusal)

    def run(self, request: Request, user: str, if_match: str | None = None) -> Response:
        """Do a call within the transaction there is.

        ``if_match``: the tag to hold the record against, None for the request's own.

        Raises:
            Refusal: the service or the company says no.
        """
        self.company.user = user
        try:
            return self._run(request, request.header("If-Match") if if_match is None else if_match)
        finally:
            self.company.user = ""

    def _run(self, request: Request, if_match: str) -> Response:
        demand(self.company, self.company.user)
        schema = schema_of(self.company, request.node)
        path = unquote(request.path).strip("/")
        if path.startswith(JOIN):
            return join(self.company, schema, request, path)
        if path == "$metadata":
            return document(schema, request.version)
        if path == "QueryService_PostQuery":
            return post_query(self.company, schema, request)
        address = parse_path(request.path)
        if address.name in self.services:
            return self._operation(schema, address.name, request)
        if address.name not in schema.sets:
            raise not_found_service()
        return self._of_set(schema, address, request, if_match)

    def _operation(self, schema: Schema, name: str, request: Request) -> Response:
        if request.method not in {"POST", "GET"}:
            raise not_found_service()
        body = bodies.load(request.body)
        for part, value in body.items():
            if part in schema.types and isinstance(value, dict):
                kind = schema.types[part]
                body[part] = bodies.read_record(schema, kind, value, request.version)
        answer = self.services[name](self.company, body)
        if answer is None:
            return Response(204)
        if name in DOCUMENTS:
            kind = schema.types["Document"]
            hidden = rendering.NOT_SHOWN["Orders"]
            shown = rendering.record(schema, kind, answer, request.version, (), hidden)
        else:
            shown = rendering.plain(answer)
        return json_response(request.version, shown)

    def _of_set(
        self, schema: Schema, address: Address, request: Request, if_match: str
    ) -> Response:
        entity_set = schema.sets[address.name]
        if request.method != "GET":
            demand(self.company, self.company.user, address.name)
        if address.key is None:
            return self._whole_set(schema, address, request, if_match)
        key = parse_key(schema, entity_set, address.key)
        records = Records(
            self.company, schema, entity_set, self._logic(address.name), request, if_match
        )
        if address.name == pictures.SET:
            answer = pictures.answer(self.company, str(key), address.rest, request)
            if answer is not None:
                return answer
        if address.name == QUERIES and address.rest == LIST:
            return list_rows(self.company, str(key), request)
        match request.method, address.rest:
            case "GET", "":
                return records.get(key)
            case "GET", name:
                return self._property(records, key, name)
            case "PATCH" | "MERGE", "":
                return records.update(key, reset=False)
            case "PUT", "":
                return records.update(key, reset=True)
            case "DELETE", "":
                return records.delete(key)
            case "POST", action if action in records.kind.actions:
                return records.act(key, action)
        raise not_found_service()

    def _whole_set(
        self, schema: Schema, address: Address, request: Request, if_match: str
    ) -> Response:
        entity_set = schema.sets[address.name]
        match request.method, address.rest:
            case "GET", "":
                return Reader(self.company, schema, entity_set, request).page()
            case "GET", "$count":
                return Reader(self.company, schema, entity_set, request).count()
            case "POST", "":
                logic = self._logic(address.name)
                return Records(self.company, schema, entity_set, logic, request, if_match).create()
        raise not_found_service()

    def _property(self, records: Records, key: Any, name: str) -> Response:
        known = records.kind.named(records.request.version).get(name)
        if known is None:
            raise not_found_service()
        row = self.company.table(records.entity_set.name).get(key)
        if row is None:
            raise no_record()
        version = records.request.version
        shown = rendering.record(records.schema, records.kind, row, version, [known.name])
        return json_response(version, {"value": shown[name]})

    def _logic(self, name: str) -> Logic:
        found = self.logic.get(name) or self.own.get(name)
        if found is None:
            found = self.own.setdefault(
                name, StoredQueries(name) if name == QUERIES else Rows(name)
            )
        return found
