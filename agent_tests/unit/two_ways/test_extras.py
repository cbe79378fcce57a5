"""Options and variants cost in the shop what they cost in the ERP: in its currency, without tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from agent.erp.source import Sourced, Unreadable
from agent.errors import InvalidRecord
from agent.model.catalogue import OptionValue, Product, ProductOption, Variant
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.pricing import ErpPrices
from agent.sync.two_way.first_prices import refusal
from agent.sync.two_way.pair import Pair
from agent.sync.two_way.pairing import Incoming, read
from agent.sync.two_way.rules import PriceRules
from agent.sync.work import Work

NAMES = frozenset({"name", "price", "options", "variants"})
MIXED = Unreadable(
    "1", "Chair", InvalidRecord("Its prices are in EUR and USD", fix="Use one.", code="price.mixed")
)


def goods(extra: str = "11.90", price: str | None = "130.90") -> Product:
    option = ProductOption("7", (OptionValue("7/1"), OptionValue("7/2", Decimal(extra))))
    variants = (
        Variant("21", ("7/1",)),
        Variant("22", ("7/2",), price=None if price is None else Decimal(price)),
    )
    return Product("1", {"en": "Chair"}, price=Decimal(119), options=(option,), variants=variants)


def incoming(
    found: ErpPrices | Unreadable, rules: PriceRules, product: Product | None = None
) -> Incoming:
    asked: list[list[str]] = []

    def prices(refs: list[str], _lists: list[str]) -> list[ErpPrices | Unreadable]:
        asked.append(refs)
        return [found]

    source = SimpleNamespace(
        source_read=lambda _entity, _refs: [Sourced("1", product or goods(), NAMES)], prices=prices
    )
    two: Any = SimpleNamespace(source=source, prices=rules, sync=SimpleNamespace(language="en"))
    (item,) = read(two, Entity.PRODUCTS, ["1"])
    assert isinstance(item, Incoming)
    assert len(asked) <= 1
    return item


def told(item: Incoming) -> tuple[Decimal, list[Decimal], list[Decimal | None]]:
    record = item.record
    assert isinstance(record, Product)
    extras = [v.price_extra for option in record.options for v in option.values]
    return record.price, extras, [v.price for v in record.variants]


def test_tax_is_taken_out_of_all_prices_alike() -> None:
    found = ErpPrices("1", Decimal(119), "EUR", included=Decimal(19))
    item = incoming(found, PriceRules("EUR"))
    assert told(item) == (100, [0, 10], [None, 110])
    assert item.names == NAMES


def test_all_are_converted_alike() -> None:
    rules = PriceRules("EUR", convert=True, rates={"USD": Decimal("1.19")})
    assert told(incoming(ErpPrices("1", Decimal(119), "USD"), rules)) == (100, [0, 10], [None, 110])


def test_what_may_not_be_converted_is_left_as_the_shop_has_it() -> None:
    item = incoming(ErpPrices("1", Decimal(119), "USD"), PriceRules("EUR"))
    assert item.names == {"name"}
    assert item.withheld == {"price", "options", "variants"}, "the shop's are not the ERP's either"
    assert [warning.code for warning in item.warnings] == ["prices.currency"]


@pytest.mark.parametrize("found", [ErpPrices("1", Decimal(119), "USD"), MIXED])
@pytest.mark.parametrize("known", [True, False])
def test_a_new_product_waits_whose_options_cost_nobody_knows_what(
    found: ErpPrices | Unreadable, known: bool
) -> None:
    item = incoming(found, PriceRules("EUR", base_list="3" if known else ""))
    if known:
        item.price = Decimal(100)  # as its price list says
    why = refusal(item)
    assert why is not None
    assert why.code in {"prices.currency", "price.mixed"}
    assert refusal(incoming(found, PriceRules("EUR", base_list="3"), goods("0", None))) is None


def test_what_cannot_be_told_goes_neither_way() -> None:
    item = incoming(ErpPrices("1", Decimal(119), "USD"), PriceRules("EUR"))
    product = replace(goods("5", None), name={"en": "Stool"})
    work = Work("1", "Stool", 1, "", "x_1", ref="1", record=product, plain=to_plain(product))
    pair = Pair(work, product, item.record, item.names, item.withheld, item.raw)
    assert not pair.only_shop & {"price", "options", "variants"}
    assert "sku" in pair.only_shop, "what the ERP does not know it is told"


@pytest.mark.parametrize("extra", ["0", "11.90"])
def test_with_a_base_list_only_the_extras_are_taken_from_here(extra: str) -> None:
    found = ErpPrices("1", Decimal(119), "EUR", included=Decimal(19))
    item = incoming(found, PriceRules("EUR", base_list="3"), goods(extra, None))
    assert item.names == NAMES - {"price"}
    assert item.price is None
    assert told(item) == (0, [0, Decimal(extra) / Decimal("1.19")], [None, None])


def test_options_that_cost_nothing_come_whatever_the_currency() -> None:
    item = incoming(ErpPrices("1", Decimal(119), "USD"), PriceRules("EUR"), goods("0", None))
    assert item.names == NAMES - {"price"}
