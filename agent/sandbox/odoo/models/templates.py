"""Product templates: what a shop calls a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError, ValidationError
from agent.sandbox.odoo.values import empty, to_column

from .variants import Combining

# fields of the template that are those of its only variant
SHARED = ("barcode", "default_code", "standard_price", "volume", "weight")
IMAGES = ("image_1920", "image_1024", "image_512", "image_256", "image_128")


class ProductTemplate(Combining):
    """``product.template``."""

    derived = frozenset({*IMAGES[1:], "has_configurable_attributes"})

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what the company and the data of a fresh database decide."""
        found = super().defaults(vals)
        unit = self.env.ref("uom.product_uom_unit")
        found.setdefault("responsible_id", self.env.uid)
        if self.env.version != "14":
            found.setdefault("invoice_policy", "order")
        seeds: dict[str, Any] = {"uom_id": unit, "uom_po_id": unit}
        if self.env.version == "14":
            seeds["categ_id"] = self.env.ref("product.product_category_all")
        for tax, field in (("sale", "taxes_id"), ("purchase", "supplier_taxes_id")):
            default = self.env.site.xml_ids.get(f"sandbox.default_{tax}_tax")
            seeds[field] = [(6, 0, [default] if default else [])]
        for name, value in seeds.items():
            if name in self.fields and name not in vals and name not in found:
                found[name] = value
        return {name: value for name, value in found.items() if name not in vals}

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create products with their variants."""
        created = super().create_records(vals_list)
        if self.env.context.get("create_product_product", True):
            self.create_variants(created)
        for record, vals in zip(created, vals_list, strict=True):
            late = {
                name: vals[name]
                for name in SHARED
                if vals.get(name) and not self.value(record, name)
            }
            if "qty_available" in vals:
                late["qty_available"] = vals["qty_available"]
            if late:
                self.write_records([record], late)
        return created

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change products and what follows for their variants."""
        if "type" in vals and self.env.version == "14":
            self._refuse_type(ids, vals["type"])
        super().write_records(ids, vals)
        makes = self.env.context.get("create_product_product", True)
        revived = vals.get("active") and not any(
            self.value(record, "product_variant_ids") for record in ids
        )
        if (makes and "attribute_line_ids" in vals) or revived:
            self.create_variants(list(ids))
        if "active" in vals and not vals["active"]:
            variants = [v for record in ids for v in self.variants(record)]
            if variants:
                self.env["product.product"].write_records(variants, {"active": False})

    def _refuse_type(self, ids: Sequence[int], kind: Any) -> None:
        for record in ids:
            was = self.table.rows[record].get("type")
            if was == "product" and kind != was and self._sum(record, "qty_available"):
                raise UserError("Available quantity should be set to zero before changing type")

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Odoo 14 wants units of sale and of purchase that can be converted."""
        units = self.env["uom.uom"].table.rows
        for record in ids if changed & {"uom_id", "uom_po_id"} else ():
            row = self.table.rows[record]
            purchase = units.get(row.get("uom_po_id") or 0)
            if purchase and units[row["uom_id"]]["category_id"] != purchase["category_id"]:
                raise ValidationError(
                    "The default Unit of Measure and the purchase Unit of Measure must be in the "
                    "same category."
                )

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Keep the picture as an attachment, too."""
        self._keep_picture([record], set(vals))

    def _keep_picture(self, ids: Iterable[int], changed: set[str]) -> None:
        files: Any = self.env["ir.attachment"].sudo()
        for record in ids if "image_1920" in changed else ():
            value = self.table.rows[record].get("image_1920")
            files.follow(self.name, record, "image_1920", value)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Keep the picture; Odoo 19 passes the date of change on to the variants."""
        self._keep_picture(ids, changed)
        if self.env.version != "14":
            self.touch_variants(ids)

    def touch_variants(self, ids: Iterable[int]) -> None:
        """Give the variants the date of change of their template."""
        table = self.env["product.product"].table
        for record in ids:
            for variant in self.variants(record):
                if table.rows[variant].get("write_date") != self.env.now:
                    table.update(variant, {"write_date": self.env.now})

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete products with their variants."""
        keeper = self.env["product.product"].with_context(keep_template=True)
        for record in ids:
            keeper.unlink_records(self.variants(record))
        super().unlink_records(ids)
        files: Any = self.env["ir.attachment"].sudo()
        for record in ids:
            files.forget(self.name, record)

    def display_name(self, record: int) -> str:
        """Show the reference before the name."""
        name = super().display_name(record)
        code = self.raw(record, self.fields["default_code"])
        return f"[{code}] {name}" if code and name else name

    def only_variant(self, record: int) -> int | None:
        """Return the one variant that the template stands for, if it has exactly one."""
        variants = self.value(record, "product_variant_ids")
        if not variants:
            variants = self.variants(record)
        return variants[0] if len(variants) == 1 else None

    def shared(self, record: int, name: str) -> Any:
        """Return a value of the only variant, else nothing."""
        variant = self.only_variant(record)
        if variant is None:
            return None
        model = self.env["product.product"]
        return model.raw(variant, model.fields[name])

    def set_shared(self, ids: list[int], name: str, value: Any) -> None:
        """Write a value to the only variants; several variants keep theirs."""
        variants = [v for record in ids if (v := self.only_variant(record)) is not None]
        if variants:
            self.env["product.product"].write_records(variants, {name: value})

    def follow_variants(self, ids: Iterable[int]) -> None:
        """Store again what the template takes from its only variant."""
        for record in ids:
            if record not in self.table.rows:
                continue
            row = self.table.rows[record]
            changes = {}
            for name in SHARED:
                field = self.fields.get(name)
                if field is None or not field.is_column:
                    continue
                found = self.shared(record, name)
                found = empty(field) if found is None else found
                stored = to_column(self.env.version, self.name, field, found)
                if stored != row.get(name):
                    changes[name] = stored
            if changes:
                self.store(record, changes)
                self.after_write([record], set(changes))

    def compute_product_variant_count(self, record: int) -> int:
        """Count the variants."""
        return len(self.value(record, "product_variant_ids"))

    def compute_product_variant_id(self, record: int) -> int | None:
        """Return the first variant."""
        return next(iter(self.value(record, "product_variant_ids")), None)

    def compute_is_product_variant(self, record: int) -> bool:
        """Say that a template is no variant."""
        del record
        return False

    def compute_has_configurable_attributes(self, record: int) -> bool:
        """Tell whether a person can choose values."""
        lines = self.env["product.template.attribute.line"]
        return any(
            len(lines.value(line, "value_ids")) > 1
            for line in self.value(record, "attribute_line_ids")
        )

    def compute_barcode(self, record: int) -> Any:
        """Return the barcode of the only variant."""
        return self.shared(record, "barcode")

    def compute_standard_price(self, record: int) -> Any:
        """Return the cost of the only variant."""
        return self.shared(record, "standard_price")

    def compute_currency_id(self, record: int) -> int:
        """Return the company's currency."""
        del record
        return company_currency(self)

    compute_cost_currency_id = compute_currency_id

    def compute_uom_name(self, record: int) -> str:
        """Return the name of the unit."""
        return self.env["uom.uom"].compute_display_name(self.table.rows[record]["uom_id"])

    def compute_weight_uom_name(self, record: int) -> str:
        """Return the unit of weights."""
        del record
        return "kg"

    def compute_volume_uom_name(self, record: int) -> str:
        """Return the unit of volumes."""
        del record
        return "m³"

    def compute_lst_price(self, record: int) -> Any:
        """Return the sales price (Odoo 14 shows it under two names)."""
        return self.table.rows[record].get("list_price", 0.0)

    def inverse_lst_price(self, ids: list[int], value: Any) -> None:
        """Write the sales price under its other name."""
        self.write_records(ids, {"list_price": value})

    def inverse_barcode(self, ids: list[int], value: Any) -> None:
        """Write the barcode of the only variant."""
        self.set_shared(ids, "barcode", value)

    def inverse_standard_price(self, ids: list[int], value: Any) -> None:
        """Write the cost of the only variant."""
        self.set_shared(ids, "standard_price", value)

    def _write_beyond(self, ids: list[int], vals: dict[str, Any]) -> None:
        super()._write_beyond(ids, vals)
        for name in ("default_code", "volume", "weight"):
            if name in vals:
                self.set_shared(ids, name, vals[name])

    def compute_image_1024(self, record: int) -> Any:
        """Return the image; the sandbox does not scale it."""
        return self.table.rows[record].get("image_1920")

    compute_image_512 = compute_image_256 = compute_image_128 = compute_image_1024

    def compute_qty_available(self, record: int) -> float:
        """Sum the stock of the variants."""
        return self._sum(record, "qty_available")

    def compute_virtual_available(self, record: int) -> float:
        """Sum the forecast of the variants."""
        return self._sum(record, "virtual_available")

    def compute_incoming_qty(self, record: int) -> float:
        """Sum what is on its way to the variants."""
        return self._sum(record, "incoming_qty")

    def compute_outgoing_qty(self, record: int) -> float:
        """Sum what open transfers take of the variants."""
        return self._sum(record, "outgoing_qty")

    def search_qty_available(self, operator: str, value: Any) -> list[int]:
        """Find the templates of variants with such a stock."""
        variants = self.env["product.product"]
        found = variants.find([["qty_available", operator, value]], "id")
        return list(dict.fromkeys(variants.table.rows[one]["product_tmpl_id"] for one in found))

    def inverse_qty_available(self, ids: list[int], value: Any) -> None:
        """Count the stock of the only variant (Odoo 19; Odoo 14 overlooks it)."""
        if self.env.version != "14":
            self.set_shared(ids, "qty_available", value)

    def _sum(self, record: int, name: str) -> float:
        variants = self.env["product.product"]
        return float(
            sum(variants.value(v, name) for v in self.value(record, "product_variant_ids"))
        )


def company_currency(model: Combining) -> int:
    """Return the currency of the main company."""
    company = model.env.ref("base.main_company")
    return int(model.env["res.company"].table.rows[company]["currency_id"])
