"""Connections are encrypted where MySQL offers that, and cost no reading of certificates."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.db import Database
from agent.db.database import DatabaseSettings
from agent_tests.lab.certificates import certificate
from agent_tests.lab.mariadb import start_mariadb

CIPHER = text(
    "SELECT variable_value FROM information_schema.session_status"
    " WHERE variable_name = 'SSL_CIPHER'"
)


def test_they_are_encrypted_where_the_server_can(tmp_path: Path) -> None:
    own, key = certificate(tmp_path, "127.0.0.1")
    server = start_mariadb((f"--ssl-cert={own}", f"--ssl-key={key}"))
    try:
        server.create_database("shop")
        database = Database(DatabaseSettings(port=server.port, user="root", database="shop"))
        with database.begin() as connection:
            assert connection.execute(CIPHER).scalar_one()
        with database.cursor() as cursor:
            cursor.execute(str(CIPHER))
            assert cursor.fetchone() != ("",)
        database.close()
    finally:
        server.stop()


def test_they_are_plain_where_it_cannot(database: Database) -> None:
    with database.begin() as connection:
        assert connection.execute(CIPHER).scalar_one() == ""


def test_opening_one_reads_no_certificates(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *a: read.append(a))
    ssl.create_default_context()
    assert len(read) == 1, "this is how PyMySQL would read them"
    with database.begin() as connection:
        connection.execute(text("SELECT 1"))
    assert len(read) == 1
