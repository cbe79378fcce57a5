"""Telling images from other files, as the servers do before they store one."""

from __future__ import annotations

import base64
import binascii
import struct
import xmlrpc.client
import zlib
from typing import Any

from .faults import ServerError, UserError

NO_IMAGE = "This file could not be decoded as an image file."
NO_IMAGE_14 = f"{NO_IMAGE} Please try with a different file."
PNG = b"\x89PNG\r\n\x1a\n"


def image_text(version: str, value: Any) -> str:
    """Return the base64 text of an image.

    Raises:
        UserError: it is no image. Drawings (SVG) pass unseen.
        ServerError: it is not even text.
    """
    if isinstance(value, xmlrpc.client.Binary):
        value = value.data
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if not isinstance(value, str):
        if version == "14":
            raise ServerError(f"'{type(value).__name__}' object is not subscriptable", "TypeError")
        raise UserError("Image is not encoded in base64.")
    try:
        raw = base64.b64decode(value)
    except (binascii.Error, ValueError):
        text = NO_IMAGE_14 if version == "14" else "Image is not encoded in base64."
        raise UserError(text) from None
    if not raw.startswith(b"<") and not is_image(raw):
        raise UserError(NO_IMAGE_14 if version == "14" else NO_IMAGE)
    return value


def is_image(raw: bytes) -> bool:
    """Tell whether a file is a whole PNG, JPEG, GIF, WebP, BMP or icon."""
    if raw.startswith(PNG):
        return _whole_png(raw)
    if raw.startswith(b"\xff\xd8\xff"):
        return _whole_jpeg(raw)
    if raw[:6] in (b"GIF87a", b"GIF89a"):
        return len(raw) > 13 and raw.rstrip(b"\0").endswith(b";")
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return len(raw) >= int.from_bytes(raw[4:8], "little")
    return raw.startswith((b"BM", b"\0\0\1\0")) and len(raw) > 26


def _whole_png(raw: bytes) -> bool:
    position, pixels = len(PNG), b""
    while position + 8 <= len(raw):
        length, kind = struct.unpack(">I4s", raw[position : position + 8])
        body = raw[position + 8 : position + 8 + length]
        if len(body) < length:
            return False
        if kind == b"IDAT":
            pixels += body
        if kind == b"IEND":
            try:
                return bool(zlib.decompress(pixels))
            except zlib.error:
                return False
        position += length + 12
    return False


def _whole_jpeg(raw: bytes) -> bool:
    return len(raw) > 100 and b"\xff\xda" in raw and b"\xff\xd9" in raw[-64:]
