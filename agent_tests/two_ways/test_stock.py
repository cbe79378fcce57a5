"""What moves in the ERP's warehouse is what the shop may sell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from agent.erp import port
from agent.model.entity import Entity
from agent.model.stock import StockTarget
from agent.store.writing.writer import StoreWriter
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig


def _variants(rig: TwoWayRig) -> dict[str, list[str]]:
    """Return the variants in the ERP of each product of the shop."""
    found: dict[str, list[str]] = {}
    rows = rig.sql(
        "SELECT store_key, erp_id FROM oc_erp_mapping WHERE entity = 'variants' AND store_key"
        " LIKE '%:%'"
    )
    for key, ref in rows:
        found.setdefault(str(key).partition(":")[0], []).append(str(ref))
    return found


def _quantity(rig: TwoWayRig, product: str) -> int:
    return int(rig.sql("SELECT quantity FROM oc_product WHERE product_id = :k", k=product)[0][0])


def _storable(rig: TwoWayRig, variants: list[str]) -> bool:
    return rig.books.counted(variants[0])


def test_stock_follows_and_is_written_once(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.to_erp()
    plain = {k: v[0] for k, v in _variants(rig).items() if len(v) == 1 and _storable(rig, v)}
    key, variant = min(plain.items())
    rig.books.count(variant, 17)
    job = rig.to_store(Entity.STOCK)
    assert job.counts.failed == 0, rig.troubles(job)
    assert _quantity(rig, key) == 17
    assert rig.to_store(Entity.STOCK).counts.updated == 0
    rig.poll()
    rig.books.count(variant, 5)
    rig.poll()
    assert _quantity(rig, key) == 5


def test_a_value_of_an_option_has_the_sum_of_its_variants(make_rig: MakeRig) -> None:
    _values_have_the_sum_of_their_variants(make_rig(products=12))


@pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)
def test_values_follow_where_the_keys_of_combinations_are_too_long(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port, "MAX_VARIANT_KEY", 8)
    rig = make_rig(products=12)
    _values_have_the_sum_of_their_variants(rig)
    assert rig.sql("SELECT 1 FROM oc_erp_mapping WHERE store_key LIKE '%:#%' LIMIT 1") == [(1,)]


def _values_have_the_sum_of_their_variants(rig: TwoWayRig) -> None:
    rig.to_erp()
    several = {k: v for k, v in _variants(rig).items() if len(v) > 1 and _storable(rig, v)}
    key, variants = min(several.items())
    for number, variant in enumerate(sorted(variants), 1):
        rig.books.count(variant, number)
    job = rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert job.counts.failed == 0, rig.troubles(job)
    total = sum(range(1, len(variants) + 1))
    assert _quantity(rig, key) == total
    values = rig.sql(
        "SELECT v.quantity, o.option_id FROM oc_product_option_value v"
        " JOIN oc_product_option o ON o.product_option_id = v.product_option_id"
        " WHERE v.product_id = :k AND o.required = 1",
        k=key,
    )
    sums: dict[int, int] = {}
    for quantity, option in values:
        sums[option] = sums.get(option, 0) + int(quantity)
    assert set(sums.values()) == {total}


def test_pieces_are_kept_back_by_setting(make_rig: MakeRig) -> None:
    rig = make_rig(stock_buffer="3")
    rig.to_erp()
    plain = {k: v[0] for k, v in _variants(rig).items() if len(v) == 1 and _storable(rig, v)}
    key, variant = min(plain.items())
    rig.books.count(variant, 10)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert _quantity(rig, key) == 7


def test_a_product_without_stock_is_disabled_and_comes_back_by_setting(make_rig: MakeRig) -> None:
    rig = make_rig(stock_disable_out="1", stock_status_in="7", stock_status_out="5")
    rig.to_erp()
    plain = {k: v[0] for k, v in _variants(rig).items() if len(v) == 1 and _storable(rig, v)}
    key, variant = min(plain.items())
    shown = "SELECT status, stock_status_id FROM oc_product WHERE product_id = :k"
    rig.books.count(variant, 0)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert rig.sql(shown, k=key) == [(0, 5)]
    rig.books.count(variant, 4)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert rig.sql(shown, k=key) == [(1, 7)]
    assert rig.to_store(Entity.STOCK, mode="ids", ids=(key,)).counts.updated == 0


def test_what_is_not_kept_in_stock_is_said_so_and_the_rest_is_linked(make_rig: MakeRig) -> None:
    rig = make_rig()
    rig.to_erp()
    several = _variants(rig)
    kept = {k: _storable(rig, v) for k, v in several.items()}
    key = next(k for k, yes in sorted(kept.items()) if yes)
    before = _quantity(rig, key)
    (template,) = {rig.erp_read("product.product", v, "product_tmpl_id")[0] for v in several[key]}
    modern = rig.ground.modern
    not_kept = {"is_storable": False} if modern else {"type": "consu"}
    rig.erp_write("product.template", template, **not_kept)
    assert rig.to_store(Entity.STOCK, mode="all").counts.failed == 0
    rows = "SELECT store_key, state, code FROM oc_erp_mapping WHERE entity = 'stock'"
    told = {str(k): (state, code) for k, state, code in rig.sql(rows)}
    assert told.keys() == several.keys(), "none is new for ever"
    assert told[key] == ("linked", "stock.not_kept")
    assert _quantity(rig, key) == before
    assert {code for k, (_s, code) in told.items() if kept[k] and k != key} <= {"", None}
    again = {"is_storable": True} if modern else {"type": "product"}
    rig.erp_write("product.template", template, **again)
    rig.books.count(several[key][0], 9)
    rig.to_store(Entity.STOCK, mode="all")
    told = {str(k): (state, code) for k, state, code in rig.sql(rows)}
    assert told[key] == ("linked", "")


@pytest.mark.parametrize("sales", [1, 99], ids=["once", "again and again"])
def test_what_is_sold_meanwhile_is_never_overwritten(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch, sales: int
) -> None:
    rig = make_rig()
    rig.to_erp()
    plain = {k: v[0] for k, v in _variants(rig).items() if len(v) == 1 and _storable(rig, v)}
    key, variant = min(plain.items())
    rig.books.count(variant, 17)
    rig.sql("UPDATE oc_product SET quantity = 1000 WHERE product_id = :k", k=key)
    looks: list[int] = []
    look = StoreWriter.current_stock

    def look_and_sell(self: StoreWriter, products: Sequence[str]) -> Mapping[str, StockTarget]:
        seen = look(self, products)
        looks.append(seen[key].quantity or 0)
        if len(looks) <= sales:
            rig.sql("UPDATE oc_product SET quantity = quantity - 1 WHERE product_id = :k", k=key)
        return seen

    monkeypatch.setattr(StoreWriter, "current_stock", look_and_sell)
    job = rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    if sales == 1:
        assert looks == [1000, 999]
        assert _quantity(rig, key) == 17
        assert rig.troubles(job) == []
    else:
        assert looks[:3] == [1000, 999, 998]
        assert _quantity(rig, key) == 1000 - len(looks), "only shoppers took something"
        assert {trouble.code for trouble in rig.troubles(job)} == {"store.changed_meanwhile"}
