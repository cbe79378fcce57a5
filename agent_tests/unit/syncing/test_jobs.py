from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.ledger import JobState, TaskState
from agent.ledger.schedules import schedules, tick
from agent.model.entity import Direction, Entity
from agent.sandbox.mariadb import MariaDb
from agent.services import mappings
from agent.services.connections import ConnectionDraft
from agent.services.errors import Conflict, InvalidInput, NotFound
from agent.services.following import planner, poll_outbox
from agent.services.sync_jobs import SyncRequest, retry_sync, start_sync
from agent_tests.faults.catalogue.rig import DATABASE, Rig

PRODUCTS = 40


@pytest.fixture(scope="module")
def _shared(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    made = Rig(mariadb, tmp_path_factory.mktemp("jobs"), PRODUCTS)
    assert made.run().state is JobState.DONE
    yield made
    made.close()


@pytest.fixture
def rig(_shared: Rig) -> Rig:
    return _shared


def sql(rig: Rig, statement: str) -> None:
    rig.mariadb.execute(statement, DATABASE)


def ids_run(rig: Rig, entity: Entity, *ids: str):
    job = start_sync(
        rig.services,
        SyncRequest(rig.connection, entity, Direction.TO_ERP, "ids", ids),
    )
    rig.work()
    return rig.services.ledger.job(job)


def test_a_whole_run_goes_through_all_stages_in_order(rig: Rig) -> None:
    job = rig.run()
    tasks = rig.services.ledger.tasks(job_id=job.id, limit=50).items
    stages = [t.payload["entity"] for t in sorted(tasks, key=lambda t: t.id)]
    assert stages == ["attributes", "attribute-values", "categories", "manufacturers", "products"]
    assert job.total == job.counts.read == job.counts.unchanged


def test_hints_become_one_job_per_entity_and_vanish(rig: Rig) -> None:
    sql(
        rig,
        "CREATE TABLE IF NOT EXISTS oc_erp_outbox (outbox_id BIGINT AUTO_INCREMENT PRIMARY KEY,"
        " kind VARCHAR(24), record_id INT, action VARCHAR(16), store_id INT, date_added DATETIME)",
    )
    sql(rig, "UPDATE oc_product SET price = price + 5 WHERE product_id IN (2, 3)")
    sql(
        rig,
        "INSERT INTO oc_erp_outbox (kind, record_id, action, store_id, date_added) VALUES"
        " ('product', 2, 'save', 0, UTC_TIMESTAMP()), ('product', 3, 'save', 0, UTC_TIMESTAMP()),"
        " ('product', 2, 'save', 0, UTC_TIMESTAMP()), ('customer', 9, 'save', 0, UTC_TIMESTAMP())",
    )
    assert poll_outbox(rig.services) == 4
    assert poll_outbox(rig.services) == 0
    rig.work()
    job = rig.services.ledger.jobs(limit=1).items[0]
    assert (job.origin, job.entity, job.counts.read) == ("event", "products", 2)
    assert job.counts.updated == 2


def test_a_sweep_finds_what_no_hint_told(rig: Rig) -> None:
    assert {s.payload["entity"] for s in schedules(rig.services.ledger)} >= {"products"}
    later = rig.open(later=1)
    try:
        sql(rig, "UPDATE oc_product SET model = 'SWEPT' WHERE product_id = 4")
        made = tick(later.ledger, planner(later))
        assert len(made) == 1, "products cover everything that is followed"
        rig.work(later)
        assert later.ledger.job(made[0]).counts.updated == 1
    finally:
        later.close()


def test_a_deleted_product_is_archived_at_once_by_its_hint(rig: Rig) -> None:
    row = mappings.list_mappings(rig.services, rig.connection, Entity.PRODUCTS, q="5").items
    erp_id = next(r.listed.erp_id for r in row if r.listed.store_key == "5")
    sql(rig, "DELETE FROM oc_product WHERE product_id = 5")
    job = ids_run(rig, Entity.PRODUCTS, "5")
    assert job.counts.archived == 1
    found = rig.odoo.execute("product.template", "read", [int(erp_id or 0)], ["active"])
    assert found[0]["active"] is False


def test_many_removals_wait_for_a_person_and_go_when_released(rig: Rig) -> None:
    sql(rig, "CREATE TABLE keep_products AS SELECT * FROM oc_product")
    sql(rig, "DELETE FROM oc_product WHERE product_id > 15")
    try:
        job = rig.run()
        assert job.counts.archived == 0
        held = rig.services.ledger.held().items
        assert [t.error and t.error["code"] for t in held] == ["sync.many_removed"]
        rig.services.ledger.release(held[0].id)
        rig.work()
        assert rig.services.ledger.task(held[0].id).state is TaskState.DONE
        assert rig.services.ledger.job(job.id).counts.archived > 20
    finally:
        sql(rig, "REPLACE INTO oc_product SELECT * FROM keep_products")
        sql(rig, "DROP TABLE keep_products")
    back = rig.run()
    assert back.counts.updated > 20, "what comes back is made active again"
    assert rig.doubled() == {}


def test_what_failed_inside_a_good_page_is_retried_with_its_job(rig: Rig) -> None:
    names = "UPDATE oc_product_description SET name = {} WHERE product_id = 6"
    sql(rig, "CREATE TABLE keep_names AS SELECT * FROM oc_product_description WHERE product_id=6")
    sql(rig, names.format("''"))
    job = rig.run()
    assert (job.state, job.counts.failed) == (JobState.DONE, 1)
    sql(rig, names.format("'Named again'"))
    retry_sync(rig.services, job.id)
    rig.work()
    again = rig.services.ledger.job(job.id)
    assert again.counts.failed == 0
    assert rig.services.ledger.records(job.id, outcome="failed").total == 0


def test_a_job_on_nothing_or_on_the_wrong_thing_is_refused(rig: Rig) -> None:
    def start(entity: Entity, direction: Direction, mode: str, ids: tuple[str, ...] = ()) -> None:
        start_sync(
            rig.services,
            SyncRequest(rig.connection, entity, direction, mode, ids),  # type: ignore[arg-type]
        )

    with pytest.raises(InvalidInput, match="No records"):
        start(Entity.PRODUCTS, Direction.TO_ERP, "ids")
    with pytest.raises(InvalidInput, match="only mapped"):
        start(Entity.TAXES, Direction.TO_ERP, "all")
    with pytest.raises(InvalidInput, match="cannot be carried"):
        start(Entity.CUSTOMERS, Direction.TO_STORE, "all")


def test_linking_by_hand_refuses_what_is_not_there_or_taken(rig: Rig) -> None:
    services, connection = rig.services, rig.connection
    rows = mappings.list_mappings(services, connection, Entity.MANUFACTURERS).items
    first, second = rows[0].listed, rows[1].listed
    with pytest.raises(Conflict, match="linked to it already"):
        mappings.link(
            services, connection, Entity.MANUFACTURERS, first.store_key, str(second.erp_id)
        )
    with pytest.raises(NotFound):
        mappings.link(services, connection, Entity.MANUFACTURERS, "99999", "1")
    with pytest.raises(Exception, match="has no manufacturer with id 424242"):
        mappings.link(services, connection, Entity.MANUFACTURERS, first.store_key, "424242")
    mappings.unlink(services, connection, Entity.MANUFACTURERS, first.store_key)
    linked = mappings.link(
        services, connection, Entity.MANUFACTURERS, first.store_key, str(first.erp_id)
    )
    assert (linked.listed.state, linked.listed.origin) == ("linked", "manual")
    assert rig.run(Entity.MANUFACTURERS).counts.updated == 1, "the shop's values are written to it"


def test_auto_map_previews_and_links(rig: Rig) -> None:
    services, connection = rig.services, rig.connection
    row = mappings.list_mappings(services, connection, Entity.PRODUCTS, state="linked").items[0]
    key, erp_id = row.listed.store_key, row.listed.erp_id
    mappings.unlink(services, connection, Entity.PRODUCTS, key)
    preview = mappings.auto_map(services, connection, Entity.PRODUCTS, dry_run=True)
    assert [(i.store_key, i.result, i.erp_id) for i in preview.items] == [(key, "linked", erp_id)]
    listed = mappings.list_mappings(services, connection, Entity.PRODUCTS, state="new").items
    assert [r.listed.store_key for r in listed] == [key], "a preview links nothing"
    mappings.auto_map(services, connection, Entity.PRODUCTS, dry_run=False)
    assert mappings.list_mappings(services, connection, Entity.PRODUCTS, state="new").total == 0


def test_lists_filter_sort_and_page(rig: Rig) -> None:
    services, connection = rig.services, rig.connection
    every = mappings.list_mappings(services, connection, Entity.PRODUCTS, limit=200)
    pages = [
        mappings.list_mappings(services, connection, Entity.PRODUCTS, page=n, limit=15).items
        for n in (1, 2, 3)
    ]
    assert [r for page in pages for r in page] == every.items
    assert every.total == len(every.items)
    by_name = mappings.list_mappings(
        services, connection, Entity.PRODUCTS, sort="label", order="desc", limit=200
    ).items
    names = [r.listed.label for r in by_name]
    assert names == sorted(names, reverse=True)
    word = every.items[3].listed.label.split()[0]
    found = mappings.list_mappings(services, connection, Entity.PRODUCTS, q=word.upper()).items
    assert found
    assert all(word.lower() in r.listed.label.lower() for r in found)
    assert mappings.list_mappings(services, connection, Entity.PRODUCTS, q="100%_").total == 0


def test_a_mapped_connection_cannot_be_turned_to_another_database(rig: Rig) -> None:
    with pytest.raises(Conflict, match="another ERP") as caught:
        rig.services.connections.change(
            rig.connection, ConnectionDraft(settings={"database": "other"})
        )
    assert caught.value.code == "connection.other_erp"
    kept = rig.services.connections.change(
        rig.connection,
        ConnectionDraft(
            settings={"url": rig.odoo.url.replace("127.0.0.1", "localhost")},
            secret=rig.odoo.users["admin"].password,
        ),
    )
    assert kept.settings["database"] == rig.odoo.database
