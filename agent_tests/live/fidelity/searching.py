"""Searches, orders, names, groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import Talk

PT = "product.template"
CATEGORY = "product.category"


class Four:
    """Four products and three nested categories that differ in all that is searched."""

    def __init__(self, t: Talk) -> None:
        self.t = t
        self.top = t(CATEGORY, "create", {"name": t.name()})
        self.mid = t(CATEGORY, "create", {"name": t.name("1"), "parent_id": self.top})
        self.low = t(CATEGORY, "create", {"name": t.name("2"), "parent_id": self.mid})
        about: tuple[tuple[str, dict[str, Any]], ...] = (
            ("Aa", {"list_price": 1, "default_code": "K%" + t.tag, "categ_id": self.mid}),
            ("ab", {"list_price": 0, "categ_id": self.low, "description_sale": "x"}),
            ("B_c", {"list_price": 5, "sale_ok": False, "categ_id": self.top}),
            ("é", {"weight": 2, "categ_id": self.low, "barcode": t.name()}),
        )
        self.ids = [t(PT, "create", {"name": t.tag + name, **more}) for name, more in about]
        self.letters = dict(zip(self.ids, "abcd", strict=True))

    def find(self, *domain: Any, **how: Any) -> Any:
        found = self.t(PT, "search", [["id", "in", self.ids], *domain], **how)
        return [self.letters[one] for one in found] if isinstance(found, list) else found


def terms(t: Talk) -> Iterator[Any]:
    four = Four(t)
    a, n = t.tag + "Aa", t.tag
    for term in (
        *(["name", "=", a], ["name", "ilike", "a"], ["name", "like", "a"], ["name", "!=", a]),
        *(["name", "=like", n + "a%"], ["name", "=ilike", n + "a%"], ["name", "in", [a]]),
        *(["name", "not ilike", "a"], ["name", "not like", "a"], ["name", "not in", [a]]),
        *(["name", "ilike", "b_c"], ["name", "ilike", "b%c"], ["name", "ilike", "É"]),
        *(["default_code", "=", False], ["default_code", "!=", False], ["default_code", "=", ""]),
        *(["default_code", "ilike", "%"], ["default_code", "not ilike", "K"]),
        *(["default_code", "!=", "K%" + n], ["default_code", "in", [False]]),
        *(["default_code", "in", ["K%" + n, False]], ["default_code", "not in", ["K%" + n]]),
        *(["default_code", "not in", [False]], ["default_code", "=", None]),
        *(["list_price", ">", 0], ["list_price", ">=", 0], ["list_price", "<", 1]),
        *(["list_price", "=", 0], ["list_price", "!=", 0], ["list_price", "=", "5"]),
        *(["list_price", "in", [1, 5]], ["weight", "=", 0], ["weight", "=", False]),
        *(["weight", "!=", False], ["weight", ">", 0], ["weight", "<", 1]),
        *(["sale_ok", "=", True], ["sale_ok", "=", False], ["sale_ok", "!=", True]),
        *(["sale_ok", "in", [True]], ["sale_ok", "=", "x"], ["active", "=", True]),
        *(["categ_id", "=", four.top], ["categ_id", "child_of", four.top]),
        *(["categ_id", "child_of", [four.mid]], ["categ_id", "parent_of", four.mid]),
        *(["categ_id", "=", n + "1"], ["categ_id", "ilike", n + "1"], ["categ_id", "=", False]),
        *(["categ_id", "!=", four.top], ["categ_id", "in", [four.top, four.mid]]),
        *(["categ_id", "not in", [four.top]], ["categ_id.name", "=", n + "1"]),
        *(["categ_id.parent_id", "=", four.top], ["categ_id.parent_id.name", "ilike", n]),
        *(["categ_id", "child_of", n], ["categ_id", "in", [False]], ["categ_id", "in", []]),
        *(["product_variant_ids.barcode", "=", n], ["barcode", "=", n], ["barcode", "!=", False]),
        *(["product_variant_ids", "!=", False], ["product_variant_ids", "=", False]),
        *(["taxes_id", "=", False], ["taxes_id.amount", ">", 0], ["taxes_id", "in", []]),
        *(["create_date", ">", "2000-01-01"], ["create_date", "<", "2000-01-01"]),
        *(["create_date", "=", False], ["description_sale", "=", "x"], ["active", "=", False]),
        *(["description_sale", "=", False], ["id", ">", four.ids[1]], ["id", "=", False]),
        *(["id", "=", str(four.ids[0])], ["id", "!=", four.ids[0]], ["id", "not in", four.ids[:1]]),
        *(["display_name", "ilike", n + "a"], ["type", "=", "consu"], ["type", "in", ["service"]]),
        *(["type", "!=", "consu"], ["type", "=", "zzz"], ["product_variant_count", "=", 1]),
        *(["qty_available", "=", 0], ["qty_available", ">", 0], ["standard_price", "=", 0]),
        *(["name", "=?", False], ["name", "=?", n + "ab"], ["name", "=", 5]),
        *(["write_uid", "=", t.uid], [1, "=", 1], [0, "=", 1]),
    ):
        yield t.plain(term), four.find(term)


def combinations(t: Talk) -> Iterator[Any]:
    four = Four(t)
    is_a, is_b = ["name", "=", t.tag + "Aa"], ["name", "=", t.tag + "ab"]
    yield four.find("|", is_a, is_b)
    yield four.find("!", is_a)
    nested = ["|", "&", is_a, ["list_price", "=", 1], "!", ["sale_ok", "=", True]]
    yield four.find(*nested)
    yield four.find("&", ["sale_ok", "=", True], ["list_price", ">", 0])
    t(PT, "write", four.ids[:1], {"active": False})
    yield four.find(), four.find(["active", "=", False])
    yield four.find(["active", "in", [True, False]]), four.find(context={"active_test": False})
    yield four.find("|", ["active", "=", True], ["name", "=", "zz"])


def orders(t: Talk) -> Iterator[Any]:
    four = Four(t)
    for order in (
        *("name", "name desc", "list_price desc, name", "categ_id,id", "categ_id desc,id"),
        *("default_code,id", "default_code desc,id", "id desc", "create_date desc,id", "NAME"),
        *("sale_ok, name", "name ASC", "uom_id,id", "barcode", "weight desc,id", "display_name"),
        *("qty_available", "categ_id.name", "id asc nulls first", "name;x", "nam", ""),
    ):
        yield order, four.find(order=order)
    yield four.find(order="id", limit=2), four.find(order="id", limit=2, offset=1)
    yield four.find(order="id", offset=3), four.find(order="id", limit=0)
    yield t(PT, "search_count", [["id", "in", four.ids]])


def names(t: Talk) -> Iterator[Any]:
    Four(t)

    def search(model: str, *args: Any) -> Any:
        return [t.clean(name) for _record, name in t(model, "name_search", *args)]

    yield search(PT, t.tag), search(PT, t.tag + "ab"), search(PT, t.tag, [["sale_ok", "=", False]])
    yield search(CATEGORY, t.tag + "1"), search(CATEGORY, f"{t.tag} / {t.tag}1")
    yield search(CATEGORY, t.tag + "1", [], "="), search("product.product", t.tag)
    created = t(CATEGORY, "name_create", t.name("made"))
    yield t.clean(created[1])


def reading(t: Talk) -> Iterator[Any]:
    four = Four(t)
    first, second = four.ids[:2]
    yield [four.letters[r["id"]] for r in t(PT, "read", [second, 999999, first], ["name"])]
    yield len(t(PT, "read", [second, second], ["name"])), t(PT, "read", [], ["name"])
    [row] = t(PT, "read", [second], ["categ_id"])
    yield t.clean(row["categ_id"][1])
    yield t(PT, "read", [second], ["categ_id"], load="")[0]["categ_id"] == four.low
    yield sorted(t(PT, "search_read", [["id", "=", second]], ["name", "name"])[0])
    described = t(CATEGORY, "fields_get", ["name", "parent_id", "nope"], ["string", "type"])
    yield described
    yield t(PT, "fields_get", ["type", "tracking"], ["selection"])
    groups = t(CATEGORY, "read_group", [["id", "=", four.top]], ["name"], ["parent_id"])
    yield [sorted((k, v) for k, v in g.items() if not k.startswith("__")) for g in groups]
    yield sorted(t(CATEGORY, "get_metadata", [four.top])[0])
    wanted = ["name", "parent_id", "property_cost_method", "property_valuation"]
    yield t(CATEGORY, "default_get", wanted)
    yield t(CATEGORY, "default_get", ["name"], context={"default_name": "x"})


SCENARIOS = (terms, combinations, orders, names, reading)
ONLY_19: tuple[Any, ...] = ()
