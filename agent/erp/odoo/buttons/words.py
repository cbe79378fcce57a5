"""Names of menus, lists and actions; English is the base, other languages where Odoo has them."""

from __future__ import annotations

from collections.abc import Mapping

SYNCHRONIZE = "Synchronize to OpenCart"

GERMAN: Mapping[str, str] = {
    SYNCHRONIZE: "Nach OpenCart übertragen",
    "Presses": "Anforderungen",
    "Mappings": "Zuordnungen",
    "Last runs": "Letzte Läufe",
    "Waiting": "Wartend",
}

LANGUAGES: Mapping[str, Mapping[str, str]] = {"de": GERMAN}
"""Translations by the first part of Odoo's language code."""


def translations(codes: list[str]) -> dict[str, Mapping[str, str]]:
    """Return the words for those of the language codes that have some."""
    return {c: LANGUAGES[c.split("_")[0]] for c in codes if c.split("_")[0] in LANGUAGES}
