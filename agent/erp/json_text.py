"""Values as JSON the way ERPs are to get them: decimals with exactly their digits."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.errors import InvalidRecord

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that databases or UTF-8 cannot carry; XML-RPC drops them as well, and more."""
_plain_text = json.JSONEncoder(ensure_ascii=False).encode


def to_json(value: Any) -> str:
    """Return ``value`` as JSON; decimals keep exactly their digits.

    Raises:
        InvalidRecord: a number is infinite or none at all.
        TypeError: a value is of a kind that JSON does not have.
    """
    if isinstance(value, str):
        return _plain_text(_UNSENDABLE.sub("", value))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Decimal | float):
        if not math.isfinite(value):
            raise InvalidRecord(
                f"A number of the record is {value}", fix="Correct the number in the shop."
            )
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    if isinstance(value, Mapping):
        pairs = (f"{to_json(str(name))}:{to_json(item)}" for name, item in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(map(to_json, value)) + "]"
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
