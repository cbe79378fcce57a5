"""Records with a number and a name that is there once: item groups and manufacturers.

B1 numbers them itself and they have no user fields. So the row of ``@ERPB_KEY`` that goes out
with one holds its name, as ``=name``, and its number as soon as that is known: after a lost answer
it is found by the name, which B1 lets be there only once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.erp.draft import Draft
from agent.erp.sap_b1 import births
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.faults import Exists
from agent.errors import Ambiguous, Refused

_MARK = "="
_KEY_NAME = 100
"""Characters of a user table's ``Name``."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A set of such records."""

    set: str
    key: str
    name: str
    word: str
    longest: int


GROUPS = Kind("ItemGroups", "Number", "GroupName", "item group", 100)
MAKERS = Kind("Manufacturers", "Code", "ManufacturerName", "manufacturer", 30)


def all_rows(cx: Connection, kind: Kind) -> dict[str, Row]:
    """Return all records by number, as text; there are few of them."""
    return {str(r[kind.key]): r for r in cx.client.rows(kind.set, select=(kind.name,))}


class Book:
    """The records of one kind during one call: what is there, and who has which name."""

    def __init__(self, work: Work, kind: Kind, drafts: Sequence[Draft]) -> None:
        self._work = work
        self._kind = kind
        self._names = {
            number: str(row.get(kind.name) or "") for number, row in all_rows(work.cx, kind).items()
        }
        new = [draft.change.external_id for draft in drafts if draft.creates]
        self._found = adopted(work.cx, kind, new)

    def name(self, number: str | None) -> str:
        """Return the name of a record, empty where there is none."""
        return self._names.get(number or "", "")

    def put(self, draft: Draft, names: Sequence[str]) -> None:
        """Make a record, or rename it, under the first of ``names`` that is free.

        Raises:
            PermanentError: B1 refused it, or the record is gone.
            Ambiguous: all names are taken.
            TransientError, AuthError, ConfigError: the whole call could not be made.
        """
        draft.erp_id = draft.erp_id or self._found.get(draft.change.external_id)
        if draft.erp_id is not None:
            self._rename(draft, draft.erp_id, names)
            return
        owners = self._owners()
        for name in names:
            if name.casefold() in owners:
                continue
            try:
                number = _create(self._work.cx, self._kind, draft.change.external_id, name)
            except Exists:
                continue
            draft.erp_id, draft.touched = number, True
            self._names[number] = name
            self._work.progress()
            return
        raise _name_taken(self._kind, names[-1])

    def _rename(self, draft: Draft, number: str, names: Sequence[str]) -> None:
        if number not in self._names:
            raise Refused(
                f"It is linked to {self._kind.word} {number}, which is no longer in SAP",
                fix="Synchronize it again; it is made anew or linked again.",
                code="erp.gone",
            )
        owners = self._owners()
        for name in names:
            if owners.get(name.casefold(), number) != number:
                continue
            if name != self._names[number]:
                body = {self._kind.name: name}
                self._work.cx.client.patch(self._kind.set, int(number), body)
                self._names[number], draft.touched = name, True
            return
        raise _name_taken(self._kind, names[-1])

    def _owners(self) -> dict[str, str]:
        return {name.casefold(): number for number, name in self._names.items()}


def adopted(cx: Connection, kind: Kind, external_ids: Iterable[str]) -> dict[str, str]:
    """Return the numbers of records that were made for external ids and are there still."""
    keys = births.taken(cx, list(external_ids))
    names = {key: ref for key, ref in keys.items() if ref.startswith(_MARK)}
    rows = all_rows(cx, kind) if keys else {}
    by_name = {_noted(str(row.get(kind.name) or "")): number for number, row in rows.items()}
    found: dict[str, str] = {}
    for key, ref in keys.items():
        number = by_name.get(names[key]) if key in names else ref
        if number is not None and number in rows:
            found[key] = number
    return found


def _noted(name: str) -> str:
    return f"{_MARK}{name}"[:_KEY_NAME]


def _create(cx: Connection, kind: Kind, external_id: str, name: str) -> str:
    code = births.code_of(external_id)
    noted = _noted(name)
    post = Operation.post(kind.set, {kind.name: name})
    try:
        made = cx.client.together([births.claim(external_id, noted), post])[-1]
    except Exists:
        if not births.taken(cx, [external_id]):
            raise
        # what the key was taken for was deleted since, or never made under this name
        fresh = [Operation.delete(births.SET, code), births.claim(external_id, noted), post]
        made = cx.client.together(fresh)[-1]
    number = made.get(kind.key)
    if number is None:
        rows = cx.client.find(kind.set, kind.name, [name], (kind.name,))
        number = rows[0][kind.key]
    cx.client.patch(births.SET, code, {"Name": str(number)})
    return str(number)


def names_of(rows: Mapping[str, Row], kind: Kind) -> dict[str, list[str]]:
    """Return numbers by name."""
    found: dict[str, list[str]] = {}
    for number, row in rows.items():
        found.setdefault(str(row.get(kind.name) or "").strip(), []).append(number)
    return found


def _name_taken(kind: Kind, name: str) -> Ambiguous:
    return Ambiguous(
        f"SAP has another {kind.word} that is called {name}, and each name can be there once",
        fix="Link the two on the mapping screen where they are the same, or rename one of them.",
        code="sap_b1.name_taken",
    )
