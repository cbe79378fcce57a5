"""Quantities and prices as the settings say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.errors import ConfigError, Held, MissingRight
from agent.model.stock import StockLevel, Warehouse, WarehouseStock
from agent.sync.two_way.rules import PriceRules, StockRules, StockWaits, parse_stock

LEVEL = StockLevel(
    "1",
    {
        "1": WarehouseStock(Decimal(10), Decimal(2), Decimal(5), Decimal(4)),
        "2": WarehouseStock(Decimal("3.7"), Decimal(0), Decimal(0), Decimal(0)),
    },
)


@pytest.mark.parametrize(
    ("formula", "pieces"), [("on_hand", 13), ("free", 11), ("available", 9), ("forecast", 14)]
)
def test_formulas_sum_all_warehouses_and_round_down(formula: str, pieces: int) -> None:
    assert StockRules(formula).pieces(LEVEL) == pieces


class TestChosenWarehouses:
    THERE = (Warehouse("1", "Main"), Warehouse("2", "Harbour", in_use=False))

    @pytest.mark.parametrize("chosen", [{"2"}, {"1", "2"}, {"1", "9"}], ids=sorted)
    def test_one_that_is_gone_or_out_of_use_lets_stock_wait(self, chosen: set[str]) -> None:
        with pytest.raises(StockWaits) as waits:
            StockRules(warehouses=frozenset(chosen)).require(lambda: self.THERE)
        assert waits.value.code == "stock.warehouse_gone"
        assert ("Harbour" if "2" in chosen else '"9"') in waits.value.cause
        assert "Main" not in waits.value.cause

    def test_nobody_is_asked_where_all_count(self) -> None:
        asked: list[int] = []
        StockRules().require(lambda: asked.append(1) or self.THERE)  # type: ignore[func-returns-value]
        assert asked == []
        StockRules(warehouses=frozenset({"1"})).require(lambda: self.THERE)

    def test_an_erp_that_does_not_tell_stops_stock_alone(self) -> None:
        def refuse() -> tuple[Warehouse, ...]:
            raise MissingRight("The user may not read warehouses", fix="Give it the right.")

        with pytest.raises(StockWaits) as waits:
            StockRules(warehouses=frozenset({"1"})).require(refuse)
        assert (waits.value.code, waits.value.fix) == ("erp.rights", "Give it the right.")


def test_only_chosen_warehouses_count_and_some_pieces_are_kept_back() -> None:
    assert StockRules("on_hand", frozenset({"1"}), buffer=3).pieces(LEVEL) == 7
    assert StockRules("on_hand", frozenset({"2"}), buffer=30).pieces(LEVEL) == 0


def test_settings_that_cannot_be_used_are_named() -> None:
    with pytest.raises(ConfigError, match="stock_formula"):
        parse_stock({"stock_formula": "all"})
    with pytest.raises(ConfigError, match="stock_buffer"):
        parse_stock({"stock_buffer": "-1"})


def test_included_tax_is_taken_out() -> None:
    assert PriceRules("EUR").to_shop(Decimal(119), "EUR", Decimal(19)) == Decimal("100.0000")
    assert PriceRules("EUR", "net").to_shop(Decimal(119), "EUR", Decimal(19)) == Decimal(119)


def test_another_currency_waits_unless_it_is_to_be_converted() -> None:
    with pytest.raises(Held) as refused:
        PriceRules("EUR").to_shop(Decimal(10), "USD", Decimal(0))
    assert refused.value.code == "prices.currency"
    rules = PriceRules("EUR", convert=True, rates={"USD": Decimal("1.25")})
    assert rules.to_shop(Decimal(10), "USD", Decimal(0)) == Decimal("8.0000")
