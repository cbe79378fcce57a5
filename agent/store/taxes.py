"""Tax classes of the shop with the percentages that apply where the shop is.

OpenCart finds a rate by the geo zone of an address and the customer's group. An ERP's tax has one
percentage, so a class is read as the shop applies it to a customer of its default group in its own
country and zone (settings ``config_country_id``, ``config_zone_id``, ``config_customer_group_id``),
whichever address a rule is based on. A rate in several rules of a class counts once.
"""

from __future__ import annotations

from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.catalogue import TaxClass
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.numbered import NumberedReader
from agent.store.records import BadRecord, ScanRow
from agent.store.settings import read_settings
from agent.store.sql import Ids
from agent.store.text import line
from agent.store.view import View, number, whole


class TaxReader(NumberedReader):
    """Reads tax classes; see ``Reader``. Their digest is the record's own fingerprint."""

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next tax classes after id ``after``."""
        condition = f"`tax_class_id` > {after} ORDER BY `tax_class_id` LIMIT {limit}"
        return [_row(record) for record in _load(view, condition)]

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given tax classes that exist."""
        return [_row(record) for record in self.records(view, ids)]

    def total(self, view: View) -> int:
        """Return how many tax classes there are."""
        return int(view.query.value(f"SELECT COUNT(*) FROM {view.table('tax_class')}"))  # noqa: S608

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given tax classes that exist."""
        wanted = {str(key) for key in ids}
        found = _load(view, f"{ids.where('`tax_class_id`')} ORDER BY `tax_class_id`")
        return [record for record in found if record.key in wanted]


def _row(record: Record | BadRecord) -> ScanRow:
    if isinstance(record, TaxClass):
        return ScanRow(record.key, fingerprint(to_plain(record)), record.name[:255])
    assert isinstance(record, BadRecord)  # noqa: S101 - narrows for mypy
    return ScanRow(record.key, fingerprint(str(record.error)), record.label)


def _load(view: View, condition: str) -> list[TaxClass | BadRecord]:
    classes = view.query.rows(
        f"SELECT `tax_class_id`, `title` FROM {view.table('tax_class')} WHERE {condition}"  # noqa: S608
    )
    settings = read_settings(view.query)
    rates = view.query.rows(
        "SELECT r.`tax_class_id`, t.`tax_rate_id`, t.`name`, t.`rate`, t.`type`,"  # noqa: S608
        " MIN(r.`priority`)"
        f" FROM {view.table('tax_rule')} r"
        f" JOIN {view.table('tax_rate')} t ON t.`tax_rate_id` = r.`tax_rate_id`"
        f" JOIN {view.table('tax_rate_to_customer_group')} g ON"
        " g.`tax_rate_id` = t.`tax_rate_id` AND g.`customer_group_id` = %s"
        f" JOIN {view.table('zone_to_geo_zone')} z ON z.`geo_zone_id` = t.`geo_zone_id`"
        " AND z.`country_id` = %s AND (z.`zone_id` = 0 OR z.`zone_id` = %s)"
        " GROUP BY r.`tax_class_id`, t.`tax_rate_id`, t.`name`, t.`rate`, t.`type`"
        " ORDER BY MIN(r.`priority`), t.`tax_rate_id`",
        (
            _setting(settings.get("config_customer_group_id")),
            _setting(settings.get("config_country_id")),
            _setting(settings.get("config_zone_id")),
        ),
    )
    percentages: dict[int, list[tuple[str, Decimal]]] = {}
    fixed: set[int] = set()
    for tax_class, _rate_id, name, rate, kind, _priority in rates:
        if kind == "P":
            percentages.setdefault(tax_class, []).append((line(name), number(rate, "tax rate")))
        else:
            fixed.add(tax_class)
    return [
        _build(key, line(title), tuple(percentages.get(key, ())), fixed=key in fixed)
        for key, title in classes
    ]


def _build(
    key: int, name: str, rates: tuple[tuple[str, Decimal], ...], *, fixed: bool
) -> TaxClass | BadRecord:
    if not name:
        error = InvalidRecord(
            "The tax class has no title",
            fix="Open it in the shop under System > Localisation > Taxes > Tax Classes, enter a "
            "title and save.",
            code="store.name_missing",
            record=f"tax class {key}",
        )
        return BadRecord(str(key), f"tax class {key}", error)
    return TaxClass(str(key), name, rates, fixed)


def _setting(value: object) -> int:
    text = str(value or "").strip()
    return whole(text) if text.isdigit() else 0
