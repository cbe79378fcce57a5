"""Telling images from other files, as the servers do before they store one.

Only headers are looked at: the servers, too, store an image whose rest is missing.
"""

from __future__ import annotations

import base64
import binascii
import struct
import xmlrpc.client
from typing import Any

from .faults import ServerError, UserError

NO_IMAGE = "This file could not be decoded as an image file."
NO_IMAGE_14 = f"{NO_IMAGE} Please try with a different file."
TOO_LARGE = "Too large image (above 50.0Mpx), reduce the image size."
TOO_LARGE_14 = "Image size excessive, uploaded images must be smaller than 50.0 million pixels."
MOST_PIXELS = 50e6
LONGEST_SIDE = 1920
PNG = b"\x89PNG\r\n\x1a\n"
Size = tuple[int, int]


def image_text(version: str, value: Any) -> str:
    """Return the base64 text of an image as it is stored.

    An image that is wider or higher than 1920 pixels is stored smaller by the servers. The sandbox
    cannot scale; it stores it with a byte more, so that it is not what was sent, either.

    Raises:
        UserError: it is no image, or too large. Drawings (SVG) pass unseen.
        ServerError: it is not even text; or, on Odoo 14, too large.
    """
    text = _text(version, value)
    try:
        raw = base64.b64decode(text)
    except (binascii.Error, ValueError):
        told = NO_IMAGE_14 if version == "14" else "Image is not encoded in base64."
        raise UserError(told) from None
    if raw.startswith(b"<"):
        return text
    size = image_size(raw)
    if size is None or (version == "14" and raw.startswith(b"RIFF")):
        raise UserError(NO_IMAGE_14 if version == "14" else NO_IMAGE)
    if size[0] * size[1] > MOST_PIXELS:
        if version == "14":
            raise ServerError(TOO_LARGE_14)
        raise UserError(TOO_LARGE)
    if max(size) > LONGEST_SIDE:
        return base64.b64encode(raw + b"\0").decode()
    return text


def image_size(raw: bytes) -> Size | None:
    """Return width and height of a PNG, JPEG, GIF, WebP or BMP; nothing for another file."""
    try:
        if raw.startswith(PNG):
            return _png(raw)
        if raw.startswith(b"\xff\xd8\xff"):
            return _jpeg(raw)
        if raw[:6] in (b"GIF87a", b"GIF89a"):
            return _gif(raw)
        if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
            return _webp(raw)
        if raw.startswith(b"BM") and len(raw) >= 54 and raw[14] == 40:
            width, height = struct.unpack("<ii", raw[18:26])
            return width, abs(height)
    except (struct.error, IndexError):
        pass
    return None


def _text(version: str, value: Any) -> str:
    if isinstance(value, xmlrpc.client.Binary):
        value = value.data
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if isinstance(value, str):
        return value
    if version == "14":
        raise ServerError(f"'{type(value).__name__}' object is not subscriptable", "TypeError")
    raise UserError("Image is not encoded in base64.")


def _png(raw: bytes) -> Size | None:
    position = len(PNG)
    width, height = struct.unpack(">II", raw[16:24])
    while True:
        length, kind = struct.unpack(">I4s", raw[position : position + 8])
        if kind == b"IDAT":
            return width, height
        position += length + 12


def _jpeg(raw: bytes) -> Size | None:
    position, size = 2, None
    while True:
        marker, length = struct.unpack(">HH", raw[position : position + 4])
        if len(raw) < position + 2 + length:
            return None
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack(">HH", raw[position + 5 : position + 9])
            size = (width, height)
        if marker == 0xFFDA:
            return size
        position += 2 + length


def _gif(raw: bytes) -> Size | None:
    width, height, flags = struct.unpack("<HHB", raw[6:11])
    position = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    while raw[position] == 0x21:  # extensions: blocks up to an empty one
        position += 2
        while raw[position]:
            position += raw[position] + 1
        position += 1
    if raw[position] == 0x2C and len(raw) > position + 10:
        return width, height
    return None


def _webp(raw: bytes) -> Size | None:
    kind = raw[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(raw[24:27], "little"), 1 + int.from_bytes(raw[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(raw[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", raw[26:30])
    return width & 0x3FFF, height & 0x3FFF
