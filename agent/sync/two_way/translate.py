"""An ERP's record with the shop's keys in place of the ERP's ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from agent.model.catalogue import (
    AttributeValue,
    Category,
    OptionValue,
    Product,
    ProductOption,
    Spec,
)
from agent.model.entity import Entity
from agent.model.record import Record
from agent.store.keys import parse_option, parse_spec
from agent.store.specs import identify
from agent.sync.references import Reference, references

Keys = Mapping[Reference, str]
"""The shop's key of a record of the ERP: (entity, ERP id) to key."""


def needed(record: Record) -> Iterator[Reference]:
    """Yield what ``record``, with ERP ids, points to and the shop must know first.

    The values of descriptive attributes are texts in the shop: they need no counterpart.
    """
    texts = {spec.value for spec in record.specs} if isinstance(record, Product) else set()
    for entity, ref in references(record):
        if entity is Entity.ATTRIBUTE_VALUES and ref in texts:
            continue
        yield entity, ref


def translated(record: Record, key: str, keys: Keys, languages: Sequence[str]) -> Record:
    """Return ``record`` under ``key`` with the shop's keys; tax classes not known are left out.

    ``languages`` are the shop's, the default one first.

    Raises:
        KeyError: something it needs has no key.
    """
    if isinstance(record, Category):
        parent = keys[Entity.CATEGORIES, record.parent] if record.parent is not None else None
        return replace(record, key=key, parent=parent, path=())
    if isinstance(record, AttributeValue):
        return replace(record, key=key, attribute=keys[Entity.ATTRIBUTES, record.attribute])
    if isinstance(record, Product):
        return _product(record, key, keys, languages)
    return replace(record, key=key)


def _product(product: Product, key: str, keys: Keys, languages: Sequence[str]) -> Product:
    options = tuple(_option(option, keys) for option in product.options)
    return replace(
        product,
        key=key,
        categories=tuple(keys[Entity.CATEGORIES, ref] for ref in product.categories),
        manufacturer=(
            keys[Entity.MANUFACTURERS, product.manufacturer]
            if product.manufacturer is not None
            else None
        ),
        tax_class=keys.get((Entity.TAXES, product.tax_class or "")),
        options=tuple(option for option in options if option is not None),
        specs=tuple(_specs(product.specs, keys, languages)),
        variants=tuple(
            replace(v, values=tuple(keys[Entity.ATTRIBUTE_VALUES, ref] for ref in v.values))
            for v in product.variants
        ),
    )


def _option(option: ProductOption, keys: Keys) -> ProductOption | None:
    attribute = keys[Entity.ATTRIBUTES, option.attribute]
    parsed = parse_option(attribute)
    if parsed is None:  # one that only describes: the shop keeps it as a text
        return None
    values: list[OptionValue] = [
        replace(value, value=keys[Entity.ATTRIBUTE_VALUES, value.value]) for value in option.values
    ]
    return replace(
        option, attribute=attribute, required=not parsed[1], values=tuple(values), key=""
    )


def _specs(specs: Sequence[Spec], keys: Keys, languages: Sequence[str]) -> Iterator[Spec]:
    for spec in specs:
        attribute = keys[Entity.ATTRIBUTES, spec.attribute]
        parsed = parse_spec(attribute)
        if parsed is not None and spec.text:
            value = identify(parsed[0], spec.text, languages)
            yield Spec(attribute, value, spec.text)
