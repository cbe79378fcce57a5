"""Login, endpoints, and how calls go wrong."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from agent_tests.live.fidelity.talk import Talk

PT = "product.template"
CATEGORY = "product.category"


def faults_of_calls(t: Talk) -> Iterator[Any]:
    yield "unknown field, create", t(PT, "create", {"nam": 1})
    yield "unknown field, write", t(PT, "write", [999999], {"nam": 1})
    yield "unknown field, read", t(PT, "read", t(PT, "search", [], limit=1), ["nam"])
    yield "unknown field, order", t(PT, "search", [], 0, 1, "nam")
    yield "odd order", t(PT, "search", [], 0, 1, "name sideways")
    yield "wrong selection", t(PT, "create", {"name": "x", "type": "zzz"})
    yield "text for a number", t(PT, "create", {"name": "x", "list_price": "abc"})
    yield "text for a whole number", t(PT, "create", {"name": "x", "sequence": "abc"})
    yield "no name", t(PT, "create", {"list_price": 1})
    yield "False for a name", t(PT, "create", {"name": False})
    yield "category without a name", t(CATEGORY, "create", {})
    yield "value without attribute", t("product.attribute.value", "create", {"name": "x"})
    yield "no such category", t(PT, "create", {"name": "x", "categ_id": 999999})
    yield "text for a category", t(PT, "create", {"name": "x", "categ_id": "abc"})
    yield "write, missing product", t(PT, "write", [999999], {"name": "x"})
    yield "write, missing category", t(CATEGORY, "write", [999999], {"name": "x"})
    yield "delete, missing", t(CATEGORY, "unlink", [999999])
    yield "read, missing", t(CATEGORY, "read", [999999], ["name"])
    yield "exists", t(CATEGORY, "exists", [999999])
    yield "private", t(CATEGORY, "_compute_display_name", [1])
    yield "init", t(CATEGORY, "init")
    yield "unknown method", t(CATEGORY, "zzz", [1])
    yield "unknown model", t("zzz.zzz", "search", [])
    yield "attribute", t(CATEGORY, "_name")
    yield "no ids", t(CATEGORY, "read")
    yield "unknown keyword", t(CATEGORY, "search", [], foo=1)
    yield "count keyword", str(t(CATEGORY, "search", [["id", "=", 0]], count=True))
    yield "text for ids", t(CATEGORY, "read", ["a"], ["name"])
    unknown = {"lang": "xx_XX"}
    answer = t(PT, "search_read", [], ["name"], 0, 1, "id", context=unknown)
    yield "language not there", answer if t.new else repr(type(answer))


def domains_that_fail(t: Talk) -> Iterator[Any]:
    for domain in (
        [["nam", "=", 1]],
        [["categ_id.nam", "=", 1]],
        [["name.nam", "=", 1]],
        [["name", "~", "x"]],
        [["name", "="]],
        ["&", ["name", "=", "x"]],
        "x",
        [["create_date", ">", "bad"]],
    ):
        yield domain, t(PT, "search", domain)


def login(t: Talk) -> Iterator[Any]:
    common, records = t.common, t.object
    yield t.catch(common.authenticate, t.database, "admin", "bad", {})
    yield t.catch(common.authenticate, t.database, "nope", "bad", {})
    yield t.catch(common.authenticate, t.database, "admin", "", {})
    yield t.catch(common.authenticate, "nodb", "admin", "admin", {})
    yield t.catch(common.login, t.database, "admin", "bad")
    search = ("res.users", "search", [[]])
    yield t.catch(records.execute_kw, t.database, t.uid, "bad", *search)
    yield t.catch(records.execute_kw, t.database, 99999, "admin", *search)
    yield t.catch(records.execute_kw, t.database, t.uid, "", *search)
    yield t.catch(records.execute_kw, t.database, False, "x", *search)
    yield t.catch(records.execute_kw, "nodb", t.uid, "admin", *search)
    count = ("res.users", "search_count")
    yield t.catch(records.execute, t.database, t.uid, t.password, *count, [["id", "=", t.uid]])
    yield t.catch(records.execute_kw, t.database, t.uid, t.password, *count)
    yield t.catch(records.execute_kw, t.database, t.uid, t.password)
    yield t.catch(records.nosuch)
    yield t.catch(common.version)


def endpoints(t: Talk) -> Iterator[Any]:
    for path in ("/web/version", "/json/version", "/nope"):
        try:
            with urllib.request.urlopen(t.url + path) as answer:
                yield path, answer.status, answer.read()
        except urllib.error.HTTPError as error:
            yield path, error.code
    body = b"<?xml version='1.0'?><methodCall><methodName>version</methodName></methodCall>"
    for sent in (body, b"garbage", b"", b"<methodCall/>"):
        address = urlsplit(t.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port or 80)
        connection.request("POST", "/xmlrpc/2/common", sent, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        kind = b"fault" if b"<fault>" in answer.read() else b"value"
        closed = "close" if answer.version == 10 else answer.headers["connection"]
        yield answer.version, answer.status, answer.headers["content-type"], closed, kind
        connection.close()


SCENARIOS = (faults_of_calls, domains_that_fail, login, endpoints)
