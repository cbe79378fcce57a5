"""Stored queries: one ``SELECT`` on one allowed table, with parameters."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import bodies, rendering
from .addresses import Options, parse_options
from .messages import Request, Response, json_response, no_record
from .pages import Window, paging
from .rows import Rows

SET = "SQLQueries"
LIST = "List"
_STATEMENT = re.compile(
    r"""\s*select\s+(?P<columns>.+?)\s+from\s+(?P<table>"?@?\w+"?)(?:\s+(?:as\s+)?(?P<alias>T\d+))?
        (?:\s+where\s+(?P<where>.+?))?(?:\s+order\s+by\s+(?P<order>.+?))?\s*;?\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COLUMN = re.compile(r'(?:T\d+\.)?(?:"(?P<quoted>\w+)"|\[(?P<bracket>\w+)\]|(?P<bare>\w+))')
_TEST = re.compile(
    rf"\s*{_COLUMN.pattern}\s*(?P<sign>=|<>|!=|>=|<=|>|<)\s*"
    r"(?:'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)|:(?P<parameter>\w+))\s*",
    re.IGNORECASE,
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne,
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
_TABLES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "OITM": ("Items", "", {
        "ItemCode": "ItemCode", "ItemName": "ItemName", "CodeBars": "BarCode",
        "OnHand": "QuantityOnStock", "IsCommited": "QuantityOrderedByCustomers",
        "OnOrder": "QuantityOrderedFromVendors", "ItmsGrpCod": "ItemsGroupCode",
        "UpdateDate": "UpdateDate",
    }),
    "OITW": ("Items", "ItemWarehouseInfoCollection", {
        "ItemCode": "ItemCode", "WhsCode": "WarehouseCode", "OnHand": "InStock",
        "IsCommited": "Committed", "OnOrder": "Ordered",
    }),
    "ITM1": ("Items", "ItemPrices", {
        "ItemCode": "ItemCode", "PriceList": "PriceList", "Price": "Price",
        "Currency": "Currency",
    }),
}  # fmt: skip
"""The tables that may be read: set, collection, and columns by the properties they are."""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that was understood."""

    table: str
    columns: tuple[str, ...]
    tests: tuple[tuple[str, str, Any], ...]
    """Column, sign, and a text, a number or the :class:`Parameter` it is compared with."""
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that comes with the call."""

    name: str


class StoredQueries(Rows):
    """Rows whose statements have to be allowed."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a query.

        Raises:
            Refusal: its statement is not understood (701) or names a closed table (702).
        """
        parse_statement(str(body.get("SqlText") or ""))
        return super().create(company, body)


def parse_statement(text: str) -> Query:
    """Return what a statement asks for.

    Raises:
        Refusal: it is not understood (701) or names a table that is closed (702).
    """
    found = _STATEMENT.fullmatch(text)
    if found is None:
        raise _bad_syntax()
    table = found["table"].strip('"')
    if table.upper() not in _TABLES:
        raise Refusal(702, f"Table '{table}' is not accessible")
    tests = tuple(_tests(found["where"])) if found["where"] else ()
    order = tuple(_names(re.sub(r"(?i)\s+asc\b", "", found["order"]))) if found["order"] else ()
    columns = tuple(_names(found["columns"]))
    known = _TABLES[table.upper()][2]
    for name in (*columns, *order, *(test[0] for test in tests)):
        if name not in known:
            raise _bad_syntax()
    return Query(table.upper(), columns, tests, order)


def _names(text: str) -> Iterator[str]:
    for word in text.split(","):
        found = _COLUMN.fullmatch(word.strip())
        if found is None:
            raise _bad_syntax()
        yield found["quoted"] or found["bracket"] or found["bare"]


def _tests(text: str) -> Iterator[tuple[str, str, Any]]:
    position = 0
    while True:
        found = _TEST.match(text, position)
        if found is None:
            raise _bad_syntax()
        value: Any = found["text"]
        if found["parameter"]:
            value = Parameter(found["parameter"])
        elif found["number"]:
            value = Decimal(found["number"])
        else:
            value = value.replace("''", "'")
        yield found["quoted"] or found["bracket"] or found["bare"], found["sign"], value
        position = found.end()
        if position == len(text):
            return
        following = re.compile(r"and\b", re.IGNORECASE).match(text, position)
        if following is None:
            raise _bad_syntax()
        position = following.end()


def list_rows(company: Company, code: str, request: Request) -> Response:
    """Answer what a stored query finds.

    Raises:
        Refusal: there is no such query, or a parameter is missing.
    """
    row = company.table(SET).get(code)
    if row is None:
        raise no_record()
    options = parse_options(request.query)
    query = parse_statement(str(row["SqlText"]))
    given = _parameters(options, request)
    page = paging(request, company.options.page_size)
    window = Window.of(options, page.size)
    names = _TABLES[query.table][2]
    found = [
        {column: rendering.plain(one.get(names[column])) for column in query.columns}
        for one in window.cut(_found(company, query, given))
    ]
    data: dict[str, Any] = {"SqlText": row["SqlText"], "value": found}
    link = window.next_link(f"{SET}('{code}')/{LIST}", options, len(found))
    if link is not None:
        data[rendering.annotation(request.version, "nextLink")] = link
    return json_response(request.version, data)


def _parameters(options: Options, request: Request) -> dict[str, Any]:
    texts = {name: value for name, value in options.values.items() if not name.startswith("$")}
    if request.method == "POST":
        texts |= dict(parse_qsl(str(bodies.load(request.body).get("ParamList") or "")))
    return {name: _parameter(text) for name, text in texts.items()}


def _parameter(text: str) -> Any:
    if len(text) > 1 and text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    return Decimal(text) if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else text


def _found(company: Company, query: Query, given: Mapping[str, Any]) -> Iterable[Row]:
    set_name, part, names = _TABLES[query.table]
    tests = []
    for column, sign, value in query.tests:
        tests.append((names[column], _SIGNS[sign], _given(value, given)))
    rows = (row for row in _rows(company, set_name, part) if _holds(tests, row))
    if not query.order or query.order == ("ItemCode",):
        return rows
    return sorted(rows, key=lambda row: [_sortable(row.get(names[name])) for name in query.order])


def _given(value: Any, given: Mapping[str, Any]) -> Any:
    if not isinstance(value, Parameter):
        return value
    if value.name not in given:
        raise Refusal(701, f"Parameter '{value.name}' is missing")
    return given[value.name]


def _rows(company: Company, set_name: str, part: str) -> Iterator[Row]:
    table = company.table(set_name)
    for key in table.in_order():
        row = table.rows[key]
        if not part:
            yield row
        for one in row.get(part) or () if part else ():
            yield {**one, "ItemCode": row["ItemCode"]}


def _holds(tests: list[tuple[str, Callable[[Any, Any], bool], Any]], row: Row) -> bool:
    for name, compare, value in tests:
        kept = row.get(name)
        if kept is None or isinstance(kept, str) != isinstance(value, str):
            return False
        if not compare(kept, value):
            return False
    return True


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0


def _bad_syntax() -> Refusal:
    return Refusal(701, "Invalid SQL syntax or unsupported SQL")
