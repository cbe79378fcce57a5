"""The assistants that make invoices of orders, and credit notes of invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ServerError, UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

from .down_payments import Deposit
from .invoice_books import Settlements

NOTHING_19 = (
    "Cannot create an invoice. No items are available to invoice.\n\nTo resolve this issue, please "
    "ensure that:\n   • The products have been delivered before attempting to invoice them.\n   • "
    "The invoicing policy of the product is configured correctly.\n\nIf you want to invoice based "
    "on ordered quantities instead:\n   • For consumable or storable products, open the product, "
    "go to the 'General Information' tab and change the 'Invoicing Policy' from 'Delivered "
    "Quantities' to 'Ordered Quantities'.\n   • For services (and other products), change the "
    "'Invoicing Policy' to 'Prepaid/Fixed Price'.\n"
)
NOTHING_14 = (
    "There is nothing to invoice!\n\nReason(s) of this behavior could be:\n- You should deliver "
    'your products before invoicing them: Click on the "truck" icon (top-right of your screen) '
    "and follow instructions.\n- You should modify the invoicing policy of your product: Open the "
    'product, go to the "Sales tab" and modify invoicing policy from "delivered quantities" to '
    '"ordered quantities".\n        '
)
TOO_LITTLE = "The value of the down payment amount must be positive."


class AdvancePayment(Model):
    """``sale.advance.payment.inv``: invoices what can be, or a down payment."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the orders from the context."""
        found = super().defaults(vals)
        if "sale_order_ids" in self.fields and "sale_order_ids" not in vals:
            orders = self.env["sale.order"].existing(self.env.context.get("active_ids") or ())
            found["sale_order_ids"] = [(6, 0, orders)]
        return found

    @rpc("records", needs="write")
    def create_invoices(self, ids: list[int]) -> Any:
        """Make the invoices; Odoo 19 returns nothing, which RPC cannot carry.

        Raises:
            UserError: there is nothing to invoice, or the down payment is nothing.
        """
        for record in ids:
            row = self.table.rows[record]
            orders = row.get("sale_order_ids") or self.env.context.get("active_ids") or ()
            orders = self.env["sale.order"].existing(orders)
            self.env["sale.order"].check_right("write")  # who sells may bill
            if row.get("advance_payment_method") == "delivered":
                final = bool(row.get("deduct_down_payments", True))
                everything: Any = self.sudo()
                everything.bill(orders, final=final)
            else:
                self._check_amount(record)
                for order in orders:
                    Deposit(self.env.sudo(), order).make(row)
        if self.env.version == "14":
            return {"type": "ir.actions.act_window_close"}
        return None

    def _check_amount(self, record: int) -> None:
        row = self.table.rows[record]
        method = row.get("advance_payment_method")
        name = {"percentage": "amount", "fixed": "fixed_amount"}.get(str(method))
        if name and float(row.get(name) or 0) <= 0:
            raise UserError(TOO_LITTLE)

    def bill(self, orders: Sequence[int], *, final: bool) -> None:
        """Invoice what can be of orders."""
        planned = {order: self._billable(order, final=final) for order in orders}
        if not any(planned.values()):
            raise UserError(NOTHING_14 if self.env.version == "14" else NOTHING_19)
        for order, lines in planned.items():
            if lines:
                self._make(order, lines)

    def _billable(self, order: int, *, final: bool) -> list[int]:
        model: Any = self.env["sale.order.line"]
        goods: list[int] = []
        deposits: list[int] = []
        section: int | None = None
        for line in model.sorted(model.table.find("order_id", order), "sequence, id"):
            row = model.table.rows[line]
            kind = row.get("display_type")
            if kind == "line_section":
                section = None if row.get("is_downpayment") else line
                continue
            waiting = float(row.get("qty_to_invoice") or 0)
            if kind != "line_note" and (not waiting or (waiting < 0 and not final)):
                continue
            if row.get("is_downpayment"):
                deposits.append(line)
                continue
            if section is not None:
                goods.append(section)
                section = None
            goods.append(line)
        rows = model.table.rows
        found = [*goods, *deposits]
        return found if any(not rows[one].get("display_type") for one in found) else []

    def _make(self, order: int, lines: Sequence[int]) -> int:
        invoices: Any = self.env["account.move"]
        model: Any = self.env["sale.order.line"]
        deposit = Deposit(self.env, order)
        [invoice] = invoices.create_records([deposit.head()])
        place = 10
        started = False
        for line in lines:
            row = model.table.rows[line]
            if row.get("is_downpayment") and not started:
                deposit.add_line(
                    invoice,
                    {"display_type": "line_section", "name": "Down Payments", "sequence": place},
                )
                started = True
                place += 1
            self._add(deposit, invoice, line, place)
            place += 1
        invoices.settle([invoice])
        invoices._tell([invoice])  # noqa: SLF001 - the same model
        return int(invoice)

    def _add(self, deposit: Deposit, invoice: int, line: int, place: int) -> None:
        model: Any = self.env["sale.order.line"]
        row = model.table.rows[line]
        if row.get("display_type"):
            values = {"display_type": row["display_type"], "name": row.get("name")}
        else:
            values = {
                "name": row.get("name"),
                "product_id": row.get("product_id"),
                "product_uom_id": row.get(model.unit_field),
                "quantity": float(row.get("qty_to_invoice") or 0),
                "price_unit": float(row.get("price_unit") or 0),
                "discount": float(row.get("discount") or 0),
                "tax_ids": [(6, 0, list(row.get(model.tax_field, ())))],
            }
        values |= {"sequence": place, "sale_line_ids": [(6, 0, [line])]}
        made = deposit.add_line(invoice, values)
        fixed = row.get("fixed")
        if fixed is not None:
            shares = tuple((tax, -amount, -base, inside) for tax, amount, base, inside in fixed[1])
            bills = self.env["account.move.line"]
            bills.table.update(made, {"fixed": (-fixed[0], shares)})


class Reversal(Model):
    """``account.move.reversal``: credit notes for invoices."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the invoices from the context, today's date and their journal."""
        found = super().defaults(vals)
        ids = self.env["account.move"].existing(self.env.context.get("active_ids") or ())
        rows = self.env["account.move"].table.rows
        if any(rows[one].get("state") != "posted" for one in ids):
            raise UserError("You can only reverse posted moves.")
        found |= {"date": self.env.now.date(), "move_ids": [(6, 0, ids)]}
        found |= {"refund_method": "refund", "date_mode": "custom"}
        found["journal_id"] = rows[ids[0]].get("journal_id") if ids else None
        found["company_id"] = self.env.ref("base.main_company")
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse a journal that is for something else than the invoices (Odoo 19)."""
        if self.env.version == "14" or not changed & {"move_ids", "journal_id"}:
            return
        journals = self.env["account.journal"].table.rows
        moves = self.env["account.move"].table.rows
        for record in ids:
            row = self.table.rows[record]
            kinds = {journals[moves[m]["journal_id"]]["type"] for m in row.get("move_ids", ())}
            if journals.get(row.get("journal_id") or 0, {}).get("type") not in kinds:
                raise UserError("Journal should be the same type as the reversed entry.")

    @rpc("records", only="19", needs="write")
    def refund_moves(self, ids: list[int]) -> Any:
        """Make credit notes (Odoo 19)."""
        return self._reverse(ids, anew=False)

    @rpc("records", only="19", needs="write")
    def modify_moves(self, ids: list[int]) -> Any:
        """Credit invoices in full and make drafts like them (Odoo 19)."""
        return self._reverse(ids, anew=True)

    @rpc("records", needs="write")
    def reverse_moves(self, ids: list[int], is_modify: bool = False) -> Any:
        """Make credit notes in the way that ``refund_method`` says (Odoo 14)."""
        if self.env.version != "14":
            return self._reverse(ids, anew=is_modify)
        methods = {self.table.rows[one].get("refund_method") for one in ids}
        return self._reverse(ids, anew="modify" in methods, at_once=bool(methods - {"refund"}))

    def _reverse(self, ids: Sequence[int], *, anew: bool, at_once: bool = False) -> Any:
        moves: Any = self.env["account.move"]
        made = []
        for record in ids:
            row = self.table.rows[record]
            if row.get("move_ids") and not row.get("date"):
                words = "'>' not supported between instances of 'bool' and 'datetime.date'"
                raise ServerError(words, "TypeError")
            for invoice in row.get("move_ids", ()):
                note = self._copy(invoice, row, refund=True)
                made.append(note)
                if anew or at_once:
                    Settlements(self.env).forget(invoice)
                    moves.residual(invoice)
                    moves.with_context(reconcile_reversal=True).post([note])
                if anew:
                    made.append(self._copy(invoice, row, refund=False))
        action = {
            "name": "Reverse Moves",
            "type": "ir.actions.act_window",
            "res_model": "account.move",
        }
        if len(made) == 1:
            return {**action, "view_mode": "form", "res_id": made[0], "context": {}}
        return {**action, "view_mode": "tree,form", "domain": [["id", "in", made]]}

    def _copy(self, invoice: int, row: Mapping[str, Any], *, refund: bool) -> int:
        moves: Any = self.env["account.move"]
        lines: Any = self.env["account.move.line"]
        old = moves.table.rows[invoice]
        reason = row.get("reason")
        name = old.get("name")
        text = f"Reversal of: {name}, {reason}" if reason else f"Reversal of: {name}"
        values = {
            k: old.get(k)
            for k in (
                "partner_id",
                "partner_shipping_id",
                "currency_id",
                "invoice_origin",
                "team_id",
            )
        }
        values |= {
            "move_type": "out_refund" if refund else old["move_type"],
            "ref": text if refund else old.get("ref"),
            "date": row.get("date"),
            "invoice_date": row.get("date"),
            "journal_id": row.get("journal_id") or old["journal_id"],
            "reversed_entry_id": invoice if refund else None,
            "payment_reference": "" if self.env.version == "14" else None,
        }
        if not refund:
            values |= {"ref": None, "invoice_origin": None}
        [made] = moves.create_records([{k: v for k, v in values.items() if v is not None}])
        skipped = {"id", "move_id", "create_date", "write_date", "fixed"}
        for line in moves.billed(invoice, texts=True):
            about = {
                k: v
                for k, v in lines.table.rows[line].items()
                if k in lines.fields and k not in skipped and k not in lines.settled
            }
            about |= {k: [(6, 0, list(about.get(k, ())))] for k in ("tax_ids", "sale_line_ids")}
            [copy] = lines.with_context(unsettled=True).create_records([{**about, "move_id": made}])
            lines.table.update(copy, {"fixed": lines.table.rows[line].get("fixed")})
        moves.settle([made])
        moves._tell([made])  # noqa: SLF001 - the same model
        return int(made)
