"""JSON-2: what goes over the wire, and what is said when it goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from requests import ConnectionError as NoConnection
from requests import PreparedRequest, ReadTimeout

from agent.erp.odoo.json2 import Json2Transport, to_json
from agent.erp.odoo.transport import Transport
from agent.errors import (
    AuthError,
    BridgeError,
    Busy,
    ConfigError,
    InvalidRecord,
    MissingRight,
    Refused,
    TimedOut,
    Unreachable,
)
from agent_tests.unit.odoo.answers import refusal

URL = "https://odoo.example.com"
KEY = "0123456789abcdef0123456789abcdef01234567"
LOAD = f"{URL}/json/2/product.template/load"
CREATE = f"{URL}/json/2/product.template/create"
VERSION = f"{URL}/web/version"


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    """Give a network of scripted answers, with a key that is the user's."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as net:
        net.post(f"{URL}/json/2/res.users/context_get", json={"uid": 7, "lang": "en_US"})
        net.post(f"{URL}/json/2/res.users/search_read", json=[{"id": 7, "login": "me@example.com"}])
        yield net


@pytest.fixture
def transport() -> Iterator[Json2Transport]:
    """Give a transport to a host that only exists in ``responses``."""
    transport = Json2Transport(URL, "shop", "me@example.com", KEY)
    yield transport
    transport.close()


def call_error(transport: Transport) -> BridgeError:
    """Return the error of a call, which must name cause and fix and hide the key."""
    with pytest.raises(BridgeError) as caught:
        transport.call("product.template", "load", [], {"fields": [], "data": []})
    assert caught.value.cause
    assert caught.value.fix
    assert KEY not in f"{caught.value}{caught.value.detail}"
    return caught.value


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcü_ ", min_size=1), inner),
    max_leaves=8,
)


class TestWriting:
    @given(PLAIN)
    def test_everything_arrives(self, value: Any) -> None:
        assert json.loads(to_json(value).encode()) == value

    @given(st.decimals(allow_nan=False, allow_infinity=False, places=4, max_value=10**9))
    def test_decimals_arrive_with_all_their_digits(self, value: Decimal) -> None:
        assert json.loads(to_json([value]), parse_float=Decimal) == [value]
        assert to_json(value) == f"{value:f}"

    def test_decimals_have_no_exponent(self) -> None:
        assert to_json({"p": Decimal("1E-7")}) == '{"p":0.0000001}'
        assert to_json((Decimal("19.9900"), Decimal("1E+3"))) == "[19.9900,1000]"

    @pytest.mark.parametrize(
        "value", [Decimal("NaN"), Decimal("-Infinity"), float("nan"), float("inf")]
    )
    def test_what_is_no_number_is_refused(self, value: object) -> None:
        with pytest.raises(InvalidRecord):
            to_json([{"x": value}])

    def test_what_no_database_keeps_is_left_out(self) -> None:
        assert json.loads(to_json({"a\x00": "b\ud800\x00c\x07 \U0001f600"})) == {
            "a": "bc\x07 \U0001f600"
        }

    def test_a_value_of_an_unknown_kind_is_a_mistake_of_ours(self) -> None:
        with pytest.raises(TypeError, match="bytes"):
            to_json(b"x")


class TestCalls:
    def sent(self, net: responses.RequestsMock) -> tuple[PreparedRequest, Any]:
        request = net.calls[-1].request
        return request, json.loads(request.body or b"")

    def test_arguments_are_named(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        net.post(f"{URL}/json/2/sale.order/action_confirm", "null")
        given = {"context": {"lang": "en_US"}}
        assert transport.call("sale.order", "action_confirm", [[5, 6]], given) is None
        request, body = self.sent(net)
        assert body == {"ids": [5, 6], "context": {"lang": "en_US"}}
        assert request.headers["Authorization"] == f"bearer {KEY}"
        assert request.headers["X-Odoo-Database"] == "shop"

    def test_values_of_create_and_write(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        net.post(CREATE, json=[42])
        one = {"name": "Mug", "list_price": Decimal("9.90")}
        assert transport.call("product.template", "create", [one], {}) == 42
        request, body = self.sent(net)
        assert body == {"vals_list": {"name": "Mug", "list_price": 9.9}}
        assert b"9.90" in (request.body or b"")  # type: ignore[operator]
        assert transport.call("product.template", "create", [[one]], {}) == [42]
        net.post(f"{URL}/json/2/product.template/write", json=True)
        assert transport.call("product.template", "write", [[42], {"name": "Cup"}], {}) is True
        assert self.sent(net)[1] == {"ids": [42], "vals": {"name": "Cup"}}

    def test_a_model_that_names_its_values_otherwise_is_asked_once(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        def create(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
            named = json.loads(request.body or b"")
            if "values_list" in named:
                return 200, {}, "[9]"
            words = "missing a required argument: 'values_list'"
            name = "werkzeug.exceptions.UnprocessableEntity"
            return 422, {}, json.dumps(refusal(name, words))

        net.add_callback(responses.POST, CREATE, create, content_type="application/json")
        assert transport.call("product.template", "create", [{"name": "a"}], {}) == 9
        calls = len(net.calls)
        assert transport.call("product.template", "create", [{"name": "b"}], {}) == 9
        assert len(net.calls) == calls + 1

    def test_another_missing_argument_is_not_guessed(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        words = "missing a required argument: 'vals_list'"
        net.post(
            CREATE,
            json=refusal("werkzeug.exceptions.UnprocessableEntity", words),
            status=422,
        )
        with pytest.raises(Refused):
            transport.call("product.template", "create", [{"name": "a"}], {})
        assert sum(call.request.url == CREATE for call in net.calls) == 1

    def test_no_cookie_is_sent_back(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        net.get(VERSION, json={"version": "19.0"}, headers={"Set-Cookie": "session_id=x; Path=/"})
        assert transport.version().major == 19
        transport.login()
        assert all("Cookie" not in call.request.headers for call in net.calls)


ERRORS: list[tuple[int, dict[str, Any], type[BridgeError], str, str]] = [
    (
        401,
        refusal("werkzeug.exceptions.Unauthorized", "Invalid apikey"),
        AuthError,
        "erp.login",
        "",
    ),
    (403, refusal("odoo.exceptions.AccessDenied", "Access Denied"), AuthError, "erp.login", ""),
    (
        403,
        refusal("odoo.exceptions.AccessError", "You may not create 'Product' (product.template)"),
        MissingRight,
        "erp.rights",
        "product.template",
    ),
    (
        403,
        refusal("odoo.exceptions.AccessError", "Due to security restrictions, no."),
        Refused,
        "erp.record_rights",
        "security restrictions",
    ),
    (
        404,
        refusal("werkzeug.exceptions.NotFound", "the model 'product.template' does not exist"),
        ConfigError,
        "erp.app_missing",
        "product.template",
    ),
    (
        404,
        refusal(
            "werkzeug.exceptions.NotFound", "The method 'product.template.load' does not exist"
        ),
        Refused,
        "erp.failure",
        "does not exist",
    ),
    (
        404,
        refusal("odoo.exceptions.MissingError", "Record does not exist or has been deleted."),
        Refused,
        "erp.refused",
        "has been deleted",
    ),
    (409, refusal("odoo.exceptions.LockError", "Locked by another"), Busy, "erp.busy", ""),
    (
        422,
        refusal("odoo.exceptions.ValidationError", "The barcode is taken"),
        Refused,
        "erp.refused",
        "The barcode is taken",
    ),
    (
        422,
        refusal("odoo.addons.sale.errors.TooMuch", "That is too much"),
        Refused,
        "erp.refused",
        "That is too much",
    ),
    (
        500,
        refusal("odoo.exceptions.RedirectWarning", "Set up a chart of accounts first"),
        Refused,
        "erp.refused",
        "chart of accounts",
    ),
    (
        422,
        refusal("werkzeug.exceptions.UnprocessableEntity", "got an unexpected keyword 'x'"),
        Refused,
        "erp.failure",
        "unexpected keyword",
    ),
    (
        500,
        refusal("psycopg2.errors.SerializationFailure", "could not serialize access due to update"),
        Busy,
        "erp.busy",
        "",
    ),
    (
        500,
        refusal("psycopg2.pool.PoolError", "The Connection Pool Is Full"),
        Unreachable,
        "erp.unreachable",
        "Connection Pool",
    ),
    (
        500,
        refusal("builtins.ValueError", "Invalid field 'nam' on 'product.template'"),
        Refused,
        "erp.failure",
        "Invalid field 'nam'",
    ),
    (500, {"name": "builtins.KeyError", "message": "x"}, Refused, "erp.failure", "KeyError: x"),
]


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "body", "kind", "code", "words"), ERRORS, ids=lambda v: str(v)[:40]
    )
    def test_each_answer_is_typed(
        self,
        net: responses.RequestsMock,
        transport: Json2Transport,
        status: int,
        body: dict[str, Any],
        kind: type[BridgeError],
        code: str,
        words: str,
    ) -> None:
        net.post(LOAD, json=body, status=status)
        error = call_error(transport)
        assert (type(error), error.code) == (kind, code)
        assert words in error.cause

    def test_the_key_never_stands_in_a_message(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        net.post(LOAD, json=refusal("builtins.ValueError", f"bearer {KEY}"), status=500)
        assert "bearer ***" in call_error(transport).detail

    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (502, "<html><h1>Bad Gateway</h1></html>", Unreachable),
            (200, "<!doctype html><title>Shop</title>", Unreachable),
            (404, "nothing here", Unreachable),
            (401, "<html>Authorization required</html>", ConfigError),
            (403, '{"error": "forbidden"}', ConfigError),
            (413, "too large", Refused),
            (504, "<html>504</html>", TimedOut),
            (301, "", ConfigError),
            (500, "[1]", Unreachable),
        ],
    )
    def test_what_is_no_answer_of_odoo(
        self,
        net: responses.RequestsMock,
        transport: Json2Transport,
        status: int,
        body: str,
        kind: type[BridgeError],
    ) -> None:
        net.post(LOAD, body, status=status, headers={"Location": "https://other.example.com/"})
        assert type(call_error(transport)) is kind

    @pytest.mark.parametrize("body", ["busy", json.dumps(refusal("x.Y", "busy"))])
    @pytest.mark.parametrize("status", [429, 503])
    def test_overload_names_the_pause(
        self, net: responses.RequestsMock, transport: Json2Transport, status: int, body: str
    ) -> None:
        net.post(LOAD, body, status=status, headers={"Retry-After": "30"})
        error = call_error(transport)
        assert isinstance(error, Busy)
        assert error.retry_after == 30

    def test_a_database_that_is_not_there(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        page = "<!DOCTYPE html><p>No database is selected and the requested URL was not found"
        net.post(LOAD, page, status=404, content_type="text/html; charset=utf-8")
        error = call_error(transport)
        assert error.code == "erp.database"
        assert "shop" in error.cause

    def test_an_answer_that_ends_in_the_middle_leaves_the_effect_open(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        net.post(LOAD, '{"ids": [1, 2', content_type="application/json; charset=utf-8")
        assert isinstance(call_error(transport), TimedOut)

    @pytest.mark.parametrize("failure", [ReadTimeout("slow"), NoConnection("gone")])
    def test_nothing_is_sent_twice(
        self, net: responses.RequestsMock, transport: Json2Transport, failure: Exception
    ) -> None:
        net.post(LOAD, body=failure)
        assert isinstance(call_error(transport), TimedOut)
        assert sum(call.request.url == LOAD for call in net.calls) == 1


class TestLogin:
    def test_the_owner_of_the_key(
        self, net: responses.RequestsMock, transport: Json2Transport
    ) -> None:
        assert transport.login() == 7
        calls = len(net.calls)
        net.post(LOAD, json={"ids": [1], "messages": []})
        transport.call("product.template", "load", [], {"fields": [], "data": []})
        assert len(net.calls) == calls + 1

    def test_a_key_of_somebody_else(self, net: responses.RequestsMock) -> None:
        transport = Json2Transport(URL, "shop", "you@example.com", KEY)
        with pytest.raises(AuthError, match=r"belongs to me@example\.com, not to you") as caught:
            transport.login()
        transport.close()
        assert caught.value.code == "erp.login"

    @pytest.mark.parametrize("secret", ["", "pass word", "pässwort", "line\r\nbreak: x"])
    def test_what_can_be_no_key_is_not_sent(self, net: responses.RequestsMock, secret: str) -> None:
        transport = Json2Transport(URL, "shop", "me@example.com", secret)
        with pytest.raises(AuthError, match="API key"):
            transport.login()
        transport.close()
        assert not net.calls

    def test_a_database_name_that_odoo_cannot_have_is_not_sent(
        self, net: responses.RequestsMock
    ) -> None:
        transport = Json2Transport(URL, "läden\r\nX: y", "me@example.com", KEY)
        with pytest.raises(ConfigError) as caught:
            transport.login()
        transport.close()
        assert caught.value.code == "erp.database"
        assert not net.calls
