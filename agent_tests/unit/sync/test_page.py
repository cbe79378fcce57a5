"""What the road of a page promises, whoever the ERP is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.db import Database
from agent.errors import InvalidRecord, TimedOut
from agent.model.catalogue import Category, Manufacturer, Product, TaxClass
from agent.model.entity import Entity
from agent.store.records import BadRecord
from agent.sync.context import PageRequest, SyncContext
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.page import run_page
from agent.sync.recording import RecordingErp
from agent.sync.removal import archive_removed, too_many
from agent_tests.unit.sync.fakes import FakeErp, FakeReader, renamed


class Bench:
    """A fake shop and a fake ERP with real mappings between them."""

    def __init__(self, database: Database) -> None:
        database.tables.metadata.create_all(database.engine)
        self.erp = FakeErp()
        self.readers = {
            e: FakeReader()
            for e in (
                Entity.CATEGORIES,
                Entity.MANUFACTURERS,
                Entity.PRODUCTS,
                Entity.ATTRIBUTES,
                Entity.ATTRIBUTE_VALUES,
                Entity.TAXES,
            )
        }
        self.mappings = MappingRepository(database, 1)
        self.ctx = SyncContext(
            erp=self.erp,
            readers=self.readers,
            media=lambda _image: b"",
            mappings=self.mappings,
            instance="opencart_test",
            language="en-gb",
            salt="s1",
            beat=lambda: None,
        )

    def run(self, entity: Entity, mode="changed", ids=(), limit=2000):
        return run_page(self.ctx, PageRequest(entity, mode, ids=tuple(ids), limit=limit))

    def sent(self) -> list[tuple[str, list[str]]]:
        return [(c.record.key, sorted(c.fields)) for _, cs in self.erp.calls for c in cs]


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


def maker(number: int, name: str = "") -> Manufacturer:
    return Manufacturer(str(number), name or f"Maker {number}")


def category(number: int, parent: int | None = None) -> Category:
    return Category(
        str(number), {"en-gb": f"Category {number}"}, str(parent) if parent is not None else None
    )


def test_a_second_run_writes_nothing(bench: Bench) -> None:
    bench.readers[Entity.MANUFACTURERS].put(*[maker(n) for n in range(1, 8)])
    first = bench.run(Entity.MANUFACTURERS)
    assert (first.counts.read, first.counts.created) == (7, 7)
    calls = len(bench.erp.calls)
    for mode in ("changed", "all"):
        again = bench.run(Entity.MANUFACTURERS, mode)
        assert (again.counts.unchanged, again.counts.created, again.counts.updated) == (7, 0, 0)
    assert len(bench.erp.calls) == calls
    assert bench.readers[Entity.MANUFACTURERS].reads == 7, "unchanged records are not read in full"


def test_only_changed_fields_are_sent(bench: Bench) -> None:
    reader = bench.readers[Entity.PRODUCTS]
    product = Product("1", {"en-gb": "Tent"}, price=Decimal("10.00"), sku="T1")
    reader.put(product)
    bench.run(Entity.PRODUCTS)
    reader.put(renamed(product, "Big tent"))
    bench.erp.calls.clear()
    result = bench.run(Entity.PRODUCTS)
    assert result.counts.updated == 1
    assert bench.sent() == [("1", ["name"])]


def test_one_bad_record_never_stops_the_others(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(*[maker(n) for n in range(1, 6)])
    reader.put(BadRecord("6", "Sixth", InvalidRecord("It has no name", fix="Name it.")))
    bench.erp.refuse = {"2"}
    result = bench.run(Entity.MANUFACTURERS)
    assert (result.counts.created, result.counts.failed) == (4, 2)
    assert {(r.store_key, r.cause, r.fix) for r in result.results} == {
        ("2", "No.", "Change it."),
        ("6", "It has no name", "Name it."),
    }
    heads = bench.mappings.heads(Entity.MANUFACTURERS, ["1", "2", "6"])
    assert [heads[k].state for k in ("1", "2", "6")] == [
        MapState.LINKED,
        MapState.FAILED,
        MapState.FAILED,
    ]
    bench.erp.refuse = set()
    again = bench.run(Entity.MANUFACTURERS)
    assert (again.counts.created, again.counts.failed) == (1, 1), "failed ones are tried again"


def test_a_record_of_which_a_part_was_refused_is_remembered_where_it_is(bench: Bench) -> None:
    bench.readers[Entity.MANUFACTURERS].put(maker(1))
    bench.erp.refuse_part = {"1"}
    assert bench.run(Entity.MANUFACTURERS).counts.failed == 1
    head = bench.mappings.heads(Entity.MANUFACTURERS, ["1"])["1"]
    assert (head.state, head.erp_id) == (MapState.FAILED, "101")
    bench.erp.refuse_part = set()
    bench.erp.ignore_external_ids = True
    assert bench.run(Entity.MANUFACTURERS, "all").counts.updated == 1
    assert len(bench.erp.records) == 1


def test_after_a_write_in_part_everything_is_sent_again(bench: Bench) -> None:
    reader = bench.readers[Entity.PRODUCTS]
    product = Product("1", {"en-gb": "Tent"}, price=Decimal("10.00"), sku="T1")
    reader.put(product)
    bench.run(Entity.PRODUCTS)
    bench.erp.refuse_part = {"1"}
    reader.put(renamed(product, "Big tent"))
    assert bench.run(Entity.PRODUCTS).counts.failed == 1
    bench.erp.refuse_part = set()
    reader.put(product)  # back to what was last written whole
    bench.erp.calls.clear()
    assert bench.run(Entity.PRODUCTS).counts.updated == 1
    assert {"name", "price", "sku"} <= set(bench.sent()[0][1])
    (stored,) = bench.erp.live(Entity.PRODUCTS)
    assert stored.values["name"] == {"en-gb": "Tent"}


def test_children_follow_parents_in_whatever_order(bench: Bench) -> None:
    bench.readers[Entity.CATEGORIES].put(
        category(1, 3), category(2, 1), category(3), category(4, 9), category(9, 2)
    )
    result = bench.run(Entity.CATEGORIES, limit=2)  # parents 3 and 9 are not in the first page
    assert result.counts.failed == result.counts.held == 0
    assert result.counts.created == 3
    bench.ctx.erp = bench.erp
    rest = run_page(bench.ctx, PageRequest(Entity.CATEGORIES, "changed", after="2"))
    assert (rest.counts.created, rest.counts.unchanged) == (2, 1)


def test_a_record_waits_for_its_parent_and_clears_by_itself(bench: Bench) -> None:
    bench.readers[Entity.CATEGORIES].put(category(1))
    bench.readers[Entity.PRODUCTS].put(
        Product("5", {"en-gb": "Stove"}, categories=("1",)), Product("6", {"en-gb": "Pan"})
    )
    bench.erp.refuse = {"1"}
    result = bench.run(Entity.PRODUCTS)
    assert (result.counts.created, result.counts.held, result.counts.failed) == (1, 1, 1)
    held = next(r for r in result.results if r.outcome == "held")
    assert held.store_key == "5"
    assert "category 1" in held.cause
    bench.erp.refuse = set()
    again = bench.run(Entity.PRODUCTS)
    assert again.counts.held == 0
    assert len(bench.erp.live(Entity.PRODUCTS)) == 2


def test_a_lost_answer_makes_no_second_record(bench: Bench) -> None:
    bench.readers[Entity.MANUFACTURERS].put(maker(1), maker(2))
    bench.erp.lose_reply = True
    with pytest.raises(TimedOut):
        bench.run(Entity.MANUFACTURERS)
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 2
    bench.erp.ignore_external_ids = True  # the look-up alone has to save us
    bench.ctx.link_existing = False
    again = bench.run(Entity.MANUFACTURERS)
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 2
    assert again.counts.updated == 2
    assert bench.run(Entity.MANUFACTURERS).counts.unchanged == 2


def test_without_the_look_up_a_lost_answer_doubles(bench: Bench) -> None:
    """The control: the fake ERP can double, so the test above is able to fail."""
    bench.readers[Entity.MANUFACTURERS].put(maker(1))
    bench.erp.lose_reply = True
    with pytest.raises(TimedOut):
        bench.run(Entity.MANUFACTURERS)
    bench.erp.ignore_external_ids = True
    bench.ctx.link_existing = False
    bench.erp.adopt = lambda entity, external_ids: {}  # type: ignore[method-assign]
    bench.run(Entity.MANUFACTURERS)
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 2


def test_existing_records_are_linked_not_doubled(bench: Bench) -> None:
    bench.erp.seed(Entity.MANUFACTURERS, "7", name="Acme")
    bench.erp.seed(Entity.MANUFACTURERS, "8", name="Twin")
    bench.erp.seed(Entity.MANUFACTURERS, "9", name="Twin")
    bench.readers[Entity.MANUFACTURERS].put(
        maker(1, "Acme"), maker(2, "Twin"), maker(3, "New"), maker(4, "Acme")
    )
    result = bench.run(Entity.MANUFACTURERS)
    heads = bench.mappings.heads(Entity.MANUFACTURERS, ["1", "2", "3", "4"])
    assert heads["1"].erp_id == "7"
    assert heads["2"].state is MapState.FAILED
    assert heads["4"].erp_id not in {None, "7"}, "one counterpart belongs to one record"
    error = next(r for r in result.results if r.store_key == "2")
    assert error.code == "record.ambiguous"
    assert "id 8" in error.cause
    assert "id 9" in error.cause


def test_removed_records_are_listed_not_deleted(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(*[maker(n) for n in range(1, 10)])
    bench.run(Entity.MANUFACTURERS)
    del reader.records["4"], reader.records["9"]
    pages = [bench.run(Entity.MANUFACTURERS, limit=4)]
    while pages[-1].next_after:
        after = pages[-1].next_after
        pages.append(
            run_page(bench.ctx, PageRequest(Entity.MANUFACTURERS, "changed", after, limit=4))
        )
    assert sorted(k for p in pages for k in p.removed) == ["4", "9"]
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 9, "archiving is a step of its own"


def test_excluded_records_are_left_alone(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(maker(1), maker(2))
    bench.run(Entity.MANUFACTURERS)
    bench.mappings.set_state(Entity.MANUFACTURERS, ["1"], MapState.EXCLUDED)
    reader.put(maker(1, "Other"), maker(2, "Other too"))
    result = bench.run(Entity.MANUFACTURERS)
    assert (result.counts.updated, result.counts.unchanged) == (1, 1)
    del reader.records["1"]
    assert bench.run(Entity.MANUFACTURERS).removed == []


def test_what_the_erp_lost_is_made_anew_by_all(bench: Bench) -> None:
    bench.readers[Entity.MANUFACTURERS].put(maker(1), maker(2))
    bench.run(Entity.MANUFACTURERS)
    head = bench.mappings.heads(Entity.MANUFACTURERS, ["1"])["1"]
    del bench.erp.records[Entity.MANUFACTURERS, head.erp_id]
    assert bench.run(Entity.MANUFACTURERS, "changed").counts.unchanged == 2
    result = bench.run(Entity.MANUFACTURERS, "all")
    assert (result.counts.created, result.counts.unchanged) == (1, 1)
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 2


def test_other_settings_send_everything_again_once(bench: Bench) -> None:
    bench.readers[Entity.MANUFACTURERS].put(maker(1))
    bench.run(Entity.MANUFACTURERS)
    bench.ctx.salt = "s2"
    assert bench.run(Entity.MANUFACTURERS).counts.updated == 1
    assert bench.run(Entity.MANUFACTURERS).counts.unchanged == 1


def test_a_dry_run_writes_nothing_and_shows_what_would_be_written(bench: Bench) -> None:
    bench.readers[Entity.CATEGORIES].put(category(1))
    product = Product("5", {"en-gb": "Stove"}, categories=("1",), price=Decimal(3), sku="S")
    bench.readers[Entity.PRODUCTS].put(product)
    bench.ctx.erp = RecordingErp(bench.erp)
    bench.ctx.dry_run = True
    result = bench.run(Entity.PRODUCTS)
    assert result.counts.created == 1
    planned = result.results[0]
    assert planned.outcome == "planned"
    assert planned.detail is not None
    assert planned.detail["action"] == "create"
    assert planned.detail["fields"]["price"] == [None, "3"]
    assert bench.erp.calls == []
    assert bench.mappings.heads(Entity.PRODUCTS, ["5"]) == {}
    bench.ctx.erp, bench.ctx.dry_run = bench.erp, False
    bench.run(Entity.PRODUCTS)
    bench.readers[Entity.PRODUCTS].put(renamed(product, "Cooker"))
    bench.ctx.erp, bench.ctx.dry_run = RecordingErp(bench.erp), True
    calls = len(bench.erp.calls)
    change = bench.run(Entity.PRODUCTS).results[0].detail
    assert change == {
        "action": "update",
        "fields": {"name": [{"en-gb": "Stove"}, {"en-gb": "Cooker"}]},
    }
    assert len(bench.erp.calls) == calls


def test_removed_records_are_archived_and_come_back(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(maker(1), maker(2))
    bench.run(Entity.MANUFACTURERS)
    gone = reader.records.pop("2")
    removed = bench.run(Entity.MANUFACTURERS, "ids", ids=["2"]).removed
    result = archive_removed(bench.ctx, Entity.MANUFACTURERS, [*removed, "1"])
    assert result.counts.archived == 1
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 1
    assert bench.run(Entity.MANUFACTURERS).removed == [], "archived once"
    reader.put(gone)
    assert bench.run(Entity.MANUFACTURERS).counts.updated == 1
    assert len(bench.erp.live(Entity.MANUFACTURERS)) == 2


@pytest.mark.parametrize(
    ("removed", "linked", "asks"),
    [(20, 20, False), (21, 20, True), (100, 1000, False), (101, 1000, True), (0, 0, False)],
)
def test_many_removals_ask_a_person(removed: int, linked: int, asks: bool) -> None:
    assert (too_many(removed, linked) is not None) == asks


def test_a_page_ends_where_its_work_is_enough(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(*[maker(n) for n in range(1, 9)])
    made = run_page(bench.ctx, PageRequest(Entity.MANUFACTURERS, "changed", write_limit=2))
    assert (made.counts.read, made.counts.created, made.next_after) == (2, 2, "2")
    bench.run(Entity.MANUFACTURERS)
    for number in (2, 3, 4, 5, 7):
        reader.put(maker(number, "Other"))
    del reader.records["8"]
    request = PageRequest(Entity.MANUFACTURERS, "changed", write_limit=1)
    first = run_page(bench.ctx, request)  # four updates are as much work as one new record
    assert (first.counts.read, first.counts.updated, first.counts.unchanged) == (5, 4, 1)
    assert (first.next_after, first.cut, first.removed) == ("5", True, [])
    rest = run_page(bench.ctx, PageRequest(Entity.MANUFACTURERS, "changed", after="5"))
    assert (rest.counts.read, rest.counts.updated, rest.removed) == (2, 1, ["8"])
    assert not rest.cut


def test_a_newly_mapped_tax_is_sent_with_its_products_only(bench: Bench) -> None:
    bench.readers[Entity.TAXES].put(TaxClass("9", "Goods"), TaxClass("10", "Books"))
    bench.readers[Entity.PRODUCTS].put(
        Product("1", {"en-gb": "Pan"}, tax_class="9"), Product("2", {"en-gb": "Map"})
    )
    assert bench.run(Entity.PRODUCTS).counts.created == 2, "a tax that is not mapped stops nothing"
    bench.ctx.optional[Entity.TAXES, "9"] = "77"
    bench.erp.calls.clear()
    result = bench.run(Entity.PRODUCTS)
    assert (result.counts.updated, result.counts.unchanged) == (1, 1)
    assert bench.erp.calls[0][1][0].refs[Entity.TAXES, "9"] == "77"
    assert bench.run(Entity.PRODUCTS).counts.unchanged == 2


def test_taxes_of_the_same_rate_are_linked_before_products_go(bench: Bench) -> None:
    bench.readers[Entity.TAXES].put(TaxClass("9", "Goods"))
    bench.erp.seed(Entity.TAXES, "77", name="Goods")
    bench.readers[Entity.PRODUCTS].put(Product("1", {"en-gb": "Pan"}, tax_class="9"))
    bench.run(Entity.PRODUCTS)
    assert bench.erp.calls[0][1][0].refs[Entity.TAXES, "9"] == "77"
    assert bench.run(Entity.PRODUCTS).counts.unchanged == 1
    assert bench.mappings.all_refs([Entity.TAXES]) == {(Entity.TAXES, "9"): "77"}


def test_a_sweep_leaves_failed_records_alone_until_they_change(bench: Bench) -> None:
    reader = bench.readers[Entity.MANUFACTURERS]
    reader.put(maker(1), maker(2))
    bench.erp.refuse = {"2"}
    bench.run(Entity.MANUFACTURERS)
    bench.ctx.retry_failed = False
    assert bench.run(Entity.MANUFACTURERS).counts.unchanged == 2
    bench.erp.refuse = set()
    reader.put(maker(2, "Mended"))
    assert bench.run(Entity.MANUFACTURERS).counts.created == 1
    assert bench.run(Entity.MANUFACTURERS).counts.unchanged == 2


def test_missing_and_shared_skus_are_told_and_carried_over(bench: Bench) -> None:
    bench.readers[Entity.PRODUCTS].put(
        Product("1", {"en-gb": "A"}, sku="X"),
        Product("2", {"en-gb": "B"}, sku="X"),
        Product("3", {"en-gb": "C"}),
        Product("4", {"en-gb": "D"}, sku="Y"),
    )
    bench.ctx.shared_skus = lambda skus: {"X": ("1", "2")} if "X" in set(skus) else {}
    result = bench.run(Entity.PRODUCTS)
    assert (result.counts.created, result.counts.warning) == (4, 3)
    told = {r.store_key: r.code for r in result.results}
    assert told == {
        "1": "record.sku_shared",
        "2": "record.sku_shared",
        "3": "record.sku_missing",
    }
    assert "product 2" in next(r.cause for r in result.results if r.store_key == "1")
