"""What the orders of a batch need to know about the shop as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.model.sales import TaxRate
from agent.store.clock import Clock
from agent.store.currencies import load_decimals
from agent.store.custom_fields import CustomFields
from agent.store.methods import OrderMethod
from agent.store.order_rows import OrderRows
from agent.store.places import Places
from agent.store.settings import decoded, language_codes
from agent.store.tax_rates import load_class_rates, load_tax_rates
from agent.store.view import View

_SETTINGS = (
    "`key` LIKE 'shipping\\_%\\_tax\\_class\\_id' OR `key` LIKE 'total\\_%\\_tax\\_class\\_id'"
    " OR `key` LIKE '%klarna\\_fee'"
)


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """Read once per batch."""

    clock: Clock
    places: Places
    fields: CustomFields
    languages: Mapping[int, str]
    decimals: Mapping[str, int]
    rates: tuple[TaxRate, ...]
    class_rates: Mapping[str, tuple[str, ...]]
    tax_settings: Mapping[int, Mapping[str, Any]]
    """By store."""
    iso3: Mapping[int, str]
    """Country id to ISO 3166-1 alpha-3 code, as the settings of the Klarna fee name countries."""

    @classmethod
    def load(cls, view: View, clock: Clock, rows: OrderRows) -> ShopFacts:
        """Read the shop's settings, taxes, currencies, and the places of these orders."""
        addresses = [a for row in rows.orders for a in (row.payment_address, row.shipping_address)]
        settings: dict[int, dict[str, Any]] = {}
        for store, key, value, serialized in view.query.rows(
            f"SELECT `store_id`, `key`, `value`, `serialized` FROM {view.table('setting')}"  # noqa: S608
            f" WHERE {_SETTINGS}"
        ):
            settings.setdefault(int(store or 0), {})[key] = decoded(value, serialized)
        iso3 = view.query.rows(f"SELECT `country_id`, `iso_code_3` FROM {view.table('country')}")  # noqa: S608
        return cls(
            clock,
            Places.load(view, addresses),
            CustomFields.load(view),
            language_codes(view.query),
            load_decimals(view),
            tuple(rate for rate in load_tax_rates(view) if isinstance(rate, TaxRate)),
            load_class_rates(view),
            settings,
            {int(key): str(code or "") for key, code in iso3},
        )

    def row_class(
        self, code: str, store: int, shipping: OrderMethod | None, country: int | None
    ) -> str | None:
        """Return the tax class of a row of totals, None where no setting tells.

        Args:
            code: the row's code, e.g. ``shipping``.
            store: the order's store; what it does not set is as in the default store.
            shipping: the order's shipping method.
            country: the country of the payment address: the Klarna fee differs by country.
        """
        if code == "shipping":
            if shipping is None:
                return None
            return shipping.tax_class or _class(
                self._setting(store, f"shipping_{shipping.key}_tax_class_id")
            )
        found = _class(self._setting(store, f"total_{code}_tax_class_id"))
        if found is None and code == "klarna_fee":
            fees = self._setting(store, "total_klarna_fee") or self._setting(store, "klarna_fee")
            fee = fees.get(self.iso3.get(country or 0, "")) if isinstance(fees, dict) else None
            found = _class(fee.get("tax_class_id")) if isinstance(fee, dict) else None
        return found

    def _setting(self, store: int, key: str) -> Any:
        own = self.tax_settings.get(store, {})
        return own[key] if key in own else self.tax_settings.get(0, {}).get(key)


def _class(value: object) -> str | None:
    text = str(value if value is not None else "").strip()
    return str(int(text)) if text.isdigit() and int(text) else None
