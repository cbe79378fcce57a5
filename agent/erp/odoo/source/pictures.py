"""Pictures: named ``<model>/<id>/<field>``, with a checksum, and their bytes on demand.

Checksums are those of Odoo's attachments. Odoo 14 shows nobody the attachments of fields (15 to 18
were not tried): there the checksum is that of the thumbnail.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.images import ATTACHMENT, EXTRA_MODEL
from agent.erp.odoo.source.scope import TEMPLATE, VALUE
from agent.errors import InvalidRecord, MissingRight
from agent.model.catalogue import Image

MAIN = "image_1920"
_THUMBNAILS: Mapping[tuple[str, str], str] = {
    (TEMPLATE, MAIN): "image_128",
    (EXTRA_MODEL, MAIN): "image_128",
    (VALUE, "image"): "image",
}
_FIELDS = frozenset({*_THUMBNAILS, (ATTACHMENT, "datas")})
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
ATTACHMENTS_SINCE = 19
_THUMB_CHUNK = 200
"""Thumbnails per call: about 5 KB each."""


def images_of(cx: Connection, model: str, field: str, numbers: Sequence[int]) -> dict[int, Image]:
    """Return the picture of those of the records that have one."""
    rows = _attached(cx, model, field, numbers)
    if rows is not None:
        return {
            int(row["res_id"]): _image(model, int(row["res_id"]), field, str(row["checksum"] or ""))
            for row in rows
        }
    thumbnail = _THUMBNAILS[model, field]
    found: dict[int, Image] = {}
    for start in range(0, len(numbers), _THUMB_CHUNK):
        part = list(numbers[start : start + _THUMB_CHUNK])
        for row in cx.odoo.find(model, [("id", "in", part)], [thumbnail]):
            if row[thumbnail]:
                checksum = hashlib.sha1(str(row[thumbnail]).encode(), usedforsecurity=False)
                number = int(row["id"])
                found[number] = _image(model, number, field, checksum.hexdigest())
    return found


def _attached(cx: Connection, model: str, field: str, numbers: Sequence[int]) -> list[Row] | None:
    """Return the attachments that hold the pictures, None where Odoo does not show them."""
    refused: list[bool] = cx.facts.keep(_attached, list)
    if refused or cx.facts.version.major < ATTACHMENTS_SINCE:
        return None
    domain = [("res_model", "=", model), ("res_field", "=", field)]
    try:
        return cx.odoo.find_in(ATTACHMENT, "res_id", numbers, ["res_id", "checksum"], domain)
    except MissingRight:
        refused.append(True)
        return None


def _image(model: str, number: int, field: str, checksum: str, sort_order: int = 0) -> Image:
    return Image(f"{model}/{number}/{field}", sort_order, checksum)


def product_images(cx: Connection, numbers: Sequence[int]) -> dict[int, tuple[Image, ...]]:
    """Return the pictures of products, the main one first.

    Further ones are those of Odoo's shop where it is installed; else the attachments that came from
    the shop. What people attach to a product in Odoo is nobody else's business.
    """
    found = {number: [image] for number, image in images_of(cx, TEMPLATE, MAIN, numbers).items()}
    if cx.facts.has(EXTRA_MODEL, MAIN):
        more = _shop_pictures(cx, numbers)
    else:
        more = _sent_pictures(cx, numbers)
    for number, image in more:
        found.setdefault(number, []).append(image)
    return {number: tuple(images) for number, images in found.items()}


def _shop_pictures(cx: Connection, numbers: Sequence[int]) -> list[tuple[int, Image]]:
    order = ["sequence"] if cx.facts.has(EXTRA_MODEL, "sequence") else []
    rows = cx.odoo.find_in(EXTRA_MODEL, "product_tmpl_id", numbers, ["product_tmpl_id", *order])
    shown = images_of(cx, EXTRA_MODEL, MAIN, [int(row["id"]) for row in rows])
    found: list[tuple[int, Image]] = []
    for row in sorted(rows, key=lambda r: (int(r.get("sequence") or 0), int(r["id"]))):
        image = shown.get(int(row["id"]))
        owner = ref_id(row["product_tmpl_id"])
        if image is not None and owner is not None:
            sort_order = int(row.get("sequence") or 0)
            found.append((owner, Image(image.path, sort_order, image.checksum)))
    return found


def _sent_pictures(cx: Connection, numbers: Sequence[int]) -> list[tuple[int, Image]]:
    domain = [
        ("res_model", "=", TEMPLATE),
        ("res_field", "=", False),
        ("mimetype", "=like", "image/%"),
    ]
    rows = cx.odoo.find_in(ATTACHMENT, "res_id", numbers, ["res_id", "checksum"], domain)
    names = cx.external_ids.names(ATTACHMENT, cx.instance, [int(row["id"]) for row in rows])
    found: list[tuple[int, Image]] = []
    count: dict[int, int] = {}
    for row in rows:
        if any("_image_" in name for name in names.get(int(row["id"]), ())):
            owner = int(row["res_id"])
            count[owner] = count.get(owner, 0) + 1
            checksum = str(row["checksum"] or "")
            image = _image(ATTACHMENT, int(row["id"]), "datas", checksum, count[owner])
            found.append((owner, image))
    return found


def read_image(cx: Connection, image: Image) -> bytes:
    """Return the bytes of a picture.

    Raises:
        InvalidRecord: it is gone, or no picture.
    """
    model, _, rest = image.path.partition("/")
    number, _, field = rest.partition("/")
    if (model, field) not in _FIELDS or not number.isascii() or not number.isdigit():
        raise _bad(image, "is not the name of a picture in Odoo")
    rows = cx.odoo.find(model, [("id", "=", int(number))], [field])
    if not rows or not rows[0][field]:
        raise _bad(image, "is no longer in Odoo")
    try:
        content = base64.b64decode(str(rows[0][field]), validate=False)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(_STARTS) and content[8:12] != b"WEBP":
        raise _bad(image, "is no picture that a shop can show (PNG, JPEG, GIF, WebP, BMP)")
    return content


def _bad(image: Image, problem: str) -> InvalidRecord:
    return InvalidRecord(
        f"The picture {image.path} {problem}",
        fix="Choose the picture at the record in Odoo again.",
        code="record.image",
    )
