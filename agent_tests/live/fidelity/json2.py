"""JSON-2: logins, paths, arguments, and how calls go wrong."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from agent_tests.live.fidelity.talk import Talk

PT = "product.template"
CATEGORY = "product.category"


def post(
    t: Talk, path: str, named: Any = None, *, verb: str = "POST", kind: str = "", **headers: str
) -> Any:
    """Call ``/json/2/<path>``; an error answers its status, name, message, and end of ``debug``."""
    address = urlsplit(t.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port or 80)
    body = named if isinstance(named, bytes) else json.dumps(named or {}).encode()
    sent = {"Content-Type": kind or "application/json", "X-Odoo-Database": t.database}
    sent["Authorization"] = f"Bearer {t.key()}"
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection.request(verb, f"/json/2{path}", body, {k: v for k, v in sent.items() if v != "-"})
    answer = connection.getresponse()
    text, form = answer.read().decode(), str(answer.headers["content-type"])
    connection.close()
    if not form.startswith("application/json"):
        return answer.status, form, "No database is selected" in text
    value = json.loads(text)
    if answer.status == 200:
        return value
    words = [t.plain(value[word]) for word in ("name", "message")]
    return [answer.status, form, *words, sorted(value), _told(value)]


def _told(value: dict[str, Any]) -> bool:
    """Return whether the traceback carries the message."""
    return value["message"] in value["debug"]


def logins(t: Talk) -> Iterator[Any]:
    path, asked = "/res.users/search_count", {"domain": [["id", "=", 1]]}
    yield post(t, path, asked)
    yield post(t, path, asked, Authorization=f"bearer {t.key()}")
    yield post(t, path, asked, Authorization="-")
    yield post(t, path, asked, Authorization="Bearer wrong")
    yield post(t, path, asked, Authorization="Bearer admin")
    yield post(t, path, asked, Authorization=f"Basic {t.key()}")
    yield post(t, path, asked, X_Odoo_Database="no_such_database")
    yield sorted(post(t, "/res.users/context_get"))


def paths(t: Talk) -> Iterator[Any]:
    yield post(t, "/zzz.zzz/search", {"domain": []})
    yield post(t, f"/{CATEGORY}/zzz", {"ids": [1]})
    yield post(t, f"/{CATEGORY}/_compute_display_name", {"ids": [1]})
    yield post(t, f"/{CATEGORY}/exists", {"ids": [1]})
    yield post(t, f"/{CATEGORY}/search/more", {})
    yield post(t, f"/{CATEGORY}", {})
    yield post(t, "", {})


def bodies(t: Talk) -> Iterator[Any]:
    path = f"/{CATEGORY}/search_count"
    yield post(t, path, b"{")
    yield post(t, path, b"[1]")
    yield post(t, path, b'"text"')
    yield post(t, path, b"")
    yield post(t, path, {"domain": [["id", "=", 0]]}, kind="text/plain")
    yield post(t, path, {"domain": [["id", "=", 0]], "foo": 1})
    yield post(t, path, {"domain": [["id", "=", 0]], "ids": [1]})
    yield post(t, f"/{CATEGORY}/create", {"vals": {"name": "x"}})
    yield post(t, f"/{CATEGORY}/create", {})
    yield post(t, f"/{CATEGORY}/write", {"ids": [1], "values": {"name": "x"}})
    yield post(t, f"/{CATEGORY}/write", {"ids": [1]})
    yield post(t, f"/{CATEGORY}/load", {"fields": ["name"]})


def values(t: Talk) -> Iterator[Any]:
    made = post(t, f"/{CATEGORY}/create", {"vals_list": [{"name": t.name("a")}, {"name": "b"}]})
    yield [type(one).__name__ for one in made]
    one = post(t, f"/{CATEGORY}/create", {"vals_list": {"name": t.name("c")}})
    yield [type(number).__name__ for number in one]
    yield post(t, f"/{CATEGORY}/write", {"ids": made, "vals": {"name": t.name("d\u0007")}})
    [row] = post(t, f"/{CATEGORY}/read", {"ids": made[:1], "fields": ["name", "parent_id"]})
    yield t.clean(row["name"]), row["parent_id"]
    number = {"name": "x", "list_price": 19.99, "barcode": t.name()}
    template = post(t, f"/{PT}/create", {"vals_list": [number]})
    [row] = post(t, f"/{PT}/read", {"ids": template, "fields": ["list_price", "create_uid"]})
    yield row["list_price"], row["create_uid"]
    yield post(t, f"/{PT}/create", {"vals_list": [number]})
    yield post(t, f"/{CATEGORY}/unlink", {"ids": [*made, *one]})
    yield post(t, f"/{CATEGORY}/unlink", {})
    yield post(t, f"/{CATEGORY}/search_read", {"domain": [["id", "in", made]], "fields": ["name"]})


def faults(t: Talk) -> Iterator[Any]:
    yield post(t, f"/{PT}/create", {"vals_list": [{"nam": 1}]})
    yield post(t, f"/{PT}/create", {"vals_list": [{"list_price": 1}]})
    yield post(t, f"/{PT}/create", {"vals_list": [{"name": "x", "type": "zzz"}]})
    yield post(t, f"/{PT}/create", {"vals_list": [{"name": "x", "list_price": "abc"}]})
    yield post(t, f"/{PT}/search", {"domain": [["nam", "=", 1]]})
    yield post(t, f"/{CATEGORY}/write", {"ids": [999999], "vals": {"name": "x"}})
    yield post(t, f"/{CATEGORY}/read", {"ids": [999999], "fields": ["name"]})
    unknown = {"lang": "xx_XX"}
    yield post(t, f"/{PT}/search_read", {"domain": [], "fields": ["name"], "context": unknown})
    company = {"allowed_company_ids": [999999]}
    yield post(t, f"/{PT}/search_read", {"domain": [], "fields": ["name"], "context": company})


def nothing(t: Talk) -> Iterator[Any]:
    template = t.product("n")
    [variant] = t.variants(template)
    quant = t("stock.quant", "create", {"product_id": variant, "location_id": t.stock_place()})
    yield post(t, "/stock.quant/action_apply_inventory", {"ids": [quant]})


ONLY_19 = (logins, paths, bodies, values, faults, nothing)
SCENARIOS = ()
