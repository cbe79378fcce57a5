"""Columns of ``product`` from a canonical product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from agent.model.catalogue import Product
from agent.model.measures import length_in, weight_in
from agent.store.dialect import CODE_COLUMNS
from agent.store.product_build import BARCODES
from agent.store.product_rows import units
from agent.store.text import encode, first
from agent.store.writing.desk import Desk
from agent.store.writing.numbers import key_number, measure, price, whole_in_range
from agent.store.writing.texts import Texts

_MEASURES = ("length", "width", "height")
_SWITCHES = {"subtract": "subtract", "requires_shipping": "shipping", "active": "status"}
_UPC_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Sketch:
    """What one product is to be made of: the record, the fields to write, and what it has now.

    ``codes`` are its identifiers now, by name in small letters.
    """

    product: Product
    fields: frozenset[str]
    texts: Texts
    codes: Mapping[str, str] = field(default_factory=dict)


class ProductColumns:
    """Turns fields into columns; keeps units and defaults of the shop for one call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._code_columns = frozenset(desk.dialect.code_columns)

    def defaults(self, product: Product) -> dict[str, object]:
        """Return the columns of a new product as the empty form has them."""
        desk = self._desk
        return {
            "master_id": 0,
            "model": self._model(product),
            "location": "",
            "variant": "",
            "override": "",
            "quantity": whole_in_range(product.quantity, "quantity"),
            "minimum": 1,
            "subtract": 1,
            "stock_status_id": self._stock_status,
            "date_available": desk.now.date(),
            "manufacturer_id": 0,
            "shipping": 1,
            "price": price(Decimal(0)),
            "points": 0,
            "weight": 0,
            "weight_class_id": self._setting("config_weight_class_id"),
            "length": 0,
            "width": 0,
            "height": 0,
            "length_class_id": self._setting("config_length_class_id"),
            "status": 1,
            "tax_class_id": desk.rules.tax_class,
            "image": "",
            "date_added": desk.now,
            "date_modified": desk.now,
            **dict.fromkeys(self._code_columns, ""),
        }

    def given(self, sketch: Sketch) -> dict[str, object]:
        """Return the columns that the fields say something of; pictures and codes are apart.

        Raises:
            InvalidRecord: a value that the shop cannot hold.
        """
        product, fields, texts = sketch.product, sketch.fields, sketch.texts
        columns: dict[str, object] = {
            column: int(getattr(product, name))
            for name, column in _SWITCHES.items()
            if name in fields
        }
        if "model" in fields and product.model:
            columns["model"] = texts.exact("product", "model", product.model, "model")
        if "price" in fields:
            columns["price"] = price(product.price)
        if "minimum" in fields:
            columns["minimum"] = max(1, whole_in_range(product.minimum, "minimum quantity"))
        if "tax_class" in fields and product.tax_class is not None:
            columns["tax_class_id"] = key_number(product.tax_class, "tax class")
        if "manufacturer" in fields:
            maker = product.manufacturer
            columns["manufacturer_id"] = key_number(maker, "manufacturer") if maker else 0
        self._measures(sketch, columns)
        return columns

    def codes(self, sketch: Sketch) -> dict[str, str]:
        """Return the identifiers that the product is to have, by name, as stored; all six.

        Raises:
            InvalidRecord: one is too long for the shop.
        """
        product, fields, texts = sketch.product, sketch.fields, sketch.texts
        plain = {name: sketch.codes.get(name, "") for name in CODE_COLUMNS}
        if "codes" in fields:
            plain |= {name: product.codes.get(name, "") for name in CODE_COLUMNS}
        if "sku" in fields:
            plain["sku"] = product.sku
        if "barcode" in fields:
            self._barcode(product.barcode, plain, texts)
        return {name: texts.exact(*self._place(name), text, name) for name, text in plain.items()}

    def _model(self, product: Product) -> str:
        """Return the model of a new product: the forms ask for one, so it is made where none is."""
        name = first(product.name, [tongue.code for tongue in self._desk.tongues])
        width = self._desk.schema.widths.get(("product", "model"), len(name))
        fitting = (text for text in (product.model, product.sku, product.barcode) if text)
        model = next((text for text in fitting if len(encode(text)) <= width), name)
        return Texts(self._desk).cut("product", "model", model, "model")

    def weight_in_class(self, number: int, value: Decimal, unit: str) -> Decimal | None:
        """Return a weight in the unit of a weight class; None where it cannot be converted."""
        target = _unit_of(self._weights, number)
        if not unit or unit.strip().casefold() == target:
            return value
        return weight_in(target, value, unit)

    # -- parts of the above ----------------------------------------------------------------------

    def _measures(self, sketch: Sketch, columns: dict[str, object]) -> None:
        product, fields = self._in_known_units(sketch.product), sketch.fields
        if fields & {"weight", "weight_unit"}:
            found = self._class(product.weight_unit, self._weights, "weight_class_id")
            if found is not None or not product.weight:
                columns["weight"] = measure(product.weight, "weight")
                if found:
                    columns["weight_class_id"] = found
            else:
                warn_unit(sketch.texts, "weight", product.weight_unit)
        if fields & {*_MEASURES, "length_unit"}:
            found = self._class(product.length_unit, self._lengths, "length_class_id")
            if found is not None or not any(getattr(product, name) for name in _MEASURES):
                for name in _MEASURES:
                    if name in fields or "length_unit" in fields:
                        columns[name] = measure(getattr(product, name), name)
                if found:
                    columns["length_class_id"] = found
            else:
                warn_unit(sketch.texts, "size", product.length_unit)

    def _in_known_units(self, product: Product) -> Product:
        """Return the product with measures in units of the shop, as far as they can be converted.

        A unit that the shop lacks becomes that of its settings.
        """
        for unit, (names, known, convert) in {
            "weight_unit": (("weight",), self._weights, weight_in),
            "length_unit": (_MEASURES, self._lengths, length_in),
        }.items():
            source = getattr(product, unit)
            number = self._setting(f"config_{unit.removesuffix('_unit')}_class_id")
            target = _unit_of(known, number)
            if not source or source.strip().casefold() in known or not target:
                continue
            values: dict[str, Any] = {
                name: convert(target, getattr(product, name), source) for name in names
            }
            if None not in values.values():
                product = replace(product, **{unit: target, **values})
        return product

    def _class(self, unit: str, known: Mapping[str, int], column: str) -> int | None:
        """Return the class of a unit; that of the settings (or none, 0) where no unit is named."""
        if not unit:
            return self._setting(f"config_{column}")
        return known.get(unit.strip().casefold())

    def _barcode(self, barcode: str, plain: dict[str, str], texts: Texts) -> None:
        """Put a barcode where the reader finds it: into the first identifier that is filled."""
        now = next((name for name in BARCODES if plain[name]), None)
        if now is not None and plain[now] == barcode:
            return
        if not barcode:
            for name in BARCODES:
                plain[name] = ""
            return
        likely = "upc" if len(barcode) == _UPC_DIGITS and barcode.isdigit() else "ean"
        for name in dict.fromkeys([*([now] if now else []), likely, *BARCODES]):
            width = self._desk.schema.widths.get(self._place(name), 0)
            if not width or len(encode(barcode)) <= width:
                if now is not None:
                    plain[now] = ""
                plain[name] = barcode
                return
        texts.warn(
            f"Its barcode {barcode[:40]!r} was left out: the shop has no field as long",
            "Shorten the barcode in the ERP.",
            "store.barcode_long",
        )

    def _place(self, code: str) -> tuple[str, str]:
        if code in self._code_columns:
            return "product", code
        return "product_code", "value"

    @cached_property
    def _weights(self) -> Mapping[str, int]:
        return self._units("weight_class_description", "weight_class_id")

    @cached_property
    def _lengths(self) -> Mapping[str, int]:
        return self._units("length_class_description", "length_class_id")

    def _units(self, table: str, key: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for number, unit in sorted(units(self._desk.view, table, key).items()):
            found.setdefault(unit.casefold(), number)
        return found

    @cached_property
    def _stock_status(self) -> int:
        """The status of new products, as the empty form shows it: the first by name."""
        desk = self._desk
        chosen = desk.rules.stock_status or self._setting("config_stock_status_id")
        if chosen or not desk.dialect.has("stock_status"):
            return chosen
        found = desk.query.value(
            f"SELECT `stock_status_id` FROM {desk.table('stock_status')}"  # noqa: S608
            f" ORDER BY `language_id` <> {desk.view.default_language}, `name` LIMIT 1"
        )
        return int(found or 0)

    def _setting(self, name: str) -> int:
        text = str(self._desk.settings.get(name) or "").strip()
        return int(text) if text.isdigit() else 0


def _unit_of(known: Mapping[str, int], number: int) -> str:
    """Return the unit of a class; empty where the shop has no such class."""
    return next((text for text, key in known.items() if key == number), "")


def warn_unit(texts: Texts, what: str, unit: str) -> None:
    """Say that a measure was left out."""
    texts.warn(
        f"Its {what} was left out: the shop has no unit {unit!r}",
        "Add the unit in the shop under System > Localisation, or choose another one in the ERP.",
        "store.unit",
    )
