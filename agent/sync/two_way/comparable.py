"""Values of both sides brought to what can be compared, and laid over each other for writing.

An ERP knows less of some fields than a shop: texts in fewer languages, options without the shop's
row ids and weights, one category of several. What it cannot tell is no difference, and is kept when
its value is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from agent.model.catalogue import OptionValue, Product, ProductOption, Text
from agent.model.record import Record

TEXTS = frozenset(
    {
        "name",
        "description",
        "meta_title",
        "meta_description",
        "meta_keyword",
        "tags",
        "seo_keyword",
        "group",
    }
)
PICTURES = frozenset({"images", "image"})
"""What both sides keep under names and checksums of their own: their values are never equal."""

Plain = Mapping[str, Any]
_OF_VARIANTS = ("sku", "barcode", "active")


def comparable(name: str, value: Any, shop: Any, erp: Any, settled: Any = None) -> Any:
    """Return ``value`` of a field without what cannot be compared.

    ``shop`` and ``erp`` are the field as it is on both sides now, ``settled`` as the ERP had it
    when both were settled: languages count as far as the ERP has them, categories as far as it has
    them or had them, variants as far as the shop keeps them as records of their own.
    """
    if name in TEXTS and isinstance(value, Mapping) and isinstance(erp, Mapping):
        return {code: value[code] for code in sorted(value) if code in erp}
    if name == "options":
        return _options(value)
    if name == "variants":
        return _variants(value, shop)
    if name == "specs":
        return sorted((s["attribute"], _texts(s["text"])) for s in value or ())
    if name == "categories":
        return sorted(set(value or ()) & {*(erp or ()), *(settled or ())})
    return value


def without_repeats(name: str, now: Any, before: Any) -> Any:
    """Return a field of the ERP without texts that say in one more language what it said before.

    A language that is told from now on, such as a second one of the shop that goes to the same of
    the ERP, is nobody's edit.
    """
    if name in TEXTS and isinstance(now, Mapping) and isinstance(before, Mapping):
        return _news(now, before)
    if name == "specs":
        old = {spec["attribute"]: spec["text"] for spec in before or ()}
        return [{**s, "text": _news(s["text"], old.get(s["attribute"], {}))} for s in now or ()]
    return now


def _news(now: Text, before: Text) -> Text:
    said = set(before.values())
    return {code: text for code, text in now.items() if code in before or text not in said}


def _texts(text: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(text.items())


def _options(value: Any) -> list[Any]:
    return sorted(
        [
            option["attribute"],
            bool(option["required"]),
            sorted([v["value"], v["price_extra"]] for v in option["values"]),
        ]
        for option in value or ()
    )


def _variants(value: Any, shop: Any) -> list[Any]:
    """Return variants that the shop keeps, with what it says of them itself."""
    own = {_combination(v): [n for n in _OF_VARIANTS if v.get(n) is not None] for v in shop or ()}
    return sorted(
        [list(_combination(v)), [[name, v.get(name)] for name in own[_combination(v)]]]
        for v in value or ()
        if _combination(v) in own
    )


def _combination(variant: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(variant["values"]))


def laid_over(
    shop: Record,
    erp: Record,
    names: frozenset[str],
    before: Plain | None,
    languages: Sequence[str],
) -> Record:
    """Return the shop's record with the ERP's ``names``, keeping what the ERP cannot tell.

    ``before`` is the ERP's side as last settled: categories that it named then and no longer names
    are taken out, others of the shop's stay. ``languages`` are the shop's, the default one first:
    a text in one that the ERP does not tell stays, unless it is a copy of what the ERP changed.
    """
    settled = before or {}
    known = {f.name for f in fields(shop)}
    values = {name: getattr(erp, name) for name in names if name in known}
    for name in TEXTS & values.keys():
        if isinstance(values[name], Mapping):
            old = settled.get(name) or {}
            values[name] = _followed(getattr(shop, name), values[name], old, languages)
    if isinstance(shop, Product) and isinstance(erp, Product):
        if "categories" in values:
            gone = set(settled.get("categories") or ()) - set(erp.categories)
            kept = [key for key in shop.categories if key not in gone]
            values["categories"] = tuple(dict.fromkeys((*erp.categories, *kept)))
        if "options" in values:
            values["options"] = _merged_options(shop.options, erp.options)
        if "specs" in values:
            own = {spec.attribute: spec.text for spec in shop.specs}
            told = {spec["attribute"]: spec["text"] for spec in settled.get("specs") or ()}
            values["specs"] = tuple(
                replace(
                    s,
                    text=_followed(
                        own.get(s.attribute, {}), s.text, told.get(s.attribute, {}), languages
                    ),
                )
                for s in erp.specs
            )
    return replace(shop, **values)


def _followed(shop: Text, erp: Text, before: Text, languages: Sequence[str]) -> Text:
    """Return the shop's texts with the ERP's; copies of what the ERP changed change with it.

    A shop keeps a text in all of its languages: those that the ERP does not tell are filled from
    the first one it tells, and nothing but their being equal shows that nobody translated them.
    """
    source = next((code for code in (*languages, *erp) if code in erp), None)
    if source is None:
        return shop
    copied = {shop.get(source), before.get(source)}
    own = {code: erp[source] if text in copied else text for code, text in shop.items()}
    return {**own, **erp}


def _merged_options(
    shop: Sequence[ProductOption], erp: Sequence[ProductOption]
) -> tuple[ProductOption, ...]:
    by_attribute = {option.attribute: option for option in shop}
    merged = []
    for option in erp:
        own = by_attribute.get(option.attribute)
        if own is None:
            merged.append(replace(option, key="", values=tuple(map(_fresh, option.values))))
            continue
        values = {value.value: value for value in own.values}
        merged.append(
            replace(
                own,
                required=option.required,
                values=tuple(
                    replace(values[v.value], price_extra=v.price_extra)
                    if v.value in values
                    else _fresh(v)
                    for v in option.values
                ),
            )
        )
    return tuple(merged)


def _fresh(value: OptionValue) -> OptionValue:
    return replace(value, key="")
