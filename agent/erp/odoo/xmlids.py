"""External ids (``ir.model.data``): find records by the key that was made before the first call.

Odoo 14 lets every internal user read ``ir.model.data``; in 19 only users with Access Rights may.
Without that right each id is asked for with ``check_object_reference``, which every user may call
and which also checks that the user may see the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agent.erp.odoo.client import READ_CHUNK, Odoo, chunks
from agent.errors import MissingRight, Refused

MODEL = "ir.model.data"
NOT_FOUND = "External ID not found"
"""Part of Odoo's ValueError for an external id that nobody has; the same in every language."""


class ExternalIds:
    """Looks up external ids; remembers whether the user may read them in one call."""

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        self._readable: bool | None = None

    def find(self, model: str, names: Iterable[str]) -> dict[str, int]:
        """Return the database ids of existing records of ``model`` by full external id."""
        wanted = sorted(set(names))
        if not wanted:
            return {}
        found: dict[str, int] | None = None
        if self._readable is not False:
            found = self._read(model, wanted)
            self._readable = found is not None
        if found is None:
            return self._one_by_one(model, wanted)
        alive = self._odoo.find_in(model, "id", sorted(set(found.values())), ["id"])
        existing = {int(r["id"]) for r in alive}
        return {name: number for name, number in found.items() if number in existing}

    def names(self, model: str, module: str, numbers: Sequence[int]) -> dict[int, list[str]]:
        """Return the names within ``module`` that existing records of ``model`` have, by id."""
        found: dict[int, list[str]] = {}
        for number, head, name in self._of(model, numbers, ("module", "=", module)):
            if head == module:
                found.setdefault(number, []).append(name)
        return found

    def modules(self, model: str, beginning: str, numbers: Sequence[int]) -> dict[int, set[str]]:
        """Return the modules that name existing records of ``model``, by id.

        Only those whose own name begins with ``beginning``.
        """
        found: dict[int, set[str]] = {}
        for number, head, _ in self._of(model, numbers, ("module", "=like", f"{beginning}%")):
            if head.startswith(beginning):
                found.setdefault(number, set()).add(head)
        return found

    def _of(
        self, model: str, numbers: Sequence[int], where: tuple[str, str, str]
    ) -> Iterator[tuple[int, str, str]]:
        """Yield record, module and name of external ids; of other modules, too, by the long way."""
        if not numbers:
            return
        if self._readable is not False:
            fields, domain = ["module", "name", "res_id"], [where, ("model", "=", model)]
            try:
                rows = self._odoo.find_in(MODEL, "res_id", numbers, fields, domain)
            except MissingRight:
                self._readable = False
            else:
                self._readable = True
                for row in rows:
                    yield int(row["res_id"]), str(row["module"]), str(row["name"])
                return
        for part in chunks(numbers, READ_CHUNK):
            for row in self._odoo.call(model, "get_metadata", part):
                for entry in row.get("xmlids") or ():
                    head, _, name = str(entry["xmlid"]).partition(".")
                    yield int(row["id"]), head, name

    def _read(self, model: str, wanted: Iterable[str]) -> dict[str, int] | None:
        by_module: dict[str, list[str]] = {}
        for full in wanted:
            module, _, name = full.partition(".")
            by_module.setdefault(module, []).append(name)
        found: dict[str, int] = {}
        for module, names in by_module.items():
            domain = [("module", "=", module), ("model", "=", model)]
            try:
                rows = self._odoo.find_in(MODEL, "name", names, ["name", "res_id"], domain)
            except MissingRight:
                return None
            found.update({f"{module}.{r['name']}": int(r["res_id"]) for r in rows})
        return found

    def _one_by_one(self, model: str, wanted: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        context = self._odoo.context(active_test=False)
        for full in wanted:
            module, _, name = full.partition(".")
            try:
                answer = self._odoo.call(
                    MODEL, "check_object_reference", module=module, xml_id=name, context=context
                )
            except Refused as error:
                if NOT_FOUND in error.detail:
                    continue
                raise
            if answer and answer[0] == model and answer[1]:
                found[full] = int(answer[1])
        return found
