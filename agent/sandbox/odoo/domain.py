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
        raise ServerError(f"Domains to normalize must have a 'domain' form: {domain!r}")
    stack: list[Matcher] = []
    for item in reversed(list(domain)):
        if item == "!":
            stack.append(_negate(_pop(stack, domain)))
        elif item in ("&", "|"):
            left, right = _pop(stack, domain), _pop(stack, domain)
            stack.append(_both(left, right) if item == "&" else _either(left, right))
        elif isinstance(item, (list, tuple)) and len(item) == 3:
            stack.append(_leaf(model, *item))
        else:
            raise ServerError(f"Invalid leaf {item!r}")
    result = Matcher(lambda _record: True)
    for matcher in reversed(stack):
        result = _both(result, matcher)
    return result


def _pop(stack: list[Matcher], domain: Any) -> Matcher:
    if not stack:
        raise ServerError(f"Domain {domain!r} is syntactically not correct.")
    return stack.pop()


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
    path = str(name).split(".")
    field = model.fields.get(path[0])
    if field is None:
        raise model.unknown_in_domain(path[0], (name, operator, value))
    operator = str(operator).lower()
    if operator not in OPERATORS:
        raise ServerError(f"Invalid operator {operator!r} in domain term {(name, operator, value)}")
    if operator == "=?":
        if value is None or value is False:
            return Matcher(lambda _record: True)
        operator = "="
    if len(path) > 1:
        return _path(model, field, ".".join(path[1:]), operator, value)
    if field.name == "display_name":
        found = set(model.ids_by_name(value, operator))
        return Matcher(lambda record: record in found)
    custom = model.search_hook(field.name, operator, value)
    if custom is not None:
        ids = set(custom)
        return Matcher(lambda record: record in ids, list(ids))
    if field.relation:
        return _relational(model, field, operator, value)
    return _scalar(model, field, operator, value)


def _path(model: Model, field: Field, rest: str, operator: str, value: Any) -> Matcher:
    if not field.relation:
        raise ServerError(f"Invalid field {field.name}.{rest} in leaf", "ValueError")
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
    values = list(value) if isinstance(value, (list, tuple, set)) else [value]
    if operator == "in" and not isinstance(value, (list, tuple, set)):
        values = [value]
    wanted = {_comparable(field, v) for v in values}
    empty = None in wanted
    if field.type == "boolean":
        return Matcher(lambda record: bool(model.raw(record, field)) in wanted)
    if field.type in {"integer", "float", "monetary"}:
        with_null = empty or (model.env.version != "14" and 0 in wanted)
        return Matcher(lambda r: with_null if (v := model.raw(r, field)) is None else v in wanted)
    if field.type == "datetime" and model.env.version != "14":
        return Matcher(
            lambda r: (v.replace(microsecond=0) if (v := model.raw(r, field)) else None) in wanted
        )
    candidates = None
    if not empty and field.is_column and model.table.has_index(field.name):
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
    ids = {int(v) for v in values if v is not False and v is not None}
    return Matcher(lambda record: record in ids, sorted(ids))


def _compare(model: Model, field: Field, operator: str, value: Any) -> Matcher:
    compare = COMPARISONS[operator]
    bound = _comparable(field, value)
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


def _comparable(field: Field, value: Any) -> Any:
    if field.type == "boolean":
        return bool(value)
    if value is None or value is False:
        return None
    if field.type == "datetime":
        return parse_datetime(value)
    if field.type == "date":
        return parse_datetime(value).date()
    if field.type in {"integer", "many2one_reference"}:
        return float(value)
    if field.type in {"float", "monetary"}:
        return float(value)
    if field.type in TEXT_TYPES or field.type == "selection":
        return str(value)
    return value


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
