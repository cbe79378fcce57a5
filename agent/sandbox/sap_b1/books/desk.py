"""What a person does at B1's own screens: receiving, counting, delivering, invoicing, paying.

Every function works in a transaction of its own and takes and answers plain values, so that another
process can call it by name (:func:`do`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import stock
from .documents import cancelling, posting, settle
from .documents.kinds import BY_CODE, CREDIT, DELIVERY, DOWN_PAYMENT, INVOICE, ORDER, RETURN, Kind
from .sets import Sets
from .values import YES, num, stamp, today

_LOGIC = Sets()


def receive(
    company: Company,
    item: str,
    warehouse: str = "01",
    quantity: Any = 1,
    batch: str = "",
    serials: Sequence[str] = (),
    expires: str | None = None,
) -> int:
    """Post a goods receipt; returns its number."""
    line: Row = {"ItemCode": item, "WarehouseCode": warehouse, "Quantity": num(quantity)}
    if batch:
        member = {"BatchNumberProperty": batch, "Quantity": num(quantity), "ExpiryDate": expires}
        line["BatchNumbers"] = [member]
    if serials:
        line["SerialNumbers"] = [{"InternalSerialNumber": s, "Quantity": num(1)} for s in serials]
    line["UseBaseUnits"] = YES
    return _create(company, "InventoryGenEntries", {"DocumentLines": [line]})


def issue(company: Company, item: str, warehouse: str = "01", quantity: Any = 1) -> int:
    """Post a goods issue; returns its number."""
    line = {"ItemCode": item, "WarehouseCode": warehouse, "Quantity": num(quantity)}
    body = {"DocumentLines": [{**line, "UseBaseUnits": YES}]}
    return _create(company, "InventoryGenExits", body)


def count(company: Company, item: str, warehouse: str = "01", quantity: Any = 0) -> None:
    """Post an inventory count: what lies there is that from now on."""
    with company.transaction():
        there = num(stock.at(company, item, warehouse)["InStock"])
        moved = stock.Movement(item, warehouse, in_stock=num(quantity) - there)
        stock.move(company, [moved], check=False)


def expect(company: Company, item: str, warehouse: str = "01", quantity: Any = 1) -> None:
    """Order from a vendor: ``Ordered`` grows (negative: shrinks)."""
    with company.transaction():
        stock.move(company, [stock.Movement(item, warehouse, ordered=num(quantity))])


def deliver(
    company: Company,
    order: int,
    lines: Mapping[Any, Any] | None = None,
    tracking: str = "",
    carrier: int | None = None,
    batches: Mapping[Any, Sequence[Mapping[str, Any]]] | None = None,
) -> int:
    """Post a delivery of an order: all that is open, or quantities by line number."""
    body = _copy(company, DELIVERY, ORDER, order, lines)
    for line in body["DocumentLines"]:
        chosen = (batches or {}).get(line["BaseLine"]) or (batches or {}).get(str(line["BaseLine"]))
        if chosen:
            line["BatchNumbers"] = [dict(row, Quantity=num(row["Quantity"])) for row in chosen]
    if tracking:
        body["TrackingNumber"] = tracking
    if carrier is not None:
        body["TransportationCode"] = carrier
    return _create(company, "DeliveryNotes", body)


def track(company: Company, delivery: int, tracking: str, carrier: int | None = None) -> None:
    """Enter a tracking number at a delivery, whether it is closed or not."""
    change: Row = {"TrackingNumber": tracking, **stamp(company, "Update")}
    if carrier is not None:
        change["TransportationCode"] = carrier
    with company.transaction():
        row = company.table("DeliveryNotes").rows[delivery]
        version = row["DataVersion"] + 1
        company.table("DeliveryNotes").change(delivery, **change, DataVersion=version)


def invoice(
    company: Company,
    order: int | None = None,
    delivery: int | None = None,
    lines: Mapping[Any, Any] | None = None,
    reserve: bool = False,
    draw: Sequence[int] = (),
) -> int:
    """Post an invoice of an order or of a delivery, with its freight and discount."""
    code, key = (DELIVERY, delivery) if delivery is not None else (ORDER, order)
    body = _copy(company, INVOICE, code, int(key or 0), lines)
    if reserve:
        body["ReserveInvoice"] = YES
    if draw:
        body["DownPaymentsToDraw"] = [{"DocEntry": entry} for entry in draw]
    return _create(company, "Invoices", body)


def down_payment(company: Company, order: int, percent: Any = 100, kind: str = "dptInvoice") -> int:
    """Post a down payment of an order."""
    body = _copy(company, DOWN_PAYMENT, ORDER, order, None)
    body |= {"DownPaymentType": kind, "DownPaymentPercentage": num(percent)}
    return _create(company, "DownPayments", body)


def credit(company: Company, invoice: int, lines: Mapping[Any, Any] | None = None) -> int:
    """Post a credit note of an invoice: all of it, or quantities by line number."""
    return _create(company, "CreditNotes", _copy(company, CREDIT, INVOICE, invoice, lines))


def take_back(company: Company, delivery: int, lines: Mapping[Any, Any] | None = None) -> int:
    """Post a return of a delivery."""
    return _create(company, "Returns", _copy(company, RETURN, DELIVERY, delivery, lines))


def pay(
    company: Company,
    invoice: int | None = None,
    down_payment: int | None = None,
    amount: Any = None,
    account: str = "161000",
) -> int:
    """Post an incoming payment by bank transfer of all that is open, or of an amount."""
    kind = BY_CODE[INVOICE if invoice is not None else DOWN_PAYMENT]
    document = company.table(kind.name).rows[
        int(invoice if invoice is not None else down_payment or 0)
    ]
    total = num(amount) if amount is not None else settle.open_amount(document)
    name = "AppliedFC" if document["DocCurrency"] != company.options.currency else "SumApplied"
    body = {
        "CardCode": document["CardCode"],
        "DocCurrency": document["DocCurrency"],
        "TransferAccount": account,
        "TransferSum": total,
        "PaymentInvoices": [
            {
                "DocEntry": document["DocEntry"],
                "InvoiceType": "it_Invoice" if invoice is not None else "it_DownPayment",
                name: total,
            }
        ],
    }
    return _create(company, "IncomingPayments", body)


def cancel(company: Company, place: str, key: int) -> None:
    """Cancel a document: orders and payments as such, others by a cancellation document."""
    with company.transaction():
        kind = next((k for k in BY_CODE.values() if k.name == place), None)
        if kind is not None and kind.posted:
            cancelling.cancel(company, kind, key)
        else:
            _LOGIC[place].action(company, key, "Cancel", {})


def close(company: Company, place: str, key: int) -> None:
    """Close a document: what is open of it will not be delivered."""
    with company.transaction():
        _LOGIC[place].action(company, key, "Close", {})


def approve(company: Company, order: int) -> None:
    """Tick *Approved* at an order."""
    edit(company, "Orders", order, {"Confirmed": YES})


def release(company: Company, draft: int) -> int:
    """Approve a draft that waits: it becomes the document; returns its number."""
    with company.transaction():
        return posting.save_draft(company, draft)


def edit(company: Company, place: str, key: Any, values: Mapping[str, Any]) -> None:
    """Change fields of a record at its form."""
    with company.transaction():
        whole = _key(key)
        if company.table(place).get(whole) is None:
            raise Refusal(-2028, f"Entity with value('{key}') does not exist", 404)
        _LOGIC[place].update(company, whole, _exact(dict(values)), replace=False)


def make(company: Company, place: str, values: Mapping[str, Any]) -> Any:
    """Make a record at its form; returns its key."""
    with company.transaction():
        return _LOGIC[place].create(company, _exact(dict(values)))


def remove(company: Company, place: str, key: Any) -> None:
    """Remove a record."""
    with company.transaction():
        _LOGIC[place].delete(company, _key(key))


def rate(company: Company, currency: str, value: Any, on: str | None = None) -> None:
    """Enter an exchange rate; none (``None``) takes it away."""
    key = (currency, on or today(company).isoformat())
    with company.transaction():
        if value is not None:
            company.table("_Rates").put(key, {"Rate": num(value)})
        elif company.table("_Rates").get(key) is not None:
            company.table("_Rates").drop(key)


def batches(company: Company, item: str, warehouse: str = "01") -> dict[str, str]:
    """Return what lies of which batch or serial number."""
    found = {}
    for table in (stock.BATCHES, stock.SERIALS):
        for row in company.table(table).rows.values():
            code, place, name = row["Key"]
            if (code, place) == (item, warehouse) and row["Quantity"]:
                found[str(name)] = str(row["Quantity"])
    return found


def _key(key: Any) -> Key:
    """Return a key; those of several parts come from other processes as lists."""
    return tuple(key) if isinstance(key, list) else key


def _exact(value: Any) -> Any:
    """Return values with numbers as the books keep them."""
    if isinstance(value, float):
        return num(value)
    if isinstance(value, dict):
        return {name: _exact(one) for name, one in value.items()}
    return [_exact(one) for one in value] if isinstance(value, list) else value


def _create(company: Company, place: str, body: Mapping[str, Any]) -> int:
    with company.transaction():
        return int(str(_LOGIC[place].create(company, body)))


def _copy(
    company: Company, target: int, base: int, key: int, lines: Mapping[Any, Any] | None
) -> Row:
    """Return the body that *Copy To* makes: open lines, the freight, the discount."""
    source: Kind = BY_CODE[base]
    document = company.table(source.name).get(key)
    if document is None:
        raise Refusal(-2028, f"Entity with value({key}) does not exist", 404)
    wanted = None if lines is None else {int(at): num(q) for at, q in lines.items()}
    rows = []
    for line in document["DocumentLines"]:
        if wanted is not None and line["LineNum"] not in wanted:
            continue
        if num(line["RemainingOpenQuantity"]) <= 0 and target != DOWN_PAYMENT:
            continue
        row = {"BaseType": base, "BaseEntry": key, "BaseLine": line["LineNum"]}
        if wanted is not None:
            row["Quantity"] = wanted[line["LineNum"]]
        if line.get("BatchNumbers") or line.get("SerialNumbers"):
            row |= {n: line.get(n) or [] for n in ("BatchNumbers", "SerialNumbers")}
        rows.append(row)
    body: Row = {
        "CardCode": document["CardCode"],
        "DocCurrency": document["DocCurrency"],
        "DiscountPercent": document["DiscountPercent"],
        "DocumentLines": rows,
    }
    if document["DocCurrency"] != company.options.currency:
        body["DocRate"] = document["DocRate"]
    if not _copied_before(company, target, base, key):
        body["DocumentAdditionalExpenses"] = [
            {"BaseDocType": base, "BaseDocEntry": key, "BaseDocLine": row["LineNum"]}
            for row in document["DocumentAdditionalExpenses"]
        ]
    return body


def _copied_before(company: Company, target: int, base: int, key: int) -> bool:
    """Tell whether the freight of a document is in another one of the kind already."""
    for document in company.table(BY_CODE[target].name).rows.values():
        lines = document["DocumentLines"]
        if document["CancelStatus"] == "csNo" and any(
            (line["BaseType"], line["BaseEntry"]) == (base, key) for line in lines
        ):
            return True
    return False


DEEDS: Mapping[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (
        *(receive, issue, count, expect, deliver, track, invoice, down_payment, credit),
        *(take_back, pay, cancel, close, approve, release, edit, make, remove, rate, batches),
    )
}
"""What a person can do, by name."""


def do(company: Company, request: Mapping[str, Any]) -> Any:
    """Do what ``{"do": name, …}`` says.

    Raises:
        Refusal: B1 says no.
        ValueError: there is no such deed, or its values are not what it takes.
    """
    given = dict(request)
    name = str(given.pop("do", ""))
    if name not in DEEDS:
        raise ValueError(f"{name!r} is none of {', '.join(sorted(DEEDS))}")
    try:
        return DEEDS[name](company, **given)
    except TypeError as error:
        raise ValueError(str(error)) from error
