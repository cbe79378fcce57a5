"""Pictures: all of them, only when they changed, and never a reason to fail."""

from __future__ import annotations

import dataclasses
import hashlib
import struct
import zlib
from typing import Any

from agent.erp.port import Status
from agent.model.catalogue import AttributeValue, Image
from agent.model.entity import Entity
from agent_tests.contract.shop import Shop, mug, text

TEMPLATE = "product.template"


def png(red: int, size: int = 2) -> bytes:
    """Return a PNG file of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    rows = (b"\x00" + bytes((red, 0, 0)) * size) * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def picture(shop: Shop, path: str, content: bytes) -> Image:
    """Put a file into the shop's image folder."""
    shop.files[path] = content
    return Image(path, 0, hashlib.sha256(content).hexdigest(), len(content))


def attachments(shop: Shop, ref: str | None) -> Any:
    """Return the further pictures of a product."""
    domain = [
        ("res_model", "=", TEMPLATE),
        ("res_id", "=", int(ref or 0)),
        ("res_field", "=", False),
    ]
    return shop.ground.find("ir.attachment", domain, "name", "checksum", "write_date")


def has_image(shop: Shop, ref: str | None) -> bool:
    """Tell whether the product has a main picture."""
    return bool(shop.ground.read(TEMPLATE, ref, "image_1920")["image_1920"])


class TestPictures:
    def test_the_first_is_the_products_and_others_are_attached(self, shop: Shop) -> None:
        images = tuple(picture(shop, f"catalog/{n}.png", png(n)) for n in (1, 2, 3))
        (made,) = shop.must(mug(images=images))
        assert has_image(shop, made.ref)
        rows = attachments(shop, made.ref)
        assert [r["name"] for r in rows] == ["2.png", "3.png"]
        assert rows[0]["checksum"] == hashlib.sha1(png(2)).hexdigest()

    def test_only_changed_ones_are_sent(self, shop: Shop) -> None:
        images = tuple(picture(shop, f"catalog/{n}.png", png(n)) for n in (1, 2, 3))
        product = mug(images=images)
        (made,) = shop.must(product)
        del shop.files["catalog/1.png"], shop.files["catalog/2.png"]  # asking for one would warn
        new = (*images[:2], picture(shop, "catalog/3.png", png(30)))
        shop.must(dataclasses.replace(product, images=new))
        rows = attachments(shop, made.ref)
        assert [r["checksum"] for r in rows] == [
            hashlib.sha1(png(2)).hexdigest(),
            hashlib.sha1(png(30)).hexdigest(),
        ]

    def test_a_picture_that_is_none_warns_and_the_rest_goes_on(self, shop: Shop) -> None:
        bad = picture(shop, "catalog/bad.png", b"this is no picture")
        good = picture(shop, "catalog/good.png", png(7))
        first, second = shop.put(mug("1", images=(bad,)), mug("2", images=(good,)))
        assert first.status is Status.CREATED
        assert [w.code for w in first.warnings] == ["record.image"]
        assert "catalog/bad.png" in first.warnings[0].cause
        assert (second.error, second.warnings) == (None, ())
        assert has_image(shop, second.ref)

    def test_a_missing_file_warns(self, shop: Shop) -> None:
        (made,) = shop.put(mug(images=(Image("catalog/gone.png", 0, "ab" * 32, 10),)))
        assert made.error is None
        assert len(made.warnings) == 1

    def test_removed_ones_stay_with_a_word(self, shop: Shop) -> None:
        images = tuple(picture(shop, f"catalog/{n}.png", png(n)) for n in (1, 2))
        product = mug(images=images)
        shop.must(product)
        (outcome,) = shop.put(dataclasses.replace(product, images=images[:1]))
        assert [w.code for w in outcome.warnings] == ["record.images_left"]

    def test_an_archived_product_gets_its_pictures_too(self, shop: Shop) -> None:
        images = tuple(picture(shop, f"catalog/{n}.png", png(n)) for n in (1, 2))
        (made,) = shop.must(mug(images=images, active=False))
        assert has_image(shop, made.ref)
        assert len(attachments(shop, made.ref)) == 1

    def test_a_seller_may_send_them(self, shop: Shop) -> None:
        login, password = shop.ground.sellers()
        shop.reconnect(user=login, password=password)
        images = tuple(picture(shop, f"catalog/{n}.png", png(n)) for n in (1, 2))
        product = mug(images=images)
        (made,) = shop.must(product)
        shop.must(
            dataclasses.replace(product, images=(picture(shop, "catalog/1.png", png(9)), images[1]))
        )
        assert has_image(shop, made.ref)

    def test_big_ones_go_in_calls_of_their_own(self, shop: Shop) -> None:
        big = png(9) + b"\x00" * 2_000_000
        products = [
            mug(str(n), images=(picture(shop, f"catalog/big{n}.png", big),)) for n in range(3)
        ]
        before = shop.beats
        outcomes = shop.must(*products)
        assert all(has_image(shop, o.ref) for o in outcomes)
        assert shop.beats - before >= 4, "one call for the products and one per picture"


def test_values_have_pictures_where_odoo_has_a_place(shop: Shop) -> None:
    shop.size_and_colour()
    image = picture(shop, "catalog/red.png", png(255))
    shop.must(AttributeValue("option:14/9", "option:14", text("Crimson"), image=image))
    if shop.ground.modern:
        ref = shop.ref(Entity.ATTRIBUTE_VALUES, "option:14/9")
        assert shop.ground.read("product.attribute.value", ref, "image")["image"]
