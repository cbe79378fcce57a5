"""Settings of a SAP Business One connection: their values checked and typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.erp.form_values import FormValues
from agent.erp.sap_b1.fields import FIELDS, LANGUAGES

VARIANT_PLACEHOLDERS = ("sku", "model", "product", "values")
CUSTOMER_PLACEHOLDERS = ("key",)
_SERIES = re.compile(r"series:([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class SapB1Settings:
    """Checked settings. Timeouts are seconds; what is None or empty was left open.

    ``language`` is the number of a language of B1 as a login wants it; ``customer_series`` is the
    numbering series that gives customers their codes, ``customer_code`` is empty then;
    ``tax_combinations`` names the code that stands for several together.
    """

    url: str
    database: str
    user: str
    version: str = "auto"
    ca_file: str = ""
    timeout: float = 60.0
    connect_timeout: float = 10.0
    language: str = ""
    time_zone: str = ""
    code_from: str = "sku"
    variant_code: str = "{sku}-{values}"
    max_variants: int = 100
    write_price_list: int | None = None
    categories_as: str = "item_groups"
    item_group: int | None = None
    disabled_as: str = "inactive"
    description_field: str = "User_Text"
    pictures: str = "auto"
    uom_group: int | None = None
    customer_code: str = "OC{key}"
    customer_series: int | None = None
    customer_group: int | None = None
    customer_match: str = "vat_email"
    warehouse: str = ""
    salesperson: int | None = None
    series: int | None = None
    tax_free: str = ""
    tax_combinations: Mapping[frozenset[str], str] = field(default_factory=dict)
    freight_shipping: tuple[int, ...] = ()
    freight_fees: tuple[int, ...] = ()
    freight_discounts: tuple[int, ...] = ()
    freight_levies: tuple[int, ...] = ()
    exchange_rate: str = "day"
    rounding: str = "rounding"
    batch_rule: str = "report"
    down_payment: str = "request"
    source_products: str = "all"
    source_group: int | None = None
    source_property: int | None = None


def parse_settings(values: Mapping[str, object]) -> SapB1Settings:
    """Return ``values`` of the form checked and typed; absent ones take their defaults.

    Raises:
        ConfigError: a value is missing or cannot be used; names the setting.
    """
    form = FormValues(FIELDS, values, "a SAP Business One connection")
    texts = form.texts
    for word in ("group", "property"):
        if texts["source_products"] == word and not texts[f"source_{word}"]:
            form.refuse(f"source_{word}", "is empty", "Choose one, or let all items be meant.")
    code, series = _customer_code(form)
    return SapB1Settings(
        url=form.url("url", pages=r"/b1s", example="https://host:50000"),
        database=texts["database"],
        user=texts["user"],
        version=texts["version"],
        ca_file=form.file("ca_file"),
        timeout=form.number("timeout", 5, 3600),
        language=_language(form),
        time_zone=_time_zone(form),
        code_from=texts["code_from"],
        variant_code=form.pattern("variant_code", VARIANT_PLACEHOLDERS, needed="values")
        or "{sku}-{values}",
        max_variants=int(form.number("max_variants", 1, 1000)),
        write_price_list=form.identifier("write_price_list"),
        categories_as=texts["categories_as"],
        item_group=form.identifier("item_group"),
        disabled_as=texts["disabled_as"],
        description_field=texts["description_field"],
        pictures=texts["pictures"],
        uom_group=_signed(form, "uom_group"),
        customer_code=code,
        customer_series=series,
        customer_group=form.identifier("customer_group"),
        customer_match=texts["customer_match"],
        warehouse=texts["warehouse"],
        salesperson=form.identifier("salesperson"),
        series=form.identifier("series"),
        tax_free=texts["tax_free"],
        tax_combinations=_combinations(form),
        freight_shipping=_codes(form, "freight_shipping"),
        freight_fees=_codes(form, "freight_fees"),
        freight_discounts=_codes(form, "freight_discounts"),
        freight_levies=_codes(form, "freight_levies"),
        exchange_rate=texts["exchange_rate"],
        rounding=texts["rounding"],
        batch_rule=texts["batch_rule"],
        down_payment=texts["down_payment"],
        source_products=texts["source_products"],
        source_group=form.identifier("source_group"),
        source_property=form.identifier("source_property"),
    )


def _language(form: FormValues) -> str:
    text = form.texts["language"]
    if text and text not in dict(LANGUAGES):
        form.refuse("language", f"cannot be {text!r}", "Choose one from the list.")
    return text


def _time_zone(form: FormValues) -> str:
    text = form.texts["time_zone"]
    if text:
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            form.refuse(
                "time_zone",
                f"cannot be {text!r}",
                "Write a name such as Europe/Berlin, or leave it empty.",
            )
    return text


def _customer_code(form: FormValues) -> tuple[str, int | None]:
    """Return the pattern of customers' codes, or the series that gives them."""
    text = form.texts["customer_code"]
    found = _SERIES.fullmatch(text.lower().replace(" ", ""))
    if found is not None:
        return "", int(found.group(1))
    if text.lower().startswith("series"):
        form.refuse("customer_code", f"cannot be {text!r}", "Write series:<number>, e.g. series:1.")
    pattern = form.pattern("customer_code", CUSTOMER_PLACEHOLDERS, needed="key")
    return pattern or "OC{key}", None


def _signed(form: FormValues, name: str) -> int | None:
    """Return a number that may be -1, as B1 gives to what it brings along."""
    return -1 if form.texts[name] == "-1" else form.identifier(name)


def _codes(form: FormValues, name: str) -> tuple[int, ...]:
    """Return numbers that were written with commas."""
    found = []
    for text in form.several(name):
        if not text.isascii() or not text.isdigit():
            form.refuse(name, f"cannot be {text!r}", "Write numbers of freights, with commas.")
        found.append(int(text))
    return tuple(found)


def _combinations(form: FormValues) -> dict[frozenset[str], str]:
    """Return which code stands for several: ``GST+PST=COMB, …``."""
    found: dict[frozenset[str], str] = {}
    for text in form.several("tax_combinations"):
        several, equals, code = text.partition("=")
        parts = frozenset(part.strip() for part in several.split("+") if part.strip())
        if not equals or not code.strip() or len(parts) < 2:
            form.refuse(
                "tax_combinations", f"has {text!r}", "Write them like GST+PST=BOTH, with commas."
            )
        found[parts] = code.strip()
    return found
