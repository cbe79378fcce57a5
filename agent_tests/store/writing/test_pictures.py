"""Pictures come into the image folder once and whole, or are left out with a reason."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from agent.errors import InvalidRecord, TimedOut
from agent.model.catalogue import Image, Product
from agent.model.entity import Entity
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.picture_format import extension
from agent_tests.store.writing.conftest import PNG, Bench, MakeBench

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes.fromhex(
    "ffc0000b080001000101011100ffda0008010100003f00d2ffd9"
)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00;"
WEBP = b"RIFF" + (14).to_bytes(4, "little") + b"WEBPVP8L\x02\x00\x00\x00ab"


@pytest.fixture
def shop(make_bench: MakeBench, tmp_path: Path) -> Bench:
    folder = tmp_path / "image"
    folder.mkdir()
    return make_bench("4.1.0.4", products=3, image_dir=folder)


def folder_of(shop: Bench) -> Path:
    assert shop.lab.image_dir is not None
    return shop.lab.image_dir


def written(shop: Bench) -> list[Path]:
    return sorted(path for path in (folder_of(shop) / "catalog/erp").rglob("*") if path.is_file())


def with_pictures(shop: Bench, key: str, *names: str) -> StoreOutcome:
    product = Product(key, {"en-gb": "Tee & cup"}, images=tuple(Image(name) for name in names))
    return shop.update(Entity.PRODUCTS, product, "images")


@pytest.mark.parametrize(
    ("data", "ending"), [(PNG, "png"), (JPEG, "jpg"), (GIF, "gif"), (WEBP, "webp")]
)
def test_formats(data: bytes, ending: str) -> None:
    assert extension(data) == ending
    assert extension(data[: len(data) // 2]) is None


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>404</html>", PNG[:-20]]
)
def test_what_is_no_picture(data: bytes) -> None:
    assert extension(data) is None


def test_pictures_are_written_once(shop: Bench) -> None:
    shop.pictures = lambda image: PNG if image.path != "other" else JPEG
    outcome = with_pictures(shop, "1", "front", "same again", "other")
    assert (outcome.status, outcome.warnings) == (Written.UPDATED, ())
    images = shop.read(Entity.PRODUCTS, "1").images
    assert [image.checksum for image in images] == [
        hashlib.sha256(PNG).hexdigest(),
        hashlib.sha256(JPEG).hexdigest(),
    ]
    assert [path.name.rsplit("-", 1)[0] for path in written(shop)] == ["tee-cup"] * 2
    before = {path: path.stat().st_mtime_ns for path in written(shop)}
    numbers = shop.sql("SELECT product_image_id FROM oc_product_image WHERE product_id = 1")
    assert with_pictures(shop, "1", "front", "other").status is Written.UNCHANGED
    # another product with the same picture shares the file
    assert with_pictures(shop, "2", "front").status is Written.UPDATED
    assert {path: path.stat().st_mtime_ns for path in written(shop)} == before
    assert shop.sql("SELECT product_image_id FROM oc_product_image WHERE product_id = 1") == numbers
    assert shop.read(Entity.PRODUCTS, "2").images[0].path == images[0].path


def test_a_picture_of_the_shop_keeps_its_place(shop: Bench) -> None:
    (folder_of(shop) / "catalog").mkdir(exist_ok=True)
    (folder_of(shop) / "catalog/own.png").write_bytes(PNG)
    shop.sql("UPDATE oc_product SET image = 'catalog/own.png' WHERE product_id = 1")
    shop.pictures = lambda _image: PNG
    assert with_pictures(shop, "1", "front").warnings == ()
    assert [image.path for image in shop.read(Entity.PRODUCTS, "1").images] == ["catalog/own.png"]


def test_what_cannot_be_used_is_left_out(shop: Bench) -> None:
    def read(image: Image) -> bytes:
        if image.path == "gone":
            raise InvalidRecord("The picture is gone", fix="Put it there.", code="erp.image")
        return b"<html>" if image.path == "html" else PNG

    shop.pictures = read
    outcome = with_pictures(shop, "1", "html", "gone", "good")
    assert outcome.error is None
    assert [warning.code for warning in outcome.warnings] == ["store.picture_format", "erp.image"]
    assert all("product 1" in warning.record for warning in outcome.warnings)
    assert len(shop.read(Entity.PRODUCTS, "1").images) == 1
    before = shop.read(Entity.PRODUCTS, "2").images
    assert with_pictures(shop, "2", "html").warnings
    assert shop.read(Entity.PRODUCTS, "2").images == before


def test_an_erp_that_does_not_answer_is_asked_again(shop: Bench) -> None:
    """A picture is never left out for trouble that passes."""

    def read(_image: Image) -> bytes:
        raise TimedOut("No answer", fix="None.")

    shop.pictures = read
    before = shop.sql("SELECT * FROM oc_product ORDER BY product_id")
    with pytest.raises(TimedOut):
        with_pictures(shop, "1", "front")
    assert shop.sql("SELECT * FROM oc_product ORDER BY product_id") == before


def test_a_folder_that_cannot_be_written(shop: Bench) -> None:
    shop.pictures = lambda _image: PNG
    (folder_of(shop) / "catalog").mkdir(exist_ok=True)
    (folder_of(shop) / "catalog/erp").write_text("a file where a folder should be")
    outcome = with_pictures(shop, "1", "front")
    assert outcome.error is None
    assert [warning.code for warning in outcome.warnings] == ["store.picture_write"]
    assert "catalog/erp" in outcome.warnings[0].cause


def test_an_agent_that_cannot_see_the_folder(make_bench: MakeBench) -> None:
    bench = make_bench("3.0.2.0", products=1)
    bench.pictures = lambda _image: PNG
    outcome = with_pictures(bench, "1", "front")
    assert [warning.code for warning in outcome.warnings] == ["store.picture_folder"]


def test_no_half_file_is_left(shop: Bench) -> None:
    shop.pictures = lambda _image: PNG
    with_pictures(shop, "1", "front")
    (path,) = written(shop)
    assert path.read_bytes() == PNG
    assert not path.name.startswith(".")
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_web_server_reads_them_and_may_delete_them(shop: Bench) -> None:
    own = folder_of(shop) / "catalog/erp"
    own.mkdir(parents=True)
    own.chmod(0o2775)
    shop.pictures = lambda _image: PNG
    assert with_pictures(shop, "1", "front").warnings == ()
    (picture,) = written(shop)
    assert stat.S_IMODE(picture.stat().st_mode) == 0o644
    assert stat.S_IMODE(picture.parent.stat().st_mode) & 0o775 == 0o775
    assert picture.parent.stat().st_gid == own.stat().st_gid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write for another user")
def test_what_root_writes_belongs_to_the_service(shop: Bench) -> None:
    own = folder_of(shop) / "catalog/erp"
    own.mkdir(parents=True)
    os.chown(own, 12345, 12346)
    shop.pictures = lambda _image: PNG
    assert with_pictures(shop, "1", "front").warnings == ()
    (picture,) = written(shop)
    for path in (picture, picture.parent):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)
