"""Odoo's messages as causes and fixes a shop admin understands."""

from __future__ import annotations

import pytest

from agent.erp.odoo.messages import explain
from agent.errors import Refused


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (
            (
                'violates unique constraint "product_product_barcode_uniq"\n'
                "DETAIL:  Key (barcode)=(4006381333931) already exists.\n"
            ),
            "erp.duplicate_barcode",
            "4006381333931",
        ),
        (
            'Barcode(s) already assigned:\n\n- Barcode "123" already assigned to product(s): A, B',
            "erp.duplicate_barcode",
            "123",
        ),
        (
            "You cannot create two values with the same name for the same attribute.",
            "erp.duplicate_value",
            "name",
        ),
        (
            "The values for the fields 'name, attribute_id' already exist (they are probably ...).",
            "erp.duplicate_value",
            "name",
        ),
        (
            "The value for the field 'code' already exists (this is probably 'Code').",
            "erp.duplicate",
            "code",
        ),
        (
            "No matching record found for database id '77' in field 'Product Category'",
            "erp.gone",
            "77",
        ),
        ("Unknown database identifier '5'", "erp.gone", "no longer"),
        ("Missing required value for the field 'Name' (name)", "erp.required", "Name"),
        ("Recursion Detected.", "record.cycle", "below itself"),
        (
            "The number of variants to generate is above allowed limit.",
            "erp.too_many_variants",
            "1000",
        ),
        (
            "You cannot change the Variants Creation Mode of the attribute Size",
            "erp.attribute_in_use",
            "kind",
        ),
        (
            "Unknown error: <class 'odoo.exceptions.UserError'>: Not to be decoded as an image",
            "record.image",
            "decoded",
        ),
        ("Something else", "erp.refused", "Something else"),
    ],
)
def test_each_has_cause_and_fix(text: str, code: str, word: str) -> None:
    error = explain({"type": "error", "message": text})
    assert isinstance(error, Refused)
    assert (error.code, word in error.cause) == (code, True)
    assert error.fix
    assert "<class" not in error.cause


def test_an_unknown_message_names_its_field() -> None:
    error = explain({"type": "error", "message": "is wrong", "field": ["categ_id", ".id"]})
    assert "categ_id" in error.cause


def test_a_message_without_words_still_says_something() -> None:
    assert "no reason" in explain({"type": "error"}).cause
