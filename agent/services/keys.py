"""Checks keys that a person or a program gave before they reach the shop's readers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agent.model.entity import Entity
from agent.services.errors import InvalidInput
from agent.store.keys import parse_option, parse_spec

_NAMED = frozenset({Entity.ATTRIBUTES, Entity.ATTRIBUTE_VALUES})
_CODED = frozenset({Entity.CARRIERS, Entity.PAYMENT_METHODS, Entity.CURRENCIES})
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_PERSON = re.compile(r"[0-9]{1,10}|guests|guest-[0-9a-z-]{1,40}")
_ADDRESS = re.compile(r"([0-9]{1,10}|guest[0-9a-z-]{0,40})/[0-9a-f]{16}")
_LONGEST = 10


def is_key(entity: Entity, key: str) -> bool:
    """Tell whether ``key`` has the form of the entity's keys in the shop."""
    if entity in _NAMED:
        return parse_option(key) is not None or parse_spec(key) is not None
    if entity in _CODED:
        return _CODE.fullmatch(key) is not None
    if entity is Entity.CUSTOMERS:
        return _PERSON.fullmatch(key) is not None
    if entity is Entity.ADDRESSES:
        return _ADDRESS.fullmatch(key) is not None
    return key.isascii() and key.isdigit() and len(key) <= _LONGEST


def require_keys(entity: Entity, keys: Iterable[str], field: str) -> None:
    """Refuse keys that cannot be the entity's.

    Raises:
        InvalidInput: names the first wrong one and the field it came in.
    """
    wrong = next((key for key in keys if not is_key(entity, key)), None)
    if wrong is None:
        return
    form = "option:13 or attribute:4" if entity in _NAMED else "a number"
    if entity in _CODED:
        form = "a code such as flat, cod or EUR"
    raise InvalidInput(
        f"{wrong[:80]!r} is no key of {entity.value} in the shop",
        fix=f"Give {form}, as the mapping list shows it.",
        fields={field: [f"{wrong[:80]!r} is no key of {entity.value}."]},
    )
