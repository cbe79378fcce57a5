"""Delivers what is open of an order, in one delivery."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.erp.sales import StepInput
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import batches, documents, explaining, following
from agent.erp.sap_b1.sales.documents import (
    DELIVERIES,
    INVOICES,
    ORDER_TYPE,
    RELEASE,
)
from agent.erp.sap_b1.sales.holding import need_confirmed
from agent.erp.sap_b1.sales.sight import Sight, look_again
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sets import Row
from agent.errors import BridgeError, Held

_MOST_TRIES = 12
_STOCK = "ItemWarehouseInfoCollection"


def deliver(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Deliver all that is open; returns the order as it is then.

    Raises:
        Held: something is not in stock, or batches have to be chosen by a person.
        Refused: B1 said no.
    """
    need_confirmed(sight)
    if not sight.open_lines():
        return sight
    _make(cx, sight, given, f"The delivery of the order {sight.name}")
    return look_again(cx, sight)


def _make(cx: Connection, sight: Sight, given: StepInput, what: str) -> None:
    """Make the delivery, with batches and serial numbers where B1 wants them."""
    codes = [str(line.get("ItemCode") or "") for line in sight.open_lines()]
    chooser: batches.Chooser | None = None
    seen = sight

    def body() -> dict[str, Any]:
        found = _body(cx, seen)
        if chooser is not None:
            found["DocumentLines"] = chooser.lines(found["DocumentLines"], codes)
        return found

    def done() -> bool:
        nonlocal seen, codes
        seen = look_again(cx, seen)
        codes = [str(line.get("ItemCode") or "") for line in seen.open_lines()]
        return not codes

    for _ in range(_MOST_TRIES):
        try:
            documents.make_next(
                cx,
                DELIVERIES,
                f"{given.external_id}_delivery",
                body,
                what,
                used=[one.name for one in seen.deliveries],
                done=done,
            )
        except B1Refused as error:
            chooser = _next(cx, seen, chooser, codes, error, what)
        else:
            return
    raise batches.to_choose(batches.managed(_items(cx, codes)), what)


def _body(cx: Connection, sight: Sight) -> dict[str, Any]:
    body = {**following.header_of(cx, sight), "DocumentLines": following.open_lines(sight)}
    if not sight.row.get("DocumentAdditionalExpenses"):
        return body
    taken: list[Row] = []
    for entity_set in (DELIVERIES, INVOICES):
        direct = [one for one in sight.live(entity_set) if sight.id in one.bases(ORDER_TYPE)]
        taken += following.whole_rows(cx, entity_set, direct, following.FREIGHTS)
    freights = following.freights_left(cx, sight.row, taken)
    return {**body, "DocumentAdditionalExpenses": freights} if freights else body


def _items(cx: Connection, codes: list[str], *more: str) -> dict[str, Row]:
    rows = cx.client.find("Items", "ItemCode", sorted(set(codes)), (*batches.ITEM, *more))
    return {str(row["ItemCode"]): row for row in rows}


def _next(
    cx: Connection,
    sight: Sight,
    chooser: batches.Chooser | None,
    codes: list[str],
    error: B1Refused,
    what: str,
) -> batches.Chooser:
    """Return who chooses numbers for the next try.

    Raises:
        BridgeError: nothing can be chosen that would help: the reason why it was refused.
    """
    if error.b1_code == explaining.COMPANY_RULE:
        raise error
    if chooser is None:
        items = _items(cx, codes, _STOCK)
        lacking = _lacking(sight, items)
        if lacking is not None:
            raise lacking
        chosen = batches.managed(items)
        if not chosen:
            raise _why(cx, sight, error, what) from None
        if cx.settings.batch_rule != "first_expiry":
            raise batches.to_choose(chosen, what)
        return batches.Chooser(cx, items)
    if not chooser.next(_of_line(error, codes)):
        raise batches.to_choose(chooser.items, what)
    return chooser


def _of_line(error: B1Refused, codes: list[str]) -> list[str]:
    """Return the item of the line that an error names, all items where it names none."""
    found = re.search(r"\[line: (\d+)\]", error.detail)
    position = int(found.group(1)) if found is not None else 0
    return [codes[position - 1]] if 0 < position <= len(codes) else codes


def _why(cx: Connection, sight: Sight, error: B1Refused, what: str) -> BridgeError:
    return explaining.document_refused(cx, error, sight.row, what)


def _lacking(sight: Sight, items: Mapping[str, Row]) -> Held | None:
    """Return the error for goods that are not in the lines' warehouses, None where all are."""
    wanted: dict[tuple[str, str], Any] = {}
    for line in sight.open_lines():
        place = (str(line.get("ItemCode") or ""), str(line.get("WarehouseCode") or ""))
        wanted[place] = wanted.get(place, 0) + documents.open_quantity(line)
    short = []
    for (code, warehouse), quantity in wanted.items():
        row = items.get(code)
        if row is None or not yes(row.get("InventoryItem")):
            continue
        there = {str(w["WarehouseCode"]): number(w, "InStock") for w in row.get(_STOCK) or ()}
        if there.get(warehouse, 0) < quantity:
            short.append(
                f"{row.get('ItemName') or code} ({code}: {there.get(warehouse, 0):f} of "
                f"{quantity.normalize():f} in warehouse {warehouse})"
            )
    if not short:
        return None
    return Held(
        f"The order {sight.name} cannot be delivered: not enough in stock of {', '.join(short)}",
        fix=f"Receive or count the goods in SAP (Inventory), {RELEASE}; or deliver a part of it in "
        "SAP by hand.",
        code="order.not_in_stock",
    )
