"""One line's taxes: what they are made from, and how Odoo 19 computes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .money import round_to


@dataclass(slots=True)
class TaxShare:
    """What one tax takes of a line. ``included``: it is part of the price."""

    tax: int
    amount: float
    base: float
    included: bool


@dataclass(slots=True)
class LineTaxes:
    """A line's amount without tax and its taxes, rounded as the company wants it."""

    untaxed: float
    shares: list[TaxShare] = field(default_factory=list)

    @property
    def tax(self) -> float:
        """Return the sum of the taxes."""
        return sum(share.amount for share in self.shares)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is taxed: a price per piece after discount, a quantity, the taxes' ids."""

    price: float
    quantity: float
    taxes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as it is computed."""

    id: int
    kind: str
    amount: float
    included: bool
    raises_base: bool  # later taxes are computed on it as well
    affected: bool  # by taxes that raise the base


class Run19:
    """One line's taxes in Odoo 19: fixed ones, then those in the price, then those on top."""

    def __init__(self, priced: Priced, taxes: list[Tax], step: float) -> None:
        self.priced, self.taxes, self.step = priced, taxes, step
        self.base = self._rounded(priced.price * priced.quantity)
        self.batches = _batches(taxes)
        self.amounts: dict[int, float] = {}
        self.extra_tax = [0.0] * len(taxes)
        self.extra_base = [0.0] * len(taxes)

    def result(self) -> LineTaxes:
        """Compute everything."""
        order = range(len(self.taxes))
        for i in reversed(order):
            if self.taxes[i].kind == "fixed":
                sign = -1.0 if self.priced.price < 0 else 1.0
                self._note(i, sign * self.priced.quantity * self.taxes[i].amount)
        for i in reversed(order):
            if self.taxes[i].included and i not in self.amounts:
                self._note(i, self._inside(i))
        for i in order:
            if i not in self.amounts:
                self._note(i, self._outside(i))
        shares = [
            TaxShare(tax.id, self.amounts[i], self._base_of(i), tax.included)
            for i, tax in enumerate(self.taxes)
        ]
        return LineTaxes(shares[0].base if shares else self.base, shares)

    def _inside(self, i: int) -> float:
        raw = self.base + self.extra_tax[i]
        tax = self.taxes[i]
        if tax.kind == "division":
            return raw * tax.amount / 100
        percent = sum(self.taxes[j].amount for j in self.batches[i]) / 100
        return raw * (1 / (1 + percent) if percent != -1 else 0.0) * tax.amount / 100

    def _outside(self, i: int) -> float:
        raw = self.base + self.extra_tax[i]
        tax = self.taxes[i]
        if tax.kind == "division":
            percent = sum(self.taxes[j].amount for j in self.batches[i]) / 100
            return raw * tax.amount / 100 / (1.0 if percent == 1 else 1 - percent)
        return raw * tax.amount / 100

    def _base_of(self, i: int) -> float:
        base = self.base + self.extra_base[i]
        if self.taxes[i].included:
            base -= sum(self.amounts[j] for j in self.batches[i])
        return base

    def _note(self, i: int, amount: float) -> None:
        amount = self.amounts[i] = self._rounded(amount)
        tax, batch = self.taxes[i], self.batches[i]
        after = [j for j in range(len(self.taxes)) if j > max(batch)]
        before = [j for j in range(len(self.taxes)) if j < min(batch)]
        if tax.included:
            later = [j for j in after if not (tax.raises_base and self.taxes[j].affected)]
            self._shift([*later, *before], -amount)
        elif tax.raises_base:
            self._shift([j for j in after if self.taxes[j].affected], amount)

    def _shift(self, others: Iterable[int], amount: float) -> None:
        for j in others:
            if j not in self.amounts:
                self.extra_tax[j] += amount
            self.extra_base[j] += amount

    def _rounded(self, amount: float) -> float:
        return round_to(amount, self.step) if self.step else amount


def _batches(taxes: list[Tax]) -> list[list[int]]:
    """Group neighbours that are computed together."""
    groups: list[list[int]] = []
    affected = False
    for i in range(len(taxes) - 1, -1, -1):
        tax = taxes[i]
        first = taxes[groups[-1][0]] if groups else None
        same = (
            first is not None
            and (tax.kind, tax.included, tax.raises_base)
            == (first.kind, first.included, first.raises_base)
            and (not tax.raises_base or not affected)
        )
        if same:
            groups[-1].append(i)
        else:
            groups.append([i])
        affected = tax.affected
    found: list[list[int]] = [[]] * len(taxes)
    for group in groups:
        for i in group:
            found[i] = group
    return found
