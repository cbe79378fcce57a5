"""Pictures of items: named ``Items/<code>``; another file is another picture."""

from __future__ import annotations

import hashlib

from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Connection
from agent.errors import InvalidRecord
from agent.model.catalogue import Image

_PREFIX = "Items/"
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")


def image_of(row: Row) -> Image:
    """Return the picture of an item that has one.

    Its checksum is that of the file's name: B1 tells nothing else without the file itself. People
    who put another picture in the place of one give it another name; the bridge does, too.
    """
    name = str(row.get("Picture") or "")
    checksum = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return Image(f"{_PREFIX}{row['ItemCode']}", 0, checksum)


def read_image(cx: Connection, image: Image) -> bytes:
    """Return the bytes of a picture.

    Raises:
        InvalidRecord: it is gone, or no picture.
    """
    if not image.path.startswith(_PREFIX) or image.path == _PREFIX:
        raise _bad(image, "is not the name of a picture in SAP")
    content = cx.client.picture(image.path.removeprefix(_PREFIX))
    if not content:
        raise _bad(image, "is no longer in SAP")
    if not content.startswith(_STARTS) and content[8:12] != b"WEBP":
        raise _bad(image, "is no picture that a shop can show (PNG, JPEG, GIF, WebP, BMP)")
    return content


def _bad(image: Image, problem: str) -> InvalidRecord:
    return InvalidRecord(
        f"The picture {image.path} {problem}",
        fix="Choose the picture of the item in SAP again.",
        code="record.image",
    )
