"""What a shop has on sale, and carts drawn from it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_checkout import Basket, Line, OptionValue

_TEXTS = {
    "text": "For Jürgen & Zoë",
    "textarea": "Two lines:\nplease <ring> twice",
    "date": "2027-01-15",
    "time": "12:30",
    "datetime": "2027-01-15 12:30",
}


@dataclass(frozen=True)
class Choice:
    """An option of a product: ``values`` are those on stock, empty for texts, dates and files."""

    option: int
    type: str
    required: bool
    values: tuple[int, ...]


@dataclass(frozen=True)
class Sellable:
    """A product that can be bought now."""

    product: int
    minimum: int
    quantity: int
    shipping: bool
    choices: tuple[Choice, ...]


def restock(store: Store) -> None:
    """Lay in enough of what is on sale for any number of carts; what is sold out stays so."""
    for table in ("product", "product_option_value"):
        store.rows(f"UPDATE {{p}}{table} SET quantity = 100000 WHERE quantity > 20")


def sellables(store: Store) -> list[Sellable]:
    """Return what the default store has on sale and on stock, downloads left out."""
    rows = store.rows(
        "SELECT p.product_id, p.minimum, p.quantity, p.shipping FROM {p}product p"
        " JOIN {p}product_to_store s ON s.product_id = p.product_id AND s.store_id = 0"
        " WHERE p.status = 1 AND p.quantity > 20 AND p.date_available <= NOW()"
        " AND p.product_id NOT IN (SELECT product_id FROM {p}product_to_download)"
        + (" AND p.master_id = 0" if store.major > 3 else "")
        + " ORDER BY p.product_id"
    )
    choices = _choices(store)
    found = [
        Sellable(
            int(row["product_id"]),
            max(1, int(row["minimum"])),
            int(row["quantity"]),
            bool(row["shipping"]),
            tuple(choices.get(int(row["product_id"]), ())),
        )
        for row in rows
    ]
    return [one for one in found if all(_offers(c) for c in one.choices if c.required)]


def _offers(choice: Choice) -> bool:
    return bool(choice.values) or choice.type in _TEXTS or choice.type == "file"


def _choices(store: Store) -> dict[int, list[Choice]]:
    values: dict[int, list[int]] = {}
    for row in store.rows(
        "SELECT product_option_id, product_option_value_id FROM {p}product_option_value"
        " WHERE quantity > 20 OR subtract = 0 ORDER BY product_option_value_id"
    ):
        values.setdefault(int(row["product_option_id"]), []).append(
            int(row["product_option_value_id"])
        )
    found: dict[int, list[Choice]] = {}
    for row in store.rows(
        "SELECT po.product_option_id, po.product_id, po.required, o.type FROM {p}product_option po"
        " JOIN {p}option o ON o.option_id = po.option_id ORDER BY po.product_option_id"
    ):
        number = int(row["product_option_id"])
        found.setdefault(int(row["product_id"]), []).append(
            Choice(number, str(row["type"]), bool(row["required"]), tuple(values.get(number, ())))
        )
    return found


def uploaded_file(store: Store, name: str = "drawing.png") -> str:
    """Put a file into the shop as the storefront's upload does; return its code."""
    code = f"{random.getrandbits(160):040x}"
    store.rows(
        "INSERT INTO {p}upload SET name = %s, filename = %s, code = %s, date_added = NOW()",
        (name, f"{name}.{code}", code),
    )
    return code


def chosen(dice: random.Random, store: Store, goods: Sellable) -> dict[int, OptionValue]:
    """Choose values for a product: all that is required, and some of the rest."""
    options: dict[int, OptionValue] = {}
    for choice in goods.choices:
        if not _offers(choice) or not (choice.required or dice.random() < 0.5):
            continue
        if choice.type == "checkbox":
            many = dice.randint(1, len(choice.values))
            options[choice.option] = tuple(sorted(dice.sample(choice.values, many)))
        elif choice.values:
            options[choice.option] = dice.choice(choice.values)
        elif choice.type == "file":
            options[choice.option] = uploaded_file(store)
        else:
            options[choice.option] = _TEXTS[choice.type]
    return options


def random_basket(
    dice: random.Random,
    store: Store,
    goods: Sequence[Sellable],
    *,
    most_lines: int = 4,
    most_pieces: int = 5,
    coupons: Sequence[str] = ("",),
    currencies: Sequence[str] = ("",),
) -> Basket:
    """Draw a basket: different products with their options, perhaps a coupon, a currency.

    At least one of them is shipped: cash on delivery is not offered otherwise.
    """
    many = dice.randint(1, min(most_lines, len(goods)))
    drawn = dice.sample(list(goods), many)
    if not any(one.shipping for one in drawn):
        drawn[0] = dice.choice([one for one in goods if one.shipping])
    lines = tuple(
        Line(
            one.product,
            one.minimum + dice.randint(0, most_pieces - 1),
            chosen(dice, store, one),
        )
        for one in drawn
    )
    return Basket(lines, coupon=dice.choice(list(coupons)), currency=dice.choice(list(currencies)))


def open_coupons(store: Store) -> list[str]:
    """Let all coupons of the demo data be used from now on, any number of times; return codes."""
    store.rows(
        "UPDATE {p}coupon SET status = 1, uses_total = 0, uses_customer = 0, logged = 0,"
        " date_start = '2020-01-01', date_end = '2099-01-01'"
    )
    return [str(row["code"]) for row in store.rows("SELECT code FROM {p}coupon ORDER BY code")]
