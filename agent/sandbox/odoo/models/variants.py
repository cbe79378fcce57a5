"""Which variants a product has: every combination of its attributes' values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model

LIMIT = 1000
TOO_MANY = (
    "The number of variants to generate is {much}. You should either not generate variants for "
    "each combination or generate them on demand from the sales order. To do so, open the form "
    "view of attributes and change the mode of *Create Variants*."
)
NONE_POSSIBLE = (
    "This configuration of product attributes, values, and exclusions would lead to no possible "
    "variant. Please archive or delete your product directly if intended."
)


class Combining(Model):
    """The part of ``product.template`` that makes, wakes, archives and deletes variants."""

    def variants(self, record: int) -> list[int]:
        """Return all variants, archived ones too."""
        return self.env["product.product"].table.find("product_tmpl_id", record)

    def dynamic(self, record: int) -> bool:
        """Tell whether variants are made only when they are first sold."""
        return any(self._mode(line) == "dynamic" for line in self.lines(record))

    def lines(self, record: int) -> list[int]:
        """Return the attribute lines that have values."""
        model = self.env["product.template.attribute.line"]
        return [
            line
            for line in self.value(record, "attribute_line_ids")
            if model.value(line, "value_ids")
        ]

    def compute_valid_product_template_attribute_line_ids(self, record: int) -> tuple[int, ...]:
        """Return the attribute lines that have values."""
        return tuple(self.lines(record))

    def create_variants(self, ids: Iterable[int]) -> None:
        """Make the variants of products equal to the combinations of their values.

        Raises:
            UserError: there would be more than 1,000 new ones, or none at all.
        """
        if self.env.context.get("create_product_product") is False:
            return
        for record in ids:
            self._make_variants(record)
            if record not in self.table.rows:
                raise UserError(NONE_POSSIBLE)

    def _make_variants(self, record: int) -> None:
        variants: Any = self.env["product.product"]
        lines = [line for line in self.lines(record) if self._mode(line) != "no_variant"]
        choices = [self._active_values(line) for line in lines]
        self._add_single_values(record, lines, choices)
        existing: dict[frozenset[int], int] = {}
        for variant in sorted(
            self.variants(record), key=lambda v: bool(variants.table.rows[v].get("active"))
        ):
            existing[self._combination(variant)] = variant
        wanted: list[int] = []
        new: list[tuple[int, ...]] = []
        if self.dynamic(record):
            active = {frozenset(c) for c in product(*choices)}
            wanted = [variant for key, variant in existing.items() if key in active]
        else:
            for combination in product(*choices):
                known = existing.get(frozenset(combination))
                if known is not None:
                    wanted.append(known)
                    continue
                new.append(combination)
                if len(new) > LIMIT:
                    old = self.env.version == "14"
                    raise UserError(
                        TOO_MANY.format(much="too high" if old else "above allowed limit")
                    )
        if wanted:  # also those that are active: the server writes, and dates, them all
            variants.write_records(wanted, {"active": True})
        active_template = bool(self.table.rows[record].get("active"))
        if new:
            variants.create_records(
                [
                    {
                        "product_tmpl_id": record,
                        "product_template_attribute_value_ids": [(6, 0, list(combination))],
                        "active": active_template,
                    }
                    for combination in new
                ]
            )
        leftover = [v for v in self.variants(record) if v in existing.values() and v not in wanted]
        if leftover:
            variants.with_context(active_test=False).unlink_or_archive(leftover)

    def _add_single_values(self, record: int, lines: list[int], choices: list[list[int]]) -> None:
        singles = {
            line: choice[0] for line, choice in zip(lines, choices, strict=True) if len(choice) == 1
        }
        if not singles:
            return
        variants = self.env["product.product"]
        values = self.env["product.template.attribute.value"].table.rows
        for variant in self.variants(record):
            chosen = self._combination(variant)
            whole = chosen | set(singles.values())
            on = {values[one]["attribute_line_id"] for one in whole}
            if whole != chosen and len(whole) == len(lines) and on == set(lines):
                change = {"product_template_attribute_value_ids": [(6, 0, sorted(whole))]}
                variants.write_records([variant], change)

    def _combination(self, variant: int) -> frozenset[int]:
        row = self.env["product.product"].table.rows[variant]
        return frozenset(row.get("product_template_attribute_value_ids", ()))

    def _active_values(self, line: int) -> list[int]:
        values = self.env["product.template.attribute.value"]
        mine = self.env["product.template.attribute.line"].value(line, "product_template_value_ids")
        return [one for one in mine if values.table.rows[one].get("ptav_active")]

    def _mode(self, line: int) -> str:
        attribute = self.env["product.template.attribute.line"].table.rows[line]["attribute_id"]
        return str(self.env["product.attribute"].table.rows[attribute].get("create_variant"))
