"""Archives, looks for, and finds records that are in Odoo already. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.erp.odoo.client import Domain, Row
from agent.erp.odoo.connection import Connection
from agent.erp.port import Candidate, Outcome, Status
from agent.errors import BridgeError, PermanentError, Refused

LINE = "product.template.attribute.line"
_WORDS: Mapping[str, tuple[str, ...]] = {
    "product.template": ("default_code",),
    "product.product": ("default_code",),
    "res.partner": ("email", "vat", "ref"),
    "sale.order": ("client_order_ref",),
}
"""Fields besides the name that a person's words are looked for in."""
_USED_BY: Mapping[str, str] = {
    "product.attribute": "attribute_id",
    "product.attribute.value": "value_ids",
}


def archive(cx: Connection, model: str, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
    """Archive records given as (shop key, Odoo id).

    A record that is gone counts as archived. What Odoo cannot archive, or what products still use,
    stays in place with a warning.
    """
    if not cx.facts.has(model, "active"):
        return [_left(key, ref, _cannot(model)) for key, ref in refs]
    there = exists(cx, model, [ref for _, ref in refs])
    used = _used(cx, model, [int(ref) for ref in there])
    todo = [int(ref) for ref, active in there.items() if active and int(ref) not in used]
    failed = _write(cx, model, todo)
    outcomes: list[Outcome] = []
    for key, ref in refs:
        if ref in there and int(ref) in used:
            outcomes.append(_left(key, ref, _in_use()))
        elif ref in there and int(ref) in failed:
            outcomes.append(Outcome(key, Status.FAILED, ref, error=failed[int(ref)]))
        else:
            outcomes.append(Outcome(key, Status.ARCHIVED, ref))
    return outcomes


def _write(cx: Connection, model: str, numbers: Sequence[int]) -> dict[int, BridgeError]:
    """Archive records in one call; where Odoo refuses that, one by one."""
    if not numbers:
        return {}
    try:
        cx.odoo.write(model, numbers, {"active": False})
    except PermanentError as error:
        if len(numbers) == 1:
            return {numbers[0]: error}
        middle = len(numbers) // 2
        return _write(cx, model, numbers[:middle]) | _write(cx, model, numbers[middle:])
    return {}


def _used(cx: Connection, model: str, numbers: Sequence[int]) -> set[int]:
    """Return the attributes or values that lines of active products still have."""
    field = _USED_BY.get(model)
    if field is None or not numbers:
        return set()
    active = [("active", "=", True), ("product_tmpl_id.active", "=", True)]
    used: set[int] = set()
    for row in cx.odoo.find_in(LINE, field, numbers, [field], active):
        value = row[field]
        used |= {int(value[0])} if field == "attribute_id" else {int(v) for v in value}
    return used & set(numbers)


def _left(key: str, ref: str, warning: BridgeError) -> Outcome:
    return Outcome(key, Status.UNCHANGED, ref, warnings=(warning,))


def _cannot(model: str) -> Refused:
    return Refused(
        f"Odoo cannot archive records of {model}; it was left in place",
        fix="Delete it in Odoo by hand if nothing there needs it any more.",
        code="erp.no_archive",
    )


def _in_use() -> Refused:
    return Refused(
        "Products in Odoo still use it, so it was left in place",
        fix="Remove it from those products in Odoo, then synchronize again.",
        code="erp.in_use",
    )


def exists(cx: Connection, model: str, refs: Sequence[str]) -> dict[str, bool]:
    """Return for each Odoo id that exists whether it is active."""
    numbers = sorted({int(r) for r in refs if r.isascii() and r.isdigit()})
    fields = ["active"] if cx.facts.has(model, "active") else []
    rows = cx.odoo.find_in(model, "id", numbers, ["id", *fields])
    return {str(r["id"]): bool(r.get("active", True)) for r in rows}


def search(
    cx: Connection, model: str, text: str, limit: int, scope: Domain = ()
) -> list[Candidate]:
    """Find records by part of their name, reference or barcode, or by their number.

    Archived ones are left out, but not currencies: they wait to be activated.
    """
    words = text.strip()
    tests: list[tuple[str, str, object]] = [("name", "ilike", words)] if words else []
    if words:
        tests += [(name, "ilike", words) for name in _WORDS.get(model, ())]
    if words and model in ("product.template", "product.product"):
        tests.append(("barcode", "=", words))
    if words.isascii() and words.isdigit() and int(words) < 2**31:
        tests.append(("id", "=", int(words)))
    domain: list[object] = ["|"] * (len(tests) - 1) + list(tests)
    rows = cx.odoo.find(
        model,
        [*scope, *_scope(cx, model), *domain],
        ["display_name"],
        limit=limit,
        order="",
        active_test=model != "res.currency",
    )
    return [Candidate(str(r["id"]), _label(r), "search") for r in rows]


def _scope(cx: Connection, model: str) -> Domain:
    company = cx.facts.company.id
    if model == "account.tax":
        return [("type_tax_use", "=", "sale"), ("company_id", "=", company)]
    if model == "account.journal":
        return [("type", "in", ["bank", "cash", "credit"]), ("company_id", "=", company)]
    if model == "sale.order":
        return [("company_id", "=", company)]
    return []


def _label(row: Row) -> str:
    return str(row["display_name"] or row["id"])
