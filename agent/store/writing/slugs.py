"""Words for addresses of pages, made from names."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 64
"""Characters that the forms of OpenCart 4 take."""

_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "œ": "oe", "Œ": "oe", "đ": "d", "ł": "l"}
)
_OTHER = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[A-Za-z0-9_-]+")


def slug(text: str, fallback: str) -> str:
    """Return ``text`` in small letters, digits and hyphens; ``fallback`` where none is left.

    The forms of 4.0 take no other letters, so that names in other scripts give the fallback.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    # A name with a few Latin letters among others would become a word that says something else.
    if sum(mark.isalpha() and not mark.isascii() for mark in letters) * 2 > len(letters):
        return fallback
    return _OTHER.sub("-", letters.lower()).strip("-")[:LONGEST].strip("-") or fallback


def is_word(text: str) -> bool:
    """Tell whether every form of every version takes ``text`` as it is."""
    return len(text) <= LONGEST and _WORD.fullmatch(text) is not None


def numbered(word: str, number: int) -> str:
    """Return ``word`` with a number behind it, within the length."""
    ending = f"-{number}"
    return word[: LONGEST - len(ending)] + ending
