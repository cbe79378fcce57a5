"""read_group: counts and sums of records that share a value."""

from __future__ import annotations

from typing import Any

from .faults import ServerError
from .load import Loading
from .records import rpc
from .values import to_answer

NUMBERS = frozenset({"integer", "float", "monetary"})


class Grouping(Loading):
    """The grouped reading of a model."""

    @rpc("model")
    def read_group(
        self,
        domain: Any,
        fields: list[str],
        groupby: Any,
        offset: int = 0,
        limit: int | None = None,
        orderby: str = "",
        lazy: bool = True,
    ) -> list[dict[str, Any]]:
        """Return a dictionary per group with its value, its count and the sums of numbers."""
        del orderby
        self.check_right("read")
        by = [groupby] if isinstance(groupby, str) else list(groupby)
        names = by[:1] if lazy else by
        for name in names:
            if name not in self.fields:
                raise ServerError(f"Invalid field {name!r} on model {self.name!r}")
        groups: dict[tuple[Any, ...], list[int]] = {}
        for record in self.find(domain, ", ".join(names)):
            key = tuple(self.raw(record, self.fields[name]) for name in names)
            groups.setdefault(key, []).append(record)
        chosen = list(groups.items())[offset : offset + limit if limit else None]
        sums = [name for name in (one.split(":")[0] for one in fields) if self._is_sum(name)]
        count = f"{names[0]}_count" if lazy and names else "__count"
        found = []
        for key, ids in chosen:
            group = self._values(names, key)
            group |= {name: sum(self.value(record, name) for record in ids) for name in sums}
            terms = [[name, "=", value or False] for name, value in zip(names, key, strict=True)]
            found.append({**group, count: len(ids), "__domain": [*terms, *(domain or [])]})
        return found

    def _values(self, names: list[str], key: tuple[Any, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in zip(names, key, strict=True):
            field = self.fields[name]
            if field.type == "many2one" and value is not None:
                shown = self.env[field.relation].sudo().compute_display_name(value)
                found[name] = [value, shown]
            else:
                found[name] = to_answer(field, value)
        return found

    def _is_sum(self, name: str) -> bool:
        field = self.fields.get(name)
        return field is not None and field.type in NUMBERS and name != "id"
