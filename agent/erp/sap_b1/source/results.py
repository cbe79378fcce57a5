"""Parts of what reading a record answers."""

from __future__ import annotations

from datetime import datetime

from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.texts import clean, fitting, language_of
from agent.erp.source import Unreadable
from agent.errors import InvalidRecord
from agent.model.catalogue import Text


def main_tongue(cx: Connection) -> str:
    """Return the shop's code of the language that B1's texts are in.

    Where the shop has none that goes there, its first one stands in, as it does for writing.
    """
    wanted = language_of(cx)
    codes = list(cx.shop_languages)
    return fitting(wanted, codes) or next(iter(codes), wanted or "en-gb")


def text_of(cx: Connection, value: object) -> Text:
    """Return a text of B1 by the shop's language, nothing where it is empty."""
    text = clean(str(value or ""))
    return {main_tongue(cx): text} if text else {}


def changed_at(cx: Connection, row: Row) -> datetime | None:
    """Return when a record was last changed, aware; None where the server's zone is not known."""
    return cx.client.clock.aware(stamp(row.get("UpdateDate"), row.get("UpdateTime")))


def nameless(ref: str, what: str) -> Unreadable:
    """Return the answer for a record without a name."""
    error = InvalidRecord(
        f"The {what} has no name in SAP",
        fix="Give it a name in SAP; it follows by itself.",
        code="erp.name_missing",
        record=f"{what} {ref}",
    )
    return Unreadable(ref, f"{what} {ref}", error)
