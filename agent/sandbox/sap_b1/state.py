"""Keeping a company in a file from one run to the next."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from .company import Company, Key

FORMAT = 1


def save(company: Company, path: Path) -> None:
    """Write all rows of a company to a file; the old file stays until the new one is whole."""
    with company.transaction():
        plain = {
            "format": FORMAT,
            "company": company.name,
            "localisation": company.options.localisation,
            "tables": {
                name: {
                    "counter": table.counter,
                    "rows": [[_pack(key), _pack(row)] for key, row in table.rows.items()],
                }
                for name, table in company.tables.items()
            },
        }
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def restore(company: Company, path: Path) -> None:
    """Put saved rows in the place of those there are.

    Raises:
        ValueError: the file is of another company, or no such file at all.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        known = (plain["format"], plain["company"], plain["localisation"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no saved company: {error}") from error
    if known != (FORMAT, company.name, company.options.localisation):
        raise ValueError(f"{path} was saved by {known[1]} ({known[2]}), format {known[0]}")
    with company.transaction():
        for table in company.tables.values():
            for key in list(table.rows):
                table.drop(key)
        for name, saved in plain["tables"].items():
            table = company.table(name)
            for key, row in saved["rows"]:
                table.put(_key(_unpack(key)), _unpack(row))
            table.counter = saved["counter"]


def _key(value: Any) -> Key:
    return tuple(value) if isinstance(value, list) else value


def _pack(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pack(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(one) for one in value]
    for mark, kind, write in _PACKED:
        if isinstance(value, kind):
            return {mark: write(value)}
    return value


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(mark, inner)] = value.items()
        if mark in _UNPACK:
            return _UNPACK[mark](inner)
    return {name: _unpack(one) for name, one in value.items()}


_PACKED: tuple[tuple[str, type, Callable[[Any], str]], ...] = (
    ("$number", Decimal, str),
    ("$bytes", bytes, lambda data: base64.b64encode(data).decode()),
)
_UNPACK: dict[str, Callable[[str], Any]] = {"$number": Decimal, "$bytes": base64.b64decode}
