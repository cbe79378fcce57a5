"""What administrators add to Odoo by hand: models, fields, rights, views, menus, actions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from defusedxml.ElementTree import ParseError, fromstring

from agent.sandbox.odoo.constraints import BROKEN
from agent.sandbox.odoo.faults import (
    AccessError,
    ConstraintError,
    ServerError,
    UserError,
    ValidationError,
)
from agent.sandbox.odoo.manual import refresh
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

COLUMN = "This column contains module data and cannot be removed!"
PRESS = re.compile(r"^# opencart: queue the chosen records in (x_[a-z0-9_]+)\n")
"""The only code that the sandbox runs, by what its first line says it does."""


class IrModel(Model):
    """``ir.model``: making one makes its table."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Give a model without fields a name."""
        found = super().defaults(vals)
        if "field_id" not in vals:
            name = {"name": "x_name", "field_description": "Name", "ttype": "char", "copied": True}
            found["field_id"] = [(0, 0, name)]
        return found

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create models; that a name is taken is found before the fields are made."""
        self.check_right("create")
        taken = {str(row.get("model")): record for record, row in self.table.rows.items()}
        for vals in vals_list:
            if (known := taken.get(str(vals.get("model")))) is not None:
                [unique] = [one for one in self.schema.uniques if one.columns == ("model",)]
                raise self.duplicate(unique, known, known)
        return super().create_records(vals_list)

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Make the table."""
        del record, vals
        refresh(self.env.site)

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse names that are none of users."""
        for record in ids if "model" in changed else ():
            name = str(self.table.rows[record].get("model"))
            if not name.startswith("x_"):
                raise ValidationError("The model name must start with 'x_'.")
            if not re.fullmatch(r"[a-z0-9_.]+", name):
                words = "The model name can only contain lowercase characters, digits, underscores"
                raise ValidationError(f"{words} and dots.")

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Drop the tables; Odoo 14 forgets the external ids of their rows there."""
        for record in self.existing(ids):
            row = self.table.rows[record]
            name = str(row["model"])
            if row.get("state") != "manual":
                label = self.raw(record, self.fields["name"])
                old = f"Model '{label}' contains module data and cannot be removed."
                raise UserError(old if self.env.version == "14" else COLUMN)
            data = self.env["ir.model.data"].table
            if self.env.version != "14":
                for entry in [e for e, r in data.rows.items() if r.get("model") == name]:
                    data.delete(entry)
            rows = self.env.site.database.tables[name]
            for one in list(rows.rows):
                rows.delete(one)
            super().unlink_records([record])
            refresh(self.env.site)


class IrField(Model):
    """``ir.model.fields``."""

    settled = ("selection",)

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Add fields to manual models."""
        models = self.env["ir.model"].table.rows
        whole = []
        for vals in vals_list:
            row = models.get(vals.get("model_id") or 0, {})
            whole.append({**vals, "model": row.get("model")})
        created = super().create_records(whole)
        refresh(self.env.site)
        return created

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse names that are none of users."""
        for record in ids if "name" in changed else ():
            row = self.table.rows[record]
            if row.get("state") == "manual" and not str(row.get("name")).startswith("x_"):
                old = "Custom fields must have a name that starts with 'x_' !"
                words = old.replace(" !", "!")
                if self.env.version == "14":
                    raise ValidationError(old)
                raise ConstraintError(f"{BROKEN}{words}", words, self.name)

    def compute_selection(self, record: int) -> Any:
        """Return the choices as Python writes them."""
        return self.table.rows[record].get("selection") or "[]"

    def inverse_selection(self, ids: list[int], value: Any) -> None:
        """Keep the choices."""
        for record in ids:
            self.table.update(record, {"selection": value or None})

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Take fields from manual models."""
        for record in self.existing(ids):
            if self.table.rows[record].get("state") != "manual":
                raise UserError(COLUMN)
        super().unlink_records(ids)
        refresh(self.env.site)


class ModelAccess(Model):
    """``ir.model.access``: rights on manual models; those of others are fixed in the sandbox."""

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Let it count."""
        del record, vals
        refresh(self.env.site)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Let it count."""
        del ids, changed
        refresh(self.env.site)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Take rights away."""
        super().unlink_records(ids)
        refresh(self.env.site)


class View(Model):
    """``ir.ui.view``."""

    settled = ("arch",)

    def compute_arch(self, record: int) -> Any:
        """Return the view."""
        return self.table.rows[record].get("arch_db") and self.raw(record, self.fields["arch_db"])

    def inverse_arch(self, ids: list[int], value: Any) -> None:
        """Keep the view."""
        self.write_records(ids, {"arch_db": value})

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse views of fields that are not there."""
        for record in ids if changed & {"arch", "arch_db", "model"} else ():
            row = self.table.rows[record]
            text = self.compute_arch(record)
            model = str(row.get("model") or "")
            if not text:
                continue
            try:
                root = fromstring(text)
            except ParseError as error:
                raise ValidationError(f"Invalid view definition: {error}") from error
            if model not in self.env.site.schema:
                raise ValidationError(f"Model not found: {model}")
            known = self.env.site.schema[model].fields
            for node in root.iter("field"):
                if node.get("name") not in known:
                    name = node.get("name")
                    words = f'Field "{name}" does not exist in model "{model}"'
                    raise ValidationError(f"Error while validating view:\n\n{words}")


class Window(Model):
    """``ir.actions.act_window``."""

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse windows of models that are not there."""
        for record in ids if "res_model" in changed else ():
            name = self.table.rows[record].get("res_model")
            if name not in self.env.site.schema:
                old = f"Invalid model name '{name}' in action definition."
                new = f"Invalid model name “{name}” in action definition."
                raise ValidationError(old if self.env.version == "14" else new)


class Menu(Model):
    """``ir.ui.menu``."""

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete menus; those below them stay, without a place."""
        below = [one for record in ids for one in self.table.find("parent_id", record)]
        for one in below:
            self.table.update(one, {"parent_id": None})
        super().unlink_records(ids)


class ServerAction(Model):
    """``ir.actions.server``; of all code only the bridge's own is run."""

    @rpc("records")
    def run(self, ids: list[int]) -> Any:
        """Run actions on the records that the context names; answer what the client shall do."""
        result: Any = False
        for action in ids:
            row = self.table.rows.get(action)
            if row is None:
                raise self.missing([action])
            self._check_groups(row)
            result = self._run(row)
        return result

    def _check_groups(self, row: Mapping[str, Any]) -> None:
        groups = row.get("groups_id" if self.env.version == "14" else "group_ids") or ()
        if groups and not set(groups) & self.env.group_ids():
            raise AccessError("You don't have enough access rights to run this action.")
        if not groups:
            model = self.env["ir.model"].table.rows[row["model_id"]]["model"]
            self.env[model].check_right("write")

    def _run(self, row: Mapping[str, Any]) -> Any:
        known = PRESS.match(str(row.get("code") or ""))
        if known is None or row.get("state") != "code":
            raise ServerError("the sandbox runs no Python but that of the bridge's buttons")
        model = str(self.env["ir.model"].table.rows[row["model_id"]]["model"])
        context = self.env.context
        chosen = context.get("active_ids") or [context.get("active_id")]
        chosen = list(chosen) if context.get("active_model") == model else []
        queue = self.env[known[1]]
        records = self.env[model].sudo()
        todo = [["x_model", "=", model], ["x_res_id", "in", chosen], ["x_state", "=", "todo"]]
        waiting = {one["x_res_id"] for one in queue.search_read(todo, ["x_res_id"])}
        fresh = [one for one in chosen if one not in waiting]
        if missing := [one for one in fresh if one not in records.table.rows]:
            raise self.env[model].missing(missing[:1])
        kinds = {str(r["model"]): one for one, r in self.env["ir.model"].table.rows.items()}
        kind = self.env["ir.model"].sudo().compute_display_name(kinds[model])
        queue.create(
            [
                {
                    "x_kind": kind,
                    "x_name": records.compute_display_name(one),
                    "x_model": model,
                    "x_res_id": one,
                    "x_state": "todo",
                }
                for one in fresh
            ]
        )
        message = f"Queued: {len(chosen)}"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"title": "OpenCart", "message": message, "type": "success"},
        }
