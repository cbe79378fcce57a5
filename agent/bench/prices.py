"""Changed prices, beside the better of the two bare ways to write them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

from agent.bench.export import connection_settings, shadowed_kinds
from agent.bench.measure import Leg, Result, timed
from agent.bench.shadow import BareOdoo, Tally
from agent.bench.stage import DATABASE, PREFIX, Stage, connect, open_stage, run_products
from agent.bench.target import TargetOptions, open_databases
from agent.erp.odoo.client import QUIET

CHANGED = 1_000
ROUNDS = 3
_ROWS_PER_CALL = 250
_CONTEXT: dict[str, Any] = {**QUIET, "active_test": False}


def measure_prices(
    options: TargetOptions, products: int, changed: int, say: Callable[[str], None]
) -> Result:
    """Change the prices of some of the products in the shop, and carry that over.

    The bare sides write as many prices to the same products, knowing their ids: ``load()`` by
    database id, and one ``write()`` per distinct price. The better one counts. Both sides take
    turns :data:`ROUNDS` times, and the middle one counts: the database of Odoo is slower while it
    tidies up after what was written before. The bridge, besides, finds out which products changed
    and carries extra prices of variants over.

    Raises:
        ConfigError: no database was named, or a job did not end well.
    """
    with (
        open_databases(options, 1) as (target,),
        open_stage(products) as stage,
        stage.services(shadowed_kinds(None, tally := Tally())) as services,
    ):
        connection = connect(services, "odoo", connection_settings(target), target.password)
        say(f"prices: {products:,} products to {options.label}")
        run_products(services, connection)
        odoo = BareOdoo(target)
        bridge: list[tuple[Leg, dict[str, Any]]] = []
        loads: list[Leg] = []
        for turn in range(ROUNDS):
            say(f"prices: {changed:,} changed, turn {turn + 1} of {ROUNDS}")
            stage.execute(
                f"UPDATE `{PREFIX}product` SET price = ROUND(price * 1.07 + 0.01, 2)"  # noqa: S608
                f" ORDER BY product_id LIMIT {changed}"
            )
            tally.forget()
            job, seconds = run_products(services, connection)
            note = f"{job.counts.updated} updated of {job.counts.read} compared"
            bridge.append((Leg("bridge", seconds, note), tally.facts(seconds)))
            prices = _prices(stage, connection, changed)
            loads.append(_load(odoo, _raised(prices, 1)))
        say("prices: bare grouped write()")
        legs = [_middle(loads), _write(odoo, _raised(prices, 2))]
    best, other = sorted(legs, key=lambda leg: leg.seconds)
    middle = _middle([leg for leg, _ in bridge])
    facts = next(facts for leg, facts in bridge if leg is middle)
    return Result(
        "prices",
        f"{changed:,} changed prices of {products:,} products to {options.label}",
        middle,
        best,
        also=(other,),
        facts={**facts, "distinct_prices": len(set(prices.values()))},
    )


def _middle(legs: Sequence[Leg]) -> Leg:
    return sorted(legs, key=lambda leg: leg.seconds)[len(legs) // 2]


def _prices(stage: Stage, connection_id: int, changed: int) -> Mapping[int, Decimal]:
    """Return price by template id of the changed products."""
    with closing(stage.server.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.erp_id, p.price FROM `{PREFIX}product` p"  # noqa: S608
            f" JOIN `{PREFIX}erp_mapping` m ON m.store_key = CAST(p.product_id AS CHAR)"
            " WHERE m.entity = 'products' AND m.connection_id = %s"
            f" ORDER BY p.product_id LIMIT {changed}",
            (connection_id,),
        )
        return {int(erp_id): price for erp_id, price in cursor.fetchall()}


def _raised(prices: Mapping[int, Decimal], cents: int) -> dict[int, float]:
    return {number: float(price + Decimal(cents) / 100) for number, price in prices.items()}


def _load(odoo: BareOdoo, prices: Mapping[int, float]) -> Leg:
    rows = [[str(number), str(price)] for number, price in prices.items()]
    with timed("bare load() by database id") as leg:
        for start in range(0, len(rows), _ROWS_PER_CALL):
            part = rows[start : start + _ROWS_PER_CALL]
            odoo.call("product.template", "load", [".id", "list_price"], part, context=_CONTEXT)
    return leg


def _write(odoo: BareOdoo, prices: Mapping[int, float]) -> Leg:
    groups: dict[float, list[int]] = defaultdict(list)
    for number, price in prices.items():
        groups[price].append(number)
    with timed(f"bare write() of {len(groups)} groups") as leg:
        for price, numbers in groups.items():
            values = {"list_price": price}
            odoo.call("product.template", "write", numbers, values, context=_CONTEXT)
    return leg
