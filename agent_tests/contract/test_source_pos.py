"""An order at the till moves the stock, and the bridge hears of it: a real Odoo 19 with a session.

Odoo moves the goods of an order at once or when the session is closed, as its settings say.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from agent.model.entity import Entity
from agent_tests.contract.common.reading import stock_followed
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop, mug, shirt
from agent_tests.contract.source import count, silently, stock

pytestmark = [pytest.mark.live, pytest.mark.parametrize("ground", ["odoo-19"], indirect=True)]
PRICE = 9.99


class Till:
    """A till with a card reader and an open session."""

    def __init__(self, ground: Ground, moves_goods: str) -> None:
        """Open a session of a new till; ``moves_goods`` is ``real`` (at once) or ``closing``."""
        self.ground = ground
        company = ground.find("res.company", [], "name")[0]["id"]
        setting = {"point_of_sale_update_stock_quantities": moves_goods}
        ground.rpc("res.company", "write", [company], setting)
        bank = ground.find("account.journal", [("type", "=", "bank")], "name")[0]["id"]
        card = {"name": unique("Card"), "journal_id": bank}
        self.card = ground.rpc("pos.payment.method", "create", card)
        values = {"name": unique("Till"), "payment_method_ids": [(6, 0, [self.card])]}
        till = ground.rpc("pos.config", "create", values)
        self.session = ground.rpc("pos.session", "create", {"config_id": till})
        silently(ground, "pos.session", "set_opening_control", [self.session], 0, "")
        assert self.state() == "opened"

    def state(self) -> Any:
        """Return what the session is at."""
        return self.ground.read("pos.session", str(self.session), "state")["state"]

    def sell(self, variant: str, quantity: int) -> None:
        """Sell and take the money, as the till's screen does."""
        total = round(PRICE * quantity, 2)
        line = {
            "uuid": str(uuid.uuid4()),
            "product_id": int(variant),
            "qty": quantity,
            "price_unit": PRICE,
            "price_subtotal": total,
            "price_subtotal_incl": total,
            "tax_ids": [],
        }
        paid = {"uuid": str(uuid.uuid4()), "amount": total, "payment_method_id": self.card}
        order = {
            "uuid": str(uuid.uuid4()),
            "session_id": self.session,
            "state": "paid",
            "amount_total": total,
            "amount_tax": 0,
            "amount_paid": total,
            "amount_return": 0,
            "date_order": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
            "lines": [(0, 0, line)],
            "payment_ids": [(0, 0, paid)],
        }
        self.ground.rpc("pos.order", "sync_from_ui", [order])
        (sold,) = self.ground.find("pos.order", [("session_id", "=", self.session)], "state")
        assert sold["state"] == "paid"

    def close(self) -> None:
        """Close the session: count and book."""
        silently(self.ground, "pos.session", "action_pos_session_closing_control", [self.session])
        assert self.state() == "closed"


def test_goods_that_move_with_each_order(shop: Shop) -> None:
    shop.must(mug())
    item = shop.ref(Entity.VARIANTS, "7:")
    count(shop.ground, item, 10)
    till = Till(shop.ground, "real")
    following = stock_followed(shop)
    till.sell(item, 3)
    assert item in following.look()
    assert stock(shop, item).on_hand == 7
    assert item not in following.look()
    till.close()


def test_goods_that_move_when_the_session_is_closed(shop: Shop) -> None:
    shop.must(mug())
    item = shop.ref(Entity.VARIANTS, "7:")
    count(shop.ground, item, 10)
    till = Till(shop.ground, "closing")
    following = stock_followed(shop)
    till.sell(item, 2)
    assert item not in following.look()
    assert stock(shop, item).on_hand == 10
    till.close()
    assert item in following.look()
    assert stock(shop, item).on_hand == 8


def test_one_variant_of_several(shop: Shop) -> None:
    shop.size_and_colour()
    shop.must(shirt())
    refs = [ref for (entity, _), ref in shop.refs.items() if entity is Entity.VARIANTS]
    for ref in refs:
        count(shop.ground, ref, 5)
    till = Till(shop.ground, "real")
    following = stock_followed(shop)
    till.sell(refs[2], 1)
    assert set(refs) & set(following.look()) == {refs[2]}
    assert [stock(shop, ref).on_hand for ref in refs] == [5, 5, 4, 5, 5, 5]
    till.close()
