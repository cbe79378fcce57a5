"""Odoo seen by people: plain XML-RPC, past the product."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from agent.erp.odoo.source import changes
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent_tests.contract.common.books import Goods, Item, Order, Partner, Payment, Place, Site
from agent_tests.contract.common.reading import SETTLE_SECONDS
from agent_tests.contract.ground import Ground, silently, unique

TEMPLATE, VARIANT = "product.template", "product.product"
PARTNER, ORDER = "res.partner", "sale.order"
_MODELS = {
    Entity.CATEGORIES: "product.category",
    Entity.MANUFACTURERS: "product.attribute.value",
    Entity.ATTRIBUTES: "product.attribute",
    Entity.ATTRIBUTE_VALUES: "product.attribute.value",
}
_STATES = {"draft": "quotation", "sent": "quotation", "cancel": "cancelled"}


def site_of(ground: Ground) -> Site:
    """Return a ground as the common tests meet it."""
    return Site(
        name=ground.name,
        url=ground.url,
        books=OdooBooks(ground),
        open=ground.connect,
        real=ground.real,
        waits=((changes, "SETTLE", SETTLE_SECONDS),),
    )


class OdooBooks:
    """See :class:`agent_tests.contract.common.books.Books`."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    @property
    def currency(self) -> str:
        (row,) = self.ground.rpc("res.company", "search_read", [], ["currency_id"], limit=1)
        return str(row["currency_id"][1])

    # -- items -----------------------------------------------------------------------------------

    def item(self, product: str) -> Item:
        return self._item(TEMPLATE, product, "list_price", "description", "categ_id")

    def variant(self, variant: str) -> Item:
        return self._item(VARIANT, variant, "lst_price")

    def _item(self, model: str, ref: str, price: str, *more: str) -> Item:
        names = ("name", "default_code", "barcode", "weight", "active", "write_date", price, *more)
        row = self.ground.read(model, ref, *names)
        return Item(
            ref,
            row["name"],
            row["default_code"] or "",
            row["barcode"] or "",
            _decimal(row[price]),
            _decimal(row["weight"]),
            row["active"],
            row.get("description") or "",
            str(row["categ_id"][0]) if row.get("categ_id") else "",
            self._maker(ref) if more else "",
            row["write_date"],
        )

    def _maker(self, template: str) -> str:
        domain = [("product_tmpl_id", "=", int(template)), ("attribute_id.name", "=", "Brand")]
        rows = self.ground.find("product.template.attribute.line", domain, "value_ids")
        return next((str(value) for row in rows for value in row["value_ids"]), "")

    def active_variants(self, product: str) -> list[str]:
        domain = [("product_tmpl_id", "=", int(product)), ("active", "=", True)]
        return [str(row["id"]) for row in self.ground.find(VARIANT, domain, "id")]

    def products_called(self, name: str) -> list[str]:
        return [str(r["id"]) for r in self.ground.find(TEMPLATE, [("name", "=", name)], "id")]

    def make_item(self, name: str, *, code: str = "", barcode: str = "", category: str = "") -> str:
        values: dict[str, Any] = {"name": name, "default_code": code or False}
        values["barcode"] = barcode or False
        if category:
            values["categ_id"] = int(category)
        return str(self.ground.rpc(TEMPLATE, "create", values))

    def edit_item(
        self,
        product: str,
        *,
        name: str | None = None,
        weight: Decimal | None = None,
        price: Decimal | None = None,
        active: bool | None = None,
    ) -> None:
        values = {"name": name, "active": active}
        values |= {"weight": _float(weight), "list_price": _float(price)}
        given = {key: value for key, value in values.items() if value is not None}
        self.ground.rpc(TEMPLATE, "write", [int(product)], given)

    def drop_item(self, product: str) -> None:
        self.ground.rpc(TEMPLATE, "unlink", [int(product)])

    def clash(self, product: Product, other: Product) -> Product:
        return dataclasses.replace(product, barcode=other.barcode)

    # -- parts of the catalogue ------------------------------------------------------------------

    def name_of(self, entity: Entity, ref: str) -> str:
        return str(self.ground.read(_MODELS[entity], ref, "name")["name"])

    def rename(self, entity: Entity, ref: str, name: str) -> None:
        self.ground.rpc(_MODELS[entity], "write", [int(ref)], {"name": name})

    def make(self, entity: Entity, name: str) -> str:
        return str(self.ground.rpc(_MODELS[entity], "create", {"name": name}))

    # -- partners --------------------------------------------------------------------------------

    def partner(self, ref: str) -> Partner:
        row = self._contact(ref)
        below = self.ground.find(
            PARTNER, [("parent_id", "=", int(ref)), ("type", "!=", "contact")], "id"
        )
        places = [self.place(str(one)) for one in (ref, *(child["id"] for child in below))]
        return Partner(
            ref,
            row["name"],
            row["email"] or "",
            row["phone"] or "",
            row["active"],
            tuple(place for place in places if place.line1),
        )

    def place(self, ref: str) -> Place:
        """Return the address on a contact."""
        row = self._contact(ref)
        code = ""
        if row["country_id"]:
            country = self.ground.read("res.country", str(row["country_id"][0]), "code")
            code = country["code"]
        return Place(row["street"] or "", row["city"] or "", row["zip"] or "", code)

    def _contact(self, ref: str) -> Any:
        names = ("name", "email", "phone", "active", "street", "city", "zip", "country_id")
        return self.ground.read(PARTNER, ref, *names)

    def partners_with(self, email: str) -> list[str]:
        domain = [("email", "=", email), ("parent_id", "=", False)]
        return [str(row["id"]) for row in self.ground.find(PARTNER, domain, "id")]

    def make_partner(self, name: str, *, email: str = "", phone: str = "", vat: str = "") -> str:
        values = {"name": name, "email": email, "phone": phone, "vat": vat}
        return str(self.ground.rpc(PARTNER, "create", values))

    def edit_partner(
        self, ref: str, *, phone: str | None = None, active: bool | None = None
    ) -> None:
        values = {"phone": phone, "active": active}
        given = {key: value for key, value in values.items() if value is not None}
        self.ground.rpc(PARTNER, "write", [int(ref)], given)

    # -- sales -----------------------------------------------------------------------------------

    def make_goods(self, stock: int = 0, **values: Any) -> str:
        kind = {"type": "consu", "is_storable": True} if self.ground.modern else {"type": "product"}
        given = {"name": unique("Goods"), "list_price": 77.0, "invoice_policy": "order"}
        template = self.ground.rpc(TEMPLATE, "create", {**given, **kind, **values})
        (row,) = self.ground.find(VARIANT, [("product_tmpl_id", "=", template)], "id")
        if stock:
            self.receive(str(row["id"]), stock)
        return str(row["id"])

    def sale_tax(self, percent: Decimal, name: str = "", **values: Any) -> str:
        given = {"name": name or unique(f"Tax {percent}"), "amount": float(percent)}
        given |= {"amount_type": "percent", "type_tax_use": "sale", **values}
        return str(self.ground.rpc("account.tax", "create", given))

    def bank(self) -> str:
        (journal, *_) = self.ground.find("account.journal", [("type", "=", "bank")], "id")
        return str(journal["id"])

    def foreign_currency(self) -> tuple[str, str, Decimal]:
        (found,) = self.ground.find("res.currency", [("name", "=", "GBP")], "id")
        self.ground.rpc("res.currency", "write", [found["id"]], {"active": True})
        return "GBP", str(found["id"]), Decimal("0.8")

    def order(self, ref: str) -> Order:
        row = self.ground.read(
            *(ORDER, ref, "name", "client_order_ref", "state", "date_order", "partner_id"),
            *("currency_id", "amount_total", "amount_tax", "partner_shipping_id", "carrier_id"),
            "note",
        )
        tax = "tax_ids" if self.ground.modern else "tax_id"
        names = ("name", "product_id", "product_uom_qty", "price_unit", tax, "display_type")
        lines = self.ground.find("sale.order.line", [("order_id", "=", int(ref))], *names)
        ids = [line["product_id"][0] for line in lines if line["product_id"]]
        services = {
            found["id"]
            for found in self.ground.find(VARIANT, [("id", "in", ids)], "type")
            if found["type"] == "service"
        }
        return Order(
            ref,
            row["client_order_ref"] or "",
            _STATES.get(row["state"], "confirmed"),  # type: ignore[arg-type]
            datetime.fromisoformat(row["date_order"]).date(),
            str(row["partner_id"][0]),
            row["currency_id"][1],
            _decimal(row["amount_total"]),
            _decimal(row["amount_tax"]),
            self.place(str(row["partner_shipping_id"][0])),
            str(row["carrier_id"][0]) if row["carrier_id"] else "",
            row["note"] or "",
            tuple(
                Goods(
                    str(line["product_id"][0]),
                    line["name"],
                    _decimal(line["product_uom_qty"]),
                    _decimal(line["price_unit"]),
                    bool(line[tax]),
                )
                for line in sorted(lines, key=lambda line: int(line["id"]))
                if line["product_id"] and line["product_id"][0] not in services
            ),
            row["name"],
        )

    def orders_with(self, number: str) -> list[str]:
        domain = [("client_order_ref", "=", number)]
        return [str(row["id"]) for row in self.ground.find(ORDER, domain, "id")]

    def payments(self, ref: str) -> list[Payment]:
        number = self.ground.read(ORDER, ref, "client_order_ref")["client_order_ref"]
        memo = "memo" if self.ground.modern else "ref"
        domain = [(memo, "=like", f"{number} %"), ("state", "not like", "cancel%")]
        return [
            Payment(_decimal(row["amount"]), date.fromisoformat(row["date"]), row[memo])
            for row in self.ground.find("account.payment", domain, "amount", "date", memo)
        ]

    def confirm(self, ref: str) -> None:
        self.ground.rpc(ORDER, "action_confirm", [int(ref)])

    def cancel(self, ref: str) -> None:
        self.ground.rpc(ORDER, "action_cancel", [int(ref)])

    def deliver(self, ref: str, quantity: int | None = None, tracking: str = "") -> None:
        rpc, find = self.ground.rpc, self.ground.find
        waiting = [("sale_id", "=", int(ref)), ("state", "not in", ["done", "cancel"])]
        (picking,) = find("stock.picking", waiting, "id")
        rpc("stock.picking", "action_assign", [picking["id"]])
        moves = find("stock.move", [("picking_id", "=", picking["id"])], "product_uom_qty")
        for move in moves:
            done = quantity or move["product_uom_qty"]
            values = {"quantity": done, "picked": True}
            if not self.ground.modern:
                values = {"quantity_done": done}
            rpc("stock.move", "write", [move["id"]], values)
        if tracking:
            self._track(picking["id"], tracking)
        context = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
        assert rpc("stock.picking", "button_validate", [picking["id"]], context=context) is True

    def track(self, ref: str, tracking: str) -> None:
        (picking,) = self.ground.find("stock.picking", [("sale_id", "=", int(ref))], "id")
        self._track(picking["id"], tracking)

    def _track(self, picking: int, tracking: str) -> None:
        values = {"carrier_tracking_ref": tracking}
        self.ground.rpc("stock.picking", "write", [picking], values)

    # -- stock -----------------------------------------------------------------------------------

    def receive(self, variant: str, quantity: int) -> None:
        here = [("product_id", "=", int(variant)), ("location_id", "=", self._shelf())]
        rows = self.ground.find("stock.quant", here, "quantity")
        self.count(variant, quantity + sum(row["quantity"] for row in rows))

    def count(self, variant: str, quantity: int) -> None:
        values = {"product_id": int(variant), "location_id": self._shelf()}
        values["inventory_quantity"] = quantity
        mode = {"inventory_mode": True}
        quant = self.ground.rpc("stock.quant", "create", values, context=mode)
        if self.ground.modern:
            silently(self.ground, "stock.quant", "action_apply_inventory", [quant])

    def counted(self, variant: str) -> bool:
        name = "is_storable" if self.ground.modern else "type"
        return self.ground.read(VARIANT, variant, name)[name] in (True, "product")

    def _shelf(self) -> int:
        return int(self.ground.find("stock.warehouse", [], "lot_stock_id")[0]["lot_stock_id"][0])

    def warehouse(self) -> str:
        return str(self.ground.find("stock.warehouse", [], "id")[0]["id"])

    # -- prices ----------------------------------------------------------------------------------

    def price_list(self, prices: Mapping[str, Decimal]) -> str:
        made = str(self.ground.rpc("product.pricelist", "create", {"name": unique("List")}))
        for product, price in prices.items():
            rule = {"pricelist_id": int(made), "applied_on": "1_product", "compute_price": "fixed"}
            rule |= {"product_tmpl_id": int(product), "fixed_price": float(price)}
            self.ground.rpc("product.pricelist.item", "create", rule)
        return made

    def set_price(self, pricelist: str, product: str, price: Decimal) -> None:
        domain = [("pricelist_id", "=", int(pricelist)), ("product_tmpl_id", "=", int(product))]
        (row,) = self.ground.find("product.pricelist.item", domain, "id")
        values = {"fixed_price": float(price)}
        self.ground.rpc("product.pricelist.item", "write", [row["id"]], values)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
