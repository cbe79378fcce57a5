"""The first look at an ERP that tells no times goes through all of it, and keeps its task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from agent.erp.sap_b1.source import polling, price_changes, stock
from agent.ledger.keeper import RunningTask
from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig

_READ: dict[Entity, Any] = {Entity.STOCK: stock, Entity.PRICES: price_changes}


@pytest.mark.parametrize("side", ["sap-b1-v2"], indirect=True)
@pytest.mark.parametrize("entity", _READ, ids=str)
def test_a_long_first_look_gives_signs_of_life(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch, entity: Entity
) -> None:
    """A task without them for half an hour is given to another thread, which begins anew."""
    rig = make_rig(products=6)
    rig.to_erp()
    signs = [0]
    seen: list[int] = []
    beat, read = RunningTask.heartbeat, _READ[entity]._digests

    def beating(task: RunningTask) -> None:
        signs[0] += 1
        beat(task)

    def reading(cx: object, codes: Sequence[str], *more: object) -> dict[str, str]:
        seen.append(signs[0])
        found: dict[str, str] = read(cx, codes, *more)
        return found

    monkeypatch.setattr(polling, "SLICE", 2)
    monkeypatch.setattr(RunningTask, "heartbeat", beating)
    monkeypatch.setattr(_READ[entity], "_digests", reading)
    job = rig.to_store(entity)
    assert job.counts.failed == 0, rig.troubles(job)
    assert len(seen) > 3
    assert all(before < after for before, after in pairwise(seen))
