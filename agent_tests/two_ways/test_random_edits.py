"""People edit both sides at random: both end equal under every setting, and no edit echoes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from agent.model.entity import Entity
from agent.services import conflicts
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

_ROUNDS = 8
_echoes: dict[str, tuple[int, int]] = {}


@pytest.fixture(scope="module", autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how many writes the edits made."""
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        for name, (edits, echoes) in _echoes.items():
            reporter.write_line(f"two ways, {name}: {edits} edits, {echoes} echoes")


class _People:
    """Edit names and weights on both sides."""

    def __init__(self, rig: TwoWayRig, dice: random.Random) -> None:
        self.rig = rig
        self.dice = dice
        # an ERP keeps the weight of a product with variants on these
        rows = rig.sql(
            "SELECT SUBSTRING_INDEX(store_key, ':', 1) FROM oc_erp_mapping"
            " WHERE entity = 'variants' AND store_key LIKE '%:%' GROUP BY 1 HAVING COUNT(*) = 1"
        )
        self.products = sorted((str(key) for (key,) in rows), key=int)[:4]
        self.edits = 0

    def edit(self) -> None:
        key = self.dice.choice(self.products)
        sides = self.dice.choice(["shop", "erp", "both"])
        what = self.dice.choice(["name", "weight"])
        for side in ("shop", "erp"):
            if sides in (side, "both"):
                self.edits += 1
                getattr(self, f"{side}_{what}")(key)

    def shop_name(self, key: str) -> None:
        self.rig.rename_in_shop(key, f"Shop {self.dice.randrange(10**6)}")

    def erp_name(self, key: str) -> None:
        ref = self.rig.ref(Entity.PRODUCTS, key)
        self.rig.books.edit_item(ref, name=f"ERP {self.dice.randrange(10**6)}")

    def shop_weight(self, key: str) -> None:
        self.rig.sql(
            "UPDATE oc_product SET weight = :w, date_modified = NOW() WHERE product_id = :k",
            w=self.dice.randrange(1, 90),
            k=key,
        )

    def erp_weight(self, key: str) -> None:
        ref = self.rig.ref(Entity.PRODUCTS, key)
        self.rig.books.edit_item(ref, weight=Decimal(self.dice.randrange(1, 90)))

    def sides(self, key: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        ref = self.rig.ref(Entity.PRODUCTS, key)
        item = self.rig.books.item(ref)
        ((weight, unit),) = self.rig.sql(
            "SELECT p.weight, d.unit FROM oc_product p JOIN oc_weight_class_description d"
            " ON d.weight_class_id = p.weight_class_id WHERE p.product_id = :k LIMIT 1",
            k=key,
        )
        kilograms = float(weight) / (1000 if unit == "g" else 1)
        theirs = float(item.weight)
        return (self.rig.shop_name(key), round(kilograms, 2)), (item.name, round(theirs, 2))


@pytest.mark.parametrize("owner", ["shop", "erp", "newest", "hold"])
def test_both_sides_end_equal(make_rig: MakeRig, owner: str) -> None:
    rig = make_rig(products=10, **dict.fromkeys(ALL_ERP, owner))
    dice = random.Random(f"edits {owner}")
    assert rig.to_erp().counts.failed == 0
    rig.to_store(mode="all")
    people = _People(rig, dice)
    for _ in range(_ROUNDS):
        people.edit()
        refs = tuple(str(rig.ref(Entity.PRODUCTS, key)) for key in people.products)
        rig.to_erp(mode="ids", ids=tuple(people.products))
        rig.to_store(mode="refs" if owner == "shop" else "ids", refs=refs)
        _decide(rig, dice)
    for key in people.products:
        shop, erp = people.sides(key)
        if owner == "shop":  # what only the ERP changed goes with the shop's next edit
            people.shop_name(key)
            people.shop_weight(key)
            rig.to_erp(mode="ids", ids=(key,))
            shop, erp = people.sides(key)
        assert shop == erp, key
    echoes = sum(
        job.counts.updated + job.counts.created
        for _ in range(3)
        for job in (rig.to_erp(), rig.to_store())
    )
    _echoes[owner] = people.edits, echoes
    assert echoes == 0


def _decide(rig: TwoWayRig, dice: random.Random) -> None:
    for item in conflicts.list_conflicts(rig.services, rig.connection, limit=50)["items"]:
        side = dice.choice(["shop", "erp"])
        conflicts.choose(
            rig.services,
            rig.connection,
            Entity(item["entity"]),
            item["store_key"],
            every=side,  # type: ignore[arg-type]
        )
        rig.settle()
