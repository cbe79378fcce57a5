"""Service products that lines other than goods are booked on, and the shop's delivery methods.

Each is made once, with an external id, untaxed and invoiced as ordered: what is taxed says the
document's line. People may rename them and give them accounts in Odoo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.sales.kept import kept_rows
from agent.erp.odoo.writing import Columns, write_records
from agent.errors import BridgeError, Held, InvalidRecord
from agent.model.document import LineKind
from agent.model.sales import Carrier

PRODUCT = "product.product"
CARRIER = "delivery.carrier"
DEPOSIT = "deposit"
NAMES: Mapping[str, str] = {
    LineKind.SHIPPING: "Shipping",
    LineKind.DISCOUNT: "Discount",
    LineKind.VOUCHER: "Gift voucher",
    LineKind.CREDIT: "Store credit",
    LineKind.FEE: "Fee",
    LineKind.LEVY: "Levy",
    LineKind.ROUNDING: "Rounding",
    LineKind.PLACEHOLDER: "Unknown product of the shop",
    DEPOSIT: "Down payment",
}


def service_products(work: Work, kinds: Iterable[str]) -> dict[str, int]:
    """Return the service product of each kind; missing ones are made.

    Raises:
        BridgeError: Odoo refused one; nothing can be booked without it.
    """
    cx = work.cx
    wanted = {kind: f"{cx.instance}.service_{kind}" for kind in sorted(set(kinds))}
    kept: dict[str, int] = cx.facts.keep(service_products, dict)
    open_ = {kind: name for kind, name in wanted.items() if kind not in kept}
    if open_:
        found = cx.external_ids.find(PRODUCT, open_.values())
        kept.update({kind: found[name] for kind, name in open_.items() if name in found})
        fresh = [
            LoadRecord(kind, {"id": name, **_cells(cx, NAMES[kind])})
            for kind, name in open_.items()
            if kind not in kept
        ]
        for kind, result in work.loader.load(PRODUCT, fresh).items():
            if result.error is not None:
                raise result.error
            kept[kind] = result.id or 0
    return {kind: kept[kind] for kind in wanted}


def _cells(cx: Connection, name: str) -> dict[str, str]:
    cells = {
        "name": name,
        "type": "service",
        "list_price": "0",
        "invoice_policy": "order",
        "taxes_id": "",
        "supplier_taxes_id": "",
        "sale_ok": "1",
        "purchase_ok": "0",
    }
    fields = cx.facts.fields(PRODUCT)
    columns = {n: f"{n}/.id" if n.endswith("taxes_id") else n for n in cells if n in fields}
    return {column: cells[n] for n, column in columns.items()}


def upsert_carriers(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update the shop's shipping methods as delivery methods, a service product each."""
    products = _carrier_products(work, [d for d in drafts if d.creates and d.error is None])

    def columns_of(draft: Draft) -> Columns:
        record = draft.change.record
        if not isinstance(record, Carrier):
            raise TypeError(f"{type(record).__name__} is no shipping method")
        columns = Columns()
        if draft.has("name"):
            columns.cells["name"] = _carrier_name(record)
        if draft.creates:
            product = products[draft.key]
            if not isinstance(product, int):
                raise product
            columns.cells |= {
                "product_id/.id": str(product),
                "delivery_type": "fixed",
                "fixed_price": "0",
            }
        return columns

    write_records(work, CARRIER, drafts, columns_of)


def _carrier_name(record: Carrier) -> str:
    if not record.name.strip():
        raise InvalidRecord(
            f"The shipping method {record.key} has no name",
            fix="Name it in its settings in the shop (Extensions > Shipping).",
        )
    return record.name.strip()


def _carrier_products(work: Work, drafts: Sequence[Draft]) -> dict[str, int | BridgeError]:
    records: list[LoadRecord] = []
    for draft in drafts:
        record = draft.change.record
        name = record.name.strip() if isinstance(record, Carrier) else ""
        external = f"{draft.change.external_id}_product"
        records.append(LoadRecord(draft.key, {"id": external, **_cells(work.cx, name or "-")}))
    found: dict[str, int | BridgeError] = {}
    for key, result in work.loader.load(PRODUCT, records).items():
        found[key] = result.error or result.id or 0
    return found


def carrier_products(cx: Connection, carriers: Iterable[int]) -> dict[int, int]:
    """Return the product of each delivery method.

    Raises:
        Held: the Delivery Costs app is not installed.
    """
    wanted = sorted(set(carriers))
    if not wanted:
        return {}
    if not cx.facts.has(CARRIER):
        raise Held(
            "Odoo has no delivery methods",
            fix="Install the Delivery Costs app in Odoo (Apps).",
            code="erp.app_missing",
        )
    rows = kept_rows(cx, CARRIER, wanted, ["product_id"])
    return {number: ref_id(row["product_id"]) or 0 for number, row in rows.items()}
