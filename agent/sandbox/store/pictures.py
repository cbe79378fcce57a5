"""Small PNG pictures, each different, made without any library."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from pathlib import Path

from agent.sandbox.store.goods import CATEGORIES, COLOUR, MANUFACTURERS, OPTION
from agent.sandbox.store.plan import PICTURES

FOLDER = "catalog/sample"
_SIDE = 48


def product_picture(index: int) -> str:
    """Return the path of a product picture, relative to the image folder."""
    return f"{FOLDER}/product-{index:03d}.png"


def category_picture(category_id: int) -> str:
    """Return the path of a category's picture."""
    return f"{FOLDER}/category-{category_id}.png"


def maker_picture(manufacturer_id: int) -> str:
    """Return the path of a manufacturer's logo."""
    return f"{FOLDER}/maker & logo {manufacturer_id}.png"


def swatch_picture(value_id: int) -> str:
    """Return the path of a colour's sample."""
    return f"{FOLDER}/swatch-{value_id}.png"


@lru_cache(maxsize=1024)
def png(number: int, side: int = _SIDE) -> bytes:
    """Return a PNG of two colours that follow from ``number``."""
    first = (number * 47 % 200 + 40, number * 91 % 200 + 40, number * 29 % 200 + 40)
    second = tuple(255 - part // 2 for part in first)
    band = number % (side - 8) + 4
    rows = b"".join(
        b"\0"
        + bytes(first) * (left := max(0, min(side, band * 2 - y)))
        + bytes(second) * (side - left)
        for y in range(side)
    )
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"tEXt", b"Comment\0sample " + str(number).encode())
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def write_pictures(image_dir: Path) -> int:
    """Write all pictures of the sample shop; return how many files were written."""
    colours = OPTION[COLOUR]
    files = {
        **{category_picture(plan.id): 1000 + plan.id for plan in CATEGORIES},
        **{maker_picture(number + 1): 2000 + number for number in range(len(MANUFACTURERS))},
        **{
            swatch_picture(colours.first + index): 3000 + index
            for index in range(len(colours.values))
        },
        **{product_picture(index): index for index in range(PICTURES)},
    }
    (image_dir / FOLDER).mkdir(parents=True, exist_ok=True)
    for path, number in files.items():
        (image_dir / path).write_bytes(png(number))
    return len(files)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
