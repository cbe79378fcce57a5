"""Reading the admin's pages: the extension's menu, its screens, its buttons."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from agent_tests.lab.opencart_admin import Admin

MENU = "ERP Mapping"


def menu_routes(page: str) -> dict[str, str]:
    """Return the extension's entries in the left-hand menu: their text by route."""
    found: dict[str, str] = {}
    for link, text in re.findall(r'<a href="([^"]*route=[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL):
        route = parse_qs(urlsplit(html.unescape(link)).query).get("route", [""])[0]
        if "erp_bridge" in route:
            found[route] = html.unescape(re.sub(r"<[^>]+>", "", text)).strip()
    return found


def column_left(page: str) -> str:
    """Return the left-hand menu's part of a page."""
    found = re.search(r'<nav id="column-left">.*?</nav>', page, re.DOTALL)
    assert found, "the page has no menu"
    return found.group(0)


def header_buttons(page: str) -> str:
    """Return the page header, where a page's buttons are."""
    found = re.search(r'<div class="page-header">.*?<h1>', page, re.DOTALL)
    assert found, "the page has no header"
    return found.group(0)


def denied(admin: Admin, route: str) -> bool:
    """Tell whether OpenCart refuses to show a route to this user."""
    response = admin.get(route)
    return response.status_code == 401 or "Permission Denied" in response.text
