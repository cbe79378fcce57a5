"""Settings, instance id, nonces, health and measurements over a real database."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from agent.config import AgentSection, Config, QueueSection
from agent.db import Database, DatabaseSettings
from agent.errors import ConfigError
from agent.ledger import JobRequest, NewTask
from agent.services.container import Services
from agent.services.doctor import check_clock, check_configuration, check_queue
from agent.services.health import health
from agent.services.instance import instance_id
from agent.services.metrics import metrics_text
from agent_tests.lab.mariadb import free_port
from agent_tests.unit.services.support import Clock, config_for, draft, make_services


def test_settings_keep_the_first_or_the_last_value(services: Services) -> None:
    store = services.settings
    assert store.get("a") is None
    store.set("a", "1")
    store.set("a", "2")
    assert store.get("a") == "2"
    assert store.first("a", "3") == "2"
    assert store.first("b", "x") == "x"


def test_the_instance_id_is_made_once(services: Services) -> None:
    assert re.fullmatch(r"opencart_[0-9a-f]{8}", services.instance)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(instance_id(services.settings)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {services.instance}


def test_a_nonce_is_used_once_per_key_and_forgotten_in_time(
    services: Services, clock: Clock
) -> None:
    nonces = services.nonces
    assert nonces.use("k1", "nonce-0123456789ab")
    assert not nonces.use("k1", "nonce-0123456789ab")
    assert nonces.use("k1", "NONCE-0123456789AB"), "letters are not folded"
    assert nonces.use("k2", "nonce-0123456789ab")
    clock.forward(700)
    assert nonces.purge() == 0
    assert not nonces.use("k1", "nonce-0123456789ab"), "remembered while it could be replayed"
    clock.forward(1000)
    assert nonces.purge() == 3
    table = services.database.tables.nonce
    with services.database.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_preparing_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    services = make_services(database, tmp_path)
    with pytest.raises(ConfigError) as caught:
        services.require_migrated()
    assert caught.value.code == "database.migrate"
    assert len(services.prepare()) >= 3
    key = services.pairing.current()
    assert services.prepare() == []
    assert services.pairing.current() == key
    services.require_migrated()
    services.close()


def worker_seen(services: Services) -> None:
    table = services.database.tables.worker
    now = services.clock()
    with services.database.begin() as connection:
        connection.execute(insert(table).values(name="w", started_at=now, seen_at=now, version="1"))


def test_health_says_what_is_missing(database: Database, tmp_path: Path, clock: Clock) -> None:
    services = make_services(database, tmp_path, clock=clock)
    before = health(services)
    assert before.status == "failing"
    assert before.checks["tables"] == "database.migrate"
    assert before.checks["key_file"] == "vault.key_missing"
    services.prepare()
    assert health(services).status == "degraded"
    assert health(services).checks["worker"] == "worker.none"
    worker_seen(services)
    whole = health(services)
    assert whole.status == "ok"
    assert set(whole.checks.values()) == {"ok"}
    clock.forward(60)
    assert health(services).status == "degraded", "a silent worker does not count"
    services.close()


def test_health_without_a_database(tmp_path: Path) -> None:
    settings = DatabaseSettings(port=free_port(), user="u", password="geheim", database="s")
    nowhere = Database(settings)
    services = make_services(nowhere, tmp_path)
    found = health(services)
    assert found.status == "failing"
    assert found.checks["database"] == "database.unreachable"
    assert "geheim" not in str(found)
    services.close()
    nowhere.close()


def test_measurements_follow_the_ledger(services: Services, clock: Clock) -> None:
    info = services.connections.add(draft())
    services.ledger.create_job(
        JobRequest(info.id, "products", "to-erp", "cli"),
        [NewTask("a", "x"), NewTask("b", "x")],
    )
    services.ledger.claim("w")
    worker_seen(services)
    clock.forward(12)
    text = metrics_text(services).decode()
    lines = set(text.splitlines())
    assert f'erp_bridge_build_info{{version="{services.version}"}} 1.0' in lines
    assert 'erp_bridge_jobs{state="running"} 1.0' in lines
    assert 'erp_bridge_jobs{state="failed"} 0.0' in lines
    assert 'erp_bridge_tasks{state="ready"} 1.0' in lines
    assert 'erp_bridge_tasks{state="running"} 1.0' in lines
    assert "erp_bridge_oldest_ready_seconds 12.0" in lines
    assert 'erp_bridge_records{entity="products",outcome="created"} 0.0' in lines
    active = 'erp_bridge_connection_active{connection="1",kind="played",name="main"}'
    assert f"{active} 1.0" in lines
    assert "erp_bridge_workers 1.0" in lines
    services.connections.pause(info.id)
    assert f"{active} 0.0" in metrics_text(services).decode()


def test_a_queue_that_is_away_is_found(database: Database, tmp_path: Path) -> None:
    config = config_for(database, tmp_path)
    url = f"redis://127.0.0.1:{free_port()}/0"
    away = Services(replace(config, queue=QueueSection(kind="redis", url=url)))
    (finding,) = check_queue(away)
    assert (finding.level, finding.code) == ("warning", "queue.away")
    assert "Redis" in finding.fix
    away.close()
    here = Services(config)
    assert [f.level for f in check_queue(here)] == ["ok"]
    here.close()


def test_a_clock_that_is_off_is_found(services: Services, clock: Clock) -> None:
    clock.now = datetime.now(UTC)
    assert [f.level for f in check_clock(services)] == ["ok"]
    clock.forward(-120)
    (finding,) = check_clock(services)
    assert finding.code == "clock.skew"


def test_secrets_that_others_may_read_are_found(database: Database, tmp_path: Path) -> None:
    services = make_services(database, tmp_path)
    services.prepare()
    assert [f.level for f in check_configuration(services)] == ["ok"]
    services.vault.path.chmod(0o644)
    found = [f for f in check_configuration(services) if f.level == "warning"]
    assert [f.code for f in found] == ["config.world_readable"]
    assert str(services.vault.path) in found[0].cause
    services.close()


def test_without_a_database_in_the_configuration_nothing_is_tried(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Services(Config(agent=AgentSection(data_dir=tmp_path)))
    assert caught.value.code == "config.database"
