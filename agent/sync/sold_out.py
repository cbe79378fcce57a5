"""Products that the bridge itself has disabled in the shop, because they are sold out.

That is the stock's doing and nobody's wish: for everything else such a product is enabled, as it
was before. What was disabled is remembered with the product's stock, until it is enabled again or
somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.plain import fingerprint
from agent.model.record import Record
from agent.store.records import BadRecord, Reader
from agent.sync.mapping import Entry, MappingRepository
from agent.sync.sales.sources import InHand

_MARK = "disabled_by_bridge"


def sold_out(mappings: MappingRepository, products: Iterable[str]) -> set[str]:
    """Return those of the products that the bridge has disabled."""
    keys = list(products)
    found = mappings.snapshots(Entity.STOCK, keys) if keys else {}
    return {key for key, plain in found.items() if plain.get(_MARK)}


def marked(entry: Entry) -> Entry:
    """Return a row of a product's stock that also says that the bridge has disabled it."""
    snapshot = {**(entry.snapshot or {}), _MARK: True}
    return replace(entry, snapshot=snapshot, erp_fingerprint=fingerprint(snapshot))


def decided(mappings: MappingRepository, products: Iterable[str]) -> None:
    """Note that somebody decided whether these products are enabled."""
    for key in sold_out(mappings, products):
        mappings.drop_snapshot(Entity.STOCK, key)


class AsMeant(InHand):
    """Products as people mean them: what is disabled only while it is sold out is enabled."""

    def __init__(self, inner: Reader, mappings: MappingRepository) -> None:
        super().__init__((), inner)
        self._mappings = mappings

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the products with these keys in scan order."""
        records = super().read(keys)
        off = [r.key for r in records if isinstance(r, Product) and not r.active]
        out = sold_out(self._mappings, off)
        return [
            replace(r, active=True) if isinstance(r, Product) and r.key in out else r
            for r in records
        ]
