"""Settings, languages, taxes and places of the sample shop."""

from __future__ import annotations

import json

from agent.sandbox.store.goods import ENGLISH, GERMAN, LANGUAGES, Words
from agent.sandbox.store.plan import OPENED, REDUCED_TAX, STANDARD_TAX
from agent.sandbox.store.writer import Writer

SAMPLE_CODE = "erp_bridge_sample"
"""Settings group that marks a shop as a sample, which may be made anew."""

SHOP_NAME = "Fern & Hearth"
GERMANY = 81
BAVARIA, BERLIN, VIENNA = 1256, 1257, 207
SWITZERLAND = 204
CUSTOMER_GROUP, TRADE_GROUP = 1, 2

COUNTRIES: tuple[tuple[int, Words, str, str], ...] = (
    (14, ("Austria", "Österreich"), "AT", "AUT"),
    (57, ("Denmark", "Dänemark"), "DK", "DNK"),
    (74, ("France", "Frankreich"), "FR", "FRA"),
    (GERMANY, ("Germany", "Deutschland"), "DE", "DEU"),
    (150, ("Netherlands", "Niederlande"), "NL", "NLD"),
    (SWITZERLAND, ("Switzerland", "Schweiz"), "CH", "CHE"),
)
ZONES: tuple[tuple[int, int, str, Words], ...] = (
    (BAVARIA, GERMANY, "BY", ("Bavaria", "Bayern")),
    (BERLIN, GERMANY, "BE", ("Berlin", "Berlin")),
    (1260, GERMANY, "HH", ("Hamburg", "Hamburg")),
    (VIENNA, 14, "W", ("Vienna", "Wien")),
)
EU_ZONE, HOME_ZONE = 1, 2
STANDARD_RATE, REDUCED_RATE, ECO_RATE = 81, 82, 83

ORDER_STATUSES: tuple[tuple[int, Words], ...] = (
    (1, ("Pending", "Offen")),
    (2, ("Processing", "In Bearbeitung")),
    (3, ("Shipped", "Versandt")),
    (5, ("Complete", "Abgeschlossen")),
    (7, ("Canceled", "Storniert")),
    (11, ("Refunded", "Erstattet")),
)
_FORMAT = "{firstname} {lastname}\n{company}\n{address_1}\n{postcode} {city}\n{country}"


def write_localisation(writer: Writer) -> None:
    """Write everything that is no catalogue and no sale."""
    _settings(writer)
    _languages(writer)
    _units(writer)
    _places(writer)
    _taxes(writer)
    _statuses(writer)


def translated(writer: Writer, table: str, key: str, rows: tuple[tuple[int, Words], ...]) -> None:
    """Write names into a table of ``key``, language_id and name."""
    add = writer.table(table, key, "language_id", "name")
    for number, (english, german) in rows:
        add(number, ENGLISH, escape(english))
        add(number, GERMAN, escape(german))


def escape(text: str) -> str:
    """Return a text as the shop's forms store it."""
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    )


def _settings(writer: Writer) -> None:
    add = writer.table("setting", "store_id", "code", "key", "value", "serialized")
    new_names = writer.shape.at_least("4.1")
    values: dict[str, object] = {
        "config_name": escape(SHOP_NAME),
        "config_owner": "Fern &amp; Hearth GmbH",
        "config_email": "shop@example.com",
        "config_telephone": "+49 30 000000",
        "config_country_id": GERMANY,
        "config_zone_id": BAVARIA,
        ("config_language_catalog" if new_names else "config_language"): "en-gb",
        "config_language_admin": "en-gb",
        "config_currency": "EUR",
        "config_length_class_id": 1,
        "config_weight_class_id": 1,
        "config_customer_group_id": CUSTOMER_GROUP,
        "config_tax": 1,
        "config_tax_default": "shipping",
        "config_tax_customer": "shipping",
        "config_invoice_prefix": "INV-2024-00",
        "config_order_status_id": 1,
        "config_processing_status": ["1", "2", "3", "5"],
        "config_complete_status": ["3", "5"],
    }
    if writer.shape.at_least("3.0.3"):
        values["config_timezone"] = "Europe/Berlin"
    for key, value in values.items():
        listed = isinstance(value, list)
        add(0, "config", key, json.dumps(value) if listed else str(value), int(listed))
    add(0, SAMPLE_CODE, f"{SAMPLE_CODE}_version", str(writer.shape), 0)


def _languages(writer: Writer) -> None:
    for number, name, code in LANGUAGES:
        writer.row(
            "language",
            {
                "language_id": number,
                "name": name,
                "code": code,
                "locale": f"{code[:2]}_{code[3:].upper()}.UTF-8",
                "image": f"{code[3:]}.png",
                "directory": code,
                "extension": "",
                "sort_order": number,
                "status": 1,
            },
        )
    add = writer.table(
        "currency",
        "title",
        "code",
        "symbol_left",
        "symbol_right",
        "decimal_place",
        "value",
        "status",
        "date_modified",
    )
    add("Euro", "EUR", "", " €", 2, 1, 1, OPENED)
    add("Swiss Franc", "CHF", "CHF ", "", 2, 0.95, 1, OPENED)


def _units(writer: Writer) -> None:
    weight = writer.table("weight_class", "weight_class_id", "value")
    length = writer.table("length_class", "length_class_id", "value")
    for number, value in ((1, 1), (2, 1000)):
        weight(number, value)
    for number, value in ((1, 1), (2, 10)):
        length(number, value)
    names: tuple[tuple[str, int, Words, str], ...] = (
        ("weight", 1, ("Kilogram", "Kilogramm"), "kg"),
        ("weight", 2, ("Gram", "Gramm"), "g"),
        ("length", 1, ("Centimetre", "Zentimeter"), "cm"),
        ("length", 2, ("Millimetre", "Millimeter"), "mm"),
    )
    for kind, number, titles, unit in names:
        add = writer.table(
            f"{kind}_class_description", f"{kind}_class_id", "language_id", "title", "unit"
        )
        for language, title in zip((ENGLISH, GERMAN), titles, strict=True):
            add(number, language, title, unit)


def _places(writer: Writer) -> None:
    country = writer.table(
        "country",
        "country_id",
        "name",
        "iso_code_2",
        "iso_code_3",
        "address_format",
        "address_format_id",
        "postcode_required",
        "status",
    )
    for number, words, short, long in COUNTRIES:
        country(number, words[0], short, long, "", 1, 1, 1)
    zone = writer.table("zone", "zone_id", "country_id", "name", "code", "status")
    for number, country_id, code, words in ZONES:
        zone(number, country_id, words[0], code, 1)
    translated(
        writer, "country_description", "country_id", tuple((row[0], row[1]) for row in COUNTRIES)
    )
    translated(writer, "zone_description", "zone_id", tuple((row[0], row[3]) for row in ZONES))
    writer.table("address_format", "address_format_id", "name", "address_format")(
        1, "Default", _FORMAT
    )


def _taxes(writer: Writer) -> None:
    dates = ("date_added", "date_modified")
    geo = writer.table("geo_zone", "geo_zone_id", "name", "description", *dates)
    geo(EU_ZONE, "European Union", "Member states", OPENED, OPENED)
    geo(HOME_ZONE, "Germany", "Home", OPENED, OPENED)
    member = writer.table("zone_to_geo_zone", "country_id", "zone_id", "geo_zone_id", *dates)
    for country_id in (14, 57, 74, GERMANY, 150):
        member(country_id, 0, EU_ZONE, OPENED, OPENED)
    member(GERMANY, 0, HOME_ZONE, OPENED, OPENED)
    tax_class = writer.table("tax_class", "tax_class_id", "title", "description", *dates)
    tax_class(STANDARD_TAX, "Standard goods", "Most goods", OPENED, OPENED)
    tax_class(REDUCED_TAX, "Books &amp; food", "Reduced rate", OPENED, OPENED)
    tax_class(11, "Lamps", "Standard rate and recycling fee", OPENED, OPENED)
    rate = writer.table("tax_rate", "tax_rate_id", "geo_zone_id", "name", "rate", "type", *dates)
    rate(STANDARD_RATE, EU_ZONE, "VAT 19%", 19, "P", OPENED, OPENED)
    rate(REDUCED_RATE, EU_ZONE, "VAT 7%", 7, "P", OPENED, OPENED)
    rate(ECO_RATE, HOME_ZONE, "Recycling fee", 1, "F", OPENED, OPENED)
    group = writer.table("tax_rate_to_customer_group", "tax_rate_id", "customer_group_id")
    for rate_id in (STANDARD_RATE, REDUCED_RATE, ECO_RATE):
        group(rate_id, CUSTOMER_GROUP)
        group(rate_id, TRADE_GROUP)
    rule = writer.table("tax_rule", "tax_class_id", "tax_rate_id", "based", "priority")
    rule(STANDARD_TAX, STANDARD_RATE, "shipping", 1)
    rule(REDUCED_TAX, REDUCED_RATE, "shipping", 1)
    rule(11, STANDARD_RATE, "shipping", 1)
    rule(11, ECO_RATE, "store", 2)


def _statuses(writer: Writer) -> None:
    translated(writer, "order_status", "order_status_id", ORDER_STATUSES)
    translated(
        writer,
        "stock_status",
        "stock_status_id",
        ((5, ("Out of stock", "Ausverkauft")), (7, ("In stock", "Auf Lager"))),
    )
    writer.table("customer_group", "customer_group_id", "approval", "sort_order")(
        CUSTOMER_GROUP, 0, 1
    )
    writer.table("customer_group", "customer_group_id", "approval", "sort_order")(TRADE_GROUP, 1, 2)
    translated(
        writer,
        "customer_group_description",
        "customer_group_id",
        (
            (CUSTOMER_GROUP, ("Retail", "Privatkunden")),
            (TRADE_GROUP, ("Trade & craft", "Gewerbe & Handwerk")),
        ),
    )
