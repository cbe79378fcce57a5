"""Sees to what records need before they can be written: parents, mappings, other records.

What can be carried over is carried over first, by the same road. What is never written (tax rates,
currencies, payment methods) is linked where exactly one record of the ERP fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.store.records import BadRecord
from agent.sync.context import PageRequest, PageResult, SyncContext
from agent.sync.linking import ambiguous, find_matches, linked_entry
from agent.sync.recording import PLANNED_REF
from agent.sync.references import LINKED_ONLY, PREREQUISITES, Reference, named, singular
from agent.sync.work import Work

RunPage = Callable[[SyncContext, PageRequest], PageResult]


@dataclass(slots=True)
class Prerequisites:
    """What a batch of records needs. ``refused`` says why something could not be had."""

    ctx: SyncContext
    result: PageResult
    run_page: RunPage
    refused: dict[Reference, BridgeError] = field(default_factory=dict)

    def see_to(self, missing: Iterable[Reference]) -> Mapping[Reference, str]:
        """Get what is missing into the ERP, or linked; returns the ERP ids there are then."""
        open_ = set(missing)
        found: dict[Reference, str] = {}
        carried = False
        for entity in PREREQUISITES:
            wanted = {pair for pair in open_ if pair[0] is entity}
            if carried and wanted:
                # what was carried brought parts along: a customer its own address
                found.update(self.ctx.mappings.refs(wanted))
            keys = tuple(sorted(key for _, key in wanted - found.keys()))
            if not keys:
                continue
            if entity in LINKED_ONLY:
                found.update(self._link(entity, keys))
            elif self.ctx.dry_run:
                found.update(self._planned(entity, keys))
            elif entity is Entity.VARIANTS:
                self._products_of(keys)
            else:
                self._carry(entity, keys)
                carried = True
        return found | self.ctx.mappings.refs(open_ - found.keys())

    def _planned(self, entity: Entity, keys: tuple[str, ...]) -> dict[Reference, str]:
        if entity is Entity.VARIANTS:
            return {(entity, key): PLANNED_REF for key in keys}
        present = self.ctx.readers[entity].scan_keys(list(keys))
        return {(entity, row.key): PLANNED_REF for row in present}

    def _carry(self, entity: Entity, keys: tuple[str, ...]) -> None:
        """Carry missing records over first, by the same road."""
        nested = self.run_page(self.ctx, PageRequest(entity, "ids", ids=keys))
        if self.ctx.count_parents:
            self.result.counts.add(nested.counts)
        self.result.results += nested.results
        for record in nested.results:
            if record.outcome in {"failed", "held"}:
                self.refused[Entity(record.entity), record.store_key] = Held(
                    f"{named(Entity(record.entity), record.store_key, record.label)} is not in "
                    f"the ERP: {record.cause}",
                    fix=record.fix,
                    code="record.parent_missing",
                )

    def _products_of(self, keys: tuple[str, ...]) -> None:
        """Carry the products over that variants belong to: their variants come with them."""
        products = self.ctx.products_of(keys)
        self._carry(Entity.PRODUCTS, tuple(sorted(set(products.values()))))
        for key in keys:
            product = products.get(key)
            if product is None:
                continue
            self.refused[Entity.VARIANTS, key] = self.refused.get(
                (Entity.PRODUCTS, product),
                Held(
                    f"The chosen combination of options of product {product} is not in the ERP",
                    fix="Synchronize the product under ERP Mapping > Products and see what it says "
                    "about its variants; or link the variant there. The order follows by itself.",
                    code="order.variant_missing",
                ),
            )

    def _link(self, entity: Entity, keys: tuple[str, ...]) -> dict[Reference, str]:
        works: list[Work] = []
        for item in self.ctx.readers[entity].read(list(keys)):
            if isinstance(item, BadRecord):
                self.refused[entity, item.key] = item.error
            else:
                works.append(Work.of(self.ctx, entity, item))
        labels = {work.key: work.label for work in works}
        found: dict[Reference, str] = {}
        matches = find_matches(self.ctx, entity, works, {}) if self.ctx.link_existing else []
        for match in matches:
            if match.verdict == "linked":
                found[entity, match.work.key] = match.candidates[0].ref
            elif match.verdict == "ambiguous":
                several = ambiguous(entity, match)
                what = named(entity, match.work.key, match.work.label)
                self.refused[entity, match.work.key] = Held(
                    f"The {what} is not mapped: {several.cause}",
                    fix=several.fix,
                    code="order.not_mapped",
                )
        if not self.ctx.dry_run:
            linked = [linked_entry(m) for m in matches if m.verdict == "linked"]
            self.ctx.mappings.save(entity, linked)
        for key in keys:
            self.refused.setdefault((entity, key), _not_mapped(entity, key, labels.get(key, "")))
        return found


def _not_mapped(entity: Entity, key: str, label: str) -> Held:
    what = named(entity, key, label)
    return Held(
        f"The {what} is not mapped to the ERP, and nothing there is sure to be the same",
        fix=f"Link this {singular(entity)} under ERP Mapping; what waits for it follows by itself.",
        code="order.not_mapped",
    )
