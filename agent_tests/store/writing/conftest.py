"""Writers into shops of all versions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from agent.db import Database, DatabaseSettings
from agent.errors import InvalidRecord
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.model.record import Record
from agent.store import BadRecord, Shop
from agent.store.writing.changes import StoreChange, StoreOutcome, WriteRules, Written
from agent.store.writing.writer import StoreWriter
from agent_tests.lab.mariadb import MariaDb
from agent_tests.store.conftest import DUMPS, SHAPES, Lab, MakeShop


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + name + body + check


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
"""One black pixel."""


def no_pictures(image: Image) -> bytes:
    raise InvalidRecord(f"There is no picture {image.path}", fix="None.", code="test.picture")


@dataclass
class Bench:
    """A shop, its writer, and the way back: its readers."""

    lab: Lab
    rules: WriteRules = field(default_factory=WriteRules)
    pictures: Callable[[Image], bytes] = no_pictures
    beats: list[int] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.lab.shop

    @property
    def writer(self) -> StoreWriter:
        return self.shop.writer(self.rules)

    def upsert(self, entity: Entity, changes: Sequence[StoreChange]) -> list[StoreOutcome]:
        return self.writer.upsert(
            entity, changes, pictures=self.pictures, progress=lambda: self.beats.append(1)
        )

    def one(self, entity: Entity, change: StoreChange) -> StoreOutcome:
        (outcome,) = self.upsert(entity, [change])
        return outcome

    def create(self, entity: Entity, record: Record, marker: str, *names: str) -> str:
        """Make a record with the given fields, all where none is given; return its key."""
        outcome = self.one(entity, StoreChange(record, frozenset(names) or every(record), marker))
        assert outcome.error is None, outcome.error
        assert outcome.status is Written.CREATED
        assert outcome.key is not None
        return outcome.key

    def update(self, entity: Entity, record: Record, *names: str) -> StoreOutcome:
        change = StoreChange(
            record, frozenset(names) or every(record), f"u-{record.key}", record.key
        )
        return self.one(entity, change)

    def read(self, entity: Entity, key: str) -> Any:
        (record,) = self.shop.reader(entity).read([key])
        assert not isinstance(record, BadRecord), record.error
        return record

    def sql(self, statement: str, *args: object) -> list[tuple[Any, ...]]:
        return self.lab.sql(statement, *args)

    def value(self, statement: str, *args: object) -> Any:
        return self.lab.value(statement, *args)


def every(record: Record) -> frozenset[str]:
    return frozenset(f.name for f in fields(record)) - {"key", "path"}


MakeBench = Callable[..., Bench]


def agent_tables(lab: Lab) -> None:
    """Make the agent's tables in the shop's database."""
    tables = lab.shop.database.tables
    tables.metadata.create_all(lab.shop.database.engine)


@pytest.fixture
def make_bench(make_shop: MakeShop) -> MakeBench:
    """Give a function that makes a sample shop with a writer."""

    def make(version: str, **options: Any) -> Bench:
        lab = make_shop(version, **options)
        agent_tables(lab)
        return Bench(lab)

    return make


@pytest.fixture(params=SHAPES)
def bench(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    """Give a sample shop with a writer, one schema after the other."""
    return make_bench(request.param)


@pytest.fixture(params=DUMPS)
def installed(request: pytest.FixtureRequest, shared: Path, mariadb: MariaDb) -> Iterator[Bench]:
    """Give a fresh installation of its own, one version after the other."""
    version = request.param
    name = f"write{version.replace('.', '')}"
    mariadb.create_database(name)
    mariadb.load(name, shared / "opencart" / f"opencart-{version}.sql")
    settings = DatabaseSettings(host="127.0.0.1", port=mariadb.port, user="root", database=name)
    lab = Lab(Shop(Database(settings), None, "http://127.0.0.1/"), mariadb, name, version)
    agent_tables(lab)
    yield Bench(lab)
    lab.close()
