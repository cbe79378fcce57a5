"""Attributes, their values, and their use on products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from agent.sandbox.odoo.faults import OdooFault, UserError, ValidationError
from agent.sandbox.odoo.model import Model


class Attribute(Model):
    """``product.attribute``."""

    derived = frozenset({"product_tmpl_ids"})

    def compute_number_related_products(self, record: int) -> int:
        """Count the products that use the attribute (Odoo 19)."""
        return len(self.compute_product_tmpl_ids(record))

    def compute_is_used_on_products(self, record: int) -> bool:
        """Tell whether a product uses the attribute (Odoo 14)."""
        return bool(self.compute_product_tmpl_ids(record))

    def compute_product_tmpl_ids(self, record: int) -> tuple[int, ...]:
        """List the products that use the attribute."""
        lines = self.env["product.template.attribute.line"]
        used = (
            lines.table.rows[line]["product_tmpl_id"]
            for line in self.value(record, "attribute_line_ids")
        )
        return tuple(self.env["product.template"].sorted(list(dict.fromkeys(used))))

    def product_names(self, products: Sequence[int]) -> str:
        """Return the names of products for a refusal."""
        templates = self.env["product.template"]
        return ", ".join(templates.compute_display_name(one) for one in products)

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Refuse to change how variants are made once products use the attribute."""
        if "create_variant" in vals:
            for record in ids:
                products = self.compute_product_tmpl_ids(record)
                same = self.table.rows[record].get("create_variant") == vals["create_variant"]
                if products and not same:
                    names = self.product_names(products)
                    raise UserError(
                        "You cannot change the Variants Creation Mode of the attribute "
                        f"{self.compute_display_name(record)} because it is used on the following "
                        f"products:\n{names}"
                    )
        super().write_records(ids, vals)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Refuse to delete an attribute that products use."""
        for record in ids:
            if products := self.compute_product_tmpl_ids(record):
                names = self.product_names(products)
                raise UserError(
                    f"You cannot delete the attribute {self.compute_display_name(record)} because "
                    f"it is used on the following products:\n{names}"
                )
        super().unlink_records(ids)


class AttributeValue(Model):
    """``product.attribute.value``; its picture (Odoo 19) is kept as an attachment, too."""

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Keep the picture."""
        self.after_write([record], set(vals))

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Keep the picture."""
        files: Any = self.env["ir.attachment"].sudo()
        for record in ids if "image" in changed else ():
            files.follow(self.name, record, "image", self.table.rows[record].get("image"))

    def display_name(self, record: int) -> str:
        """Show the attribute with the value."""
        name = super().display_name(record)
        if not self.env.context.get("show_attribute", True):
            return name
        attribute = self.env["product.attribute"]
        return f"{attribute.compute_display_name(self.table.rows[record]['attribute_id'])}: {name}"

    def compute_is_used_on_products(self, record: int) -> bool:
        """Tell whether a product uses the value."""
        return bool(self.value(record, "pav_attribute_line_ids"))

    def products_of(self, record: int) -> str:
        """Return the names of the products that use a value; empty when none does."""
        lines = self.value(record, "pav_attribute_line_ids")
        rows = self.env["product.template.attribute.line"].table.rows
        templates = self.env["product.template"]
        products = dict.fromkeys(rows[line]["product_tmpl_id"] for line in lines)
        return ", ".join(templates.compute_display_name(one) for one in products)

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Refuse to move a value that products use to another attribute."""
        for record in ids if "attribute_id" in vals else ():
            same = self.table.rows[record]["attribute_id"] == vals["attribute_id"]
            if not same and (names := self.products_of(record)):
                gap = "" if self.env.version == "14" else " "
                raise UserError(
                    f"You cannot change the attribute of the value "
                    f"{self.compute_display_name(record)} because it is used on the following "
                    f"products:{gap}{names}"
                )
        super().write_records(ids, vals)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Refuse to delete a value that products use."""
        for record in ids:
            if names := self.products_of(record):
                end = "" if self.env.version == "14" else "\n"
                raise UserError(
                    f"You cannot delete the value {self.compute_display_name(record)} because it "
                    f"is used on the following products:\n{names}{end}"
                )
        super().unlink_records(ids)


class AttributeLine(Model):
    """``product.template.attribute.line``: the values of one attribute on one product."""

    derived = frozenset({"value_count"})

    def display_name(self, record: int) -> str:
        """Show the attribute."""
        attribute = self.table.rows[record]["attribute_id"]
        return self.env["product.attribute"].compute_display_name(attribute)

    def compute_value_count(self, record: int) -> int:
        """Count the values."""
        return len(self.value(record, "value_ids"))

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create lines; an archived one of the same product and attribute is used again."""
        created = []
        for vals in vals_list:
            archived = self._archived(vals)
            if archived is None:
                created.append(super().create_records([vals])[0])
                continue
            changes = {
                k: v for k, v in vals.items() if k not in {"product_tmpl_id", "attribute_id"}
            }
            quiet = self.with_context(update_product_template_attribute_values=False)
            quiet.write_records([archived], {**changes, "active": vals.get("active", True)})
            created.append(archived)
        if self.env.context.get("create_product_product", True):
            self.update_values(created)
        return created

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change lines, then the values and variants that follow from them."""
        for record in ids:
            self._refuse_moves(record, vals)
        if not vals.get("active", True):
            vals["value_ids"] = [(5,)]
        super().write_records(ids, vals)
        if self.env.context.get("update_product_template_attribute_values", True):
            self.update_values(list(ids))

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete lines; one whose values are in use is archived instead."""
        values = self.env["product.template.attribute.value"]
        active = [
            value
            for record in ids
            for value in self.value(record, "product_template_value_ids")
            if values.table.rows[value].get("ptav_active")
        ]
        values.unlink_records(active)
        templates = dict.fromkeys(
            self.table.rows[r]["product_tmpl_id"] for r in ids if r in self.table.rows
        )
        for record in ids:
            try:
                with self.env.site.database.savepoint():
                    super().unlink_records([record])
            except OdooFault:
                self.write_records([record], {"active": False})
                templates.pop(self.table.rows[record]["product_tmpl_id"], None)
        model = cast("Any", self.env["product.template"])
        model.create_variants(model.existing(templates))

    def update_values(self, ids: list[int]) -> None:
        """Bring the product's values and variants in line with the lines' values."""
        values = self.env["product.template.attribute.value"]
        gone: dict[int, None] = {}
        new: list[dict[str, Any]] = []
        templates: dict[int, None] = {}
        for line in ids:
            row = self.table.rows[line]
            templates[row["product_tmpl_id"]] = None
            wanted = dict.fromkeys(self.value(line, "value_ids"))
            wake = []
            for one in self.value(line, "product_template_value_ids"):
                theirs = values.table.rows[one]
                if theirs["product_attribute_value_id"] not in wanted:
                    if theirs.get("ptav_active"):
                        gone[one] = None
                    continue
                del wanted[theirs["product_attribute_value_id"]]
                if not theirs.get("ptav_active"):
                    wake.append(one)
            for value in wanted:
                asleep = self._sleeping(row, value)
                if asleep is None:
                    new.append(self._new_value(line, value))
                else:
                    values.write_records([asleep], {"ptav_active": True, "attribute_line_id": line})
                    gone.pop(asleep, None)
            if wake:
                values.write_records(wake, {"ptav_active": True})
            if gone:
                values.write_records(list(gone), {"ptav_active": False})
        if gone:
            values.unlink_records(list(gone))
        values.create_records(new)
        cast("Any", self.env["product.template"]).create_variants(list(templates))

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse a line without values, and values of another attribute."""
        del changed
        for record in ids:
            row = self.table.rows[record]
            product = self.env["product.template"].compute_display_name(row["product_tmpl_id"])
            attribute = self.compute_display_name(record)
            if row.get("active") and not row.get("value_ids"):
                raise ValidationError(
                    f"The attribute {attribute} must have at least one value for the product "
                    f"{product}."
                )
            values = self.env["product.attribute.value"]
            for value in row.get("value_ids", ()):
                if values.table.rows[value]["attribute_id"] != row["attribute_id"]:
                    raise ValidationError(
                        f"On the product {product} you cannot associate the value "
                        f"{values.compute_display_name(value)} with the attribute {attribute} "
                        "because they do not match."
                    )

    def _archived(self, vals: dict[str, Any]) -> int | None:
        template = vals.get("product_tmpl_id")
        if not isinstance(template, int):
            return None
        for line in self.table.find("product_tmpl_id", template):
            row = self.table.rows[line]
            if not row.get("active") and row["attribute_id"] == vals.get("attribute_id"):
                return line
        return None

    def _sleeping(self, row: dict[str, Any], value: int) -> int | None:
        values = self.env["product.template.attribute.value"].table
        for one in values.find("product_tmpl_id", row["product_tmpl_id"]):
            theirs = values.rows[one]
            if (
                not theirs.get("ptav_active")
                and theirs["product_attribute_value_id"] == value
                and theirs["attribute_id"] == row["attribute_id"]
            ):
                return one
        return None

    def _new_value(self, line: int, value: int) -> dict[str, Any]:
        extra = self.env["product.attribute.value"].table.rows[value].get("default_extra_price", 0)
        return {
            "product_attribute_value_id": value,
            "attribute_line_id": line,
            "price_extra": extra,
        }

    def _refuse_moves(self, record: int, vals: dict[str, Any]) -> None:
        row = self.table.rows[record]
        templates, attributes = self.env["product.template"], self.env["product.attribute"]
        product = templates.compute_display_name(row["product_tmpl_id"])
        attribute = attributes.compute_display_name(row["attribute_id"])
        if vals.get("product_tmpl_id", row["product_tmpl_id"]) != row["product_tmpl_id"]:
            raise UserError(
                f"You cannot move the attribute {attribute} from the product {product} to the "
                f"product {vals['product_tmpl_id']}."
            )
        if vals.get("attribute_id", row["attribute_id"]) != row["attribute_id"]:
            raise UserError(
                f"On the product {product} you cannot transform the attribute {attribute} into the "
                f"attribute {vals['attribute_id']}."
            )


class TemplateAttributeValue(Model):
    """``product.template.attribute.value``: one value on one product, with its extra price."""

    def display_name(self, record: int) -> str:
        """Show the attribute with the value."""
        row = self.table.rows[record]
        attribute = self.env["product.attribute"].compute_display_name(row["attribute_id"])
        return f"{attribute}: {self.plain_name(record)}"

    def telling(self, chosen: Sequence[int]) -> list[int]:
        """Return those of a variant's values that tell it apart from its siblings.

        A value that is the only one of its line does not; archived ones count only while the
        variant has an archived value itself.
        """
        rows = self.table.rows
        only_active = all(rows[one].get("ptav_active") for one in chosen)
        found = []
        for one in chosen:
            attribute = self.env["product.attribute"].table.rows[rows[one]["attribute_id"]]
            siblings = self.table.find("attribute_line_id", rows[one]["attribute_line_id"])
            if only_active:
                siblings = [each for each in siblings if rows[each].get("ptav_active")]
            if len(siblings) > 1 and attribute.get("create_variant") != "no_variant":
                found.append(one)
        return found

    def plain_name(self, record: int) -> str:
        """Return the value's name alone."""
        values = self.env["product.attribute.value"]
        value = self.table.rows[record]["product_attribute_value_id"]
        return str(values.raw(value, values.fields["name"]))

    def defaults(self, vals: Any) -> dict[str, Any]:
        """Take product and attribute from the line."""
        found = super().defaults(vals)
        line = self.env["product.template.attribute.line"].table.rows.get(
            vals.get("attribute_line_id")
        )
        if line is not None:
            found["product_tmpl_id"] = line["product_tmpl_id"]
            found["attribute_id"] = line["attribute_id"]
        return found

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create values; variants are never linked from this side."""
        if any("ptav_product_variant_ids" in vals for vals in vals_list):
            raise UserError(_FROM_VARIANTS)
        return super().create_records(vals_list)

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change values; value and product of an existing one are fixed."""
        if "ptav_product_variant_ids" in vals:
            raise UserError(_FROM_VARIANTS)
        for record in ids:
            row = self.table.rows[record]
            product = self.env["product.template"].compute_display_name(row["product_tmpl_id"])
            for key, what in (
                ("product_attribute_value_id", "value of the value"),
                ("product_tmpl_id", "product of the value"),
            ):
                if vals.get(key, row[key]) != row[key]:
                    raise UserError(
                        f"You cannot change the {what} {self.compute_display_name(record)} set on "
                        f"product {product}."
                    )
        super().write_records(ids, vals)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete values with the variants that carry them; those in use are archived."""
        variants = cast("Any", self.env["product.product"])
        for record in ids:
            siblings = self.env["product.template.attribute.line"].value(
                self.table.rows[record]["attribute_line_id"], "product_template_value_ids"
            )
            carriers = self.value(record, "ptav_product_variant_ids")
            if len(siblings) == 1 and carriers:
                change = {"product_template_attribute_value_ids": [(3, record)]}
                variants.write_records(carriers, change)
        carriers = dict.fromkeys(
            variant for record in ids for variant in self.value(record, "ptav_product_variant_ids")
        )
        variants.unlink_or_archive(list(carriers))
        for record in ids:
            try:
                with self.env.site.database.savepoint():
                    super().unlink_records([record])
            except OdooFault:
                self.write_records([record], {"ptav_active": False})

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Follow a line to its product."""
        if "attribute_line_id" in changed:
            lines = self.env["product.template.attribute.line"].table.rows
            for record in ids:
                line = lines[self.table.rows[record]["attribute_line_id"]]
                self.table.update(
                    record,
                    {
                        "product_tmpl_id": line["product_tmpl_id"],
                        "attribute_id": line["attribute_id"],
                    },
                )


_FROM_VARIANTS = (
    "You cannot update related variants from the values. Please update related values from the "
    "variants."
)
