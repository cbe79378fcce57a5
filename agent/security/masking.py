"""Takes personal data and secrets out of what is logged, stored as detail or sent to support.

Masked: e-mail addresses, phone numbers, street addresses, passwords, tokens, pairing keys, and the
values of keys whose name says that they hold one of these. Record ids, codes, prices, dates and
product names stay readable, as support needs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HIDDEN_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|apikey|token|authorization|cookie|"
    r"set-cookie|session(?:[_-]?id)?|b1session|private[_-]?key|signature|erp-signature"
)
_PERSON_NAMES = (
    r"e?-?mail|telephone|phone|mobile|fax|street2?|address(?:_?[0-9])?|city|post_?code|zip|"
    r"first_?name|last_?name|vat|iban|ip|forwarded_ip|user_agent"
)
_HIDDEN_KEY = re.compile(rf"(?:.*[_\-. ])?(?:{_HIDDEN_NAMES})(?:_file)?", re.IGNORECASE)
_PERSON_KEY = re.compile(
    rf"(?:(?:payment|shipping|customer|partner|billing|delivery)_)?(?:{_PERSON_NAMES})",
    re.IGNORECASE,
)
_HARMLESS = frozenset({"has_secret", "key_id", "secret_file", "password_file"})
_MASK = "***"

_STREET_WORD = (
    r"street|st\.|road|rd\.|avenue|ave\.?|lane|drive|boulevard|blvd\.?|square|court|"
    r"rue|via|calle|straat|ulica"
)
_TEXT_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"erpb1\.([a-z0-9]{8})\.[A-Za-z0-9_-]+"), r"erpb1.\1.***"),
    (re.compile(r"\bv1=[0-9a-f]{64}\b"), "v1=***"),
    (re.compile(r"\bgAAAA[A-Za-z0-9_=-]{20,}"), _MASK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 ***"),
    (re.compile(r"(?i)([a-z][a-z0-9+.-]*://)[^/\s:@]*:[^/\s@]+@"), r"\1***@"),
    (
        re.compile(
            rf"(?i)([\"']?\b[\w-]*?(?:{_HIDDEN_NAMES})[\"']?\s*(?:=>|[=:])\s*)"
            r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&}\])'\"]+)"
        ),
        r"\1***",
    ),
    (
        re.compile(
            rf"(?i)([\"']\b(?:\w+_)?(?:{_PERSON_NAMES})[\"']\s*(?:=>|[=:])\s*)"
            r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
        ),
        r"\1***",
    ),
    (
        re.compile(
            rf"(?is)(<name>(?:\w+_)?(?:{_HIDDEN_NAMES}|{_PERSON_NAMES})</name>\s*<value>)"
            r".*?(</value>)"
        ),
        r"\1***\2",
    ),
    (
        re.compile(r"(?i)\b[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+\b"),
        "***@***",
    ),
    (re.compile(r"(?<![\w.+-])\+\d{1,3}[ ./()-]{0,2}\d(?:[ ./()-]{0,2}\d){5,12}(?![\w])"), _MASK),
    (
        re.compile(r"(?<![\w.,:+-])\(?0\d{1,4}\)?[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,3}(?![\w.:-])"),
        _MASK,
    ),
    (
        re.compile(rf"(?i)\b\d{{1,5}}[a-z]?,?\s+(?:[\w'.-]+\s+){{0,3}}(?:{_STREET_WORD})(?!\w)"),
        _MASK,
    ),
    (
        re.compile(
            r"(?i)\b[A-ZÄÖÜ][\wäöüß.-]*(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee)\s+"
            r"\d{1,4}[a-z]?\b"
        ),
        _MASK,
    ),
)


def mask_text(text: str) -> str:
    """Return ``text`` with personal data and secrets replaced by ``***``."""
    for pattern, replacement in _TEXT_RULES:
        text = pattern.sub(replacement, text)
    return text


def mask_value(value: Any, key: str = "") -> Any:
    """Return ``value`` (JSON-ready, nested) masked by the names of its keys and by its texts."""
    if _names_private(key) and value is not None and value != "" and not isinstance(value, bool):
        return _MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return {str(k): mask_value(v, str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(v) for v in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_text(str(value))


def _names_private(key: str) -> bool:
    if not key or key.lower() in _HARMLESS:
        return False
    return bool(_HIDDEN_KEY.fullmatch(key) or _PERSON_KEY.fullmatch(key))
