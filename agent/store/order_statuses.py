"""Order statuses of the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from agent.errors import InvalidRecord
from agent.model.record import Record
from agent.model.sales import OrderStatus
from agent.store.few import FewReader
from agent.store.records import BadRecord
from agent.store.settings import read_settings
from agent.store.sql import Ids
from agent.store.text import first
from agent.store.view import View


class OrderStatusReader(FewReader):
    """Reads order statuses; see ``Reader``.

    Their role comes from the settings ``config_complete_status`` and ``config_processing_status``;
    a status in both is complete, as the shop counts it as sold then.
    """

    def load(self, view: View) -> Iterable[Record | BadRecord]:
        """Return all order statuses."""
        settings = read_settings(view.query)
        rows = view.query.rows(
            f"SELECT DISTINCT `order_status_id` FROM {view.table('order_status')}"  # noqa: S608
        )
        ids = Ids.of(int(row[0]) for row in rows)
        names = view.texts("order_status", "order_status_id", ids, ("name",))
        for status in ids:
            name = names.get(status, {}).get("name", {})
            if name:
                text = {code: name[code] for code in view.codes if code in name}
                yield OrderStatus(str(status), text, role_of(settings, status))
            else:
                yield _nameless(status)

    def label(self, record: Record) -> str:
        """Return the status's name in the shop's default language, else in any."""
        assert isinstance(record, OrderStatus)  # noqa: S101 - narrows for mypy
        return first(record.name, ())


def role_of(settings: Mapping[str, Any], status: int) -> Literal["processing", "complete", "other"]:
    """Return what the shop's settings say about a status."""
    if str(status) in _listed(settings.get("config_complete_status")):
        return "complete"
    if str(status) in _listed(settings.get("config_processing_status")):
        return "processing"
    return "other"


def taking_stock(settings: Mapping[str, Any]) -> set[int]:
    """Return the statuses in which OpenCart has taken an order's pieces off the stock."""
    listed = _listed(settings.get("config_complete_status"))
    listed |= _listed(settings.get("config_processing_status"))
    return {int(status) for status in listed if status.isascii() and status.isdigit()}


def _listed(value: object) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list) else set()


def _nameless(status: int) -> BadRecord:
    label = f"order status {status}"
    error = InvalidRecord(
        "The order status has no name in any language of the shop",
        fix="Open it in the shop under System > Localisation > Order Statuses, enter a name and "
        "save.",
        code="store.name_missing",
        record=label,
    )
    return BadRecord(str(status), label, error)
