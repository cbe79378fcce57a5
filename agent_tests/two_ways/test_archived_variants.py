"""What the ERP has of variants that are not sold any more is not sold in the shop."""

from __future__ import annotations

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

TEMPLATE = "product.template"


def _quantity(rig: TwoWayRig, product: str) -> int:
    return int(rig.sql("SELECT quantity FROM oc_product WHERE product_id = :k", k=product)[0][0])


def _values(rig: TwoWayRig, product: str) -> dict[str, int]:
    """Return the quantities of a product's values that make variants, by the values' keys."""
    rows = rig.sql(
        "SELECT o.option_id, v.option_value_id, v.quantity FROM oc_product_option_value v"
        " JOIN oc_product_option p ON p.product_option_id = v.product_option_id"
        " JOIN oc_option o ON o.option_id = p.option_id"
        " WHERE v.product_id = :k AND p.required = 1 AND o.type <> 'checkbox'",
        k=product,
    )
    return {f"option:{option}/{value}": int(quantity) for option, value, quantity in rows}


def _retire(rig: TwoWayRig, variant: str) -> None:
    """Archive one variant, as a person does in the ERP."""
    if rig.side.kind == "odoo":
        rig.erp_write("product.product", int(variant), active=False)
    else:
        rig.books.edit_item(variant, active=False)


def test_pieces_of_an_archived_variant_are_not_sold(make_rig: MakeRig) -> None:
    rig = make_rig(products=12)
    rig.to_erp()
    of_product: dict[str, dict[str, str]] = {}
    rows = rig.sql("SELECT store_key, erp_id FROM oc_erp_mapping WHERE entity = 'variants'")
    for key, ref in rows:
        owner, colon, _ = str(key).partition(":")
        if colon:
            of_product.setdefault(owner, {})[str(key)] = str(ref)
    product = min(
        key
        for key, variants in of_product.items()
        if len(variants) > 2 and rig.books.counted(min(variants.values()))
    )
    variants = of_product[product]
    for ref in variants.values():
        rig.books.count(ref, 5)
    gone = min(variants)
    _retire(rig, variants[gone])
    job = rig.to_store(Entity.STOCK, mode="ids", ids=(product,))
    assert job.counts.failed == 0, rig.troubles(job)
    assert _quantity(rig, product) == 5 * (len(variants) - 1)
    for value, quantity in _values(rig, product).items():
        having = [key for key in variants if value in key.partition(":")[2].split(",")]
        assert quantity == 5 * len([key for key in having if key != gone]), value
    assert rig.to_store(Entity.STOCK, mode="ids", ids=(product,)).counts.updated == 0


@pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)
def test_what_a_product_was_before_it_got_sizes_is_not_sold(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    rpc = rig.ground.rpc
    made = rpc(TEMPLATE, "create", {"name": "Sized later", "is_storable": True})
    rig.to_store(refs=(str(made),), mode="ids")
    key = rig.key(Entity.PRODUCTS, made) or ""
    (single,) = rig.erp_read(TEMPLATE, str(made), "product_variant_ids")
    rig.books.count(str(single), 10)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert _quantity(rig, key) == 10
    attribute = rpc("product.attribute", "create", {"name": "Size of Odoo"})
    values = [
        rpc("product.attribute.value", "create", {"name": name, "attribute_id": attribute})
        for name in ("S", "M")
    ]
    line = {"attribute_id": attribute, "value_ids": [(6, 0, values)]}
    rig.erp_write(TEMPLATE, made, attribute_line_ids=[(0, 0, line)])
    rig.to_store(refs=(str(made),), mode="ids")
    assert not rig.erp_read("product.product", str(single), "active")
    sizes = set(rig.erp_read(TEMPLATE, str(made), "product_variant_ids")) - {single}
    for pieces, variant in enumerate(sizes, 1):
        rig.books.count(str(variant), pieces)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert _quantity(rig, key) == 3
    assert sorted(_values(rig, key).values()) == [1, 2]
