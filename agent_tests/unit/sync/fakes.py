"""A shop and an ERP in memory, as strict as the port says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.erp.port import (
    Candidate,
    Capabilities,
    Change,
    Finding,
    MediaSource,
    Outcome,
    Refs,
    Status,
)
from agent.errors import Refused, TimedOut
from agent.model.entity import Entity
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import store_order
from agent.store.records import BadRecord, ScanRow
from agent.sync.references import references, required


class FakeReader:
    """Records by key, in numeric order."""

    def __init__(self) -> None:
        self.records: dict[str, Record | BadRecord] = {}
        self.reads = 0

    def put(self, *records: Record | BadRecord) -> None:
        for record in records:
            self.records[record.key] = record

    def _row(self, key: str) -> ScanRow:
        record = self.records[key]
        digest = "bad" if isinstance(record, BadRecord) else fingerprint(to_plain(record))
        return ScanRow(key, digest, key)

    def _keys(self) -> list[str]:
        return sorted(self.records, key=store_order)

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        low = store_order(after) if after else -1
        return [self._row(k) for k in self._keys() if store_order(k) > low][:limit]

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        return [self._row(k) for k in keys if k in self.records]

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        self.reads += len(keys)
        return [self.records[k] for k in keys if k in self.records]

    def count(self) -> int:
        return len(self.records)


@dataclass
class Stored:
    external_id: str
    values: dict[str, Any]
    active: bool = True


@dataclass
class FakeErp:
    """Keeps what it is given; ``refuse`` names keys it says no to, ``refuse_part`` to parts of."""

    records: dict[tuple[Entity, str], Stored] = field(default_factory=dict)
    calls: list[tuple[Entity, list[Change]]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    refuse_part: set[str] = field(default_factory=set)
    lose_reply: bool = False
    ignore_external_ids: bool = False
    number: int = 100

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(True, frozenset(Entity), True, True, True, batch_size=3)

    def check(self) -> list[Finding]:
        return []

    def languages(self) -> Mapping[str, str]:
        return {"en-gb": "en_GB"}

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[Change],
        *,
        media: MediaSource,
        progress: Callable[[], None],
    ) -> list[Outcome]:
        self.calls.append((entity, list(changes)))
        outcomes = [self._one(entity, c) for c in changes]
        if self.lose_reply:
            self.lose_reply = False
            raise TimedOut("No answer", fix="Wait.")
        return outcomes

    def _one(self, entity: Entity, change: Change) -> Outcome:
        record = change.record
        if record.key in self.refuse:
            return Outcome(record.key, Status.FAILED, error=Refused("No.", fix="Change it."))
        for pair in required(entity, references(record)):
            assert change.refs[pair], "a parent is missing"
        plain = to_plain(record)
        sent = {name: plain[name] for name in change.fields}
        ref = change.ref
        if ref is None and not self.ignore_external_ids:
            ref = self._by_external_id(entity, change.external_id)
        if ref is not None:
            stored = self.records[entity, ref]
            stored.values.update(sent)
            stored.active = True
            if record.key in self.refuse_part:
                error = Refused("No.", fix="Change it.")
                return Outcome(record.key, Status.FAILED, ref, error=error, touched=True)
            return Outcome(record.key, Status.UPDATED, ref)
        self.number += 1
        ref = str(self.number)
        self.records[entity, ref] = Stored(change.external_id, sent)
        if record.key in self.refuse_part:
            error = Refused("No.", fix="Change it.")
            return Outcome(record.key, Status.FAILED, ref, error=error, touched=True)
        return Outcome(record.key, Status.CREATED, ref)

    def _by_external_id(self, entity: Entity, external_id: str) -> str | None:
        for (e, ref), stored in self.records.items():
            if e is entity and stored.external_id == external_id:
                return ref
        return None

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        for _key, ref in refs:
            self.records[entity, ref].active = False
        return [Outcome(key, Status.ARCHIVED, ref) for key, ref in refs]

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> dict[str, str]:
        found = {x: self._by_external_id(entity, x) for x in external_ids}
        return {x: ref for x, ref in found.items() if ref}

    def exists(self, entity: Entity, refs: Sequence[str]) -> dict[str, bool]:
        return {r: self.records[entity, r].active for r in refs if (entity, r) in self.records}

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = {}
        for record in records:
            plain = to_plain(record)
            for (e, ref), stored in self.records.items():
                if e is entity and stored.values.get("name") == plain.get("name"):
                    found.setdefault(record.key, []).append(Candidate(ref, "x", "name"))
        return found

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        return []

    def close(self) -> None: ...

    def seed(self, entity: Entity, ref: str, **values: Any) -> None:
        self.records[entity, ref] = Stored("", values)

    def live(self, entity: Entity) -> list[Stored]:
        return [s for (e, _), s in self.records.items() if e is entity and s.active]


def renamed(record: Record, name: str) -> Record:
    if isinstance(record.name, str):
        return replace(record, name=name)
    return replace(record, name={"en-gb": name})
