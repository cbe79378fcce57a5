"""Products: ``product.template`` with its lines, variants, texts and pictures.

What Odoo keeps on variants (reference, barcode, weight) is the product's own where it has one
variant, and else the variants'. Every product has its variants listed, also a single one (without
values): its id is what stock is kept of. Variants left over from values that were taken out are
none any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.product_columns import SEO, description_field
from agent.erp.odoo.source.attributes import Kind
from agent.erp.odoo.source.kept import keeps_stock, storable
from agent.erp.odoo.source.product_rows import ProductRows, read_rows
from agent.erp.odoo.source.results import external_id, nameless
from agent.erp.odoo.source.scope import TEMPLATE, everything
from agent.erp.odoo.source.texts import named
from agent.erp.source import Sourced, Unreadable
from agent.errors import BridgeError, Refused
from agent.model.catalogue import OptionValue, Product, ProductOption, Spec, Variant

_ALWAYS = frozenset(
    {"name", "price", "active", "requires_shipping", "options", "specs", "variants", "images"}
)
_OF_ONE = frozenset({"barcode", "weight", "weight_unit"})
"""What the product itself has only while it has one variant."""


def product_fields(cx: Connection) -> frozenset[str]:
    """Return the fields of a product that Odoo can tell."""
    fields = set(_ALWAYS | _OF_ONE) | {_code_field(cx)}
    columns = cx.facts.fields(TEMPLATE)
    fields |= {name for name, column in SEO.items() if column in columns}
    if description_field(cx):
        fields.add("description")
    if "categ_id" in columns:
        fields.add("categories")
    if "taxes_id" in columns:
        fields.add("tax_class")
    if manufacturers.place(cx) is not None:
        fields.add("manufacturer")
    if cx.settings.storable and _keeps_stock(cx):
        fields.add("subtract")
    return frozenset(fields)


def _code_field(cx: Connection) -> str:
    return "model" if cx.settings.code_from == "model" else "sku"


def _keeps_stock(cx: Connection) -> bool:
    columns = cx.facts.fields(TEMPLATE)
    kinds = [columns[n].selection for n in ("type", "detailed_type") if n in columns]
    return "is_storable" in columns or any("product" in kind for kind in kinds)


def read_products(cx: Connection, numbers: Sequence[int]) -> dict[int, Sourced | Unreadable]:
    """Return products by id; one that is archived or not meant for the shop is not active."""
    rows = read_rows(cx, numbers)
    fields = product_fields(cx)
    return {int(row["id"]): _Build(cx, rows, row, fields).result() for row in rows.templates}


@dataclass(slots=True)
class _Build:
    """One product on its way."""

    cx: Connection
    rows: ProductRows
    row: Row
    fields: frozenset[str]
    warnings: list[BridgeError] = field(default_factory=list)

    @property
    def _id(self) -> int:
        return int(self.row["id"])

    def result(self) -> Sourced | Unreadable:
        """Return the product, or why a shop cannot have it."""
        name = named(self.cx, TEMPLATE, self.rows.texts[self._id]["name"])
        if not name:
            return nameless(self._id, "product")
        label = next(iter(name.values()))
        variants = self._variants()
        selling = sum(variant.active for variant in variants)
        if selling > self.cx.settings.max_variants:
            error = _too_many(selling, self.cx.settings.max_variants)
            return Unreadable(str(self._id), label, error.about(f"product {self._id} ({label})"))
        product, fields = self._product(name, variants)
        return Sourced(
            ref=str(self._id),
            record=product,
            fields=fields,
            changed_at=self.rows.changed.get(self._id),
            external_id=external_id(self.cx, self.rows.external.get(self._id, ()), "products_"),
            warnings=tuple(self.warnings),
        )

    def _product(
        self, name: Mapping[str, str], variants: tuple[Variant, ...]
    ) -> tuple[Product, frozenset[str]]:
        texts, fields = self.rows.texts[self._id], set(self.fields)
        own = variants[0] if len(variants) == 1 else None
        weights = {variant.weight for variant in variants}
        if own is None:
            fields -= {_code_field(self.cx), "barcode"}
        if len(weights) != 1:
            fields -= {"weight", "weight_unit"}
        service = self.row.get("type") == "service"
        if service:
            fields.discard("subtract")
        code = (own.sku or "") if own is not None else ""
        target = description_field(self.cx)
        kits = [one for one in variants if one.active and int(one.key) in self.rows.kits]
        options, specs, maker = self._lines(kits)
        product = Product(
            key=str(self._id),
            name=name,
            description=texts.get(target, {}),
            meta_title=texts.get(SEO["meta_title"], {}),
            meta_description=texts.get(SEO["meta_description"], {}),
            meta_keyword=texts.get(SEO["meta_keyword"], {}),
            seo_keyword=texts.get(SEO["seo_keyword"], {}),
            model=code if _code_field(self.cx) == "model" else "",
            sku=code if _code_field(self.cx) == "sku" else "",
            barcode=(own.barcode or "") if own is not None else "",
            price=_decimal(self.row["list_price"]),
            weight=(weights.pop() or Decimal(0)) if len(weights) == 1 else Decimal(0),
            weight_unit=self.cx.facts.weight_unit,
            subtract=storable(self.row) or bool(kits),
            requires_shipping=not service,
            active=bool(self.row["active"]) and self._id in self.rows.meant,
            tax_class=self._tax(),
            manufacturer=maker,
            categories=self._categories(),
            options=options,
            specs=specs,
            variants=tuple(_as_product(v, own, fields, self.cx) for v in variants),
            images=self.rows.images.get(self._id, ()),
        )
        return product, frozenset(fields)

    # -- lines -------------------------------------------------------------------------------------

    def _lines(
        self, kits: Sequence[Variant]
    ) -> tuple[tuple[ProductOption, ...], tuple[Spec, ...], str | None]:
        counted = {value for kit in kits for value in kit.values}
        options: list[ProductOption] = []
        specs: list[Spec] = []
        maker: str | None = None
        lines = self.rows.lines.get(self._id, [])
        for line in sorted(lines, key=lambda r: (int(r.get("sequence") or 0), int(r["id"]))):
            attribute = ref_id(line["attribute_id"]) or 0
            numbers = [int(n) for n in line["value_ids"]]
            about = self.rows.attributes.get(attribute)
            if not numbers or about is None:
                continue
            if attribute == self.rows.maker:
                maker = str(numbers[0])
            elif about.kind == "spec":
                specs += self._spec(attribute, numbers)
            else:
                options.append(self._option(line, about.kind, counted))
        if self.rows.brand:
            brand = ref_id(self.row[self.rows.brand])
            maker = str(brand) if brand is not None else None
        if self._id in self.rows.excluding:
            self.warnings.append(_excludes())
        return tuple(options), tuple(specs), maker

    def _option(self, line: Row, kind: Kind, counted: set[str]) -> ProductOption:
        """Return an option; values that make variants count their stock where Odoo keeps it.

        ``counted`` are values of kits: with those, not all variants need to be kept in stock.
        """
        kept = keeps_stock(self.cx) and storable(self.row)
        by_value = {
            ref_id(row["product_attribute_value_id"]): row
            for row in self.rows.offers.get(int(line["id"]), ())
        }
        values = tuple(
            OptionValue(
                value=str(number),
                price_extra=_decimal(by_value[number]["price_extra"]),
                subtract=kind == "choice" and (kept or str(number) in counted),
                sort_order=place,
                key=str(by_value[number]["id"]),
            )
            for place, number in enumerate(int(n) for n in line["value_ids"])
            if number in by_value
        )
        return ProductOption(
            attribute=str(ref_id(line["attribute_id"]) or ""),
            values=values,
            required=kind == "choice",
            key=str(line["id"]),
        )

    def _spec(self, attribute: int, numbers: Sequence[int]) -> list[Spec]:
        """Return what the product says of an attribute; several values are one text."""
        texts = [self.rows.names[n]["name"] for n in numbers if n in self.rows.names]
        codes = dict.fromkeys(code for text in texts for code in text)
        text = {code: ", ".join(t[code] for t in texts if code in t) for code in codes}
        return [Spec(str(attribute), str(numbers[0]), text)] if text else []

    # -- variants ----------------------------------------------------------------------------------

    def _variants(self) -> tuple[Variant, ...]:
        best: dict[frozenset[int], Row] = {}
        for row in self.rows.variants.get(self._id, []):
            chosen = frozenset(int(n) for n in row["product_template_attribute_value_ids"])
            if not chosen <= self.rows.values.keys():  # left over from values that were taken out
                continue
            if chosen not in best or (row["active"] and not best[chosen]["active"]):
                best[chosen] = row
        longest = max((len(chosen) for chosen in best), default=0)
        return tuple(
            self._variant(chosen, row) for chosen, row in best.items() if len(chosen) == longest
        )

    def _variant(self, chosen: frozenset[int], row: Row) -> Variant:
        values = sorted(
            ref_id(self.rows.values[n]["product_attribute_value_id"]) or 0 for n in chosen
        )
        extras = sum((_decimal(self.rows.values[n]["price_extra"]) for n in chosen), Decimal(0))
        price: Decimal | None = None
        if "lst_price" in row:
            asked = _decimal(row["lst_price"]) - extras
            if abs(asked - _decimal(self.row["list_price"])) >= Decimal("0.005"):
                price = asked
        return Variant(
            key=str(row["id"]),
            values=tuple(str(n) for n in values),
            sku=str(row["default_code"] or "").strip(),
            barcode=str(row["barcode"] or "").strip(),
            price=price,
            weight=_decimal(row["weight"]),
            active=bool(row["active"]) or not self.row["active"],
        )

    # -- links -------------------------------------------------------------------------------------

    def _categories(self) -> tuple[str, ...]:
        category = ref_id(self.row.get("categ_id"))
        if category is None or category == everything(self.cx):
            return ()
        return (str(category),)

    def _tax(self) -> str | None:
        own = {int(n) for n in self.row.get("taxes_id") or ()}
        mine = [number for number in self.rows.taxes if number in own]
        if len(mine) > 1:
            self.warnings.append(_several_taxes(len(mine)))
        return str(mine[0]) if mine else None


def _as_product(variant: Variant, own: Variant | None, fields: set[str], cx: Connection) -> Variant:
    """Return a variant that says only what differs from its product."""
    same_weight = "weight" in fields
    code = variant.sku if own is None else None
    as_model = _code_field(cx) == "model"
    return Variant(
        key=variant.key,
        values=variant.values,
        sku=None if as_model else code,
        model=code if as_model else None,
        barcode=variant.barcode if own is None else None,
        price=variant.price,
        weight=None if same_weight else variant.weight,
        active=variant.active,
    )


def _decimal(value: object) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, int | float) else Decimal(0)


def _too_many(number: int, most: int) -> Refused:
    return Refused(
        f"It has {number} variants in Odoo, more than the {most} that are allowed",
        fix="Split it into several products in Odoo, let attributes that need no stock of their "
        "own make no variants, or raise Most variants per product in the connection.",
        code="erp.too_many_variants",
    )


def _excludes() -> Refused:
    return Refused(
        "Odoo does not sell some combinations of its options; a shop's options cannot say that",
        fix="Archive variants that are not sold, or split the product in Odoo.",
        code="record.exclusions",
    )


def _several_taxes(number: int) -> Refused:
    return Refused(
        f"It has {number} sales taxes in Odoo; a shop's product has one tax class, so the first "
        "counts",
        fix="Group the taxes into one in Odoo (tax computation: group of taxes), and map that.",
        code="record.taxes",
    )
