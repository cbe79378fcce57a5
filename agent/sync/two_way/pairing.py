"""Reads records from the ERP and finds the shop's keys in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from agent.erp.port import variant_key
from agent.erp.source import Sourced, Unreadable
from agent.errors import BridgeError, Held
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.pricing import ErpPrices
from agent.model.record import Record
from agent.sync.references import OPTIONAL_ENTITIES, Reference, label_of
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.extras import FIELDS as EXTRAS
from agent.sync.two_way.extras import has_extras, in_the_shops_money, not_known, price_missing
from agent.sync.two_way.ownership import NEVER
from agent.sync.two_way.pair import Pair, fingerprint_of
from agent.sync.two_way.translate import Keys, needed, translated
from agent.sync.two_way.units import in_units_of
from agent.sync.work import Work


@dataclass(slots=True)
class Incoming:
    """A record of the ERP on its way: ``needs`` are ERP references the shop must know first.

    ``price`` is what a product is to cost in the shop where it is new there, or why that cannot be
    told; None where nobody has looked, or the ERP has no price. ``unpaid`` is why it cannot be told
    what options and variants cost: both sides keep theirs until it can.
    """

    sourced: Sourced
    raw: str
    names: frozenset[str]
    label: str
    needs: frozenset[Reference]
    warnings: tuple[BridgeError, ...] = ()
    key: str | None = None
    price: Decimal | BridgeError | None = None
    unpaid: Held | None = None

    @property
    def withheld(self) -> frozenset[str]:
        """Fields that the ERP has, and that are not carried on this road now."""
        return (frozenset({"price"}) - self.names) | (EXTRAS if self.unpaid else frozenset())

    @property
    def ref(self) -> str:
        """Its ERP id."""
        return self.sourced.ref

    @property
    def record(self) -> Record:
        """The record, with ERP ids."""
        return self.sourced.record

    def with_keys(self, key: str, keys: Keys, languages: Sequence[str]) -> Record:
        """Return the record with the shop's keys; see :func:`translated`."""
        return translated(self.record, key, keys, languages)


def read(two: TwoWay, entity: Entity, refs: Sequence[str]) -> list[Incoming | Unreadable]:
    """Read records from the ERP, prices as the shop keeps them; deleted ones are absent."""
    found = two.source.source_read(entity, refs)
    sourced = [item for item in found if isinstance(item, Sourced)]
    prices = _prices(two, entity, sourced)
    return [
        item if isinstance(item, Unreadable) else _incoming(two, item, prices.get(item.ref))
        for item in found
    ]


def _prices(
    two: TwoWay, entity: Entity, found: Sequence[Sourced]
) -> Mapping[str, ErpPrices | Unreadable]:
    told = [item.ref for item in found if _needs_prices(two, item)]
    if entity is not Entity.PRODUCTS or not told:
        return {}
    return {p.ref: p for p in two.source.prices(told, [])}


def _needs_prices(two: TwoWay, item: Sourced) -> bool:
    """Tell whether prices are taken from the record: a base list has a flow of its own."""
    extras = isinstance(item.record, Product) and has_extras(item.record)
    return extras or ("price" in item.fields and not two.prices.base_list)


def _incoming(two: TwoWay, item: Sourced, found: ErpPrices | Unreadable | None) -> Incoming:
    record, names = item.record, item.fields
    warnings = item.warnings
    price: Decimal | BridgeError | None = None
    unpaid: Held | None = None
    if isinstance(record, Product):
        if isinstance(found, ErpPrices):
            try:
                price = two.prices.to_shop(found.base, found.currency, found.included)
                record = in_the_shops_money(record, found, two.prices)
            except BridgeError as error:
                price, warnings = error, (*warnings, error)
        elif found is not None:
            price = found.error
        # as they stand there they are in any currency, with or without tax
        if not isinstance(price, Decimal) and has_extras(record):
            names -= EXTRAS
            unpaid = not_known(price or price_missing())
        if isinstance(price, Decimal) and two.prices.base_list:
            price = None
        if isinstance(price, Decimal):
            record = replace(record, price=price)
        else:
            names -= {"price"}
            record = replace(record, price=Decimal(0))
    raw = fingerprint_of(item)
    return Incoming(
        sourced=replace(item, record=record),
        raw=raw,
        names=names,
        label=label_of(record, two.sync.language),
        needs=frozenset(r for r in needed(record) if r[0] not in OPTIONAL_ENTITIES),
        warnings=warnings,
        price=price,
        unpaid=unpaid,
    )


def keys_for(two: TwoWay, items: Iterable[Incoming]) -> dict[Reference, str]:
    """Return the shop's keys of what records point to, as far as they are known."""
    wanted: set[Reference] = set()
    for item in items:
        wanted |= set(needed(item.record))
    return two.sync.mappings.store_keys(wanted)


def variants_of(product: Record, item: Incoming) -> dict[Reference, str]:
    """Return the ERP ids of a product's variants, by (``VARIANTS``, key of the combination)."""
    if not isinstance(product, Product):
        return {}
    return {
        (Entity.VARIANTS, variant_key(item.key or product.key, variant.values)): variant.key
        for variant in product.variants
    }


def pair_of(two: TwoWay, work: Work, item: Incoming, keys: Keys) -> Pair:
    """Return the pair of a linked record; ``work`` has the shop's side, and its units count.

    Raises:
        KeyError: something it points to has no key.
    """
    if work.record is None:
        raise ValueError(f"{work.key} has no record")
    erp = in_units_of(work.record, item.with_keys(work.key, keys, two.languages))
    return Pair(
        work=work,
        shop=work.record,
        erp=erp,
        names=item.names,
        withheld=item.withheld,
        raw=item.raw,
        changed_at=item.sourced.changed_at,
        warnings=item.warnings,
        variants=variants_of(erp, item),
    )


def paired_again(
    two: TwoWay, entity: Entity, refs: Sequence[str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what the ERP says now, by ERP id: fingerprint, and values with the shop's keys."""
    items = [item for item in read(two, entity, refs) if isinstance(item, Incoming)]
    keys = keys_for(two, items)
    own = two.sync.mappings.store_keys((entity, item.ref) for item in items)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for item in items:
        try:
            record = item.with_keys(own.get((entity, item.ref), ""), keys, two.languages)
        except KeyError:
            continue
        plain = to_plain(record)
        found[item.ref] = item.raw, {name: plain[name] for name in sorted(item.names - NEVER)}
    return found
