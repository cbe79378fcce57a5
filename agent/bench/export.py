"""First export of a catalogue with options, beside the same calls made without the bridge."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from agent.bench.measure import Leg, Result
from agent.bench.recorder import Recording, RecordingTransport, replay
from agent.bench.stage import connect, open_stage, run_products
from agent.bench.target import Database, TargetOptions, open_databases
from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.xmlrpc import XmlRpcTransport
from agent.erp.port import Erp
from agent.erp.registry import KINDS, ErpKind

PRODUCTS = 2_000


def measure_export(options: TargetOptions, products: int, say: Callable[[str], None]) -> Result:
    """Export a sample shop into one database, then replay what was written on an equal one.

    The bare side is the least a correct export can do: the same rows, ready made, sent one call
    after the other by the standard library. What the bridge takes beyond that is reading the shop,
    comparing, asking Odoo what is there, and remembering what was written.

    Raises:
        ConfigError: the databases are missing or not equal, or the export did not end well.
    """
    recording = Recording()
    with open_databases(options, 2) as (target, bare), open_stage(products) as stage:
        say(f"export: {products:,} products to {options.label}")
        with stage.services(recording_kinds(recording)) as services:
            connection = connect(services, "odoo", connection_settings(target), target.password)
            job, seconds = run_products(services, connection)
        say(f"export: the same {len(recording.calls)} calls without the bridge")
        bare_seconds = replay(recording, bare)
    return Result(
        "export",
        f"First export of {products:,} products with options to {options.label}",
        Leg("bridge", seconds, f"{job.counts.created} records created"),
        Leg("bare replay of the same writing calls", bare_seconds, f"{recording.rows} rows"),
        facts={
            "writing_calls": len(recording.calls),
            "seconds_in_writing_calls": round(recording.writing, 2),
            "reading_calls": recording.others,
            "seconds_in_reading_calls": round(recording.reading, 2),
            "seconds_beside_calls": round(seconds - recording.writing - recording.reading, 2),
            "records_per_second": round(job.counts.created / seconds, 1),
        },
    )


def connection_settings(database: Database) -> dict[str, str]:
    """Return the settings of a connection to ``database``."""
    return {"url": database.url, "database": database.name, "user": database.user}


def recording_kinds(recording: Recording) -> Mapping[str, ErpKind]:
    """Return the ERP kinds with an Odoo adapter whose writing calls are recorded."""

    def open_recorded(
        values: Mapping[str, object], secret: str, instance: str, shop_currency: str
    ) -> Erp:
        settings = parse_settings(values)
        transport = XmlRpcTransport(
            settings.url,
            settings.database,
            settings.user,
            secret,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.timeout,
        )
        recorded = RecordingTransport(transport, recording)
        return OdooErp(recorded, settings, instance=instance, shop_currency=shop_currency)

    return {**KINDS, "odoo": dataclasses.replace(KINDS["odoo"], open=open_recorded)}
