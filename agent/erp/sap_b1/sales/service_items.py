"""Items without stock for what is no freight and no item, such as an unknown product of the shop.

A document of items needs at least one line with an item, so that an order of gift vouchers alone is
booked on one, too. Each is made once; people may rename it and give it accounts in SAP.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.births import FIELD, id_of, made
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import Exists
from agent.model.document import LineKind

SET = "Items"
_NAMES: Mapping[LineKind, tuple[str, str]] = {
    LineKind.PLACEHOLDER: ("ERPB-UNKNOWN", "Unknown product of the shop"),
    LineKind.VOUCHER: ("ERPB-VOUCHER", "Gift voucher"),
}
_OTHER = ("ERPB-SERVICE", "Service of the shop")


def service_item(cx: Connection, kind: LineKind) -> str:
    """Return the code of the item that lines of a kind are booked on; it is made where missing.

    Raises:
        Refused: B1 does not take it.
    """
    code, name = _NAMES.get(kind, _OTHER)
    kept: set[str] = cx.facts.keep(service_item, set)
    if code not in kept:
        if cx.client.get(SET, code, ("ItemCode",)) is None:
            _make(cx, code, name)
        kept.add(code)
    return code


def _make(cx: Connection, code: str, name: str) -> None:
    external_id = f"{cx.instance}.service_{code}"
    body: dict[str, object] = {
        "ItemCode": code,
        "ItemName": name,
        "InventoryItem": "tNO",
        "SalesItem": "tYES",
        "PurchaseItem": "tNO",
        FIELD: id_of(external_id),
    }
    if cx.settings.item_group is not None:
        body["ItemsGroupCode"] = cx.settings.item_group
    try:
        made(cx, external_id, Operation.post(SET, body))
    except Exists:
        return  # another worker was first
