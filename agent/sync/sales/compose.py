"""Makes of a shop's order the document that the ERP is to have."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from agent.erp.port import variant_key
from agent.errors import Held
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.sales import Order, OrderLine, TotalRow
from agent.sync.sales.rules import OrderRules
from agent.sync.sales.taxes import Share, Split, split

_KINDS = {
    "shipping": LineKind.SHIPPING,
    "coupon": LineKind.DISCOUNT,
    "reward": LineKind.DISCOUNT,
    "voucher": LineKind.VOUCHER,
    "credit": LineKind.CREDIT,
}
_EXACT = Decimal("0.00000001")
_HALF_CENT = Decimal("0.005")
_STORED = Decimal("0.0001")


def compose(order: Order, rules: OrderRules) -> SalesDocument:
    """Return the document for ``order``.

    Raises:
        Held: the order cannot become a document as it stands; says why and what to do.
    """
    _check(order)
    found = split(order)
    lines = [
        *(_product_line(order, line, found, rules) for line in order.lines),
        *(
            DocumentLine(
                f"voucher_{v.key}",
                LineKind.VOUCHER,
                v.description,
                Decimal(1),
                _converted(order, v.amount),
                service="voucher",
            )
            for v in order.vouchers
        ),
        *(line for row in order.totals for line in _row_lines(order, row, found)),
        *(_levy_line(order, key, amount) for key, amount in found.levies.items() if amount),
    ]
    taxes = sum((_money(order, row.value) for row in order.totals if row.code == "tax"), Decimal(0))
    store = rules.by_store.get(str(order.store), {})
    return SalesDocument(
        key=order.key,
        number=order.key,
        date=order.date,
        customer=order.customer_key,
        invoice_address=order.payment_address.key if order.payment_address else None,
        delivery_address=order.shipping_address.key if order.shipping_address else None,
        currency=order.currency,
        decimals=order.decimals,
        rate=order.rate,
        amount_total=_money(order, order.total),
        amount_tax=taxes,
        lines=tuple(lines),
        carrier=order.shipping.key if order.shipping and _ships(order) else None,
        payment_method=order.payment.key if order.payment else None,
        language=order.language,
        store=order.store,
        note=order.comment,
        transaction=order.transaction,
        rounding_limit=rules.rounding_limit,
        settings=store or None,
    )


def _check(order: Order) -> None:
    if not order.lines and not order.vouchers:
        raise Held(
            "The order has no lines",
            fix="Open the order in the shop and add products, or delete it.",
            code="order.empty",
        )
    for line in order.lines:
        if line.quantity <= 0:
            raise Held(
                f"The line {line.name!r} has the quantity {line.quantity.normalize():f}",
                fix="Correct the quantity in the shop (edit the order), or remove the line.",
                code="order.line_quantity",
            )
        if line.price < 0:
            raise Held(
                f"The line {line.name!r} has the price {line.price}",
                fix="Correct the price in the shop, or use a coupon for a deduction.",
                code="order.line_price",
            )
    if order.rate <= 0:
        raise Held(
            f"The order's exchange rate for {order.currency} is {order.rate}",
            fix="Correct the currency's value under System > Localisation > Currencies and save "
            "the order again.",
            code="order.rate",
        )
    _adds_up(order)


def _adds_up(order: Order) -> None:
    """Raise where the shop's own rows do not add up: no ERP document could agree with them."""
    rows = [row for row in order.totals if row.code not in {"sub_total", "total"}]
    goods = sum((line.total for line in order.lines), Decimal(0))
    goods += sum((voucher.amount for voucher in order.vouchers), Decimal(0))
    whole = goods + sum((row.value for row in rows), Decimal(0))
    allowed = _HALF_CENT + _STORED * (len(order.lines) + len(rows))
    difference = order.total - whole
    if abs(difference) > allowed and not (order.total == 0 and whole < 0):
        raise Held(
            f"The shop's own rows add up to {whole.quantize(_STORED)}, and its total is "
            f"{order.total.quantize(_STORED)}: {difference:+.4f} is not explained",
            fix="Open the order in the shop, edit it and save it, so that its totals are computed "
            "anew; then release the order.",
            code="order.totals_differ",
        )


def _ships(order: Order) -> bool:
    return any(row.code == "shipping" for row in order.totals)


def _product_line(order: Order, line: OrderLine, found: Split, rules: OrderRules) -> DocumentLine:
    item: tuple[Entity, str] | None = None
    kind = LineKind.PRODUCT
    if line.product is not None:
        item = (Entity.VARIANTS, line.variant or variant_key(line.product, line.values))
    elif rules.missing_product == "placeholder":
        kind = LineKind.PLACEHOLDER
    else:
        raise Held(
            f"The product of the line {line.name!r} ({line.model}) is no longer in the shop",
            fix="Set Unknown products to a placeholder in the connection's settings, or enter this "
            "order by hand.",
            code="order.product_missing",
        )
    rates, tax = found.lines[line.key]
    text = "\n".join((line.name, *(f"- {o.name}: {o.value}" for o in line.options)))
    return DocumentLine(
        key=f"line_{line.key}",
        kind=kind,
        text=text,
        quantity=line.quantity,
        unit_price=_converted(order, line.price),
        tax=_converted(order, tax * line.quantity),
        taxes=rates,
        item=item,
    )


def _row_lines(order: Order, row: TotalRow, found: Split) -> list[DocumentLine]:
    if row.code in {"sub_total", "tax", "total"}:
        return []
    shares = [s for s in found.rows.get(row.key, ()) if s.amount or row.code == "shipping"]
    return [_row_line(order, row, share, n) for n, share in enumerate(shares)]


def _row_line(order: Order, row: TotalRow, share: Share, number: int) -> DocumentLine:
    kind = _KINDS.get(row.code)
    if kind is None:
        kind = LineKind.FEE if share.amount >= 0 else LineKind.DISCOUNT
    return DocumentLine(
        key=f"{row.code}_{number}" if row.code == "shipping" else f"total_{row.key}_{number}",
        kind=kind,
        text=row.title,
        quantity=Decimal(1),
        unit_price=_converted(order, share.amount),
        tax=_converted(order, share.tax),
        taxes=share.rates,
        service=row.code,
    )


def _levy_line(order: Order, key: str, amount: Decimal) -> DocumentLine:
    """Return the line that carries all of a tax which is an amount, and nothing else.

    Its quantity says how many of those amounts were charged, in the order's currency: shops count
    them per piece, per line or per parcel, and not the same in every version.
    """
    rate = next(rate for rate in order.tax_rates if rate.key == key)
    tax = _converted(order, amount)
    return DocumentLine(
        key=f"levy_{key}",
        kind=LineKind.LEVY,
        text=rate.name,
        quantity=(tax / rate.rate).quantize(_EXACT).normalize() + Decimal(0),
        unit_price=Decimal(0),
        tax=tax,
        taxes=(key,),
        service="tax",
    )


def _converted(order: Order, amount: Decimal) -> Decimal:
    """Return an amount of the default currency in the order's, exact to eight decimals."""
    return (amount * order.rate).quantize(_EXACT, ROUND_HALF_UP).normalize() + Decimal(0)


def _money(order: Order, amount: Decimal) -> Decimal:
    """Return an amount as the shop showed it: in the order's currency, rounded half up."""
    step = Decimal(1).scaleb(-order.decimals)
    return (amount * order.rate).quantize(step, ROUND_HALF_UP)
