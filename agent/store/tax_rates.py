"""Tax rates of the shop, and which tax classes have them."""

from __future__ import annotations

from collections.abc import Iterable

from agent.errors import InvalidRecord
from agent.model.record import Record
from agent.model.sales import TaxRate
from agent.store.few import FewReader
from agent.store.records import BadRecord
from agent.store.text import line
from agent.store.view import View, number


class TaxRateReader(FewReader):
    """Reads tax rates; see ``Reader``."""

    def load(self, view: View) -> Iterable[Record | BadRecord]:
        """Return all tax rates."""
        return load_tax_rates(view)

    def label(self, record: Record) -> str:
        """Return the rate's name."""
        assert isinstance(record, TaxRate)  # noqa: S101 - narrows for mypy
        return record.name


def load_tax_rates(view: View) -> list[TaxRate | BadRecord]:
    """Return all tax rates by id; ``country`` where the geo zone covers one country alone."""
    countries = {
        int(zone): line(code).upper()
        for zone, code, how_many in view.query.rows(
            "SELECT z.`geo_zone_id`, MAX(c.`iso_code_2`), COUNT(DISTINCT z.`country_id`)"  # noqa: S608
            f" FROM {view.table('zone_to_geo_zone')} z"
            f" LEFT JOIN {view.table('country')} c ON c.`country_id` = z.`country_id`"
            " GROUP BY z.`geo_zone_id`"
        )
        if how_many == 1
    }
    rows = view.query.rows(
        "SELECT `tax_rate_id`, `name`, `rate`, `type`, `geo_zone_id`"  # noqa: S608
        f" FROM {view.table('tax_rate')} ORDER BY `tax_rate_id`"
    )
    return [
        TaxRate(
            str(key),
            line(name),
            number(rate, "tax rate"),
            "fixed" if kind == "F" else "percent",
            countries.get(zone or 0, ""),
        )
        if line(name)
        else _nameless(key)
        for key, name, rate, kind, zone in rows
    ]


def load_class_rates(view: View) -> dict[str, tuple[str, ...]]:
    """Return tax class to the keys of its rates, in the shop's order of priority."""
    found: dict[str, list[str]] = {}
    for tax_class, rate in view.query.rows(
        "SELECT r.`tax_class_id`, r.`tax_rate_id`"  # noqa: S608
        f" FROM {view.table('tax_rule')} r"
        f" JOIN {view.table('tax_rate')} t ON t.`tax_rate_id` = r.`tax_rate_id`"
        " ORDER BY r.`tax_class_id`, r.`priority`, r.`tax_rate_id`"
    ):
        rates = found.setdefault(str(tax_class), [])
        if str(rate) not in rates:
            rates.append(str(rate))
    return {tax_class: tuple(rates) for tax_class, rates in found.items()}


def _nameless(key: int) -> BadRecord:
    label = f"tax rate {key}"
    error = InvalidRecord(
        "The tax rate has no name",
        fix="Open it in the shop under System > Localisation > Taxes > Tax Rates, enter a name and "
        "save.",
        code="store.name_missing",
        record=label,
    )
    return BadRecord(str(key), label, error)
