"""The catalogue on its way to SAP Business One while things break: each record once, none lost."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.bench.sap_shadow import CompanyLogin
from agent.bench.sap_stage import connection_settings, prepare_company
from agent.erp.port import Change
from agent.erp.sap_b1.adapter import SapB1Erp
from agent.ledger import JobState
from agent.model.entity import Entity
from agent.sandbox.mariadb import MariaDb
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.services.connections import ConnectionDraft
from agent_tests.faults.catalogue.rig import Rig, assert_whole

PRODUCTS = 12
_ALL = os.environ.get("ERP_BRIDGE_FAULTS") == "all"
POINTS = ("sync.after_read:5", "sync.before_write:5", "sync.after_write:5", "task.in_finish:5")
KINDS = ("lost-reply", "cut", "late-502", "html-502", "refuse", "end-session", "switch", "500")


class SapRig(Rig):
    """One shop, one company."""

    def start_erp(self, settings: dict[str, Any]) -> ConnectionDraft:
        self.sandbox = SapB1Sandbox().start()
        login = CompanyLogin(self.sandbox.url, self.sandbox.company.name)
        prepare_company(login)
        values = {**connection_settings(login), "timeout": 5, **settings}
        return ConnectionDraft("faults", "sap_b1", values, login.password)

    def stop_erp(self) -> None:
        self.sandbox.stop()

    def rows(self, place: str) -> list[Any]:
        """Return the stand-in's own rows of a set."""
        with self.sandbox.company.transaction():
            return list(self.sandbox.company.table(place).rows.values())

    def doubled(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for place, names in (
            ("Items", ("ItemName", "U_ERPB_Product", "U_ERPB_Values")),
            ("ItemGroups", ("GroupName",)),
            ("Manufacturers", ("ManufacturerName",)),
            ("U_ERPB_ATTR", ("Name", "U_Kind")),
            ("U_ERPB_VALUE", ("U_Attribute", "Name")),
        ):
            counts = Counter(str([row.get(name) for name in names]) for row in self.rows(place))
            twice = [key for key, count in counts.items() if count > 1]
            if twice:
                found[place] = twice
        return found

    def _count(self) -> int:
        families = {row.get("U_ERPB_Product") or row["ItemCode"] for row in self.rows("Items")}
        return len(families)


@pytest.fixture
def rig(mariadb: MariaDb, tmp_path: Path) -> Iterator[SapRig]:
    made = SapRig(mariadb, tmp_path, PRODUCTS)
    yield made
    made.close()


@pytest.mark.parametrize("point", POINTS if _ALL else POINTS[1:3])
def test_a_killed_worker_leaves_nothing_doubled_or_lost(rig: SapRig, point: str) -> None:
    job = rig.start()
    assert rig.work_and_die(point) == 137, "the process died where it should"
    ended = rig.recover(job)
    assert ended.state is JobState.DONE
    assert ended.counts.failed == 0
    assert_whole(rig, PRODUCTS)


@pytest.mark.parametrize("kind", KINDS if _ALL else KINDS[:2])
@pytest.mark.parametrize("resource", ["Items", "ItemGroups", "U_ERPB_ATTR"])
def test_a_broken_call_is_made_good(rig: SapRig, kind: str, resource: str) -> None:
    rig.sandbox.order(kind, method="POST", resource=resource)
    job = rig.start()
    rig.work()
    ended = rig.recover(job)
    assert ended.state is JobState.DONE
    assert ended.counts.failed == 0
    assert_whole(rig, PRODUCTS)


def test_without_the_key_a_lost_answer_doubles(
    rig: SapRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the guards off the same fault doubles, so the tests above can fail."""
    numbers = itertools.count()
    upsert = SapB1Erp.upsert

    def keyless(self: SapB1Erp, entity: Entity, changes: Sequence[Change], **more: Any) -> Any:
        other = [replace(c, external_id=f"{c.external_id}_{next(numbers)}") for c in changes]
        return upsert(self, entity, other, **more)

    monkeypatch.setattr(SapB1Erp, "upsert", keyless)
    monkeypatch.setattr(SapB1Erp, "adopt", lambda *_: {})
    monkeypatch.setattr(SapB1Erp, "match", lambda *_, **__: {})
    rig.sandbox.order("lost-reply", method="POST", resource="U_ERPB_ATTR")
    job = rig.start()
    rig.work()
    rig.recover(job)
    assert "U_ERPB_ATTR" in rig.doubled()
