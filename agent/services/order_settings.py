"""The settings about orders and customers that every connection has, as its form asks for them."""

from __future__ import annotations

from agent.erp.forms import FormField

_ORDERS = "Orders"
_CUSTOMERS = "Customers"

ORDER_FIELDS: tuple[FormField, ...] = (
    FormField(
        "orders_statuses",
        "Statuses that send an order",
        help="Numbers of order statuses, e.g. 2,3,5. Empty: those that the shop's settings call "
        "processing and complete.",
        group=_ORDERS,
    ),
    FormField(
        "orders_statuses_by_payment",
        "… by payment method",
        help="Where a payment method has others, e.g. bank_transfer=2+5; cod=1+2",
        group=_ORDERS,
    ),
    FormField(
        "orders_delay",
        "Wait before sending",
        "number",
        default="0",
        help="Minutes after an order was placed, so that it can still be changed.",
        group=_ORDERS,
    ),
    FormField(
        "orders_backfill",
        "Look back",
        "number",
        default="90",
        help="Days: the first run carries over the orders of this time.",
        group=_ORDERS,
    ),
    FormField(
        "orders_since",
        "Not before",
        help="A day such as 2026-01-31: older orders are never sent.",
        group=_ORDERS,
    ),
    FormField(
        "missing_product",
        "Unknown products",
        "select",
        default="create",
        options=(
            ("create", "Carry them over first; deleted ones: the order waits"),
            ("placeholder", "Carry them over first; deleted ones: a placeholder"),
            ("hold", "The order waits"),
        ),
        help="What happens with an order whose product is not in the ERP.",
        group=_ORDERS,
    ),
    FormField(
        "rounding_limit",
        "Largest rounding line",
        default="0.05",
        help="In the order's currency. Where the ERP's total differs from the shop's by more, the "
        "order waits and says by how much.",
        group=_ORDERS,
    ),
    FormField(
        "deposits",
        "Deposits",
        help="Payment methods that pay a part first, in percent, e.g. bank_transfer=30; the action "
        "of the order status says when.",
        group=_ORDERS,
    ),
    FormField(
        "credit_notes",
        "Credit notes",
        "boolean",
        default="0",
        help="Let an order status make credit notes. Off: such a status does nothing.",
        group=_ORDERS,
    ),
    FormField(
        "by_store",
        "Per shop",
        help="Where one OpenCart has several shops, e.g. 0: team=1, warehouse=2; 1: team=3. Names: "
        "team, salesperson, warehouse; numbers are those of the ERP.",
        group=_ORDERS,
    ),
    FormField(
        "guests",
        "Guests",
        "select",
        default="own",
        options=(
            ("own", "A customer of their own"),
            ("default", "One customer for all guests"),
            ("hold", "The order waits until the person registers"),
        ),
        group=_CUSTOMERS,
    ),
    FormField(
        "guest_customer",
        "Customer of all guests",
        help="The ERP's number of that customer, where there is one for all guests.",
        group=_CUSTOMERS,
    ),
    FormField(
        "vat_field",
        "VAT number",
        help="Number of the shop's custom field that customers enter it in (Customers > Custom "
        "Fields). Empty: the shop does not ask for it.",
        group=_CUSTOMERS,
    ),
)
"""Checked and typed by ``agent.sync.sales.rules.parse_rules``."""
