"""Writing records as JSON of either version, with their annotations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from agent.sandbox.sap_b1.company import Row
from agent.sandbox.sap_b1.schema import Property, Schema, Type

Writer = Callable[[Schema, Any], Any]
Plan = list[tuple[str, str, Writer, bool]]

NOT_SHOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(
        {"DocumentInstallments", "DownPaymentsToDraw", "DocumentPackages", "PaidToDate"}
    )
    for name in ("Orders", "Quotations")
}
"""What answers of a set leave out though the type they share declares it."""
MOST_PLANS = 200
"""Ways to show a type that are kept."""
_plans: WeakKeyDictionary[Type, dict[tuple[int, tuple[str, ...], frozenset[str]], Plan]] = (
    WeakKeyDictionary()
)


def etag(version: int) -> str:
    """Return the tag of a record whose ``DataVersion`` this is."""
    return f'W/"{hashlib.sha1(str(version).encode()).hexdigest().upper()}"'  # noqa: S324 - B1's


def annotation(version: int, name: str) -> str:
    """Return how a version of the service writes the name of an annotation."""
    return f"odata.{name}" if version == 1 else f"@odata.{name}"


def context(version: int, root: str, set_name: str, *, one: bool) -> tuple[str, str]:
    """Return the annotation that says what an answer is."""
    if version == 1:
        return "odata.metadata", f"{root}/$metadata#{set_name}{'/@Element' if one else ''}"
    return "@odata.context", f"{root}/$metadata#{set_name}{'/$entity' if one else ''}"


def record(
    schema: Schema,
    kind: Type,
    row: Row,
    version: int,
    select: Sequence[str] = (),
    hidden: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Return a record as it is sent: every property of its type, or those asked for."""
    return {
        shown: ([] if many else None) if (value := row.get(name)) is None else write(schema, value)
        for name, shown, write, many in _plan(schema, kind, version, tuple(select), hidden)
    }


def _plan(
    schema: Schema, kind: Type, version: int, select: tuple[str, ...], hidden: frozenset[str]
) -> Plan:
    plans = _plans.setdefault(kind, {})
    found = plans.get((version, select, hidden))
    if found is None:
        if len(plans) > MOST_PLANS:
            plans.clear()
        found = plans[version, select, hidden] = [
            (one.name, one.called(version), _writer(schema, one, version), one.many)
            for one in kind.properties.values()
            if one.name not in hidden and (not select or one.name in select)
        ]
    return found


def _writer(schema: Schema, known: Property, version: int) -> Writer:
    if known.type in schema.types:
        # the type is looked up anew each time: it may have got user fields since
        name = known.type
        if known.many:
            return lambda now, rows: [record(now, now.types[name], row, version) for row in rows]
        return lambda now, row: record(now, now.types[name], row, version)
    if known.type == "Double":
        return lambda _, value: float(value)
    if known.type == "DateTimeOffset" and version == 2:
        return lambda _, text: f"{text}T00:00:00Z"
    return lambda _, value: value


def plain(value: Any) -> Any:
    """Return what an operation answers as it is sent, where its type is not described."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if not name.startswith("_")}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
