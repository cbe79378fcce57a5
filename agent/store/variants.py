"""Variants: products of OpenCart 4 that are a fixed combination of another product's options.

``variant`` is JSON: the master's ``product_option_id`` to the chosen ``product_option_value_id`` (a
list of them for a checkbox, a text for a text option). ``override`` is JSON: which fields, and
under ``variant`` which options, the variant decides for itself; the admin copies all other fields
from the master whenever the master is saved. So a variant's own row is always what the shop sells,
and a field that equals the master's is "as the product". Options that the variant does not fix are
chosen by the shopper as on the master. Prices of the options come on top, fixed or chosen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from agent.errors import InvalidRecord
from agent.store.sql import numeric_ids
from agent.store.view import View

if TYPE_CHECKING:
    from agent.store.shop import Shop


def master_join(view: View) -> tuple[str, str]:
    """Return a join and a condition, for table alias ``p``, that leave products of their own."""
    if not view.dialect.variants:
        return "", "1 = 1"
    join = (
        f"LEFT JOIN {view.table('product')} m ON m.`product_id` = p.`master_id`"
        " AND p.`master_id` <> 0 AND COALESCE(m.`master_id`, 0) = 0"
    )
    return join, "m.`product_id` IS NULL"


def owners(shop: Shop, keys: Iterable[str]) -> dict[str, str]:
    """Return, of the given product keys, those that are variants, with their master's key."""
    ids = numeric_ids(keys)
    with shop.open() as view:
        if not ids or not view.dialect.variants:
            return {}
        join, roots = master_join(view)
        rows = view.query.rows(
            "SELECT p.`product_id`, p.`master_id`"  # noqa: S608
            f" FROM {view.table('product')} p {join}"
            f" WHERE {ids.where('p.`product_id`')} AND NOT ({roots})"
        )
    wanted = set(ids)
    return {str(variant): str(master) for variant, master in rows if variant in wanted}


def chosen_values(
    variant_id: int, variant: str | None, override: str | None
) -> dict[int, list[int]]:
    """Return the master's ``product_option_id`` to the ``product_option_value_id`` it fixes.

    Where ``override`` does not speak of options at all, every choice of ``variant`` counts.

    Raises:
        InvalidRecord: one of the two is no JSON object.
    """
    choices = _mapping(variant_id, "variant", variant)
    fixed = _mapping(variant_id, "override", override).get("variant")
    if isinstance(fixed, Mapping):
        choices = {option: value for option, value in choices.items() if fixed.get(option)}
    result: dict[int, list[int]] = {}
    for option, value in choices.items():
        picked = value if isinstance(value, list) else [value]
        numbers = [int(item) for item in map(str, picked) if item.isdigit()]
        if option.isdigit() and numbers:
            result[int(option)] = numbers
    return result


def overrides_of(override: str | None) -> dict[str, Any]:
    """Return what a variant decides for itself; nothing where that cannot be read."""
    try:
        return dict(_mapping(0, "override", override))
    except InvalidRecord:
        return {}


def choices_of(variant: str | None) -> dict[str, Any]:
    """Return what a variant fixes, as its column has it; nothing where that cannot be read."""
    try:
        return dict(_mapping(0, "variant", variant))
    except InvalidRecord:
        return {}


def overridden(override: str | None) -> set[str]:
    """Return the fields that a variant decides for itself."""
    return {name for name, value in overrides_of(override).items() if value}


def _mapping(variant_id: int, column: str, text: str | None) -> Mapping[str, Any]:
    if not text or not text.strip():
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if value in ([], None) and text.strip() in {"[]", "null", '""'}:
        return {}
    if isinstance(value, dict):
        return value
    raise InvalidRecord(
        f"Column {column!r} of its variant {variant_id} cannot be read as JSON",
        fix=f"Open product {variant_id} in the shop, choose its option values and save.",
        code="store.variant_broken",
    )
