"""Fields of a connection's form that mean the same for every ERP; each says it in its own words."""

from __future__ import annotations

from agent.erp.forms import FormField

CATALOGUE = "Catalogue"
CUSTOMERS = "Customers"


def code_field(label: str, explanation: str) -> FormField:
    """Return the choice of what becomes a product's code."""
    return FormField(
        "code_from",
        label,
        "select",
        default="sku",
        options=(("sku", "SKU"), ("model", "Model"), ("sku_or_model", "SKU, else model")),
        help=explanation,
        group=CATALOGUE,
    )


def variant_code_field(label: str, explanation: str) -> FormField:
    """Return the pattern of the codes of variants that have none of their own in the shop."""
    return FormField(
        "variant_code", label, default="{sku}-{values}", help=explanation, group=CATALOGUE
    )


def most_variants_field(explanation: str) -> FormField:
    """Return how many variants a product may have."""
    return FormField(
        "max_variants",
        "Most variants per product",
        "number",
        default="100",
        help=explanation,
        group=CATALOGUE,
    )


def customer_match_field(label: str, never: str, explanation: str) -> FormField:
    """Return the choice of how customers are found that the ERP has already."""
    return FormField(
        "customer_match",
        label,
        "select",
        default="vat_email",
        options=(
            ("vat_email", "Find by VAT number, then by e-mail"),
            ("email", "Find by e-mail"),
            ("vat", "Find by VAT number"),
            ("none", never),
        ),
        help=explanation,
        group=CUSTOMERS,
    )
