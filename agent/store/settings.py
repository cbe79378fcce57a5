"""Settings and languages of the shop."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from agent.errors import ConfigError
from agent.store.sql import Query
from agent.store.text import line


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the shop. ``default`` marks the one that records are named in."""

    id: int
    code: str
    name: str
    default: bool


def read_settings(query: Query, code: str = "config") -> dict[str, Any]:
    """Return the default store's settings of one group by key.

    Values of shops upgraded from 2.x that are still in PHP's own format stay text.
    """
    result: dict[str, Any] = {}
    for key, value, serialized in query.rows(
        f"SELECT `key`, `value`, `serialized` FROM {query.table('setting')}"  # noqa: S608
        " WHERE `store_id` = 0 AND `code` = %s",
        (code,),
    ):
        result[key] = decoded(value, serialized)
    return result


def decoded(value: Any, serialized: object) -> Any:
    """Return a setting's value; one in PHP's own format (shops upgraded from 2.x) stays text."""
    if serialized and value:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def read_languages(query: Query) -> tuple[Language, ...]:
    """Return the enabled languages, the default one first."""
    settings = read_settings(query)
    wanted = [
        str(settings[key])
        for key in ("config_language", "config_language_catalog", "config_language_admin")
        if settings.get(key)
    ]
    rows = query.rows(
        "SELECT `language_id`, `code`, `name`, `status`"  # noqa: S608
        f" FROM {query.table('language')} ORDER BY `sort_order`, `language_id`"
    )
    enabled = [row for row in rows if row[3] or row[1] == next(iter(wanted), None)] or rows
    if not enabled:
        raise ConfigError(
            "The shop has no language",
            fix="Add a language under System > Localisation > Languages.",
            code="store.no_language",
        )
    codes = [row[1] for row in enabled]
    default = next((code for code in wanted if code in codes), codes[0])
    languages = [
        Language(int(row[0]), str(row[1]), line(row[2]), row[1] == default) for row in enabled
    ]
    return tuple(sorted(languages, key=lambda language: not language.default))


def language_codes(query: Query) -> dict[int, str]:
    """Return id to code of all languages, those that are switched off, too."""
    rows = query.rows(f"SELECT `language_id`, `code` FROM {query.table('language')}")  # noqa: S608
    return {int(key): str(code or "").strip() for key, code in rows}
