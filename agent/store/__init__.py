"""The shop's side: what an OpenCart database holds, as canonical records."""

from agent.store.dialect import Dialect
from agent.store.keys import store_order
from agent.store.outbox import Outbox, OutboxRow
from agent.store.records import BadRecord, Reader, ScanRow
from agent.store.settings import Language
from agent.store.shop import Identity, Shop

__all__ = [
    "BadRecord",
    "Dialect",
    "Identity",
    "Language",
    "Outbox",
    "OutboxRow",
    "Reader",
    "ScanRow",
    "Shop",
    "store_order",
]
