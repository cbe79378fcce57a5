"""Random orders with totals as OpenCart's own total modules compute them.

The rules are those of a running shop: tax per piece from the tax class, a coupon that lowers each
product's tax in proportion, tax on shipping and handling by their class, gift vouchers and store
credit after tax. Amounts are kept to four decimals, as the shop stores them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from agent.model.sales import (
    Address,
    Carrier,
    Order,
    OrderLine,
    PaymentMethod,
    TaxRate,
    TotalRow,
    address_key,
)

STORED = Decimal("0.0001")
RATES = (
    TaxRate("1", "VAT 20%", Decimal(20)),
    TaxRate("2", "VAT 5%", Decimal(5)),
    TaxRate("3", "GST 5%", Decimal(5)),
    TaxRate("4", "PST 9.975%", Decimal("9.975")),
    TaxRate("5", "Eco tax", Decimal(2), "fixed"),
)
CLASSES = {"10": ("1",), "11": ("2",), "12": ("3", "4"), "13": ("1", "5"), "14": ()}


def stored(value: Decimal) -> Decimal:
    return value.quantize(STORED, ROUND_HALF_UP)


def taxes_on(amount: Decimal, tax_class: str | None) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for key in CLASSES.get(tax_class or "", ()):
        rate = next(r for r in RATES if r.key == key)
        found[key] = rate.rate if rate.kind == "fixed" else amount * rate.rate / 100
    return found


@dataclass
class Cart:
    """What a shopper puts together; ``order`` is what the shop makes of it."""

    goods: list[tuple[Decimal, int, str]]
    """(net price, quantity, tax class)."""
    shipping: tuple[Decimal, str] | None = None
    coupon_percent: Decimal = Decimal(0)
    coupon_fixed: Decimal = Decimal(0)
    coupon_only: frozenset[int] = frozenset()
    """Goods that a coupon is limited to, by position; empty: all."""
    free_shipping: bool = False
    handling: tuple[Decimal, str] | None = None
    voucher: Decimal = Decimal(0)
    rate: Decimal = Decimal(1)
    currency: str = "EUR"
    decimals: int = 2
    rows: list[TotalRow] = field(default_factory=list)

    def order(self) -> Order:
        taxes: dict[str, Decimal] = {}
        lines: list[OrderLine] = []
        for n, (price, quantity, tax_class) in enumerate(self.goods, 1):
            of_piece = taxes_on(price, tax_class)
            for key, amount in of_piece.items():
                taxes[key] = taxes.get(key, Decimal(0)) + amount * quantity
            lines.append(
                OrderLine(
                    key=str(n),
                    name=f"Product {n}",
                    quantity=Decimal(quantity),
                    price=price,
                    tax=stored(sum(of_piece.values(), Decimal(0))),
                    total=stored(price * quantity),
                    product=str(100 + n),
                    tax_class=tax_class,
                )
            )
        rows = [("sub_total", "Sub-Total", sum((x.total for x in lines), Decimal(0)))]
        row_classes: dict[str, str] = {}
        if self.shipping is not None:
            cost, tax_class = self.shipping
            rows.append(("shipping", "Flat rate", cost))
            row_classes["shipping"] = tax_class
            self._add(taxes, taxes_on(cost, tax_class))
        rows += self._coupon(taxes)
        if self.handling is not None:
            fee, tax_class = self.handling
            rows.append(("handling", "Handling", fee))
            row_classes["handling"] = tax_class
            self._add(taxes, taxes_on(fee, tax_class))
        for rate in RATES:
            if taxes.get(rate.key, Decimal(0)) > 0:
                rows.append(("tax", rate.name, taxes[rate.key]))
        whole = sum((value for code, _, value in rows if code != "sub_total"), Decimal(0))
        whole += rows[0][2]
        if self.voucher:
            used = min(self.voucher, whole)
            rows.append(("voucher", "Gift voucher", -used))
            whole -= used
        rows.append(("total", "Total", max(whole, Decimal(0))))
        address = Address(
            address_key("7", {"line1": "Street 1"}), "7", "Ann", "Lee", line1="Street 1"
        )
        return Order(
            key="1",
            date=datetime(2026, 5, 1, tzinfo=UTC),
            status="2",
            history=1,
            store=0,
            store_name="Shop",
            customer="7",
            email="ann@example.com",
            first_name="Ann",
            last_name="Lee",
            phone="",
            group="1",
            language="en-gb",
            currency=self.currency,
            rate=self.rate,
            decimals=self.decimals,
            total=stored(rows[-1][2]),
            lines=tuple(lines),
            totals=tuple(
                TotalRow(str(n), code, title, stored(value))
                for n, (code, title, value) in enumerate(rows, 1)
            ),
            payment=PaymentMethod("cod", "Cash"),
            shipping=Carrier("flat", "Flat rate"),
            payment_address=address,
            shipping_address=address,
            tax_rates=RATES,
            class_rates=CLASSES,
            row_classes=row_classes,
        )

    def _add(self, taxes: dict[str, Decimal], more: dict[str, Decimal]) -> None:
        for key, amount in more.items():
            taxes[key] = taxes.get(key, Decimal(0)) + amount

    def _coupon(self, taxes: dict[str, Decimal]) -> list[tuple[str, str, Decimal]]:
        if not self.coupon_percent and not self.coupon_fixed:
            return []
        chosen = [
            (price * quantity, tax_class)
            for n, (price, quantity, tax_class) in enumerate(self.goods)
            if not self.coupon_only or n in self.coupon_only
        ]
        base = sum((amount for amount, _ in chosen), Decimal(0))
        if base <= 0:
            return []
        fixed = min(self.coupon_fixed, base)
        whole = Decimal(0)
        for amount, tax_class in chosen:
            off = fixed * amount / base if fixed else amount * self.coupon_percent / 100
            whole += off
            for key, tax in taxes_on(off, tax_class).items():
                if next(r for r in RATES if r.key == key).kind == "percent":
                    taxes[key] -= tax
        if self.free_shipping and self.shipping is not None:
            cost, tax_class = self.shipping
            whole += cost
            for key, tax in taxes_on(cost, tax_class).items():
                if next(r for r in RATES if r.key == key).kind == "percent":
                    taxes[key] -= tax
        return [("coupon", "Coupon (SAVE)", -whole)]


def money(low: str, high: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False)


def carts(classes: tuple[str, ...] = ("10", "11", "12", "14")) -> st.SearchStrategy[Cart]:
    chosen = st.sampled_from(classes)
    goods = st.lists(
        st.tuples(money("0.01", "900", 4), st.integers(1, 12), chosen), min_size=1, max_size=6
    )
    return st.builds(
        Cart,
        goods=goods,
        shipping=st.none() | st.tuples(money("0", "40"), chosen),
        coupon_percent=st.sampled_from([Decimal(0), Decimal(10), Decimal("12.5"), Decimal(100)]),
        coupon_fixed=st.sampled_from([Decimal(0), Decimal(0), Decimal("7.50")]),
        handling=st.none() | st.tuples(money("0", "15"), chosen),
        voucher=st.sampled_from([Decimal(0), Decimal(25)]),
        rate=st.sampled_from([Decimal(1), Decimal("1.23456789"), Decimal("0.87")]),
    )
