"""Texts on their way into the shop: for every language, escaped, fitting their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.errors import BridgeError, InvalidRecord
from agent.model.catalogue import Text
from agent.store.text import encode, first
from agent.store.writing.desk import Desk

_NOWHERE = re.compile("[\0\ud800-\udfff]")
"""What no database keeps in a text: halves of characters come from broken exports."""
_BYTES = 65_535
"""From this width on a column counts bytes."""


class Texts:
    """Prepares the texts of one record; what had to give way is in ``warnings``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.warnings: list[BridgeError] = []

    def filled(self, given: Text, old: Mapping[int, str] | None = None) -> dict[int, str]:
        """Return a plain text for every language of the shop, by its id.

        A language without one keeps the text it has in ``old`` (plain, by language id), or gets
        that of the default language; what it has as a copy of that one follows it. Where nothing
        at all is given, all are empty.
        """
        tongues = self._desk.tongues
        if not given:
            return dict.fromkeys((tongue.id for tongue in tongues), "")
        had = old or {}
        spare = first(given, [tongue.code for tongue in tongues])
        copied = next((had.get(tongue.id) for tongue in tongues if tongue.code in given), None)
        own = {key: spare if spare and text == copied else text for key, text in had.items()}
        return {
            tongue.id: given.get(tongue.code) or own.get(tongue.id) or spare for tongue in tongues
        }

    def exact(self, table: str, column: str, text: str, what: str) -> str:
        """Return a text that means something else when cut, such as a code, as stored.

        Raises:
            InvalidRecord: it is too long for the shop.
        """
        if not text:
            return text
        stored = encode(self._drawable(text, what))
        if not self._fits(table, column, stored):
            raise InvalidRecord(
                f"Its {what} {text[:40]!r} is longer than the {self._width(table, column)} "
                "characters that the shop keeps",
                fix=f"Shorten the {what} in the ERP.",
                code="store.text_long",
            )
        return stored

    def cut(self, table: str, column: str, text: str, what: str) -> str:
        """Return a text as stored, cut where it is too long for the shop."""
        if not text:
            return text
        plain = self._drawable(text, what)
        stored = encode(plain)
        if self._fits(table, column, stored):
            return stored
        low, high = 0, len(plain)
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(table, column, encode(plain[:middle])):
                low = middle
            else:
                high = middle - 1
        self.warn(
            f"Its {what} was cut: the shop keeps {self._width(table, column)} characters of it",
            f"Shorten the {what} in the ERP.",
            "store.text_cut",
        )
        return encode(plain[:low])

    def warn(self, cause: str, fix: str, code: str) -> None:
        """Add a warning, once."""
        if all(known.cause != cause for known in self.warnings):
            self.warnings.append(InvalidRecord(cause, fix=fix, code=code))

    def _drawable(self, text: str, what: str) -> str:
        if text.isascii():
            return text.replace("\0", "")
        plain = _NOWHERE.sub("", text)
        if self._desk.schema.four_byte or max(plain, default="") <= "\uffff":
            return plain
        self.warn(
            f"Its {what} has characters, such as emoji, that the shop's database cannot keep: they "
            "were left out",
            "Remove them in the ERP, or convert the shop's tables to utf8mb4.",
            "store.text_characters",
        )
        return "".join(mark for mark in plain if mark <= "\uffff")

    def _width(self, table: str, column: str) -> int:
        return self._desk.schema.widths.get((table, column), 0)

    def _fits(self, table: str, column: str, stored: str) -> bool:
        width = self._width(table, column)
        if not width:
            return True
        return (len(stored.encode()) if width >= _BYTES else len(stored)) <= width
