"""A run over an unchanged catalogue, beside a plain full read of the same shop."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from pymysql.cursors import SSCursor

from agent.bench.measure import Leg, Result, timed
from agent.bench.stage import DATABASE, PREFIX, Stage, connect, open_stage, run_products
from agent.erp.port import (
    Candidate,
    Capabilities,
    Change,
    Erp,
    Finding,
    MediaSource,
    Outcome,
    Refs,
    Status,
)
from agent.erp.registry import KINDS, ErpKind
from agent.model.entity import Entity
from agent.model.record import Record

PRODUCTS = 50_000
_TABLES = (
    "product",
    "product_description",
    "product_to_category",
    "product_option",
    "product_option_value",
    "product_attribute",
    "product_image",
)
_FETCH = 2_000


def measure_unchanged(products: int, say: Callable[[str], None]) -> Result:
    """Synchronize a shop in which nothing has changed since the last run.

    The bare side reads every row of the tables that products are made of, with PyMySQL and without
    doing anything with them: what any comparison that happens outside the database must at least
    pay. No ERP takes part: a bridge that finds nothing changed has nothing to say to it.

    Raises:
        ConfigError: a job did not end well.
    """
    with open_stage(products) as stage, stage.services(_accepting_kinds()) as services:
        connection = connect(services, "odoo", _SETTINGS, "none")
        say(f"unchanged: first run over {products:,} products")
        run_products(services, connection)
        say("unchanged: measured run")
        job, seconds = run_products(services, connection)
        say("unchanged: plain full read")
        with timed("plain full read of the product tables (PyMySQL)") as bare:
            rows = _read_everything(stage)
        bare.note = f"{rows} rows"
    return Result(
        "unchanged",
        f"{products:,} unchanged products",
        Leg("bridge", seconds, f"{job.counts.unchanged} records compared"),
        bare,
        facts={"written": job.counts.created + job.counts.updated},
    )


def _read_everything(stage: Stage) -> int:
    rows = 0
    with closing(stage.server.connect(DATABASE)) as connection:
        for table in _TABLES:
            with connection.cursor(SSCursor) as cursor:
                cursor.execute(f"SELECT * FROM `{PREFIX}{table}`")  # noqa: S608 - our constants
                while page := cursor.fetchmany(_FETCH):
                    rows += len(page)
    return rows


_SETTINGS = {"url": "http://127.0.0.1:9", "database": "none", "user": "none"}


def _accepting_kinds() -> Mapping[str, ErpKind]:
    def accept(*_arguments: object) -> Erp:
        return AcceptingErp()

    return {**KINDS, "odoo": dataclasses.replace(KINDS["odoo"], open=accept)}


class AcceptingErp:
    """An ERP that takes every record at once and keeps none; see :class:`agent.erp.port.Erp`."""

    capabilities = Capabilities(
        variants=True,
        entities=frozenset(Entity),
        multi_language=True,
        images=False,
        archive=True,
        batch_size=250,
    )

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def check(self) -> list[Finding]:
        """Find nothing to complain about."""
        return []

    def languages(self) -> Mapping[str, str]:
        """Know the sample shop's languages."""
        return {"en-gb": "en_US", "de-de": "de_DE"}

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[Change],
        *,
        media: MediaSource,
        progress: Callable[[], None],
    ) -> list[Outcome]:
        """Take every change."""
        del entity, media
        progress()
        return [
            Outcome(
                change.record.key,
                Status.CREATED if change.ref is None else Status.UPDATED,
                change.ref or str(next(self._numbers)),
            )
            for change in changes
        ]

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Take every archiving."""
        del entity
        return [Outcome(key, Status.ARCHIVED, ref) for key, ref in refs]

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        """Know no record from before."""
        del entity, external_ids
        return {}

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        """Have every record."""
        del entity
        return dict.fromkeys(refs, True)

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> Mapping[str, list[Candidate]]:
        """Have nothing that looks like a shop's record."""
        del entity, records, refs
        return {}

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        """Find nothing."""
        del entity, text, limit
        return []

    def close(self) -> None:
        """Have nothing to give back."""
