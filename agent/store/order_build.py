"""Canonical orders from the raw rows of a batch."""

from __future__ import annotations

from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.sales import (
    Address,
    Carrier,
    GiftVoucher,
    Order,
    PaymentMethod,
    TotalRow,
    guest_key,
)
from agent.store.currencies import DECIMALS
from agent.store.methods import parse_method
from agent.store.order_facts import ShopFacts
from agent.store.order_lines import Goods
from agent.store.order_rows import OrderRow, OrderRows
from agent.store.places import Owner, make_address
from agent.store.text import decode, line
from agent.store.view import number, whole


class OrderBuilder:
    """Builds the orders of one batch. ``build`` raises InvalidRecord for one that is broken."""

    def __init__(self, facts: ShopFacts, rows: OrderRows, goods: Goods) -> None:
        self._facts = facts
        self._rows = rows
        self._goods = goods

    def build(self, row: OrderRow) -> Order:
        """Return the canonical order.

        Raises:
            InvalidRecord: it has no currency, rate or date, or a column that cannot be read.
        """
        facts, rows = self._facts, self._rows
        currency, rate = _currency(row)
        payment = parse_method("payment", row.payment_method, row.payment_code)
        shipping = parse_method("shipping", row.shipping_method, row.shipping_code)
        totals = self._totals(row.id)
        payment_address, shipping_address = self._addresses(row)
        store = whole(row.store)
        country = row.payment_address.country_id or row.shipping_address.country_id
        classes = {
            code: facts.row_class(code, store, shipping, country)
            for code in dict.fromkeys(total.code for total in totals)
        }
        return Order(
            key=str(row.id),
            date=facts.clock.aware(row.added, "date"),
            status=str(row.status),
            history=rows.histories.get(row.id, 0),
            store=store,
            store_name=line(row.store_name),
            customer=str(row.customer) if row.customer else None,
            email=line(row.email),
            first_name=line(row.first_name),
            last_name=line(row.last_name),
            phone=line(row.phone),
            group=str(row.group) if row.group else "",
            language=line(row.language_code) or facts.languages.get(row.language or 0, ""),
            currency=currency,
            rate=rate,
            decimals=facts.decimals.get(currency, DECIMALS),
            total=number(row.total, "total"),
            lines=tuple(
                self._goods.line(of_order, rows.options.get(of_order.id, ()))
                for of_order in rows.lines.get(row.id, ())
            ),
            totals=totals,
            payment=PaymentMethod(payment.key, payment.name, payment.code) if payment else None,
            shipping=Carrier(shipping.key, shipping.name, shipping.code) if shipping else None,
            payment_address=payment_address,
            shipping_address=shipping_address,
            vouchers=tuple(
                GiftVoucher(str(v.id), line(v.description), number(v.amount, "voucher"))
                for v in rows.vouchers.get(row.id, ())
            ),
            tax_rates=facts.rates,
            class_rates=facts.class_rates,
            row_classes={code: found for code, found in classes.items() if found},
            custom_fields=facts.fields.read(row.custom_field, row.payment_custom_field),
            comment=decode(row.comment).strip(),
            transaction=line(row.transaction),
            invoice_number=_invoice_number(row),
        )

    def _totals(self, order: int) -> tuple[TotalRow, ...]:
        found = sorted(
            self._rows.totals.get(order, ()), key=lambda total: (total.sort_order or 0, total.id)
        )
        return tuple(
            TotalRow(str(t.id), line(t.code), line(t.title), number(t.value, "total"))
            for t in found
        )

    def _addresses(self, row: OrderRow) -> tuple[Address | None, Address | None]:
        """Return where to send the invoice and the goods; an order of downloads may have none."""
        email = line(row.email)
        key = str(row.customer) if row.customer else guest_key(email, str(row.id))
        owner = Owner(key, line(row.phone), email)
        delivery, invoice = row.shipping_address, row.payment_address
        if invoice.empty:
            invoice = delivery
        places = self._facts.places
        return (
            None if invoice.empty else make_address(places, owner, invoice, "invoice"),
            None if delivery.empty else make_address(places, owner, delivery, "delivery"),
        )


def _currency(row: OrderRow) -> tuple[str, Decimal]:
    code, rate = line(row.currency).upper(), number(row.rate, "currency rate")
    if not code:
        raise InvalidRecord(
            "The order has no currency",
            fix="Open the order in the shop's admin, choose its currency and save.",
            code="store.order_currency",
        )
    if rate <= 0:
        raise InvalidRecord(
            f"The order's rate of {code} is {rate}: its amounts cannot be told",
            fix="Open the order in the shop's admin, choose its currency and save.",
            code="store.order_currency",
        )
    return code, rate


def _invoice_number(row: OrderRow) -> str:
    return f"{line(row.invoice_prefix)}{row.invoice_number}" if row.invoice_number else ""
