"""Makes an Odoo ready for the orders of the sample shop, and links what both sides have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.bench.shadow import BareOdoo
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.services.container import Services
from agent.sync.context import external_id
from agent.sync.mapping import Entry, MappingRepository, MapState

_TAXES: Mapping[str, float] = {"81": 19.0, "82": 7.0}
"""The sample shop's tax rates that orders have, in percent."""
_RATES: Mapping[str, float] = {"EUR": 1.0, "CHF": 0.95}
"""Its currencies, in units per unit of Odoo's own currency."""
_METHODS = ("cod", "bank_transfer", "free_checkout")
_STATUSES: Mapping[str, str] = {
    "1": "quotation",
    "2": "confirm",
    "3": "confirm",
    "5": "confirm+invoice+pay",
    "7": "cancel",
    "11": "none",
}
_ARCHIVED_TOO: dict[str, Any] = {"active_test": False}


@dataclass(frozen=True, slots=True)
class Counterparts:
    """Ids in Odoo of what orders refer to, by the shop's keys."""

    taxes: Mapping[str, int]
    currencies: Mapping[str, int]
    journal: int


def prepare_odoo(odoo: BareOdoo) -> Counterparts:
    """Make the taxes and activate the currencies that the sample shop's orders need.

    Raises:
        ConfigError: the database has no bank journal, so it cannot take payments.
    """
    journals = odoo.call("account.journal", "search", [["type", "=", "bank"]], limit=1)
    if not journals:
        raise ConfigError(
            "The database has no bank journal",
            fix="Install Odoo's Invoicing app with a chart of accounts in it.",
            code="bench.journal",
        )
    return Counterparts(
        {key: _tax(odoo, percent) for key, percent in _TAXES.items()},
        {name: _currency(odoo, name, rate) for name, rate in _RATES.items()},
        int(journals[0]),
    )


def _tax(odoo: BareOdoo, percent: float) -> int:
    values = {"name": f"VAT {percent:g}%", "amount": percent, "amount_type": "percent"}
    return int(odoo.call("account.tax", "create", {**values, "type_tax_use": "sale"}))


def _currency(odoo: BareOdoo, name: str, rate: float) -> int:
    (number,) = odoo.call(
        "res.currency", "search", [["name", "=", name]], context=_ARCHIVED_TOO, limit=1
    )
    odoo.call("res.currency", "write", [number], {"active": True})
    day = {"name": "2020-01-01", "currency_id": number, "rate": rate}
    odoo.call("res.currency.rate", "create", day)
    return int(number)


def link_counterparts(
    services: Services,
    connection_id: int,
    found: Counterparts,
    statuses: Mapping[str, str] = _STATUSES,
) -> None:
    """Link taxes, currencies and payment methods, and say what is to be done at each status.

    Args:
        services: the agent's parts.
        connection_id: whose mappings.
        found: what the shop's records are in Odoo.
        statuses: the shop's status to the action, see :data:`agent.erp.sales.ACTIONS`.
    """
    for entity, refs in (
        (Entity.TAX_RATES, found.taxes),
        (Entity.CURRENCIES, found.currencies),
        (Entity.PAYMENT_METHODS, dict.fromkeys(_METHODS, found.journal)),
        (Entity.ORDER_STATUS, statuses),
    ):
        link(services, connection_id, entity, {key: str(ref) for key, ref in refs.items()})


def link(services: Services, connection_id: int, entity: Entity, refs: Mapping[str, str]) -> None:
    """Link records of the shop to ids of the ERP, as a person does by hand."""
    mappings = MappingRepository(services.database, connection_id, services.clock)
    reader = services.shop.reader(entity)
    entries = [
        Entry(
            key,
            reader.store_order(key),
            key,
            external_id(services.instance, entity, key),
            MapState.LINKED,
            erp_id=ref,
            origin="manual",
        )
        for key, ref in refs.items()
    ]
    mappings.save(entity, entries)
