"""The settings about the way into the shop that every connection has, as its form asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from agent.erp.forms import FormField
from agent.errors import ConfigError
from agent.sync.two_way.ownership import LABELS, Owner, parse_ownership, setting_name
from agent.sync.two_way.rules import BASES, FORMULAS, parse_prices, parse_stock

_RECORDS = "From the ERP"
_STOCK = "Stock"
_PRICES = "Prices"
_RIGHT = "Who is right"

_OWNERS = (
    (Owner.SHOP.value, "The shop"),
    (Owner.ERP.value, "The ERP"),
    (Owner.NEWEST.value, "Whoever changed it last"),
    (Owner.HOLD.value, "Ask me where both changed it"),
)

TWO_WAY_FIELDS: tuple[FormField, ...] = (
    FormField(
        "make_records",
        "Make new records",
        "boolean",
        default="1",
        help="Make products, categories and the like in the shop that only the ERP has, when they "
        "are synchronized from it.",
        group=_RECORDS,
    ),
    FormField(
        "options_as",
        "Combinations become",
        "select",
        default="options",
        options=(
            ("options", "Options of the product"),
            ("variants", "Variants: products of their own (OpenCart 4)"),
        ),
        help="What the variants of a new product become in the shop. A shop counts the stock of "
        "options by value, of variants by combination.",
        group=_RECORDS,
    ),
    FormField(
        "new_in_stores",
        "Show new records in",
        default="0",
        help="Numbers of the shop's stores with commas; 0 is the default store.",
        group=_RECORDS,
    ),
    FormField(
        "stock_formula",
        "Quantity in the shop",
        "select",
        default="available",
        options=tuple(FORMULAS.items()),
        help="What of the ERP's stock the shop may sell.",
        group=_STOCK,
    ),
    FormField(
        "stock_warehouses",
        "Warehouses",
        "multiselect",
        choices=True,
        help="Whose stock counts. None chosen: all of the company.",
        group=_STOCK,
    ),
    FormField(
        "stock_buffer",
        "Keep back",
        "number",
        default="0",
        help="Pieces of each item that the shop never sells.",
        group=_STOCK,
    ),
    FormField(
        "stock_unseen",
        "Count orders on their way",
        "boolean",
        default="1",
        help="Take off what the shop has sold and the ERP does not know of yet.",
        group=_STOCK,
    ),
    FormField(
        "stock_status_in",
        "Stock status while in stock",
        "number",
        default="0",
        help="Number of the shop's stock status. 0: leave it as it is.",
        group=_STOCK,
    ),
    FormField(
        "stock_status_out",
        "Stock status without stock",
        "number",
        default="0",
        help="Number of the shop's stock status. 0: leave it as it is.",
        group=_STOCK,
    ),
    FormField(
        "stock_disable_out",
        "Disable without stock",
        "boolean",
        default="0",
        help="Disable products that are out of stock, and enable those again when stock comes. In "
        "the ERP they stay as they are.",
        group=_STOCK,
    ),
    FormField(
        "price_list",
        "Price list of the shop",
        "select",
        choices=True,
        help="Where the shop's own prices come from. Empty: the products' list prices.",
        group=_PRICES,
    ),
    FormField(
        "price_basis",
        "Prices in the ERP",
        "select",
        default="auto",
        options=tuple(BASES.items()),
        help="A shop keeps its prices without tax.",
        group=_PRICES,
    ),
    FormField(
        "price_convert",
        "Convert currencies",
        "boolean",
        default="0",
        help="Convert prices in another currency by the shop's rates. Off: such prices wait.",
        group=_PRICES,
    ),
    *(
        FormField(
            setting_name(group),
            label,
            "select",
            default=Owner.SHOP.value,
            options=_OWNERS,
            help="Whose value counts for records that both have." if group == "texts" else "",
            group=_RIGHT,
        )
        for group, label in LABELS.items()
    ),
)
"""Typed by ``agent.sync.two_way.ownership`` and ``agent.sync.two_way.rules``."""


def check_two_way(settings: Mapping[str, object]) -> None:
    """Check the settings of the way into the shop.

    Raises:
        ConfigError: one cannot be used; names it.
    """
    parse_ownership(settings)
    parse_stock(settings)
    parse_prices(settings, currency="", rates={}, groups={}, specials=())
    stores(settings)


def stores(settings: Mapping[str, object]) -> tuple[int, ...]:
    """Return the stores that new records are shown in.

    Raises:
        ConfigError: they are no numbers with commas.
    """
    text = str(settings.get("new_in_stores") or "0")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ConfigError(
            f"The setting new_in_stores cannot be {text!r}",
            fix="Write numbers of stores with commas, e.g. 0,1.",
            code="config.setting",
        )
    return tuple(int(part) for part in parts) or (0,)
