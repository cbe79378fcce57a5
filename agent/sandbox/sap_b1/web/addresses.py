"""Taking addresses apart: sets, keys, actions, options."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from agent.sandbox.sap_b1.company import Key, Refusal
from agent.sandbox.sap_b1.schema import EntitySet, Schema

from .messages import not_found_service, query_error

_TEXT = r"'(?:[^']|'')*'"
_PATH = re.compile(
    rf"(?P<name>\w+)(?:\((?P<key>(?:{_TEXT}|[^'()])*)\))?(?P<rest>(?:/.*)?)", re.DOTALL
)
_PART = re.compile(rf"\s*(?:(?P<name>\w+)\s*=\s*)?(?P<value>{_TEXT}|-?\d+)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """A resource: ``name`` of a set or an operation, text of a key, what follows it."""

    name: str
    key: str | None = None
    rest: str = ""


def parse_path(path: str) -> Address:
    """Take a path apart, as it came (percent-encoded).

    Raises:
        Refusal: it is no address.
    """
    found = _PATH.fullmatch(unquote(path).strip("/"))
    if found is None:
        raise not_found_service()
    return Address(found["name"], found["key"], found["rest"].strip("/"))


def parse_key(schema: Schema, entity_set: EntitySet, text: str) -> Key:
    """Return the key that ``'x'``, ``5`` or ``A='x',B=1`` means.

    Raises:
        Refusal: parts that are no key of the set, or of another type.
    """
    values: list[tuple[str, str | int]] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise _bad_key(entity_set)
        raw = found["value"]
        value = raw[1:-1].replace("''", "'") if raw.startswith("'") else int(raw)
        values.append((found["name"] or "", value))
        position = found.end()
    names = entity_set.key
    if len(values) == 1 and len(names) == 1 and values[0][0] in ("", names[0]):
        parts = [values[0][1]]
    elif len(values) == len(names) and {name for name, _ in values} == set(names):
        given = dict(values)
        parts = [given[name] for name in names]
    else:
        raise _bad_key(entity_set)
    kind = schema.types[entity_set.type]
    for name, part in zip(names, parts, strict=True):
        if isinstance(part, int) != (kind.properties[name].type == "Int32"):
            raise _bad_key(entity_set)
    return parts[0] if len(parts) == 1 else tuple(parts)


def key_text(entity_set: EntitySet, key: Key) -> str:
    """Return a key as an address has it, for the ``Location`` header."""
    if isinstance(key, tuple):
        pairs = zip(entity_set.key, key, strict=True)
        return ",".join(f"{name}={_literal(part)}" for name, part in pairs)
    return _literal(key)


def _literal(part: str | int) -> str:
    return "'{}'".format(part.replace("'", "''")) if isinstance(part, str) else str(part)


def missing(key: Key) -> Refusal:
    """Return the refusal to change or remove what is not there."""
    parts = key if isinstance(key, tuple) else (key,)
    told = ",".join(_literal(part) for part in parts)
    return Refusal(-2028, f"Entity with value({told}) does not exist", 404)


def _bad_key(entity_set: EntitySet) -> Refusal:
    return query_error(f"Invalid key for entity set '{entity_set.name}'")


@dataclass(frozen=True, slots=True)
class Options:
    """Options of an address: decoded by name, and all of them as they came."""

    values: dict[str, str] = field(default_factory=dict)
    raw: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """Return an option, empty where it was not given."""
        return self.values.get(name, "")

    def whole(self, name: str) -> int | None:
        """Return an option that is a number, None where it was not given.

        Raises:
            Refusal: it is no number, or less than none.
        """
        text = self.values.get(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit():
            raise query_error(f"Query string error - Invalid value for '{name}'")
        return int(text)


def parse_options(query: str) -> Options:
    """Take the part behind the question mark apart.

    Raises:
        Refusal: an option that the service does not have, or one given twice.
    """
    values: dict[str, str] = {}
    raw = []
    for piece in filter(None, query.split("&")):
        name, _, value = piece.partition("=")
        name = unquote_plus(name)
        if name in values or (name.startswith("$") and name not in _KNOWN):
            raise query_error(f"Query string error - Invalid query option '{name}'")
        values[name] = unquote_plus(value).strip()
        raw.append((name, piece))
    return Options(values, tuple(raw))


_KNOWN = frozenset(
    {"$filter", "$select", "$orderby", "$top", "$skip", "$expand", "$count", "$inlinecount",
     }
)  # fmt: skip
