"""create, write, unlink: values into columns, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .faults import ServerError
from .records import rpc
from .relations import Relations
from .schema import MAGIC
from .values import to_column


class Writing(Relations):
    """The writing half of a model."""

    settled: ClassVar[tuple[str, ...]] = ()  # columns that only the model itself computes

    @rpc("model")
    def create(self, vals_list: Any) -> Any:
        """Create one record (dict, answers its id) or several (list, answers their ids)."""
        if isinstance(vals_list, Mapping):
            return self.create_records([dict(vals_list)])[0]
        return self.create_records([dict(one) for one in vals_list])

    @rpc("model")
    def name_create(self, name: str) -> list[Any]:
        """Create a record by its name alone."""
        [record] = self.create_records([{self.schema.rec_name: name}])
        return [record, self.compute_display_name(record)]

    @rpc("records")
    def write(self, ids: list[int], vals: dict[str, Any]) -> bool:
        """Change records."""
        self.check_right("write")
        if self.env.version == "14" and not self.schema.mail:
            ids = self.existing(ids)  # Odoo 14 overlooks missing ones where no mail follows changes
        elif missing := [one for one in ids if one not in self.table.rows]:
            raise self.missing(missing)
        self.write_records(ids, dict(vals))
        return True

    @rpc("records", only="19")
    def web_save_multi(
        self, ids: list[int], vals_list: list[dict[str, Any]], specification: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Write each record its own values; answer what the specification names, or the ids."""
        if len(ids) != len(vals_list):
            raise ServerError("Each record must have a corresponding vals entry.")
        for record, vals in zip(ids, vals_list, strict=True):
            self.write([record], vals)
        if not specification:
            return [{"id": record} for record in ids]
        rows: list[dict[str, Any]] = self.env[self.name].read(ids, list(specification), load="")
        return rows

    @rpc("records")
    def unlink(self, ids: list[int]) -> bool:
        """Delete records."""
        self.check_right("unlink")
        self.unlink_records(self.existing(ids))
        return True

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create records and return their ids."""
        self.check_right("create")
        return [self._create_one(vals) for vals in vals_list]

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change existing records."""
        vals = self._known(vals)
        if not ids:
            return
        for record in dict.fromkeys(ids):
            self.store(record, self._columns(record, vals))
        self._write_beyond(list(ids), vals)
        self.after_write(list(ids), set(vals))
        self.check(ids, set(vals))

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete existing records, their external ids and what hangs on them."""
        names: Any = self.env["ir.model.data"].sudo()
        for record in self.existing(ids):
            self.delete([record])
            names.forget(self.name, record)

    def store(self, record: int, columns: dict[str, Any]) -> None:
        """Set columns of a record and its date of change."""
        stamp = {"write_uid": self.env.uid, "write_date": self.env.now}
        self.table.update(record, {**stamp, **columns})
        self.env.names.clear()

    def refresh(self, record: int, values: Mapping[str, Any]) -> bool:
        """Store computed values that are new; tell whether there were any.

        The date of change moves only then. Fields that the version does not have are left out.
        """
        row = self.table.rows[record]
        fresh = {
            name: value
            for name, value in values.items()
            if name in self.fields and self.fields[name].is_column and row.get(name) != value
        }
        if fresh:
            self.store(record, fresh)
        return bool(fresh)

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Return what fields that ``vals`` leaves out start with."""
        found = {k: v for k, v in self.schema.presets.items() if k not in vals}
        for key, value in self.env.context.items():
            name = key.removeprefix("default_")
            if name != key and name in self.fields and name not in vals:
                found[name] = value
        return found

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Hook: compute what is stored once the record exists."""

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Hook: compute what is stored after a change."""

    def _create_one(self, vals: dict[str, Any]) -> int:
        vals = self._known(vals)
        vals = {**self.defaults(vals), **vals}
        for parent, link in self.schema.inherits.items():
            self._create_parent(parent, link, vals)
        stamp = {
            "create_uid": self.env.uid,
            "create_date": self.env.now,
            "write_uid": self.env.uid,
            "write_date": self.env.now,
        }
        columns = self._columns(None, vals)
        row = {name: value for name, value in columns.items() if value is not None}
        record = self.table.insert({**row, **stamp})
        self._write_beyond([record], vals)
        self.after_create(record, vals)
        self.check([record], {field.name for field in self.schema.required} | set(vals))
        return record

    def _create_parent(self, parent: str, link: str, vals: dict[str, Any]) -> None:
        theirs = {
            name: vals.pop(name)
            for name in list(vals)
            if self.fields[name].related and self.fields[name].related[0] == link
        }
        if vals.get(link):
            if theirs:
                self.env[parent].sudo().write([vals[link]], theirs)
        else:
            vals[link] = self.parent_model(parent).create_records([theirs])[0]

    def parent_model(self, parent: str) -> Writing:
        """Return the delegated model, as a new record's parent is made with it."""
        return self.env[parent]

    def _known(self, vals: dict[str, Any]) -> dict[str, Any]:
        for name in vals:
            if name not in self.fields:
                raise self.unknown_field_in_vals(name)
        return {name: value for name, value in vals.items() if name not in MAGIC}

    def unknown_field_in_vals(self, name: str) -> ServerError:
        """Return the fault for an unknown field in create or write."""
        if self.env.version == "14":
            return self.unknown_field(name)
        return ServerError(f"Invalid field '{name}' in '{self.name}'")

    def _columns(self, record: int | None, vals: dict[str, Any]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for name, value in vals.items():
            field = self.fields[name]
            if not field.is_column or hasattr(self, f"inverse_{name}"):
                continue
            if field.type == "many2many":
                current = self.raw(record, field) if record is not None else ()
                columns[name] = self.linked(current, field, value)
                continue
            stored = to_column(self.env.version, self.name, field, value)
            if (
                field.type == "many2one"
                and stored is not None
                and stored not in self.env[field.relation].table.rows
            ):
                raise self._no_target(field, stored)
            columns[name] = self.merge_translation(record, field, stored)
        return columns

    def _write_beyond(self, ids: list[int], vals: dict[str, Any]) -> None:
        for name, value in vals.items():
            field = self.fields[name]
            inverse = getattr(self, f"inverse_{name}", None)
            if inverse is not None:
                inverse(ids, value)
            elif field.inverse and not field.related:
                for record in ids:
                    self.apply_commands(record, field, value)
            elif field.mirror:
                self._write_mirror(ids, field, value)
            elif field.related and not field.is_column:
                self._write_related(ids, field, value)
