"""Attribute lines of products that are already in Odoo: only what differs is sent.

Sending a line again makes Odoo rebuild the product's variants, three to four times the cost of
creating it (measured). Lines and values that people added in Odoo stay; those that came from the
shop and are no longer there go: Odoo itself archives variants that were used and drops the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.product_plan import ATTRIBUTE, VALUE, Plan, previous_attributes, safe_name
from agent.erp.product_changes import aspects_of
from agent.errors import PermanentError, Refused

MODEL = "product.template.attribute.line"


@dataclass(slots=True)
class _Steps:
    create: list[LoadRecord] = field(default_factory=list)
    update: list[LoadRecord] = field(default_factory=list)
    archive: dict[int, Draft] = field(default_factory=dict)
    owner: dict[str, Draft] = field(default_factory=dict)


def sync(work: Work, plans: Sequence[tuple[Draft, Plan]]) -> None:
    """Make the lines of existing products those of their plans."""
    wanted = [
        (d, p)
        for d, p in plans
        if d.alive and not d.creates and (aspects_of(d).lines or d.has("specs", "manufacturer"))
    ]
    if not wanted:
        return
    numbers = [d.id for d, _ in wanted if d.id is not None]
    fields = ["product_tmpl_id", "attribute_id", "value_ids", "active"]
    rows: dict[int, list[Row]] = {}
    for row in work.cx.odoo.find_in(MODEL, "product_tmpl_id", numbers, fields):
        rows.setdefault(ref_id(row["product_tmpl_id"]) or 0, []).append(row)
    gone = _Gone(work, wanted)
    steps = _Steps()
    for draft, plan in wanted:
        _compare(draft, plan, rows.get(draft.id or 0, []), gone, steps)
    _archive(work, steps)
    _send(work, steps, steps.update)
    _send(work, steps, steps.create)


class _Gone:
    """What the shop had at a product when it was last written and has no more, as Odoo ids."""

    def __init__(self, work: Work, wanted: Sequence[tuple[Draft, Plan]]) -> None:
        self._instance = work.cx.instance
        self._line_keys = {d.key: _gone_lines(d, p) for d, p in wanted}
        self._value_keys = {d.key: _gone_values(d) for d, _ in wanted}
        lines = [_line_name(d, k) for d, _ in wanted for k in self._line_keys[d.key]]
        attributes = [
            self._name("attributes", k) for keys in self._line_keys.values() for k in keys
        ]
        values = [self._name("attribute_values", k) for v in self._value_keys.values() for k in v]
        self._lines = work.cx.external_ids.find(MODEL, lines)
        self._attributes = work.cx.external_ids.find(ATTRIBUTE, attributes)
        self._values = work.cx.external_ids.find(VALUE, values)

    def _name(self, entity: str, key: str) -> str:
        return f"{self._instance}.{entity}_{safe_name(key)}"

    def values(self, draft: Draft) -> set[int]:
        """Ids of the values that go from a product's lines."""
        keys = self._value_keys[draft.key]
        names = (self._name("attribute_values", k) for k in keys)
        return {self._values[n] for n in names if n in self._values}

    def lines(self, draft: Draft, rows: Sequence[Row]) -> Iterable[Row]:
        """Yield the lines that go; one that cannot be told from others stays, with a warning."""
        for key in sorted(self._line_keys[draft.key]):
            number = self._lines.get(_line_name(draft, key))
            attribute = self._attributes.get(self._name("attributes", key))
            found = [r for r in rows if r["id"] == number or ref_id(r["attribute_id"]) == attribute]
            if found:
                yield found[0]
            elif rows:
                draft.warnings.append(_left(key))


def _line_name(draft: Draft, key: str) -> str:
    return f"{draft.change.external_id}_line_{safe_name(key)}"


def _gone_lines(draft: Draft, plan: Plan) -> set[str]:
    return previous_attributes(draft.change.previous) - {line.key for line in plan.lines}


def _gone_values(draft: Draft) -> set[str]:
    """Return keys of option values that the product had and has no more."""
    product = draft.change.record
    now = {v.value for o in getattr(product, "options", ()) for v in o.values}
    before = (draft.change.previous or {}).get("options")
    had: set[str] = set()
    for option in before if isinstance(before, list | tuple) else ():
        had |= {str(v["value"]) for v in option.get("values", ()) if isinstance(v, Mapping)}
    return had - now


def _compare(draft: Draft, plan: Plan, rows: Sequence[Row], gone: _Gone, steps: _Steps) -> None:
    before = previous_attributes(draft.change.previous)
    by_attribute: dict[int, Row] = {}
    for row in sorted(rows, key=lambda r: bool(r["active"])):
        by_attribute[ref_id(row["attribute_id"]) or 0] = row
    for line in plan.lines:
        found = by_attribute.pop(line.attribute, {})
        key = f"{draft.key} {line.key}"
        steps.owner[key] = draft
        if not found or not found["active"]:  # Odoo revives an archived line by itself
            cells = {
                "id": line.external_id,
                "product_tmpl_id/.id": str(draft.id),
                "attribute_id/.id": str(line.attribute),
                "value_ids/.id": line.value_cell,
                "active": "1",
            }
            steps.create.append(LoadRecord(key, cells, cost=plan.variants))
            continue
        have = {int(v) for v in found["value_ids"]}
        kept = have - set(line.values) - gone.values(draft)
        if line.single and line.key in before:
            kept = set()
        target = set(line.values) | kept
        if target != have:
            cell = ",".join(map(str, sorted(target)))
            cells = {".id": str(found["id"]), "value_ids/.id": cell}
            steps.update.append(LoadRecord(key, cells, cost=plan.variants))
    for row in gone.lines(draft, [r for r in by_attribute.values() if r["active"]]):
        steps.archive[int(row["id"])] = draft


def _left(key: str) -> Refused:
    return Refused(
        f"{key} was removed from the product in the shop but stays at it in Odoo",
        fix="Remove the attribute at the product in Odoo if it is not wanted there.",
        code="record.line_left",
    )


def _archive(work: Work, steps: _Steps) -> None:
    if not steps.archive:
        return
    try:
        work.cx.odoo.write(MODEL, sorted(steps.archive), {"active": False})
        done = list(steps.archive)
    except PermanentError:
        done = []
        for number, draft in steps.archive.items():
            try:
                work.cx.odoo.write(MODEL, [number], {"active": False})
                done.append(number)
            except PermanentError as error:
                draft.error = draft.error or error
    work.progress()
    for number in done:
        steps.archive[number].touched = True


def _send(work: Work, steps: _Steps, records: Sequence[LoadRecord]) -> None:
    ready = [r for r in records if steps.owner[r.key].error is None]
    for key, result in work.loader.load(MODEL, ready).items():
        draft = steps.owner[key]
        draft.warnings += result.warnings
        if result.error is not None:
            draft.error = draft.error or result.error
        else:
            draft.touched = True
