"""The shop's side: what an OpenCart database holds, as canonical records."""

from agent.store.custom_fields import CustomField
from agent.store.dialect import Dialect
from agent.store.keys import store_order
from agent.store.order_feed import DayOfOrders, FeedCursor, FeedPage, OrderFeed
from agent.store.outbox import Outbox, OutboxRow
from agent.store.records import BadRecord, Reader, ScanRow
from agent.store.settings import Language
from agent.store.shop import Identity, Shop

__all__ = [
    "BadRecord",
    "CustomField",
    "DayOfOrders",
    "Dialect",
    "FeedCursor",
    "FeedPage",
    "Identity",
    "Language",
    "OrderFeed",
    "Outbox",
    "OutboxRow",
    "Reader",
    "ScanRow",
    "Shop",
    "store_order",
]
