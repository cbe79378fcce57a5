"""What a browser would send for the forms of a page, read from the page's HTML."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collects what a browser would send for each form of a page, by the form's id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self.actions: dict[str, str] = {}
        self._form: str | None = None
        self._select: tuple[str, bool] | None = None
        self._chosen: list[str] = []
        self._first: str | None = None
        self._text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        flags = {name for name, _ in attrs}
        if tag == "form":
            self._form = values.get("id") or f"form{len(self.forms)}"
            self.forms[self._form] = []
            self.actions[self._form] = values.get("action", "")
        name = values.get("name", "")
        if tag == "option" and self._select is not None:
            if self._first is None:
                self._first = values.get("value", "")
            if "selected" in flags:
                self._chosen.append(values.get("value", ""))
        if self._form is None or not name or "disabled" in flags:
            return
        if tag == "input":
            kind = values.get("type", "text").lower()
            if kind in ("checkbox", "radio") and "checked" not in flags:
                return
            if kind not in ("submit", "button", "file", "image", "reset"):
                self.forms[self._form].append((name, values.get("value", "")))
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select, self._chosen, self._first = (name, "multiple" in flags), [], None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None and self._form is not None:
            text = "".join(self._text[1])
            self.forms[self._form].append((self._text[0], text.removeprefix("\n")))
            self._text = None
        elif tag == "select" and self._select is not None and self._form is not None:
            name, multiple = self._select
            chosen = self._chosen
            if not chosen and not multiple and self._first is not None:
                chosen = [self._first]
            self.forms[self._form] += [(name, value) for value in chosen]
            self._select = None
        elif tag == "form":
            self._form = None


def read_forms(html: str) -> tuple[dict[str, list[tuple[str, str]]], dict[str, str]]:
    """Return each form's fields as a browser would send them, and each form's action."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms, parser.actions
