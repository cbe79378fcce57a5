"""What the shop has sold and a connection's ERP is still to be told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent.model.entity import Direction, Entity
from agent.model.stock import Pending
from agent.services.connection_records import ConnectionInfo
from agent.services.followed import followed
from agent.services.order_cursor import following_since
from agent.services.whole_runs import OPEN, has_whole_run
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.rules import parse_rules

if TYPE_CHECKING:
    from agent.services.container import Services

_SETTLED = frozenset({"confirmed", "cancelled"})
"""States of an order in the ERP whose stock the ERP counts by itself."""
_LONGEST = timedelta(days=90)
"""How long an order counts that came after the look-back and that the ERP never confirmed."""


def unseen_sales(services: Services, info: ConnectionInfo) -> Pending:
    """Return the pieces of orders that go to the ERP and that it has not confirmed.

    That is nothing where orders do not go to this ERP. Orders before the look-back and the cut-off
    never go; those that were placed since orders are followed do, whatever the look-back.
    """
    following = following_since(services, info.id)
    if not _go(services, info, following):
        return {}
    notes = OrderNotes(services.database, info.id, services.clock)
    mappings = MappingRepository(services.database, info.id, services.clock)
    now = services.clock()
    also_from = None if following is None else max(following, now - _LONGEST)

    def settled(keys: Sequence[str]) -> set[str]:
        known = {key for key, note in notes.many(keys).items() if note.state in _SETTLED}
        heads = mappings.heads(Entity.ORDERS, keys)
        return known | {key for key, head in heads.items() if head.state is MapState.EXCLUDED}

    begin = parse_rules(info.settings).begin(now, also_from)
    return services.shop.orders.pending_items(settled, begin)


def _go(services: Services, info: ConnectionInfo, following: datetime | None) -> bool:
    """Tell whether orders go to this ERP, be it that their first whole run is still under way."""
    if Entity.ORDERS in followed(services.settings, info.id):
        return True
    return following is not None and has_whole_run(
        services, info.id, Entity.ORDERS, Direction.TO_ERP, OPEN
    )
