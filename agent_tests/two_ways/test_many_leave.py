"""Nothing is disabled before a person has agreed to all of it, however many pages it is on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent.ledger import Job, Task
from agent.ledger.schedules import Schedule
from agent.model.entity import Entity
from agent.services import store_jobs
from agent.services.followed import FEED_KIND
from agent.services.store_following import plan_feed
from agent.sync import removal
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

pytestmark = pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)

_PAGE = 2


@pytest.fixture
def rig(make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch) -> TwoWayRig:
    """Give a shop that is looked through in pages, each of which is fine on its own."""
    monkeypatch.setattr(removal, "_ALWAYS_FINE", _PAGE)
    monkeypatch.setattr(store_jobs, "_STOCK_PAGE", _PAGE)
    rig = make_rig(products=16, **ALL_ERP)
    rig.to_erp()
    rig.to_store()
    return rig


def _singles(rig: TwoWayRig) -> list[str]:
    """Return the keys of the products without options."""
    rows = rig.sql(
        "SELECT CAST(SUBSTRING_INDEX(store_key, ':', 1) AS UNSIGNED) FROM oc_erp_mapping"
        " WHERE entity = 'variants' AND store_key LIKE '%:%' GROUP BY 1 HAVING COUNT(*) = 1"
        " ORDER BY 1"
    )
    return [str(number) for (number,) in rows]


def _feed(rig: TwoWayRig) -> Job:
    """Do what comes round every hour."""
    payload = {"connection": rig.connection, "entity": Entity.PRODUCTS.value}
    planned = plan_feed(rig.services, Schedule("feed", 3600, FEED_KIND, payload))
    assert planned is not None
    job = rig.services.ledger.create_job(planned.request, planned.tasks)
    rig.settle()
    return rig.services.ledger.job(job)


def _archive(rig: TwoWayRig, keys: Sequence[str]) -> None:
    for key in keys:
        rig.books.edit_item(rig.ref(Entity.PRODUCTS, key), active=False)


def _status(rig: TwoWayRig, keys: Sequence[str]) -> list[int]:
    rows = rig.sql(f"SELECT status FROM oc_product WHERE product_id IN ({', '.join(keys)})")
    return [int(status) for (status,) in rows]


def _asked(rig: TwoWayRig) -> tuple[Task, str]:
    """Return the task that waits for a person, and what it says."""
    (held,) = rig.services.ledger.held().items
    assert held.error is not None
    assert held.error["code"] == "sync.many_removed"
    return held, str(held.error["cause"])


def _release(rig: TwoWayRig) -> None:
    rig.services.ledger.release(_asked(rig)[0].id)
    rig.settle()


def test_many_on_several_pages_wait_for_one_word_about_all(rig: TwoWayRig) -> None:
    left, stays = _singles(rig)[:5], _singles(rig)[5:]
    assert stays
    _archive(rig, left[:3])
    for key in left[3:]:
        rig.books.drop_item(rig.ref(Entity.PRODUCTS, key))
    _feed(rig)
    assert set(_status(rig, left)) == {1}
    assert "2 records are gone from the ERP, 3 are archived" in _asked(rig)[1]
    _release(rig)
    assert rig.services.ledger.held().total == 0
    assert set(_status(rig, left)) == {0}
    assert set(_status(rig, stays)) == {1}
    _feed(rig)
    assert rig.services.ledger.held().total == 0


def test_a_word_covers_no_more_than_it_was_given_for(rig: TwoWayRig) -> None:
    """The more are counted anew, and asked about again where they are many."""
    agreed, more = _singles(rig)[-3:], _singles(rig)[:-3]
    assert len(more) > len(agreed)
    _archive(rig, agreed)
    _feed(rig)
    _archive(rig, more)
    _release(rig)
    assert sum(_status(rig, [*agreed, *more])) >= len(more)
    assert _asked(rig)[1].startswith("0 records are gone from the ERP, ")
    _release(rig)
    assert set(_status(rig, [*agreed, *more])) == {0}


def test_a_few_on_several_pages_are_disabled_unasked(
    rig: TwoWayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "_ALWAYS_FINE", 3)
    left = _singles(rig)[:3]
    _archive(rig, left[1:])
    rig.books.drop_item(rig.ref(Entity.PRODUCTS, left[0]))
    job = _feed(rig)
    assert (job.counts.archived, job.counts.updated, job.counts.held) == (1, 2, 1)
    assert set(_status(rig, left)) == {0}


def test_what_could_not_be_disabled_is_tried_at_the_next_look(rig: TwoWayRig) -> None:
    refused, fine = _singles(rig)[:2]
    for key in (refused, fine):
        rig.books.drop_item(rig.ref(Entity.PRODUCTS, key))
    rig.sql(
        "CREATE TRIGGER keep BEFORE UPDATE ON oc_product FOR EACH ROW"
        f" IF NEW.product_id = {refused} AND NEW.status = 0 THEN"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'It stays'; END IF"
    )
    job = _feed(rig)
    assert (job.counts.failed, job.counts.held, job.counts.archived) == (1, 1, 1)
    told = {r.store_key: r.code for r in rig.troubles(job)}
    assert told == {refused: "store.write_refused", fine: "record.deleted_in_erp"}
    assert (_status(rig, [refused]), _status(rig, [fine])) == ([1], [0])
    rig.sql("DROP TRIGGER keep")
    job = _feed(rig)
    assert (job.counts.failed, job.counts.held, job.counts.archived) == (0, 1, 1)
    assert _status(rig, [refused]) == [0]
