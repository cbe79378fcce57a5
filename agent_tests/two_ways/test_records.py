"""Records that Odoo changed reach the shop, once, and only where the ERP may be right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.ledger import Job
from agent.ledger.schedules import Schedule
from agent.model.entity import Entity
from agent.services import conflicts, store_jobs
from agent.services.followed import FEED_KIND
from agent.services.store_following import plan_feed
from agent.sync import removal
from agent.sync.context import PageResult
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig


def _first(rig: TwoWayRig) -> tuple[str, str]:
    """Return the first product without options: its key and its id in the ERP."""
    key = _singles(rig)[0]
    return key, rig.ref(Entity.PRODUCTS, key)


def _singles(rig: TwoWayRig) -> list[str]:
    """Return the keys of the products without options."""
    rows = rig.sql(
        "SELECT SUBSTRING_INDEX(store_key, ':', 1) FROM oc_erp_mapping"
        " WHERE entity = 'variants' AND store_key LIKE '%:%' GROUP BY 1 HAVING COUNT(*) = 1"
    )
    return [str(number) for number in sorted(int(number) for (number,) in rows)]


def _weighed_in_grams(rig: TwoWayRig) -> str:
    """Let the first product without options weigh 1000 g; returns its key."""
    ((key,),) = rig.sql(
        "SELECT MIN(product_id) FROM oc_product WHERE master_id = 0 AND product_id NOT IN"
        " (SELECT product_id FROM oc_product_option)"
    )
    rig.sql(
        "UPDATE oc_product SET weight = 1000, weight_class_id = (SELECT MIN(weight_class_id)"
        " FROM oc_weight_class_description WHERE unit = 'g') WHERE product_id = :key",
        key=key,
    )
    return str(key)


def _weight(rig: TwoWayRig, key: str) -> tuple[Decimal, str]:
    ((weight, unit),) = rig.sql(
        "SELECT p.weight, MIN(u.unit) FROM oc_product p JOIN oc_weight_class_description u"
        " USING (weight_class_id) WHERE p.product_id = :key GROUP BY p.weight",
        key=key,
    )
    return Decimal(weight), str(unit)


class TestEdits:
    def test_an_edit_in_the_erp_reaches_the_shop_once(self, make_rig: MakeRig) -> None:
        rig = make_rig(**ALL_ERP)
        sent = rig.to_erp()
        assert sent.counts.failed == 0, rig.troubles(sent)
        key, ref = _first(rig)
        rig.to_store()
        before = rig.to_store()
        assert (before.counts.updated, before.counts.failed, before.counts.held) == (0, 0, 0)
        rig.books.edit_item(ref, name="Renamed in Odoo")
        job = rig.to_store()
        assert rig.troubles(job) == []
        assert job.counts.updated == 1
        assert rig.shop_name(key) == "Renamed in Odoo"
        for _ in range(3):
            assert rig.to_store().counts.updated == 0
            assert rig.to_erp().counts.updated == 0
        assert rig.books.item(ref).name == "Renamed in Odoo"

    def test_where_the_shop_is_right_nothing_of_it_changes(self, make_rig: MakeRig) -> None:
        rig = make_rig()
        rig.to_erp()
        key, ref = _first(rig)
        name = rig.shop_name(key)
        rig.books.edit_item(ref, name="Renamed in Odoo")
        rig.to_store()
        assert rig.shop_name(key) == name

    def test_where_the_erp_is_right_an_edit_in_the_shop_is_taken_back(
        self, make_rig: MakeRig
    ) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        name = rig.books.item(ref).name
        rig.rename_in_shop(key, "Renamed in the shop")
        rig.to_erp()
        assert rig.books.item(ref).name == name
        assert rig.shop_name(key) == name

    def test_the_newest_edit_counts_and_each_sides_edits_travel(self, make_rig: MakeRig) -> None:
        rig = make_rig(**dict.fromkeys(ALL_ERP, "newest"))
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.rename_in_shop(key, "Only in the shop")
        rig.to_erp()
        assert rig.books.item(ref).name == "Only in the shop"
        rig.books.edit_item(ref, name="Only in Odoo")
        rig.to_store()
        assert rig.shop_name(key) == "Only in Odoo"
        assert rig.to_erp().counts.updated == 0

    def test_a_weight_comes_in_the_shops_own_unit(self, make_rig: MakeRig) -> None:
        rig = make_rig(**dict.fromkeys(ALL_ERP, "newest"))
        key = _weighed_in_grams(rig)
        rig.to_erp()
        rig.to_store()
        ref = rig.ref(Entity.PRODUCTS, key)
        assert rig.books.item(ref).weight == Decimal(1)
        rig.books.edit_item(ref, weight=Decimal(2))
        job = rig.to_store()
        assert (job.counts.updated, rig.troubles(job)) == (1, [])
        assert _weight(rig, key) == (Decimal(2000), "g")
        assert rig.to_erp().counts.updated == rig.to_store(mode="all").counts.updated == 0
        assert rig.books.item(ref).weight == Decimal(2)


class TestConflicts:
    def test_what_both_changed_waits_and_the_rest_goes_over(self, make_rig: MakeRig) -> None:
        rig = make_rig(**dict.fromkeys(ALL_ERP, "hold"))
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.rename_in_shop(key, "Name of the shop")
        rig.books.edit_item(ref, name="Name of Odoo", weight=Decimal("4.25"))
        job = rig.to_store()
        assert job.counts.held == 1
        assert [r.code for r in rig.troubles(job)] == ["sync.conflict"]
        assert rig.shop_name(key) == "Name of the shop"
        assert rig.books.item(ref).name == "Name of Odoo"
        listed = conflicts.list_conflicts(rig.services, rig.connection)
        (item,) = listed["items"]
        assert item["store_key"] == key
        assert "Name of the shop" in item["fields"][0]["shop"]
        assert "Name of Odoo" in item["fields"][0]["erp"]
        conflicts.choose(rig.services, rig.connection, Entity.PRODUCTS, key, every="erp")
        rig.settle()
        assert rig.shop_name(key) == "Name of Odoo"
        assert conflicts.list_conflicts(rig.services, rig.connection)["total"] == 0
        assert rig.to_store().counts.updated == 0

    def test_the_shop_can_be_chosen(self, make_rig: MakeRig) -> None:
        rig = make_rig(**dict.fromkeys(ALL_ERP, "hold"))
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.rename_in_shop(key, "Name of the shop")
        rig.books.edit_item(ref, name="Name of Odoo")
        rig.to_store()
        conflicts.choose(
            rig.services, rig.connection, Entity.PRODUCTS, key, choices={"name": "shop"}
        )
        rig.settle()
        assert rig.books.item(ref).name == "Name of the shop"
        assert rig.shop_name(key) == "Name of the shop"


class TestNewRecords:
    def test_a_product_of_the_erp_is_made_in_the_shop_once(self, make_rig: MakeRig) -> None:
        rig = make_rig()
        rig.to_erp()
        category = rig.books.make(Entity.CATEGORIES, "Only in the ERP")
        made = rig.books.make_item("A new lamp", code="LAMP-9", category=category)
        rig.books.edit_item(made, price=Decimal("19.5"), weight=Decimal("1.5"))
        job = rig.to_store(refs=(made,), mode="ids")
        assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
        key = rig.key(Entity.PRODUCTS, made)
        assert key is not None
        price, status = rig.sql(
            "SELECT price, status FROM oc_product WHERE product_id = :k", k=key
        )[0]
        assert (price, status) == (Decimal("19.5000"), 1)
        assert rig.shop_name(key) == "A new lamp"
        assert rig.key(Entity.CATEGORIES, category) is not None
        count = rig.sql("SELECT COUNT(*) FROM oc_product")[0][0]
        rig.to_store(refs=(made,), mode="ids")
        assert rig.to_erp().counts.created == 0
        assert rig.sql("SELECT COUNT(*) FROM oc_product")[0][0] == count

    def test_an_archived_product_is_disabled_and_comes_back(self, make_rig: MakeRig) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.books.edit_item(ref, active=False)
        job = rig.to_store(refs=(ref,), mode="ids")
        assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
        assert rig.sql("SELECT status FROM oc_product WHERE product_id = :k", k=key) == [(0,)]
        rig.books.edit_item(ref, active=True)
        job = rig.to_store(refs=(ref,), mode="ids")
        assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
        assert rig.sql("SELECT status FROM oc_product WHERE product_id = :k", k=key) == [(1,)]

    def test_a_deleted_product_is_disabled_and_listed(self, make_rig: MakeRig) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.books.drop_item(ref)
        job = rig.to_store(mode="all")
        assert (job.counts.held, job.counts.archived) == (1, 1)
        assert "record.deleted_in_erp" in {r.code for r in rig.troubles(job)}
        assert rig.sql("SELECT status FROM oc_product WHERE product_id = :k", k=key) == [(0,)]

    def test_a_dry_run_writes_nothing_and_says_what_it_would(self, make_rig: MakeRig) -> None:
        rig = make_rig()
        rig.to_erp()
        made = rig.books.make_item("Planned")
        count = rig.sql("SELECT COUNT(*) FROM oc_product")[0][0]
        job = rig.to_store(refs=(made,), mode="ids", dry_run=True)
        assert job.counts.created == 1
        assert rig.sql("SELECT COUNT(*) FROM oc_product")[0][0] == count
        planned = [r for r in rig.troubles(job) if r.outcome == "planned" and r.detail]
        assert [r.detail["action"] for r in planned if r.detail] == ["create"]


class TestLeaving:
    """What the ERP does not offer any more is found, though no page and no poll lists it."""

    def status(self, rig: TwoWayRig, key: str) -> int:
        ((status,),) = rig.sql("SELECT status FROM oc_product WHERE product_id = :k", k=key)
        return int(status)

    def feed(self, rig: TwoWayRig) -> Job:
        """Do what comes round every hour."""
        schedule = Schedule("feed", 3600, FEED_KIND, {"connection": rig.connection})
        schedule.payload["entity"] = Entity.PRODUCTS.value
        planned = plan_feed(rig.services, schedule)
        assert planned is not None
        job = rig.services.ledger.create_job(planned.request, planned.tasks)
        rig.settle()
        return rig.services.ledger.job(job)

    def test_the_hourly_look_finds_what_was_deleted_and_tells_it_once(
        self, make_rig: MakeRig
    ) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.books.drop_item(ref)
        job = self.feed(rig)
        assert (job.counts.held, job.counts.archived) == (1, 1), rig.troubles(job)
        assert self.status(rig, key) == 0
        again = self.feed(rig)
        assert (again.counts.held, again.counts.archived) == (0, 0)

    def test_the_hourly_look_finds_what_was_archived_unseen(self, make_rig: MakeRig) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        rig.to_store()
        key, ref = _first(rig)
        rig.books.edit_item(ref, active=False)
        job = self.feed(rig)
        assert (job.counts.updated, job.counts.failed, job.counts.held) == (1, 0, 0)
        assert self.status(rig, key) == 0
        again = self.feed(rig)
        assert (again.counts.updated, again.counts.read) == (0, job.counts.read - 1)

    def test_many_that_leave_at_once_wait_for_one_word(
        self, make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(removal, "_ALWAYS_FINE", 2)
        rig = make_rig(products=12, **ALL_ERP)
        rig.to_erp()
        rig.to_store()
        left, stays = _singles(rig)[:3], _singles(rig)[3:]
        assert stays
        for key in left:
            rig.books.edit_item(rig.ref(Entity.PRODUCTS, key), active=False)
        self.feed(rig)
        self.feed(rig)
        (held,) = rig.services.ledger.held().items
        assert {self.status(rig, key) for key in left} == {1}
        rig.services.ledger.release(held.id)
        rig.settle()
        assert {self.status(rig, key) for key in left} == {0}
        assert {self.status(rig, key) for key in stays} == {1}

    def test_what_the_shop_disabled_itself_is_no_news(self, make_rig: MakeRig) -> None:
        rig = make_rig(**dict.fromkeys(ALL_ERP, "newest"))
        rig.to_erp()
        rig.to_store()
        before = self.feed(rig)
        key, ref = _first(rig)
        rig.sql(
            "UPDATE oc_product SET status = 0, date_modified = NOW() WHERE product_id = :k", k=key
        )
        rig.to_erp()
        assert not rig.books.item(ref).active
        after = self.feed(rig)
        assert (after.counts.read, after.counts.updated) == (before.counts.read - 1, 0)
        assert self.status(rig, key) == 0

    def test_where_the_shop_is_right_nothing_is_disabled(
        self, make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(removal, "_ALWAYS_FINE", 0)
        rig = make_rig()
        rig.to_erp()
        rig.to_store()
        archived, dropped = _singles(rig)[:2]
        rig.books.edit_item(rig.ref(Entity.PRODUCTS, archived), active=False)
        rig.books.drop_item(rig.ref(Entity.PRODUCTS, dropped))
        job = self.feed(rig)
        assert (job.counts.held, job.counts.updated, job.counts.archived) == (1, 0, 0)
        assert "record.deleted_in_erp" in {r.code for r in rig.troubles(job)}
        assert {self.status(rig, key) for key in (archived, dropped)} == {1}

    def test_what_is_archived_under_the_first_run_is_disabled(
        self, make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig = make_rig(**ALL_ERP)
        rig.to_erp()
        key, ref = _first(rig)
        run = store_jobs.run_store_page

        def archived_behind(two: TwoWay, request: StoreRequest) -> PageResult:
            result = run(two, request)
            if request.entity is Entity.PRODUCTS and request.mode == "changed":
                rig.books.edit_item(ref, active=False)
            return result

        monkeypatch.setattr(store_jobs, "run_store_page", archived_behind)
        monkeypatch.setattr(store_jobs, "_look_for_removed", lambda *_: [])
        rig.to_store()
        monkeypatch.setattr(store_jobs, "run_store_page", run)
        rig.poll()
        assert self.status(rig, key) == 0
