"""The shop's customer groups as tags of contacts (``res.partner.category``)."""

from __future__ import annotations

from collections.abc import Iterable

from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.product_plan import safe_name
from agent.erp.odoo.sales.kept import Kept
from agent.model.sales import Customer

MODEL = "res.partner.category"


def tags(work: Work, drafts: Iterable[Draft]) -> dict[str, int]:
    """Return the tag of each customer group that ``drafts`` name, by the group's key.

    A tag of the same name is taken; a missing one is made with an external id of its own.
    """
    cx = work.cx
    names: dict[str, str] = {}
    for draft in drafts:
        record = draft.change.record
        if isinstance(record, Customer) and record.group and record.group_name.strip():
            names[record.group] = record.group_name.strip()
    if not names or not cx.facts.has(MODEL):
        return {}
    kept: Kept[str, int] = cx.facts.keep(tags, Kept[str, int])
    found = kept.known(names)
    ids = {key: external_id(cx.instance, key) for key in names if key not in found}
    known = cx.external_ids.find(MODEL, ids.values())
    found.update({key: known[name] for key, name in ids.items() if name in known})
    open_ = {key: name for key, name in names.items() if key not in found}
    if open_:
        rows = cx.odoo.find_in(MODEL, "name", sorted(set(open_.values())), ["name"])
        by_name = {str(r["name"]): int(r["id"]) for r in reversed(rows)}
        found.update({key: by_name[name] for key, name in open_.items() if name in by_name})
    fresh = [
        LoadRecord(key, {"id": ids[key], "name": name})
        for key, name in open_.items()
        if key not in found
    ]
    if fresh:
        for key, result in work.loader.load(MODEL, fresh).items():
            if result.id is not None:
                found[key] = result.id
    kept.keep({key: found[key] for key in ids if key in found})
    return found


def external_id(instance: str, group: str) -> str:
    """Return the external id of a customer group's tag."""
    return f"{instance}.customer_group_{safe_name(group)}"
