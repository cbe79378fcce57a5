"""The agent's calls to the shop: signed, believed only when signed back, and clear when not."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import responses

from agent.errors import BridgeError, ConfigError, PermanentError, TimedOut, Unreachable
from agent.security.pairing import Pairing, PairingKey
from agent.security.signing import NONCE, sign_response, verify_signature
from agent.store.shop_api import ShopApi
from agent_tests.lab.certificates import certificate

SHOP = "https://shop.example/store/"
CALL = "https://shop.example/store/index.php"
Answer = Callable[[requests.PreparedRequest], tuple[int, dict[str, str], str]]


@pytest.fixture
def key(tmp_path: Path) -> PairingKey:
    pairing = Pairing(tmp_path / "pairing")
    pairing.ensure(datetime.now(UTC))
    return pairing.current()


@pytest.fixture
def api(key: PairingKey) -> ShopApi:
    return ShopApi(lambda: SHOP, lambda: key, time.time)


def signed(key: PairingKey, status: int, answer: object) -> Answer:
    """Answer as the extension does, after checking the call's own signature."""

    def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent = request.body or b""
        raw = sent if isinstance(sent, bytes) else sent.encode()
        headers = {name: str(value) for name, value in request.headers.items()}
        verify_signature(
            [key],
            headers,
            method=request.method or "",
            target=request.path_url,
            body=raw,
            now=time.time(),
        )
        body = json.dumps(answer)
        return (
            status,
            dict(
                sign_response(
                    key, status=status, nonce=headers[NONCE], body=body.encode(), now=time.time()
                )
            ),
            body,
        )

    return reply


@responses.activate
def test_a_history_line_is_asked_for_and_its_number_returned(api: ShopApi, key: PairingKey) -> None:
    responses.add_callback(
        responses.POST, CALL, signed(key, 200, {"order_history_id": 41, "repeated": False})
    )
    number = api.add("1-17-confirmed", "17", None, comment="Größe 38", notify=True)
    sent = json.loads(responses.calls[0].request.body or b"")
    assert number == 41
    assert sent == {
        "event": "1-17-confirmed",
        "order_id": 17,
        "status_id": 0,
        "comment": "Größe 38",
        "notify": True,
    }
    assert responses.calls[0].request.path_url.endswith(
        "/store/index.php?route=extension/erp_bridge/api&call=history"
    )


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "code", "said"),
    [
        (503, "<html>Maintenance</html>", "shop.not_the_extension", "Maintenance"),
        (200, '{"order_history_id": 1}', "shop.not_the_extension", "HTTP 200"),
        (301, "", "shop.not_the_extension", "HTTP 301"),
        (401, "", "shop.pairing", "signature"),
    ],
)
def test_what_is_not_signed_is_not_believed(
    api: ShopApi, status: int, body: str, code: str, said: str
) -> None:
    responses.add(responses.POST, CALL, body=body, status=status)
    with pytest.raises(Unreachable) as caught:
        api.add("e", "17", "3", comment="", notify=False)
    assert caught.value.code == code
    assert said in caught.value.cause
    assert caught.value.retry


@responses.activate
def test_an_uninstalled_extension_is_named_and_asked_again_later(
    api: ShopApi, key: PairingKey
) -> None:
    error = {"code": "shop.uninstalled", "cause": "It is uninstalled", "fix": "Install it again"}
    responses.add_callback(responses.POST, CALL, signed(key, 503, {"error": error}))
    with pytest.raises(Unreachable) as caught:
        api.add("e", "17", "3", comment="", notify=True)
    assert caught.value.retry
    assert (caught.value.cause, caught.value.code) == (error["cause"], error["code"])
    assert caught.value.fix == error["fix"]


@responses.activate
def test_a_refusal_has_the_shops_reason_and_is_not_repeated(api: ShopApi, key: PairingKey) -> None:
    error = {"code": "shop.order_missing", "cause": "There is no order 17", "fix": "Look again"}
    responses.add_callback(responses.POST, CALL, signed(key, 404, {"error": error}))
    with pytest.raises(PermanentError) as caught:
        api.add("e", "17", "3", comment="", notify=False)
    assert (caught.value.cause, caught.value.code) == (error["cause"], error["code"])


@responses.activate
def test_a_fault_of_the_shop_is_tried_again(api: ShopApi, key: PairingKey) -> None:
    error = {"code": "shop.busy", "cause": "The database is away", "fix": "Wait"}
    responses.add_callback(responses.POST, CALL, signed(key, 500, {"error": error}))
    with pytest.raises(Unreachable):
        api.add("e", "17", "3", comment="", notify=False)


@responses.activate
@pytest.mark.parametrize(
    ("trouble", "kind", "code"),
    [
        (requests.exceptions.ReadTimeout("slow"), TimedOut, "shop.timeout"),
        (requests.exceptions.ConnectionError("refused"), Unreachable, "shop.unreachable"),
        (requests.exceptions.SSLError("expired"), Unreachable, "shop.tls"),
    ],
)
def test_a_shop_that_does_not_answer_is_told_by_what_is_wrong(
    api: ShopApi, trouble: Exception, kind: type[BridgeError], code: str
) -> None:
    responses.add(responses.GET, CALL, body=trouble)
    with pytest.raises(kind) as caught:
        api.ping()
    assert caught.value.code == code
    assert "shop.example" in caught.value.cause
    assert caught.value.fix


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_a_private_authority_counts_where_it_is_named(key: PairingKey, tmp_path: Path) -> None:
    cert, secret = certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}/"
    codes = []
    try:
        for ca_file in (None, cert):
            with pytest.raises(Unreachable) as caught:
                ShopApi(lambda: url, lambda: key, time.time, ca_file=ca_file).ping()
            codes.append(caught.value.code)
    finally:
        server.shutdown()
        server.server_close()
    assert codes == ["shop.tls", "shop.not_the_extension"], "only the second reached the page"


def test_a_shop_without_an_address_is_a_matter_of_set_up(key: PairingKey) -> None:
    with pytest.raises(ConfigError) as caught:
        ShopApi(lambda: "", lambda: key, time.time).ping()
    assert caught.value.code == "shop.no_url"
