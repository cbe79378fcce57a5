"""Pictures from the shop's folder and over HTTP."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agent.errors import BridgeError, Busy, InvalidRecord, Unreachable
from agent.model.catalogue import Image
from agent.sandbox.store.pictures import png
from agent.store.images import Images, is_image
from agent_tests.lab.certificates import certificate
from agent_tests.lab.mariadb import free_port

PNG = png(7)
HEADS = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": PNG[:64],
    "gif": b"GIF89a\x01\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "svg with a prologue": b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- logo -->\n<svg width='1'>",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_formats(head: bytes) -> None:
    assert is_image(head)


@pytest.mark.parametrize(
    "head", [b"", b"<html><body><svg></svg>", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"%PDF-1.7", b"MZ"]
)
def test_no_pictures(head: bytes) -> None:
    assert not is_image(head)


def code(images: Images, path: str) -> str:
    with pytest.raises(InvalidRecord) as caught:
        images.read(Image(path))
    assert repr(path) in caught.value.cause
    assert caught.value.fix
    return caught.value.code


def test_local_files(tmp_path: Path) -> None:
    folder = tmp_path / "image"
    folder.mkdir()
    (folder / "a b.png").write_bytes(PNG)
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "page.png").write_bytes(b"<html>not found</html>")
    (folder / "folder.png").mkdir()
    (folder / "large.png").write_bytes(PNG + bytes(2000))
    images = Images(folder, None, max_bytes=1000)
    assert images.read(Image("a b.png")) == PNG
    assert code(images, "gone.png") == "store.image_missing"
    assert code(images, "folder.png") == "store.image_missing"
    assert code(images, "page.png") == "store.image_format"
    assert code(images, "large.png") == "store.image_size"
    for path in (
        "../secret.png",
        "x/../../secret.png",
        str(tmp_path / "secret.png"),
        "..\\secret.png",
    ):
        assert code(images, path) == "store.image_path"
        described = images.describe(path)
        assert described is not None
        assert described.checksum == ""
        assert images.token(path) == ""


def test_checksums_follow_the_file(tmp_path: Path) -> None:
    images = Images(tmp_path, None)
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    first = images.describe("a.png", 3)
    assert first == Image("a.png", 3, hashlib.sha256(PNG).hexdigest(), len(PNG))
    file.write_bytes(png(8) + b"longer")
    second = images.describe("a.png")
    assert second is not None
    assert second.checksum == hashlib.sha256(png(8) + b"longer").hexdigest()
    file.unlink()
    assert images.describe("a.png") == Image("a.png")
    assert images.describe(None) is None
    assert images.describe("  ") is None


# -- over HTTP -----------------------------------------------------------------------------------


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.removeprefix("/shop/image/")
        status = int(name) if name.isdigit() else 200
        body = {
            "catalog/a%20%26%20b.png": PNG,
            "page.png": b"<html>soft 404</html>",
            "large.png": PNG + bytes(5000),
        }.get(name, b"")
        if status == 200 and not body:
            status = 404
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers: list[ThreadingHTTPServer] = []

    def start(context: ssl.SSLContext | None = None) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Pictures)
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        scheme = "https" if context else "http"
        return f"{scheme}://127.0.0.1:{server.server_address[1]}/shop/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_pictures_over_http(serve: Callable[..., str]) -> None:
    images = Images(None, serve(), max_bytes=2000)
    assert images.read(Image("catalog/a & b.png")) == PNG
    assert code(images, "gone.png") == "store.image_missing"
    assert code(images, "page.png") == "store.image_format"
    assert code(images, "large.png") == "store.image_size"
    assert code(images, "403") == "store.image_refused"
    assert code(images, "../admin/config.png") == "store.image_path"
    with pytest.raises(Busy):
        images.read(Image("503"))
    assert images.describe("catalog/a & b.png") == Image("catalog/a & b.png")


def test_a_certificate_nobody_vouches_for_is_refused(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path, "127.0.0.1"))
    with pytest.raises(Unreachable) as caught:
        Images(None, serve(context)).read(Image("catalog/a & b.png"))
    assert "certificate" in caught.value.detail.lower()


def test_a_private_authority_that_is_named_is_trusted(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    cert, key = certificate(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    images = Images(None, serve(context), ca_file=cert)
    assert images.read(Image("catalog/a & b.png")) == PNG
    other, _ = certificate(tmp_path, "localhost")
    with pytest.raises(Unreachable):
        Images(None, serve(context), ca_file=other).read(Image("catalog/a & b.png"))


def test_nobody_answers() -> None:
    with pytest.raises(BridgeError) as caught:
        Images(None, f"http://127.0.0.1:{free_port()}").read(Image("a.png"))
    assert isinstance(caught.value, Unreachable)
    assert caught.value.retry
    assert code(Images(None, None), "a.png") == "store.image_source"
