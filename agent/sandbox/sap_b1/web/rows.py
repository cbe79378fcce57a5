"""Logic of sets that are no more than rows: what has no books of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row
from agent.sandbox.sap_b1.schema import EntitySet, Type, schema_of

KEPT = frozenset(
    {"DataVersion", "CreateDate", "CreateTime", "CreationDate", "UpdateDate", "UpdateTime"}
)
"""Properties that the server keeps: what a body says of them is passed over."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Stores, changes and removes records of a set by their key."""

    name: str

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a record; a number that is its key is given where the body has none.

        Raises:
            Refusal: a part of the key is missing (-5002), or the key is taken (-2035).
        """
        entity_set, kind = self._names(company)
        table = company.table(self.name)
        row = {name: value for name, value in body.items() if name not in KEPT}
        if len(entity_set.key) == 1 and row.get(entity_set.key[0]) is None:
            known = kind.properties[entity_set.key[0]]
            if known.type != "Int32":
                raise Refusal(-5002, f"{known.name} undefined  [{kind.name}.{known.name}]")
            row[known.name] = max([table.counter, *(int(str(key)) for key in table.rows)]) + 1
            table.counter = int(row[known.name])
        key = self._key(entity_set, row)
        if key in table.rows:
            raise Refusal(-2035, "This entry already exists in the following tables (ODBC -2035)")
        table.put(key, {**row, **_stamp(company, kind, None)})
        return key

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a record; members of collections are added unless ``replace``."""
        entity_set, kind = self._names(company)
        table = company.table(self.name)
        before = table.rows[key]
        row = dict(before)
        for name, value in body.items():
            if name in KEPT or name in entity_set.key:
                continue
            known = kind.properties.get(name)
            if known is not None and known.many and not replace:
                row[name] = [*(before.get(name) or ()), *(value or ())]
            else:
                row[name] = value
        table.put(key, {**row, **_stamp(company, kind, before)})

    def delete(self, company: Company, key: Key) -> None:
        """Remove a record."""
        company.table(self.name).drop(key)

    def action(  # rows have none
        self,
        company: Company,  # noqa: ARG002
        key: Key,  # noqa: ARG002
        name: str,  # noqa: ARG002
        body: Mapping[str, Any],  # noqa: ARG002
    ) -> Row | None:
        """Refuse: rows do nothing.

        Raises:
            Refusal: always.
        """
        raise Refusal(-5006, "The requested action is not supported for this object.")

    def _names(self, company: Company) -> tuple[EntitySet, Type]:
        schema = schema_of(company)
        entity_set = schema.sets[self.name]
        return entity_set, schema.types[entity_set.type]

    def _key(self, entity_set: EntitySet, row: Mapping[str, Any]) -> Key:
        parts = tuple(row.get(name) for name in entity_set.key)
        if None in parts:
            missing = entity_set.key[parts.index(None)]
            raise Refusal(-5002, f"{missing} undefined  [{entity_set.type}.{missing}]")
        return parts[0] if len(parts) == 1 else parts  # type: ignore[return-value]


def _stamp(company: Company, kind: Type, before: Row | None) -> Row:
    """Return what the server itself writes into a record."""
    now = company.now()
    day, time = now.date().isoformat(), now.strftime("%H:%M:%S")
    values: Row = {
        "DataVersion": 1 if before is None else int(before.get("DataVersion") or 0) + 1,
        "UpdateDate": day,
        "UpdateTime": time,
    }
    if before is None:
        values |= {"CreateDate": day, "CreateTime": time, "CreationDate": day}
    return {name: value for name, value in values.items() if name in kind.properties}
