"""Columns of an item, from a product's fields and what the company is like.

What B1 has no place for is left out: further categories (an item has one group, that of the shop's
deepest), descriptive attributes, options that make no items, further pictures, search words.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.draft import Draft
from agent.erp.html import plain_text
from agent.erp.product_changes import Aspects, aspects_of
from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.births import id_of
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items import codes
from agent.erp.sap_b1.items.families import FAMILY, VALUES
from agent.erp.sap_b1.items.price_lists import ListFacts, own_list, tax_field, tax_rates
from agent.erp.sap_b1.items.product_plan import Plan, Wanted, product_of
from agent.erp.sap_b1.items.texts import FOREIGN_NAME, NAME, base, fit, name_of
from agent.erp.sap_b1.items.units import Units, units
from agent.errors import Held, InvalidRecord, Refused
from agent.model.catalogue import Product
from agent.model.entity import Entity

NO_MAKER = -1
"""B1's number for "- No Manufacturer -"."""
FIRST_GROUP = 100
"""B1's number for the item group that every company begins with."""
NAME_GAP = " - "
"""Between a product's name and the names of an item's values."""
VALUE_GAP = ", "
_SIDES = (("length", "Length"), ("width", "Width"), ("height", "Height"))


@dataclass(slots=True)
class Columns:
    """What an item is to have. ``price`` goes into its row of :attr:`Desk.prices`."""

    body: dict[str, Any]
    price: Decimal | None = None
    barcode: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the columns of all items of a call are made with."""

    cx: Connection
    prices: ListFacts
    units: Units
    places: int

    @classmethod
    def open(cls, cx: Connection) -> Desk:
        """Return the desk of a connection."""
        return cls(
            cx,
            own_list(cx),
            cx.facts.keep(units, lambda: units(cx)),
            cx.facts.price_decimals,
        )

    def columns(self, draft: Draft, plan: Plan, item: Wanted, *, new: bool) -> Columns:
        """Return the columns of an item that the change is about; of a new item all.

        Raises:
            InvalidRecord: the product has no name, or its price is negative.
            Held: its price is to be with tax, and its tax is not mapped.
        """
        product = product_of(draft)
        aspects = aspects_of(draft)
        found = Columns({})
        lines = new or aspects.lines
        if new:
            found.body |= self._birth(draft, item)
        if lines or draft.has("name"):
            name = name_of(self.cx, draft, product.name, "product", 10_000)
            suffix = f"{NAME_GAP}{VALUE_GAP.join(item.names)}" if item.names else ""
            found.body["ItemName"] = fit(draft, name, NAME, suffix)
        if new or (plan.several and lines):
            found.body[FAMILY] = plan.ref
            found.body[VALUES] = codes.values_text(item.values, more=plan.more) or None
        self._description(draft, product, found, new)
        self._links(draft, product, found, new)
        self._measures(draft, product, item, found, lines or aspects.weights or aspects.own)
        known_kind = new or draft.change.previous is not None
        if new or (known_kind and draft.has("requires_shipping", "subtract")):
            keeps = product.requires_shipping and product.subtract
            found.body["InventoryItem"] = "tYES" if keeps else "tNO"
        if self._price_matters(draft, aspects, new):
            found.price = self._price(draft, product, item)
        self._barcode(draft, plan, product, item, found, new or aspects.own or aspects.lines)
        return found

    def _birth(self, draft: Draft, item: Wanted) -> dict[str, Any]:
        settings = self.cx.settings
        body: dict[str, Any] = {
            "ItemCode": item.code,
            "ItemType": "itItems",
            "SalesItem": "tYES",
            ID_FIELD: id_of(draft.change.external_id),
        }
        if settings.uom_group is not None:
            body["UoMGroupEntry"] = settings.uom_group
        return body

    # -- texts and links ---------------------------------------------------------------------------

    def _description(self, draft: Draft, product: Product, found: Columns, new: bool) -> None:
        target = self.cx.settings.description_field
        if target == "none" or not (new or draft.has("description")):
            return
        text = plain_text(base(self.cx, product.description))
        if target == "ForeignName":
            text = " ".join(text.split())
            text = text if len(text) <= FOREIGN_NAME else f"{text[: FOREIGN_NAME - 1].rstrip()}…"
        if text or not new:
            found.body[target] = text or None

    def _links(self, draft: Draft, product: Product, found: Columns, new: bool) -> None:
        settings = self.cx.settings
        if new or draft.has("categories"):
            group: int | None = None
            if settings.categories_as == "item_groups" and product.categories:
                group = _number(draft.ref_of(Entity.CATEGORIES, product.categories[0]))
            elif settings.categories_as == "item_groups" and not new:
                group = settings.item_group or FIRST_GROUP
            group = group or (settings.item_group if new else None)
            if group is not None:
                found.body["ItemsGroupCode"] = group
        if new or draft.has("manufacturer"):
            maker = product.manufacturer
            known = _number(draft.ref_of(Entity.MANUFACTURERS, maker)) if maker else None
            if known is not None or (maker is None and not new):
                found.body["Manufacturer"] = NO_MAKER if known is None else known
        if new or draft.has("tax_class"):
            self._tax(draft, product, found, new)

    def _tax(self, draft: Draft, product: Product, found: Columns, new: bool) -> None:
        code: str | None = self.cx.settings.tax_free or None
        if product.tax_class is not None:
            code = draft.ref_of(Entity.TAXES, product.tax_class)
            if code is None:
                if not any(w.code == "mapping.tax" for w in draft.warnings):
                    draft.warnings.append(_unmapped(product.tax_class))
                return
        if code is not None or not new:
            found.body[tax_field(self.cx)] = code

    # -- amounts -----------------------------------------------------------------------------------

    def _price_matters(self, draft: Draft, aspects: Aspects, new: bool) -> bool:
        taxed = self.prices.gross and draft.has("tax_class")
        changed = aspects.prices or aspects.lines or aspects.own
        return new or changed or taxed or draft.has("price")

    def _price(self, draft: Draft, product: Product, item: Wanted) -> Decimal:
        own = item.own.price if item.own is not None else None
        price = (product.price if own is None else own) + item.price_extra
        if price < 0:
            raise InvalidRecord(f"The price is negative ({price})", fix="Correct it in the shop.")
        if self.prices.gross:
            price *= 1 + self._rate(draft, product) / 100
        return price.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)

    def _rate(self, draft: Draft, product: Product) -> Decimal:
        """Return the percentage of tax that a price with tax includes."""
        if product.tax_class is None:
            return tax_rates(self.cx).get(self.cx.settings.tax_free, Decimal(0))
        code = draft.ref_of(Entity.TAXES, product.tax_class)
        if code is None or code not in tax_rates(self.cx):
            raise Held(
                f"The price list {self.prices.name} has prices with tax, and its tax class "
                f"{product.tax_class} is not mapped",
                fix="Map the tax class under ERP Mapping, Taxes, then release the product; or "
                "write to a price list without tax.",
                code="mapping.tax",
            )
        return tax_rates(self.cx)[code]

    def _measures(
        self, draft: Draft, product: Product, item: Wanted, found: Columns, all_of_it: bool
    ) -> None:
        new = "ItemCode" in found.body
        if all_of_it or draft.has("weight", "weight_unit"):
            own = item.own.weight if item.own is not None else None
            weight = (product.weight if own is None else own) + item.weight_extra
            self._measure(
                draft,
                found,
                ("SalesUnitWeight", "SalesWeightUnit"),
                max(weight, Decimal(0)),
                product.weight_unit,
                new,
            )
        if new or draft.has("length", "width", "height", "length_unit"):
            for name, word in _SIDES:
                columns = (f"SalesUnit{word}", f"Sales{word}Unit")
                value: Decimal = getattr(product, name)
                self._measure(draft, found, columns, value, product.length_unit, new)

    def _measure(
        self,
        draft: Draft,
        found: Columns,
        columns: tuple[str, str],
        value: Decimal,
        unit: str,
        new: bool,
    ) -> None:
        is_weight = columns[0].endswith("Weight")
        told = Decimal(0)
        if value:
            convert = self.units.weight if is_weight else self.units.length
            converted = convert(value, unit)
            if converted is None:
                _warn_unit(draft, "weight" if is_weight else "length", unit)
                return
            told = converted
        if told or not new:
            code = self.units.weight_unit() if is_weight else self.units.length_unit()
            found.body |= {columns[0]: told, **({columns[1]: code} if told else {})}

    def _barcode(
        self,
        draft: Draft,
        plan: Plan,
        product: Product,
        item: Wanted,
        found: Columns,
        matters: bool,
    ) -> None:
        if not (matters or draft.has("barcode")):
            return
        if item.own is not None and item.own.barcode is not None:
            found.barcode = item.own.barcode.strip()
        elif not plan.several:
            found.barcode = product.barcode.strip()
        elif product.barcode.strip() and draft.has("barcode"):
            _warn_barcode(draft, product)


def _number(ref: str | None) -> int | None:
    return int(ref) if ref is not None and ref.isascii() and ref.isdigit() else None


def _unmapped(tax_class: str) -> Refused:
    return Refused(
        f"Its tax class {tax_class} is not mapped; SAP's tax code was left as it is",
        fix="Map the tax class under ERP Mapping, Taxes, then synchronize again.",
        code="mapping.tax",
    )


def _warn_unit(draft: Draft, what: str, unit: str) -> None:
    code = f"record.{what}_unit"
    if any(w.code == code for w in draft.warnings):
        return
    draft.warnings.append(
        Refused(
            f"The unit of {what} {unit!r} is not known, so SAP's value was left as it is",
            fix="Name the unit in the shop by its usual sign (kg, g, lb, oz; cm, mm, in).",
            code=code,
        )
    )


def _warn_barcode(draft: Draft, product: Product) -> None:
    code = "record.barcode_of_many"
    if any(w.code == code for w in draft.warnings):
        return
    draft.warnings.append(
        Refused(
            f"Its barcode {product.barcode} is not carried over: in SAP each of its combinations "
            "is an item",
            fix="Give the combinations barcodes of their own, in the shop or in SAP.",
            code=code,
        )
    )
