"""Whether bytes are a whole picture that OpenCart can show: JPEG, PNG, GIF or WebP."""

from __future__ import annotations

import struct
import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG that tell its size."""


def extension(data: bytes) -> str | None:
    """Return the ending that a file of this picture has; None for what is none, or is cut off."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg" if _jpeg(data) else None
    if data.startswith(_PNG):
        return "png" if _png(data) else None
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "gif" if len(data) > 13 and all(_gif_size(data)) and b"\x3b" in data[-4:] else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp" if len(data) >= struct.unpack("<I", data[4:8])[0] + 8 > 20 else None
    return None


def _gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _png(data: bytes) -> bool:
    at = len(_PNG)
    seen = False
    while at + 12 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 4 : at + 8 + size]
        check = data[at + 8 + size : at + 12 + size]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(body):
            return False
        if name == b"IHDR":
            seen = all(struct.unpack(">II", body[4:12]))
        if name == b"IEND":
            return seen
        at += 12 + size
    return False


def _jpeg(data: bytes) -> bool:
    at = 2
    sized = False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
            continue
        if marker == 0xDA:
            return sized and data.rfind(b"\xff\xd9") > at
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in _SIZES and at + 9 <= len(data):
            sized = all(struct.unpack(">HH", data[at + 5 : at + 9]))
        at += 2 + size
    return False
