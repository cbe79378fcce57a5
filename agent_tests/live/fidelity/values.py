"""How values are read, rounded, translated and refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import PIXEL, Talk

PT = "product.template"
HTML = (
    *("plain", "plain\ntwo", "a <b>b</b>", "<p>x</p>", "<p>x</p><p>y</p>", "<div>x</div>"),
    *("<p>a &amp; b &lt; c</p>", '<p onclick="x()">x</p>', "<script>a</script>", "  ", "&nbsp;"),
    *("<style>p{}</style><p>x</p>", '<img src="a.png">', '<a href="javascript:x">x</a>'),
    *('<p style="color:red">x</p>', "<ul><li>1<li>2</ul>", "<p>x", "x<br>y", "é 😀", "a & b"),
    *('<iframe src="http://x"></iframe>', "<table><tr><td>1</td></tr></table>", "<br/>"),
    *("<h1>t</h1>text", "<p></p>", '<form><input name="a"></form>', "<!-- c --><p>x</p>"),
    *('<P CLASS="x">y</P>', "<span>x</span>", '<font size="2">x</font>', "<p>a</p>tail"),
    *("text<p>b</p>", "<b>a</b><i>b</i>", "<b>a</b> tail", "<div><p>x</p></div>", "&eacute;"),
    *("<p>1</p>\n<p>2</p>", "<p>x</p>\n", "<p>x<br/>y</p>", "<p>a</p><script>x</script>"),
    *("<table><tr><td>1<td>2</table>", '<img src="http://x/y.png" alt="q"/>'),
)


def defaults_and_rounding(t: Talk) -> Iterator[Any]:
    record = t(
        PT,
        "create",
        {
            "name": t.name("A "),
            "list_price": 1.005,
            "weight": 1.23456,
            "volume": 0.005,
            "sequence": "7",
            "default_code": 5,
            "sale_ok": "false",
            "description_sale": "  sp  ",
        },
    )
    yield t.read(
        PT,
        record,
        *("list_price", "weight", "volume", "sequence", "default_code", "sale_ok", "active"),
        *("description_sale", "type", "invoice_policy", "tracking", "standard_price", "barcode"),
        *("qty_available", "purchase_ok", "sale_delay", "company_id", "uom_name"),
        *("weight_uom_name", "volume_uom_name", "product_variant_count", "is_product_variant"),
    )
    yield "category", bool(t.read(PT, record, "categ_id")["categ_id"])
    yield "taxes", len(t.read(PT, record, "taxes_id")["taxes_id"])
    for price in (1.115, 2.675, 1.0049999, "12.5", True, False, 10**9, -5):
        t(PT, "write", [record], {"list_price": price})
        yield price, t.read(PT, record, "list_price")
    for name in ("", "  x  ", 5, 1.5, True, "\U0001d4b3😀"):
        yield name, t(PT, "write", [record], {"name": name}), t.read(PT, record, "name")


def empty_and_odd_values(t: Talk) -> Iterator[Any]:
    record = t(PT, "create", {"name": t.name("A"), "barcode": ""})
    for changes in (
        {"default_code": ""},
        {"barcode": ""},
        {"id": 5},
        {"create_date": "2001-01-01 00:00:00"},
        {"product_variant_count": 5},
        {"display_name": "zz"},
        {},
    ):
        yield changes, t(PT, "write", [record], changes)
        if names := [name for name in changes if name not in {"id", "create_date"}]:
            yield t.read(PT, record, *names)
    yield t(PT, "search_count", [["id", "=", record], ["create_date", ">", "2005-01-01"]])
    yield t(PT, "write", [], {"name": "x"})
    yield t(PT, "create", [])
    made = [{"name": t.name("good")}, {"name": False}]
    yield "one bad of two", t(PT, "create", made)
    yield t(PT, "search_count", [["name", "=", t.name("good")]])


def images(t: Talk) -> Iterator[Any]:
    record = t(PT, "create", {"name": t.name()})
    yield t(PT, "write", [record], {"image_1920": PIXEL})
    yield t.read(PT, record, "image_1920")["image_1920"] == PIXEL
    [variant] = t.variants(record)
    yield t.read("product.product", variant, "image_1920", "image_variant_1920")
    cut = base64.b64encode(base64.b64decode(PIXEL)[:40]).decode()
    for image in ("notbase64!", "YWJj", cut, "PHN2Zz48L3N2Zz4=", "PGh0bWw+PC9odG1sPg==", 5, ""):
        yield image, t(PT, "write", [record], {"image_1920": image})
    t(PT, "write", [record], {"image_1920": PIXEL})
    yield t.read(PT, record, "image_1920", bin_size=True)


def html(t: Talk) -> Iterator[Any]:
    record = t(PT, "create", {"name": t.name()})
    for text in HTML:
        t(PT, "write", [record], {"description": text})
        yield text, t.read(PT, record, "description")


def languages(t: Talk) -> Iterator[Any]:
    def both(record: int, field: str, model: str = PT) -> list[Any]:
        return [t.read(model, record, field, lang=lang) for lang in ("en_US", "fr_FR")]

    def write(record: int, lang: str, **values: Any) -> Any:
        return t(PT, "write", [record], values, context={"lang": lang} if lang else {})

    first = t(PT, "create", {"name": t.name("EN")})
    yield both(first, "name")
    for lang, name in (("fr_FR", "FR"), ("", "EN2"), ("en_US", "EN3")):
        write(first, lang, name=t.name(name))
        yield lang, both(first, "name")
    second = t(PT, "create", {"name": t.name("FRC")}, context={"lang": "fr_FR"})
    yield both(second, "name")
    write(second, "", name=t.name("EN"))
    yield both(second, "name")
    for lang in ("en_US", "fr_FR"):
        for name in ("FR", "EN3"):
            domain = [["name", "=", t.name(name)]]
            yield lang, name, t(PT, "search_count", domain, context={"lang": lang})
    for empty in (False, ""):
        for lang in ("fr_FR", "en_US"):
            third = t(PT, "create", {"name": "x", "description_sale": "EN"})
            write(third, "fr_FR", description_sale="FR")
            write(third, lang, description_sale=empty)
            yield lang, empty, both(third, "description_sale")
    fourth = t(PT, "create", {"name": "x"})
    write(fourth, "fr_FR", description_sale="FR")
    yield "source empty", both(fourth, "description_sale")
    category = t("product.category", "create", {"name": t.name("EN")})
    t("product.category", "write", [category], {"name": t.name("FR")}, context={"lang": "fr_FR"})
    yield both(category, "complete_name", "product.category")
    yield t.load(PT, [".id", "name"], [[str(first), t.name("LD")]], lang="fr_FR")
    yield both(first, "name")


def lists(t: Talk) -> Iterator[Any]:
    record = t(PT, "create", {"name": t.name()})
    [tax] = t("account.tax", "search", [["type_tax_use", "=", "sale"]], limit=1, order="id")
    for value in (
        *([[5]], [[4, tax]], [[3, tax]], [[6, 0, [tax]]], [[6, False, []]], [tax], [], False),
        *([[4, tax, 0]], [[5, 0, 0]], [[4, str(tax)]], "x", [[9, 1]], [["x"]], 5, True),
    ):
        yield t.plain(value), t(PT, "write", [record], {"taxes_id": value})
        yield len(t.read(PT, record, "taxes_id")["taxes_id"])
    attribute, [first, second] = t.attribute("A", "AB")
    for commands in (
        [[1, first, {"name": "AA"}], [2, second], [0, 0, {"name": "C"}]],
        [[3, first]],
        [[1, 999999, {"name": "AA"}]],
        [[2, 999999]],
        [[4, 999999]],
        [[5]],
    ):
        yield (
            t.plain(commands),
            t("product.attribute", "write", [attribute], {"value_ids": commands}),
        )
        yield t.rows("product.attribute.value", [["attribute_id", "=", attribute]], "name")


SCENARIOS = (defaults_and_rounding, empty_and_odd_values, images, languages, lists)
ONLY_19 = (html,)
