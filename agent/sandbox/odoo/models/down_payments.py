"""Down payments: an invoice of a part of an order, and the lines that draw it off the final one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.env import Env

from .taxes import Calculator, LineTaxes, TaxShare


class Deposit:
    """Makes invoices for one order.

    Odoo 14 invoices the amount on a product without taxes. Odoo 19 spreads it over the taxes of the
    order, with a line for each.
    """

    def __init__(self, env: Env, order: int) -> None:
        self.env = env
        self.order = order
        self.row: Mapping[str, Any] = env["sale.order"].table.rows[order]
        self.old = env.version == "14"
        self.lines: Any = env["sale.order.line"]

    def head(self) -> dict[str, Any]:
        """Return the values of an invoice for the order."""
        row = self.row
        reference = row.get("client_order_ref")
        values = {
            "move_type": "out_invoice",
            "partner_id": row.get("partner_invoice_id"),
            "partner_shipping_id": row.get("partner_shipping_id"),
            "currency_id": row.get("currency_id"),
            "invoice_origin": row.get("name"),
            "ref": reference or ("" if self.old else row.get("name")),
            "payment_reference": "" if self.old else None,
            "team_id": row.get("team_id"),
            "invoice_user_id": row.get("user_id"),
            "narration": row.get("note"),
            "invoice_payment_term_id": row.get("payment_term_id"),
        }
        known = self.env["account.move"].fields
        return {k: v for k, v in values.items() if k in known and v is not None}

    def add_line(self, invoice: int, values: dict[str, Any]) -> int:
        """Add a line to an invoice without computing it yet."""
        bills: Any = self.env["account.move.line"].with_context(unsettled=True)
        [made] = bills.create_records([{**values, "move_id": invoice}])
        return int(made)

    def make(self, wizard: Mapping[str, Any]) -> int:
        """Make the invoice of a down payment."""
        invoices: Any = self.env["account.move"]
        percent = wizard.get("advance_payment_method") == "percentage"
        amount = float(wizard.get("amount" if percent else "fixed_amount") or 0)
        label = f"Down payment of {amount}%" if percent else "Down Payment"
        head = self.head()
        if self.old:
            head["ref"] = self.row.get("client_order_ref")
        [invoice] = invoices.create_records([{k: v for k, v in head.items() if v is not None}])
        if self.old:
            self._plain(invoice, label, amount, percent)
        else:
            self._spread(invoice, label, amount, percent)
        invoices.settle([invoice])
        invoices._tell([invoice])  # noqa: SLF001 - the model's own hook
        return int(invoice)

    def _plain(self, invoice: int, label: str, amount: float, percent: bool) -> None:
        price = float(self.row.get("amount_untaxed") or 0) * amount / 100 if percent else amount
        product = self._product()
        place = self._place()
        [line] = self.lines.create_records(
            [
                {
                    "order_id": self.order,
                    "name": f"Down Payment: {self.env.now:%m %Y}",
                    "product_id": product,
                    "price_unit": price,
                    "product_uom_qty": 0.0,
                    "discount": 0.0,
                    "is_downpayment": True,
                    "sequence": place,
                    "tax_id": [(6, 0, [])],
                }
            ]
        )
        self.add_line(
            invoice,
            {
                "name": label,
                "product_id": product,
                "quantity": 1.0,
                "price_unit": price,
                "tax_ids": [(6, 0, [])],
                "sale_line_ids": [(6, 0, [line])],
                "sequence": 10,
            },
        )

    def _spread(self, invoice: int, label: str, amount: float, percent: bool) -> None:
        calculator = Calculator(self.env, self.row["currency_id"])
        groups: dict[tuple[int, ...], LineTaxes] = {}
        for line in self.lines.sorted(self.lines.table.find("order_id", self.order)):
            row = self.lines.table.rows[line]
            if row.get("display_type") or row.get("is_downpayment"):
                continue
            taxed = calculator.line(self.lines.priced(line))
            taxes = tuple(row.get("tax_ids", ()))
            known = groups.get(taxes)
            groups[taxes] = _added(known, taxed) if known else taxed
        total = float(self.row.get("amount_total") or 0)
        factor = amount / 100 if percent else (amount / total if total else 0.0)
        parts = {taxes: _scaled(one, factor) for taxes, one in groups.items()}
        settled = calculator.settle(list(parts.values()))
        if len(settled) == 1:
            wanted = calculator.money.round(total * factor)
            settled = [_exact(*settled[0], wanted, calculator)]
        place = self._place()
        self._section(place)
        for number, ((taxes, part), (untaxed, shares)) in enumerate(
            zip(parts.items(), settled, strict=True), 1
        ):
            inside = sum(share.amount for share in part.shares if share.included)
            fixed = tuple(
                (share.tax, rounded, share.base, share.included)
                for share, rounded in zip(part.shares, shares, strict=True)
            )
            self._pair(
                invoice, label, taxes, part.untaxed + inside, (untaxed, fixed), place + number
            )

    def _pair(
        self,
        invoice: int,
        label: str,
        taxes: tuple[int, ...],
        price: float,
        fixed: tuple[float, tuple[Any, ...]],
        place: int,
    ) -> None:
        """Add the line of the order and that of the invoice that belong together."""
        [line] = self.lines.create_records(
            [
                {
                    "order_id": self.order,
                    "name": f"Down Payment: {self.env.now:%m/%d/%Y} (Draft)",
                    "price_unit": price,
                    "product_uom_qty": 0.0,
                    "is_downpayment": True,
                    "sequence": place,
                    "tax_ids": [(6, 0, list(taxes))],
                }
            ]
        )
        made = self.add_line(
            invoice,
            {
                "name": label,
                "quantity": 1.0,
                "price_unit": price,
                "tax_ids": [(6, 0, list(taxes))],
                "sale_line_ids": [(6, 0, [line])],
                "sequence": place,
            },
        )
        self.lines.table.update(line, {"fixed": fixed})
        self.env["account.move.line"].table.update(made, {"fixed": fixed})

    def _section(self, place: int) -> None:
        known = self.lines.table.find("order_id", self.order)
        rows = self.lines.table.rows
        if any(rows[o].get("is_downpayment") and rows[o].get("display_type") for o in known):
            return
        self.lines.create_records(
            [
                {
                    "order_id": self.order,
                    "name": "Down Payments",
                    "display_type": "line_section",
                    "is_downpayment": True,
                    "sequence": place,
                }
            ]
        )

    def _place(self) -> int:
        rows = self.lines.table.rows
        mine = self.lines.table.find("order_id", self.order)
        return 1 + max((int(rows[one].get("sequence") or 0) for one in mine), default=10)

    def _product(self) -> int:
        variants: Any = self.env["product.product"].sudo()
        for record in variants.table.find("default_code", "DOWN"):
            return int(record)
        [made] = variants.create_records(
            [
                {
                    "name": "Down payment",
                    "default_code": "DOWN",
                    "type": "service",
                    "invoice_policy": "order",
                    "taxes_id": [(6, 0, [])],
                }
            ]
        )
        return int(made)


def _scaled(one: LineTaxes, factor: float) -> LineTaxes:
    shares = [
        TaxShare(share.tax, share.amount * factor, share.base * factor, share.included)
        for share in one.shares
    ]
    return LineTaxes(one.untaxed * factor, shares)


def _exact(
    untaxed: float, taxes: list[float], wanted: float, calculator: Calculator
) -> tuple[float, list[float]]:
    """Return amount and taxes of the only line, whose first tax takes what is missing."""
    if not taxes:
        return untaxed, taxes
    missing = wanted - untaxed - sum(taxes)
    return untaxed, [calculator.money.round(taxes[0] + missing), *taxes[1:]]


def _added(one: LineTaxes, other: LineTaxes) -> LineTaxes:
    shares = [
        TaxShare(a.tax, a.amount + b.amount, a.base + b.base, a.included)
        for a, b in zip(one.shares, other.shares, strict=True)
    ]
    return LineTaxes(one.untaxed + other.untaxed, shares)
