"""What a connection's settings say about orders and customers, checked and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from agent.errors import ConfigError

GuestPolicy = Literal["own", "default", "hold"]
MissingProduct = Literal["create", "placeholder", "hold"]


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Checked settings for orders; see ``agent.services.order_settings`` for the form."""

    since: date | None = None
    """No order before this day is carried over (cut-off)."""
    backfill_days: int = 90
    """How far back the first run looks."""
    statuses: frozenset[str] = frozenset()
    """Statuses that send an order; empty: the shop's processing and complete statuses."""
    statuses_by_payment: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Payment method to the statuses that send its orders."""
    delay: timedelta = timedelta(0)
    """How long after it was placed an order is sent at the earliest."""
    guests: GuestPolicy = "own"
    guest_customer: str = ""
    """ERP id of the customer of all guests where ``guests`` is ``default``."""
    vat_field: str = ""
    """Id of the shop's custom field with the VAT number."""
    missing_product: MissingProduct = "create"
    rounding_limit: Decimal = Decimal("0.05")
    deposits: Mapping[str, Decimal] = field(default_factory=dict)
    """Payment method to the percentage that is paid as a down payment."""
    credit_notes: bool = False
    by_store: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Store id to what differs there: team, salesperson, warehouse (ERP ids)."""

    def begin(self, now: datetime, also_from: datetime | None = None) -> datetime:
        """Return since when orders count: the look-back, or the cut-off where that is later.

        Orders since ``also_from`` count, too, where that is before the look-back.
        """
        begin = now - timedelta(days=self.backfill_days)
        if also_from is not None:
            begin = min(begin, also_from)
        if self.since is not None:
            begin = max(begin, datetime.combine(self.since, datetime.min.time(), UTC))
        return begin

    def sends(self, status: str, payment: str | None, defaults: frozenset[str]) -> bool:
        """Tell whether an order of this status and payment method is to be carried over."""
        of_method = self.statuses_by_payment.get(payment or "")
        return status in (of_method if of_method is not None else self.statuses or defaults)


def parse_rules(values: Mapping[str, object]) -> OrderRules:
    """Return the rules of a connection's settings; absent ones take their defaults.

    Raises:
        ConfigError: a value cannot be used; names the setting.
    """
    text = {name: str(value).strip() for name, value in values.items() if value is not None}
    guests = text.get("guests", "") or "own"
    missing = text.get("missing_product", "") or "create"
    if guests not in {"own", "default", "hold"}:
        raise _wrong("guests", "Use one of: own, default, hold.")
    if missing not in {"create", "placeholder", "hold"}:
        raise _wrong("missing_product", "Use one of: create, placeholder, hold.")
    customer = text.get("guest_customer", "")
    if guests == "default" and not customer:
        raise _wrong("guest_customer", "Give the number of the customer that all guests are.")
    return OrderRules(
        since=_day(text.get("orders_since", "")),
        backfill_days=int(_number("orders_backfill", text.get("orders_backfill", ""), "90", 3650)),
        statuses=_statuses("orders_statuses", text.get("orders_statuses", "")),
        statuses_by_payment={
            method: _statuses("orders_statuses_by_payment", listed.replace("+", ","))
            for method, listed in _pairs(
                "orders_statuses_by_payment", text.get("orders_statuses_by_payment", "")
            ).items()
        },
        delay=timedelta(
            minutes=float(_number("orders_delay", text.get("orders_delay", ""), "0", 43200))
        ),
        guests=guests,  # type: ignore[arg-type]
        guest_customer=customer,
        vat_field=text.get("vat_field", ""),
        missing_product=missing,  # type: ignore[arg-type]
        rounding_limit=_number("rounding_limit", text.get("rounding_limit", ""), "0.05", 100),
        deposits={
            method: _number("deposits", percent.rstrip("% "), "0", 100)
            for method, percent in _pairs("deposits", text.get("deposits", "")).items()
        },
        credit_notes=text.get("credit_notes", "0").lower() in {"1", "true", "yes", "on"},
        by_store=_by_store(text.get("by_store", "")),
    )


def _wrong(name: str, fix: str) -> ConfigError:
    return ConfigError(f"The setting {name} cannot be used", fix=fix, code="config.setting")


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _wrong("orders_since", "Give a day as 2026-01-31.") from None


def _number(name: str, value: str, default: str, most: int) -> Decimal:
    try:
        number = Decimal(value or default)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= most:
        raise _wrong(name, f"Give a number from 0 to {most}.")
    return number


def _statuses(name: str, value: str) -> frozenset[str]:
    parts = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
    if any(not part.isdigit() for part in parts):
        raise _wrong(name, "Give numbers of order statuses, e.g. 1,2,5.")
    return frozenset(parts)


def _pairs(name: str, value: str) -> dict[str, str]:
    """Return ``a=1; b=2`` as a mapping."""
    pairs: dict[str, str] = {}
    for part in value.split(";"):
        if not part.strip():
            continue
        key, sign, given = part.partition("=")
        if not sign or not key.strip() or not given.strip():
            raise _wrong(name, "Give pairs with a semicolon between, e.g. cod=1; bank_transfer=2.")
        pairs[key.strip()] = given.strip()
    return pairs


def _by_store(value: str) -> dict[str, dict[str, str]]:
    """Return ``0: team=1, warehouse=2; 1: team=3`` as mappings by store."""
    stores: dict[str, dict[str, str]] = {}
    for part in value.split(";"):
        if not part.strip():
            continue
        store, sign, given = part.partition(":")
        settings = _pairs("by_store", given.replace(",", ";"))
        unknown = settings.keys() - {"team", "salesperson", "warehouse"}
        if not sign or not store.strip().isdigit() or unknown or not settings:
            raise _wrong("by_store", "Give e.g. 0: team=1, warehouse=2; 1: team=3.")
        stores[store.strip()] = settings
    return stores
