"""A sales order as it is sent to B1: header, lines, freights.

Nothing is left to defaults that would change amounts: discounts of the partner, special prices, tax
codes and sales units of items would else come in. The shop's pieces are B1's inventory units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.document_edits import document_of
from agent.erp.draft import Draft
from agent.erp.sap_b1.births import FIELD, id_of
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales import exchange, partners
from agent.erp.sap_b1.sales.amounts import Part, Tuning
from agent.erp.sap_b1.sales.days import server_day
from agent.erp.sap_b1.sales.freights import Freight, freights, is_freight
from agent.erp.sap_b1.sales.service_items import service_item
from agent.erp.sap_b1.sales.taxes import FREIGHT, Tax, Taxes, tax_field
from agent.erp.sap_b1.sales.texts import COMMENTS, as_day, cut, head
from agent.erp.sap_b1.sets import Row
from agent.errors import Held
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity

LINE_KEY = "U_ERPB_Line"
TEXT = "U_ERPB_Text"
PAID = "U_ERPB_Paid"
_FREE_TEXT = 100
_DESCRIPTION = 100
_FREIGHTS = ("freight_shipping", "freight_fees", "freight_discounts", "freight_levies")


@dataclass(slots=True)
class OrderBody:
    """What an order is made of. ``parts`` are lines and freights with what B1 makes of them."""

    header: dict[str, Any]
    lines: list[dict[str, Any]]
    freights: list[Freight]
    parts: list[Part]
    tax_name: str
    foreign: bool = False
    """Whether it is in another currency than the company's."""
    keys: dict[str, list[DocumentLine]] = field(default_factory=dict)
    """The document's lines in each part, by the part's key."""
    levies: Decimal = Decimal(0)
    """What the shop counts as tax and B1 as a price."""
    tuning: Tuning = field(default_factory=Tuning)

    def line_rows(self) -> list[dict[str, Any]]:
        """Return the lines as they are sent."""
        prices = self.tuning.prices
        return [
            {**line, "UnitPrice": prices.get(line[LINE_KEY], line["UnitPrice"])}
            for line in self.lines
        ]

    def freight_rows(self) -> list[dict[str, Any]]:
        """Return the freights as they are sent."""
        total = "LineTotalFC" if self.foreign else "LineTotal"
        return [
            {
                "ExpenseCode": one.code,
                total: self.tuning.prices.get(one.key, one.net),
                self.tax_name: one.tax.code,
                "Remarks": cut(", ".join(one.texts), COMMENTS),
            }
            for one in self.freights
        ]

    def rounding(self) -> dict[str, Any]:
        """Return the document's rounding amount as it is sent."""
        amount = self.tuning.rounding
        if not amount:
            return {"Rounding": "tNO"}
        name = "RoundingDiffAmountFC" if self.foreign else "RoundingDiffAmount"
        return {"Rounding": "tYES", name: amount}

    def whole(self) -> dict[str, Any]:
        """Return the body that makes the order."""
        found = {**self.header, **self.rounding(), "DocumentLines": self.line_rows()}
        texts = self.header.get("AddressExtension") or {}
        if texts:
            found["AddressExtension"] = {name: text for name, text in texts.items() if text}
        if self.freights:
            found["DocumentAdditionalExpenses"] = self.freight_rows()
        return found


class OrderBodies:
    """Makes the body of one draft's order. ``partner`` is its customer as B1 has it."""

    def __init__(self, cx: Connection, draft: Draft, partner: Row | None) -> None:
        self.cx = cx
        self.draft = draft
        self.document: SalesDocument = document_of(draft)
        self.partner = partner
        self.day: date = server_day(cx, self.document.date)
        self.taxes = Taxes(cx, draft, self.day)
        self.step = Decimal(1).scaleb(-self.document.decimals)

    def body(self) -> OrderBody:
        """Return the order.

        Raises:
            Held: something it needs is missing or cannot be used; says what to do.
        """
        header = self.header()
        taxed = [(line, self.taxes.of(line)) for line in self.document.lines]
        goods = [(line, tax) for line, tax in taxed if not is_freight(line)]
        others = [(line, tax) for line, tax in taxed if is_freight(line)]
        if not goods:
            goods, others = others[:1], others[1:]
        foreign = header["DocCurrency"] != self.cx.facts.currency
        found = OrderBody(header, [], self._freights(others), [], tax_field(self.cx), foreign)
        for line, tax in goods:
            self._add_line(found, line, tax)
        by_key = {line.key: line for line, _ in others}
        for freight in found.freights:
            rate, digits = self.taxes.rate(freight.tax), self.document.decimals
            # the tax of a freight is always its own
            part = Part(freight.key, freight.net, Decimal(1), rate, freight.key, digits, self.step)
            found.parts.append(part)
            found.keys[freight.key] = [by_key[key] for key in freight.keys]
        found.levies = sum(
            (line.tax for line in self.document.lines if line.kind is LineKind.LEVY), Decimal(0)
        ).quantize(self.step, ROUND_HALF_UP)
        return found

    def _add_line(self, found: OrderBody, line: DocumentLine, tax: Tax) -> None:
        digits = self.cx.facts.price_decimals
        price = line.unit_price.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        rate = self.taxes.rate(tax)
        part = Part(line.key, price, line.quantity, rate, tax.code, digits, self.step)
        exact = (line.unit_price * line.quantity).quantize(self.step, ROUND_HALF_UP)
        part = part if part.net == exact else part.at(exact) or part
        found.parts.append(part)
        found.keys[line.key] = [line]
        found.lines.append(self._line(line, tax, part.price))

    def _freights(self, lines: Sequence[tuple[DocumentLine, Tax]]) -> list[Freight]:
        codes: Mapping[str, Sequence[int]] = {
            name: getattr(self.cx.settings, name) for name in _FREIGHTS
        }
        levies = {line.key: code for line, _ in lines if (code := self._levy_code(line))}
        return freights(lines, codes, levies, self.step)

    def _levy_code(self, line: DocumentLine) -> int | None:
        if line.kind is not LineKind.LEVY:
            return None
        linked = [self.draft.ref_of(Entity.TAX_RATES, key) or "" for key in line.taxes]
        codes = [ref.removeprefix(FREIGHT) for ref in linked if ref.startswith(FREIGHT)]
        return next((int(code) for code in codes if code.isdigit()), None)

    def _line(self, line: DocumentLine, tax: Tax, price: Decimal) -> dict[str, Any]:
        title, _, options = line.text.partition("\n")
        found: dict[str, Any] = {
            "ItemCode": self._item(line),
            "Quantity": line.quantity,
            "UseBaseUnits": "tYES",
            "UnitPrice": price,
            "DiscountPercent": Decimal(0),
            tax_field(self.cx): tax.code,
            LINE_KEY: line.key,
            TEXT: line.text,
        }
        if options.strip():
            found["FreeText"] = cut(options, _FREE_TEXT)
        if line.item is None:
            found["ItemDescription"] = cut(title, _DESCRIPTION)
        warehouse = self._setting("warehouse")
        if warehouse:
            found["WarehouseCode"] = warehouse
        return found

    def _item(self, line: DocumentLine) -> str:
        if line.item is None:
            return service_item(self.cx, line.kind)
        code = self.draft.ref_of(*line.item)
        if code is None:
            raise _missing("product", line.item[1])
        return code

    # -- header ----------------------------------------------------------------------------------

    def header(self) -> dict[str, Any]:
        """Return the header.

        Raises:
            Held: customer or address is missing or cannot be used.
        """
        document = self.document
        code = self.draft.ref_of(Entity.CUSTOMERS, document.customer)
        if code is None:
            raise _missing("customer", document.customer)
        partners.check_partner(self.partner, code, self.day, self._currency())
        day = as_day(self.day)
        found: dict[str, Any] = {
            "CardCode": code,
            "DocDate": day,
            "DocDueDate": day,
            "TaxDate": day,
            "NumAtCard": head(document.number, 100),
            FIELD: id_of(self.draft.change.external_id),
            "Comments": cut(document.note, COMMENTS),
            "DocCurrency": self._currency(),
            "DiscountPercent": Decimal(0),
            "Confirmed": "tNO",
        }
        found |= exchange.of_order(self.cx, document, found["DocCurrency"])
        if document.transaction:
            found[PAID] = head(document.transaction, 64)
        carrier = None
        if document.carrier is not None:
            carrier = self.draft.ref_of(Entity.CARRIERS, document.carrier)
        if carrier is not None and carrier.isdigit():
            found["TransportationCode"] = int(carrier)
        salesperson = self._setting("salesperson")
        if salesperson:
            found["SalesPersonCode"] = int(salesperson)
        if self.cx.settings.series is not None:
            found["Series"] = self.cx.settings.series
        return found | self._places()

    def _currency(self) -> str:
        return self.draft.ref_of(Entity.CURRENCIES, self.document.currency) or _no_currency(
            self.document
        )

    def _places(self) -> dict[str, Any]:
        document = self.document
        wanted = (
            ("PayToCode", "BillTo", partners.BILL_TO, document.invoice_address),
            (
                *("ShipToCode", "ShipTo", partners.SHIP_TO),
                document.delivery_address or document.invoice_address,
            ),
        )
        found: dict[str, Any] = {}
        texts: dict[str, str | None] = {}
        for column, side, kind, key in wanted:
            if key is None:
                continue
            ref = self.draft.ref_of(Entity.ADDRESSES, key)
            place = partners.parse_reference(ref or "")
            if place is None:
                raise _missing("address", key)
            partner = self.partner or {}
            row = partners.address_row(partner, kind, place[2])
            if row is None or place[0] != partner.get("CardCode"):
                raise _address_gone(ref or "")
            if partners.has_kind(partner, kind, place[2]):
                found[column] = place[2]
            texts |= partners.address_texts(row, side)
        return {**found, "AddressExtension": texts} if texts else found

    def _setting(self, name: str) -> str:
        own = (self.document.settings or {}).get(name)
        return str(own or getattr(self.cx.settings, name) or "")


def _no_currency(document: SalesDocument) -> str:
    raise Held(
        f"The order's currency {document.currency} is not linked to one of SAP Business One",
        fix="Link it under ERP Mapping > Currencies; the order follows by itself.",
        code="order.not_mapped",
    )


def _address_gone(ref: str) -> Held:
    return Held(
        f"The address {ref} of the order is no longer in SAP Business One",
        fix="Synchronize the customer again (forget the address's link on the mapping screen "
        "first); then release the order.",
        code="order.customer_gone",
    )


def _missing(what: str, key: str) -> Held:
    return Held(
        f"The {what} {key} of the order is not in SAP Business One",
        fix=f"See why the {what} failed and mend that; the order follows by itself.",
        code="order.not_mapped",
    )
