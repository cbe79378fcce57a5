"""Which values of an option the shop's pages offer, of products that people make in the ERP.

OpenCart shows a value that does not count its stock, or has some; orders take only from those that
count it.
"""

from __future__ import annotations

from typing import Any

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

TEMPLATE, LINE = "product.template", "product.template.attribute.line"
ODOO = pytest.mark.parametrize("side", ["sandbox-19", "sandbox-14"], indirect=True)
SAP = pytest.mark.parametrize("side", ["sap-b1-v2"], indirect=True)


def _values(rig: TwoWayRig, key: str) -> dict[str, tuple[int, int]]:
    """Return whether each value of a product counts its stock, and how many there are."""
    rows = rig.sql(
        "SELECT d.name, v.subtract, v.quantity FROM oc_product_option_value v"
        " JOIN oc_option_value_description d ON d.option_value_id = v.option_value_id"
        " AND d.language_id = 1 WHERE v.product_id = :k",
        k=key,
    )
    return {str(name): (int(subtract), int(quantity)) for name, subtract, quantity in rows}


def _offered(rig: TwoWayRig, key: str) -> set[str]:
    """Return the values that the shop's pages show."""
    return {name for name, (counts, left) in _values(rig, key).items() if not counts or left > 0}


def _bring(rig: TwoWayRig, ref: str) -> str:
    """Carry a product and its stock into the shop; return its key there."""
    job = rig.to_store(refs=(ref,), mode="ids")
    assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
    key = rig.key(Entity.PRODUCTS, ref)
    assert key is not None
    job = rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert job.counts.failed == 0, rig.troubles(job)
    return key


def _quiet(rig: TwoWayRig, ref: str) -> bool:
    """Tell whether nothing of a product is left to be written, on either side."""
    key = rig.key(Entity.PRODUCTS, ref) or ""
    jobs = [rig.to_store(refs=(ref,), mode="ids"), rig.to_erp(ids=(key,), mode="ids")]
    jobs.append(rig.to_store(refs=(ref,), mode="ids"))
    return not any(job.counts.updated + job.counts.created for job in jobs)


class _Shirt:
    """A shirt of Odoo with sizes that make variants, and prints that make none."""

    def __init__(self, rig: TwoWayRig, *, kept: bool) -> None:
        self.rig = rig
        rpc = rig.ground.rpc
        self._values: dict[str, int] = {}
        lines = []
        for name, mode, values in (
            ("Size", "always", "SML"),
            ("Print", "no_variant", ("Front", "Back", "Sleeve")),
        ):
            attribute = rpc("product.attribute", "create", {"name": name, "create_variant": mode})
            for value in values:
                given = {"name": value, "attribute_id": attribute}
                self._values[value] = rpc("product.attribute.value", "create", given)
            first = [self._values[value] for value in values[:2]]
            line = {"attribute_id": attribute, "value_ids": [(6, 0, first)]}
            lines.append((0, 0, line))
        made: dict[str, Any] = {"name": "Shirt of Odoo", "attribute_line_ids": lines}
        made |= self.kind(kept=kept)
        self.number: int = rpc(TEMPLATE, "create", made)
        self.ref = str(self.number)

    def kind(self, *, kept: bool) -> dict[str, object]:
        """Return what tells Odoo whether to keep its stock."""
        if self.rig.ground.modern:
            return {"is_storable": kept}
        return {"type": "product" if kept else "consu"}

    def add(self, value: str, line: int) -> None:
        """Add a value to the first or the second line."""
        lines = self.rig.erp_read(TEMPLATE, self.ref, "attribute_line_ids")
        self.rig.erp_write(LINE, sorted(lines)[line], value_ids=[(4, self._values[value])])

    def count(self, size: str, pieces: int) -> None:
        """Count the pieces of a size."""
        domain = [("product_tmpl_id", "=", self.number)]
        rows = self.rig.ground.find(
            "product.product", domain, "product_template_attribute_value_ids"
        )
        for row in rows:
            numbers = row["product_template_attribute_value_ids"]
            of_row = self.rig.ground.find(
                "product.template.attribute.value", [("id", "in", numbers)], "name"
            )
            if size in {one["name"] for one in of_row}:
                self.rig.books.count(str(row["id"]), pieces)


@ODOO
def test_a_sold_out_value_of_a_new_product_is_not_offered(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    shirt = _Shirt(rig, kept=True)
    shirt.count("S", 3)
    key = _bring(rig, shirt.ref)
    assert _values(rig, key) == {"S": (1, 3), "M": (1, 0), "Front": (0, 0), "Back": (0, 0)}
    assert _offered(rig, key) == {"S", "Front", "Back"}
    assert _quiet(rig, shirt.ref)


@ODOO
def test_values_added_later_are_offered_where_no_stock_of_them_is_kept(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    shirt = _Shirt(rig, kept=True)
    shirt.count("S", 3)
    key = _bring(rig, shirt.ref)
    shirt.add("L", 0)
    shirt.add("Sleeve", 1)
    _bring(rig, shirt.ref)
    assert _values(rig, key)["L"] == (1, 0)
    assert _values(rig, key)["Sleeve"] == (0, 0)
    shirt.count("L", 2)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert _offered(rig, key) == {"S", "L", "Front", "Back", "Sleeve"}
    assert _quiet(rig, shirt.ref)


@ODOO
def test_all_values_of_what_is_not_kept_in_stock_are_offered(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    shirt = _Shirt(rig, kept=False)
    key = _bring(rig, shirt.ref)
    assert _offered(rig, key) == {"S", "M", "Front", "Back"}
    shirt.add("L", 0)
    shirt.add("Sleeve", 1)
    _bring(rig, shirt.ref)
    assert _offered(rig, key) == {"S", "M", "L", "Front", "Back", "Sleeve"}
    assert _quiet(rig, shirt.ref)


@ODOO
def test_what_people_chose_for_a_value_in_the_shop_stays(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    shirt = _Shirt(rig, kept=True)
    key = _bring(rig, shirt.ref)
    rig.sql(
        "UPDATE oc_product_option_value SET subtract = 1 - subtract WHERE product_id = :k", k=key
    )
    rig.sql("UPDATE oc_product SET date_modified = NOW() WHERE product_id = :k", k=key)
    chosen = _values(rig, key)
    assert _quiet(rig, shirt.ref)
    shirt.add("L", 0)
    rig.erp_write(TEMPLATE, shirt.number, name="Shirt, renamed")
    _bring(rig, shirt.ref)
    assert _values(rig, key) == {**chosen, "L": (1, 0)}
    assert _quiet(rig, shirt.ref)


@ODOO
def test_values_follow_when_odoo_begins_and_ends_to_keep_stock(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    shirt = _Shirt(rig, kept=False)
    key = _bring(rig, shirt.ref)
    rig.erp_write(TEMPLATE, shirt.number, **shirt.kind(kept=True))
    shirt.count("S", 3)
    _bring(rig, shirt.ref)
    assert _values(rig, key) == {"S": (1, 3), "M": (1, 0), "Front": (0, 0), "Back": (0, 0)}
    assert _quiet(rig, shirt.ref)
    shirt.count("S", 0)
    rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    rig.erp_write(TEMPLATE, shirt.number, **shirt.kind(kept=False))
    _bring(rig, shirt.ref)
    assert _offered(rig, key) == {"S", "M", "Front", "Back"}
    assert _quiet(rig, shirt.ref)


@SAP
@pytest.mark.parametrize("kept", [True, False])
def test_values_of_a_family_count_their_stock_where_its_items_do(
    make_rig: MakeRig, kept: bool
) -> None:
    rig = make_rig(products=12, **ALL_ERP)
    rig.to_erp()
    values = _choices(rig)
    stocked = "tYES" if kept else "tNO"

    def item(number: int) -> str:
        body: dict[str, Any] = {
            "ItemCode": f"FAM-{number}",
            "ItemName": "Family",
            "InventoryItem": stocked,
        }
        body |= {"U_ERPB_Product": "FAM", "U_ERPB_Values": values[number]}
        body["ItemPrices"] = [{"PriceList": 1, "Price": 5}]
        return str(rig.books.api.made("Items", body)["ItemCode"])  # type: ignore[attr-defined]

    first, _ = item(0), item(1)
    if kept:
        rig.books.count(first, 3)
    key = _bring(rig, "FAM")
    assert sorted(_values(rig, key).values()) == ([(1, 0), (1, 3)] if kept else [(0, 0), (0, 0)])
    third = item(2)
    _bring(rig, "FAM")
    if kept:
        assert sorted(_values(rig, key).values()) == [(1, 0), (1, 0), (1, 3)]
        rig.books.count(third, 2)
        rig.to_store(Entity.STOCK, mode="ids", ids=(key,))
    assert len(_offered(rig, key)) == (2 if kept else 3)
    assert _quiet(rig, "FAM")


def _choices(rig: TwoWayRig) -> list[str]:
    """Return the ERP ids of three values of one option that makes variants."""
    rows = rig.sql("SELECT store_key, erp_id FROM oc_erp_mapping WHERE entity = 'attribute-values'")
    found: dict[str, list[str]] = {}
    for key, ref in rows:
        option = str(key).partition("/")[0]
        if option.startswith("option:") and option.count(":") == 1:
            found.setdefault(option, []).append(str(ref))
    kinds = "SELECT option_id FROM oc_option WHERE type IN ('select', 'radio')"
    return next(
        found[f"option:{row[0]}"][:3]
        for row in rig.sql(kinds)
        if len(found.get(f"option:{row[0]}", ())) > 2
    )
