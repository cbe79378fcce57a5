"""Lists of records: the commands that change them, and what deleting a record does to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .constraints import Constraints
from .faults import MissingError, ServerError
from .schema import Field
from .values import not_an_integer


class Relations(Constraints):
    """The commands of one2many and many2many, and the ends of many2one."""

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

    def delete(self, ids: Iterable[int]) -> None:
        """Delete rows as the database does it: what hangs on them goes without further rules."""
        for record in ids:
            if record in self.table.rows:
                self._release(record)
                self.table.delete(record)
                self.env.names.clear()

    def _release(self, record: int) -> None:
        for holder in self.env.site.schema.values():
            for field in holder.fields.values():
                if field.relation == self.name and field.is_column:
                    self._release_from(holder.name, field, record)

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
            model.delete(users)
        else:
            for one in users:
                table.update(one, {field.name: None})
