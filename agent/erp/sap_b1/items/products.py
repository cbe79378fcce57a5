"""Products: items, one per combination of the options that make items.

All that is there is read first; what differs is written, in change sets of bounded size. A new item
goes out with its row of ``@ERPB_KEY``. Items are never deleted: a combination that is gone becomes
inactive. Items of a family that people made in B1 stay as they are, in all that is not the shop's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.erp.codes import chosen_code
from agent.erp.draft import Draft
from agent.erp.port import variant_key
from agent.erp.product_changes import aspects_of
from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.births import id_of
from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.items import barcodes, pictures
from agent.erp.sap_b1.items.batches import Step, write
from agent.erp.sap_b1.items.codes import checked, values_of
from agent.erp.sap_b1.items.families import (
    SET,
    STATE,
    VALUES,
    Family,
    family_of,
    in_use,
    read_families,
    today_of,
)
from agent.erp.sap_b1.items.item_columns import Desk
from agent.erp.sap_b1.items.item_steps import COLUMNS, Item, ItemSteps
from agent.erp.sap_b1.items.product_plan import Plan, Planner, Wanted, product_of
from agent.errors import Ambiguous, BridgeError, InvalidRecord, Refused
from agent.model.entity import Entity


@dataclass(slots=True)
class _Job:
    """A product on its way: its plan, what is there of it, what its items became."""

    draft: Draft
    plan: Plan
    family: Family = field(default_factory=lambda: Family(""))
    items: list[Item] = field(default_factory=list)

    @property
    def own_id(self) -> str:
        """The value of ``U_ERPB_ID`` that items have which the bridge made of it."""
        return id_of(self.draft.change.external_id)


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update products; errors stay with the drafts they belong to.

    Raises:
        TransientError, AuthError, ConfigError: the whole call could not be made.
    """
    work.cx.facts.require_prepared()
    jobs = _plans(work.cx, drafts)
    _find_own(work.cx, [job for job in jobs if job.draft.creates])
    families = read_families(work.cx, [job.plan.ref for job in jobs], COLUMNS)
    for job in jobs:
        job.family = families[job.plan.ref]
    work.progress()
    _pair(jobs)
    _refuse_taken(work.cx, jobs)
    desk = Desk.open(work.cx)
    steps: list[Step] = []
    codes: list[tuple[Draft, str, str]] = []
    for job in _alive(jobs):
        try:
            steps += _steps(desk, job, codes)
        except BridgeError as error:
            if error.retry:
                raise
            job.draft.error = error
    write(work, steps)
    barcodes.settle(work, codes)
    for job in _alive(jobs):
        _remember(job)
    pictures.send(work, [(job.draft, job.items) for job in _alive(jobs)])


def _plans(cx: Connection, drafts: Sequence[Draft]) -> list[_Job]:
    planner = Planner(cx, drafts)
    jobs: list[_Job] = []
    for draft in drafts:
        if draft.error is not None:
            continue
        try:
            jobs.append(_Job(draft, planner.plan(draft, product_of(draft))))
            _tell_kept_code(cx, draft)
        except BridgeError as error:
            draft.error = error
    return jobs


def _alive(jobs: Iterable[_Job]) -> list[_Job]:
    return [job for job in jobs if job.draft.error is None]


def _find_own(cx: Connection, jobs: Sequence[_Job]) -> None:
    """Take up what an earlier call made of products that are not mapped yet."""
    by_id = {job.own_id: job for job in jobs}
    for row in cx.client.find(SET, ID_FIELD, list(by_id), STATE) if by_id else ():
        job = by_id.get(str(row.get(ID_FIELD) or ""))
        if job is not None:
            job.plan.ref = family_of(row)
            if not job.plan.several:
                job.plan.items = [Wanted(job.plan.ref, own=job.plan.items[0].own)]


# -- what is there ---------------------------------------------------------------------------------


def _pair(jobs: Sequence[_Job]) -> None:
    """Give each wanted item the one that is there already."""
    for job in jobs:
        by_values: dict[frozenset[str], list[Row]] = {}
        for row in job.family.members:
            by_values.setdefault(frozenset(values_of(row.get(VALUES))), []).append(row)
        for wanted in job.plan.items:
            rows = by_values.get(wanted.combination, []) if wanted.values else []
            if not wanted.values and job.family.single is not None:
                rows = [job.family.single]
            if len(rows) > 1:
                job.draft.error = _doubled(rows, wanted)
                break
            job.items.append(Item(wanted, rows[0] if rows else None))
        if job.draft.error is None and not job.draft.creates and not job.family.there:
            job.draft.error = _gone(job.plan.ref)


def _refuse_taken(cx: Connection, jobs: Sequence[_Job]) -> None:
    """Refuse products whose code, or an item's, belongs to something else."""
    claimed: dict[str, _Job] = {}
    for job in _alive(jobs):
        if job.draft.creates and job.family.there and not _ours(job, job.family.rows):
            job.draft.error = _taken(job.plan.ref, job.family.rows[0])
            continue
        codes = [job.plan.ref, *(item.code for item in job.items if item.row is None)]
        try:
            codes = [codes[0], *map(checked, codes[1:])]
        except InvalidRecord as error:
            job.draft.error = error
            continue
        other = next(
            (o for c in codes if (o := claimed.get(c.casefold())) not in (None, job)), None
        )
        if other is not None:
            job.draft.error = _same(codes[0], other.draft.key)
            continue
        claimed.update({code.casefold(): job for code in codes})
    new = {i.code: (job, i) for job in _alive(jobs) for i in job.items if i.row is None}
    for row in cx.client.find(SET, "ItemCode", list(new), STATE) if new else ():
        told = str(row["ItemCode"])
        job, item = new.get(told) or next(
            pair for code, pair in new.items() if code.casefold() == told.casefold()
        )
        single = job.family.single
        if single is not None and str(single["ItemCode"]) == told:
            job.draft.error = _taken(told, row)
        elif _ours(job, [row]) and not values_of(row.get(VALUES)):
            item.row = row
        else:
            job.draft.error = _taken(told, row)


def _ours(job: _Job, rows: Sequence[Row]) -> bool:
    return any(str(row.get(ID_FIELD) or "") == job.own_id for row in rows)


# -- what is to be done ----------------------------------------------------------------------------


def _steps(desk: Desk, job: _Job, codes: list[tuple[Draft, str, str]]) -> list[Step]:
    """Return the steps of a product; the bar codes to change are added to ``codes``."""
    maker = ItemSteps(desk, job.draft, job.plan)
    steps = [step for item in job.items if (step := maker.step(item)) is not None]
    codes += maker.barcodes
    _tell_left(desk.cx, job)
    kept = {str(item.row["ItemCode"]) for item in job.items if item.row is not None}
    for row in job.family.rows:
        if str(row["ItemCode"]) in kept:
            continue
        if job.own_id == str(row.get(ID_FIELD) or "") or maker.had(values_of(row.get(VALUES))):
            step = maker.retired(row)
            if step is not None:
                steps.append(step)
    return steps


def _remember(job: _Job) -> None:
    draft = job.draft
    draft.erp_id = job.plan.ref
    for item in job.items:
        key = variant_key(draft.key, item.wanted.keys)
        draft.children[Entity.VARIANTS, key] = item.code
        if item.wanted.own is not None:
            draft.children[Entity.VARIANTS, item.wanted.own.key] = item.code


# -- what is told ----------------------------------------------------------------------------------


def _tell_kept_code(cx: Connection, draft: Draft) -> None:
    """Tell that an item keeps its code though the shop's changed."""
    if draft.change.previous is None or not draft.has("sku", "model") or draft.change.ref is None:
        return
    product = product_of(draft)
    code = chosen_code(cx.settings.code_from, product.sku, product.model)
    if code and code.casefold() != draft.change.ref.casefold():
        draft.warnings.append(
            Refused(
                f"Its code in the shop is {code}; SAP keeps the item number {draft.change.ref}, "
                "which cannot be changed",
                fix="Nothing to do: the two stay linked. For another item number make a new item "
                "in SAP and link it on the mapping screen.",
                code="sap_b1.code_kept",
            )
        )


def _tell_left(cx: Connection, job: _Job) -> None:
    """Tell of an item made in SAP that a product was before it had options."""
    single, draft = job.family.single, job.draft
    if single is None or not job.plan.several or not aspects_of(draft).lines:
        return
    if not _ours(job, [single]) and in_use(single, today_of(cx)):
        draft.warnings.append(
            Refused(
                f"The item {single['ItemCode']}, which the product was linked to, stays active in "
                "SAP beside the items of its options",
                fix="Set it inactive in SAP if it is not to be sold by itself.",
                code="sap_b1.item_left",
            )
        )


def _gone(ref: str) -> Refused:
    return Refused(
        f"It is linked to {ref}, which is no longer in SAP",
        fix="Synchronize it again; it is made anew or linked again.",
        code="erp.gone",
    )


def _doubled(rows: Sequence[Row], wanted: Wanted) -> Ambiguous:
    codes = ", ".join(str(row["ItemCode"]) for row in rows)
    return Ambiguous(
        f"In SAP several items of the product are {', '.join(wanted.names)}: {codes}",
        fix="Empty the field OpenCart product of all but one of them in SAP.",
        code="sap_b1.variant_doubled",
    )


def _taken(code: str, row: Row) -> Ambiguous:
    whose = "another product of a shop" if row.get(ID_FIELD) else "something made in SAP"
    return Ambiguous(
        f"The item number {code} is in SAP already: it is {whose}",
        fix="Link the product to it on the mapping screen where both are the same, or give the "
        "product another SKU in the shop.",
        code="sap_b1.code_taken",
    )


def _same(code: str, other: str) -> Ambiguous:
    return Ambiguous(
        f"The item number {code} is wanted by product {other} of the shop, too",
        fix="Give each product a SKU (or model) of its own in the shop.",
        code="sap_b1.code_taken",
    )
