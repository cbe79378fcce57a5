"""Products whose prices may have changed; see :mod:`agent.erp.odoo.polling` for how it is seen.

A product, its variants, or a rule for it alone is about that product. A rule for a category or for
everything, a price list, a category, a rate or a tax is about all of them. Deletions leave nothing
to find: rules and rates are counted, and what the count does not explain is about all of them. What
a rule was about before is remembered (:mod:`agent.erp.odoo.source.price_places`): a rule that is
narrowed is about all products once more, one that is moved about the product it leaves, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.erp.cursor import Cursor
from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.polling import LAG, News, Watch, before, changed
from agent.erp.odoo.source import price_places
from agent.erp.odoo.source.attributes import TEMPLATE_VALUE
from agent.erp.odoo.source.price_facts import ITEM, LIST, RATE, TAX, house, read_lists
from agent.erp.odoo.source.price_places import EVERYTHING, Places, place_of
from agent.erp.odoo.source.scope import CATEGORY, TEMPLATE, VARIANT, grouped

_COUNT = "count:"
_LISTS = "lists"
_PLACES = "places"
_OWN = (_COUNT, _LISTS, _PLACES)
_RULE = (
    *(
        "pricelist_id",
        "categ_id",
        "min_quantity",
        "date_start",
        "date_end",
        "compute_price",
    ),
    *price_places.COLUMNS,
    *("base", "base_pricelist_id", "fixed_price", "percent_price", "price_discount"),
    *("price_markup", "price_round", "price_surcharge", "price_min_margin", "price_max_margin"),
)
_OF_ALL = frozenset({LIST, CATEGORY, RATE, TAX})


def price_changes(
    cx: Connection, lists: Sequence[str], cursor: Cursor
) -> tuple[list[str] | None, Cursor]:
    """Return ids of products whose prices may have changed; None: all may have.

    See :meth:`agent.erp.source.SourceErp.price_changes`.
    """
    wanted = sorted({int(ref) for ref in lists if ref.isascii() and ref.isdigit()})
    used = read_lists(cx, wanted) if wanted and cx.facts.has(LIST) else {}
    currencies = {house(cx).currency, *(ref_id(row["currency_id"]) or 0 for row in used.values())}
    watches = list(_watches(cx, sorted(used), sorted(currencies)))
    own = {key: mark for key, mark in cursor.seen.items() if key.startswith(_OWN)}
    rows_seen = {key: mark for key, mark in cursor.seen.items() if key not in own}
    news, after = changed(cx, watches, Cursor(cursor.since, rows_seen))
    now = {_LISTS: " ".join(map(str, sorted(used)))}
    now |= {f"{_COUNT}{w.model}": str(_count(cx, w)) for w in watches if w.model in (ITEM, RATE)}
    rules = int(now.get(f"{_COUNT}{ITEM}", "0"))
    now[_PLACES] = ""
    if cursor.since and _explained(own, now, news, cursor, rows_seen):
        places = price_places.load(own[_PLACES])
        told = _told(cx, news, places)
        changed_rules = [one.row for one in news if one.model == ITEM]
        places = price_places.moved(places, changed_rules, rules)
    else:
        told = None if cursor.since else []
        places = price_places.read_places(cx, sorted(used), rules)
    now[_PLACES] = price_places.dump(places)
    return told, Cursor(after.since, {**after.seen, **now})


def _watches(cx: Connection, lists: Sequence[int], currencies: Sequence[int]) -> Iterable[Watch]:
    known = cx.facts.fields(TEMPLATE)
    about = ("list_price", "standard_price", "categ_id", "taxes_id", "active")
    yield Watch(TEMPLATE, fields=tuple(name for name in about if name in known))
    yield Watch(VARIANT, fields=("active", "standard_price"), links=("product_tmpl_id",))
    yield Watch(TEMPLATE_VALUE, fields=("price_extra", "ptav_active"), links=("product_tmpl_id",))
    yield Watch(CATEGORY, fields=("parent_id",))
    if cx.facts.has(TAX):
        amounts = ("amount", "amount_type", "price_include", "include_base_amount", "active")
        yield Watch(TAX, [("company_id", "=", cx.facts.company.id)], amounts)
    if lists:
        yield Watch(LIST, [("id", "in", list(lists))], ("currency_id", "active"))
        fields = tuple(name for name in _RULE if cx.facts.has(ITEM, name))
        yield Watch(ITEM, [("pricelist_id", "in", list(lists))], fields, ("create_date",))
    if len(currencies) > 1:
        companies = ("company_id", "in", [False, house(cx).root])
        domain = [("currency_id", "in", list(currencies)), companies]
        yield Watch(RATE, domain, ("rate", "name"), ("create_date",))


def _count(cx: Connection, watch: Watch) -> int:
    by = "pricelist_id" if watch.model == ITEM else "currency_id"
    return sum(grouped(cx, watch.model, by, watch.domain).values())


def _explained(
    before_it: dict[str, str],
    now: dict[str, str],
    news: Sequence[News],
    cursor: Cursor,
    seen: dict[str, str],
) -> bool:
    """Tell whether what is there now is what was there before and the rows made since."""
    if before_it.keys() != now.keys() or before_it[_LISTS] != now[_LISTS]:
        return False
    start = before(cursor.since, LAG)
    for key, count in now.items():
        if not key.startswith(_COUNT):
            continue
        model = key.removeprefix(_COUNT)
        made = sum(
            one.model == model
            and f"{model}:{one.row['id']}" not in seen
            and str(one.row["create_date"]) >= start
            for one in news
        )
        if int(before_it[key]) + made != int(count):
            return False
    return True


def _told(cx: Connection, news: Sequence[News], places: Places) -> list[str] | None:
    """Return the products that rows are about; ``places``: what rules were about before."""
    products: set[int] = set()
    variants: set[int] = set()
    for one in news:
        if one.model in _OF_ALL:
            return None
        if one.model == TEMPLATE:
            products.add(int(one.row["id"]))
        elif one.model == ITEM:
            for place in {place_of(one.row), places.get(int(one.row["id"]), "")} - {""}:
                if place == EVERYTHING:
                    return None
                (products if place.startswith("t") else variants).add(int(place[1:]))
        elif (template := ref_id(one.row["product_tmpl_id"])) is not None:
            products.add(template)
        else:
            return None
    rows = cx.odoo.find_in(VARIANT, "id", sorted(variants), ["product_tmpl_id"])
    products |= {ref_id(row["product_tmpl_id"]) or 0 for row in rows}
    return [str(number) for number in sorted(products - {0})]
