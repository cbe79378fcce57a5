"""What a company is like: version, localisation, currency, decimals, what is prepared.

Asked once and kept for a while: set-up changes seldom.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from agent.erp.sap_b1 import own
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.faults import not_prepared
from agent.errors import Refused

KEEP_SECONDS = 600
_T = TypeVar("_T")
_SALES_TAX_COUNTRIES = frozenset(
    {"AR", "BO", "BR", "CA", "CL", "CO", "CR", "DO", "EC", "GT", "HN"}
    | {"IN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "US", "UY", "VE"}
)
"""Countries whose localisation has sales tax codes, for companies that have both kinds."""


class Facts:
    """Facts of one company, read on first use. ``forget()`` reads them anew."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: dict[object, Any] = {}
        self._since = time.monotonic()

    def keep(self, name: object, make: Callable[[], _T]) -> _T:
        """Return what was kept under ``name``, made where it was not."""
        if name not in self._kept:
            self._kept[name] = make()
        found: _T = self._kept[name]
        return found

    def enter(self) -> None:
        """Begin a piece of work: facts that are too old are forgotten."""
        if time.monotonic() - self._since > KEEP_SECONDS:
            self.forget()

    def forget(self) -> None:
        """Read everything anew at its next use."""
        self._kept.clear()
        for name in ("_admin", "vat", "missing"):
            self.__dict__.pop(name, None)
        self._since = time.monotonic()

    @property
    def version(self) -> str:
        """The server's version as the login tells it, ``1000340``."""
        return self._client.version

    @property
    def currency(self) -> str:
        """Code of the company's local currency, empty where it cannot be known."""
        return str(self._admin.get("LocalCurrency") or "")

    @property
    def direct_rates(self) -> bool:
        """Whether exchange rates say what a unit of the other currency costs, not the reverse."""
        return self._admin.get("DirectIndirectRate") != "tNO"

    @property
    def country(self) -> str:
        """Code of the company's country, empty where it is not told."""
        return str(self._admin.get("Country") or "")

    @property
    def decimals(self) -> int:
        """Decimal places of amounts."""
        return self._places("TotalsAccuracy", 2)

    @property
    def price_decimals(self) -> int:
        """Decimal places of prices."""
        return self._places("PriceAccuracy", self.decimals)

    @property
    def quantity_decimals(self) -> int:
        """Decimal places of quantities."""
        return self._places("AccuracyofQuantities", 3)

    @cached_property
    def vat(self) -> bool:
        """Whether lines carry a ``VatGroup``; else they carry a ``TaxCode`` (sales tax).

        Both sets are in every metadata; what a company does not use is empty, or refused.
        """
        if not self._has("SalesTaxCodes"):
            return True
        return self._has("VatGroups") and self.country not in _SALES_TAX_COUNTRIES

    @cached_property
    def missing(self) -> tuple[own.OwnTable | own.OwnField, ...]:
        """What of the bridge's own tables and fields is not in the company."""
        return tuple(own.missing(self._client))

    def require_prepared(self) -> None:
        """Make sure that the bridge's own tables and fields are there.

        Raises:
            ConfigError: they are not: ``sap_b1.not_prepared``.
        """
        if self.missing:
            self.__dict__.pop("missing")  # somebody may have prepared it just now
        if self.missing:
            raise not_prepared(own.words(self.missing))

    @cached_property
    def _admin(self) -> Mapping[str, Any]:
        return self._client.service("CompanyService_GetAdminInfo", reads=True) or {}

    def _places(self, name: str, default: int) -> int:
        value = self._admin.get(name)
        return default if value is None else int(value)

    def _has(self, entity_set: str) -> bool:
        try:
            return next(self._client.rows(entity_set, "", ("Code",), limit=1), None) is not None
        except Refused:
            return False
