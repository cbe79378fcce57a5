"""SAP Business One seen by people: plain requests past the product, and B1's own screens."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.erp.port import Erp
from agent.erp.registry import kinds_at
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import desk
from agent_tests.contract.common.books import Goods, Item, Order, Partner, Payment, Place, Site
from agent_tests.contract.ground import new_instance, unique
from agent_tests.sandbox_sap_b1.api import Api

LIST, WAREHOUSE = 1, "01"
_SETS = {
    Entity.CATEGORIES: ("ItemGroups", "GroupName"),
    Entity.MANUFACTURERS: ("Manufacturers", "ManufacturerName"),
    Entity.ATTRIBUTES: ("U_ERPB_ATTR", "Name"),
    Entity.ATTRIBUTE_VALUES: ("U_ERPB_VALUE", "Name"),
}
SETTINGS: Mapping[str, object] = {
    "tax_free": "O0",
    "freight_shipping": "1",
    "freight_fees": "2",
    "freight_discounts": "3",
    "freight_levies": "4",
    "customer_code": "W{key}",
}
"""What an admin chooses in the company that the stand-in begins with."""
_numbers = itertools.count(1)


def site_of(sandbox: SapB1Sandbox, version: str, folder: Path) -> Site:
    """Return a prepared company, spoken to in ``v1`` or ``v2`` by the product.

    ``folder`` is where the product's processes share their session.
    """
    kind = kinds_at(folder)["sap_b1"]

    def opened(instance: str, *, url: str = "", shop_currency: str = "", **settings: Any) -> Erp:
        values = {
            "url": url or sandbox.url,
            "database": sandbox.company.name,
            "user": "manager",
            "version": version,
            **SETTINGS,
            # customers' codes are unique in a company, and the tests' shops share one
            "customer_code": f"{instance[-4:]}-{{key}}",
            **settings,
        }
        return kind.open(values, sandbox.users["manager"], instance, shop_currency)

    first: Any = opened(new_instance())
    assert all(finding.level == "ok" for finding in first.prepare())
    first.close()
    books = SapB1Books(sandbox)
    return Site(f"sap-b1-{version}", sandbox.url, books, opened)


class SapB1Books:
    """See :class:`agent_tests.contract.common.books.Books`."""

    def __init__(self, sandbox: SapB1Sandbox) -> None:
        self.sandbox = sandbox
        self.api = Api(sandbox)
        assert self.api.log_in().ok

    @property
    def currency(self) -> str:
        return self.sandbox.options.currency

    def desk(self, deed: str, **values: Any) -> Any:
        """Do something at B1's own screens."""
        return desk.do(self.sandbox.company, {"do": deed, **values})

    def row(self, entity_set: str, key: object) -> Any:
        """Return a record as the Service Layer shows it."""
        text = str(key).replace("'", "''")
        numbered = entity_set not in {"Items", "BusinessPartners", "U_ERPB_ATTR", "U_ERPB_VALUE"}
        return self.api.json(f"{entity_set}({text if numbered else repr(text)})")

    def rows(self, entity_set: str, where: str = "") -> list[Any]:
        """Return all records that fulfil a condition."""
        params = {"$filter": where} if where else {}
        headers = {"B1S-PageSize": "1000"}
        found: list[Any] = self.api.json(entity_set, params=params, headers=headers)["value"]
        return found

    # -- items -----------------------------------------------------------------------------------

    def item(self, product: str) -> Item:
        row = self.row("Items", product)
        prices = {price["PriceList"]: price["Price"] for price in row["ItemPrices"]}
        return Item(
            product,
            row["ItemName"] or "",
            row["ItemCode"],
            row["BarCode"] or "",
            _decimal(prices[LIST]),
            _decimal(row["SalesUnitWeight"]),
            _active(row),
            row["User_Text"] or "",
            str(row["ItemsGroupCode"]),
            "" if row["Manufacturer"] == -1 else str(row["Manufacturer"]),
            str(row["DataVersion"]),
        )

    variant = item

    def active_variants(self, product: str) -> list[str]:
        where = f"U_ERPB_Product eq '{product}' or ItemCode eq '{product}'"
        found = [row for row in self.rows("Items", where) if _active(row)]
        return sorted(row["ItemCode"] for row in found)

    def products_called(self, name: str) -> list[str]:
        where = "ItemName eq '{}'".format(name.replace("'", "''"))
        return [row["ItemCode"] for row in self.rows("Items", where)]

    def make_item(self, name: str, *, code: str = "", barcode: str = "", category: str = "") -> str:
        body: dict[str, Any] = {"ItemCode": code or f"HAND-{next(_numbers)}", "ItemName": name}
        if category:
            body["ItemsGroupCode"] = int(category)
        if barcode:
            body["BarCode"] = barcode
        return str(self.api.made("Items", body)["ItemCode"])

    def edit_item(
        self,
        product: str,
        *,
        name: str | None = None,
        weight: Decimal | None = None,
        price: Decimal | None = None,
        active: bool | None = None,
    ) -> None:
        body: dict[str, Any] = {}
        if name is not None:
            body["ItemName"] = name
        if weight is not None:
            body |= {"SalesUnitWeight": float(weight), "SalesWeightUnit": 3}
        if price is not None:
            body["ItemPrices"] = [{"PriceList": LIST, "Price": float(price)}]
        if active is not None:
            body |= _switch(active)
        self._patch(f"Items('{product}')", body)

    def drop_item(self, product: str) -> None:
        assert self.api.delete(f"Items('{product}')").status_code == 204

    def clash(self, product: Product, other: Product) -> Product:
        return dataclasses.replace(product, sku=other.sku)

    # -- parts of the catalogue ------------------------------------------------------------------

    def name_of(self, entity: Entity, ref: str) -> str:
        entity_set, name = _SETS[entity]
        return str(self.row(entity_set, ref)[name])

    def rename(self, entity: Entity, ref: str, name: str) -> None:
        entity_set, field = _SETS[entity]
        key = f"'{ref}'" if entity_set.startswith("U_") else ref
        self._patch(f"{entity_set}({key})", {field: name})

    def make(self, entity: Entity, name: str) -> str:
        entity_set, field = _SETS[entity]
        made = self.api.made(entity_set, {field: name})
        return str(made["Number" if entity is Entity.CATEGORIES else "Code"])

    # -- partners --------------------------------------------------------------------------------

    def partner(self, ref: str) -> Partner:
        row = self.row("BusinessPartners", ref)
        goods = [a for a in row["BPAddresses"] if a["AddressType"] == "bo_ShipTo"]
        places = {
            (a["AddressName"], _street(a), a["City"] or "", a["ZipCode"] or "", a["Country"] or "")
            for a in goods
        }
        return Partner(
            ref,
            row["CardName"] or "",
            row["EmailAddress"] or "",
            row["Phone1"] or "",
            _active(row),
            tuple(Place(*place[1:]) for place in sorted(places)),
        )

    def partners_with(self, email: str) -> list[str]:
        rows = self.rows("BusinessPartners", f"EmailAddress eq '{email}'")
        return [row["CardCode"] for row in rows]

    def make_partner(self, name: str, *, email: str = "", phone: str = "", vat: str = "") -> str:
        body = {"CardCode": f"HAND-{next(_numbers)}", "CardName": name, "CardType": "cCustomer"}
        more = {"EmailAddress": email, "Phone1": phone, "FederalTaxID": vat}
        body |= {key: value for key, value in more.items() if value}
        return str(self.api.made("BusinessPartners", body)["CardCode"])

    def edit_partner(
        self, ref: str, *, phone: str | None = None, active: bool | None = None
    ) -> None:
        body: dict[str, Any] = {} if phone is None else {"Phone1": phone}
        if active is not None:
            body |= _switch(active)
        self._patch(f"BusinessPartners('{ref}')", body)

    # -- sales -----------------------------------------------------------------------------------

    def make_goods(self, stock: int = 0, **values: Any) -> str:
        code = f"GOODS-{next(_numbers)}"
        prices = [{"PriceList": LIST, "Price": 77.0}]
        body = {"ItemCode": code, "ItemName": unique("Goods"), "ItemPrices": prices, **values}
        self.api.made("Items", body)
        if stock:
            self.receive(code, stock)
        return code

    def sale_tax(self, percent: Decimal, name: str = "", **values: Any) -> str:
        code = f"T{next(_numbers)}"
        lines = [{"Effectivefrom": "2007-01-01", "Rate": float(percent)}]
        body = {"Code": code, "Name": name or f"Tax {percent}", "Category": "bovcOutputTax"}
        made = {**body, "TaxAccount": "380000", "VatGroups_Lines": lines, **values}
        return str(self.api.made("VatGroups", made)["Code"])

    def bank(self) -> str:
        return "transfer:161000"

    def foreign_currency(self) -> tuple[str, str, Decimal]:
        return "USD", "USD", Decimal("1.11111111")

    def order(self, ref: str) -> Order:
        row = self.row("Orders", ref)
        state = "confirmed" if row["Confirmed"] == "tYES" else "quotation"
        if row["Cancelled"] == "tYES":
            state = "cancelled"
        foreign = row["DocCurrency"] != self.currency
        place = row["AddressExtension"] or {}
        return Order(
            ref,
            row["NumAtCard"] or "",
            state,  # type: ignore[arg-type]
            date.fromisoformat(row["DocDate"][:10]),
            row["CardCode"],
            row["DocCurrency"],
            _decimal(row["DocTotalFc"] if foreign else row["DocTotal"]),
            _decimal(row["VatSumFc"] if foreign else row["VatSum"]),
            Place(
                place.get("ShipToStreet") or "",
                place.get("ShipToCity") or "",
                place.get("ShipToZipCode") or "",
                place.get("ShipToCountry") or "",
            ),
            str(row["TransportationCode"]) if row["TransportationCode"] not in (None, -1) else "",
            row["Comments"] or "",
            tuple(_goods(line) for line in row["DocumentLines"] if self._is_goods(line)),
            str(row["DocNum"]),
        )

    def _is_goods(self, line: Any) -> bool:
        return bool(self.row("Items", line["ItemCode"])["InventoryItem"] == "tYES")

    def orders_with(self, number: str) -> list[str]:
        return [str(row["DocEntry"]) for row in self.rows("Orders", f"NumAtCard eq '{number}'")]

    def payments(self, ref: str) -> list[Payment]:
        number = self.row("Orders", ref)["NumAtCard"]
        rows = self.rows("IncomingPayments", f"startswith(Remarks,'{number} ')")
        return [
            Payment(
                _decimal(row["TransferSum"] or row["CashSum"]),
                date.fromisoformat(row["DocDate"][:10]),
                row["Remarks"],
            )
            for row in rows
            if row["Cancelled"] == "tNO"
        ]

    def confirm(self, ref: str) -> None:
        self.desk("approve", order=int(ref))

    def cancel(self, ref: str) -> None:
        self.desk("cancel", place="Orders", key=int(ref))

    def deliver(self, ref: str, quantity: int | None = None, tracking: str = "") -> None:
        lines = None if quantity is None else {0: quantity}
        self.desk("deliver", order=int(ref), lines=lines, tracking=tracking)

    def track(self, ref: str, tracking: str) -> None:
        (entry,) = [
            row["DocEntry"]
            for row in self.rows("DeliveryNotes")
            if any(line["BaseEntry"] == int(ref) for line in row["DocumentLines"])
        ]
        self.desk("track", delivery=entry, tracking=tracking)

    # -- stock -----------------------------------------------------------------------------------

    def receive(self, variant: str, quantity: int) -> None:
        self.desk("receive", item=variant, quantity=quantity)

    def count(self, variant: str, quantity: int) -> None:
        self.desk("count", item=variant, quantity=quantity)

    def counted(self, variant: str) -> bool:
        return bool(self.row("Items", variant)["InventoryItem"] == "tYES")

    def warehouse(self) -> str:
        return WAREHOUSE

    # -- prices ----------------------------------------------------------------------------------

    def price_list(self, prices: Mapping[str, Decimal]) -> str:
        made = self.api.made("PriceLists", {"PriceListName": unique("List"), "Active": "tYES"})
        number = str(made["PriceListNo"])
        for product, price in prices.items():
            self.set_price(number, product, price)
        return number

    def set_price(self, pricelist: str, product: str, price: Decimal) -> None:
        row = {"PriceList": int(pricelist), "Price": float(price)}
        self._patch(f"Items('{product}')", {"ItemPrices": [row]})

    def _patch(self, path: str, body: Mapping[str, Any]) -> None:
        answer = self.api.patch(path, body)
        assert answer.status_code == 204, answer.text


def _goods(line: Any) -> Goods:
    words = line.get("U_ERPB_Text") or line["ItemDescription"] or ""
    return Goods(
        line["ItemCode"],
        words,
        _decimal(line["Quantity"]),
        _decimal(line["UnitPrice"]),
        line["VatGroup"] != "O0",
    )


def _street(address: Any) -> str:
    return " ".join(part for part in (address["Street"], address["StreetNo"]) if part)


def _switch(active: bool) -> dict[str, str]:
    yes, no = "tYES", "tNO"
    return {"Valid": yes if active else no, "Frozen": no if active else yes}


def _active(row: Any) -> bool:
    return row["Frozen"] != "tYES" and row["Valid"] != "tNO"


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))
