"""load(): cells, messages, external ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import PIXEL, Talk

PT = "product.template"
CATEGORY = "product.category"
LINES = [
    *("id", "name", "attribute_line_ids/id", "attribute_line_ids/attribute_id/id"),
    "attribute_line_ids/value_ids/id",
]


def cells(t: Talk) -> Iterator[Any]:
    a = f"{t.tag}.a"
    first = t.load(
        PT,
        ["id", "name", "list_price", "sale_ok", "type", "sequence"],
        [[a, "A", "1.5", "1", "consu", "3"], [f"{t.tag}.b", "B", "2", "no", "Service", ""]],
    )
    yield first
    for column, cell in (
        *(("sale_ok", "maybe"), ("sale_ok", True), ("sale_ok", False), ("list_price", "x")),
        *(("list_price", "1,5"), ("list_price", 1.5), ("sequence", 5), ("sequence", "1.5")),
        *(("type", "nope"), ("tracking", "By Lots"), ("tracking", ""), ("nam", "x")),
        *(("categ_id/nam", "y"), ("attribute_line_ids/nam", "y"), ("name/x", "y")),
        *(("categ_id/id", "no.such"), ("categ_id/id", "nosuch"), ("categ_id/.id", "999999")),
        *(("categ_id/id", "base.main_company"), ("categ_id/.id", "abc"), ("categ_id/.id", "0")),
        *(("categ_id/.id", 999999), ("categ_id", "No such"), ("uom_id", "Units")),
        *(("taxes_id/id", "no.such,no.such2"), ("taxes_id/.id", "999999"), ("taxes_id/id", "")),
        *(("taxes_id/id", "no.such, "), ("image_1920", "YWJj"), ("image_1920", PIXEL)),
    ):
        yield column, t.load(PT, ["id", "name", column], [[a, "A", cell]])
    yield "no name", t.load(PT, ["id", "name"], [[f"{t.tag}.c", ""]])
    yield "no name, update", t.load(PT, ["id", "name"], [[a, ""]])
    for key in ("999999", "abc", "", 999999):
        yield ".id", key, t.load(PT, [".id", "name"], [[key, t.name("x")]])


def rows(t: Talk) -> Iterator[Any]:
    a = f"{t.tag}.a"
    yield "none", t.load(PT, ["id", "name"], [])
    yield "no columns", t.load(PT, [], [["x"]])
    yield "short", t.load(PT, ["id", "name", "list_price"], [[a, "x"]])
    yield "long", t.load(PT, ["id", "name"], [[a, "x", "y", "z"]])
    yield "empty", t.load(PT, ["id", "name"], [["", ""]])
    wrong = [[f"{t.tag}.d", "D", "x", "nope"], [f"{t.tag}.e", "E", "y", "consu"]]
    yield "two wrong", t.load(PT, ["id", "name", "list_price", "type"], wrong)
    many = [[f"{t.tag}.z{i}", "", ""] for i in range(15)]
    yield "many wrong", t.load(PT, ["id", "name", "type"], many)
    twice = [[f"{t.tag}.{key}", key, t.name("bar")] for key in "gh"]
    yield "barcode twice", t.load(PT, ["id", "name", "barcode"], twice)
    yield "nothing kept", t(PT, "search_count", [["barcode", "=", t.name("bar")]])
    yield "cleared", t.load(PT, ["id", "name", "default_code"], [[a, t.name("x"), "c1"]])
    yield t.load(PT, ["id", "default_code"], [[a, ""]])
    yield t.rows(PT, [["name", "=", t.name("x")]], "default_code")
    item = ["pricelist_id/.id", "date_start"]
    yield "date", t.load("product.pricelist.item", item, [["", "bad"]])


def external_ids(t: Talk) -> Iterator[Any]:
    columns = ["id", "name"]

    def kept(module: str, name: str = "%") -> Any:
        domain = [["module", "=", module], ["name", "=like", name]]
        return t.rows("ir.model.data", domain, "module", "name", "model", "noupdate", order="name")

    yield "product", t.load(PT, columns, [[f"{t.tag}.a", "A"]]), kept(t.tag)
    yield "of another model", t.load(CATEGORY, columns, [[f"{t.tag}.a", "x"]]), kept(t.tag)
    yield "no module", t.load(CATEGORY, columns, [[t.name("n"), "x"]])
    yield kept("__import__", t.name("n"))
    yield "dots", t.load(CATEGORY, columns, [[f"{t.tag}.b.c", "x"]]), kept(t.tag, "b.c")
    yield "spaces", t.load(CATEGORY, columns, [[f"{t.tag}.c d", "x"]])
    yield "installed module", t.load(CATEGORY, columns, [[f"product.{t.tag}", "x"]])
    both = [[f"{t.tag}.tw", t.name("one")], [f"{t.tag}.tw", t.name("two")]]
    yield "twice", t.load(CATEGORY, columns, both)
    yield t.rows(CATEGORY, [["name", "like", t.tag]], "name")
    yield "noupdate", t.load(CATEGORY, columns, [[f"{t.tag}.nu", t.name("x")]], noupdate=True)
    yield t.load(CATEGORY, columns, [[f"{t.tag}.nu", t.name("y")]], mode="update")
    yield t.rows(CATEGORY, [["name", "like", t.tag]], "name")
    yield "module", t.load(CATEGORY, columns, [["mc", "x"]], module=t.tag), kept(t.tag, "mc")
    yield "variant", t.load("product.product", columns, [[f"{t.tag}.v1", "V"]])
    yield kept(t.tag, "v1%")
    category = t(CATEGORY, "search", [["name", "=", t.name("x")]])
    yield "deleted", t(CATEGORY, "unlink", category), kept(t.tag, "nu")
    yield "again", t.load(CATEGORY, columns, [[f"{t.tag}.nu", t.name("z")]])


def parents(t: Talk) -> Iterator[Any]:
    columns = ["id", "name", "parent_id/id"]
    r1, r2, s1, s2 = (f"{t.tag}.{key}" for key in ("r1", "r2", "s1", "s2"))
    yield t.load(CATEGORY, columns, [[r1, t.name("1"), ""], [r2, t.name("2"), r1]])
    yield t.rows(CATEGORY, [["name", "like", t.tag]], "complete_name")
    yield "loop", t.load(CATEGORY, ["id", "parent_id/id"], [[r1, r2]])
    yield "itself", t.load(CATEGORY, ["id", "parent_id/id"], [[r1, r1]])
    yield "later", t.load(CATEGORY, columns, [[s1, "s1", s2], [s2, "s2", ""]])
    yield "renamed", t.load(CATEGORY, ["id", "name"], [[r1, t.name("one")]])
    yield t.rows(CATEGORY, [["name", "like", t.tag]], "complete_name")


def attribute_lines(t: Talk) -> Iterator[Any]:
    n = t.tag
    columns = ["id", "name", "create_variant", "sequence", "value_ids/id", "value_ids/name"]
    made = [
        [f"{n}.size", t.name("Size"), "always", "1", f"{n}.s", "S"],
        ["", "", "", "", f"{n}.m", "M"],
        ["", "", "", "", f"{n}.l", "L"],
        [f"{n}.col", t.name("Colour"), "always", "2", f"{n}.red", "Red"],
        ["", "", "", "", f"{n}.blu", "Blue"],
        [f"{n}.nv", t.name("Engrave"), "no_variant", "3", f"{n}.nv1", "Yes"],
        ["", "", "", "", f"{n}.nv2", "No"],
        [f"{n}.dy", t.name("Made"), "dynamic", "4", f"{n}.dy1", "d1"],
        ["", "", "", "", f"{n}.dy2", "d2"],
    ]
    yield t.load("product.attribute", columns, made)

    def variants(key: str = "t") -> Any:
        domain = [["module", "=", n], ["name", "=", key]]
        [entry] = t("ir.model.data", "search_read", domain, ["res_id"])
        fields = ("display_name", "active", "lst_price")
        of = [["product_tmpl_id", "=", entry["res_id"]]]
        return t.rows("product.product", of, *fields, active_test=False)

    def line(key: str, attribute: str, *values: str, of: str = "t") -> list[str]:
        chosen = ",".join(f"{n}.{value}" for value in values)
        return [f"{n}.{of}", t.name(of), f"{n}.{of}_{key}", f"{n}.{attribute}", chosen]

    def more(key: str, attribute: str, *values: str, of: str = "t") -> list[str]:
        return ["", "", *line(key, attribute, *values, of=of)[2:]]

    both = [line("size", "size", "s", "m"), more("col", "col", "red")]
    for label, lines in (
        ("new", both),
        ("same", both),
        ("more values", [line("size", "size", "s", "m", "l")]),
        ("fewer values", [line("size", "size", "s", "l")]),
        ("second of the other", [line("col", "col", "red", "blu")]),
        ("no values", [line("col", "col")]),
        ("value of another", [line("col", "col", "s")]),
        ("another attribute", [line("col", "size", "s")]),
    ):
        yield label, t.load(PT, LINES, lines), variants()
    stolen = line("col", "col", "red")
    yield "line of another", t.load(PT, LINES, [[f"{n}.u", "Other", *stolen[2:]]])
    nothing = line("x", "col", "red", of="w")
    yield "no attribute", t.load(PT, LINES, [[*nothing[:3], "", nothing[4]]])
    for of, lines in (
        ("x", [line("1", "nv", "nv1", "nv2", of="x"), more("2", "size", "s", "m", of="x")]),
        ("y", [line("1", "dy", "dy1", "dy2", of="y")]),
        ("z", [line("1", "size", "s", of="z"), more("2", "size", "m", of="z")]),
        ("q", [line("1", "size", "s", "s", of="q")]),
    ):
        yield of, t.load(PT, LINES, lines), variants(of)
    again = ["id", "value_ids/id", "value_ids/name"]
    twice = t.load("product.attribute", again, [[f"{n}.size", f"{n}.s9", "S"]])
    yield "same name twice", twice


def own_values(t: Talk) -> Iterator[Any]:
    """One call that writes each of several records its own values; Odoo 14 has none."""
    a, b, hidden = (t.product(word, list_price=1) for word in ("a ", "b ", "c "))
    t(PT, "write", [hidden], {"active": False})

    def prices() -> Any:
        rows = t(PT, "read", [a, b, hidden], ["list_price"])
        return [row["list_price"] for row in rows]

    def save(ids: list[int], values: list[dict[str, Any]], *more: Any) -> Any:
        answer = t(PT, "web_save_multi", ids, values, *(more or ({},)))
        if isinstance(answer, list):
            answer = [[list(row)[1:], row.get("list_price")] for row in answer]
        return answer, prices()

    yield "each its own", save([a, b], [{"list_price": 2}, {"list_price": 3.5}])
    yield "an archived one", save([hidden, a], [{"list_price": 4}, {"list_price": 5}])
    yield "twice the same", save([a, a], [{"list_price": 6}, {"list_price": 7}])
    yield "nothing", save([], [])
    yield "too few values", save([a, b], [{"list_price": 8}])
    yield "one that is gone", save([a, 999999], [{"list_price": 9}, {"list_price": 9}])
    yield "unknown field", save([a, b], [{"list_price": 10}, {"wrong": 10}])
    yield "a required one emptied", save([a, b], [{"list_price": 11}, {"name": False}])
    yield "with an answer", save([a], [{"list_price": 12}], {"list_price": {}})
    yield "no specification", t(PT, "web_save_multi", [a], [{"list_price": 13}]), prices()


SCENARIOS = (cells, rows, external_ids, parents, attribute_lines, own_values)
ONLY_19: tuple[Any, ...] = ()
