"""The way into the shop: products and stock changes beside the same rows by bare batched SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any

from agent.bench.front import Front, measure_front
from agent.bench.measure import Leg
from agent.bench.meter import Meter
from agent.bench.stage import PREFIX
from agent.bench.stock_latency import measure_latency
from agent.bench.target import TargetOptions
from agent.bench.twins import BARE, BRIDGE, Twins, open_twins, parts
from agent.errors import ConfigError
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.stock import StockTarget
from agent.store.writing.changes import StoreChange, StoreOutcome

PRODUCTS = 2_000
STOCK_CHANGES = 50_000
LATENCY_CHANGES = 60
SHAPES = ("3.0.5.1", "4.1.0.4")
"""Shops with MyISAM tables, and with InnoDB tables."""
_PAGE = 250
"""Products of one task."""
_STOCK_PAGE = 1_000
_BARE_ROWS = 500
_BARE_CASES = 100
"""Rows of the bare statements: those with which they were quickest."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The bridge beside the floor. ``also`` is another bare way, slower than the floor."""

    what: str
    rows: int
    bridge: Meter
    bare: Meter
    also: Leg | None = None

    @property
    def speed(self) -> float:
        """The bridge's speed by the floor's."""
        return self.bare.wall / self.bridge.wall

    @property
    def cpu_speed(self) -> float:
        """The same by processor time, which other programs disturb less."""
        return self.bare.cpu / self.bridge.cpu if self.bridge.cpu else float("inf")

    def to_plain(self) -> dict[str, Any]:
        """Return the comparison, JSON-ready."""
        plain = {
            "what": self.what,
            "rows": self.rows,
            "bridge_seconds": round(self.bridge.wall, 3),
            "bare_seconds": round(self.bare.wall, 3),
            "speed_by_floor": round(self.speed, 3),
            "cpu_speed_by_floor": round(self.cpu_speed, 3),
        }
        return plain | ({"also": self.also.to_plain()} if self.also else {})


@dataclass(slots=True)
class ShapeResult:
    """What one shape of shop gave."""

    version: str
    engine: str
    floors: list[Floor] = field(default_factory=list)
    front: Front = field(default_factory=Front)


@dataclass(slots=True)
class ToStoreResult:
    """What the way into the shop costs; ``latency`` are seconds from the ERP to the shop."""

    name: str
    title: str
    shapes: list[ShapeResult] = field(default_factory=list)
    latency: dict[str, float] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return the measurement, JSON-ready."""
        shops = [
            {
                "version": shape.version,
                "engine": shape.engine,
                "floors": [floor.to_plain() for floor in shape.floors],
                "front": shape.front.to_plain(),
            }
            for shape in self.shapes
        ]
        return {"name": self.name, "title": self.title, "shops": shops, "latency": self.latency}

    def lines(self) -> Iterator[str]:
        """Yield the measurement as lines for people."""
        yield self.title
        for shape in self.shapes:
            yield f"  OpenCart {shape.version}, {shape.engine}"
            for floor in shape.floors:
                yield f"    {floor.what:<50}{floor.bridge.wall:>9.2f} s"
                yield f"    {'  the same rows by bare batched SQL':<50}{floor.bare.wall:>9.2f} s"
                if floor.also:
                    yield f"    {'  ' + floor.also.label:<50}{floor.also.seconds:>9.2f} s"
                yield f"    {'  speed, bridge / floor':<50}{floor.speed:>9.2f}"
                yield f"    {'  the same by processor time':<50}{floor.cpu_speed:>9.2f}"
            for name, value in shape.front.to_plain().items():
                yield f"    {name.replace('_', ' '):<50}{value!s:>9}"
        for name, value in self.latency.items():
            yield f"  {name.replace('_', ' '):<52}{value!s:>9}"


def measure_to_store(
    options: TargetOptions,
    products: int,
    changes: int,
    latency: int,
    say: Callable[[str], None],
) -> ToStoreResult:
    """Write products and quantities into shops of both engines, and the same rows bare.

    Both sides take turns, page by page, so that whatever else the machine does weighs on both. The
    floor knows all rows beforehand, ids too, and asks for nothing: what a writer takes beyond it is
    looking what is there, encoding, and making sure that nothing is made twice or half.

    Raises:
        ConfigError: no MariaDB server is installed, or something was refused.
    """
    result = ToStoreResult(
        "to-store", f"Into the shop: {products:,} products, {changes:,} stock changes"
    )
    for version in SHAPES:
        with open_twins(version, products) as twins:
            say(f"to-store: OpenCart {version}, {products:,} products with options")
            shape = ShapeResult(version, twins.engine)
            shape.floors.append(_products(twins))
            say(f"to-store: OpenCart {version}, {changes:,} stock changes")
            shape.floors.append(_stock(twins, changes))
            say(f"to-store: OpenCart {version}, a shopper's pages meanwhile")
            shape.front = measure_front(twins, lambda round_: _write_all(twins, round_))
            result.shapes.append(shape)
    say(f"to-store: {latency} stock changes in {options.label}, one after the other")
    result.latency = measure_latency(options, latency)
    return result


# -- products --------------------------------------------------------------------------------------


def _products(twins: Twins) -> Floor:
    for database in (BRIDGE, BARE):
        twins.empty(database)
    bridge, bare = _meters(twins)
    rows = 0
    highest = words = 0
    tables = twins.tables()
    for page in parts(twins.products, _PAGE):
        changes = [StoreChange(p, twins.content, f"bench-{p.key}") for p in page]
        with bridge.running():
            outcomes = twins.writer.upsert(
                Entity.PRODUCTS, changes, pictures=_no_picture, progress=_nothing
            )
        _sound(outcomes)
        made = [(name, f"`{key}` > {highest}") for name, key in tables]
        made.append((f"{PREFIX}seo_url", f"{twins.words()} AND `seo_url_id` > {words}"))
        rows += _again(twins, made, bare)
        highest = max(int(outcome.key or 0) for outcome in outcomes)
        words = int(twins.rows(f"SELECT MAX(seo_url_id) FROM `{PREFIX}seo_url`")[0][0] or 0)  # noqa: S608
    _equal(twins, [*(name for name, _key in tables), f"{PREFIX}seo_url"])
    return Floor(f"{len(twins.products):,} new products with options", rows, bridge, bare)


def _meters(twins: Twins) -> tuple[Meter, Meter]:
    return Meter(twins.server.process.pid), Meter(twins.server.process.pid)


def _again(twins: Twins, made: Sequence[tuple[str, str]], bare: Meter) -> int:
    """Write the rows that the bridge made into the other shop; return how many."""
    count = 0
    with (
        closing(twins.server.connect(BRIDGE)) as source,
        closing(twins.server.connect(BARE, init_command="SET sql_mode = ''")) as target,
        source.cursor() as reading,
        target.cursor() as writing,
    ):
        for table, where in made:
            reading.execute(f"SELECT * FROM `{table}` WHERE {where}")  # noqa: S608
            rows = list(reading.fetchall())
            if not rows:
                continue
            names = ", ".join(f"`{column[0]}`" for column in reading.description)
            marks = ", ".join(["%s"] * len(reading.description))
            sql = f"INSERT INTO `{table}` ({names}) VALUES ({marks})"  # noqa: S608
            with bare.running():
                for part in parts(rows, _BARE_ROWS):
                    writing.executemany(sql, part)
            count += len(rows)
    return count


def _equal(twins: Twins, tables: Sequence[str]) -> None:
    for table in tables:
        count = f"SELECT COUNT(*) FROM `{table}`"  # noqa: S608
        if twins.rows(count) != twins.rows(count, BARE):
            raise ConfigError(
                f"The bare side has other rows in {table}: what was measured is not the same",
                fix="Report it: this should not happen.",
                code="bench.not_equal",
            )


# -- stock -----------------------------------------------------------------------------------------


def _stock(twins: Twins, changes: int) -> Floor:
    bridge, bare = _meters(twins)
    single = 0.0
    done = 0
    pages = _pages(twins)
    for targets in _rounds(pages, changes):
        writer = twins.writer
        with bridge.running():
            seen = writer.current_stock([target.product for target in targets])
            outcomes = writer.stock(targets, seen=seen, progress=_nothing)
        _sound(outcomes)
        _bare_stock(twins, targets, bare)
        done += sum(1 + len(target.values) for target in targets)
    for targets in _rounds(pages, changes):
        single += _single_stock(twins, targets)
    also = Leg("the same by executemany, one row a statement", single)
    return Floor(f"{done:,} stock changes", done, bridge, bare, also)


def _rounds(
    pages: Sequence[Sequence[tuple[int, list[int]]]], changes: int
) -> Iterator[list[StockTarget]]:
    """Yield a page's quantities, page by page and again, until there are enough."""
    for round_, page in enumerate(cycle(pages), start=1):
        targets = [_target(product, values, round_) for product, values in page]
        yield targets
        changes -= sum(1 + len(target.values) for target in targets)
        if changes <= 0:
            return


def _pages(twins: Twins) -> list[list[tuple[int, list[int]]]]:
    """Return products with the rows of their option values, page by page."""
    values: dict[int, list[int]] = {
        int(key): []
        for (key,) in twins.rows(f"SELECT product_id FROM `{PREFIX}product`")  # noqa: S608
    }
    for product, row in twins.rows(
        f"SELECT product_id, product_option_value_id FROM `{PREFIX}product_option_value`"  # noqa: S608
    ):
        values[int(product)].append(int(row))
    return [list(part) for part in parts(list(values.items()), _STOCK_PAGE)]


def _target(product: int, values: Sequence[int], round_: int) -> StockTarget:
    """Return quantities that differ from those of all rounds nearby."""
    return StockTarget(
        str(product),
        (product * 7 + round_) % 997,
        {str(value): (value * 3 + round_) % 997 for value in values},
    )


def _bare_stock(twins: Twins, targets: Sequence[StockTarget], bare: Meter) -> None:
    with closing(twins.server.connect(BARE)) as connection, connection.cursor() as cursor:
        for table, rows in _stock_rows(targets):
            key = f"{table}_id"
            with bare.running():
                for part in parts(rows, _BARE_CASES):
                    cases = " ".join([f"WHEN {at} THEN {quantity}" for quantity, at in part])
                    ids = ",".join([str(at) for _quantity, at in part])
                    cursor.execute(
                        f"UPDATE `{PREFIX}{table}` SET quantity = CASE {key} {cases} END"  # noqa: S608
                        f" WHERE {key} IN ({ids})"
                    )


def _single_stock(twins: Twins, targets: Sequence[StockTarget]) -> float:
    seconds = 0.0
    with closing(twins.server.connect(BARE)) as connection, connection.cursor() as cursor:
        for table, rows in _stock_rows(targets):
            sql = f"UPDATE `{PREFIX}{table}` SET quantity = %s WHERE {table}_id = %s"  # noqa: S608
            started = time.perf_counter()
            cursor.executemany(sql, rows)
            seconds += time.perf_counter() - started
    return seconds


def _stock_rows(targets: Sequence[StockTarget]) -> list[tuple[str, list[tuple[int, int]]]]:
    values = [(n, int(key)) for target in targets for key, n in target.values.items()]
    products = [(target.quantity or 0, int(target.product)) for target in targets]
    return [("product_option_value", values), ("product", products)]


# -- beside ----------------------------------------------------------------------------------------


def _write_all(twins: Twins, round_: int) -> None:
    """Write products anew, change them, and change their stock, as while a shopper looks on."""
    for page in parts(twins.products, _PAGE):
        changes = [
            StoreChange(_changed(p, round_), twins.content, f"front-{round_}-{p.key}") for p in page
        ]
        outcomes = twins.writer.upsert(
            Entity.PRODUCTS, changes, pictures=_no_picture, progress=_nothing
        )
        _sound(outcomes)
        again = [
            StoreChange(_changed(p, round_ + 1), frozenset({"name", "price", "weight"}), "", o.key)
            for p, o in zip(page, outcomes, strict=True)
        ]
        _sound(twins.writer.upsert(Entity.PRODUCTS, again, pictures=_no_picture, progress=_nothing))
    for page in _pages(twins):
        _sound(twins.writer.stock([_target(p, v, round_ * 31) for p, v in page], progress=_nothing))


def _changed(product: Product, round_: int) -> Product:
    return replace(
        product,
        name={code: f"{name} {round_}" for code, name in product.name.items()},
        price=product.price + round_,
        weight=product.weight + round_,
    )


def _sound(outcomes: Sequence[StoreOutcome]) -> None:
    error = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
    if error is not None:
        raise ConfigError(
            f"A measured record was refused: {error}",
            fix="Report it: the sample shop's own products should be accepted.",
            code="bench.job",
        ) from error


def _no_picture(_image: object) -> bytes:
    return b""


def _nothing() -> None:
    """Have no lease to keep."""
