"""Bar codes of items that are there already.

An item has a list of bar codes and one of them as its own. Only a whole list can be written, so it
is bound to the version that was read: what people add meanwhile is read again, never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.erp.draft import Draft
from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.faults import Changed
from agent.erp.sap_b1.items.families import SET
from agent.errors import PermanentError

_TRIES = 4


def settle(work: Work, wanted: Sequence[tuple[Draft, str, str]]) -> None:
    """Give items, named by their codes, their bar codes; an empty one takes it away.

    Raises:
        TransientError, AuthError, ConfigError: the whole call could not be made.
    """
    for draft, code, barcode in wanted:
        if draft.error is not None:
            continue
        try:
            _settle(work, code, barcode)
        except PermanentError as error:
            draft.error = error
        else:
            draft.touched = True
        work.progress()


def _settle(work: Work, code: str, barcode: str) -> None:
    client = work.cx.client
    for attempt in range(_TRIES):
        row = client.get(SET, code, ("BarCode", "ItemBarCodeCollection"))
        if row is None or str(row.get("BarCode") or "") == barcode:
            return
        try:
            client.patch(SET, code, _body(row, barcode), row.get("DataVersion"), replace=True)
        except Changed:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _body(row: Row, barcode: str) -> dict[str, Any]:
    """Return the item's list with the new bar code in the old one's place."""
    old = str(row.get("BarCode") or "")
    members = [
        {name: member[name] for name in ("Barcode", "UoMEntry", "FreeText") if member.get(name)}
        for member in row.get("ItemBarCodeCollection") or ()
        if member.get("Barcode") != old
    ]
    if barcode and all(member["Barcode"] != barcode for member in members):
        members.insert(0, {"Barcode": barcode})
    return {"BarCode": barcode or None, "ItemBarCodeCollection": members}
