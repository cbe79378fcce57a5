"""What a person should know of a record that goes over all the same."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import BridgeError, InvalidRecord
from agent.model.catalogue import Product
from agent.sync.context import SyncContext
from agent.sync.work import Work


def note_codes(ctx: SyncContext, works: Sequence[Work]) -> None:
    """Note products without a SKU and those whose SKU others have, too. Nothing is guessed."""
    products = [(w, w.record) for w in works if isinstance(w.record, Product)]
    if not products:
        return
    shared = ctx.shared_skus(record.sku for _, record in products)
    for work, record in products:
        if not record.sku:
            work.notes.append(_no_sku())
        elif record.sku in shared:
            work.notes.append(_shared(record.sku, shared[record.sku], work.key))


def _no_sku() -> BridgeError:
    return InvalidRecord(
        "It has no SKU, so it can only be recognized by its barcode or name",
        fix="Enter a SKU in the shop under Catalog > Products, or map the product by hand.",
        code="record.sku_missing",
    )


def _shared(sku: str, products: Sequence[str], own: str) -> BridgeError:
    others = [key for key in products if key != own]
    named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    return InvalidRecord(
        f"Its SKU {sku} is also that of product {named}",
        fix="Give each product a SKU of its own in the shop; until then nothing is matched by it.",
        code="record.sku_shared",
    )
