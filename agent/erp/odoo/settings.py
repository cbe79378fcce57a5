"""Settings of an Odoo connection: the form's fields, and their values checked and typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.erp.common_fields import (
    code_field,
    customer_match_field,
    most_variants_field,
    variant_code_field,
)
from agent.erp.form_values import FormValues
from agent.erp.forms import FormField

PLACEHOLDERS = ("sku", "model", "product", "values")
_ODOO_LANGUAGE = re.compile(r"^[a-z]{2,3}(_[A-Z0-9]{2,4})?(@[a-z]+)?$")

FIELDS: tuple[FormField, ...] = (
    FormField(
        "url",
        "Address",
        "url",
        required=True,
        help="Address of Odoo as you open it in a browser, e.g. https://example.odoo.com",
    ),
    FormField(
        "database",
        "Database",
        required=True,
        identity=True,
        help="Name of the Odoo database. On Odoo Online it is the first part of the address.",
    ),
    FormField(
        "user",
        "User",
        required=True,
        help="Login of the Odoo user the bridge works as, usually an e-mail address.",
    ),
    FormField(
        "company",
        "Company",
        "select",
        choices=True,
        help="Company whose prices, taxes and stock are meant. Empty: the user's own company.",
    ),
    FormField(
        "warehouse",
        "Warehouse",
        "select",
        choices=True,
        help="Warehouse of the shop. Empty: the company's first warehouse.",
    ),
    FormField(
        "language",
        "Main language",
        "select",
        choices=True,
        help="Odoo language the shop's default language is written to. Empty: the user's own.",
    ),
    FormField(
        "languages",
        "Language pairs",
        help="Shop language to Odoo language where the codes do not tell, "
        "e.g. en-gb=en_US, pt-br=pt_PT",
    ),
    code_field("Internal reference", "What becomes the product's Internal Reference in Odoo."),
    variant_code_field(
        "Reference of variants",
        "Pattern of a variant's Internal Reference where the shop has none of its own: "
        "{sku}, {model}, {product} (number), {values} (numbers of the option values). "
        "Write none for no references.",
    ),
    most_variants_field(
        "A product whose options would make more variants than this is refused. "
        "Odoo itself stops at 1000."
    ),
    FormField(
        "disabled_as",
        "Disabled products",
        "select",
        default="archived",
        options=(("archived", "Archive them"), ("not_for_sale", "Untick Can be Sold")),
        help="What a product that is disabled in the shop becomes in Odoo.",
        group="Catalogue",
    ),
    FormField(
        "storable",
        "Keep stock of products",
        "boolean",
        default="1",
        help="Products whose stock the shop subtracts become storable in Odoo.",
        group="Catalogue",
    ),
    FormField(
        "manufacturer_as",
        "Manufacturers",
        "select",
        default="auto",
        options=(
            ("auto", "Brands where Odoo has them, else an attribute"),
            ("attribute", "Values of one attribute"),
            ("brand", "Brands (needs a brand app)"),
            ("none", "Leave out"),
        ),
        help="Odoo alone has no brands: by default they are values of one attribute.",
        group="Catalogue",
    ),
    FormField(
        "manufacturer_attribute",
        "Attribute for manufacturers",
        default="Brand",
        help="Name of that attribute in Odoo.",
        group="Catalogue",
    ),
    FormField(
        "description_field",
        "Description goes to",
        "select",
        default="auto",
        options=(
            ("auto", "Website description where there is one, else internal notes"),
            ("website_description", "Website description"),
            ("description_ecommerce", "eCommerce description"),
            ("public_description", "Public description"),
            ("description_sale", "Sales description (printed on quotations)"),
            ("description", "Internal notes"),
            ("none", "Leave out"),
        ),
        group="Catalogue",
    ),
    FormField(
        "weight_unit",
        "Weights in Odoo",
        "select",
        default="auto",
        options=(("auto", "As set in Odoo"), ("kg", "Kilograms"), ("lb", "Pounds")),
        group="Catalogue",
    ),
    FormField(
        "volume_unit",
        "Volumes in Odoo",
        "select",
        default="auto",
        options=(("auto", "As set in Odoo"), ("m3", "Cubic metres"), ("ft3", "Cubic feet")),
        group="Catalogue",
    ),
    customer_match_field(
        "Customers that Odoo has already",
        "Never find: always make new contacts",
        "How a customer of the shop is linked to a contact that is in Odoo. Where several "
        "contacts fit, you choose.",
    ),
    FormField(
        "sales_team",
        "Sales team",
        "select",
        choices=True,
        help="Team of the shop's orders. Empty: Odoo's default.",
        group="Orders",
    ),
    FormField(
        "salesperson",
        "Salesperson",
        "select",
        choices=True,
        help="Salesperson of the shop's orders. Empty: none.",
        group="Orders",
    ),
    FormField(
        "source_products",
        "Products for the shop",
        "select",
        default="all",
        options=(
            ("all", "All that can be sold"),
            ("category", "Those below one category"),
            ("tag", "Those with one tag (Odoo 16 and later)"),
        ),
        help="Which products of Odoo are meant for the shop. Others are not made there; those that "
        "are there already are disabled.",
        group="From Odoo",
    ),
    FormField(
        "source_category",
        "Category of these products",
        "select",
        choices=True,
        help="Products in this category and below it are meant for the shop.",
        group="From Odoo",
    ),
    FormField(
        "source_tag",
        "Tag of these products",
        "select",
        choices=True,
        help="Products with this tag are meant for the shop.",
        group="From Odoo",
    ),
    FormField(
        "ca_file",
        "Certificate authority file",
        help="Path on the agent's machine of a PEM file with your own certificate authority, "
        "where Odoo's certificate is not issued by a public one.",
    ),
    FormField(
        "protocol",
        "Protocol",
        "select",
        default="auto",
        options=(
            ("auto", "JSON-2 where Odoo has it and an API key is entered, else XML-RPC"),
            ("xmlrpc", "XML-RPC (every version up to Odoo 21)"),
            ("json2", "JSON-2 (Odoo 19 and later, needs an API key)"),
        ),
        help="JSON-2 is the faster one: enter an API key, and it is used by itself.",
    ),
    FormField(
        "timeout",
        "Longest wait for an answer",
        "number",
        default="120",
        help="Seconds. What longer calls did is looked up; nothing is sent twice blindly.",
    ),
)


@dataclass(frozen=True, slots=True)
class OdooSettings:
    """Checked settings. Companies, warehouses, teams and people are ids; timeouts are seconds."""

    url: str
    database: str
    user: str
    company: int | None = None
    warehouse: int | None = None
    language: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    code_from: str = "sku"
    variant_code: str = "{sku}-{values}"
    max_variants: int = 100
    disabled_as: str = "archived"
    storable: bool = True
    manufacturer_as: str = "auto"
    manufacturer_attribute: str = "Brand"
    description_field: str = "auto"
    weight_unit: str = "auto"
    volume_unit: str = "auto"
    customer_match: str = "vat_email"
    sales_team: int | None = None
    salesperson: int | None = None
    source_products: str = "all"
    source_category: int | None = None
    source_tag: int | None = None
    ca_file: str = ""
    protocol: str = "auto"
    timeout: float = 120.0
    connect_timeout: float = 10.0


def parse_settings(values: Mapping[str, object]) -> OdooSettings:
    """Return ``values`` of the form checked and typed; absent ones take their defaults.

    Raises:
        ConfigError: a value is missing or cannot be used; names the setting.
    """
    form = FormValues(FIELDS, values, "an Odoo connection")
    texts = form.texts
    for word in ("category", "tag"):
        if texts["source_products"] == word and not texts[f"source_{word}"]:
            form.refuse(f"source_{word}", "is empty", "Choose one, or let all products be meant.")
    language = texts["language"]
    if language and not _ODOO_LANGUAGE.match(language):
        form.refuse(
            "language", f"cannot be {language!r}", "Use an Odoo language code such as en_US."
        )
    return OdooSettings(
        url=form.url("url", pages=r"/(web|odoo|xmlrpc)", example="https://host:8069"),
        database=texts["database"],
        user=texts["user"],
        company=form.identifier("company"),
        warehouse=form.identifier("warehouse"),
        language=language,
        languages=form.language_pairs("languages", _ODOO_LANGUAGE, "en-gb=en_US"),
        code_from=texts["code_from"],
        variant_code=form.pattern("variant_code", PLACEHOLDERS, needed="values"),
        max_variants=int(form.number("max_variants", 1, 1000)),
        disabled_as=texts["disabled_as"],
        storable=form.yes_or_no("storable"),
        manufacturer_as=texts["manufacturer_as"],
        manufacturer_attribute=texts["manufacturer_attribute"] or "Brand",
        description_field=texts["description_field"],
        weight_unit=texts["weight_unit"],
        volume_unit=texts["volume_unit"],
        customer_match=texts["customer_match"],
        sales_team=form.identifier("sales_team"),
        salesperson=form.identifier("salesperson"),
        source_products=texts["source_products"],
        source_category=form.identifier("source_category"),
        source_tag=form.identifier("source_tag"),
        ca_file=form.file("ca_file"),
        protocol=texts["protocol"],
        timeout=form.number("timeout", 1, 3600),
    )
