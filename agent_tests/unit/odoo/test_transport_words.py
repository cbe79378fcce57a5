"""What the transport says when the way to Odoo is broken: typed, with cause and fix."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import responses
from cryptography import x509

from agent.erp.odoo.transport import ResultUnknown
from agent.erp.odoo.xmlrpc import XmlRpcTransport, unmarshal
from agent.errors import (
    AuthError,
    BridgeError,
    Busy,
    ConfigError,
    MissingRight,
    Refused,
    TimedOut,
    Unreachable,
)
from agent_tests.lab.certificates import certificate
from agent_tests.lab.mariadb import free_port
from agent_tests.unit.odoo.answers import answer, fault

URL = "https://odoo.example.com"
COMMON, OBJECT = f"{URL}/xmlrpc/2/common", f"{URL}/xmlrpc/2/object"


@pytest.fixture
def transport() -> Iterator[XmlRpcTransport]:
    """Give a transport to a host that only exists in ``responses``."""
    transport = XmlRpcTransport(URL, "shop", "bridge@example.com", "s3cret-key")
    yield transport
    transport.close()


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    """Give a network of scripted answers, with a login that works."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as net:
        net.post(COMMON, answer("<int>7</int>"), content_type="text/xml")
        yield net


def call_error(transport: XmlRpcTransport) -> BridgeError:
    """Return the error of a call, which must name cause and fix."""
    with pytest.raises(BridgeError) as caught:
        transport.call("product.template", "load", [], {"fields": [], "data": []})
    assert caught.value.cause
    assert caught.value.fix
    assert "s3cret-key" not in f"{caught.value}{caught.value.detail}"
    return caught.value


class TestPages:
    def test_a_bad_gateway_page(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, "<html><h1>502</h1></html>", status=502, content_type="text/html")
        error = call_error(transport)
        assert isinstance(error, Unreachable)
        assert "answered with a web page" in error.cause
        assert "502" in error.cause

    def test_a_web_site_that_is_not_odoo(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, "<!doctype html><title>Shop</title>", content_type="text/html")
        assert isinstance(call_error(transport), Unreachable)

    def test_not_found(self, net: responses.RequestsMock, transport: XmlRpcTransport) -> None:
        net.post(OBJECT, "nothing here", status=404)
        assert isinstance(call_error(transport), Unreachable)

    @pytest.mark.parametrize("status", [429, 503])
    def test_overload_names_the_pause(
        self, net: responses.RequestsMock, transport: XmlRpcTransport, status: int
    ) -> None:
        net.post(OBJECT, "busy", status=status, headers={"Retry-After": "30"})
        error = call_error(transport)
        assert isinstance(error, Busy)
        assert error.retry_after == 30

    def test_overload_with_a_pause_that_is_no_number(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(
            OBJECT, "busy", status=503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
        )
        error = call_error(transport)
        assert isinstance(error, Busy)
        assert error.retry_after is None

    def test_a_gateway_that_gave_up_leaves_the_effect_open(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, "<html>504</html>", status=504)
        assert isinstance(call_error(transport), TimedOut)

    def test_a_web_server_in_front_that_forbids(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, "no", status=401)
        error = call_error(transport)
        assert isinstance(error, ConfigError)
        assert "login of its own" in error.cause

    def test_a_call_that_is_too_large_is_refused_so_that_smaller_ones_follow(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, "no", status=413)
        error = call_error(transport)
        assert (type(error), error.code) == (Refused, "erp.too_large")


class TestRedirects:
    def test_http_to_https_is_explained(self, net: responses.RequestsMock) -> None:
        plain = XmlRpcTransport("http://odoo.example.com", "shop", "u", "p")
        net.post(
            "http://odoo.example.com/xmlrpc/2/common",
            status=301,
            headers={"Location": "https://odoo.example.com/xmlrpc/2/common"},
        )
        with pytest.raises(ConfigError) as caught:
            plain.login()
        plain.close()
        assert caught.value.code == "erp.redirect"
        assert "https://odoo.example.com" in caught.value.fix

    def test_elsewhere_is_named(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, status=302, headers={"Location": "https://login.example.net/sso"})
        error = call_error(transport)
        assert isinstance(error, ConfigError)
        assert "login.example.net" in error.cause


class TestBrokenAnswers:
    def test_cut_in_the_middle(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        whole = answer("<array><data><value><int>1</int></value></data></array>")
        net.post(OBJECT, whole[: len(whole) // 2], content_type="text/xml")
        assert isinstance(call_error(transport), TimedOut)

    def test_hung_up(self, net: responses.RequestsMock, transport: XmlRpcTransport) -> None:
        net.post(OBJECT, body=requests.ConnectionError("Connection aborted."))
        assert isinstance(call_error(transport), TimedOut)

    def test_silence(self, net: responses.RequestsMock, transport: XmlRpcTransport) -> None:
        net.post(OBJECT, body=requests.ReadTimeout("read timed out"))
        error = call_error(transport)
        assert isinstance(error, TimedOut)
        assert "120 seconds" in error.cause

    def test_nobody_opens(self, net: responses.RequestsMock, transport: XmlRpcTransport) -> None:
        net.post(OBJECT, body=requests.ConnectTimeout("timed out"))
        assert isinstance(call_error(transport), Unreachable)

    def test_control_characters_of_old_servers_are_read_over(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, answer("<string>a\x0bb</string>"), content_type="text/xml")
        assert transport.call("product.template", "read", [[1]], {}) == "ab"

    def test_entity_bombs_are_refused(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        bomb = (
            "<?xml version='1.0'?><!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'><!ENTITY c '&a;&a;&a;'>]>"
            "<methodResponse><params><param><value><string>&c;</string></value></param></params>"
            "</methodResponse>"
        )
        net.post(OBJECT, bomb, content_type="text/xml")
        assert isinstance(call_error(transport), Unreachable)


class TestFaults:
    @pytest.mark.parametrize(
        ("code", "text", "kind", "error_code"),
        [
            (
                1,
                "Traceback\nTypeError: cannot marshal None unless allow_none",
                ResultUnknown,
                "erp.result_unknown",
            ),
            (
                1,
                "Traceback\nOverflowError: int exceeds XML-RPC limits",
                ResultUnknown,
                "erp.result_unknown",
            ),
            (
                1,
                "T\npsycopg2.errors.SerializationFailure: could not serialize access",
                Busy,
                "erp.busy",
            ),
            (
                1,
                'T\npsycopg2.OperationalError: FATAL:  database "nope" does not exist',
                ConfigError,
                "erp.database",
            ),
            (1, "T\nKeyError: 'res.users'", ConfigError, "erp.database"),
            (
                1,
                "T\npsycopg2.OperationalError: could not connect to server: refused",
                Unreachable,
                "erp.unreachable",
            ),
            (
                1,
                "T\npsycopg2.InterfaceError: cursor already closed",
                Unreachable,
                "erp.unreachable",
            ),
            (
                1,
                "T\npsycopg2.errors.DiskFull: could not extend file",
                Unreachable,
                "erp.unreachable",
            ),
            (
                1,
                "T\nValueError: Invalid field 'x' on model 'product.template'",
                Refused,
                "erp.failure",
            ),
            (2, "Object stock.quant doesn't exist", ConfigError, "erp.app_missing"),
            (2, "Duplicate name", Refused, "erp.refused"),
            (3, "Access Denied", AuthError, "erp.login"),
            (
                4,
                "You are not allowed to create 'Product' (product.template) records.",
                MissingRight,
                "erp.rights",
            ),
            (
                4,
                "Due to security restrictions, you are not allowed to modify this",
                Refused,
                "erp.record_rights",
            ),
        ],
    )
    def test_each_means_its_own(
        self,
        net: responses.RequestsMock,
        transport: XmlRpcTransport,
        code: int,
        text: str,
        kind: type[BridgeError],
        error_code: str,
    ) -> None:
        net.post(OBJECT, fault(code, text.replace("<", "&lt;")), content_type="text/xml")
        error = call_error(transport)
        assert (type(error), error.code) == (kind, error_code)

    def test_the_reason_is_the_tracebacks_last_word(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        text = 'Traceback (most recent call last):\n  File "x.py"\nodoo.tools.SomeError: the reason'
        net.post(OBJECT, fault(1, text), content_type="text/xml")
        assert "SomeError: the reason" in call_error(transport).cause

    def test_the_secret_is_never_repeated(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(
            OBJECT, fault(1, "T\nValueError: s3cret-key in a traceback"), content_type="text/xml"
        )
        call_error(transport)

    def test_a_missing_app_is_named_with_its_fix(
        self, net: responses.RequestsMock, transport: XmlRpcTransport
    ) -> None:
        net.post(OBJECT, fault(2, "Object stock.quant doesn't exist"), content_type="text/xml")
        error = call_error(transport)
        assert "Inventory app is not installed" in error.cause
        assert "Install the Inventory app" in error.fix


class TestLogin:
    def test_refused(self, transport: XmlRpcTransport) -> None:
        with responses.RequestsMock() as net:
            net.post(COMMON, answer("<boolean>0</boolean>"), content_type="text/xml")
            with pytest.raises(AuthError) as caught:
                transport.login()
        assert "bridge@example.com" in caught.value.cause
        assert "API key" in caught.value.fix

    def test_without_a_secret_nobody_is_asked(self) -> None:
        empty = XmlRpcTransport(URL, "shop", "bridge", "")
        with pytest.raises(AuthError):
            empty.login()
        empty.close()

    def test_it_is_done_once(self, net: responses.RequestsMock, transport: XmlRpcTransport) -> None:
        net.post(OBJECT, answer("<int>1</int>"), content_type="text/xml")
        for _ in range(3):
            transport.call("res.users", "read", [[1]], {})
        assert [c.request.url for c in net.calls] == [COMMON, OBJECT, OBJECT, OBJECT]

    def test_a_server_that_is_no_odoo_has_no_version(self, transport: XmlRpcTransport) -> None:
        with responses.RequestsMock() as net:
            net.post(COMMON, answer("<string>hello</string>"), content_type="text/xml")
            with pytest.raises(Unreachable):
                transport.version()


class TestRealSockets:
    def test_refused(self) -> None:
        transport = XmlRpcTransport(f"http://127.0.0.1:{free_port()}", "d", "u", "p")
        with pytest.raises(Unreachable) as caught:
            transport.version()
        transport.close()
        assert "refused" in caught.value.cause

    def test_unknown_name(self) -> None:
        transport = XmlRpcTransport("http://no-such-host.invalid", "d", "u", "p")
        with pytest.raises(Unreachable) as caught:
            transport.version()
        transport.close()
        assert "no-such-host.invalid" in caught.value.cause

    def test_a_slow_server_times_out(self, serve: Callable[..., str]) -> None:
        transport = XmlRpcTransport(serve(pause=5.0), "d", "u", "p", read_timeout=0.2)
        with pytest.raises(TimedOut):
            transport.version()
        transport.close()


class TestCertificates:
    def test_an_unknown_authority_is_explained(
        self, serve: Callable[..., str], tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path, "127.0.0.1")
        transport = XmlRpcTransport(serve(cert=cert, key=key), "d", "u", "p")
        with pytest.raises(ConfigError) as caught:
            transport.version()
        transport.close()
        assert caught.value.code == "erp.tls"
        assert "PEM file" in caught.value.fix

    def test_a_private_authority_is_accepted(
        self, serve: Callable[..., str], tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path, "127.0.0.1")
        transport = XmlRpcTransport(serve(cert=cert, key=key), "d", "u", "p", ca_file=str(cert))
        assert transport.version().major == 19
        transport.close()

    def test_another_name_is_explained(self, serve: Callable[..., str], tmp_path: Path) -> None:
        cert, key = certificate(tmp_path, "elsewhere.example.com")
        transport = XmlRpcTransport(serve(cert=cert, key=key), "d", "u", "p", ca_file=str(cert))
        with pytest.raises(ConfigError) as caught:
            transport.version()
        transport.close()
        assert "another name" in caught.value.cause

    def test_https_to_a_plain_port_is_explained(self, serve: Callable[..., str]) -> None:
        address = serve().replace("http://", "https://")
        transport = XmlRpcTransport(address, "d", "u", "p")
        with pytest.raises(ConfigError) as caught:
            transport.version()
        transport.close()
        assert "does not speak https" in caught.value.cause

    def test_a_file_that_is_no_certificate_is_explained(
        self, serve: Callable[..., str], tmp_path: Path
    ) -> None:
        cert, key = certificate(tmp_path, "127.0.0.1")
        bad = tmp_path / "bad.pem"
        bad.write_text("no certificate")
        transport = XmlRpcTransport(serve(cert=cert, key=key), "d", "u", "p", ca_file=str(bad))
        with pytest.raises(ConfigError):
            transport.version()
        transport.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Give a function that starts a small server on loopback and returns its address."""
    servers: list[ThreadingHTTPServer] = []
    stop = threading.Event()

    def start(*, pause: float = 0.0, cert: Path | None = None, key: Path | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                if pause:
                    stop.wait(pause)
                body = answer(
                    "<struct><member><name>server_version</name>"
                    "<value><string>19.0</string></value></member></struct>"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep quiet."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Keep quiet about clients that hang up."""

        server = Quiet(("127.0.0.1", 0), Handler)
        if cert and key:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        scheme = "https" if cert else "http"
        return f"{scheme}://127.0.0.1:{server.server_address[1]}"

    yield start
    stop.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_certificates_of_these_tests_are_valid(tmp_path: Path) -> None:
    cert, _ = certificate(tmp_path, "127.0.0.1")
    assert x509.load_pem_x509_certificate(cert.read_bytes()).subject


def test_answers_need_exactly_one_value() -> None:
    with pytest.raises(ValueError, match="not one value"):
        unmarshal(b"<methodResponse><params></params></methodResponse>")
