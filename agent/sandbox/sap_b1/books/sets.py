"""Which set does what with a body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.sandbox.sap_b1.company import Logic

from . import items, partners, payments, prices
from .documents.book import Documents, Drafts
from .documents.kinds import KINDS
from .masters import MASTERS
from .userfields import UserFields, UserRows, UserTables
from .values import NO, YES

_SETS: dict[str, Logic] = {
    **MASTERS,
    "Items": items.Items("Items", "OITM", "ItemCode", defaults=items.DEFAULTS),
    "BarCodes": items.BarCodes("BarCodes", "OBCD", "AbsEntry"),
    "ItemImages": items.ItemImages("ItemImages", "OITM", "ItemCode"),
    "Warehouses": items.Warehouses(
        *("Warehouses", "OWHS", "WarehouseCode"),
        defaults={"Inactive": NO, "EnableBinLocations": NO, "DropShip": NO, "Nettable": YES},
        required=("WarehouseName",),
    ),
    "PriceLists": prices.PriceLists(
        *("PriceLists", "OPLN", "PriceListNo"),
        numbered=True,
        defaults={"IsGrossPrice": NO, "Active": YES, "RoundingMethod": "borm_NoRounding"},
        unique=("PriceListName",),
        required=("PriceListName",),
    ),
    "SpecialPrices": prices.SpecialPrices("SpecialPrices", "OSPP", "ItemCode"),
    "BusinessPartners": partners.BusinessPartners(
        "BusinessPartners", "OCRD", "CardCode", defaults=partners.DEFAULTS
    ),
    "UserFieldsMD": UserFields(),
    "UserTablesMD": UserTables(),
    "Drafts": Drafts(),
    "IncomingPayments": payments.IncomingPayments(),
    **{name: Documents(kind) for name, kind in KINDS.items()},
}


class Sets(Mapping[str, Logic]):
    """What can be written: the sets above, and ``U_<table>`` for every user table."""

    def __getitem__(self, name: str) -> Logic:
        """Return what a set does.

        Raises:
            KeyError: it cannot be written.
        """
        if name.startswith("U_"):
            return UserRows(name)
        return _SETS[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the sets every company has."""
        return iter(_SETS)

    def __len__(self) -> int:
        """Return how many sets every company has."""
        return len(_SETS)
