"""Text as the shop stores it, decoded.

Everything typed into a form of OpenCart is stored HTML-escaped (``Apple Cinema 30&quot;``,
``&lt;p&gt;``). One decoding gives what the admin typed; HTML that was typed stays HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from agent.model.catalogue import Text

# Like PHP's html_entity_decode: a reference counts only with its semicolon, so that
# "?a=1&copy=2" in a description stays as it is.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def decode(text: str | None) -> str:
    """Return ``text`` without the HTML escaping of the shop's forms; None becomes ``""``."""
    if not text:
        return ""
    if "&" not in text:
        return text
    # What the forms escape, at a quarter of the cost: descriptions have hundreds of references.
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    if plain.count("&") == plain.count("&amp;"):
        return plain.replace("&amp;", "&")
    return _REFERENCE.sub(lambda match: html.unescape(match.group()), text)


def line(text: str | None) -> str:
    """Return a one-line text (a name, a code) decoded and without white space around it."""
    return decode(text).strip()


def texts(rows: Iterable[tuple[str | None, str | None]]) -> Text:
    """Return language code to text for ``(code, one-line text)`` pairs, leaving out empty ones."""
    result = {}
    for code, raw in rows:
        value = line(raw)
        if code and value:
            result[code] = value
    return result


def first(text: Text, languages: Iterable[str]) -> str:
    """Return the text of the first of ``languages`` that has one, else any, else ``""``."""
    for code in languages:
        if code in text:
            return text[code]
    return next(iter(text.values()), "")


def label(text: Mapping[str, str], languages: Iterable[str], fallback: str) -> str:
    """Return a name to show for a record, at most 255 characters."""
    return (first(text, languages) or fallback)[:255]


def encode(text: str) -> str:
    """Return ``text`` as a form of the shop stores it: trimmed, line ends as browsers send them.

    The single quote stays as it is, as in the shop's own request handling.
    """
    plain = text.strip()
    if "\n" in plain:
        plain = plain.replace("\r\n", "\n").replace("\n", "\r\n")
    if "&" not in plain and "<" not in plain and ">" not in plain and '"' not in plain:
        return plain
    return (
        plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )
