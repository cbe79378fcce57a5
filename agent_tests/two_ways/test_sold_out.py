"""Disabling what is sold out is the stock's matter: nothing else takes it for somebody's edit."""

from __future__ import annotations

from typing import Any

import pytest

from agent.errors import TransientError
from agent.model.entity import Entity
from agent.store.writing.writer import StoreWriter
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

TEMPLATE = "product.template"

pytestmark = pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)


def _plain(rig: TwoWayRig) -> tuple[str, str]:
    """Return a product of one variant with stock, and the ERP id of that."""
    rows = rig.sql(
        "SELECT MIN(store_key), MIN(erp_id) FROM oc_erp_mapping WHERE entity = 'variants'"
        " GROUP BY SUBSTRING_INDEX(store_key, ':', 1) HAVING COUNT(*) = 1"
    )
    found = {str(k).partition(":")[0]: str(ref) for k, ref in rows if rig.books.counted(str(ref))}
    return min(found.items())


def _enabled(rig: TwoWayRig, key: str) -> bool:
    return bool(rig.sql("SELECT status FROM oc_product WHERE product_id = :k", k=key)[0][0])


def _enable(rig: TwoWayRig, key: str, *, status: int) -> None:
    rig.sql("UPDATE oc_product SET status = :s WHERE product_id = :k", s=status, k=key)


def _erp_active(rig: TwoWayRig, key: str) -> bool:
    return bool(rig.erp_read(TEMPLATE, rig.ref(Entity.PRODUCTS, key), "active"))


def _run_all(rig: TwoWayRig, key: str) -> int:
    """Run everything that goes on by itself; return how many records were written anywhere."""
    written = rig.to_store(Entity.STOCK, mode="ids", ids=(key,)).counts.updated
    for mode in ("changed", "all"):
        for job in (rig.to_erp(mode=mode), rig.to_store(mode=mode)):
            assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
            counts = job.counts
            written += counts.updated + counts.created + counts.archived
    return written


@pytest.mark.parametrize("owner", ["shop", "erp"])
def test_what_is_sold_out_is_written_once_and_stays_active_in_the_erp(
    make_rig: MakeRig, owner: str
) -> None:
    rig = make_rig(products=4, stock_disable_out="1", owner_status=owner)
    rig.to_erp()
    key, variant = _plain(rig)
    rig.books.count(variant, 4)
    while _run_all(rig, key):
        pass
    rig.books.count(variant, 0)
    assert rig.to_store(Entity.STOCK, mode="ids", ids=(key,)).counts.updated == 1
    for _ in range(2):
        assert _run_all(rig, key) == 0
        assert (_enabled(rig, key), _erp_active(rig, key)) == (False, True)
    rig.rename_in_shop(key, "Sold out, and renamed")
    assert _run_all(rig, key) == 1
    assert rig.erp_read(TEMPLATE, rig.ref(Entity.PRODUCTS, key), "name") == "Sold out, and renamed"
    assert (_enabled(rig, key), _erp_active(rig, key)) == (False, True)
    rig.books.count(variant, 4)
    assert rig.to_store(Entity.STOCK, mode="ids", ids=(key,)).counts.updated == 1
    assert _run_all(rig, key) == 0
    assert (_enabled(rig, key), _erp_active(rig, key)) == (True, True)


def test_what_somebody_disabled_stays_disabled_when_stock_comes(make_rig: MakeRig) -> None:
    rig = make_rig(products=4, stock_disable_out="1")
    rig.to_erp()
    key, variant = _plain(rig)
    _enable(rig, key, status=0)
    for pieces in (0, 4, 0, 4):
        rig.books.count(variant, pieces)
        rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
        assert not _enabled(rig, key)
    rig.to_erp()
    assert not _erp_active(rig, key)


def test_what_the_erp_archives_while_it_is_sold_out_stays_disabled(make_rig: MakeRig) -> None:
    rig = make_rig(products=4, stock_disable_out="1", owner_status="erp")
    rig.to_erp()
    key, variant = _plain(rig)
    rig.books.count(variant, 0)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    ref = rig.ref(Entity.PRODUCTS, key)
    rig.erp_write(TEMPLATE, int(ref), active=False)
    rig.to_store(refs=(ref,), mode="ids")
    rig.books.count(variant, 4)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert not _enabled(rig, key)
    _run_all(rig, key)
    assert (_enabled(rig, key), _erp_active(rig, key)) == (False, False)
    rig.erp_write(TEMPLATE, int(ref), active=True)
    rig.to_store(refs=(ref,), mode="ids")
    assert _enabled(rig, key)


@pytest.mark.parametrize("owner", ["newest", "hold"])
def test_what_was_archived_while_sold_out_comes_back_without_asking(
    make_rig: MakeRig, owner: str
) -> None:
    rig = make_rig(products=4, stock_disable_out="1", owner_status=owner, owner_texts=owner)
    rig.to_erp()
    key, variant = _plain(rig)
    rig.books.count(variant, 0)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    ref = rig.ref(Entity.PRODUCTS, key)
    rig.erp_write(TEMPLATE, int(ref), active=False)
    rig.to_store(refs=(ref,), mode="ids")
    assert not _enabled(rig, key)
    rig.erp_write(TEMPLATE, int(ref), active=True)
    rig.rename_in_shop(key, "Renamed meanwhile")
    job = rig.to_store(refs=(ref,), mode="ids")
    assert job.counts.held == 0, rig.troubles(job)
    assert (_enabled(rig, key), _erp_active(rig, key)) == (True, True)


def test_what_a_run_disabled_that_was_cut_off_comes_back(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = make_rig(products=4, stock_disable_out="1")
    rig.to_erp()
    key, variant = _plain(rig)
    rig.books.count(variant, 0)
    write = StoreWriter.stock
    cuts = [TransientError("The database went away", fix="Wait.")]

    def write_and_break(self: StoreWriter, *args: Any, **more: Any) -> Any:
        outcomes = write(self, *args, **more)
        if cuts:
            raise cuts.pop()
        return outcomes

    monkeypatch.setattr(StoreWriter, "stock", write_and_break)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert cuts == []
    assert not _enabled(rig, key)
    rig.books.count(variant, 4)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert _enabled(rig, key)
