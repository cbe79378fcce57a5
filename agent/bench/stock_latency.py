"""How long a change of stock in the ERP takes into the shop, a worker running as it serves."""

from __future__ import annotations

import random
import time
import xmlrpc.client
from contextlib import closing, suppress

from agent.bench.export import connection_settings
from agent.bench.orders import Flow, percentile, worker
from agent.bench.shadow import BareOdoo
from agent.bench.stage import DATABASE, PREFIX, Stage, connect, open_stage, run_entity, run_products
from agent.bench.target import TargetOptions, open_databases
from agent.errors import ConfigError
from agent.model.entity import Direction, Entity

_PRODUCTS = 40
_LOOK = 0.02
_PATIENCE = 60.0
_WARM = 2
"""Changes that are not counted: a worker logs in to the ERP when it first needs it."""
_PAUSE = 4.0
"""At most, by chance: changes meet the worker's looks at any moment between two."""
_DICE = random.Random(1)  # noqa: S311 - not for secrets


def measure_latency(options: TargetOptions, changes: int) -> dict[str, float]:
    """Change quantities one after the other; return seconds until each is in the shop.

    Raises:
        ConfigError: the database is missing, or a change did not come.
    """
    with open_databases(options, 1) as (target,), open_stage(_PRODUCTS) as stage:
        with stage.services() as services:
            connection = connect(services, "odoo", connection_settings(target), target.password)
            run_products(services, connection)
            run_entity(services, connection, Entity.STOCK, Direction.TO_STORE)
        odoo = BareOdoo(target)
        plain = _plain(stage, odoo)
        place = odoo.call("stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1)
        with worker(stage, Flow()):
            _following(stage)
            seconds = [
                _change(stage, odoo, place[0]["lot_stock_id"][0], plain[at % len(plain)], 100 + at)
                for at in range(changes + _WARM)
            ][_WARM:]
    return {
        "stock_changes_in_the_erp": len(seconds),
        "erp_to_shop_p50_seconds": round(percentile(seconds, 50), 2),
        "erp_to_shop_p95_seconds": round(percentile(seconds, 95), 2),
        "erp_to_shop_most_seconds": round(max(seconds), 2),
    }


def _plain(stage: Stage, odoo: BareOdoo) -> list[tuple[int, int]]:
    """Return the shop's and Odoo's id of products without options whose stock is kept."""
    with closing(stage.server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT SUBSTRING_INDEX(store_key, ':', 1), MIN(erp_id) FROM `{PREFIX}erp_mapping`"  # noqa: S608
            " WHERE entity = 'variants' AND store_key LIKE '%:%' GROUP BY 1 HAVING COUNT(*) = 1"
        )
        found = {int(erp): int(key) for key, erp in cursor.fetchall()}
    known = odoo.call("product.product", "fields_get", ["is_storable"])
    storable = "is_storable" if "is_storable" in known else "type"
    rows = odoo.call("product.product", "read", list(found), [storable])
    kept = [(found[row["id"]], row["id"]) for row in rows if row[storable] in (True, "product")]
    if not kept:
        raise ConfigError(
            "No product of the sample shop has its stock kept in Odoo",
            fix="Install Odoo's Inventory app in the database.",
            code="bench.job",
        )
    return kept


def _following(stage: Stage) -> None:
    """Wait until the worker has looked for the first time: from then on it tells what changes."""
    with closing(stage.server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        while time.perf_counter() - started < _PATIENCE:
            if cursor.execute(f"SELECT 1 FROM `{PREFIX}erp_cursor` WHERE name LIKE 'erp-stock.%'"):  # noqa: S608
                return
            time.sleep(_LOOK)
    raise ConfigError(
        f"The worker did not look at the ERP's stock within {_PATIENCE:.0f} seconds",
        fix="Look at the target's log; erp-bridge demo shows whether the agent works here.",
        code="bench.job",
    )


def _change(
    stage: Stage, odoo: BareOdoo, place: int, product: tuple[int, int], quantity: int
) -> float:
    key, variant = product
    row = {"product_id": variant, "location_id": place, "inventory_quantity": quantity}
    quant = odoo.call("stock.quant", "create", row, context={"inventory_mode": True})
    # 14 applies it at once and has no such call; later it returns None, which XML-RPC cannot say
    with suppress(xmlrpc.client.Fault):
        odoo.call("stock.quant", "action_apply_inventory", [quant])
    started = time.perf_counter()
    with closing(stage.server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        while time.perf_counter() - started < _PATIENCE:
            cursor.execute(f"SELECT quantity FROM `{PREFIX}product` WHERE product_id = {key}")  # noqa: S608
            if int(cursor.fetchone()[0]) == quantity:
                seconds = time.perf_counter() - started
                time.sleep(_DICE.uniform(0, _PAUSE))
                return seconds
            time.sleep(_LOOK)
    raise ConfigError(
        f"A change of stock did not come into the shop within {_PATIENCE:.0f} seconds",
        fix="Look at the target's log; erp-bridge demo shows whether the agent works here.",
        code="bench.job",
    )
