"""Product descriptions: HTML as it is for HTML fields, plain text for text fields."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_BREAKS = frozenset(
    {
        "br",
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "blockquote",
        "section",
    }
)
_SILENT = frozenset({"script", "style", "head", "title"})


class _TextOnly(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain_text(html: str) -> str:
    """Return the readable text of HTML, however broken it is; plain text stays as it is."""
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = _TextOnly()
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(parser.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def rich_text(text: str) -> str:
    """Return HTML for an HTML field: plain text with line breaks keeps its lines."""
    if "<" in text or "\n" not in text.strip():
        return text
    return "<br>".join(line.strip() for line in text.strip().splitlines())


def html_of(text: str, kind: str) -> str:
    """Return an ERP's description as HTML; ``kind`` is its field's: ``html``, or a plain text."""
    if kind != "html":
        lines = [escape(line.strip(), quote=False) for line in text.strip().splitlines()]
        return "<br>".join(lines)
    shown = plain_text(text) or re.search(r"<(img|iframe|video|table|hr)\b", text)
    return text.strip() if shown else ""
