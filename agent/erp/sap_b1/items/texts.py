"""Texts in the one language of a connection, cut to what B1's columns hold.

B1 has one name per item. It is written in the language of the connection's setting; where the shop
has no text in it, or none is set, the shop's first one stands in.
"""

from __future__ import annotations

import re

from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Connection
from agent.errors import InvalidRecord, Refused
from agent.model.catalogue import Text

NAME = 200
"""Characters of an item's name."""
FOREIGN_NAME = 100
GROUP_NAME = 100
MAKER_NAME = 30
ROW_NAME = 100
"""Characters of a user table's ``Name``."""

SHOP_CODES = {
    "1": "he-il", "3": "en-us", "5": "pl-pl", "6": "en-sg", "8": "en-gb", "9": "de-de",
    "10": "sr-rs", "11": "da-dk", "12": "nb-no", "13": "it-it", "14": "hu-hu", "15": "zh-cn",
    "16": "nl-nl", "17": "fi-fi", "18": "el-gr", "19": "pt-pt", "20": "sv-se", "22": "fr-fr",
    "23": "es-es", "24": "ru-ru", "25": "es-ar", "26": "cs-cz", "27": "sk-sk", "28": "ko-kr",
    "29": "pt-br", "30": "ja-jp", "31": "tr-tr", "32": "ar-sa", "33": "uk-ua", "35": "zh-tw",
}  # fmt: skip
"""Languages of B1 (``BoSuppLangs``) as shops write them."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def language_of(cx: Connection) -> str:
    """Return the connection's language as shops write it, empty where it is the user's own."""
    return SHOP_CODES.get(cx.settings.language, "")


def fitting(wanted: str, codes: list[str]) -> str | None:
    """Return which of the shop's language codes is ``wanted``: exactly, or by the language."""
    spelled = {code: code.lower().replace("_", "-") for code in codes}
    language = wanted.partition("-")[0]
    exact = [code for code in codes if spelled[code] == wanted]
    near = [code for code in codes if wanted and spelled[code].partition("-")[0] == language]
    return next(iter((*exact, *near)), None)


def base(cx: Connection, text: Text) -> str:
    """Return a text in the connection's language, else the first that is not empty."""
    code = fitting(language_of(cx), list(text))
    own = clean(text[code]) if code is not None else ""
    return own or next((c for t in text.values() if (c := clean(t))), "")


def clean(text: str) -> str:
    """Return a text without characters that no database takes, and without space around it."""
    return _CONTROL.sub("", text).strip()


def name_of(cx: Connection, draft: Draft, text: Text, what: str, longest: int) -> str:
    """Return a record's name, cut where it is too long (a warning tells).

    Raises:
        InvalidRecord: it has no name in any language.
    """
    name = base(cx, text)
    if not name:
        raise InvalidRecord(
            f"The {what} has no name in any language",
            fix="Give it a name in the shop, then synchronize it again.",
        )
    return fit(draft, name, longest)


def fit(draft: Draft, name: str, longest: int, keep: str = "") -> str:
    """Return a name that is at most ``longest`` characters with ``keep`` behind it."""
    whole = name + keep
    if len(whole) <= longest:
        return whole
    room = max(longest - len(keep) - 1, 0)
    if not any(w.code == "sap_b1.name_cut" for w in draft.warnings):
        draft.warnings.append(
            Refused(
                f"Its name has {len(whole)} characters, SAP holds {longest}: the rest is cut off",
                fix="Shorten the name in the shop if that matters.",
                code="sap_b1.name_cut",
            )
        )
    return f"{name[:room].rstrip()}…{keep}"[:longest]
