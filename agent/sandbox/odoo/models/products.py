"""Product templates and their variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.domain import COMPARISONS
from agent.sandbox.odoo.faults import OdooFault, UserError, ValidationError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.schema import Unique
from agent.sandbox.odoo.values import empty, to_column
from agent.sandbox.odoo.writing import Writing

from .variants import Combining

# fields of the template that are those of its only variant
SHARED = ("barcode", "default_code", "standard_price", "volume", "weight")
IMAGES = ("image_1920", "image_1024", "image_512", "image_256", "image_128")
QUANTITIES = ("qty_available", "virtual_available", "free_qty", "incoming_qty", "outgoing_qty")


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
        seeds: dict[str, Any] = {"uom_id": unit, "uom_po_id": vals.get("uom_id") or unit}
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

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Odoo 19 passes the template's date of change on to the variants."""
        del changed
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
        """Return what is on its way; the sandbox has no open transfers."""
        del record
        return 0.0

    compute_outgoing_qty = compute_incoming_qty

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


class ProductVariant(Model):
    """``product.product``: what is bought, stocked and sold."""

    def parent_model(self, parent: str) -> Writing:
        """Make a template for a variant of its own, without a second variant."""
        return self.env[parent].with_context(create_product_product=False)

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create variants."""
        created = super().create_records(vals_list)
        self._after_change(created)
        return created

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change variants."""
        super().write_records(ids, vals)
        if not set(vals).isdisjoint(SHARED):
            self._after_change(ids)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete variants; one without another beside it takes its template with it."""
        templates = dict.fromkeys(self.table.rows[r]["product_tmpl_id"] for r in ids)
        alone = [self.table.rows[r]["product_tmpl_id"] for r in ids if not self._others(r)]
        super().unlink_records(ids)
        if self.env.context.get("keep_template"):
            return
        model: Any = self.env["product.template"]
        model.unlink_records([one for one in model.existing(alone) if not model.dynamic(one)])
        model.follow_variants(model.existing(templates))

    def unlink_or_archive(self, ids: Sequence[int]) -> None:
        """Delete variants that nothing refers to and archive the others.

        All go at once where that is possible, which spares the template; see ``unlink_records``.
        """
        ids = self.existing(ids)
        if not ids:
            return
        try:
            with self.env.site.database.savepoint():
                self.unlink_records(ids)
        except OdooFault:
            if len(ids) > 1:
                half = len(ids) // 2
                self.unlink_or_archive(ids[:half])
                self.unlink_or_archive(ids[half:])
            elif self.table.rows[ids[0]].get("active"):
                self.write_records(ids, {"active": False})

    def _others(self, record: int) -> list[int]:
        siblings = self.table.find("product_tmpl_id", self.table.rows[record]["product_tmpl_id"])
        return [one for one in self.visible(siblings) if one != record]

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse two active variants with the same values and, on Odoo 19, barcodes in use."""
        if "barcode" in changed and self.env.version != "14":
            for record in ids:
                self._refuse_barcode(record)
        if not changed & {"active", "product_template_attribute_value_ids", "product_tmpl_id"}:
            return
        for record in ids:
            row = self.table.rows[record]
            for other in self.table.find("product_tmpl_id", row["product_tmpl_id"]):
                theirs = self.table.rows[other]
                same = theirs.get("combination_indices") == row.get("combination_indices")
                if other != record and row.get("active") and theirs.get("active") and same:
                    raise self.duplicate(
                        Unique(
                            "product_product_combination_unique",
                            ("product_tmpl_id", "combination_indices"),
                            index=True,
                        ),
                        record,
                        other,
                    )

    def _refuse_barcode(self, record: int) -> None:
        barcode = self.table.rows[record].get("barcode")
        holders = self.visible(self.table.find("barcode", barcode)) if barcode else []
        if len(holders) < 2:
            return
        names = " and ".join(self.compute_display_name(one) for one in sorted(holders))
        raise ValidationError(
            "Barcode(s) already assigned:\n\n"
            f'- Barcode "{barcode}" already assigned to product(s): {names}\n\n'
            "Note: products that you don't have access to will not be shown above."
        )

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Keep the values as text, which makes them unique."""
        self._index_combination(record)
        if not vals.get("product_template_attribute_value_ids"):
            self.table.update(record, {"combination_indices": ""})

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Keep the values as text after a change."""
        if "product_template_attribute_value_ids" in changed:
            for record in ids:
                self._index_combination(record)

    def display_name(self, record: int) -> str:
        """Show the reference, the name and the values that tell variants apart."""
        name = self.raw(record, self.fields["name"]) or ""
        values: Any = self.env["product.template.attribute.value"]
        lines: Any = self.env["product.template.attribute.line"]
        telling = []
        for one in self.value(record, "product_template_attribute_value_ids"):
            line = values.table.rows[one]["attribute_line_id"]
            if len(lines.value(line, "value_ids")) > 1:
                telling.append(values.plain_name(one))
        if telling:
            name = f"{name} ({', '.join(telling)})"
        code = self.table.rows[record].get("default_code")
        return f"[{code}] {name}" if code else name

    def compute_price_extra(self, record: int) -> float:
        """Sum the extra prices of the values."""
        rows = self.env["product.template.attribute.value"].table.rows
        chosen = self.table.rows[record].get("product_template_attribute_value_ids", ())
        return float(sum(rows[one].get("price_extra", 0.0) for one in chosen))

    def compute_lst_price(self, record: int) -> float:
        """Return the template's price with the extra prices."""
        template = self.env["product.template"].table.rows[
            self.table.rows[record]["product_tmpl_id"]
        ]
        return float(template.get("list_price", 0.0)) + self.compute_price_extra(record)

    def inverse_lst_price(self, ids: list[int], value: Any) -> None:
        """Write the template's price, less the extra prices."""
        for record in ids:
            price = float(value or 0.0) - self.compute_price_extra(record)
            template = self.table.rows[record]["product_tmpl_id"]
            self.env["product.template"].write_records([template], {"list_price": price})

    def compute_is_product_variant(self, record: int) -> bool:
        """Say that it is a variant."""
        del record
        return True

    def compute_image_1920(self, record: int) -> Any:
        """Return the variant's image, else the template's."""
        row = self.table.rows[record]
        template = self.env["product.template"].table.rows[row["product_tmpl_id"]]
        return row.get("image_variant_1920") or template.get("image_1920")

    compute_image_1024 = compute_image_512 = compute_image_1920
    compute_image_256 = compute_image_128 = compute_image_1920

    def inverse_image_1920(self, ids: list[int], value: Any) -> None:
        """Write the template's image for an only variant, else the variant's own."""
        for record in ids:
            template = self.table.rows[record]["product_tmpl_id"]
            row = self.env["product.template"].table.rows[template]
            siblings = self.table.find("product_tmpl_id", template)
            alone = len([s for s in siblings if self.table.rows[s].get("active")]) <= 1
            if (not row.get("image_1920") or alone) and value:
                self.write_records([record], {"image_variant_1920": False})
                self.env["product.template"].write_records([template], {"image_1920": value})
            else:
                self.write_records([record], {"image_variant_1920": value})

    def compute_qty_available(self, record: int) -> float:
        """Sum the stock in the warehouses' internal locations."""
        stock: Any = self.env["stock.quant"]
        return float(stock.on_hand(record))

    compute_virtual_available = compute_free_qty = compute_qty_available

    def compute_incoming_qty(self, record: int) -> float:
        """Return what is on its way; the sandbox has no open transfers."""
        del record
        return 0.0

    compute_outgoing_qty = compute_incoming_qty

    def search_qty_available(self, operator: str, value: Any) -> list[int]:
        """Compare the stock; products without any count as 0 only if they are stored."""
        compare = COMPARISONS.get(operator) or (lambda a, b: a == b)
        found = []
        for record in self.table.rows:
            known = self.table.rows[record] and self.compute_qty_available(record)
            if not self.env["stock.quant"].table.find("product_id", record):
                template = self.table.rows[record]["product_tmpl_id"]
                about = self.env["product.template"].table.rows[template]
                if self.env.version != "14" and not about.get("is_storable"):
                    continue
            if compare(known, float(value or 0)) != (operator == "!="):
                found.append(record)
        return found

    def inverse_qty_available(self, ids: list[int], value: Any) -> None:
        """Count the stock in the first warehouse (Odoo 19)."""
        if self.env.version == "14":
            return
        stock: Any = self.env["stock.quant"]
        for record in ids:
            stock.sudo().count(record, self.env.ref("sandbox.stock"), float(value or 0))

    def ids_by_name(self, name: Any, operator: str) -> list[int]:
        """Find by name, reference or barcode."""
        text = str(name)
        if operator in {"=", "ilike", "=ilike", "like", "=like"}:
            for column in ("default_code", "barcode"):
                found = self.find([[column, "=", text]])
                if found:
                    return found
        domain: list[Any] = ["|", ["default_code", operator, text], ["name", operator, text]]
        return self.find(domain)

    def _after_change(self, ids: Sequence[int]) -> None:
        templates = dict.fromkeys(self.table.rows[r]["product_tmpl_id"] for r in ids)
        self.env["product.template"].follow_variants(templates)  # type: ignore[attr-defined]

    def _index_combination(self, record: int) -> None:
        chosen = self.table.rows[record].get("product_template_attribute_value_ids", ())
        text = ",".join(str(one) for one in sorted(chosen))
        self.table.update(record, {"combination_indices": text})


def company_currency(model: Model) -> int:
    """Return the currency of the main company."""
    company = model.env.ref("base.main_company")
    return int(model.env["res.company"].table.rows[company]["currency_id"])
