"""Changes in Odoo are told: each once, to the record it belongs to, whoever made it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agent.erp.cursor import Cursor
from agent.erp.odoo import polling
from agent.erp.odoo.source import changes
from agent.erp.source import Sourced
from agent.model.catalogue import Category, Product
from agent.model.entity import Entity
from agent_tests.contract.common.reading import (
    SETTLE_SECONDS,
    Follower,
    followed,
    read_record,
    source_of,
)
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, text

P = Entity.PRODUCTS


@pytest.fixture(autouse=True)
def soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second look at what was told come soon."""
    monkeypatch.setattr(changes, "SETTLE", SETTLE_SECONDS)


@pytest.fixture
def ref(shop: Shop) -> str:
    """Send a product with options and give its id."""
    shop.size_and_colour()
    shop.must(shirt())
    return shop.ref(P, "42")


@pytest.fixture
def following(shop: Shop, ref: str) -> Follower:
    """Follow products; what was sent is old news."""
    assert ref
    return followed(shop, P)


def once(following: Follower, ref: str) -> None:
    """Expect one telling of ``ref``."""
    following.waits_for(ref)
    assert ref not in following.look()


class TestProducts:
    def write(self, shop: Shop, model: str, ref: object, **values: Any) -> None:
        shop.ground.rpc(model, "write", [int(str(ref))], values)

    @pytest.mark.parametrize(
        "values",
        [
            {"name": "Other name"},
            {"list_price": 3},
            {"active": False},
            {"sale_ok": False},
        ],
        ids=lambda values: next(iter(values)),
    )
    def test_the_template(
        self, shop: Shop, ref: str, following: Follower, values: dict[str, Any]
    ) -> None:
        self.write(shop, "product.template", ref, **values)
        once(following, ref)

    def test_a_variant(self, shop: Shop, ref: str, following: Follower) -> None:
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        self.write(shop, "product.product", record.variants[2].key, weight=4)
        once(following, ref)

    def test_an_extra_price(self, shop: Shop, ref: str, following: Follower) -> None:
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        value = record.options[0].values[0].key
        self.write(shop, "product.template.attribute.value", value, price_extra=7)
        once(following, ref)
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        assert record.options[0].values[0].price_extra == 7

    def test_a_value_more_and_a_value_less(self, shop: Shop, ref: str, following: Follower) -> None:
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        line = record.options[0].key
        fourth = {"name": "XL", "attribute_id": int(record.options[0].attribute)}
        value = shop.ground.rpc("product.attribute.value", "create", fourth)
        self.write(shop, "product.template.attribute.line", line, value_ids=[(4, value)])
        once(following, ref)
        self.write(shop, "product.template.attribute.line", line, value_ids=[(3, value)])
        once(following, ref)

    def test_a_line_that_was_deleted(self, shop: Shop, ref: str, following: Follower) -> None:
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        gone = [(2, int(record.options[1].key))]
        self.write(shop, "product.template", ref, attribute_line_ids=gone)
        following.waits_for(ref)
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        assert (len(record.options), len(record.variants)) == (1, 3)

    def test_another_name_of_what_describes_it(
        self, shop: Shop, ref: str, following: Follower
    ) -> None:
        value = shop.ref(Entity.ATTRIBUTE_VALUES, "attribute:4/a")
        self.write(shop, "product.attribute.value", value, name="Iron")
        once(following, ref)

    def test_changes_within_a_second(self, shop: Shop, ref: str, following: Follower) -> None:
        """Odoo tells whole seconds: what is written in one twice looks the same."""
        shop.reconnect(description_field="description_sale")
        following = self.anew(shop, following)
        for words in ("One", "Two", "Three", "Four", "Last"):
            self.write(shop, "product.template", ref, description_sale=words)
            following.look()
            known = self.descriptions(shop, ref)
        self.write(shop, "product.template", ref, description_sale="Very last")
        assert known != self.descriptions(shop, ref)
        following.waits_for(ref)
        following.rest()
        assert ref not in following.look()

    def anew(self, shop: Shop, following: Follower) -> Follower:
        """Go on with the same cursor over another connection."""
        erp = source_of(shop)
        fresh = Follower(lambda cursor: erp.source_changes(P, cursor))
        fresh.cursor = following.cursor
        return fresh

    def descriptions(self, shop: Shop, ref: str) -> str:
        (found,) = source_of(shop).source_read(P, [ref])
        assert isinstance(found, Sourced)
        assert isinstance(found.record, Product)
        return found.record.description["en-gb"]

    def test_an_archived_one_with_open_orders(
        self, shop: Shop, ref: str, following: Follower
    ) -> None:
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        partner = shop.ground.rpc("res.partner", "create", {"name": unique("Buyer")})
        line = {"product_id": int(record.variants[0].key), "product_uom_qty": 2}
        values = {"partner_id": partner, "order_line": [(0, 0, line)]}
        order = shop.ground.rpc("sale.order", "create", values)
        shop.ground.rpc("sale.order", "action_confirm", [order])
        self.write(shop, "product.template", ref, active=False)
        following.waits_for(ref)
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        assert not record.active
        assert len(record.variants) == 6
        (level,) = source_of(shop).stock_levels([record.variants[0].key])
        assert sum(row.outgoing for row in level.warehouses.values()) == 2


class TestOthers:
    def test_categories(self, shop: Shop) -> None:
        shop.must(Category("1", text(unique("Top"))), Category("2", text(unique("Other"))))
        ref, other = (shop.ref(Entity.CATEGORIES, key) for key in "12")
        following = followed(shop, Entity.CATEGORIES)
        shop.ground.rpc("product.category", "write", [int(ref)], {"name": unique("New")})
        once(following, ref)
        shop.ground.rpc("product.category", "write", [int(ref)], {"parent_id": int(other)})
        once(following, ref)

    def test_categories_that_are_not_meant(self, shop: Shop) -> None:
        following = followed(shop, Entity.CATEGORIES)
        new = shop.ground.rpc("product.category", "create", {"name": unique("Internal")})
        assert str(new) not in following.look()

    def test_attributes_and_values(self, shop: Shop) -> None:
        shop.size_and_colour()
        attribute = shop.ref(Entity.ATTRIBUTES, "option:13")
        value = shop.ref(Entity.ATTRIBUTE_VALUES, "option:13/1")
        attributes = followed(shop, Entity.ATTRIBUTES)
        values = followed(shop, Entity.ATTRIBUTE_VALUES)
        shop.ground.rpc("product.attribute", "write", [int(attribute)], {"name": unique("New")})
        once(attributes, attribute)
        shop.ground.rpc("product.attribute.value", "write", [int(value)], {"name": "XS"})
        once(values, value)
        assert attribute not in attributes.look()

    def test_an_attribute_that_products_begin_to_use(self, shop: Shop) -> None:
        made = {"name": unique("A"), "value_ids": [(0, 0, {"name": "1"}), (0, 0, {"name": "2"})]}
        new = shop.ground.rpc("product.attribute", "create", made)
        following = followed(shop, Entity.ATTRIBUTES)
        assert str(new) not in following.look()
        rows = shop.ground.find("product.attribute.value", [("attribute_id", "=", new)], "name")
        line = {"attribute_id": new, "value_ids": [(6, 0, [row["id"] for row in rows])]}
        values = {"name": unique("P"), "attribute_line_ids": [(0, 0, line)]}
        shop.ground.rpc("product.template", "create", values)
        following.waits_for(str(new))


def test_a_busy_window_is_read_in_two_ways(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more rows than a look can read each time, all are told once all the same."""
    monkeypatch.setattr(polling, "BUSY", 3)
    shop.must(mug(), mug("9"), mug("11"), mug("12"))
    following = followed(shop, P)
    following.rest()
    refs = [shop.ref(P, key) for key in ("7", "9", "11", "12")]
    for number, ref in enumerate(refs):
        values = {"list_price": 20 + number}
        shop.ground.rpc("product.template", "write", [int(ref)], values)
        told = following.look()
        assert set(refs) & set(told) == {ref}
    assert following.look() == []
    assert len(following.cursor.seen) >= 4


def test_late_rows_of_a_busy_window_come_with_the_next_whole_look(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "BUSY", 1)
    monkeypatch.setattr(polling, "RECENT", timedelta(0))
    shop.must(mug(), mug("9"))
    following = followed(shop, P)
    following.rest()
    first = shop.ref(P, "7")
    late = {key for key in following.cursor.seen if key.endswith(f":{first}")}
    seen = {key: mark for key, mark in following.cursor.seen.items() if key not in late}
    after = polling.before(following.cursor.since, timedelta(seconds=-1))  # it began before that
    following.cursor = Cursor(after, seen)
    assert first not in following.look()
    monkeypatch.setattr(polling, "WHOLE_EVERY", 0.0)
    following.cursor = Cursor(after, seen)
    assert first in following.look()
