"""Rows of several sets, and of the parts of their records, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

from agent.sandbox.sap_b1.company import Company, Row
from agent.sandbox.sap_b1.schema import Property, Schema, Type

from .conditions import Compare, Condition, Path
from .filters import Compiler, Getter, KeyRange, Test, conjuncts, key_range
from .messages import query_error
from .ordering import Step, compare_rows
from .scans import rows_in

Found = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A set, or with ``part`` a collection of its records."""

    name: str
    set_name: str
    part: str
    kind: Type
    key: str
    """Name of the key of the set, empty where it has several parts."""


@dataclass(slots=True)
class Join:
    """One query over several sources."""

    company: Company
    schema: Schema
    version: int
    sources: Sequence[Source]
    any_case: bool = False
    links: dict[str, set[str]] = field(default_factory=dict)
    """Paths that a condition wants to be equal, by path."""
    _indexes: dict[tuple[int, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def resolve(self, path: str) -> tuple[Getter, Property]:
        """Return what takes a value from the rows found.

        Raises:
            Refusal: no source has such a property.
        """
        place, name = self.place(path)
        return lambda found: found[place].get(name), self.sources[place].kind.properties[name]

    def place(self, path: str) -> tuple[int, str]:
        """Return the number of the source that a path names, and the property's name."""
        source, _, word = path.rpartition("/")
        for number, one in enumerate(self.sources):
            known = one.kind.named(self.version).get(word)
            if one.name == source and known is not None:
                return number, known.name
        raise query_error(f"Property '{path}' is invalid")

    def rows(self, condition: Condition | None, steps: Sequence[Step]) -> Iterator[Found]:
        """Return all rows side by side that a condition lets through, in their order."""
        compiler = Compiler(self.schema, self.resolve, self.any_case)
        test = compiler.test(condition) if condition is not None else None
        for part in conjuncts(condition) if condition is not None else ():
            if isinstance(part, Compare) and part.operator == "eq":
                left, right = part.left, part.right
                if isinstance(left, Path) and isinstance(right, Path):
                    self.links.setdefault(left.text, set()).add(right.text)
                    self.links.setdefault(right.text, set()).add(left.text)
        groups = self._groups(condition, compiler, test)
        first = self.sources[0]
        if not steps:
            return (found for group in groups for found in group)
        if steps[0].path == f"{first.name}/{first.key}" and not steps[0].descending:
            return (found for group in groups for found in _ordered(steps[1:], group))
        return iter(_ordered(steps, (found for group in groups for found in group)))

    def _groups(
        self, condition: Condition | None, compiler: Compiler, test: Test | None
    ) -> Iterator[Iterator[Found]]:
        """Return for each row of the first source what is found beside it."""
        for row in self._of_source(0, self._span(condition, compiler)):
            found = self._beside((row,))
            yield found if test is None else filter(test, found)

    def _span(self, condition: Condition | None, compiler: Compiler) -> KeyRange:
        first = self.sources[0]
        if not first.key or first.part or self.any_case:
            return KeyRange()
        path = f"{first.name}/{first.key}"
        known = first.kind.properties[first.key]
        made = KeyRange()
        for one in (path, *sorted(self.links.get(path, ()))):
            span = key_range(condition, one, lambda literal: compiler.literal(known, literal))
            if span.low is not None:
                made.narrow("gt" if span.low_open else "ge", span.low)
            if span.high is not None:
                made.narrow("lt" if span.high_open else "le", span.high)
            if span.listed is not None:
                made.keep(span.listed)
        return made

    def _beside(self, found: Found) -> Iterator[Found]:
        if len(found) == len(self.sources):
            yield found
            return
        for row in self._candidates(found):
            yield from self._beside((*found, row))

    def _candidates(self, found: Found) -> Iterable[Row]:
        """Return the rows of the next source that its links to the sources before leave."""
        number = len(found)
        source = self.sources[number]
        for path, others in self.links.items():
            if not path.startswith(f"{source.name}/"):
                continue
            place, name = self.place(path)
            if place != number:
                continue
            for other in others:
                there, wanted = self.place(other)
                if there < number:
                    return self._where(number, name, found, there, wanted)
        return self._of_source(number, KeyRange())

    def _where(
        self, number: int, name: str, found: Found, there: int, wanted: str
    ) -> Iterable[Row]:
        source, beside = self.sources[number], self.sources[there]
        value = found[there].get(wanted)
        own = source.part and not beside.part and source.set_name == beside.set_name
        if own and name == wanted == source.key:
            return _parts(source, found[there])
        if not source.part and name == source.key:
            row = self.company.table(source.set_name).get(value) if value is not None else None
            return () if row is None else (row,)
        index = self._indexes.get((number, name))
        if index is None:
            index = self._indexes[number, name] = {}
            for row in self._of_source(number, KeyRange()):
                index.setdefault(row.get(name), []).append(row)
        return () if value is None else index.get(value, ())

    def _of_source(self, number: int, span: KeyRange) -> Iterator[Row]:
        source = self.sources[number]
        for row in rows_in(self.company.table(source.set_name), span):
            if source.part:
                yield from _parts(source, row)
            else:
                yield row


def _parts(source: Source, row: Row) -> Iterator[Row]:
    """Return the members of a record's collection; each knows its record's key."""
    for part in row.get(source.part) or ():
        if source.key in source.kind.properties and source.key not in part:
            yield {**part, source.key: row.get(source.key)}
        else:
            yield part


def _ordered(steps: Sequence[Step], found: Iterable[Found]) -> Iterable[Found]:
    if not steps:
        return found
    return sorted(found, key=cmp_to_key(lambda one, other: compare_rows(steps, one, other)))
