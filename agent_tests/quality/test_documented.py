"""Every code that a person may read is explained in the troubleshooting page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_INTERNAL = {"sandbox", "bench", "demo"}
_NAME = r"[a-z][a-z_0-9]*\.[a-z_0-9-]+"
_CODE = re.compile(_NAME)


def codes() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "agent").rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if not _INTERNAL & set(path.relative_to(ROOT).parts):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from ((code, place) for code in _codes_of(node))


def _codes_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg in {"code", "default_code"}:
        yield from _text(node.value)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and target.id == "default_code" and node.value:
            yield from _text(node.value)


def _text(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        value = part.value if isinstance(part, ast.Constant) else None
        if isinstance(value, str) and _CODE.fullmatch(value):
            yield value


def test_every_code_is_explained() -> None:
    page = (ROOT / "docs/admin/troubleshooting.md").read_text(encoding="utf-8")
    explained = set(re.findall(rf"`({_NAME})`", page))
    missing = {code: place for code, place in codes() if code not in explained}
    assert not missing


def test_no_code_is_explained_that_is_not_there() -> None:
    page = (ROOT / "docs/admin/troubleshooting.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| (.*?) \|", page, flags=re.MULTILINE))
    listed = {code for cell in explained for code in re.findall(rf"`({_NAME})`", cell)}
    files = [*(ROOT / "agent").rglob("*.py"), *(ROOT / "opencart_extension/system").rglob("*.php")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert not {code for code in listed if f'"{code}"' not in source and f"'{code}'" not in source}


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken


def test_screens_that_errors_name_are_in_the_menu() -> None:
    language = ROOT / "opencart_extension/admin/language/en-gb"
    texts = "".join(path.read_text(encoding="utf-8") for path in language.glob("erp_bridge*.php"))
    menu = re.findall(r"\$_\['menu_\w+'\] = '([^']+)';", texts)
    assert len(menu) > 15
    named = {
        found: path.relative_to(ROOT).as_posix()
        for path in (ROOT / "agent").rglob("*.py")
        for found in re.findall(r"ERP Mapping > ([A-Z][\w& ]+)", path.read_text(encoding="utf-8"))
    }
    assert not {n: p for n, p in named.items() if not n.startswith(tuple(menu))}


def test_what_all_erps_share_names_none_of_them() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for part in ("sync", "services", "http", "ledger", "store")
        for path in (ROOT / "agent" / part).rglob("*.py")
        for node in _said(ast.parse(path.read_text(encoding="utf-8")))
        if re.search(r"\bOdoo\b|\bSAP\b|Business One", str(node.value))
    ]
    assert not named


def _said(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the texts of a module that are no docstrings."""
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node
