"""First export of a catalogue with options, beside the same calls made without the bridge."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from agent.bench.measure import Leg, Result
from agent.bench.shadow import BareOdoo, ShadowTransport, Tally
from agent.bench.stage import connect, open_stage, run_products
from agent.bench.target import Database, TargetOptions, open_databases
from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.choosing import open_transport
from agent.erp.odoo.settings import parse_settings
from agent.erp.port import Erp
from agent.erp.registry import KINDS, ErpKind

PRODUCTS = 2_000


def measure_export(options: TargetOptions, products: int, say: Callable[[str], None]) -> Result:
    """Export a sample shop, and make each writing call again, bare, on an equal database.

    The bare side is the least a correct export can do: the same rows, ready made, sent one call
    after the other by the standard library. What the bridge takes beyond that is reading the shop,
    comparing, asking Odoo what is there, and remembering what was written.

    Raises:
        ConfigError: the databases are missing or not equal, or the export did not end well.
    """
    tally = Tally()
    with open_databases(options, 2) as (target, second), open_stage(products) as stage:
        say(f"export: {products:,} products to {options.label}")
        bare = BareOdoo(second)
        bare.call("res.users", "search_count", [])  # a server loads a database when first asked
        with stage.services(shadowed_kinds(bare, tally)) as services:
            connection = connect(services, "odoo", connection_settings(target), target.password)
            job, seconds = run_products(services, connection)
    seconds -= tally.aside
    return Result(
        "export",
        f"First export of {products:,} products with options to {options.label}",
        Leg("bridge", seconds, f"{job.counts.created} records created"),
        Leg("bare: the same writing calls without the bridge", tally.bare, f"{tally.rows} rows"),
        facts={
            **tally.facts(seconds),
            "records_per_second": round(job.counts.created / seconds, 1),
        },
    )


def connection_settings(database: Database) -> dict[str, str]:
    """Return the settings of a connection to ``database``."""
    return {"url": database.url, "database": database.name, "user": database.user}


def shadowed_kinds(bare: BareOdoo | None, tally: Tally) -> Mapping[str, ErpKind]:
    """Return the ERP kinds with an Odoo adapter that goes through a :class:`ShadowTransport`."""

    def open_shadowed(
        values: Mapping[str, object], secret: str, instance: str, shop_currency: str
    ) -> Erp:
        settings = parse_settings(values)
        transport = open_transport(settings, secret)
        shadowed = ShadowTransport(transport, bare, tally)
        return OdooErp(shadowed, settings, instance=instance, shop_currency=shop_currency)

    return {**KINDS, "odoo": dataclasses.replace(KINDS["odoo"], open=open_shadowed)}
