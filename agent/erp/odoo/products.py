"""Products: ``product.template`` with its attribute lines, variants, translations and pictures.

A new product goes in one ``load()`` row set: its columns, its attribute lines, and with them all
its variants. What Odoo keeps on variants follows, then translations, then pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.odoo import images, product_lines, variants
from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.product_columns import MODEL, columns_of, product_of, type_cells
from agent.erp.odoo.product_plan import Plan, Planner
from agent.erp.odoo.writing import Columns, ColumnsOf, write_records
from agent.errors import BridgeError, Refused


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update products."""
    planner = Planner(work.cx, drafts)
    plans: dict[str, Plan] = {}
    for draft in drafts:
        if draft.error is not None:
            continue
        try:
            plans[draft.key] = planner.plan(draft, product_of(draft))
        except BridgeError as error:
            draft.error = error
    brand = planner.brand_field()

    def with_type(draft: Draft) -> Columns:
        return columns_of(work.cx, draft, plans[draft.key], brand)

    def without_type(draft: Draft) -> Columns:
        return columns_of(work.cx, draft, plans[draft.key], brand, with_type=False)

    ready = [d for d in drafts if d.key in plans]
    columns = write_records(work, MODEL, ready, with_type)
    _retry_without_type(work, [d for d in ready if d.key in columns], without_type)
    pairs = [(d, plans[d.key]) for d in ready]
    product_lines.sync(work, pairs)
    variants.sync(work, pairs)
    images.send_product_images(work, [d for d in ready if d.alive])


def _retry_without_type(work: Work, drafts: Sequence[Draft], without_type: ColumnsOf) -> None:
    """Send refused updates again without the product's kind, which Odoo guards once it is used."""
    refused: dict[str, BridgeError] = {}
    again: list[Draft] = []
    for draft in drafts:
        if draft.error is None or draft.creates or not draft.has("requires_shipping", "subtract"):
            continue
        refused[draft.key] = draft.error
        draft.error = None
        again.append(draft)
    if not again:
        return
    write_records(work, MODEL, again, without_type)
    for draft in again:
        if draft.error is None:
            kind = ", ".join(type_cells(work.cx, product_of(draft)).values())
            draft.warnings.append(
                Refused(
                    f"Odoo kept the product's kind (wanted: {kind}): {refused[draft.key].cause}",
                    fix="Change the kind in Odoo if it allows that, or leave it.",
                    code="record.kind_kept",
                )
            )
