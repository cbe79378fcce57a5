"""SAP Business One: items, orders and stock through the bridge, beside the same calls made bare."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from agent.bench.checkout import Checkout
from agent.bench.measure import Leg, Result, timed
from agent.bench.sap_shadow import BareSap, Calls, CompanyLogin, ShadowHttp
from agent.bench.sap_stage import (
    LINKS,
    connection_settings,
    open_company,
    prepare_company,
    slow_down,
    stocked_company,
)
from agent.bench.selling import link
from agent.bench.stage import PREFIX, Stage, connect, open_stage, run_entity, run_products
from agent.erp.port import Erp
from agent.erp.registry import KINDS, ErpKind
from agent.erp.registry import connect as open_erp
from agent.erp.sap_b1.adapter import SapB1Erp
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.settings import parse_settings
from agent.erp.source import SourceErp
from agent.errors import ConfigError
from agent.ledger import Job
from agent.model.entity import Entity

PRODUCTS = 100
ORDERS = 50
ITEMS = 50_000
ANSWER_SECONDS = 0.15
"""What calls to the stand-ins take beside their own work.

It is a choice: of real servers 0.35 s for a row of a user table and 3 to 18 s for documents under
load were told. At a stand-in's own speed what the bridge does in the shop's database would be
measured, not an exchange; the longer calls take, the nearer the ratio is to 1."""
_PRODUCTS_OF_ORDERS = 100
_SPARE = 1.2
_READ = 1000
"""Items per call of the flow when it reads stock."""
_PAGE = 500
_JOIN = "$crossjoin(Items,Items/ItemWarehouseInfoCollection)"


def measure_sap(
    products: int,
    orders: int,
    items: int,
    say: Callable[[str], None],
    *,
    answer_seconds: float = ANSWER_SECONDS,
) -> Iterator[Result]:
    """Carry over a catalogue, then orders, then read the stock of a large company.

    The bare side makes the very same calls, one after the other, by requests alone, on an equal
    company; the stand-ins run in processes of their own.

    Args:
        products: products of the first export, most of them with options: three items each.
        orders: orders of the back-fill.
        items: items of the company whose stock is read.
        say: told what is going on.
        answer_seconds: what each call takes longer than the stand-in needs, on both sides.

    Raises:
        ConfigError: the companies are not equal, or something did not end well.
    """
    yield _measure_items(products, answer_seconds, say)
    yield _measure_orders(orders, answer_seconds, say)
    yield _measure_stock(items, say)


def _measure_items(products: int, slow: float, say: Callable[[str], None]) -> Result:
    calls = Calls()
    with open_company() as target, open_company() as second, open_stage(products) as stage:
        prepare_company(target)
        prepare_company(second)
        say(f"sap: {products:,} products to a stand-in of SAP Business One")
        with (
            closing(BareSap(second)) as bare,
            stage.services(_shadowed(stage, bare, calls)) as services,
        ):
            connection = connect(services, "sap_b1", connection_settings(target), target.password)
            slow_down(target, slow)
            slow_down(second, slow)
            job, seconds = run_products(services, connection)
        made = _count(target, "Items")
    facts: dict[str, object] = {
        "seconds_per_answer_added": slow,
        "items_made": made,
        "items_per_second": round(made / (seconds - calls.aside), 1),
        "items_per_second_bare": round(made / calls.bare, 1),
        "requests_per_1000_items": round(calls.total / made * 1000, 1),
    }
    return _result(
        "sap-items", f"First export of {products:,} products", job, seconds, calls, facts
    )


def _measure_orders(orders: int, slow: float, say: Callable[[str], None]) -> Result:
    calls = Calls()
    made = int(orders * _SPARE) + 20
    with (
        open_company() as target,
        open_company() as second,
        open_stage(_PRODUCTS_OF_ORDERS, made) as stage,
    ):
        prepare_company(target)
        prepare_company(second)
        stage.execute(f"UPDATE `{PREFIX}product` SET status = 1")  # noqa: S608 - all can be sold
        filled = Checkout(stage).open(orders, 0)
        say(f"sap: {filled:,} orders to a stand-in of SAP Business One")
        with (
            closing(BareSap(second)) as bare,
            stage.services(_shadowed(stage, bare, calls)) as services,
        ):
            connection = connect(services, "sap_b1", connection_settings(target), target.password)
            run_products(services, connection)
            run_entity(services, connection, Entity.CARRIERS)
            for entity, refs in LINKS.items():
                link(services, connection, entity, refs)
            slow_down(target, slow)
            slow_down(second, slow)
            calls.forget()
            job, seconds = run_entity(services, connection, Entity.ORDERS)
        there = _count(target, "Orders")
    if there < filled:
        raise ConfigError(
            f"Only {there} of {filled} orders came to the company",
            fix="Look at the job's records.",
            code="bench.job",
        )
    facts: dict[str, object] = {
        "seconds_per_answer_added": slow,
        "orders_per_second": round(there / (seconds - calls.aside), 2),
        "orders_per_second_bare": round(there / calls.bare, 2),
        "requests_per_order": round(calls.total / there, 2),
        "writing_requests_per_order": round(calls.writing_calls / there, 2),
    }
    return _result("sap-orders", f"Back-fill of {there:,} orders", job, seconds, calls, facts)


def _measure_stock(items: int, say: Callable[[str], None]) -> Result:
    say(f"sap: a company with {items:,} items is made")
    with stocked_company(items) as login:
        prepare_company(login)
        settings = connection_settings(login)
        with closing(open_erp("sap_b1", settings, login.password, instance="bench")) as erp:
            if not isinstance(erp, SourceErp):
                raise TypeError("the adapter is no source")
            refs = [f"I{number:06}" for number in range(items)]
            erp.stock_levels(refs[:1])
            with timed("bridge: levels of all items, as the flow asks") as bridge:
                levels = [
                    level
                    for start in range(0, items, _READ)
                    for level in erp.stock_levels(refs[start : start + _READ])
                ]
        label = "bare: the same join by pages"
        with closing(BareSap(login)) as bare, timed(label) as plain:
            rows = sum(1 for _ in _join(bare))
    if len(levels) != items or rows != items * 2:
        raise ConfigError(
            f"{len(levels)} levels and {rows} rows came of {items} items in two warehouses",
            fix="Look at the stand-in.",
            code="bench.job",
        )
    facts = {"items_per_second": round(items / bridge.seconds, 1)}
    title = f"Stock of {items:,} items in two warehouses"
    return Result("sap-stock", title, bridge, plain, facts=facts)


def _join(bare: BareSap) -> Iterator[object]:
    """Yield the rows of the join of items and warehouses, by key."""
    after = ""
    fields = "Items($select=ItemCode),Items/ItemWarehouseInfoCollection($select=WarehouseCode,"
    fields += "InStock,Committed,Ordered)"
    joined = "Items/ItemCode eq Items/ItemWarehouseInfoCollection/ItemCode"
    while True:
        where = f"{joined} and Items/ItemCode gt '{after}'"
        options = {"$expand": fields, "$filter": where, "$orderby": "Items/ItemCode"}
        query = "&".join(f"{k}={quote(v, safe=_SAFE)}" for k, v in options.items())
        path = f"/b1s/v2/{quote(_JOIN, safe=_SAFE)}?{query}&$top={_PAGE}"
        answer = bare.call("GET", path, None, {"Prefer": f"odata.maxpagesize={_PAGE}"})
        answer.raise_for_status()
        rows = json.loads(answer.content)["value"]
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1]["Items"]["ItemCode"]


_SAFE = "$(),'/="


def _result(
    name: str, title: str, job: Job, seconds: float, calls: Calls, facts: Mapping[str, object]
) -> Result:
    own = seconds - calls.aside
    return Result(
        name,
        f"{title} to a stand-in of SAP Business One",
        Leg("bridge", own, f"{job.counts.created} records created"),
        Leg("bare: the same calls without the bridge", calls.bare, f"{calls.total} calls"),
        facts={
            **facts,
            "writing_calls": calls.writing_calls,
            "reading_calls": calls.reading_calls,
            "seconds_in_calls": round(calls.writing + calls.reading, 2),
            "seconds_beside_calls": round(own - calls.writing - calls.reading, 2),
            "bare_by_bridge": round(calls.bare / own, 3),
        },
    )


def _count(login: CompanyLogin, entity_set: str) -> int:
    with closing(BareSap(login)) as bare:
        return int(bare.call("GET", f"/b1s/v2/{entity_set}/$count").text)


def _shadowed(stage: Stage, bare: BareSap, calls: Calls) -> Mapping[str, ErpKind]:
    """Return the kinds with an adapter whose calls are each made again on ``bare``."""
    folder: Path = stage.folder / "sessions"

    def opened(values: Mapping[str, object], secret: str, instance: str, shop_currency: str) -> Erp:
        settings = parse_settings(values)
        client = Client(settings, secret, folder)
        client.wire.http = ShadowHttp(client.wire.http, bare, calls)
        return SapB1Erp(client, settings, instance=instance, shop_currency=shop_currency)

    return {**KINDS, "sap_b1": dataclasses.replace(KINDS["sap_b1"], open=opened)}
