"""Addresses of the Service Layer: keys, literals, filters, and how long one may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from agent.erp.sap_b1.sets import VERSIONED, key_names

Key = str | int | tuple[str | int, ...]

LONGEST = 6000
"""Bytes of an address. Web servers take 8,190 with everything around it (Apache's own limit)."""
MOST_VALUES = 200
"""Values in one filter: each is a term that the database has to look up."""

_PATH_SAFE = "'(),=$@!*~"
_QUERY_SAFE = "'(),$*@!~/:"


def q(value: object) -> str:
    """Return a literal of the filter language; apostrophes are doubled, decimals keep digits."""
    if isinstance(value, bool):
        return "'tYES'" if value else "'tNO'"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"'{value:%Y-%m-%d}'"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def all_of(*conditions: str) -> str:
    """Return the condition that all of the given ones hold; empty ones do not count."""
    real = [c for c in conditions if c]
    return real[0] if len(real) == 1 else " and ".join(f"({c})" for c in real)


def any_of(field: str, values: Sequence[object]) -> str:
    """Return the condition that ``field`` is one of ``values``."""
    return " or ".join(f"{field} eq {q(value)}" for value in values)


def holding(fields: Sequence[str], words: str) -> str:
    """Return the condition that one of the fields holds ``words``, as typed or in another case.

    Some databases tell capitals apart; none has a function for them in filters.
    """
    if not words:
        return ""
    spellings = dict.fromkeys((words, words.lower(), words.upper(), words.capitalize()))
    return " or ".join(f"contains({field},{q(form)})" for field in fields for form in spellings)


def past(names: Sequence[str], key: Key) -> str:
    """Return the condition for what comes after ``key`` in the order of its parts."""
    parts = key if isinstance(key, tuple) else (key,)
    terms = []
    for index, (name, value) in enumerate(zip(names, parts, strict=True)):
        same = [f"{names[i]} eq {q(parts[i])}" for i in range(index)]
        terms.append(" and ".join([*same, f"{name} gt {q(value)}"]))
    return terms[0] if len(terms) == 1 else " or ".join(f"({term})" for term in terms)


def key_path(entity_set: str, key: Key) -> str:
    """Return ``Items('A1')`` or ``SpecialPrices(ItemCode='A1',CardCode='C1')``, not encoded."""
    if not isinstance(key, tuple):
        return f"{entity_set}({q(key)})"
    pairs = zip(key_names(entity_set), key, strict=True)
    return f"{entity_set}({','.join(f'{name}={q(value)}' for name, value in pairs)})"


def encoded(path: str, options: Mapping[str, str] | None = None) -> str:
    """Return an address below the service's root, percent-encoded; empty options are left out."""
    address = quote(path, safe=_PATH_SAFE + "/")
    given = [f"{k}={quote(v, safe=_QUERY_SAFE)}" for k, v in (options or {}).items() if v]
    return f"{address}?{'&'.join(given)}" if given else address


def encoded_key(entity_set: str, key: Key) -> str:
    """Return the address of one record; slashes of its key are encoded, too."""
    return quote(key_path(entity_set, key), safe=_PATH_SAFE)


def selected(entity_set: str, select: Sequence[str]) -> str:
    """Return what to ask for: the fields, the key, and ``DataVersion`` where the set has it."""
    if not select:
        return ""
    versions = ("DataVersion",) if entity_set in VERSIONED else ()
    return ",".join(dict.fromkeys((*key_names(entity_set), *select, *versions)))


def portions(field: str, values: Sequence[Any], room: int) -> Iterator[list[Any]]:
    """Yield ``values`` in pieces whose condition fits into ``room`` bytes of an address."""
    piece: list[Any] = []
    used = 0
    for value in dict.fromkeys(values):
        size = len(quote(f"{field} eq {q(value)} or ", safe=_QUERY_SAFE))
        if piece and (used + size > room or len(piece) >= MOST_VALUES):
            yield piece
            piece, used = [], 0
        piece.append(value)
        used += size
    if piece:
        yield piece
