"""Products, variants, attributes: what follows from a change, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import PIXEL, Talk

PT = "product.template"
PP = "product.product"
LINE = "product.template.attribute.line"
VALUE = "product.template.attribute.value"
SHARED = ("default_code", "barcode", "weight", "standard_price")


def shown(t: Talk, template: int) -> Any:
    fields = ("display_name", "active", *SHARED, "lst_price", "qty_available")
    domain = [["product_tmpl_id", "=", template]]
    return t.rows(PP, domain, *fields, active_test=False)


def values_of(t: Talk, template: int) -> Any:
    domain = [["product_tmpl_id", "=", template]]
    return t.rows(VALUE, domain, "name", "ptav_active", "price_extra", "display_name")


def lines(attribute: int, values: list[int]) -> list[Any]:
    return [[0, 0, {"attribute_id": attribute, "value_ids": [[6, 0, values]]}]]


def shared_values(t: Talk) -> Iterator[Any]:
    size, values = t.attribute("Size", "SM")
    several = t(
        PT,
        "create",
        {
            "name": t.name("K"),
            "attribute_line_ids": lines(size, values),
            "default_code": "KC",
            "weight": 2,
            "barcode": t.name("b"),
        },
    )
    yield t.read(PT, several, *SHARED, "product_variant_count", "has_configurable_attributes")
    first, second = t.variants(several)
    own = {"default_code": "V0", "barcode": t.name("v"), "weight": 3, "standard_price": 4}
    yield t(PP, "write", [first], own), t.read(PT, several, *SHARED)
    theirs = {"default_code": "TC", "barcode": t.name("t"), "weight": 9, "standard_price": 5}
    yield t(PT, "write", [several], theirs), t.read(PT, several, *SHARED), shown(t, several)
    extra = t(VALUE, "search", [["product_tmpl_id", "=", several]], order="id")
    t(VALUE, "write", extra[:1], {"price_extra": 2.555})
    yield "extra price", shown(t, several), values_of(t, several)
    yield t(PP, "write", [first], {"lst_price": 10}), t.read(PT, several, "list_price")
    for active, what in ((False, PT), (True, PT)):
        yield t(what, "write", [several], {"active": active}), shown(t, several)
    yield t(PP, "write", [first], {"active": False}), t.read(PT, several, "active", "default_code")
    yield t(PP, "write", [second], {"active": False}), t.read(PT, several, "active")
    yield t(PP, "unlink", [second]), len(t(PT, "read", [several], ["name"]))
    alone = t(PP, "create", {"name": t.name("alone"), "default_code": "Z", "weight": 2})
    [template] = t(PT, "search", [["product_variant_ids", "in", [alone]]])
    yield t.read(PT, template, *SHARED, "product_variant_count")
    yield t(PP, "unlink", [alone]), len(t(PT, "read", [template], ["name"]))


def from_one_to_several(t: Talk) -> Iterator[Any]:
    size, values = t.attribute("Size", "SM")
    own = {"default_code": "C", "barcode": t.name("b"), "weight": 3, "standard_price": 4}
    one = t(PT, "create", {"name": t.name("1"), "list_price": 9, **own})
    [variant] = t.variants(one)
    for chosen in (values[:1], values):
        line = t(LINE, "search", [["product_tmpl_id", "=", one]])
        commands = [[1, line[0], {"value_ids": [[6, 0, chosen]]}]] if line else lines(size, chosen)
        yield t(PT, "write", [one], {"attribute_line_ids": commands}), shown(t, one)
        yield variant in t.variants(one), t.read(PT, one, *SHARED, "list_price")
    two = t(PT, "create", {"name": t.name("2"), "default_code": "C", "weight": 3})
    [variant] = t.variants(two)
    yield t(PT, "write", [two], {"attribute_line_ids": lines(size, values)}), shown(t, two)
    yield variant in t.variants(two), t.read(PT, two, *SHARED)
    yield t(PT, "write", [two], {"attribute_line_ids": [[5]]}), shown(t, two)
    yield "one more by hand", t(PP, "create", {"product_tmpl_id": two})


def variants_in_use(t: Talk) -> Iterator[Any]:
    size, values = t.attribute("Size", "SML")
    shirt = t.product("shirt", attribute_line_ids=lines(size, values))
    for variant in t.variants(shirt)[:2]:
        t.count(variant, 5)
    yield shown(t, shirt), values_of(t, shirt)
    [line] = t(LINE, "search", [["product_tmpl_id", "=", shirt]])
    for chosen in (values[1:], values[1:2], values):
        change = {"attribute_line_ids": [[1, line, {"value_ids": [[6, 0, chosen]]}]]}
        yield t(PT, "write", [shirt], change), shown(t, shirt), values_of(t, shirt)
    yield t(PT, "write", [shirt], {"attribute_line_ids": [[2, line]]}), shown(t, shirt)
    of = [["product_tmpl_id", "=", shirt]]
    yield values_of(t, shirt), t.rows(LINE, of, "active", active_test=False)
    yield t(PT, "write", [shirt], {"attribute_line_ids": lines(size, values)}), shown(t, shirt)
    yield t.rows(LINE, of, "active", active_test=False)
    colour, hues = t.attribute("Colour", "RG")
    yield t(PT, "write", [shirt], {"attribute_line_ids": lines(colour, hues[:1])}), shown(t, shirt)
    [line] = t(LINE, "search", [*of, ["attribute_id", "=", colour]])
    change = {"attribute_line_ids": [[1, line, {"value_ids": [[6, 0, hues]]}]]}
    yield t(PT, "write", [shirt], change), shown(t, shirt)
    yield t(PT, "write", [shirt], {"active": False}), shown(t, shirt)
    yield t(PT, "write", [shirt], {"active": True}), shown(t, shirt)
    yield t(LINE, "unlink", [line]), shown(t, shirt)
    yield "delete", t(PT, "unlink", [shirt])


def attributes_in_use(t: Talk) -> Iterator[Any]:
    size, values = t.attribute("Size", "SM")
    other, _hues = t.attribute("Other", "R")
    t.product("shirt", attribute_line_ids=lines(size, values))
    yield t("product.attribute", "unlink", [size])
    yield t("product.attribute", "write", [size], {"create_variant": "dynamic"})
    yield t("product.attribute.value", "unlink", values[:1])
    yield t("product.attribute.value", "write", values[:1], {"attribute_id": other})
    yield t("product.attribute.value", "create", {"name": "S", "attribute_id": size}).__class__
    yield t.read("product.attribute", other, "create_variant", "display_type", "sequence")
    made = [t.attribute(f"A{i}", map(str, range(11))) for i in range(3)]
    commands = [command for attribute, chosen in made for command in lines(attribute, chosen)]
    yield "too many", t(PT, "create", {"name": t.name(), "attribute_line_ids": commands})


def uniqueness(t: Talk) -> Iterator[Any]:
    def twice(model: str, values: dict[str, Any]) -> Any:
        t(model, "create", values)
        again = t(model, "create", values)
        return again if isinstance(again, str) else "created"

    entry = {"module": t.tag, "name": "a", "model": "product.category", "res_id": 1}
    yield twice("ir.model.data", entry)
    yield t("ir.model.data", "create", {**entry, "name": "a b"})
    yield twice("ir.config_parameter", {"key": t.name(), "value": "1"})
    yield twice("product.category", {"name": t.name()})
    yield twice("product.attribute", {"name": t.name()})
    attribute, _values = t.attribute("A", "x")
    yield twice("product.attribute.value", {"name": "same", "attribute_id": attribute})
    yield twice(PP, {"name": t.name(), "barcode": t.name("b")})
    yield twice(PT, {"name": t.name(), "default_code": t.name()})
    yield twice("res.users", {"name": t.name(), "login": t.name()})
    yield t("res.currency", "create", {"name": "USD", "symbol": "x"})
    if t.new:
        yield twice("product.tag", {"name": t.name()})
    archived = t(PT, "create", {"name": t.name(), "barcode": t.name("arch")})
    t(PT, "write", [archived], {"active": False})
    taken = t(PT, "create", {"name": t.name(), "barcode": t.name("arch")})
    yield "of an archived product", taken if isinstance(taken, str) else "created"


def dates_of_change(t: Talk) -> Iterator[Any]:
    size, values = t.attribute("Size", "SM")
    p = t(PT, "create", {"name": t.name("p"), "attribute_line_ids": lines(size, values)})
    q = t(PT, "create", {"name": t.name("q")})
    upper = t("product.category", "create", {"name": t.name("c")})
    lower = t("product.category", "create", {"name": t.name("d"), "parent_id": upper})
    watched = {
        "p": (PT, [["id", "=", p]]),
        "variants of p": (PP, [["product_tmpl_id", "=", p]]),
        "q": (PT, [["id", "=", q]]),
        "variant of q": (PP, [["product_tmpl_id", "=", q]]),
        "upper": ("product.category", [["id", "=", upper]]),
        "lower": ("product.category", [["id", "=", lower]]),
        "values of p": (VALUE, [["product_tmpl_id", "=", p]]),
        "lines of p": (LINE, [["product_tmpl_id", "=", p]]),
        "attribute": ("product.attribute", [["id", "=", size]]),
        "values": ("product.attribute.value", [["attribute_id", "=", size]]),
    }
    [qv], pv = t.variants(q), t.variants(p)
    [line] = t(LINE, "search", [["product_tmpl_id", "=", p]])
    extra = t(VALUE, "search", [["product_tmpl_id", "=", p]])
    new = t("product.attribute.value", "create", {"name": "L", "attribute_id": size})
    on_q = (
        *({"list_price": 5}, {"list_price": 5}, {"default_code": "x"}, {"default_code": "x"}),
        *({"barcode": t.name("b")}, {"standard_price": 5}, {"weight": 5}, {"name": "z"}, {}),
        *({"taxes_id": [[6, 0, []]]}, {"image_1920": PIXEL}, {"active": False}, {"active": True}),
    )
    on_qv = (
        *({"default_code": "y"}, {"standard_price": 7}, {"weight": 7}, {"name": "w"}),
        {"lst_price": 9},
    )
    steps: list[tuple[str, list[int], dict[str, Any]]] = [
        *((PT, [q], change) for change in on_q),
        *((PP, [qv], change) for change in on_qv),
        (PT, [p], {"list_price": 5}),
        (PT, [p], {"default_code": "x"}),
        (PP, pv[:1], {"default_code": "y"}),
        (PP, pv[:1], {"active": False}),
        (PP, pv[:1], {"active": True}),
        (VALUE, extra[:1], {"price_extra": 2}),
        ("product.attribute", [size], {"name": t.name("S2")}),
        ("product.attribute.value", values[:1], {"name": "XS"}),
        ("product.category", [upper], {"name": t.name("c2")}),
        (PT, [p], {"attribute_line_ids": [[1, line, {"value_ids": [[4, new]]}]]}),
        (PT, [p], {"attribute_line_ids": [[1, line, {"value_ids": [[3, new]]}]]}),
        (PT, [p], {"attribute_line_ids": [[1, line, {"value_ids": [[6, 0, values]]}]]}),
    ]
    seen = {key: t.rows(*where, "write_date", active_test=False) for key, where in watched.items()}
    for model, ids, change in steps:
        t.pause(1.05)  # dates are read in whole seconds
        t(model, "write", ids, change)
        now = {
            key: t.rows(*where, "write_date", active_test=False) for key, where in watched.items()
        }
        yield model, t.plain(change), [key for key in now if now[key] != seen[key]]
        seen = now


SCENARIOS = (
    *(shared_values, from_one_to_several, variants_in_use, attributes_in_use, uniqueness),
    dates_of_change,
)
ONLY_19: tuple[Any, ...] = ()
