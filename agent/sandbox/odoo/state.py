"""Keeping a sandbox's database in a file from one run to the next."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .database import Table
from .env import Site
from .manual import refresh

FORMAT = 1


def save(site: Site, path: Path) -> None:
    """Write everything a site knows to a file; the old file stays until the new one is whole."""
    plain = {
        "format": FORMAT,
        "version": site.version,
        "xml_ids": site.xml_ids,
        "passwords": list(site.passwords.items()),
        "api_keys": site.api_keys,
        "tables": {
            name: {"next_id": table.next_id, "rows": [[i, _pack(r)] for i, r in table.rows.items()]}
            for name, table in site.database.tables.items()
        },
    }
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def restore(site: Site, path: Path) -> None:
    """Put a saved database in the place of a fresh one.

    Raises:
        ValueError: the file is of another version, or no such file at all.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
        known = (plain["format"], plain["version"])
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no saved sandbox: {error}") from error
    if known != (FORMAT, site.version):
        raise ValueError(f"{path} was saved by Odoo {known[1]}, format {known[0]}")
    tables = site.database.tables
    fixed = set(tables)
    _fill(tables, fixed, plain["tables"])
    refresh(site)
    _fill(tables, set(tables) - fixed, plain["tables"])
    site.xml_ids = dict(plain["xml_ids"])
    site.passwords = dict(plain["passwords"])
    site.api_keys = dict(plain["api_keys"])
    site.database.journal.clear()


def _fill(tables: dict[str, Table], names: Iterable[str], saved: dict[str, Any]) -> None:
    for name in names:
        table = tables[name]
        for record in list(table.rows):
            table.delete(record)
        kept = saved.get(name, {"next_id": table.next_id, "rows": []})
        for record, row in kept["rows"]:
            table.restore(record, _unpack(row))
        table.next_id = kept["next_id"]


def _pack(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _pack_value(value) for name, value in row.items()}


def _pack_value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, dict):
        return {"texts": value}
    return value


def _unpack(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _unpack_value(value) for name, value in row.items()}


def _unpack_value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpack_value(one) for one in value)
    if isinstance(value, dict):
        [(kind, inner)] = value.items()
        if kind == "datetime":
            return dt.datetime.fromisoformat(inner)
        if kind == "date":
            return dt.date.fromisoformat(inner)
        return inner
    return value
