"""Pictures of items, where the server takes them."""

from __future__ import annotations

import dataclasses
import hashlib

from agent.model.catalogue import Image, Product
from agent.sandbox.sap_b1.web.chaos import Fault
from agent_tests.contract.shop import Shop, mug
from agent_tests.contract.test_images import png
from agent_tests.unit.sap_b1.items.rig import B1Ground


def pictured(shop: Shop, colour: int = 200, key: str = "7", **changes: object) -> Product:
    data = png(colour)
    path = f"catalog/{colour}.png"
    shop.files[path] = data
    image = Image(path, 0, hashlib.sha256(data).hexdigest(), len(data))
    return mug(key, **{"images": (image,), **changes})


def uploads(ground: B1Ground) -> int:
    return int(ground.sandbox.recorder.count("PATCH", "ItemImages"))


class TestPictures:
    def test_the_first_one_arrives(self, shop: Shop, ground: B1Ground) -> None:
        product = pictured(shop)
        more = Image("catalog/second.png", 1, "2")
        shop.must(dataclasses.replace(product, images=(*product.images, more)))
        assert ground.cx.client.picture(product.sku) == shop.files["catalog/200.png"]
        assert uploads(ground) == 1

    def test_sent_again_only_when_it_is_another(self, shop: Shop, ground: B1Ground) -> None:
        product = pictured(shop)
        shop.must(product)
        shop.must(dataclasses.replace(product, minimum=2, model="X"))
        assert uploads(ground) == 1
        other = dataclasses.replace(product, images=pictured(shop, 90).images)
        shop.must(other)
        assert uploads(ground) == 2
        assert ground.cx.client.picture(product.sku) == shop.files["catalog/90.png"]

    def test_one_that_is_missing_is_told(self, shop: Shop) -> None:
        product = pictured(shop)
        shop.files.clear()
        (outcome,) = shop.put(product)
        assert outcome.error is None
        assert len(outcome.warnings) == 1

    def test_off_by_setting(self, shop: Shop, ground: B1Ground) -> None:
        shop.reconnect(pictures="none")
        shop.must(pictured(shop))
        assert uploads(ground) == 0

    def test_a_company_without_a_folder(self, shop: Shop, ground: B1Ground) -> None:
        ground.sandbox.options.pictures = False
        try:
            outcomes = shop.put(*(pictured(shop, n, str(n)) for n in range(1, 7)))
        finally:
            ground.sandbox.options.pictures = True
        assert [[w.code for w in o.warnings] for o in outcomes] == [["record.image"]] * 6
        assert uploads(ground) == 3, "it is not asked for ever"

    def test_a_refused_one_stops_no_other(self, shop: Shop, ground: B1Ground) -> None:
        fault = Fault("refusal", method="PATCH", resource="ItemImages", code=-10, text="Too big")
        ground.sandbox.recorder.order(fault)
        first, second = shop.put(pictured(shop, 1, "1"), pictured(shop, 2, "2"))
        assert [w.code for w in first.warnings] == ["record.image"]
        assert not second.warnings
        assert ground.cx.client.picture(str(second.ref)) == shop.files["catalog/2.png"]
