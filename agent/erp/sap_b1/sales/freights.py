"""What is not goods becomes freight (``DocumentAdditionalExpenses``), by the codes of the settings.

B1 takes each freight code once in a document, so that what is taxed otherwise needs another code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.sap_b1.sales.taxes import Tax
from agent.errors import Held
from agent.model.document import DocumentLine, LineKind

_SETTING: Mapping[LineKind, str] = {
    LineKind.SHIPPING: "freight_shipping",
    LineKind.FEE: "freight_fees",
    LineKind.DISCOUNT: "freight_discounts",
    LineKind.VOUCHER: "freight_discounts",
    LineKind.CREDIT: "freight_discounts",
    LineKind.LEVY: "freight_levies",
    LineKind.ROUNDING: "freight_fees",
}
_NAMES: Mapping[str, tuple[str, str]] = {
    "freight_shipping": ("shipping costs", "Freight for shipping"),
    "freight_fees": ("fees", "Freight for fees"),
    "freight_discounts": ("discounts and vouchers", "Freight for discounts"),
    "freight_levies": ("levies", "Freight for levies"),
}


@dataclass(slots=True)
class Freight:
    """One freight of a document: ``net`` in its currency, and the keys of the lines in it."""

    code: int
    tax: Tax
    net: Decimal = Decimal(0)
    keys: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What it is called among the parts of a document."""
        return f"freight {self.code}"


def is_freight(line: DocumentLine) -> bool:
    """Tell whether a line is booked as freight."""
    return line.kind in _SETTING


def net_amount(line: DocumentLine) -> Decimal:
    """Return what a line comes to without tax; a levy's amount is a price in B1, not a tax."""
    return line.tax if line.kind is LineKind.LEVY else line.unit_price * line.quantity


def freights(
    lines: Sequence[tuple[DocumentLine, Tax]],
    codes: Mapping[str, Sequence[int]],
    levies: Mapping[str, int],
    step: Decimal,
) -> list[Freight]:
    """Return the freights of a document; amounts of nothing are left out.

    Args:
        lines: those that are no goods, with their tax codes.
        codes: freight codes by setting.
        levies: freight codes of levies that are linked to one, by the line's key.
        step: the smallest amount of the currency.

    Raises:
        Held: a setting has no code, or too few for the taxes.
    """
    found: dict[int, Freight] = {}
    for line, tax in lines:
        amount = net_amount(line)
        if not amount:
            continue
        setting = _SETTING[line.kind]
        linked = levies.get(line.key)
        usable = [linked] if linked is not None else list(codes.get(setting, ()))
        code = _code(usable, tax, found)
        if code is None:
            raise _too_few(setting, usable, line, tax)
        freight = found.setdefault(code, Freight(code, tax))
        freight.net += amount
        freight.keys.append(line.key)
        freight.texts.append(line.text.partition("\n")[0])
    for freight in found.values():
        freight.net = freight.net.quantize(step, ROUND_HALF_UP)
    return [freight for freight in found.values() if freight.net]


def _code(usable: Sequence[int], tax: Tax, found: Mapping[int, Freight]) -> int | None:
    same = [code for code in usable if code in found and found[code].tax.code == tax.code]
    free = [code for code in usable if code not in found]
    return next(iter([*same, *free]), None)


def _too_few(setting: str, usable: Sequence[int], line: DocumentLine, tax: Tax) -> Held:
    what, label = _NAMES[setting]
    title = line.text.partition("\n")[0]
    if not usable:
        return Held(
            f"The line {title!r} cannot be booked: no freight code of SAP Business One is set for "
            f"{what}",
            fix=f"Set {label} in the connection's settings (codes are made in SAP under "
            "Administration, Setup, General, Freight); then release the order.",
            code="order.freight_missing",
        )
    listed = ", ".join(str(code) for code in usable)
    return Held(
        f"The line {title!r} has the tax code {tax.code}, and freight {listed} is taken in this "
        "order with another tax: SAP Business One takes a freight code once per document",
        fix=f"Make one more freight in SAP and add its code to {label} in the connection's "
        "settings, with a comma between; then release the order.",
        code="order.freight_codes",
    )
