"""Which shop language goes to which Odoo language.

The connection's main language is written first, with the record. Where the shop has no text for
it, its first language stands in. Further languages follow as translations of the same record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.model.catalogue import Text

SOURCE = "en_US"
"""Odoo falls back to this language where a translation is missing."""


def shop_code(erp_code: str) -> str:
    """Return an Odoo language code as shops write it: ``en_US`` is ``en-us``."""
    return erp_code.partition("@")[0].replace("_", "-").lower()


class LanguageMap:
    """Pairs of shop and Odoo languages.

    A shop's code is matched by the setting, then exactly, then by the language alone (``en-gb``
    goes to ``en_US`` where that is the only English).
    """

    def __init__(self, active: Sequence[str], main: str, pairs: Mapping[str, str]) -> None:
        self._active = list(active)
        self.main = main
        self._pairs = {k.lower().replace("_", "-"): v for k, v in pairs.items()}

    def erp(self, shop: str) -> str | None:
        """Return the Odoo code for a shop's language code, None where Odoo does not know it."""
        code = shop.lower().replace("_", "-")
        if code in self._pairs:
            wanted = self._pairs[code]
            return wanted if wanted in self._active else None
        for erp_code in self._active:
            if shop_code(erp_code) == code:
                return erp_code
        same = [e for e in self._active if shop_code(e).split("-")[0] == code.split("-")[0]]
        if not same:
            return None
        return self.main if self.main in same else same[0]

    def known(self) -> dict[str, str]:
        """Return shop code to Odoo code for all active languages and the pairs set by hand."""
        known = {shop_code(code): code for code in self._active}
        known.update({s: e for s, e in self._pairs.items() if e in self._active})
        return known

    def base(self, text: Text) -> str:
        """Return the text for the main language, else the shop's first one that is not empty."""
        mapped = self._by_erp(text)
        if self.main in mapped:
            return mapped[self.main]
        return next((t.strip() for t in text.values() if t.strip()), "")

    def others(self, text: Text, *, update: bool) -> dict[str, str]:
        """Return the texts of the other languages, by Odoo code; the main one fills gaps.

        On an update Odoo's source language is among them also when the shop does not have it,
        because Odoo would go on showing the old text there.
        """
        mapped = self._by_erp(text)
        base = self.base(text)
        others = {
            code: mapped.get(code, base)
            for shop in text
            if (code := self.erp(shop)) is not None and code != self.main
        }
        if update and self.main != SOURCE and SOURCE in self._active:
            others.setdefault(SOURCE, base)
        return others

    def _by_erp(self, text: Text) -> dict[str, str]:
        """Return non-empty texts by Odoo code; of two shop languages the exact one wins."""
        mapped: dict[str, str] = {}
        exact: set[str] = set()
        for shop, value in text.items():
            code = self.erp(shop)
            if code is None or not value.strip():
                continue
            if shop_code(code) == shop.lower().replace("_", "-"):
                mapped[code] = value.strip()
                exact.add(code)
            elif code not in exact:
                mapped.setdefault(code, value.strip())
        return mapped
