"""create, write, unlink, copying of values into columns, commands of lists, constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .faults import (
    ConstraintError,
    MissingError,
    OdooFault,
    ServerError,
    UserError,
    ValidationError,
)
from .reading import Reading
from .records import rpc
from .schema import MAGIC, Field, Unique
from .values import not_an_integer, to_column

BROKEN = "The operation cannot be completed: "
NOT_SET = (
    "Missing required value for the field {field}.\nModel: {model}\n"
    "- create/update: a mandatory field is not set\n"
    "- delete: another model requires the record being deleted, you can archive it instead\n"
)
NOT_SET_14 = (
    "The operation cannot be completed:\n"
    "- Create/update: a mandatory field is not set.\n"
    "- Delete: another model requires the record being deleted. If possible, archive it instead."
    "\n\nModel: {label} ({model}), Field: {string} ({field})"
)
STILL_USED_19 = (
    "Another model is using the record you are trying to delete.\n\n"
    "The troublemaker is: '{label}' ({model})\n"
    "Thanks to the following constraint: '{string}' ({field})\n"
    "How about archiving the record instead?"
)
STILL_USED = (
    "The operation cannot be completed: another model requires the record being deleted. "
    "If possible, archive it instead.\n\nModel: {label} ({model}), Constraint: {constraint}"
)


class Writing(Reading):
    """The writing half of a model."""

    @rpc("model")
    def create(self, vals: Any) -> Any:
        """Create one record (dict, answers its id) or several (list, answers their ids)."""
        if isinstance(vals, Mapping):
            return self.create_records([dict(vals)])[0]
        return self.create_records([dict(one) for one in vals])

    @rpc("model")
    def name_create(self, name: str) -> list[Any]:
        """Create a record by its name alone."""
        [record] = self.create_records([{self.schema.rec_name: name}])
        return [record, self.compute_display_name(record)]

    @rpc("records")
    def write(self, ids: list[int], vals: dict[str, Any]) -> bool:
        """Change records."""
        self.check_right("write")
        self._known(vals)
        if self.env.version == "14" and not self.schema.mail:
            ids = self.existing(ids)  # Odoo 14 overlooks missing ones where no mail follows changes
        elif missing := [one for one in ids if one not in self.table.rows]:
            raise self.missing(missing)
        self.write_records(ids, dict(vals))
        return True

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
        """Delete existing records and what hangs on them."""
        for record in ids:
            if record not in self.table.rows:
                continue
            self._release(record)
            self.table.delete(record)
            self.env.names.pop((self.name, record), None)

    def store(self, record: int, columns: dict[str, Any]) -> None:
        """Set columns of a record and its date of change."""
        stamp = {"write_uid": self.env.uid, "write_date": self.env.now}
        self.table.update(record, {**stamp, **columns})
        self.env.names.clear()

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Return what fields that ``vals`` leaves out start with."""
        found = {
            name: field.default
            for name, field in self.fields.items()
            if field.default is not None and name not in vals and not field.related
        }
        for key, value in self.env.context.items():
            name = key.removeprefix("default_")
            if name != key and name in self.fields and name not in vals:
                found[name] = value
        return found

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Hook: compute what is stored once the record exists."""

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Hook: compute what is stored after a change."""

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Hook: constraints in Python."""

    def check(self, ids: Sequence[int], changed: set[str]) -> None:
        """Check required columns, uniqueness and the model's constraints.

        Raises:
            ValidationError: one is broken.
        """
        for name, field in self.fields.items():  # in the order of the table's columns
            if name in changed and field.required and field.is_column:
                for record in ids:
                    if self.table.rows[record].get(name) is None:
                        raise self._not_set(field)
        for unique in self.schema.uniques:
            if changed.intersection(unique.columns):
                for record in ids:
                    self._check_unique(unique, record)
        self.validate(ids, changed)

    def apply_commands(self, record: int, field: Field, value: Any) -> None:
        """Carry out the commands of a one2many."""
        comodel = self.env[field.relation]
        mine = list(self.raw(record, field))
        for command in self.commands(field, value):
            code, target = command[0], command[1] if len(command) > 1 else 0
            if code == 0:
                comodel.create_records([{**command[2], field.inverse: record}])
            elif code == 1:
                comodel.write(comodel.existing([target]), dict(command[2]))
            elif code == 2:
                comodel.unlink_records(comodel.existing([target]))
            elif code == 3:
                self._detach(field, [target])
            elif code == 4:
                if target not in comodel.table.rows:
                    raise comodel.missing([target])
                comodel.write([target], {field.inverse: record})
            elif code in (5, 6):
                keep = list(command[2]) if code == 6 else []
                self._detach(field, [one for one in mine if one not in keep])
                new = [one for one in keep if one not in mine]
                if new:
                    comodel.write(new, {field.inverse: record})

    def linked(self, current: Iterable[int], field: Field, value: Any) -> tuple[int, ...]:
        """Return the ids of a many2many after its commands."""
        ids = dict.fromkeys(current)
        comodel = self.env[field.relation]
        for command in self.commands(field, value):
            code, target = command[0], command[1] if len(command) > 1 else 0
            if code == 0:
                ids[comodel.create_records([dict(command[2])])[0]] = None
            elif code == 1:
                comodel.write([target], dict(command[2]))
            elif code == 2:
                ids.pop(target, None)
                comodel.unlink_records(comodel.existing([target]))
            elif code == 3:
                ids.pop(target, None)
            elif code == 4:
                ids[self._link_target(field, target)] = None
            elif code in (5, 6):
                ids = dict.fromkeys(int(one) for one in command[2]) if code == 6 else {}
        for one in ids:
            if one not in comodel.table.rows:
                raise self._no_target(field, one)
        return tuple(ids)

    def commands(self, field: Field, value: Any) -> list[Sequence[Any]]:
        """Return the commands a list value stands for; plain ids replace the list.

        Raises:
            ServerError: the value is no list. Odd commands in a list are overlooked.
        """
        if value is False or value is None:
            return [(5,)]
        if not isinstance(value, (list, tuple)):
            raise ServerError(f"Wrong value for {self.name}.{field.name}: {value}")
        if value and all(isinstance(item, int) for item in value):
            return [(6, 0, list(value))]
        return [item for item in value if isinstance(item, (list, tuple)) and item]

    def _link_target(self, field: Field, target: Any) -> int:
        if isinstance(target, str):
            if self.env.version != "14":
                raise MissingError(
                    "Record does not exist or has been deleted.\n"
                    f"(Record: {field.relation}({target!r},), User: {self.env.uid})"
                )
            return not_an_integer(target)
        return int(target)

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
        self.check([record], {n for n, f in self.fields.items() if f.required} | set(vals))
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

    def _write_mirror(self, ids: list[int], field: Field, value: Any) -> None:
        comodel = self.env[field.relation]
        for record in ids:
            before = self.raw(record, field)
            after = self.linked(before, field, value)
            for other in set(before) ^ set(after):
                pairs = comodel.table.rows[other].get(field.mirror, ())
                kept = tuple(one for one in pairs if one != record)
                comodel.table.update(
                    other, {field.mirror: kept if other in before else (*kept, record)}
                )

    def _write_related(self, ids: list[int], field: Field, value: Any) -> None:
        if field.readonly or len(field.related) != 2:
            return
        link = self.fields[field.related[0]]
        targets = dict.fromkeys(t for r in ids if (t := self.raw(r, link)) and isinstance(t, int))
        if targets:
            self.env[link.relation].write(list(targets), {field.related[1]: value})

    def _detach(self, field: Field, ids: list[int]) -> None:
        comodel = self.env[field.relation]
        link = comodel.fields[field.inverse]
        ids = comodel.existing(ids)
        if link.ondelete == "cascade":
            comodel.unlink_records(ids)
        elif ids:
            comodel.write_records(ids, {field.inverse: False})

    def _release(self, record: int) -> None:
        for holder in self.env.site.schema.values():
            for field in holder.fields.values():
                if field.relation == self.name and field.is_column:
                    self._release_from(holder.name, field, record)
        if "ir.model.data" in self.env:
            self.env["ir.model.data"].sudo().forget(self.name, record)  # type: ignore[attr-defined]

    def _release_from(self, holder: str, field: Field, record: int) -> None:
        model = self.env.sudo()[holder]
        table = model.table
        if not table.has_index(field.name):
            table.add_index(field.name)
        users = [one for one in table.find(field.name, record) if one in table.rows]
        users = [one for one in users if (holder, one) != (self.name, record)]
        if not users:
            return
        if field.ondelete == "restrict":
            raise model.still_used(field)
        if field.type == "many2many":
            for one in users:
                pairs = table.rows[one].get(field.name, ())
                table.update(one, {field.name: tuple(x for x in pairs if x != record)})
        elif field.ondelete == "cascade":
            model.unlink_records(users)
        else:
            for one in users:
                table.update(one, {field.name: None})

    def still_used(self, field: Field) -> UserError:
        """Return the fault for deleting what a field of this model needs."""
        names = {"label": self.schema.label, "model": self.name}
        if self.env.version == "14":
            constraint = f"{self.name.replace('.', '_')}_{field.name}_fkey"
            text = STILL_USED.format(**names, constraint=constraint)
            return ConstraintError(text, text, self.name)
        text = STILL_USED_19.format(**names, string=field.string, field=field.name)
        return ConstraintError(BROKEN + text, text, self.name)

    def _check_unique(self, unique: Unique, record: int) -> None:
        row = self.table.rows[record]
        key = [row.get(column) for column in unique.columns]
        if any(value is None for value in key):
            return
        indexed = next((c for c in unique.columns if self.table.has_index(c)), unique.columns[0])
        self.table.add_index(indexed)
        value = row[indexed]
        for other in self.table.find(indexed, _sql_text(value) if _is_texts(value) else value):
            theirs = self.table.rows[other]
            if other != record and [theirs.get(c) for c in unique.columns] == key:
                raise self.duplicate(unique, record, other)

    def duplicate(self, unique: Unique, record: int, other: int) -> UserError:
        """Return the fault for a row that repeats another."""
        del other
        name = unique.name
        row = self.table.rows[record]
        values = ", ".join(_sql_text(row.get(column)) for column in unique.columns)
        text = (
            f'duplicate key value violates unique constraint "{name}"\n'
            f"DETAIL:  Key ({', '.join(unique.columns)})=({values}) already exists.\n"
        )
        if self.env.version == "14":
            return ConstraintError(text if unique.index else name, text, self.name)
        words = unique.message or text
        return ConstraintError(BROKEN + words, words, self.name)

    def missing(self, ids: list[int]) -> OdooFault:
        """Return the fault for records that do not exist (any more)."""
        return MissingError(
            "Record does not exist or has been deleted.\n"
            f"(Record: {self.name}({', '.join(map(str, ids))},), User: {self.env.uid})"
        )

    def _not_set(self, field: Field) -> UserError:
        name, model = field.name, self.name
        if self.env.version == "14":
            names = {"label": self.schema.label, "model": model, "field": name}
            text = NOT_SET_14.format(**names, string=field.string)
            short = f"Missing required value for the field '{field.string}' ({name})"
            elsewhere = f"Missing required value for the field '{name}'"
            return ConstraintError(text, short, model, name, elsewhere)
        text = NOT_SET.format(
            field=f"'{field.string}' ({name})", model=f"'{self.schema.label}' ({model})"
        )
        elsewhere = NOT_SET.format(field=f"'{name}'", model="Unknown")
        return ConstraintError(BROKEN + text, text, model, name, elsewhere)

    def _no_target(self, field: Field, target: int) -> OdooFault:
        if self.env.version != "14":
            return self.env[field.relation].missing([target])
        if field.type == "many2many":
            constraint = f"{field.name}_{field.relation.replace('.', '_')}_id_fkey"
            label = model = "Unknown"
        else:
            constraint = f"{self.name.replace('.', '_')}_{field.name}_fkey"
            label, model = self.schema.label, self.name
        return ValidationError(STILL_USED.format(label=label, model=model, constraint=constraint))


def _is_texts(value: Any) -> bool:
    return isinstance(value, dict)


def _sql_text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("en_US", ""))
    return str(value)
