"""Keys of the shop's records and their order.

Categories, manufacturers, products and tax classes are numbered by the shop: the key is that number
as text. Attributes and their values come from two places, so their keys say which:

=========================  =================================================
``option:13``              option 13, where it must be chosen; or a checkbox
``option:13:optional``     option 13, where it may be left out
``attribute:4``            descriptive attribute 4
``option:13/49``           option value 49 of ``option:13``
``attribute:4/9f86d0…``    a text of attribute 4 (it has no number)
``flat``, ``EUR``          a method or currency, ordered by its letters
``guest-9f86d0…``          a guest (no number, either)
``42/9f86d0…``             an address of customer 42, named by its content
=========================  =================================================
"""

from __future__ import annotations

import hashlib
import re

_OPTION = re.compile(r"option:([0-9]{1,10})(:optional)?(?:/([0-9]{1,10}))?")
_ATTRIBUTE = re.compile(r"attribute:([0-9]{1,10})(?:/([0-9a-f]{16}))?")
_CODE = re.compile(r"[0-9]*[A-Za-z_][A-Za-z0-9_.-]*(?:/[0-9a-f]{16})?")
_ADDRESS = re.compile(r"([0-9]{1,10})/[0-9a-f]{16}")
_SPECS = 1 << 62
_HASH_BITS = 28
_CODE_BYTES = 7


def option_key(option_id: int, *, optional: bool = False) -> str:
    """Return the key of an option as an attribute."""
    return f"option:{option_id}:optional" if optional else f"option:{option_id}"


def spec_key(attribute_id: int) -> str:
    """Return the key of a descriptive attribute."""
    return f"attribute:{attribute_id}"


def spec_value_key(attribute_id: int, text: str) -> str:
    """Return the key of a descriptive text; equal texts of one attribute are one value."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"attribute:{attribute_id}/{digest}"


def parse_option(key: str) -> tuple[int, bool, int | None] | None:
    """Return (option id, optional, option value id or None), or None for another kind of key."""
    match = _OPTION.fullmatch(key)
    if match is None:
        return None
    return int(match[1]), match[2] is not None, int(match[3]) if match[3] else None


def parse_spec(key: str) -> tuple[int, str | None] | None:
    """Return (attribute id, hash of the text or None), or None for another kind of key."""
    match = _ATTRIBUTE.fullmatch(key)
    return (int(match[1]), match[2]) if match else None


def store_order(key: str) -> int:
    """Return the number by which the readers order their records, below 2**63.

    It is the id for numbered records. Two descriptive texts may share a number; they are then
    ordered by key. ``0`` for the empty key, which stands before all records.

    Raises:
        ValueError: ``key`` is no key of the shop.
    """
    if not key:
        return 0
    if key.isascii() and key.isdigit():
        return int(key)
    address = _ADDRESS.fullmatch(key)
    if address is not None:
        return int(address[1])
    option = parse_option(key)
    if option is not None:
        option_id, optional, value = option
        return 2 * (option_id if value is None else value) + optional
    spec = parse_spec(key)
    if spec is None and _CODE.fullmatch(key):
        return int.from_bytes(key.encode()[:_CODE_BYTES].ljust(_CODE_BYTES, b"\0"))
    if spec is None:
        raise ValueError(f"{key!r} is no key of a record of the shop")
    attribute_id, digest = spec
    if digest is None:
        return _SPECS | attribute_id
    return _SPECS | attribute_id << _HASH_BITS | int(digest[: _HASH_BITS // 4], 16)
