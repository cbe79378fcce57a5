"""The same calls over XML-RPC and over JSON-2, one after the other."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from agent.bench.export import connection_settings
from agent.bench.target import Database, TargetOptions, open_databases
from agent.erp.odoo.adapter import OdooErp
from agent.erp.odoo.choosing import open_transport
from agent.erp.odoo.client import QUIET
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.transport import Transport
from agent.erp.port import Change, Refs
from agent.errors import AuthError, ConfigError
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import Address, Customer
from agent.sandbox.odoo.seed import ACCOUNTS

TEMPLATE = "product.template"
ROWS = 1_000
_PROTOCOLS = ("xmlrpc", "json2")
_READ = ("name", "default_code", "list_price", "barcode", "active", "type", "weight", "write_date")


@dataclass(frozen=True, slots=True)
class Pair:
    """Milliseconds of one call, the median over all of its rounds, by protocol."""

    label: str
    rounds: int
    xmlrpc: float
    json2: float

    @property
    def ratio(self) -> float:
        """How many times as long XML-RPC takes."""
        return self.xmlrpc / self.json2 if self.json2 else float("inf")


@dataclass(frozen=True, slots=True)
class TransportResult:
    """Both protocols beside each other."""

    name: str
    title: str
    pairs: tuple[Pair, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return the measurement, JSON-ready."""
        pairs = [
            {
                "label": pair.label,
                "rounds": pair.rounds,
                "xmlrpc_ms": round(pair.xmlrpc, 2),
                "json2_ms": round(pair.json2, 2),
                "ratio": round(pair.ratio, 3),
            }
            for pair in self.pairs
        ]
        return {"name": self.name, "title": self.title, "calls": pairs}

    def lines(self) -> Iterator[str]:
        """Yield the measurement as lines for people."""
        yield self.title
        yield f"  {'milliseconds a call, median':<40}{'XML-RPC':>10}{'JSON-2':>10}{'ratio':>8}"
        for pair in self.pairs:
            label = f"{pair.label} ({pair.rounds} times)"
            yield f"  {label:<40}{pair.xmlrpc:>10.1f}{pair.json2:>10.1f}{pair.ratio:>8.2f}"


def measure_transport(
    options: TargetOptions, times: Callable[[int], int], say: Callable[[str], None]
) -> TransportResult:
    """Make calls of the kinds that the bridge makes over both protocols, in turn.

    Args:
        options: where; JSON-2 takes its API key.
        times: how often for a usual number of rounds.
        say: told what is going on.

    Raises:
        ConfigError: the server has no JSON-2, or does not take the key.
    """
    with open_databases(options, 1) as (database,):
        say(f"transport: XML-RPC and JSON-2 to {options.label}")
        sides = [_Side(database, name, _secret(options, name)) for name in _PROTOCOLS]
        with closing(sides[0].erp), closing(sides[1].erp):
            _enter(sides[1])
            sides[0].fill(ROWS)
            sides[0].buyer(sides[1])
            pairs = (
                _pair("search_count of users", times(60), sides, lambda s: s.count()),
                _pair("create one product", times(30), sides, lambda s: s.create()),
                _pair("load 100 products", times(10), sides, lambda s: s.fill(100)),
                _pair(f"search_read {ROWS:,} products", times(15), sides, lambda s: s.read()),
                _pair("upsert 10 orders of two lines", times(10), sides, lambda s: s.orders()),
            )
    return TransportResult("transport", f"XML-RPC and JSON-2 to {options.label}", pairs)


def _secret(options: TargetOptions, protocol: str) -> str:
    if protocol == "xmlrpc":
        return options.password
    if options.api_key or options.url:
        return options.api_key or options.password
    return next(account.api_key for account in ACCOUNTS if account.login == options.user)


def _enter(side: _Side) -> None:
    try:
        side.transport.login()
    except AuthError as error:
        raise ConfigError(
            "JSON-2 does not take the API key", fix=error.fix, code="bench.api_key"
        ) from error


def _pair(label: str, rounds: int, sides: list[_Side], call: Callable[[_Side], object]) -> Pair:
    spent: dict[str, list[float]] = {side.protocol: [] for side in sides}
    for side in sides:
        call(side)  # what a server reads when it is first asked
    for number in range(rounds):
        for side in sides if number % 2 else reversed(sides):
            started = time.perf_counter()
            call(side)
            spent[side.protocol].append(time.perf_counter() - started)
    middle = {name: sorted(values)[len(values) // 2] * 1000 for name, values in spent.items()}
    return Pair(label, rounds, middle["xmlrpc"], middle["json2"])


class _Side:
    """One protocol: its transport, and an adapter on it for orders."""

    def __init__(self, database: Database, protocol: str, secret: str) -> None:
        self.protocol = protocol
        settings = parse_settings({**connection_settings(database), "protocol": protocol})
        self.transport: Transport = open_transport(settings, secret)
        self.erp = OdooErp(self.transport, settings, instance=f"bench_{secrets.token_hex(4)}")
        self.refs: dict[tuple[Entity, str], str] = {}

    def count(self) -> None:
        """Make the least call there is."""
        self.transport.call("res.users", "search_count", [], {"domain": [], "context": {}})

    def create(self) -> int:
        """Create a product by itself."""
        values = {"name": f"Bench {secrets.token_hex(4)}", "list_price": Decimal("9.90")}
        made: int = self.transport.call(TEMPLATE, "create", [values], {"context": dict(QUIET)})
        return made

    def fill(self, count: int) -> None:
        """Load new products."""
        tag = secrets.token_hex(4)
        data = [[f"bench.p_{tag}_{n}", f"Bench {tag} {n}", "19.90"] for n in range(count)]
        named = {"fields": ["id", "name", "list_price"], "data": data, "context": dict(QUIET)}
        self.transport.call(TEMPLATE, "load", [], named)

    def read(self) -> None:
        """Read the columns of many products."""
        named = {"domain": [], "fields": list(_READ), "limit": ROWS, "order": "id", "context": {}}
        self.transport.call(TEMPLATE, "search_read", [], named)

    def buyer(self, other: _Side) -> None:
        """Send a customer, and make a product to sell; both sides use them."""
        home = Address(
            "address:1",
            "1",
            first_name="Anna",
            last_name="Berg",
            line1="1 Main Street",
            city="New York",
            postcode="10001",
            country="US",
            country_name="United States",
        )
        person = Customer(
            "1",
            email=f"{secrets.token_hex(6)}@example.com",
            first_name="Anna",
            last_name="Berg",
            address=home.key,
            addresses=(home,),
        )
        self._upsert(Entity.CUSTOMERS, person, fields=("email", "first_name", "last_name"))
        template = self.create()
        domain = [["product_tmpl_id", "=", template]]
        (row,) = self.transport.call(
            "product.product", "search_read", [], {"domain": domain, "fields": ["id"]}
        )
        self.refs[Entity.VARIANTS, "1:"] = str(row["id"])
        other.refs.update(self.refs)

    def orders(self) -> None:
        """Write ten new orders."""
        self._upsert(Entity.ORDERS, *(_order(secrets.token_hex(5)) for _ in range(10)))

    def _upsert(self, entity: Entity, *records: Record, fields: tuple[str, ...] = ()) -> None:
        refs: Refs = dict(self.refs)
        changes = [
            Change(
                record=record,
                fields=frozenset(fields or record.__dataclass_fields__) - {"key"},
                external_id=f"bench.{entity.value.replace('-', '_')}_{secrets.token_hex(6)}",
                ref=None,
                refs=refs,
            )
            for record in records
        ]
        outcomes = self.erp.upsert(entity, changes, media=lambda _: b"", progress=lambda: None)
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
            self.refs[entity, outcome.key] = str(outcome.ref)


def _order(key: str) -> SalesDocument:
    lines = tuple(
        DocumentLine(
            f"{key}_{n}",
            LineKind.PRODUCT,
            "Bench",
            Decimal(1),
            Decimal("9.90"),
            tax=Decimal(0),
            item=(Entity.VARIANTS, "1:"),
        )
        for n in range(2)
    )
    return SalesDocument(
        key,
        number=f"BENCH-{key}",
        date=datetime.now(UTC),
        customer="1",
        invoice_address=None,
        delivery_address=None,
        currency="USD",
        decimals=2,
        rate=Decimal(1),
        amount_total=Decimal("19.80"),
        amount_tax=Decimal(0),
        lines=lines,
    )
