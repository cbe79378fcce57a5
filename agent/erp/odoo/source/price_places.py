"""What each rule of a price list was about when it was last looked at.

A rule that is changed may have been about other products before, which then cost something else.
Odoo tells only what it is about now. So a cursor keeps the place of every rule: a few bytes each.
Of very many rules only those about more than one product are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.price_facts import ITEM

EVERYTHING = "*"
"""Place of a rule that is about a category or about all products."""
MOST = 50_000
"""Rules of which each one's place is kept."""
COLUMNS = ("applied_on", "product_tmpl_id", "product_id")
_WIDE = ("3_global", "2_product_category")

Places = Mapping[int, str]


def place_of(row: Row) -> str:
    """Return what a rule is about: ``t`` and a product's id, ``v`` and a variant's, or all."""
    if row["applied_on"] in _WIDE:
        return EVERYTHING
    if (template := ref_id(row["product_tmpl_id"])) is not None:
        return f"t{template}"
    variant = ref_id(row["product_id"])
    return EVERYTHING if variant is None else f"v{variant}"


def read_places(cx: Connection, lists: Sequence[int], count: int) -> Places:
    """Return the places of the ``count`` rules of price lists by their ids."""
    if not count:
        return {}
    wide = [("applied_on", "in", list(_WIDE))] if count > MOST else []
    rows = cx.odoo.read_in(ITEM, "pricelist_id", lists, COLUMNS, wide)
    return {int(row["id"]): place_of(row) for row in rows}


def moved(places: Places, news: Iterable[Row], count: int) -> Places:
    """Return the places after rules were made and changed."""
    now = {**places, **{int(row["id"]): place_of(row) for row in news}}
    if count <= MOST:
        return now
    return {number: place for number, place in now.items() if place == EVERYTHING}


def dump(places: Places) -> str:
    """Return places as a cursor keeps them."""
    return " ".join(f"{number}:{place}" for number, place in sorted(places.items()))


def load(text: str) -> Places:
    """Return what :func:`dump` wrote."""
    pairs = (pair.partition(":") for pair in text.split())
    return {int(number): place for number, _, place in pairs}
