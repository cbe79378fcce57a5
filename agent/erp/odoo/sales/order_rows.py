"""The columns of orders and their lines for ``load()``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC

from agent.erp.document_edits import document_of
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.product_plan import safe_name
from agent.erp.odoo.sales import contacts, services
from agent.erp.odoo.sales.addresses import archived
from agent.erp.odoo.sales.pricelists import Pricelists
from agent.erp.odoo.sales.taxes import Taxes, price_digits, tax_field, unit_price
from agent.errors import BridgeError, Held
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity

ORDER = "sale.order"
LINE = "sale.order.line"
PRODUCT = services.PRODUCT
_SETTINGS: Mapping[str, str] = {
    "team": "team_id",
    "salesperson": "user_id",
    "warehouse": "warehouse_id",
}


def line_name(draft: Draft, key: str) -> str:
    """Return the external id of a line: the order's, then the line's key."""
    return f"{draft.change.external_id}_{safe_name(key)}"


class OrderRows:
    """Makes the cells of some documents; what they point to is read in few calls beforehand."""

    def __init__(self, work: Work, drafts: Sequence[Draft]) -> None:
        self.cx = work.cx
        self.work = work
        self.taxes = Taxes(self.cx, drafts)
        self.pricelists = Pricelists(work)
        self.digits = price_digits(self.cx)
        self.tax = tax_field(self.cx)
        self.uom = "product_uom_id" if self.cx.facts.has(LINE, "product_uom_id") else "product_uom"
        documents = [document_of(d) for d in drafts]
        self.services = services.service_products(work, _kinds(documents))
        carriers = {n for d in drafts if (n := _carrier(d)) is not None}
        self.carriers = services.carrier_products(self.cx, carriers)
        self.products = self._products(drafts)
        self.partners = self._partners(drafts)

    def _products(self, drafts: Sequence[Draft]) -> dict[int, Row]:
        wanted = set(self.services.values()) | set(self.carriers.values())
        for draft in drafts:
            items = (line.item for line in document_of(draft).lines if line.item is not None)
            wanted |= {n for item in items if (n := draft.ref(*item)) is not None}
        fields = ["display_name", "active", "uom_id"]
        rows = self.cx.odoo.find_in(PRODUCT, "id", sorted(wanted), fields)
        return {int(r["id"]): r for r in rows}

    def _partners(self, drafts: Sequence[Draft]) -> dict[int, Row]:
        wanted = {n for draft in drafts for n in _contacts(draft) if n is not None}
        fields = ["display_name", "active"]
        fields += [
            n for n in ("sale_warn", "sale_warn_msg") if self.cx.facts.has(contacts.MODEL, n)
        ]
        rows = self.cx.odoo.find_in(contacts.MODEL, "id", sorted(wanted), fields)
        return {int(r["id"]): r for r in rows}

    # -- header ----------------------------------------------------------------------------------

    def header(self, draft: Draft) -> dict[str, str]:
        """Return the order's own columns: all for a new one, else those of changed fields.

        Raises:
            Held: something it needs is missing or cannot be used; says what to do.
        """
        document = document_of(draft)
        cells: dict[str, str] = {}
        if draft.has("customer", "invoice_address", "delivery_address") or draft.creates:
            self._people(draft, cells)
        if draft.has("currency", "customer"):
            priced = self.pricelists.of(draft, document)
            cells["pricelist_id/.id"] = "" if priced.pricelist is None else str(priced.pricelist)
        if draft.has("number"):
            cells["client_order_ref"] = document.number
        if draft.has("date"):
            cells["date_order"] = odoo_time(document)
        if draft.has("note"):
            cells["note"] = contacts.as_note(self.cx, ORDER, "note", document.note.strip())
        if draft.has("carrier") and self.cx.facts.has(ORDER, "carrier_id"):
            cells["carrier_id/.id"] = str(_carrier(draft) or "")
        if draft.has("settings"):
            self._settings(draft, document, cells)
        # never company_id: Odoo 19 would compute the taxes of all lines anew; the context has it
        return cells

    def _people(self, draft: Draft, cells: dict[str, str]) -> None:
        document = document_of(draft)
        customer = draft.ref(Entity.CUSTOMERS, document.customer)
        if customer is None:
            raise _missing("customer", document.customer)
        invoice, delivery = (self._place(draft, key) for key in _places(document))
        named = {
            "partner_id/.id": customer,
            "partner_invoice_id/.id": invoice or customer,
            "partner_shipping_id/.id": delivery or invoice or customer,
        }
        for column, number in named.items():
            self._check_partner(number)
            cells[column] = str(number)

    def _place(self, draft: Draft, key: str | None) -> int | None:
        if key is None:
            return None
        number = draft.ref(Entity.ADDRESSES, key)
        if number is None:
            raise _missing("address", key)
        return number

    def _check_partner(self, number: int) -> None:
        row = self.partners.get(number)
        if row is None:
            raise Held(
                f"The contact with id {number} is no longer in Odoo",
                fix="Synchronize the customer again (forget the link on the mapping screen first); "
                "the order follows by itself.",
                code="order.customer_gone",
            )
        if not row["active"]:
            raise archived(str(row["display_name"]))
        if row.get("sale_warn") == "block":
            words = " ".join(str(row.get("sale_warn_msg") or "").split())
            raise Held(
                f"Odoo has a blocking message on {row['display_name']}: {words or 'no reason'}",
                fix="Remove it at the contact in Odoo (Internal Notes, Warning on the Sales "
                "Order), then release the order.",
                code="order.customer_blocked",
            )

    def _settings(self, draft: Draft, document: SalesDocument, cells: dict[str, str]) -> None:
        chosen = {
            "team": self.cx.settings.sales_team,
            "salesperson": self.cx.settings.salesperson,
            "warehouse": self.cx.settings.warehouse,
        }
        for name, column in _SETTINGS.items():
            own = (document.settings or {}).get(name) or chosen[name]
            if not self.cx.facts.has(ORDER, column):
                continue
            if own:
                cells[f"{column}/.id"] = str(own)
            elif name == "salesperson" and draft.creates:
                cells[f"{column}/.id"] = ""  # Odoo would name the bridge's own user

    # -- lines -----------------------------------------------------------------------------------

    def lines(self, draft: Draft, only: Iterable[str] | None = None) -> list[dict[str, str]]:
        """Return the rows of the document's lines, of those in ``only`` where that is given.

        Raises:
            Held: a product or tax is missing or cannot be used; says what to do.
        """
        wanted = None if only is None else set(only)
        return [
            self.line(draft, line, 10 * number)
            for number, line in enumerate(document_of(draft).lines, 1)
            if wanted is None or line.key in wanted
        ]

    def line(self, draft: Draft, line: DocumentLine, sequence: int) -> dict[str, str]:
        """Return the row of one line, its taxes exactly those mapped, also none."""
        taxes = self.taxes.of(draft, line)
        product = self.product(draft, line)
        cells = {
            "id": line_name(draft, line.key),
            "product_id/.id": str(product["id"]),
            "name": line.text.strip() or str(product["display_name"]),
            "product_uom_qty": f"{line.quantity.normalize():f}",
            f"{self.uom}/.id": str(ref_id(product["uom_id"]) or ""),
            "price_unit": f"{unit_price(line, taxes, self.digits):f}",
            "discount": "0",
            f"{self.tax}/.id": ",".join(str(t.id) for t in taxes),
            "sequence": str(sequence),
        }
        if self.cx.facts.has(LINE, "is_delivery"):
            cells["is_delivery"] = "1" if line.kind is LineKind.SHIPPING else "0"
        return {f"order_line/{name}": value for name, value in cells.items()}

    def product(self, draft: Draft, line: DocumentLine) -> Row:
        """Return the product a line is booked on.

        Raises:
            Held: it is not in Odoo or cannot be sold there.
        """
        carrier = _carrier(draft)
        if line.item is not None:
            number = draft.ref(*line.item)
            if number is None:
                raise _missing("product", line.item[1])
        elif line.kind is LineKind.SHIPPING and carrier in self.carriers:
            number = self.carriers[carrier]
        else:
            number = self.services[line.kind]
        row = self.products.get(number)
        if row is None:
            raise Held(
                f"The product of the line {line.text.partition(chr(10))[0]!r} (id {number}) is no "
                "longer in Odoo",
                fix="Synchronize the product again (forget its link on the mapping screen first), "
                "then release the order.",
                code="order.product_gone",
            )
        if not row["active"]:
            raise Held(
                f"The product {row['display_name']} is archived in Odoo",
                fix="Restore it in Odoo (Products, filter Archived, Action > Unarchive), or link "
                "the shop's product to another one; then release the order.",
                code="order.product_archived",
            )
        return row


def odoo_time(document: SalesDocument) -> str:
    """Return when the order was placed as Odoo writes it: UTC, whole seconds."""
    return document.date.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _kinds(documents: Iterable[SalesDocument]) -> set[str]:
    kinds: set[str] = {line.kind for d in documents for line in d.lines if line.item is None}
    return kinds | {LineKind.ROUNDING}


def _carrier(draft: Draft) -> int | None:
    document = document_of(draft)
    return None if document.carrier is None else draft.ref(Entity.CARRIERS, document.carrier)


def _places(document: SalesDocument) -> tuple[str | None, str | None]:
    return document.invoice_address, document.delivery_address


def _contacts(draft: Draft) -> list[int | None]:
    document = document_of(draft)
    places = [draft.ref(Entity.ADDRESSES, k) for k in _places(document) if k is not None]
    return [draft.ref(Entity.CUSTOMERS, document.customer), *places]


def _missing(what: str, key: str) -> BridgeError:
    return Held(
        f"The {what} {key} of the order is not in Odoo",
        fix=f"See why the {what} failed and mend that; the order follows by itself.",
        code="order.not_mapped",
    )
