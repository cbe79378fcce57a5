"""What sets have in common: keys, versions, times, names that may be there once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import userfields
from .values import ENTRY_EXISTS, NOT_SUPPORTED, reference, stamp, undefined


class Records:
    """A set whose rows are what was posted, with defaults, references and unique values checked.

    ``table`` is the database's name of the set, for messages and user fields.
    """

    versioned = False
    """Whether rows have ``DataVersion``."""
    dated = False
    """Whether rows have ``CreateDate``, ``UpdateDate`` and their times."""

    def __init__(
        self,
        name: str,
        table: str,
        key: str,
        *,
        defaults: Mapping[str, Any] | None = None,
        numbered: bool = False,
        unique: Sequence[str] = (),
        required: Sequence[str] = (),
        references: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.table = table
        self.key = key
        self.defaults = dict(defaults or {})
        self.numbered = numbered
        self.unique = tuple(unique)
        self.required = tuple(required)
        self.references = dict(references or {})

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a new record; returns its key."""
        given = {
            n: value for n, value in body.items() if value is not None or n not in self.defaults
        }
        row = {**self.defaults, **given}
        key = self.new_key(company, row)
        if not isinstance(key, tuple):
            row[self.key] = key
        if company.table(self.name).get(key) is not None:
            raise self.duplicate(key)
        row |= userfields.checked(company, self.table, row, new=True)
        row = self.complete(company, row, {})
        self._check(company, key, row)
        self.store(company, key, row, new=True)
        return key

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a record; its key is read-only and so silently kept."""
        before = company.table(self.name).rows[key]
        absent = {n for n, value in body.items() if value is None and _many(before.get(n))}
        change = {
            n: value for n, value in body.items() if n not in {self.key, "DataVersion", *absent}
        }
        change |= userfields.checked(company, self.table, change, new=False)
        row = self.complete(
            company, {**before, **self.merged(company, before, change, replace)}, before
        )
        self._check(company, key, row)
        self.store(company, key, row, new=False)

    def delete(self, company: Company, key: Key) -> None:
        """Remove a record nothing refers to."""
        self.check_unused(company, key)
        company.table(self.name).drop(key)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """Refuse: most records can do nothing."""
        del company, key, name, body
        raise Refusal(-5006, NOT_SUPPORTED)

    def new_key(self, company: Company, row: Row) -> Key:
        """Return the key of a new record."""
        if not self.numbered:
            if row.get(self.key) in (None, ""):
                raise undefined("Code undefined", f"{self.table}.{self.key}")
            return str(row[self.key])
        return next_number(company, self.name)

    def duplicate(self, key: Key) -> Refusal:
        """Return the refusal of a key that is taken."""
        del key
        return Refusal(-2035, ENTRY_EXISTS)

    def merged(self, company: Company, before: Row, change: Row, replace: bool) -> Row:
        """Return the change with its collections made whole."""
        del company, before, replace
        return change

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Return the row with what B1 fills in; ``before`` is empty for a new one."""
        del company, before
        return row

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse to remove a record that others need."""
        del company, key

    def store(self, company: Company, key: Key, row: Row, *, new: bool) -> None:
        """Store a row with its next version and the time."""
        if self.versioned:
            row["DataVersion"] = 1 if new else row.get("DataVersion", 0) + 1
        if self.dated:
            row |= stamp(company, *(("Create", "Update") if new else ("Update",)))
        company.table(self.name).put(key, row)

    def _check(self, company: Company, key: Key, row: Row) -> None:
        for name in self.required:
            if row.get(name) in (None, ""):
                raise undefined(f"Enter value in '{name}'", f"{self.table}.{name}")
        for name, table in self.references.items():
            if row.get(name) not in (None, "", -1):
                reference(company, table, row[name], f"{self.table}.{name}")
        for name in self.unique:
            rows = company.table(self.name).rows.items()
            if any(row.get(name) == other.get(name) for at, other in rows if at != key):
                raise Refusal(-2035, ENTRY_EXISTS)


class Fixed(Records):
    """A set that B1 keeps itself."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Refuse."""
        del company, body
        raise Refusal(-5006, NOT_SUPPORTED)

    def delete(self, company: Company, key: Key) -> None:
        """Refuse."""
        del company, key
        raise Refusal(-5006, NOT_SUPPORTED)


def _many(value: Any) -> bool:
    return isinstance(value, list)


def next_number(company: Company, name: str) -> int:
    """Return the next free number of a set, beyond those that were given."""
    table = company.table(name)
    if not table.counter:
        table.counter = max((key for key in table.rows if isinstance(key, int)), default=0)
    number = table.next()
    while table.get(number) is not None:
        number = table.next()
    return number


def merge_members(
    before: Sequence[Row], given: Sequence[Mapping[str, Any]], key: str, fixed: Sequence[str] = ()
) -> list[Row]:
    """Return members with those of a body laid over them; ``fixed`` names are not taken."""
    members = {row.get(key): dict(row) for row in before}
    for member in given:
        at = member.get(key)
        known = members.get(at, {})
        taken = {name: value for name, value in member.items() if name not in fixed}
        members[at] = {**known, **taken}
    return list(members.values())
