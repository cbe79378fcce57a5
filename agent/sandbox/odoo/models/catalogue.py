"""Categories, delivery methods and taxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model


class Category(Model):
    """``product.category``: a tree whose full names are stored."""

    def display_name(self, record: int) -> str:
        """Show the full name."""
        if not self.env.context.get("hierarchical_naming", True):
            return str(self.table.rows[record].get("name", ""))
        return str(self.table.rows[record].get("complete_name", ""))

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Store the full name."""
        del vals
        self._rename(record)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Store the full names of the category and all below it."""
        if changed & {"name", "parent_id"}:
            for record in ids:
                self._refuse_loop(record)
            for record in ids:
                self._rename(record)

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse a category below itself."""
        if "parent_id" in changed:
            for record in ids:
                self._refuse_loop(record)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Odoo 14 keeps its default category."""
        default = self.env.site.xml_ids.get("product.product_category_all")
        if self.env.version == "14" and default in ids:
            raise UserError(
                "You cannot delete this product category, it is the default generic category."
            )
        super().unlink_records(ids)

    def compute_product_count(self, record: int) -> int:
        """Count the products here and below."""
        return len(self.env["product.template"].find([["categ_id", "child_of", record]], "id"))

    def _refuse_loop(self, record: int) -> None:
        seen, current = {record}, self.table.rows[record].get("parent_id")
        while current:
            if current in seen:
                raise UserError("Recursion Detected.")
            seen.add(current)
            current = self.table.rows[current].get("parent_id")

    def _rename(self, record: int) -> None:
        row = self.table.rows[record]
        name = row.get("name") or ""
        parent = self.table.rows.get(row.get("parent_id") or 0)
        path = f"{parent.get('parent_path', '')}{record}/" if parent else f"{record}/"
        full = f"{parent.get('complete_name', '')} / {name}" if parent else name
        if full != row.get("complete_name"):
            self.store(record, {"complete_name": full})
        self.table.update(record, {"parent_path": path})
        for child in self.table.find("parent_id", record):
            self._rename(child)


class Carrier(Model):
    """``delivery.carrier``."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the price of the product that stands for the delivery."""
        found = super().defaults(vals)
        variants: Any = self.env["product.product"]
        if "fixed_price" not in vals and vals.get("product_id") in variants.table.rows:
            template = variants.table.rows[vals["product_id"]]["product_tmpl_id"]
            row = self.env["product.template"].table.rows[template]
            found["fixed_price"] = row.get("list_price", 0.0)
        return found


class Tax(Model):
    """``account.tax``."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take company, country and group of the main company."""
        found = super().defaults(vals)
        company = self.env.ref("base.main_company")
        group = next(iter(self.env["account.tax.group"].table.rows), None)
        seeds = {"company_id": company, "tax_group_id": group}
        seeds["country_id"] = self.env.ref("base.us")
        for name, value in seeds.items():
            if name in self.fields and name not in vals:
                found[name] = value
        return found

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Odoo 14 takes an archived tax out of the amounts of orders."""
        if self.env.version != "14" or "active" not in changed:
            return
        lines: Any = self.env["sale.order.line"]
        for record in ids:
            if not lines.table.has_index("tax_id"):
                lines.table.add_index("tax_id")
            lines.settle(lines.table.find("tax_id", record))

    def compute_price_include(self, record: int) -> bool:
        """Tell whether prices hold the tax (Odoo 19 derives it)."""
        row = self.table.rows[record]
        if self.env.version == "14":
            return bool(row.get("price_include"))
        return row.get("price_include_override") == "tax_included"
