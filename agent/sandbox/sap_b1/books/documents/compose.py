"""Making a whole document of a body: header, lines, freights, totals. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books.values import HUNDRED, NO, ZERO, money, num, rounded, undefined, yes
from agent.sandbox.sap_b1.company import Company, Refusal, Row

from . import advance, amounts, freight, header, lines, links
from .kinds import DOWN_PAYMENT, INVOICE, Kind
from .lines import Setting

_STEPS = {
    "rsRoundToFiveHundredth": Decimal("0.05"),
    "rsRoundToTenHundredth": Decimal("0.10"),
    "rsRoundToOne": Decimal(1),
    "rsRoundToTen": Decimal(10),
}


def document(company: Company, kind: Kind, body: Mapping[str, Any]) -> Row:
    """Return a new document as it would be posted, without number.

    Raises:
        Refusal: it cannot be posted.
    """
    given = body.get("DocumentLines") or ()
    bases = _bases(company, kind, given)
    row = header.new_header(company, kind, body, bases)
    if kind.partner:
        links.same_partner(kind, row, bases)
    if not given:
        raise undefined("Enter at least one line", f"{kind.line}.ItemCode")
    setting = setting_of(company, kind, row)
    row["DocumentLines"] = [
        lines.new_line(setting, member, number, number + 1) for number, member in enumerate(given)
    ]
    _once(kind, row["DocumentLines"])
    expenses = body.get("DocumentAdditionalExpenses") or ()
    row["DocumentAdditionalExpenses"] = freight.merged(setting, (), expenses, replace=True)
    return totals(company, kind, row, body)


def changed(
    company: Company, kind: Kind, before: Row, body: Mapping[str, Any], *, replace: bool
) -> Row:
    """Return a document with what a body changes; see ``lines`` for how members are told apart.

    Raises:
        Refusal: the change is not allowed.
    """
    row = header.changed_header(company, kind, before, body)
    setting = setting_of(company, kind, row)
    if body.get("DocumentLines") is not None:
        row["DocumentLines"] = _merged_lines(
            setting, before, body["DocumentLines"], replace=replace
        )
        _once(kind, row["DocumentLines"])
    elif row["DocRate"] != before["DocRate"] or row["DocCurrency"] != before["DocCurrency"]:
        row["DocumentLines"] = [
            lines.changed_line(setting, line, {}, n)
            for n, line in enumerate(row["DocumentLines"], 1)
        ]
    if body.get("DocumentAdditionalExpenses") is not None:
        row["DocumentAdditionalExpenses"] = freight.merged(
            setting,
            before["DocumentAdditionalExpenses"],
            body["DocumentAdditionalExpenses"],
            replace=replace,
        )
    return totals(company, kind, row, body)


def setting_of(company: Company, kind: Kind, row: Row) -> Setting:
    """Return what the lines of a document share."""
    partner = header.partner_of(company, kind, row)
    address = header.ship_to(partner, row)
    return Setting(company, kind, row, partner, address, amounts.of(row, company))


def _bases(company: Company, kind: Kind, given: Sequence[Mapping[str, Any]]) -> list[Row]:
    found: dict[tuple[int, int], Row] = {}
    for position, member in enumerate(given, start=1):
        base = links.base_of(company, kind, member, position)
        if base is not None:
            found[(base[0].code, base[1]["DocEntry"])] = base[1]
    return list(found.values())


def _once(kind: Kind, rows: Sequence[Row]) -> None:
    """Refuse two lines made from the same one: what is open of it would be counted twice."""
    seen = [(r["BaseType"], r["BaseEntry"], r["BaseLine"]) for r in rows if r.get("BaseEntry")]
    if len(set(seen)) < len(seen):
        raise undefined("Base line is used twice", f"{kind.line}.BaseLine")


def _merged_lines(
    setting: Setting, before: Row, given: Sequence[Mapping[str, Any]], *, replace: bool
) -> list[Row]:
    known = {line["LineNum"]: line for line in before["DocumentLines"]}
    kept: dict[int, Row] = {} if replace else dict(known)
    fresh = 1 + max(known, default=-1)
    for position, member in enumerate(given, start=1):
        told = member.get("LineNum")
        number = -1 if told is None else int(told)
        if number in known:
            kept[number] = lines.changed_line(setting, known[number], member, position)
        else:
            kept[fresh] = lines.new_line(setting, member, fresh, position)
            fresh += 1
    for number, line in known.items():
        if number not in kept and num(line["_drawn"]):
            raise Refusal(
                -5006, f"Line {number} cannot be removed; it is drawn to another document"
            )
    if not kept:
        raise undefined("Enter at least one line", f"{setting.kind.line}.ItemCode")
    return [{**line, "VisualOrder": at} for at, line in enumerate(kept.values())]


def totals(company: Company, kind: Kind, row: Row, given: Mapping[str, Any]) -> Row:
    """Return a document with its sums; a total in the body becomes a discount.

    Raises:
        Refusal: a down payment's share or what is drawn from one is not allowed.
    """
    currency = amounts.of(row, company)
    found, freights = row["DocumentLines"], row["DocumentAdditionalExpenses"]
    off = rounded(num(row.get("DiscountPercent")), amounts.PERCENT)
    rounding = _rounding(company, row, given, currency, off)
    sums = amounts.add_up(company, found, freights, off, rounding)
    wanted = _wanted(company, given, currency)
    if wanted is not None and wanted != sums.total:
        off = amounts.solve_discount(company, found, freights, rounding, wanted)
        sums = amounts.add_up(company, found, freights, off, rounding)
        discount = sums.discount + sums.total - wanted
        sums = amounts.Totals(sums.lines, discount, sums.freight, sums.tax, wanted)
    row["DiscountPercent"] = off
    total, tax, drawn = _in_advance(company, kind, row, given, sums)
    row["DocumentLines"] = [lines.finish(company, line, currency, off) for line in found]
    told = amounts.Totals(sums.lines, sums.discount, sums.freight, tax, total)
    return _told(company, row, told, rounding, drawn)


def _in_advance(
    company: Company, kind: Kind, row: Row, given: Mapping[str, Any], sums: amounts.Totals
) -> tuple[Decimal, Decimal, Decimal]:
    """Return total and tax after down payments, and what of them counts as paid.

    Raises:
        Refusal: a down payment's share or what is drawn from one is not allowed.
    """
    currency = amounts.of(row, company)
    total, tax = sums.total, sums.tax
    if kind.code == DOWN_PAYMENT:
        percent = advance.share(company, row, given, sums.total - sums.tax)
        total, tax = (money(company, amount * percent / HUNDRED) for amount in (total, tax))
        row["DownPaymentPercentage"] = row["DownPayment"] = percent
        row["DownPaymentAmount"] = currency.home(company, total - tax)
        row["DownPaymentStatus"] = "so_Open"
    if kind.code != INVOICE:
        return total, tax, ZERO
    if "DownPaymentsToDraw" in given:
        row["DownPaymentsToDraw"] = advance.draws(company, row, given["DownPaymentsToDraw"] or ())
    drawn = sum((r["_gross"] for r in row["DownPaymentsToDraw"]), ZERO)
    net = sum((r["_net"] for r in row["DownPaymentsToDraw"]), ZERO)
    if drawn > total:
        raise undefined("Down payments exceed the document's total", f"{kind.header}.DpmAmnt")
    row["DownPaymentAmount"] = currency.home(company, net)
    if company.options.down_payments_reduce_total:
        return total - drawn, tax - (drawn - net), ZERO
    return total, tax, drawn


def _rounding(
    company: Company, row: Row, given: Mapping[str, Any], currency: amounts.Currency, off: Decimal
) -> Decimal:
    """Return what rounds a document: told by the body, or by its currency's rule."""
    if not yes(row.get("Rounding")):
        return ZERO
    if currency.foreign and given.get("RoundingDiffAmountFC") is not None:
        return num(given["RoundingDiffAmountFC"])
    if given.get("RoundingDiffAmount") is not None:
        amount = num(given["RoundingDiffAmount"])
        return money(company, amount / currency.rate if currency.foreign else amount)
    rule = (company.table("Currencies").get(currency.code) or {}).get("Rounding")
    step = _STEPS.get(str(rule))
    if step is None:
        return num(row.get("RoundingDiffAmountFC" if currency.foreign else "RoundingDiffAmount"))
    found, freights = row["DocumentLines"], row["DocumentAdditionalExpenses"]
    plain = amounts.add_up(company, found, freights, off, ZERO).total
    return rounded(plain / step, 0) * step - plain


def _wanted(
    company: Company, given: Mapping[str, Any], currency: amounts.Currency
) -> Decimal | None:
    if currency.foreign and given.get("DocTotalFc") is not None:
        return money(company, num(given["DocTotalFc"]))
    if given.get("DocTotal") is None:
        return None
    amount = num(given["DocTotal"])
    return money(company, amount / currency.rate if currency.foreign else amount)


def _told(
    company: Company, row: Row, sums: amounts.Totals, rounding: Decimal, drawn: Decimal
) -> Row:
    currency = amounts.of(row, company)

    def both(name: str, foreign: str, amount: Decimal) -> Row:
        return {
            name: currency.home(company, amount),
            foreign: amount if currency.foreign else ZERO,
        }

    row |= both("DocTotal", "DocTotalFc", sums.total)
    row |= both("VatSum", "VatSumFc", sums.tax)
    row |= both("TotalDiscount", "TotalDiscountFC", sums.discount)
    row |= both("RoundingDiffAmount", "RoundingDiffAmountFC", rounding)
    row |= both("BaseAmount", "BaseAmountFC", sums.lines - sums.discount)
    row |= both("PaidToDate", "PaidToDateFC", num(row.get("_paid")) or drawn)
    row |= {
        "DocTotalSys": row["DocTotal"], "VatSumSys": row["VatSum"],
        "TotalDiscountSC": row["TotalDiscount"], "RoundingDiffAmountSC": row["RoundingDiffAmount"],
        "PaidToDateSys": row["PaidToDate"], "_total": sums.total, "_vat": sums.tax,
        "_paid": num(row.get("_paid")) or drawn, "Rounding": row.get("Rounding") or NO,
    }  # fmt: skip
    return row
