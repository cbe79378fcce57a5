"""What calls to an ERP or to the shop are called, read from the request."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_XMLRPC = re.compile(
    rb"<string>([a-z_.]+)</string></value>\s*</param>\s*<param>\s*<value><string>([a-z_]+)</string>"
)
_JSON2 = re.compile(r"/json/2/([a-z_.]+)/([a-z_]+)")
_SERVICE_LAYER = re.compile(r"/b1s/v[12]/([^?]*)")
_KEY = re.compile(r"\(('(?:[^']|'')*'|[^)])*\)")
_INNER = re.compile(rb"^(GET|POST|PATCH|PUT|MERGE|DELETE) (\S+)", re.MULTILINE)
_READS = {
    *("search_read", "read", "fields_get", "search_count", "search", "has_access", "authenticate"),
    *(
        "version",
        "context_get",
        "name_search",
        "check_access_rights",
        "default_get",
        "xmlid_to_res_id",
    ),
}
_SESSIONS = ("Login", "Logout")
_ASKS = re.compile(r"_Preview$|_Get[A-Z]|_PostQuery$|_RoundDecimal$|List$")


def names_of(verb: str, path: str, body: bytes) -> tuple[str, ...]:
    """Return what a request is called.

    ``sale.order.load`` of Odoo, by either protocol; ``POST Orders``, ``PATCH Items``, ``POST
    Orders/Cancel`` of the Service Layer; ``history`` of the shop. A batch has the name of each of
    its parts and, first, ``$batch``.
    """
    if found := _SERVICE_LAYER.search(path):
        if found[1] == "$batch":
            inner = _INNER.findall(body)
            parts = [_resource(v.decode(), p.decode()) for v, p in inner]
            return ("$batch", *parts)
        return (_resource(verb, path),)
    if found := _JSON2.search(path):
        return (f"{found[1]}.{found[2]}",)
    if path.endswith("/xmlrpc/2/common"):
        return ("authenticate",)
    if call := _XMLRPC.search(body):
        return (f"{call[1].decode()}.{call[2].decode()}",)
    query = parse_qs(urlsplit(path).query)
    return (query["call"][0] if "call" in query else path,)


def _resource(verb: str, path: str) -> str:
    found = _SERVICE_LAYER.search(path)
    rest = found[1] if found else path.partition("?")[0].lstrip("/")
    return f"{verb} {_KEY.sub('', rest)}"


def may_write(name: str) -> bool:
    """Tell whether a call of that name may change something."""
    verb, _, what = name.partition(" ")
    if what:
        return verb != "GET" and what not in _SESSIONS and not _ASKS.search(what)
    if name == "$batch" or name.startswith("/"):
        return False
    return name.rpartition(".")[2] not in _READS
