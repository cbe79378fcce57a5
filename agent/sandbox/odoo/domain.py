"""Search domains: prefix notation with ``&``, ``|``, ``!`` and leaves (field, operator, value)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .faults import ServerError
from .schema import Field
from .values import TEXT_TYPES, parse_datetime

if TYPE_CHECKING:
    from .model import Model

Test = Callable[[int], bool]
TRUE_TEXTS = frozenset({"true", "t", "yes", "y", "on", "1"})
NEGATIVE = {"!=": "=", "<>": "=", "not in": "in", "not like": "like", "not ilike": "ilike"}
PATTERNS = frozenset({"like", "ilike", "=like", "=ilike"})
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
OPERATORS = (
    frozenset(NEGATIVE)
    | frozenset(NEGATIVE.values())
    | PATTERNS
    | frozenset(COMPARISONS)
    | frozenset({"child_of", "parent_of", "=?"})
)


@dataclass(slots=True)
class Matcher:
    """A compiled domain: a test per record and, where an index helps, the candidates."""

    test: Test
    candidates: list[int] | None = None


def uses_field(domain: Iterable[Any], name: str) -> bool:
    """Tell whether a leaf of the domain is about a field of the model itself."""
    return any(isinstance(leaf, (list, tuple)) and leaf and leaf[0] == name for leaf in domain)


def compile_domain(model: Model, domain: Any) -> Matcher:
    """Compile a domain for a model.

    Raises:
        ServerError: it is malformed, or names an unknown field or operator.
    """
    if not isinstance(domain, (list, tuple)):
        raise _no_list(model, domain)
    stack: list[Matcher] = []
    for item in reversed(list(domain)):
        if item == "!":
            stack.append(_negate(_pop(model, stack, domain)))
        elif item in ("&", "|"):
            left, right = _pop(model, stack, domain), _pop(model, stack, domain)
            stack.append(_both(left, right) if item == "&" else _either(left, right))
        elif isinstance(item, (list, tuple)) and len(item) == 3:
            stack.append(_leaf(model, *item))
        else:
            raise _bad_item(model, item)
    result = Matcher(lambda _record: True)
    for matcher in reversed(stack):
        result = _both(result, matcher)
    return result


def _pop(model: Model, stack: list[Matcher], domain: Any) -> Matcher:
    if stack:
        return stack.pop()
    if model.env.version == "14":
        text = f"This domain is syntactically not correct: {domain!r}"
        raise ServerError(text, "AssertionError")
    raise ServerError(f"Domain() malformed domain {domain!r}")


def _no_list(model: Model, domain: Any) -> ServerError:
    if model.env.version == "14":
        text = (
            "Domains to normalize must have a 'domain' form: a list or tuple of domain components"
        )
        return ServerError(text, "AssertionError")
    return ServerError(f"Domain() invalid argument type for domain: {domain!r}", "TypeError")


def _bad_item(model: Model, item: Any) -> ServerError:
    if model.env.version == "14":
        return ServerError(f"Invalid leaf {tuple(item) if isinstance(item, list) else item!r}")
    return ServerError(f"Domain() invalid item in domain: {item!r}")


def _negate(inner: Matcher) -> Matcher:
    return Matcher(lambda record: not inner.test(record))


def _both(left: Matcher, right: Matcher) -> Matcher:
    known = [m.candidates for m in (left, right) if m.candidates is not None]
    first, second = left.test, right.test
    return Matcher(
        lambda record: first(record) and second(record), min(known, key=len) if known else None
    )


def _either(left: Matcher, right: Matcher) -> Matcher:
    both = None
    if left.candidates is not None and right.candidates is not None:
        both = list(dict.fromkeys([*left.candidates, *right.candidates]))
    first, second = left.test, right.test
    return Matcher(lambda record: first(record) or second(record), both)


def _leaf(model: Model, name: Any, operator: Any, value: Any) -> Matcher:
    if isinstance(name, int) and isinstance(value, int):  # (1, '=', 1) and (0, '=', 1)
        same = name == value
        return Matcher(lambda _record: same, None if same else [])
    first, _, rest = str(name).partition(".")
    field = model.fields.get(first)
    if field is None:
        raise model.unknown_in_domain(first, (name, operator, value))
    operator = str(operator).lower()
    if operator not in OPERATORS:
        if model.env.version == "14":
            raise ServerError(f"Invalid leaf {(name, operator, value)!r}")
        raise ServerError(f"Invalid operator in condition {(name, operator, value)!r}")
    if operator == "=?":
        if value is None or value is False:
            return Matcher(lambda _record: True)
        operator = "=?" if model.env.version == "14" else "="
    if rest:
        return _path(model, field, rest, operator, value)
    if field.name == "display_name" and model.env.version != "14":
        found = set(model.ids_by_name(value, operator))
        return Matcher(lambda record: record in found)
    custom = model.search_hook(field.name, operator, value)
    if custom is not None:
        ids = set(custom)
        return Matcher(lambda record: record in ids, list(ids))
    if not _searchable(field):
        return _unsearchable(model, field)
    if field.relation:
        return _relational(model, field, operator, value)
    return _scalar(model, field, operator, value)


def _unsearchable(model: Model, field: Field) -> Matcher:
    if model.env.version == "14":  # logs an error and leaves the term out
        return Matcher(lambda _record: True)
    raise ServerError(f"Cannot convert {model.name}.{field.name} to SQL because it is not stored")


def _searchable(field: Field) -> bool:
    known = field.is_column or field.related or field.inverse or field.mirror
    return bool(known) or field.name == "id" or field.searchable


def _path(model: Model, field: Field, rest: str, operator: str, value: Any) -> Matcher:
    if not field.relation:
        if model.env.version == "14":
            kind = field.type.title()
            raise ServerError(f"'{kind}' object has no attribute 'auto_join'", "AttributeError")
        raise ServerError(f"Invalid field property {rest!r} on {model.name}.{field.name}")
    comodel = model.env[field.relation]
    if field.type == "many2one":
        comodel = comodel.with_context(active_test=False)
    found = comodel.find([[rest, operator, value]], order="id")
    return _members(model, field, found)


def _members(model: Model, field: Field, wanted: Iterable[int]) -> Matcher:
    ids = dict.fromkeys(wanted)
    if field.type == "many2one":
        candidates = None
        if field.is_column and model.table.has_index(field.name) and len(ids) < 2000:
            candidates = [r for i in ids for r in model.table.find(field.name, i)]
        return Matcher(lambda record: model.raw(record, field) in ids, candidates)
    if field.is_column and model.table.has_index(field.name) and len(ids) < 2000:
        candidates = list(dict.fromkeys(r for i in ids for r in model.table.find(field.name, i)))
    else:
        candidates = None
    return Matcher(lambda record: any(i in ids for i in model.raw(record, field)), candidates)


def _relational(model: Model, field: Field, operator: str, value: Any) -> Matcher:
    positive = NEGATIVE.get(operator)
    if positive:
        return _negate(_relational(model, field, positive, value))
    comodel = model.env[field.relation]
    if operator in {"child_of", "parent_of"}:
        return _members(model, field, comodel.hierarchy(operator, value))
    if operator in PATTERNS:
        return _members(model, field, comodel.ids_by_name(value, operator))
    if operator in COMPARISONS:
        compare = COMPARISONS[operator]
        return Matcher(lambda r: (v := model.raw(r, field)) is not None and compare(v, value))
    values = list(value) if isinstance(value, (list, tuple, set)) else [value]
    if operator == "=" and isinstance(value, (list, tuple)) and not value:
        values = [False]
    ids: list[int] = []
    empty = False
    for item in values:
        if item is None or item is False:
            empty = True
        elif isinstance(item, str) and not item.isdigit():
            ids.extend(comodel.ids_by_name(item, "="))
        else:
            ids.append(int(item))
    members = _members(model, field, ids)
    if not empty:
        return members
    return _either(members, Matcher(lambda record: not model.raw(record, field)))


def _scalar(model: Model, field: Field, operator: str, value: Any) -> Matcher:
    if model.env.version == "14" and field.translate:
        _refuse_translated(operator, value)
    operator = "=" if operator == "=?" else operator
    positive = NEGATIVE.get(operator)
    if positive:
        return _negate(_scalar(model, field, positive, value))
    if field.name == "id":
        return _by_id(model, operator, value)
    if operator in PATTERNS:
        matches = pattern(operator, value)
        return Matcher(lambda r: (v := model.raw(r, field)) is not None and matches(str(v)))
    if operator in COMPARISONS:
        return _compare(model, field, operator, value)
    return _equal(model, field, value)


def _refuse_translated(operator: str, value: Any) -> None:
    """Odoo 14 searches translated texts by SQL that breaks on these."""
    if operator in {"not in", "=?"} or (operator == "=" and type(value) in {int, float}):
        raise ServerError(
            "operator does not exist: character varying = integer\nLINE 1: ...\nHINT:  No operator "
            "matches the given name and argument types. You might need to add explicit type casts.",
            "psycopg2.errors.UndefinedFunction",
        )


def _equal(model: Model, field: Field, value: Any) -> Matcher:
    values = list(value) if isinstance(value, (list, tuple, set)) else [value]
    new = model.env.version != "14"
    wanted = {_comparable(field, v, new=new) for v in values}
    if field.type == "boolean":
        return Matcher(lambda record: bool(model.raw(record, field)) in wanted)
    if field.type in {"integer", "float", "monetary"}:
        if new and wanted & {None, 0}:
            wanted |= {None, 0}
        return Matcher(lambda record: model.raw(record, field) in wanted)
    if field.type == "datetime" and new:
        return Matcher(
            lambda r: (v.replace(microsecond=0) if (v := model.raw(r, field)) else None) in wanted
        )
    if new and field.type in TEXT_TYPES and wanted & {"", None}:
        wanted |= {"", None}
    candidates = None
    if None not in wanted and field.is_column and model.table.has_index(field.name):
        candidates = list(dict.fromkeys(r for v in wanted for r in model.table.find(field.name, v)))
    return Matcher(lambda record: model.raw(record, field) in wanted, candidates)


def _by_id(model: Model, operator: str, value: Any) -> Matcher:
    if operator in {"child_of", "parent_of"}:
        found = set(model.hierarchy(operator, value))
        return Matcher(lambda record: record in found, list(found))
    if operator in COMPARISONS:
        compare, bound = COMPARISONS[operator], int(value)
        return Matcher(lambda record: compare(record, bound))
    values = value if isinstance(value, (list, tuple, set)) else [value]
    usable = int if model.env.version != "14" else (int, str)
    ids = {int(v) for v in values if v is not False and isinstance(v, usable)}
    return Matcher(lambda record: record in ids, sorted(ids))


def _compare(model: Model, field: Field, operator: str, value: Any) -> Matcher:
    compare = COMPARISONS[operator]
    bound = _comparable(field, value, new=model.env.version != "14")
    if bound is None:
        return Matcher(lambda _record: False, [])
    whole_seconds = field.type == "datetime" and model.env.version != "14"
    null: Any = None
    if field.type in {"integer", "float", "monetary"} and model.env.version != "14":
        null = 0

    def test(record: int) -> bool:
        found = model.raw(record, field)
        if found is None:
            found = null
        if found is None:
            return False
        if whole_seconds and not bound.microsecond:
            found = found.replace(microsecond=0)
        return compare(found, bound)

    return Matcher(test)


def _comparable(field: Field, value: Any, *, new: bool) -> Any:
    if field.type == "boolean":
        if new and isinstance(value, str):
            return value.lower() in TRUE_TEXTS
        return bool(value)
    if value is None or value is False:
        return None
    if field.type in {"datetime", "date"}:
        return _moment(field, value, new=new)
    if field.type in {"integer", "many2one_reference"}:
        return float(value)
    if field.type in {"float", "monetary"}:
        return float(value)
    if field.type in TEXT_TYPES or field.type == "selection":
        return str(value)
    return value


def _moment(field: Field, value: Any, *, new: bool) -> Any:
    try:
        found = parse_datetime(value)
    except ServerError:
        if new:
            raise ServerError(f"Invalid term {value!r} in expression date: {value!r}") from None
        raise ServerError(
            f'invalid input syntax for type timestamp: "{value}"\nLINE 1: ...\n             ^',
            "psycopg2.errors.InvalidDatetimeFormat",
        ) from None
    return found if field.type == "datetime" else found.date()


def pattern(operator: str, value: Any) -> Callable[[str], bool]:
    """Return the test of ``like`` and its kin: ``%`` any text, ``_`` one character."""
    text = "" if value is None or value is False else str(value)
    if not operator.startswith("="):
        text = f"%{text}%"
    parts = []
    escaped = False
    for char in text:
        if escaped:
            parts.append(re.escape(char))
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(char) or re.escape(char))
    flags = re.DOTALL | (re.IGNORECASE if "ilike" in operator else 0)
    compiled = re.compile("".join(parts), flags)
    return lambda found: compiled.fullmatch(found) is not None
