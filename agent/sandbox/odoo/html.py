"""What the servers make of HTML before they store it: whole, and without what could run."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

SPACE = " \t\r\n"  # a non-breaking space is text
VOID = frozenset({"br", "hr", "img", "col", "wbr", "area"})
GONE = frozenset(  # with all that is in them
    {"script", "style", "iframe", "object", "embed", "applet", "link", "meta", "base", "head"}
)
UNWRAPPED = frozenset({"form", "input", "button", "select", "textarea", "html", "body", "title"})
BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt"),
        *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "ul"),
    }
)
ENDS = {  # an opening tag that ends an open one of these
    "li": {"li"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr", "td", "th"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
}


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: list[tuple[str, str | None]] = field(default_factory=list)
    children: list[_Node | str] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("")
        self.open = [self.root]
        self.hidden = 0
        self.dropped = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in GONE:
            self.hidden += 1
            self.dropped = True
            return
        if self.hidden:
            return
        if tag in UNWRAPPED:
            self.dropped = True
            return
        ends = {"p"} if tag in BLOCKS else set()
        ends |= ENDS.get(tag, set())
        while len(self.open) > 1 and self.open[-1].tag in ends:
            self.open.pop()
        node = _Node(tag, _safe(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in GONE:
            self.hidden = max(0, self.hidden - 1)
            return
        if self.hidden or tag in VOID or tag not in {node.tag for node in self.open}:
            return
        while self.open[-1].tag != tag:
            self.open.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.open[-1].children.append(data)


def sanitize(text: str) -> str:
    """Return HTML as Odoo stores it."""
    if not text.strip(SPACE):
        return ""
    tree = _Tree()
    tree.feed(text)
    tree.close()
    top = _paragraph_first(tree.root.children)
    if not any(isinstance(one, _Node) or one.strip(SPACE) for one in top):
        return "<div></div>" if tree.dropped and "<script" not in text.lower() else ""
    written = "".join(_write(one) for one in top)
    nodes = [one for one in top if isinstance(one, _Node)]
    alone = len(nodes) == 1 and not any(isinstance(one, str) and one.strip(SPACE) for one in top)
    if (alone and not tree.dropped) or any(node.tag in BLOCKS for node in nodes):
        return written
    return f"<span>{written}</span>"


def _paragraph_first(children: list[_Node | str]) -> list[_Node | str]:
    """Put text at the start, with what flows in its line, into a paragraph."""
    first = children[0] if children else ""
    if not isinstance(first, str) or not first.strip(SPACE):
        return children
    inline = 0
    while inline < len(children):
        one = children[inline]
        if isinstance(one, _Node) and one.tag in BLOCKS:
            break
        inline += 1
    return [_Node("p", [], children[:inline]), *children[inline:]]


def _safe(attrs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    kept: list[tuple[str, str | None]] = []
    for name, value in attrs:
        if name.startswith("on"):
            continue
        runs = (value or "").strip().lower().startswith(("javascript:", "vbscript:"))
        kept.append((name, "" if runs else value))
    return kept


def _write(node: _Node | str) -> str:
    if isinstance(node, str):
        return escape(node, quote=False).replace("\xa0", "&nbsp;")
    attributes = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in node.attributes
    )
    if node.tag in VOID:
        return f"<{node.tag}{attributes}>"
    return f"<{node.tag}{attributes}>{''.join(map(_write, node.children))}</{node.tag}>"
