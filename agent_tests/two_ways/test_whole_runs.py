"""A rule, a rate or a category is about all prices: one run over them waits at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from agent.erp.cursor import Cursor
from agent.ledger import JobState
from agent.model.entity import Direction, Entity
from agent.services import store_cursors
from agent.services.store_following import poll_records
from agent.services.sync_jobs import SyncRequest, start_sync
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

_numbers = itertools.count(1)


def _all_may_have_changed(
    *given: object,
) -> Callable[[Cursor], tuple[list[str] | None, Cursor]]:
    told = None if Entity.PRICES in given else list[str]()
    return lambda _: (told, Cursor(f"2026-01-01 00:00:{next(_numbers):02}"))


def _jobs(rig: TwoWayRig, state: JobState) -> int:
    return rig.services.ledger.jobs(entity=Entity.PRICES.value, state=state).total


def test_one_whole_run_waits_however_often_all_prices_may_have_changed(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = make_rig(products=2)
    rig.to_erp()
    rig.to_store(Entity.PRICES)
    monkeypatch.setattr(store_cursors, "changes_of", _all_may_have_changed)
    for _ in range(3):
        poll_records(rig.services)
    assert _jobs(rig, JobState.QUEUED) == 1
    lease = rig.services.ledger.claim("another worker")
    assert lease is not None
    assert _jobs(rig, JobState.RUNNING) == 1
    for _ in range(3):
        poll_records(rig.services)
    assert _jobs(rig, JobState.QUEUED) == 1, "one behind the one that runs: it may have read before"
    rig.services.ledger.give_back(lease)
    rig.settle()
    assert (_jobs(rig, JobState.QUEUED), _jobs(rig, JobState.RUNNING)) == (0, 0)
    poll_records(rig.services)
    assert _jobs(rig, JobState.QUEUED) == 1


def test_what_waits_for_some_products_or_writes_nothing_stands_for_no_whole_run(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = make_rig(products=2)
    rig.to_erp()
    rig.to_store(Entity.PRICES)
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    way = (rig.connection, Entity.PRICES, Direction.TO_STORE)
    start_sync(rig.services, SyncRequest(*way, "ids", (key,)))
    start_sync(rig.services, SyncRequest(*way, "changed", dry_run=True))
    monkeypatch.setattr(store_cursors, "changes_of", _all_may_have_changed)
    poll_records(rig.services)
    assert _jobs(rig, JobState.QUEUED) == 3
