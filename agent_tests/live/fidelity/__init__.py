"""What is asked of the sandbox and of real servers alike; the answers must be the same.

A scenario is a row of calls that yields what it saw. ``CASES`` are all of them with the versions
they make sense for; ``ask`` runs one and returns its answers as lines of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from agent_tests.live.fidelity import (
    amounts,
    contacts,
    customizing,
    deliveries,
    entries,
    invoices,
    json2,
    loading,
    orders,
    others,
    pricelists,
    products,
    protocol,
    rights,
    searching,
    sourcing,
    stock,
    values,
)
from agent_tests.live.fidelity.talk import Talk

MODULES = (
    *(protocol, values, loading, products, searching, stock, rights, others),
    *(contacts, amounts, orders, deliveries, invoices, entries, json2, pricelists),
    *(sourcing, customizing),
)


@dataclass(frozen=True)
class Case:
    """One scenario on one version."""

    id: str
    version: str
    scenario: Callable[[Talk], Iterator[Any]]


def _cases() -> Iterator[Case]:
    for module in MODULES:
        area = module.__name__.rsplit(".", 1)[1]
        for versions, scenarios in (
            (("19", "14"), module.SCENARIOS),
            (("19",), getattr(module, "ONLY_19", ())),
        ):
            for scenario in scenarios:
                for version in versions:
                    yield Case(f"{area}-{scenario.__name__}-{version}", version, scenario)


CASES = tuple(_cases())


def ask(case: Case, talk: Talk) -> list[str]:
    """Run a scenario; ``1``, ``1.0`` and ``true`` stay different, order of keys does not matter."""
    return [
        json.dumps(answer, sort_keys=True, ensure_ascii=False, default=repr)
        for answer in case.scenario(talk)
    ]


def differences(ours: list[str], theirs: list[str]) -> str:
    """Return what differs, for people; empty when nothing does."""
    told = [
        f"{number}: sandbox {mine}\n    real    {its}"
        for number, (mine, its) in enumerate(zip(ours, theirs, strict=False))
        if mine != its
    ]
    if len(ours) != len(theirs):
        told.append(f"{len(ours)} answers of the sandbox, {len(theirs)} of a real server")
    return "\n".join(told)
