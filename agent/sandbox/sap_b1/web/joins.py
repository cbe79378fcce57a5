"""``$crossjoin``, by an address or by the body of ``QueryService_PostQuery``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from agent.sandbox.sap_b1.company import Company, Refusal
from agent.sandbox.sap_b1.schema import Schema

from . import bodies, rendering
from .addresses import parse_options
from .conditions import parse
from .expansion import split_expand
from .join_rows import Found, Join, Source
from .messages import TEXT, Request, Response, json_response, query_error
from .ordering import parse_order
from .pages import Window, paging

JOIN = "$crossjoin"
_PATH = re.compile(r"\$crossjoin\(\s*([\w/]+(?:\s*,\s*[\w/]+)+)\s*\)")
Shown = Mapping[int, tuple[str, ...]]
"""What to show of the sources, by their number; nothing named: all of it."""


def join(company: Company, schema: Schema, request: Request, path: str) -> Response:
    """Answer a ``$crossjoin``.

    Raises:
        Refusal: it names what is not there, or asks for nothing of what it finds (-1000).
    """
    found = _PATH.fullmatch(path)
    options = parse_options(request.query)
    expand = split_expand(options.get("$expand"))
    if found is None or not expand or request.method != "GET":
        raise Refusal(-1000, "invalid $crossjoin query")
    sources = [_source(schema, word.strip()) for word in found[1].split(",")]
    query = Join(company, schema, request.version, sources, request.any_case)
    shown = dict(_selected(query, name, select) for name, select in expand)
    condition = parse(options.values["$filter"]) if "$filter" in options.values else None
    if options.get("$orderby") and not company.options.joins_ordered:
        raise query_error("Query string error - Invalid query option '$orderby'")
    steps = parse_order(options.get("$orderby"), query.resolve)
    page = paging(request, company.options.page_size)
    window = Window.of(options, page.size)
    rows = [_shown(query, shown, one) for one in window.cut(query.rows(condition, steps))]
    label, place = rendering.context(
        request.version, request.root, "Collection(Edm.ComplexType)", one=False
    )
    data: dict[str, Any] = {label: place, "value": rows}
    link = window.next_link(path, options, len(rows))
    if link is not None:
        data[rendering.annotation(request.version, "nextLink")] = link
    response = json_response(request.version, data)
    if page.applied:
        response.headers.append(("Preference-Applied", page.applied))
    return response


def post_query(company: Company, schema: Schema, request: Request) -> Response:
    """Answer a query whose path and options came in a body; the JSON goes out as plain text.

    Raises:
        Refusal: it is no query of this kind.
    """
    if request.method != "POST":
        raise Refusal(-1000, "invalid $crossjoin query")
    body = bodies.load(request.body)
    path, option = body.get("QueryPath"), body.get("QueryOption", "")
    if not isinstance(path, str) or not isinstance(option, str):
        raise Refusal(-1000, "invalid $crossjoin query")
    pieces = (piece.partition("=") for piece in option.split("&") if piece)
    query = "&".join(f"{name.strip()}={quote(value)}" for name, _, value in pieces)
    asked = replace(request, method="GET", path=path, query=query, body=b"")
    response = join(company, schema, asked, path.strip("/ "))
    text = json.dumps(json.loads(response.body), ensure_ascii=False)
    kept = [one for one in response.headers if one[0] != "Content-Type"]
    return Response(200, text.encode(), [("Content-Type", TEXT), *kept])


def _selected(query: Join, name: str, select: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    for number, source in enumerate(query.sources):
        if source.name == name:
            names = source.kind.named(query.version)
            for word in select:
                if word not in names:
                    raise query_error(f"Property '{word}' is invalid")
            return number, tuple(names[word].name for word in select)
    raise Refusal(-1000, "invalid $crossjoin query")


def _shown(query: Join, shown: Shown, found: Found) -> dict[str, Any]:
    data = {}
    for number, select in shown.items():
        source = query.sources[number]
        hidden = rendering.NOT_SHOWN.get(source.name, frozenset())
        data[source.name] = rendering.record(
            query.schema, source.kind, found[number], query.version, select, hidden
        )
    return data


def _source(schema: Schema, name: str) -> Source:
    set_name, _, part = name.partition("/")
    entity_set = schema.sets.get(set_name)
    if entity_set is None:
        raise Refusal(-1000, "invalid $crossjoin query")
    kind = schema.types[entity_set.type]
    if part:
        known = kind.properties.get(part)
        if known is None or not known.many:
            raise Refusal(-1000, "invalid $crossjoin query")
        kind = schema.types[known.type]
    return Source(name, set_name, part, kind, entity_set.key[0] if len(entity_set.key) == 1 else "")
