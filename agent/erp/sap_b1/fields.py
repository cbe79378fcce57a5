"""The form of a SAP Business One connection."""

from __future__ import annotations

from agent.erp.common_fields import (
    code_field,
    customer_match_field,
    most_variants_field,
    variant_code_field,
)
from agent.erp.forms import FormField

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("3", "English (United States)"),
    ("8", "English (United Kingdom)"),
    ("6", "English (Singapore)"),
    ("9", "German"),
    ("22", "French"),
    ("23", "Spanish"),
    ("25", "Spanish (Latin America)"),
    ("13", "Italian"),
    ("16", "Dutch"),
    ("19", "Portuguese"),
    ("29", "Portuguese (Brazil)"),
    ("5", "Polish"),
    ("26", "Czech"),
    ("27", "Slovak"),
    ("14", "Hungarian"),
    ("11", "Danish"),
    ("20", "Swedish"),
    ("12", "Norwegian"),
    ("17", "Finnish"),
    ("18", "Greek"),
    ("10", "Serbian"),
    ("24", "Russian"),
    ("33", "Ukrainian"),
    ("31", "Turkish"),
    ("1", "Hebrew"),
    ("32", "Arabic"),
    ("15", "Chinese (simplified)"),
    ("35", "Chinese (traditional)"),
    ("30", "Japanese"),
    ("28", "Korean"),
)
"""Languages of B1 by their numbers (``BoSuppLangs``)."""

_CONNECTION = (
    FormField(
        "url",
        "Address",
        "url",
        required=True,
        help="Address of the Service Layer, e.g. https://b1.example.com:50000",
    ),
    FormField(
        "database",
        "Company database",
        required=True,
        identity=True,
        help="Technical name of the company's database, such as SBODEMODE. SAP's Choose Company "
        "window shows it.",
    ),
    FormField(
        "user",
        "User",
        required=True,
        help="User code of the SAP user the bridge works as: better one of its own, with a licence "
        "that includes the Service Layer.",
    ),
    FormField(
        "language",
        "Language",
        "select",
        choices=True,
        help="Language of texts and messages of SAP. Empty: the user's own.",
    ),
    FormField(
        "version",
        "Service Layer version",
        "select",
        default="auto",
        options=(
            ("auto", "v2 where it is offered, else v1"),
            ("v2", "v2 (OData 4)"),
            ("v1", "v1 (OData 3)"),
        ),
    ),
    FormField(
        "time_zone",
        "Time zone of the server",
        help="SAP tells times by its server's clock. Empty: the bridge finds out when it writes. "
        "Better set it, e.g. Europe/Berlin.",
    ),
    FormField(
        "ca_file",
        "Certificate authority file",
        help="Path on the agent's machine of a PEM file with the Service Layer's certificate "
        "authority, or with its own certificate where it signed itself, as a fresh server does.",
    ),
    FormField(
        "timeout",
        "Longest wait for an answer",
        "number",
        default="60",
        help="Seconds for what is read; documents may take three times as long, several things at "
        "once five times. What longer calls did is looked up; nothing is sent twice blindly.",
    ),
)

_CATALOGUE = (
    code_field("Item number", "What becomes the Item No. in SAP."),
    variant_code_field(
        "Item number of variants",
        "Pattern of the Item No. of a combination of options where the shop has none of its "
        "own: {sku}, {model}, {product} (number), {values} (numbers of the option values).",
    ),
    most_variants_field("A product whose options would make more items than this is refused."),
    FormField(
        "write_price_list",
        "Price list to write to",
        "select",
        choices=True,
        help="Price list that gets the shop's prices. Empty: the first one of SAP.",
        group="Catalogue",
    ),
    FormField(
        "categories_as",
        "Categories",
        "select",
        default="item_groups",
        options=(("item_groups", "Item groups"), ("none", "Leave out")),
        help="An item is in one group: that of the product's first category.",
        group="Catalogue",
    ),
    FormField(
        "item_group",
        "Item group without category",
        "select",
        choices=True,
        help="Group of items whose product has no category, and of the service items for fees. "
        "Empty: SAP's default.",
        group="Catalogue",
    ),
    FormField(
        "disabled_as",
        "Disabled products",
        "select",
        default="inactive",
        options=(("inactive", "Set them inactive"), ("not_for_sale", "Untick Sales Item")),
        help="What a product that is disabled in the shop becomes in SAP.",
        group="Catalogue",
    ),
    FormField(
        "description_field",
        "Description goes to",
        "select",
        default="User_Text",
        options=(
            ("User_Text", "Remarks of the item"),
            ("ForeignName", "Foreign name (100 characters)"),
            ("none", "Leave out"),
        ),
        group="Catalogue",
    ),
    FormField(
        "pictures",
        "Pictures",
        "select",
        default="auto",
        options=(("auto", "Where the server takes them"), ("none", "Leave out")),
        help="SAP has one picture per item, and takes them where a pictures folder is set.",
        group="Catalogue",
    ),
    FormField(
        "uom_group",
        "Unit of measure group",
        "select",
        choices=True,
        help="Group of new items. Empty: Manual.",
        group="Catalogue",
    ),
)

_CUSTOMERS = (
    FormField(
        "customer_code",
        "Customer codes",
        default="OC{key}",
        help="Pattern of a customer's code, with {key} for its number in the shop; or series:<n> "
        "for the numbers of that numbering series of SAP.",
        group="Customers",
    ),
    FormField(
        "customer_group",
        "Customer group",
        "select",
        choices=True,
        help="Group of new customers in SAP. Empty: SAP's default.",
        group="Customers",
    ),
    customer_match_field(
        "Customers that SAP has already",
        "Never find: always make new customers",
        "How a customer of the shop is linked to a business partner that is in SAP. Where "
        "several fit, you choose.",
    ),
)

_ORDERS = (
    FormField(
        "warehouse",
        "Warehouse",
        "select",
        choices=True,
        help="Warehouse of the shop's orders. Empty: the item's, else SAP's default.",
        group="Orders",
    ),
    FormField(
        "salesperson",
        "Sales employee",
        "select",
        choices=True,
        help="Sales employee of the shop's orders. Empty: none.",
        group="Orders",
    ),
    FormField(
        "series",
        "Numbering series of orders",
        "select",
        choices=True,
        help="Empty: the default series of SAP.",
        group="Orders",
    ),
    FormField(
        "tax_free",
        "Code for untaxed lines",
        "select",
        choices=True,
        help="Tax code of lines that the shop takes no tax for.",
        group="Orders",
    ),
    FormField(
        "tax_combinations",
        "Tax combinations",
        help="SAP has one tax code per line. Where the shop takes several taxes on a line: their "
        "codes and the code that stands for them together, e.g. GST+PST=BOTH, with commas.",
        group="Orders",
    ),
    FormField(
        "freight_shipping",
        "Freight for shipping",
        "multiselect",
        choices=True,
        help="Freight of SAP that shipping costs are written to.",
        group="Orders",
    ),
    FormField(
        "freight_fees",
        "Freights for fees",
        "multiselect",
        choices=True,
        help="Freights that fees, gift wrapping and the like are written to. A freight can be in "
        "an order once: name as many as orders have fees.",
        group="Orders",
    ),
    FormField(
        "freight_discounts",
        "Freights for discounts",
        "multiselect",
        choices=True,
        help="Freights that coupons, vouchers and reward points are written to, one per tax rate.",
        group="Orders",
    ),
    FormField(
        "freight_levies",
        "Freights for levies",
        "multiselect",
        choices=True,
        help="Freights that fixed amounts of tax (eco taxes) are written to.",
        group="Orders",
    ),
    FormField(
        "exchange_rate",
        "Exchange rate of orders",
        "select",
        default="day",
        options=(("day", "SAP's rate of the day"), ("shop", "The shop's rate")),
        help="For orders in another currency than the company's. The shop's rate, which invoices "
        "and payments take over, needs a shop whose default currency is the company's.",
        group="Orders",
    ),
    FormField(
        "rounding",
        "Differences of cents",
        "select",
        default="rounding",
        options=(("rounding", "Rounding of the document"), ("none", "Let the order wait")),
        help="Where SAP's total differs from the shop's by rounding alone.",
        group="Orders",
    ),
    FormField(
        "batch_rule",
        "Items with batches or serial numbers",
        "select",
        default="report",
        options=(
            ("report", "A person chooses them"),
            ("first_expiry", "Those that expire first"),
        ),
        help="What a delivery made by the bridge takes.",
        group="Orders",
    ),
    FormField(
        "down_payment",
        "Down payments are",
        "select",
        default="request",
        options=(
            ("request", "A/R down payment requests"),
            ("invoice", "A/R down payment invoices"),
        ),
        help="What a payment in advance is entered on; requests are not posted until they are "
        "paid. Both need the accounts for down payments (G/L Account Determination).",
        group="Orders",
    ),
)

_SOURCE = (
    FormField(
        "source_products",
        "Items for the shop",
        "select",
        default="all",
        options=(
            ("all", "All sales items"),
            ("group", "Those of one item group"),
            ("property", "Those with one item property"),
            ("prepared", "Those with a product code (U_ERPB_Product)"),
        ),
        help="Which items of SAP are meant for the shop. Others are not made there; those that are "
        "there already are disabled.",
        group="From SAP Business One",
    ),
    FormField(
        "source_group",
        "Group of these items",
        "select",
        choices=True,
        group="From SAP Business One",
    ),
    FormField(
        "source_property",
        "Property of these items",
        "select",
        choices=True,
        help="One of the 64 item properties.",
        group="From SAP Business One",
    ),
)

FIELDS: tuple[FormField, ...] = (*_CONNECTION, *_CATALOGUE, *_CUSTOMERS, *_ORDERS, *_SOURCE)
