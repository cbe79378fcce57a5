"""Promise G1 and G2 for the catalogue: whatever breaks, each record once and none lost."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.erp.odoo.adapter import OdooErp
from agent.erp.port import Change
from agent.ledger import JobState
from agent.model.entity import Entity
from agent.sandbox.mariadb import MariaDb
from agent_tests.faults.catalogue.rig import Rig, assert_whole

PRODUCTS = 24
_ALL = os.environ.get("ERP_BRIDGE_FAULTS") == "all"
POINTS = (
    "task.after_claim:3",
    "sync.before_write:1",
    "sync.after_write:1",
    "sync.after_write:3",
    "sync.after_remember:5",
    "task.in_finish:5",
)
MORE_POINTS = (
    "sync.after_read:5",
    "sync.before_write:5",
    "sync.after_write:2",
    "sync.after_write:5",
    "task.before_finish:5",
    "task.after_finish:5",
)
KINDS = ("lost-reply", "cut", "html-502", "refuse", "serialize", "slow")


@pytest.fixture
def rig(mariadb: MariaDb, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(mariadb, tmp_path, PRODUCTS)
    yield made
    made.close()


@pytest.mark.parametrize("point", (*POINTS, *MORE_POINTS) if _ALL else POINTS)
def test_a_killed_worker_leaves_nothing_doubled_or_lost(rig: Rig, point: str) -> None:
    job = rig.start()
    assert rig.work_and_die(point) == 137, "the process died where it should"
    ended = rig.recover(job)
    assert ended.state is JobState.DONE
    assert ended.counts.failed == 0
    assert_whole(rig, PRODUCTS)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        *(("product.template", kind) for kind in KINDS),
        *(("product.category", kind) for kind in (KINDS if _ALL else KINDS[:2])),
        *(("product.attribute", kind) for kind in (KINDS if _ALL else KINDS[:2])),
    ],
)
def test_a_broken_call_is_made_good(rig: Rig, model: str, kind: str) -> None:
    rig.odoo.order(kind, model=model, method="load", seconds=5)
    job = rig.start()
    rig.work()
    ended = rig.recover(job)
    assert ended.state is JobState.DONE
    assert ended.counts.failed == 0
    assert_whole(rig, PRODUCTS)


def test_an_erp_that_is_down_loses_no_work(rig: Rig) -> None:
    port = rig.odoo.port
    rig.odoo.stop()
    job = rig.start()
    rig.work()
    waiting = rig.services.ledger.job(job)
    assert waiting.state is JobState.RUNNING
    task = rig.services.ledger.tasks(job_id=job).items[0]
    assert task.error is not None
    assert task.error["code"] == "erp.unreachable"
    assert task.error["fix"]
    assert port


def test_without_the_key_a_lost_answer_doubles(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the guards off the same fault doubles, so the tests above can fail."""
    numbers = itertools.count()
    upsert = OdooErp.upsert

    def keyless(self: OdooErp, entity: Entity, changes: Sequence[Change], **more: Any) -> Any:
        other = [replace(c, external_id=f"{c.external_id}_{next(numbers)}") for c in changes]
        return upsert(self, entity, other, **more)

    monkeypatch.setattr(OdooErp, "upsert", keyless)
    monkeypatch.setattr(OdooErp, "adopt", lambda *_: {})
    monkeypatch.setattr(OdooErp, "match", lambda *_, **__: {})
    rig.odoo.order("lost-reply", model="product.template", method="load")
    job = rig.start()
    rig.work()
    rig.recover(job)
    assert "product.template" in rig.doubled()
