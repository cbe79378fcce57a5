"""Variants: what is bought, stocked and sold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.sandbox.odoo.domain import COMPARISONS
from agent.sandbox.odoo.faults import OdooFault, ValidationError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.schema import Unique
from agent.sandbox.odoo.writing import Writing

from .templates import SHARED


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
        if telling := values.telling(self.value(record, "product_template_attribute_value_ids")):
            name = f"{name} ({', '.join(values.plain_name(one) for one in telling)})"
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

    def compute_free_qty(self, record: int) -> float:
        """Return what is not reserved."""
        stock: Any = self.env["stock.quant"]
        return float(stock.on_hand(record, free=True))

    def compute_virtual_available(self, record: int) -> float:
        """Return what is left once all open transfers are done."""
        incoming, outgoing = self._expected(record)
        return self.compute_qty_available(record) + incoming - outgoing

    def compute_outgoing_qty(self, record: int) -> float:
        """Return what open transfers take."""
        return self._expected(record)[1]

    def compute_incoming_qty(self, record: int) -> float:
        """Return what open transfers bring."""
        return self._expected(record)[0]

    def _expected(self, record: int) -> tuple[float, float]:
        moves: Any = self.env["stock.move"]
        quants: Any = self.env["stock.quant"]
        found: tuple[float, float] = moves.expected(record, quants.inside())
        return found

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
