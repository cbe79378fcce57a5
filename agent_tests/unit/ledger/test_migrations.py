"""The migrated tables are those of agent.db.Tables, however often and by whomever they are made."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from agent.db import Database
from agent.db.locks import exclusive
from agent.errors import ConfigError
from agent.migrations import current, migrate, newest, pending, table_names
from agent_tests.lab.mariadb import MariaDb

EVERY = ["0001", "0002", "0003", "0004"]
"""All revisions, oldest first."""


def test_the_newest_is_the_last() -> None:
    assert newest() == EVERY[-1]


def create_statements(database: Database) -> dict[str, str]:
    with database.begin() as connection:
        names = [table.name for table in database.tables.metadata.sorted_tables]
        return {
            name: connection.execute(text(f"SHOW CREATE TABLE `{name}`")).one()[1] for name in names
        }


def body(statement: str) -> tuple[set[str], str]:
    """Columns and indexes without their order among the indexes, and the table's options."""
    inner, _, options = statement.partition("(")[2].rpartition("\n)")
    return {line.strip().rstrip(",") for line in inner.splitlines()}, options


def test_makes_exactly_the_tables_of_the_metadata(database: Database) -> None:
    assert pending(database) == EVERY
    assert migrate(database) == EVERY
    migrated = create_statements(database)
    with database.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or name in database.tables.metadata.tables
                ),
            },
        )
        assert compare_metadata(context, database.tables.metadata) == []
    database.tables.metadata.drop_all(database.engine)
    database.tables.metadata.create_all(database.engine)
    for name, statement in create_statements(database).items():
        assert body(migrated[name]) == body(statement), name


def test_lists_every_table_it_makes(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        made = set(connection.scalars(text("SHOW TABLES")))
    assert made == set(table_names("oc_"))


def test_runs_again_without_effect(database: Database) -> None:
    migrate(database)
    assert current(database) == newest()
    assert pending(database) == []
    assert migrate(database) == []


def test_goes_on_after_it_was_interrupted_between_two_tables(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.execute(text("INSERT INTO oc_erp_setting VALUES ('kept', '1')"))
        for name in ("worker", "nonce", "mapping"):
            connection.execute(text(f"DROP TABLE oc_erp_{name}"))
        connection.execute(text("DELETE FROM oc_erp_version"))
    assert migrate(database) == EVERY
    with database.begin() as connection:
        assert set(connection.scalars(text("SHOW TABLES"))) == set(table_names("oc_"))
        kept = connection.scalar(text("SELECT value FROM oc_erp_setting WHERE name = 'kept'"))
    assert kept == "1"


def test_what_removed_connections_left_behind_goes(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO oc_erp_connection (id, name, kind, settings, state, paused_code,"
                " paused_reason, paused_fix, created_at, updated_at) VALUES (2, 'kept', 'odoo',"
                " '{}', 'active', '', '', '', NOW(6), NOW(6))"
            )
        )
        for number in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO oc_erp_waiting (connection_id, entity, store_key, label, state,"
                    f" code, cause, fix, since, updated_at) VALUES ({number}, 'orders', '7', '7',"
                    " 'held', 'x', 'x', 'x', NOW(6), NOW(6))"
                )
            )
        connection.execute(text("UPDATE oc_erp_version SET version_num = '0003'"))
    assert migrate(database) == ["0004"]
    with database.begin() as connection:
        left = list(connection.scalars(text("SELECT connection_id FROM oc_erp_waiting")))
    assert left == [2]


def test_several_processes_at_once_make_the_tables_once(database: Database) -> None:
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(migrate(database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[], [], [], EVERY]


def test_the_lock_is_held_for_one_shop_only(database: Database) -> None:
    other = Database(replace(database.settings, prefix="second_"))
    with exclusive(database, "migrate") as first:
        assert first is not None
        with exclusive(database, "migrate") as second:
            assert second is None
        assert migrate(other) == EVERY
    with exclusive(database, "migrate") as again:
        assert again is not None
    other.close()


def test_works_with_rights_on_the_agents_tables_only(mariadb: MariaDb, database: Database) -> None:
    name = database.settings.database
    mariadb.execute(f"CREATE TABLE `{name}`.oc_customer (customer_id INT)")
    mariadb.execute("CREATE USER IF NOT EXISTS erp_agent@'127.0.0.1' IDENTIFIED BY 'pw'")
    for table in table_names("oc_"):
        mariadb.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES "
            f"ON `{name}`.`{table}` TO erp_agent@'127.0.0.1'"
        )
    poor = Database(replace(database.settings, user="erp_agent", password="pw"))
    try:
        assert current(poor) is None
        assert migrate(poor) == EVERY
        assert migrate(poor) == []
    finally:
        poor.close()
        mariadb.execute("DROP USER erp_agent@'127.0.0.1'")


def test_says_which_right_is_missing(mariadb: MariaDb, database: Database) -> None:
    mariadb.execute("CREATE USER IF NOT EXISTS erp_none@'127.0.0.1' IDENTIFIED BY 'pw'")
    mariadb.execute(f"GRANT SELECT ON `{database.settings.database}`.* TO erp_none@'127.0.0.1'")
    poor = Database(replace(database.settings, user="erp_none", password="pw"))
    try:
        with pytest.raises(ConfigError) as caught:
            migrate(poor)
    finally:
        poor.close()
        mariadb.execute("DROP USER erp_none@'127.0.0.1'")
    assert caught.value.code == "database.rights"
    assert "oc_erp_version" in caught.value.cause


def test_makes_the_tables_in_a_schema_of_their_own(mariadb: MariaDb, database: Database) -> None:
    own = f"{database.settings.database}_agent"
    mariadb.create_database(own)
    apart = Database(replace(database.settings, schema=own))
    try:
        assert migrate(apart) == EVERY
        assert current(apart) == newest()
        with apart.begin() as connection:
            assert set(connection.scalars(text(f"SHOW TABLES FROM `{own}`"))) == set(
                table_names("oc_")
            )
            assert connection.execute(text("SHOW TABLES")).all() == []
    finally:
        apart.close()
        mariadb.execute(f"DROP DATABASE `{own}`")


def test_refuses_tables_of_a_newer_program(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE oc_erp_version SET version_num = '9999'"))
    with pytest.raises(ConfigError) as caught:
        migrate(database)
    assert caught.value.code == "migrate.newer"
    with pytest.raises(ConfigError):
        pending(database)


def test_does_not_care_about_the_databases_character_set(
    mariadb: MariaDb, database: Database
) -> None:
    name = database.settings.database
    mariadb.execute(f"ALTER DATABASE `{name}` CHARACTER SET latin1")
    migrate(database)
    with database.begin() as connection:
        found = connection.execute(
            text(
                "SELECT DISTINCT engine, table_collation, row_format FROM "
                "information_schema.tables WHERE table_schema = :name"
            ),
            {"name": name},
        ).all()
    assert [tuple(row) for row in found] == [("InnoDB", "utf8mb4_bin", "Dynamic")]


def test_an_older_installation_is_brought_up_to_date_and_keeps_what_it_has(
    database: Database,
) -> None:
    migrate(database)
    with database.begin() as connection:
        for statement in (
            "DROP TABLE oc_erp_order, oc_erp_waiting, oc_erp_conflict, oc_erp_birth",
            "ALTER TABLE oc_erp_mapping DROP COLUMN erp_snapshot",
            "UPDATE oc_erp_version SET version_num = '0001'",
            "INSERT INTO oc_erp_setting VALUES ('kept', 'yes')",
        ):
            connection.execute(text(statement))
    assert migrate(database) == ["0002", "0003", "0004"]
    with database.begin() as connection:
        kept = connection.scalar(text("SELECT value FROM oc_erp_setting WHERE name = 'kept'"))
        assert kept == "yes"
        assert connection.scalar(text("SELECT COUNT(*) FROM oc_erp_waiting")) == 0
        assert connection.scalar(text("SELECT COUNT(erp_snapshot) FROM oc_erp_mapping")) == 0


def test_an_upgrade_that_was_interrupted_goes_on(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.execute(text("DROP TABLE oc_erp_birth"))
        connection.execute(text("UPDATE oc_erp_version SET version_num = '0002'"))
    assert migrate(database) == ["0003", "0004"]
    with database.begin() as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM oc_erp_birth")) == 0
