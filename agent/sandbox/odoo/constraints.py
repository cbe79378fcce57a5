"""What may not be stored, and the words in which each version refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .faults import ConstraintError, MissingError, OdooFault, UserError, ValidationError
from .reading import Reading
from .schema import Field, Unique

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


class Constraints(Reading):
    """Required columns, uniqueness, references; hooks for the rules of single models."""

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Hook: constraints in Python."""

    def check(self, ids: Sequence[int], changed: set[str]) -> None:
        """Check required columns, uniqueness and the model's constraints.

        Raises:
            ValidationError: one is broken.
        """
        for field in self.schema.required:
            if field.name in changed:
                for record in ids:
                    if self.table.rows[record].get(field.name) is None:
                        raise self._not_set(field)
        for unique in self.schema.uniques:
            if changed.intersection(unique.columns):
                for record in ids:
                    self._check_unique(unique, record)
        self.validate(ids, changed)

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
        return ConstraintError(BROKEN + words, words, self.name, elsewhere_text=text)

    def still_used(self, field: Field) -> UserError:
        """Return the fault for deleting what a field of this model needs."""
        names = {"label": self.schema.label, "model": self.name}
        if self.env.version == "14":
            constraint = f"{self.name.replace('.', '_')}_{field.name}_fkey"
            text = STILL_USED.format(**names, constraint=constraint)
            return ConstraintError(text, text, self.name)
        text = STILL_USED_19.format(**names, string=field.string, field=field.name)
        return ConstraintError(BROKEN + text, text, self.name)

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
            if field.relation.startswith("res."):  # read by nothing before the database sees it
                return self.still_used(field)
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
