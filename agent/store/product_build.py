"""Canonical products from the raw rows of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.catalogue import Image, OptionValue, Product, ProductOption, Spec, Text, Variant
from agent.store.keys import spec_key
from agent.store.options import is_display, key_for
from agent.store.product_rows import OptionRow, ProductRow, ProductRows, ValueRow
from agent.store.specs import identify
from agent.store.text import line
from agent.store.variants import chosen_values
from agent.store.view import View, number, whole

BARCODES = ("ean", "upc", "jan", "isbn")
_NO_TEXTS: Mapping[str, Text] = {}


class ProductBuilder:
    """Builds the products of one batch. ``build`` raises InvalidRecord for one that is broken."""

    def __init__(self, view: View, rows: ProductRows) -> None:
        self._view = view
        self._rows = rows
        self._code_columns = view.dialect.code_columns

    def label(self, row: ProductRow) -> str:
        """Return a name to show for the product."""
        name = self._rows.texts.get(row.id, _NO_TEXTS).get("name", {})
        return self._view.label(name, line(row.model) or f"product {row.id}")

    def build(self, row: ProductRow) -> Product:
        """Return the canonical product.

        Raises:
            InvalidRecord: it has no name, a negative price, or a variant that cannot be read.
        """
        rows = self._rows
        texts = rows.texts.get(row.id, _NO_TEXTS)
        name = texts.get("name", {})
        if not name:
            raise InvalidRecord(
                "The product has no name in any language of the shop",
                fix="Open it in the shop under Catalog > Products, enter a name and save.",
                code="store.name_missing",
            )
        codes = self._codes(row)
        options = self._options(row)
        return Product(
            key=str(row.id),
            name=name,
            description=texts["description"],
            meta_title=texts["meta_title"],
            meta_description=texts["meta_description"],
            meta_keyword=texts["meta_keyword"],
            tags=texts["tag"],
            seo_keyword=rows.seo.get(str(row.id), {}),
            model=line(row.model),
            sku=codes.get("sku", ""),
            barcode=_barcode(codes),
            codes=codes,
            price=_price(row),
            weight=number(row.weight, "weight"),
            weight_unit=rows.weight_units.get(row.weight_class or 0, ""),
            length=number(row.length, "length"),
            width=number(row.width, "width"),
            height=number(row.height, "height"),
            length_unit=rows.length_units.get(row.length_class or 0, ""),
            quantity=whole(row.quantity),
            subtract=bool(row.subtract),
            requires_shipping=bool(row.shipping),
            minimum=whole(row.minimum),
            active=bool(row.status),
            tax_class=str(row.tax_class) if row.tax_class else None,
            manufacturer=str(row.manufacturer) if row.manufacturer else None,
            categories=self._categories(row.id),
            options=options,
            specs=self._specs(row.id),
            variants=tuple(
                self._variant(row, codes, variant, options)
                for variant in rows.variants.get(row.id, ())
            ),
            images=self._images(row),
        )

    def _codes(self, row: ProductRow) -> dict[str, str]:
        codes = {
            name: text
            for name, stored in zip(self._code_columns, row.codes, strict=True)
            if (text := line(stored))
        }
        codes.update(self._rows.codes.get(row.id, {}))
        return codes

    def _categories(self, product: int) -> tuple[str, ...]:
        tree = self._rows.tree
        found = [c for c in self._rows.categories.get(product, ()) if c in tree]
        return tuple(str(c) for c in sorted(found, key=lambda c: (-tree.depth(c), c)))

    def _images(self, row: ProductRow) -> tuple[Image, ...]:
        images: dict[str, Image] = {}
        for stored, sort_order in [(row.image, 0), *self._rows.images.get(row.id, ())]:
            image = self._view.images.describe(stored, sort_order)
            if image is not None:
                images.setdefault(image.path, image)
        return tuple(images.values())

    def _specs(self, product: int) -> tuple[Spec, ...]:
        return tuple(
            Spec(spec_key(attribute), identify(attribute, text, self._view.codes), text)
            for attribute, text in self._rows.specs.get(product, {}).items()
        )

    def _options(self, row: ProductRow) -> tuple[ProductOption, ...]:
        options = []
        for option in self._rows.options.get(row.id, ()):
            values = self._rows.values.get(option.id)
            if values:
                key = _attribute_key(option)
                options.append(
                    ProductOption(
                        attribute=key,
                        values=tuple(_option_value(key, value) for value in values),
                        required=bool(option.required),
                        key=str(option.id),
                    )
                )
        return tuple(options)

    def _variant(
        self,
        master: ProductRow,
        master_codes: Mapping[str, str],
        row: ProductRow,
        options: tuple[ProductOption, ...],
    ) -> Variant:
        codes = self._codes(row)
        price, weight = _price(row), number(row.weight, "weight")
        sku, barcode, model = codes.get("sku", ""), _barcode(codes), line(row.model)
        same_weight = weight == number(master.weight, "weight")
        return Variant(
            key=str(row.id),
            values=_chosen(row, options),
            sku=None if sku == master_codes.get("sku", "") else sku,
            model=None if model == line(master.model) else model,
            barcode=None if barcode == _barcode(master_codes) else barcode,
            price=None if price == _price(master) else price,
            weight=None if same_weight else weight,
            quantity=whole(row.quantity),
            active=bool(row.status),
        )


def _attribute_key(option: OptionRow) -> str:
    assert is_display(option.kind)  # noqa: S101 - the query asked for these types only
    return key_for(option.kind, option.option_id, required=bool(option.required))


def _option_value(attribute: str, row: ValueRow) -> OptionValue:
    return OptionValue(
        value=f"{attribute}/{row.option_value_id}",
        price_extra=_signed(row.price_prefix, number(row.price, "option price"), "price"),
        weight_extra=_signed(row.weight_prefix, number(row.weight, "option weight"), "weight"),
        quantity=whole(row.quantity),
        subtract=bool(row.subtract),
        sort_order=whole(row.sort_order),
        key=str(row.id),
    )


def _signed(prefix: str | None, amount: Decimal, what: str) -> Decimal:
    if amount == 0 or not prefix or prefix == "+":
        return amount
    if prefix == "-":
        return -amount
    raise InvalidRecord(
        f"One of its option values changes the {what} by {prefix!r}, which only some extension of "
        "the shop understands",
        fix="Open the product in the shop, choose + or - for all its option values and save.",
        code="store.option_prefix",
    )


def _chosen(row: ProductRow, options: tuple[ProductOption, ...]) -> tuple[str, ...]:
    chosen = chosen_values(row.id, row.variant, row.override)
    keys: list[str] = []
    for option in options:
        known = {value.key: value.value for value in option.values}
        for value in chosen.get(int(option.key), ()):
            if str(value) not in known:
                raise InvalidRecord(
                    f"Its variant {row.id} is made of an option value that the product no longer "
                    "has",
                    fix=f"Open product {row.id} in the shop, choose its option values and save.",
                    code="store.variant_value",
                )
            keys.append(known[str(value)])
    return tuple(keys)


def _barcode(codes: Mapping[str, str]) -> str:
    return next((codes[name] for name in BARCODES if codes.get(name)), "")


def _price(row: ProductRow) -> Decimal:
    price = number(row.price, "price")
    if price < 0:
        raise InvalidRecord(
            f"Its price is negative: {price}",
            fix="Open it in the shop under Catalog > Products, enter a price of 0 or more and "
            "save.",
            code="store.price_negative",
        )
    return price
