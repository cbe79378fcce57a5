"""Reading sets: ``$filter``, ``$select``, ``$orderby``, ``$expand``, pages and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from agent.sandbox.sap_b1.company import Company, Row
from agent.sandbox.sap_b1.schema import EntitySet, Property, Schema, Type

from . import rendering
from .addresses import Options, parse_options
from .conditions import Condition, parse
from .expansion import Expansion, parse_expand
from .filters import Compiler, Getter, KeyRange, conjuncts, key_range, listed
from .messages import TEXT, Request, Response, json_response, query_error
from .ordering import compare_rows, parse_order
from .pages import Window, paging
from .scans import keys_in, rows_in

_INDEXED = frozenset({"String", "Int32"})
"""Types whose values are looked up, not looked for in all rows."""


@dataclass(slots=True)
class Reader:
    """Reads one set for one request."""

    company: Company
    schema: Schema
    entity_set: EntitySet
    request: Request

    @property
    def kind(self) -> Type:
        """Return the type of the set's records."""
        return self.schema.types[self.entity_set.type]

    def page(self) -> Response:
        """Return a page of the set."""
        options = parse_options(self.request.query)
        condition = _condition(options)
        select = self.selected(options)
        expand = self.expanded(options)
        page = paging(self.request, self.company.options.page_size)
        window = Window.of(options, page.size)
        rows = list(window.cut(self._rows(condition, options.get("$orderby"))))
        version, name = self.request.version, self.entity_set.name
        label, place = rendering.context(version, self.request.root, name, one=False)
        data: dict[str, Any] = {label: place}
        if _wants_count(options):
            count = self._count(condition)
            data[rendering.annotation(version, "count")] = str(count) if version == 1 else count
        data["value"] = [self.shown(row, select, expand) for row in rows]
        link = window.next_link(name, options, len(rows))
        if link is not None:
            data[rendering.annotation(version, "nextLink")] = link
        response = json_response(version, data)
        if page.applied:
            response.headers.append(("Preference-Applied", page.applied))
        return response

    def count(self) -> Response:
        """Return how many records there are that a filter lets through, as a bare number."""
        count = self._count(_condition(parse_options(self.request.query)))
        return Response(200, str(count).encode(), [("Content-Type", TEXT)])

    def shown(
        self, row: Row, select: Sequence[str], expand: Sequence[Expansion] = ()
    ) -> dict[str, Any]:
        """Return a record as an answer has it, with its ETag.

        Without ``DataVersion`` in ``$select`` the tag is that of version 1, whatever it is.
        """
        version, name = self.request.version, self.entity_set.name
        data: dict[str, Any] = {}
        if self.entity_set.etag:
            known = not select or "DataVersion" in select
            number = row.get("DataVersion", 1) if known else 1
            data[rendering.annotation(version, "etag")] = rendering.etag(number)
        hidden = rendering.NOT_SHOWN.get(name, frozenset())
        data |= rendering.record(self.schema, self.kind, row, version, select, hidden)
        for one in expand:
            data[one.name] = one.of(self.company, self.schema, row, version)
        return data

    def selected(self, options: Options) -> list[str]:
        """Return the properties that ``$select`` asks for, none for all.

        Raises:
            Refusal: one that the type does not have.
        """
        asked = [word.strip() for word in options.get("$select").split(",") if word.strip()]
        names = self.kind.named(self.request.version)
        navigation = [one.name for one in self.expanded(options)]
        for word in asked:
            if word not in names and word not in navigation and word != "*":
                raise query_error(f"Property '{word}' is invalid")
        return [] if "*" in asked else [names[word].name for word in asked if word in names]

    def expanded(self, options: Options) -> list[Expansion]:
        """Return what ``$expand`` asks for.

        Raises:
            Refusal: what is no navigation property of the type.
        """
        return parse_expand(self.schema, self.kind, options.get("$expand"))

    def resolve(self, path: str) -> tuple[Getter, Property]:
        """Return what takes a property from a row.

        Raises:
            Refusal: the type has no such property.
        """
        known = self.kind.named(self.request.version).get(path)
        if known is None:
            raise query_error(f"Property '{path}' is invalid")
        name = known.name
        return lambda row: row.get(name), known

    def _rows(self, condition: Condition | None, order: str) -> Iterable[Row]:
        compiler = self._compiler()
        test = compiler.test(condition) if condition is not None else None
        table = self.company.table(self.entity_set.name)
        rows: Iterator[Row] = rows_in(table, self._span(condition, compiler))
        if test is not None:
            rows = (row for row in rows if test(row))
        steps = parse_order(order, self.resolve)
        if not steps or ((steps[0].path,) == self.entity_set.key and not steps[0].descending):
            return rows
        return sorted(rows, key=cmp_to_key(lambda one, other: compare_rows(steps, one, other)))

    def _count(self, condition: Condition | None) -> int:
        compiler = self._compiler()
        table = self.company.table(self.entity_set.name)
        span = self._span(condition, compiler)
        if condition is None:
            return len(keys_in(table, span))
        test = compiler.test(condition)
        return sum(1 for row in rows_in(table, span) if test(row))

    def _compiler(self) -> Compiler:
        return Compiler(self.schema, self.resolve, self.request.any_case)

    def _span(self, condition: Condition | None, compiler: Compiler) -> KeyRange:
        if compiler.fold or condition is None:
            return KeyRange()
        made = KeyRange()
        if len(self.entity_set.key) == 1:
            name = self.entity_set.key[0]
            key = self.kind.properties[name]
            made = key_range(condition, name, lambda literal: compiler.literal(key, literal))
        table = self.company.table(self.entity_set.name)
        for part in conjuncts(condition):
            found = listed(part)
            known = self.kind.named(self.request.version).get(found[0]) if found else None
            if found and known and known.type in _INDEXED and known.name not in self.entity_set.key:
                values = [compiler.literal(known, literal) for literal in found[1]]
                made.keep(frozenset(table.having(known.name, values)))
        return made


def _condition(options: Options) -> Condition | None:
    text = options.values.get("$filter")
    return None if text is None else parse(text)


def _wants_count(options: Options) -> bool:
    return options.get("$count") == "true" or options.get("$inlinecount") == "allpages"
