"""Texts of Odoo by the shop's language codes: one call per language.

Odoo answers a text that was not translated in another language, so a record without a name in one
language comes with the one it has. Fields of which Odoo keeps one text for all languages (see
:meth:`Facts.keeps_languages`) are told in the main language alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.odoo.client import READ_CHUNK, Row, chunks
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.languages import shop_code
from agent.model.catalogue import Text

Texts = Mapping[int, Mapping[str, Text]]
"""Texts by record id and field name."""


def tongues(cx: Connection) -> dict[str, str]:
    """Return the shop's language codes with the Odoo language each of them is.

    Several shop languages that go to one of Odoo's are all told, although one of them is written.
    Where the shop's are not known: codes of Odoo's languages, as shops write them.
    """
    if not cx.shop_languages:
        return cx.languages.known()
    found = {shop: cx.languages.erp(shop) for shop in cx.shop_languages}
    return {shop: erp for shop, erp in found.items() if erp is not None}


def main_tongues(cx: Connection) -> tuple[str, ...]:
    """Return the shop's codes of the connection's main language, the one that is written first.

    Where the shop has none that goes there, its first one stands in, as it does for writing.
    """
    main = cx.facts.language
    found = [shop for shop, erp in tongues(cx).items() if erp == main]
    found.sort(key=lambda shop: shop_code(shop) != shop_code(main))
    return tuple(found) or (next(iter(cx.shop_languages), shop_code(main)),)


def read_texts(
    cx: Connection,
    model: str,
    rows: Sequence[Row],
    names: Sequence[str],
    convert: Callable[[str, str], str] = lambda _name, text: text.strip(),
) -> dict[int, dict[str, Text]]:
    """Return the texts of ``rows``, which were read in the main language, in all languages.

    ``convert`` makes a field's value what the shop wants; empty texts are left out.
    """
    found: dict[int, dict[str, dict[str, str]]] = {
        int(row["id"]): {name: {} for name in names} for row in rows
    }
    main = main_tongues(cx)
    several = [name for name in names if cx.facts.keeps_languages(model, name)]
    versions: list[tuple[Sequence[str], Sequence[str], Sequence[Row]]] = [(main, names, rows)]
    numbers = sorted(found)
    others: dict[str, list[str]] = {}
    for shop, erp in tongues(cx).items():
        if shop not in main and several:
            others.setdefault(erp, []).append(shop)
    for erp, same in others.items():
        for part in chunks(numbers, READ_CHUNK):
            other = cx.odoo.find(model, [("id", "in", list(part))], several, lang=erp)
            versions.append((same, several, other))
    for codes, present, version in versions:
        for row in version:
            for name in present:
                text = convert(name, str(row[name] or ""))
                if text and int(row["id"]) in found:
                    found[int(row["id"])][name].update(dict.fromkeys(codes, text))
    return {number: dict(texts) for number, texts in found.items()}


def named(cx: Connection, model: str, text: Text, field: str = "name") -> dict[str, str]:
    """Return a name in every language Odoo keeps it in: where it is missing, the first there is."""
    codes = list(tongues(cx))
    if not cx.facts.keeps_languages(model, field):
        codes = list(main_tongues(cx))
    first = next((text[code] for code in codes if text.get(code)), "")
    return {code: text.get(code) or first for code in codes} if first else {}
