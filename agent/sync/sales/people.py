"""Whose order it is: registered customers, guests by the set rule, and their addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.errors import Held
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import ADDRESS_PARTS, Address, Customer, Order, address_key
from agent.store.records import BadRecord, Reader
from agent.sync.context import SyncContext, external_id
from agent.sync.mapping import Entry, MapState
from agent.sync.sales.rules import OrderRules
from agent.sync.sales.sources import InHand

ALL_GUESTS = "guests"
"""Customer key of the one customer that all guests are, where the settings say so."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An order with its customer decided, and what may have to be made in the ERP for it."""

    order: Order
    customers: tuple[Customer, ...]
    """The customer as the order knows it, where the shop itself has none."""
    addresses: tuple[Address, ...]


def settle(
    ctx: SyncContext,
    order: Order,
    rules: OrderRules,
    registered: Callable[[str], Sequence[str]],
) -> Settled:
    """Decide whose order it is.

    Args:
        ctx: the connection's view of shop and ERP.
        order: the order as the shop has it.
        rules: the connection's settings.
        registered: returns the keys of customers that have an e-mail address.

    Raises:
        Held: a guest's order waits until the person registers or is linked, or several registered
            customers share the e-mail address.
    """
    key = _customer_key(ctx, order, rules, registered)
    if key == ALL_GUESTS:
        _remember_all_guests(ctx, rules)
    order = _rekeyed(order, key)
    addresses = _addresses(order)
    known = ctx.readers[Entity.CUSTOMERS].scan_keys([key]) if key.isdigit() else []
    made = () if known or key == ALL_GUESTS else (_from_order(order, key, rules),)
    return Settled(order, made, addresses)


def readers_with(ctx: SyncContext, settled: Settled) -> dict[Entity, InHand]:
    """Return readers that know the order's own customer and addresses."""
    return {
        Entity.CUSTOMERS: InHand(settled.customers, ctx.readers[Entity.CUSTOMERS]),
        Entity.ADDRESSES: InHand(settled.addresses),
    }


def _customer_key(
    ctx: SyncContext, order: Order, rules: OrderRules, registered: Callable[[str], Sequence[str]]
) -> str:
    if order.customer is not None:
        return order.customer
    same = list(registered(order.email)) if order.email.strip() else []
    if len(same) > 1:
        raise Held(
            f"{len(same)} customers of the shop share the e-mail address of this guest "
            f"(numbers {', '.join(same[:5])})",
            fix="Change the e-mail address of all but one under Customers in the shop, then "
            "release the order.",
            code="order.customer_ambiguous",
        )
    if same:
        return same[0]
    own = order.customer_key
    if (Entity.CUSTOMERS, own) in ctx.mappings.refs([(Entity.CUSTOMERS, own)]):
        return own
    if rules.guests == "default":
        return ALL_GUESTS
    if rules.guests == "hold":
        raise Held(
            "The order is a guest's, and orders of guests wait until the person registers",
            fix="Nothing to do if the person registers with the same e-mail address. Or link the "
            f"guest to a customer of the ERP: erp-bridge map set customers {own} <number>. Or "
            "change Guests in the connection's settings.",
            code="order.guest_waits",
        )
    return own


def _remember_all_guests(ctx: SyncContext, rules: OrderRules) -> None:
    pair = (Entity.CUSTOMERS, ALL_GUESTS)
    if ctx.dry_run or ctx.mappings.refs([pair]).get(pair) == rules.guest_customer:
        return
    entry = Entry(
        ALL_GUESTS,
        0,
        "All guests",
        external_id(ctx.instance, Entity.CUSTOMERS, ALL_GUESTS),
        MapState.LINKED,
        erp_id=rules.guest_customer,
        origin="manual",
    )
    ctx.mappings.save(Entity.CUSTOMERS, [entry])


def _rekeyed(order: Order, customer: str) -> Order:
    """Return the order with its addresses below ``customer`` and marked with what they are for."""
    payment = _below(order.payment_address, customer, "invoice")
    shipping = _below(order.shipping_address, customer, "delivery")
    if payment is not None and shipping is not None and payment.key == shipping.key:
        payment = shipping = replace(payment, kind="other")
    return replace(order, customer=customer, payment_address=payment, shipping_address=shipping)


def _below(
    address: Address | None, customer: str, kind: Literal["invoice", "delivery"]
) -> Address | None:
    if address is None:
        return None
    parts = {name: str(getattr(address, name)) for name in ADDRESS_PARTS}
    if not any(parts.values()):
        return None
    return replace(address, customer=customer, key=address_key(customer, parts), kind=kind)


def _addresses(order: Order) -> tuple[Address, ...]:
    found = {a.key: a for a in (order.payment_address, order.shipping_address) if a is not None}
    return tuple(found.values())


def _from_order(order: Order, key: str, rules: OrderRules) -> Customer:
    main = order.payment_address or order.shipping_address
    return Customer(
        key=key,
        email=order.email,
        first_name=order.first_name or (main.first_name if main else ""),
        last_name=order.last_name or (main.last_name if main else ""),
        company=main.company if main else "",
        phone=order.phone,
        vat=order.custom_fields.get(rules.vat_field, "") if rules.vat_field else "",
        language=order.language,
        group=order.group,
        store=order.store,
        guest=True,
        address=main.key if main else None,
        addresses=(main,) if main else (),
    )


class WithVat(InHand):
    """Customers with their VAT number, which the shop has in a custom field."""

    def __init__(self, inner: Reader, vat_field: str) -> None:
        super().__init__((), inner)
        self._field = vat_field

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the customers with these keys, each with its VAT number."""
        return [self._with_vat(record) for record in super().read(keys)]

    def _with_vat(self, record: Record | BadRecord) -> Record | BadRecord:
        if isinstance(record, Customer):
            return replace(record, vat=record.custom_fields.get(self._field, record.vat))
        return record
