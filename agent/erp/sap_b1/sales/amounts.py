"""How B1 computes a document, and what makes it come to the shop's amounts to the cent.

B1 rounds the net amount of each line (unit price times quantity), and the tax of each line or, by
a setting of the company, of all lines with one tax code. The shop rounds later, so that sums may be
apart by a cent or two. The total is mended by the document's own rounding amount. Where the tax is
apart, the net amount of a line is moved by the few cents that move its tax by one, and the rounding
amount takes those cents back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

_MOST_CENTS = 100
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A line, or a freight (``quantity`` 1), of a document. Amounts are in its currency.

    ``price`` is the unit price as it is sent; it can have ``digits`` decimals. ``group``: what its
    tax is rounded with where B1 does not round it by line.
    """

    key: str
    price: Decimal
    quantity: Decimal
    rate: Decimal
    """Percent of tax."""
    group: str
    digits: int
    step: Decimal
    """The smallest amount of the document's currency."""

    @property
    def net(self) -> Decimal:
        """The line's amount without tax."""
        return (self.price * self.quantity).quantize(self.step, ROUND_HALF_UP)

    @property
    def exact_tax(self) -> Decimal:
        """The line's tax, not rounded."""
        return self.net * self.rate / 100

    @property
    def tax(self) -> Decimal:
        """The line's tax."""
        return self.exact_tax.quantize(self.step, ROUND_HALF_UP)

    def at(self, net: Decimal) -> Part | None:
        """Return the part with another net amount, None where no price gives that."""
        if not self.quantity:
            return None
        price = net / self.quantity
        moved = replace(self, price=price.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP))
        return moved if moved.net == net else None


@dataclass(slots=True)
class Tuning:
    """What makes a document agree: prices of parts by key, and the rounding amount."""

    prices: dict[str, Decimal] = field(default_factory=dict)
    rounding: Decimal = Decimal(0)


def net_of(parts: Sequence[Part]) -> Decimal:
    """Return the sum of net amounts."""
    return sum((part.net for part in parts), Decimal(0))


def tax_of(parts: Sequence[Part], *, in_rows: bool = True) -> Decimal:
    """Return the sum of taxes, rounded by line or by tax code."""
    if in_rows:
        return sum((part.tax for part in parts), Decimal(0))
    groups: dict[str, Decimal] = {}
    for part in parts:
        groups[part.group] = groups.get(part.group, Decimal(0)) + part.exact_tax
    step = parts[0].step if parts else Decimal(1)
    return sum((tax.quantize(step, ROUND_HALF_UP) for tax in groups.values()), Decimal(0))


def tuned(
    parts: Sequence[Part], total: Decimal, tax: Decimal, limit: Decimal, *, in_rows: bool = True
) -> Tuning | None:
    """Return what makes ``parts`` come to ``total`` with ``tax`` in it; None where nothing may.

    Args:
        parts: lines and freights as they would be sent.
        total: what the document is to come to, tax included.
        tax: the tax in it.
        limit: how much the rounding amount may be; 0: none is allowed.
        in_rows: whether taxes are rounded by line.
    """
    now = {part.key: part for part in parts}
    missing = tax - tax_of(parts, in_rows=in_rows)
    if abs(missing) > limit:
        return None
    for _ in range(_MOST_STEPS):
        if not missing:
            break
        step = parts[0].step.copy_sign(missing)
        best = _nearest(now, step, in_rows=in_rows)
        if best is None:
            return None
        now[best.key] = best
        missing -= step
    rounding = total - tax - net_of(list(now.values()))
    if missing or abs(rounding) > limit:
        return None
    first = {part.key: part.price for part in parts}
    changed = {key: part.price for key, part in now.items() if part.price != first[key]}
    return Tuning(changed, rounding)


def _nearest(now: Mapping[str, Part], step: Decimal, *, in_rows: bool) -> Part | None:
    """Return the part whose net amount has to move least for one ``step`` more of tax."""
    moves = [m for part in now.values() if (m := _one_cent(now, part, step, in_rows)) is not None]
    return min(moves, key=lambda moved: abs(moved.net - now[moved.key].net), default=None)


def _one_cent(now: Mapping[str, Part], part: Part, step: Decimal, in_rows: bool) -> Part | None:
    if not part.rate or not part.net:
        return None
    others = [other for other in now.values() if in_rows is False and other.group == part.group]
    group = [other for other in others if other.key != part.key]
    before = tax_of([*group, part], in_rows=in_rows)
    for cents in range(1, _MOST_CENTS):
        moved = part.at(part.net + cents * step)
        if moved is None:
            continue
        gained = tax_of([*group, moved], in_rows=in_rows) - before
        if gained == step:
            return moved
        if gained:
            return None
    return None


def with_prices(parts: Sequence[Part], prices: Mapping[str, Decimal]) -> list[Part]:
    """Return the parts with other prices."""
    return [replace(part, price=prices.get(part.key, part.price)) for part in parts]
