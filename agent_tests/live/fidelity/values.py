"""How values are read, rounded, translated and refused."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import PIXEL, Talk

PT = "product.template"
SMALL_IMAGES = {
    "JPEG": (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
        "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
        "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIAAgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
        "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
        "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
        "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA"
        "HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh"
        "cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
        "anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk"
        "5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwCjRRRXOewf/9k="
    ),
    "WebP": ("UklGRjQAAABXRUJQVlA4ICgAAABwAQCdASoIAAgABABoJaACdAFAAAD+6mX8GyRTnL/8bx/ku/t32UAA"),
    "GIF": "R0lGODdhCAAIAIEAAMgeHgAAAAAAAAAAACwAAAAACAAIAAAIDwABCBxIsKDBgwgTKkwYEAA7",
}
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


def cut_images(t: Talk) -> Iterator[Any]:
    """Real servers look at headers only; what is missing further on is not missed."""
    record = t(PT, "create", {"name": t.name()})
    for kind, text in (*SMALL_IMAGES.items(), ("PNG", base64.b64encode(png(64, 64)).decode())):
        whole = base64.b64decode(text)
        for size in (len(whole), len(whole) - 1, len(whole) * 3 // 4, 120, 60, 33):
            image = base64.b64encode(whole[:size]).decode()
            yield kind, size, t(PT, "write", [record], {"image_1920": image})
    for side in ((8000, 8000), (3000, 2000), (1920, 10)):
        image = base64.b64encode(png(*side)).decode()
        yield side, t(PT, "write", [record], {"image_1920": image})
        yield "as sent", t.read(PT, record, "image_1920")["image_1920"] == image


def png(width: int, height: int) -> bytes:
    """Return a white image of two colours; even a large one has few bytes."""
    rows = (b"\0" + b"\xff" * ((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")):
        made += struct.pack(">I", len(body)) + kind + body
        made += struct.pack(">I", zlib.crc32(kind + body))
    return made


def companies(t: Talk) -> Iterator[Any]:
    [mine] = t("res.company", "search", [], limit=1, order="id")
    for ids in ([mine], [], [999999]):
        context = {"allowed_company_ids": ids}
        yield t(PT, "search_count", [["name", "=", t.tag]], context=context)
        yield t.plain(t(PT, "create", {"name": t.name()}, context=context))
        yield t.plain(t("product.category", "create", {"name": t.name()}, context=context))
    for company in (mine, 999999):
        yield t.plain(t(PT, "create", {"name": t.name(), "company_id": company}))


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


SCENARIOS = (
    *(defaults_and_rounding, empty_and_odd_values, images, cut_images, languages, lists),
    companies,
)
ONLY_19 = (html,)
