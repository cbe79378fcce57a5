"""What is sent of an item: all of a new one, of another what differs from what B1 has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.erp.draft import Draft
from agent.erp.product_changes import aspects_of
from agent.erp.sap_b1 import births
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.items.batches import Step
from agent.erp.sap_b1.items.codes import own_code, values_of
from agent.erp.sap_b1.items.families import SET, STATE, VALUES, in_use, today_of
from agent.erp.sap_b1.items.item_columns import Columns, Desk
from agent.erp.sap_b1.items.product_plan import Plan, Wanted, product_of
from agent.errors import Ambiguous, BridgeError, Refused
from agent.model.entity import Entity

COLUMNS = (
    *("ItemName", "ForeignName", "User_Text", "ItemsGroupCode", "Manufacturer", "SalesVATGroup"),
    *("ArTaxCode", "InventoryItem", "BarCode", "SalesUnitWeight", "SalesWeightUnit"),
    *("SalesUnitLength", "SalesLengthUnit", "SalesUnitWidth", "SalesWidthUnit"),
    *("SalesUnitHeight", "SalesHeightUnit", "ItemPrices"),
)
_ACTIVE = {"Valid": "tYES", "Frozen": "tNO"}
_INACTIVE = {"Valid": "tNO", "Frozen": "tYES"}


@dataclass(slots=True)
class Item:
    """A wanted item, and what B1 has of it. ``made``: by this call; ``code``: its own."""

    wanted: Wanted
    row: Row | None = None
    made: bool = False
    code: str = ""

    def __post_init__(self) -> None:
        self.code = self.wanted.code if self.row is None else str(self.row["ItemCode"])


class ItemSteps:
    """Makes the steps of one product's items.

    ``barcodes`` are those of items that are to get another one: they go a way of their own.
    """

    def __init__(self, desk: Desk, draft: Draft, plan: Plan) -> None:
        self._desk = desk
        self._draft = draft
        self._plan = plan
        self._today: date = today_of(desk.cx)
        self._before = _previous_values(draft)
        self.barcodes: list[tuple[Draft, str, str]] = []

    def step(self, item: Item) -> Step | None:
        """Return what is to be done about a wanted item, None for nothing."""
        if item.row is None:
            return self._creation(item)
        row = item.row
        columns = self._desk.columns(self._draft, self._plan, item.wanted, new=False)
        body = {k: v for k, v in columns.body.items() if not _same(row.get(k), v)}
        price = self._price_row(columns, row)
        if price is not None:
            body["ItemPrices"] = [price]
        body |= self._state(item, row)
        if columns.barcode is not None and columns.barcode != str(row.get("BarCode") or ""):
            self.barcodes.append((self._draft, item.code, columns.barcode))
        if not body:
            return None
        change = [Operation.patch(SET, item.code, body)]
        return Step(self._draft, change, item.code, lambda e: self._without_kind(item, body, e))

    def had(self, values: Sequence[str]) -> bool:
        """Tell whether the shop had a combination when the product was last written."""
        return bool(values) and set(values) <= self._before

    def retired(self, row: Row) -> Step | None:
        """Return the step that puts an item out of use, None where it is."""
        body = self._changed_state(row, active=False)
        if not body:
            return None
        code = str(row["ItemCode"])
        return Step(self._draft, [Operation.patch(SET, code, body)], code)

    # -- new items ---------------------------------------------------------------------------------

    def _creation(self, item: Item) -> Step:
        columns = self._desk.columns(self._draft, self._plan, item.wanted, new=True)
        body = {k: v for k, v in columns.body.items() if v is not None}
        if columns.price is not None:
            body["ItemPrices"] = [self._price_entry(columns.price)]
        if columns.barcode:
            body["BarCode"] = columns.barcode
        if not self._wanted_active(item):
            body |= self._words(active=False)
        item.made = True
        post = Operation.post(SET, body)
        key = self._key(item)

        def refused(_: BridgeError) -> Step | None:
            return self._met(item, body, key)

        return Step(self._draft, [births.claim(key, item.code), post], item.code, refused)

    def _key(self, item: Item) -> str:
        external = self._draft.change.external_id
        return f"{external}_{'_'.join(item.wanted.values)}" if item.wanted.values else external

    def _met(self, item: Item, body: Mapping[str, Any], key: str) -> Step | None:
        """Look what is there where an item was refused: perhaps it was made before."""
        client = self._desk.cx.client
        own = births.id_of(self._draft.change.external_id)
        there = client.get(SET, item.code, STATE)
        if there is None or str(there.get(births.FIELD) or "") != own:
            wanted = set(item.wanted.values)
            rows = client.find(SET, births.FIELD, [own], STATE)
            mine = [r for r in rows if set(values_of(r.get(VALUES))) == wanted]
            if there is not None and not mine:
                self._draft.error = _code_met(item.code)
                return None
            there = mine[0] if mine else None
        if there is not None:
            item.code, item.made = str(there["ItemCode"]), False
            change = {k: v for k, v in body.items() if k not in ("ItemCode", births.FIELD)}
            return Step(self._draft, [Operation.patch(SET, item.code, change)], item.code)
        if not births.taken(self._desk.cx, [key]):
            return None
        # somebody deleted the item that the key was taken for
        again = [
            Operation.delete(births.SET, births.code_of(key)),
            births.claim(key, item.code),
            Operation.post(SET, body),
        ]
        return Step(self._draft, again, item.code)

    def _without_kind(self, item: Item, body: Mapping[str, Any], error: BridgeError) -> Step | None:
        """Send an update again without how stock is kept, which B1 guards once it moved."""
        if "InventoryItem" not in body:
            return None
        kind = "with" if body["InventoryItem"] == "tYES" else "without"
        if not any(w.code == "record.kind_kept" for w in self._draft.warnings):
            self._draft.warnings.append(
                Refused(
                    f"SAP kept the item's kind (wanted: an item {kind} stock): {error.cause}",
                    fix="Change Inventory Item in SAP if it allows that, or leave it.",
                    code="record.kind_kept",
                )
            )
        rest = {k: v for k, v in body.items() if k != "InventoryItem"}
        return Step(self._draft, [Operation.patch(SET, item.code, rest)], item.code)

    # -- parts -------------------------------------------------------------------------------------

    def _price_row(self, columns: Columns, row: Row) -> dict[str, Any] | None:
        if columns.price is None:
            return None
        entry = self._price_entry(columns.price)
        for has in row.get("ItemPrices") or ():
            if has.get("PriceList") == entry["PriceList"]:
                same = has.get("Currency") in (None, "", entry["Currency"])
                if same and has.get("Price") is not None and number(has, "Price") == columns.price:
                    return None
        return entry

    def _price_entry(self, price: Decimal) -> dict[str, Any]:
        prices = self._desk.prices
        entry = {"PriceList": prices.number, "Price": price}
        return {**entry, "Currency": prices.currency} if prices.currency else entry

    def _state(self, item: Item, row: Row) -> dict[str, Any]:
        aspects = aspects_of(self._draft)
        fresh = aspects.lines and not self.had(item.wanted.values)
        if not (self._draft.has("active") or aspects.own or fresh):
            return {}
        return self._changed_state(row, active=self._wanted_active(item))

    def _wanted_active(self, item: Item) -> bool:
        own = item.wanted.own
        return product_of(self._draft).active and (own is None or own.active)

    def _changed_state(self, row: Row, *, active: bool) -> dict[str, Any]:
        """Return what makes an item active or not, nothing where it is so already."""
        if self._desk.cx.settings.disabled_as == "not_for_sale":
            words = self._words(active=active)
            return {k: v for k, v in words.items() if row.get(k) != v}
        found: dict[str, Any] = {}
        if in_use(row, self._today) != active:
            found |= self._words(active=active)
            if active and (row.get("ValidFrom") or row.get("ValidTo")):
                found |= {"ValidFrom": None, "ValidTo": None}
        if active and row.get("SalesItem") == "tNO":
            found["SalesItem"] = "tYES"
        return found

    def _words(self, *, active: bool) -> dict[str, Any]:
        if self._desk.cx.settings.disabled_as == "not_for_sale":
            return {"SalesItem": "tYES" if active else "tNO"}
        return dict(_ACTIVE if active else _INACTIVE)


def _previous_values(draft: Draft) -> set[str]:
    """Return codes of the option values that the product had when it was last written."""
    before = (draft.change.previous or {}).get("options")
    found: set[str] = set()
    for option in before if isinstance(before, list | tuple) else ():
        values = option.get("values") if isinstance(option, Mapping) else None
        for value in values if isinstance(values, list | tuple) else ():
            key = str(value.get("value") or "") if isinstance(value, Mapping) else ""
            code = draft.ref_of(Entity.ATTRIBUTE_VALUES, key) or _derived(draft, key)
            found.add(code)
    return found


def _derived(draft: Draft, key: str) -> str:
    """Return the code that a value of the shop got which the product has no more."""
    instance = draft.change.external_id.partition(".")[0]
    safe = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in key)
    return own_code(f"{instance}.attribute_values_{safe}")


def _same(has: object, wanted: object) -> bool:
    if isinstance(wanted, Decimal | int):
        try:
            return Decimal(str(has or 0)) == wanted
        except InvalidOperation:
            return False
    return str(has or "") == str(wanted or "")


def _code_met(code: str) -> Ambiguous:
    return Ambiguous(
        f"The item number {code} was just given to something else in SAP",
        fix="Link the product to it on the mapping screen where both are the same, or give the "
        "product another SKU in the shop.",
        code="sap_b1.code_taken",
    )
