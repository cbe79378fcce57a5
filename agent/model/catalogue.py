"""Canonical catalogue records.

All texts are decoded (no HTML escaping left over from a shop's forms) and keyed by the shop's
language code. Money is ``Decimal`` in the shop's default currency, without tax. Weights and lengths
carry their unit as the shop names it (``kg``, ``cm``). ``key`` is the record's id in the shop as
text and never changes while the record lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Text = Mapping[str, str]
"""One text in several languages: shop language code (``en-gb``) to text."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a record.

    ``path`` is relative to the shop's image folder. ``checksum`` is the hex SHA-256 of the bytes,
    empty where the file is missing; ``size`` is in bytes.
    """

    path: str
    sort_order: int = 0
    checksum: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree; ``parent`` is another category's key, None at the top."""

    key: str
    name: Text
    parent: str | None = None
    path: tuple[str, ...] = ()
    """Keys from the root to this node, itself last: parents sort before their children."""
    description: Text = field(default_factory=dict)
    meta_title: Text = field(default_factory=dict)
    meta_description: Text = field(default_factory=dict)
    meta_keyword: Text = field(default_factory=dict)
    seo_keyword: Text = field(default_factory=dict)
    active: bool = True
    sort_order: int = 0
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Manufacturer:
    """A maker or brand. Shops keep one name for all languages."""

    key: str
    name: str
    sort_order: int = 0
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something a product is described or chosen by.

    ``kind``: ``choice`` = one of several values, makes variants; ``optional`` = may be left out,
    makes no variants; ``multi`` = several at once, makes no variants; ``spec`` = describes only.
    Keys: ``option:13`` (choice or multi), ``option:13:optional`` (the same option where a product
    does not require it or where it may not make variants), ``attribute:4`` (spec).
    """

    key: str
    name: Text
    kind: Literal["choice", "optional", "multi", "spec"]
    display: Literal["select", "radio", "checkbox", "image", "text"] = "select"
    sort_order: int = 0
    group: Text = field(default_factory=dict)
    """Name of the shop's attribute group; empty for options."""


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One value of an attribute.

    Keys: ``option:13/49``, ``option:13:optional/49`` (option value 49); ``attribute:4/<hash>``
    (hash of the text in the shop's default language: specs have no ids in the shop).
    """

    key: str
    attribute: str
    name: Text
    sort_order: int = 0
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value of an option as one product offers it; extras are added to the product's own."""

    value: str
    """Key of the AttributeValue."""
    price_extra: Decimal = Decimal(0)
    weight_extra: Decimal = Decimal(0)
    quantity: int = 0
    subtract: bool = False
    sort_order: int = 0
    key: str = ""
    """The shop's id of this row (``product_option_value_id``)."""


@dataclass(frozen=True, slots=True)
class ProductOption:
    """An option of one product. Text, file and date options are not here: they stay on orders."""

    attribute: str
    """Key of the Attribute (``option:13`` or ``option:13:optional``)."""
    values: tuple[OptionValue, ...]
    required: bool = True
    key: str = ""
    """The shop's id of this row (``product_option_id``)."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A descriptive attribute of one product with its text."""

    attribute: str
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Variant:
    """A sellable combination of values that the shop keeps as a record of its own (OpenCart 4).

    ``values`` are AttributeValue keys. ``None`` means "as the product": the shop overrides nothing.
    """

    key: str
    values: tuple[str, ...]
    sku: str | None = None
    model: str | None = None
    barcode: str | None = None
    price: Decimal | None = None
    weight: Decimal | None = None
    quantity: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the shop with all that an ERP may want to know about it."""

    key: str
    name: Text
    description: Text = field(default_factory=dict)
    meta_title: Text = field(default_factory=dict)
    meta_description: Text = field(default_factory=dict)
    meta_keyword: Text = field(default_factory=dict)
    tags: Text = field(default_factory=dict)
    seo_keyword: Text = field(default_factory=dict)
    model: str = ""
    sku: str = ""
    barcode: str = ""
    """First non-empty of ean, upc, jan, isbn, in that order."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """All non-empty identifiers by name in lower case: sku, upc, ean, jan, isbn, mpn."""
    price: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)
    weight_unit: str = ""
    length: Decimal = Decimal(0)
    width: Decimal = Decimal(0)
    height: Decimal = Decimal(0)
    length_unit: str = ""
    quantity: int = 0
    subtract: bool = True
    requires_shipping: bool = True
    minimum: int = 1
    active: bool = True
    tax_class: str | None = None
    manufacturer: str | None = None
    categories: tuple[str, ...] = ()
    """Category keys, the most specific (deepest) first."""
    options: tuple[ProductOption, ...] = ()
    specs: tuple[Spec, ...] = ()
    variants: tuple[Variant, ...] = ()
    images: tuple[Image, ...] = ()
    """Main picture first."""


@dataclass(frozen=True, slots=True)
class TaxClass:
    """A tax class with the percentages the shop applies in its own country.

    ``rates`` are ``(name, percent)``; ``fixed`` tells that the class also has amounts per piece,
    which have no percentage.
    """

    key: str
    name: str
    rates: tuple[tuple[str, Decimal], ...] = ()
    fixed: bool = False
