"""Finds out which tax rates an order's amounts were charged with.

OpenCart keeps little of it: the tax per piece of each line, and one row of totals per tax rate with
its name. Which rates are on a line, and how a coupon or the shipping took part, has to be found so
that the ERP can charge the same. Everything found is checked against the rows: what does not add up
is an error that says by how much, never a guess.

Amounts are in the shop's default currency with the four decimals that OpenCart stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from agent.errors import Held
from agent.model.sales import Order, OrderLine, TaxRate, TotalRow

ZERO = Decimal(0)
_STORED = Decimal("0.0001")
"""The last decimal that OpenCart stores."""
_CENT = Decimal("0.01")
_AFTER_TAX = frozenset({"voucher", "credit"})
"""Rows that are paid with, not charged: no tax is on them."""
_MOST_RATES = 4
"""Rates on one line; more has not been seen in any country."""

Rates = tuple[str, ...]
"""Keys of tax rates, sorted."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an amount that has the same rates on it. ``tax`` is the tax of this part."""

    amount: Decimal
    rates: Rates
    tax: Decimal


@dataclass(slots=True)
class Split:
    """What was found.

    ``lines`` are the rates in percent of each line and the tax of one piece, ``rows`` the shares of
    each row of totals. ``levies`` are the sums charged by rates that are an amount: the shop's
    versions count pieces, lines or parcels, so that nothing but the sum can be relied on.
    """

    lines: dict[str, tuple[Rates, Decimal]] = field(default_factory=dict)
    rows: dict[str, tuple[Share, ...]] = field(default_factory=dict)
    levies: dict[str, Decimal] = field(default_factory=dict)


def split(order: Order) -> Split:
    """Find the rates of all lines and rows of ``order``.

    Raises:
        Held: something cannot be explained by the shop's tax rates; says what and by how much.
    """
    return _Splitter(order).run()


class _Splitter:
    def __init__(self, order: Order) -> None:
        self.order = order
        self.rates: Mapping[str, TaxRate] = {rate.key: rate for rate in order.tax_rates}
        self.name_of = {rate.key: rate.name for rate in order.tax_rates}
        self.charged, levies = _charged(order)
        titles = {row.title for row in order.totals if row.code == "tax"}
        self.listed = [rate.key for rate in order.tax_rates if rate.name in titles]
        self.left = dict(self.charged)
        """Tax per name of a rate that is not explained yet: totals have no more than the name."""
        self.goods: dict[Rates, Decimal] = {}
        """Net amount of the goods by their rates."""
        self.bases: dict[Rates, Decimal] = {}
        """Net amount of goods and fees by their rates: what a discount can be on."""
        self.found = Split(levies=levies)

    def run(self) -> Split:
        for line in self.order.lines:
            self._line(line)
        known, free = self._sorted_rows()
        # a class may have been changed after the order: the second look goes without them
        if self._try(known, free) or self._try([], [*(row for row, _ in known), *free]):
            return self.found
        raise self._refusal()

    def _try(self, known: Sequence[tuple[TotalRow, Rates]], free: Sequence[TotalRow]) -> bool:
        """Explain all rows; what was noted is taken back where that does not work."""
        before = dict(self.left), dict(self.bases), dict(self.found.rows)
        for row, rates in known:
            self._note(row, [self._share(row.value, rates)])
        done = self._explain(free) if free else not self._open()
        if not done:
            self.left, self.bases, self.found.rows = before
        return done

    # -- lines -----------------------------------------------------------------------------------

    def _line(self, line: OrderLine) -> None:
        rates = self._rates_of(line)
        if rates is None:
            percent = (line.tax / line.price * 100).quantize(_CENT) if line.price else ZERO
            names = ", ".join(f"{r.name} ({r.rate})" for r in self.rates.values()) or "none"
            raise Held(
                f"The line {line.name!r} was charged {line.tax} tax on {line.price} ({percent} %), "
                f"which the tax rates of the order do not explain ({names})",
                fix="A tax rate was renamed, changed or deleted after the order. Restore it under "
                "System > Localisation > Taxes in the shop, or enter this order by hand.",
                code="order.tax_unknown",
            )
        percent_rates = tuple(key for key in rates if self.rates[key].kind == "percent")
        per_piece = line.tax - sum((self._levy(key) for key in rates), ZERO)
        self.found.lines[line.key] = (percent_rates, per_piece)
        computed = {key: self._tax(key, line.price) for key in percent_rates}
        whole = sum(computed.values(), ZERO)
        for key, tax in computed.items():
            share = tax / whole if whole else ZERO
            self.left[self.name_of[key]] -= per_piece * line.quantity * share
        self._add_base(percent_rates, line.price * line.quantity)
        self.goods = dict(self.bases)

    def _add_base(self, rates: Rates, amount: Decimal) -> None:
        self.bases[rates] = self.bases.get(rates, ZERO) + amount

    def _rates_of(self, line: OrderLine) -> Rates | None:
        if abs(line.tax) < _STORED:
            return ()
        # shops that round prices to cents store a tax that is rounded, too
        of_class = self.order.class_rates.get(line.tax_class or "", ())
        for allowed in (_STORED, _CENT / 2):
            # a rate whose tax a coupon took back altogether has no row
            for among, most in (
                (self.listed, _MOST_RATES),
                (of_class, _MOST_RATES),
                (self.rates, 2),
            ):
                fitting = [
                    keys for keys in _subsets(among, most) if self._near(line, keys, allowed)
                ]
                own = [keys for keys in fitting if set(keys) == set(of_class) & set(among)]
                if fitting:
                    return (own or fitting)[0]
        return None

    def _near(self, line: OrderLine, keys: Rates, allowed: Decimal) -> bool:
        tax = sum((self._tax(key, line.price) + self._levy(key) for key in keys), ZERO)
        percent = sum((self._percent(key) for key in keys), ZERO)
        return abs(tax - line.tax) <= allowed * (1 + percent)

    def _tax(self, key: str, amount: Decimal) -> Decimal:
        return amount * self._percent(key)

    def _levy(self, key: str) -> Decimal:
        """Return the amount per piece of a rate that is one, else nothing."""
        rate = self.rates[key]
        return rate.rate if rate.kind == "fixed" else ZERO

    def _percent(self, key: str) -> Decimal:
        rate = self.rates[key]
        return rate.rate / 100 if rate.kind == "percent" else ZERO

    # -- rows of totals --------------------------------------------------------------------------

    def _sorted_rows(self) -> tuple[list[tuple[TotalRow, Rates]], list[TotalRow]]:
        """Return the rows whose tax class is known with their rates, and the others."""
        known: list[tuple[TotalRow, Rates]] = []
        free: list[TotalRow] = []
        taxed = bool(self.listed) or any(line.tax for line in self.order.lines)
        seen_tax = False
        for row in self.order.totals:
            if row.code == "tax":
                seen_tax = True
            if row.code in {"sub_total", "tax", "total"}:
                continue
            tax_class = self.order.row_classes.get(row.code)
            if not taxed or seen_tax or row.code in _AFTER_TAX:
                self._note(row, [Share(row.value, (), ZERO)])
            elif row.value >= 0 and tax_class is not None:
                keys = self.order.class_rates.get(tax_class, ())
                known.append((row, tuple(sorted(k for k in keys if self._percent(k)))))
            elif row.value >= 0 and row.code == "shipping":
                known.append((row, ()))
            else:
                free.append(row)
        return known, free

    def _share(self, amount: Decimal, rates: Rates) -> Share:
        tax = sum((self._tax(key, amount) for key in rates), ZERO)
        return Share(amount, rates, tax)

    def _note(self, row: TotalRow, shares: Sequence[Share]) -> None:
        self.found.rows[row.key] = tuple(shares)
        for share in shares:
            for key in share.rates:
                self.left[self.name_of[key]] -= self._tax(key, share.amount)
            if share.amount > 0:
                self._add_base(share.rates, share.amount)

    def _explain(self, rows: Sequence[TotalRow]) -> bool:
        """Share out ``rows`` so that they carry the tax that is left; tell whether that works."""
        total = sum((row.value for row in rows), ZERO)
        parts = self._parts(total)
        if parts is None:
            return False
        for row in rows:
            share_of = row.value / total if total else ZERO
            shares = [self._share(amount * share_of, rates) for rates, amount in parts.items()]
            rest = row.value - sum((s.amount for s in shares), ZERO)
            # less than a cent is what rounding the tax left, no part of its own
            if abs(rest) >= _CENT or not shares:
                shares.append(Share(rest, (), ZERO))
            self._note(row, _whole(row, shares))
        return not self._open()

    def _parts(self, total: Decimal) -> dict[Rates, Decimal] | None:
        """Return how much of ``total`` is on which rates; what is missing has none.

        First as a discount on everything would be; else solved from the tax that is left.
        """
        simple: list[dict[Rates, Decimal]] = [{}]
        for bases in (self.goods, self.bases):
            whole = sum(bases.values(), ZERO)
            if whole > 0:
                simple.append({r: total * base / whole for r, base in bases.items() if r})
        fitting = [parts for parts in simple if self._fits(parts)]
        if fitting:
            return min(fitting, key=self._rest)
        if total == 0:
            return None
        combos = [rates for rates, base in self.bases.items() if rates and base > 0]
        combos += [(k,) for k in self.listed if self._percent(k) and (k,) not in combos]
        for solved in self._solutions(combos):
            outside = total - sum(solved.values(), ZERO)
            inside = all(_between(amount, total) for amount in solved.values())
            if inside and _between(outside, total) and self._fits(solved):
                return solved
        return None

    def _solutions(self, combos: Sequence[Rates]) -> Iterable[dict[Rates, Decimal]]:
        """Yield the parts by which each rate's open tax comes out, for few combinations first."""
        names = sorted({self.name_of[key] for combo in combos for key in combo})
        for size in range(1, min(len(combos), len(names)) + 1):
            for chosen in combinations(combos, size):
                rows = [[Fraction(self._named(combo, n)) for combo in chosen] for n in names]
                solved = _solve(rows, [Fraction(self.left[name]) for name in names], size)
                if solved is not None:
                    yield {
                        combo: _decimal(amount)
                        for combo, amount in zip(chosen, solved, strict=True)
                    }

    def _named(self, rates: Rates, name: str) -> Decimal:
        """Return the part of an amount that those of ``rates`` with this name charge."""
        return sum((self._percent(k) for k in rates if self.name_of[k] == name), ZERO)

    def _fits(self, parts: Mapping[Rates, Decimal]) -> bool:
        return not self._open(self._left_after(parts))

    def _rest(self, parts: Mapping[Rates, Decimal]) -> Decimal:
        return sum((abs(amount) for amount in self._left_after(parts).values()), ZERO)

    def _left_after(self, parts: Mapping[Rates, Decimal]) -> dict[str, Decimal]:
        left = dict(self.left)
        for rates, amount in parts.items():
            for key in rates:
                left[self.name_of[key]] -= amount * self._percent(key)
        return left

    # -- what is left ----------------------------------------------------------------------------

    def _open(self, left: Mapping[str, Decimal] | None = None) -> dict[str, Decimal]:
        """Return the tax per rate that nothing explains; less than half a cent is rounding."""
        pieces = sum((abs(line.quantity) for line in self.order.lines), Decimal(1))
        allowed = _CENT / 2 + _STORED * pieces
        found = self.left if left is None else left
        return {name: amount for name, amount in found.items() if abs(amount) > allowed}

    def _refusal(self) -> Held:
        named = "; ".join(
            f"{name}: {self.charged[name]} charged, "
            f"{(self.charged[name] - amount).quantize(_STORED)} on the lines"
            for name, amount in (self._open() or self.left).items()
        )
        return Held(
            f"The tax of the order cannot be shared out over its lines and totals ({named})",
            fix="Look at the totals of the order in the shop. If a tax class was changed after the "
            "order, change it back and release the order; else enter this order by hand.",
            code="order.tax_unexplained",
        )


def _charged(order: Order) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return the tax charged per name of rates in percent, and per key of those in amounts.

    Raises:
        Held: a row of tax has a name that no tax rate of the shop has.
    """
    charged = {rate.name: ZERO for rate in order.tax_rates if rate.kind == "percent"}
    fixed = {rate.name: rate.key for rate in order.tax_rates if rate.kind == "fixed"}
    levies: dict[str, Decimal] = {}
    for row in order.totals:
        if row.code != "tax":
            continue
        if row.title in charged:
            charged[row.title] += row.value
        elif row.title in fixed:
            key = fixed[row.title]
            levies[key] = levies.get(key, ZERO) + row.value
        elif row.value:
            raise Held(
                f"The order has a tax row {row.title!r} of {row.value}, and the shop has no tax "
                "rate of that name",
                fix="Give the tax rate its old name back under System > Localisation > Taxes > Tax "
                "Rates in the shop, then release the order.",
                code="order.tax_rate_missing",
            )
    return charged, levies


def _subsets(rates: Iterable[str], most: int) -> Iterable[Rates]:
    keys = sorted(set(rates))
    for size in range(1, min(len(keys), most) + 1):
        yield from combinations(keys, size)


def _between(part: Decimal, whole: Decimal) -> bool:
    """Tell whether ``part`` lies between 0 and ``whole``, rounding aside."""
    low, high = min(whole, ZERO), max(whole, ZERO)
    return low - _CENT <= part <= high + _CENT


def _whole(row: TotalRow, shares: Sequence[Share]) -> list[Share]:
    """Return ``shares`` rounded to stored decimals so that they sum up to the row's value."""
    rounded = [Share(s.amount.quantize(_STORED), s.rates, s.tax) for s in shares]
    rest = row.value - sum((s.amount for s in rounded), ZERO)
    biggest = max(range(len(rounded)), key=lambda i: abs(rounded[i].amount))
    one = rounded[biggest]
    rounded[biggest] = Share(one.amount + rest, one.rates, one.tax)
    return [s for s in rounded if s.amount] or rounded[:1]


def _solve(
    rows: Sequence[Sequence[Fraction]], values: Sequence[Fraction], unknowns: int
) -> list[Fraction] | None:
    """Solve linear equations by elimination; None where they leave a choice.

    More equations than unknowns are no fault here: the caller checks that all of them fit.
    """
    matrix = [[*row, value] for row, value in zip(rows, values, strict=True)]
    for column in range(unknowns):
        pivot = next((r for r in range(column, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        head = matrix[column]
        for index, row in enumerate(matrix):
            if index != column and row[column]:
                factor = row[column] / head[column]
                matrix[index] = [a - factor * b for a, b in zip(row, head, strict=True)]
    return [matrix[i][unknowns] / matrix[i][i] for i in range(unknowns)]


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
