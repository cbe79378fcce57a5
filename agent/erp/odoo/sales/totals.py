"""Makes an order agree with the shop to the cent, or says by how much it does not.

The shop's totals are the truth. Odoo rounds each line and each tax its own way, so that some
orders differ by a cent or two. Two lines can mend that within the limit of the document: an untaxed
one for the net amount, and a taxed one, small enough that its tax is the cents that are missing,
whose own net amount the untaxed one takes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.sales.order_rows import LINE, ORDER, OrderRows, line_name
from agent.erp.odoo.sales.taxes import Tax
from agent.erp.odoo.sales.totals_words import differs
from agent.errors import BridgeError
from agent.model.document import DocumentLine, LineKind, SalesDocument

NET, TAXED = "rounding", "rounding_tax"
KEYS = (NET, TAXED)
"""Keys of the two rounding lines; a document has none of these names."""
ROUNDS = 5
"""Tries: where Odoo rounds taxes over the whole order, one try can land beside the cent."""
_SEQUENCE = 9000
_LEAST_PERCENT = Decimal(1)


@dataclass(slots=True)
class Settling:
    """One order on its way to the shop's totals. Amounts are in its currency.

    ``lines`` are database ids of lines by external id, ``rounds`` tells whether rounding lines are
    allowed here.
    """

    draft: Draft
    document: SalesDocument
    lines: Mapping[str, int]
    rounds: bool
    net: Decimal = Decimal(0)
    taxed: Decimal = Decimal(0)
    tried: int = 0
    wanted: dict[str, Decimal] = field(default_factory=dict)

    @property
    def step(self) -> Decimal:
        """The smallest amount of the document's currency."""
        return Decimal(1).scaleb(-self.document.decimals)

    def missing(self, row: Row) -> tuple[Decimal, Decimal]:
        """Return by how much the shop's net amount and its tax are above those of Odoo's order."""
        tax = self.money(row["amount_tax"])
        net = self.money(row["amount_total"]) - tax
        wanted_tax = self.document.amount_tax
        return self.document.amount_total - wanted_tax - net, wanted_tax - tax

    def money(self, value: object) -> Decimal:
        """Return one of Odoo's amounts as exact money."""
        return Decimal(str(value)).quantize(self.step, ROUND_HALF_UP)


def settle(work: Work, rows: OrderRows, settling: Sequence[Settling]) -> None:
    """Compare each order with the shop; add rounding lines within the limit, or fail the draft."""
    open_ = list(settling)
    _note_existing(work.cx, open_)
    found: dict[int, Row] = {}
    for _ in range(ROUNDS + 1):
        found = _amounts(work.cx, open_)
        open_ = [s for s in open_ if any(s.missing(found[s.draft.id or 0]))]
        ready = [s for s in open_ if _plan(s, rows, found[s.draft.id or 0])]
        if not ready:
            break
        _write(work, rows, ready)
    for one in open_:
        if one.draft.error is None:
            one.draft.error = differs(work.cx, one.draft, one.document, found[one.draft.id or 0])


def _amounts(cx: Connection, settling: Sequence[Settling]) -> dict[int, Row]:
    numbers = [s.draft.id for s in settling if s.draft.id is not None]
    fields = ["name", "amount_total", "amount_tax", "currency_id"]
    return {int(r["id"]): r for r in cx.odoo.find_in(ORDER, "id", numbers, fields)}


def _note_existing(cx: Connection, settling: Sequence[Settling]) -> None:
    """Read the rounding lines of earlier runs."""
    numbers = {
        s.lines[name]: (s, key)
        for s in settling
        for key in KEYS
        if (name := line_name(s.draft, key)) in s.lines
    }
    for row in cx.odoo.find_in(LINE, "id", sorted(numbers), ["price_unit"]):
        one, key = numbers[int(row["id"])]
        setattr(one, "net" if key == NET else "taxed", one.money(row["price_unit"]))


def _plan(one: Settling, rows: OrderRows, row: Row) -> bool:
    """Decide what the rounding lines are to be; False where they cannot or may not help."""
    if not one.rounds or one.tried >= ROUNDS or one.draft.error is not None:
        return False
    net, tax = one.missing(row)
    rate = _rate(one, rows)
    if tax and rate is None:
        return False
    taxed = one.taxed
    if tax and rate is not None:
        # later tries go half as far: a whole step would swing from one side to the other
        step = tax * 100 / rate.amount / (2 ** max(one.tried - 1, 0))
        taxed += step.quantize(one.step, ROUND_HALF_UP) or one.step.copy_sign(step)
    own_tax = taxed * (rate.amount if rate is not None else 0) / 100
    target = one.net + net - (taxed - one.taxed)
    if abs(target + taxed) + abs(own_tax) > one.document.rounding_limit + one.step / 2:
        return False
    one.tried += 1
    one.net, one.taxed = target, taxed
    return True


def _rate(one: Settling, rows: OrderRows) -> Tax | None:
    """Return the tax for the taxed rounding line: one of the order's, in percent, the highest."""
    fitting: list[Tax] = []
    for line in one.document.lines:
        try:
            applied = rows.taxes.of(one.draft, line)
        except BridgeError:
            continue
        fitting += [t for t in applied if t.percent and t.amount >= _LEAST_PERCENT]
    return max(fitting, key=lambda t: (not t.included, t.amount, -t.id), default=None)


def _write(work: Work, rows: OrderRows, settling: Sequence[Settling]) -> None:
    records: list[LoadRecord] = []
    owners: dict[str, Settling] = {}
    for one in settling:
        for record in _records(one, rows):
            records.append(record)
            owners[record.key] = one
    for key, result in work.loader.load(LINE, records).items():
        one = owners[key]
        if result.error is not None:
            one.draft.error = one.draft.error or result.error
        else:
            one.draft.touched = True


def _records(one: Settling, rows: OrderRows) -> list[LoadRecord]:
    """Return the rounding lines; one that is not needed any more stays with the amount 0."""
    rate = _rate(one, rows)
    found: list[LoadRecord] = []
    for key, amount in ((NET, one.net), (TAXED, one.taxed)):
        name = line_name(one.draft, key)
        if not amount and name not in one.lines and one.tried == 1:
            continue
        line = DocumentLine(key, LineKind.ROUNDING, "Rounding", Decimal(1), amount)
        cells = {
            column.removeprefix("order_line/"): value
            for column, value in rows.line(one.draft, line, _SEQUENCE).items()
        }
        cells["price_unit"] = f"{amount:f}"
        cells[f"{rows.tax}/.id"] = str(rate.id) if key == TAXED and rate is not None else ""
        cells["order_id/.id"] = str(one.draft.id)
        found.append(LoadRecord(name, cells))
    return found
