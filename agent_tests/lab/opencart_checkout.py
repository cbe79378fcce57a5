"""Real checkouts in the storefront, as plain HTTP: any cart, guest or customer, in every version.

    order_id = checkout(store, Basket((Line(42, 2, {226: 15}),), coupon="2222", currency="EUR"))

About ten requests per order. Orders of several threads do not disturb each other.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_shopper import ABERDEEN, PLAIN_PRODUCT, UNITED_KINGDOM, Shopper

PASSWORD = "Secret-pass1"
OptionValue = int | str | tuple[int, ...]
_numbers = itertools.count(1)


class CheckoutRefused(AssertionError):
    """The shop did not take the order; the text says at which step and why."""


@dataclass(frozen=True)
class Line:
    """A product with its options: product_option_id to the chosen value.

    The value is a product_option_value_id (select, radio), several (checkbox), or the text, date
    or upload code that was entered.
    """

    product: int = PLAIN_PRODUCT
    quantity: int = 1
    options: Mapping[int, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A postal address; ``country`` and ``zone`` are the shop's ids."""

    first_name: str = "Grace"
    last_name: str = "Guest"
    company: str = ""
    street: str = "1 Test Street"
    street2: str = ""
    city: str = "Aberdeen"
    postcode: str = "AB10 1AB"
    country: int = UNITED_KINGDOM
    zone: int = ABERDEEN

    def fields(self, prefix: str = "") -> dict[str, str]:
        """Return the fields of OpenCart's address forms."""
        values = {
            "firstname": self.first_name,
            "lastname": self.last_name,
            "company": self.company,
            "address_1": self.street,
            "address_2": self.street2,
            "city": self.city,
            "postcode": self.postcode,
            "country_id": str(self.country),
            "zone_id": str(self.zone),
        }
        return {prefix + name: value for name, value in values.items()}


@dataclass(frozen=True)
class Basket:
    """What is bought and how.

    ``bill_to`` other than ``ship_to`` needs the setting ``config_checkout_payment_address`` in
    OpenCart 4 (:func:`ask_for_billing`). ``shipping`` is ``module.method``, ``payment`` the module;
    cash on delivery (``cod``) wants at least one product that is shipped.
    Empty ``currency`` and ``language`` stand for the shop's own.
    """

    lines: tuple[Line, ...] = (Line(),)
    ship_to: Place = Place()
    bill_to: Place | None = None
    coupon: str = ""
    currency: str = ""
    language: str = ""
    shipping: str = "flat.flat"
    payment: str = "cod"
    comment: str = ""
    email: str = ""
    """Of a guest; empty for one never used before."""
    telephone: str = "0123456789"
    customer_group: int = 1


@dataclass
class Account:
    """A registered customer, logged in at the storefront."""

    customer_id: int
    email: str
    shopper: Shopper
    addresses: dict[Place, int] = field(default_factory=dict)


def unused_email(name: str = "shopper") -> str:
    """Return an e-mail address that no other order of any test run has."""
    return f"{name}{next(_numbers)}-{os.getpid()}@shopper.example"


def ask_for_billing(store: Store, wanted: bool = True) -> None:
    """Let OpenCart 4 ask for a billing address, too; OpenCart 3 always does."""
    if store.major > 3:
        store.set_setting("config_checkout_payment_address", "1" if wanted else "0")


def register(store: Store, email: str = "", language: str = "") -> Account:
    """Register a customer in the storefront and stay logged in."""
    shopper = Shopper(store, language=language)
    email = email or unused_email("customer")
    return Account(shopper.register(email), email, shopper)


def checkout(
    store: Store, basket: Basket, account: Account | None = None, *, registering: bool = False
) -> int:
    """Buy as a guest, as ``account``, or ``registering`` on the way; return the order's id.

    Raises:
        CheckoutRefused: a step was refused, or no order came of it.
    """
    shopper = account.shopper if account else Shopper(store, language=basket.language)
    email = account.email if account else basket.email or unused_email()
    before = _newest(store, email)
    try:
        _fill(shopper, basket)
        if store.major == 3:
            _addresses3(shopper, basket, account, email, registering)
            _methods3(shopper, basket)
        else:
            _addresses4(shopper, basket, account, email, registering)
            _methods4(shopper, basket)
        _confirm(shopper, basket)
    except CheckoutRefused:
        raise
    except AssertionError as refused:
        raise CheckoutRefused(f"OpenCart {store.version}: {basket}: {refused}") from refused
    found = _newest(store, email)
    if found == before:
        raise CheckoutRefused(f"OpenCart {store.version}: {basket}: no order was confirmed")
    if account:
        shopper.get("checkout/success")
    return found


def _newest(store: Store, email: str) -> int:
    return int(
        store.value(
            "SELECT MAX(order_id) FROM {p}order WHERE email = %s AND order_status_id > 0", (email,)
        )
        or 0
    )


def _fill(shopper: Shopper, basket: Basket) -> None:
    major = shopper.store.major
    if basket.currency:
        route = "common/currency|currency" if major == 3 else "common/currency|save"
        shopper.post(route, {"code": basket.currency, "redirect": shopper.store.url})
    for line in basket.lines:
        fields: list[tuple[str, str]] = [
            ("product_id", str(line.product)),
            ("quantity", str(line.quantity)),
        ]
        for option, value in line.options.items():
            if isinstance(value, tuple):
                fields += [(f"option[{option}][]", str(one)) for one in value]
            else:
                fields.append((f"option[{option}]", str(value)))
        answer = shopper.answer(shopper.post("checkout/cart|add", fields))
        assert answer.get("success"), f"cart: {answer}"
    if basket.coupon:
        route = {
            3: "extension/total/coupon|coupon",
            4: "extension/opencart/total/coupon|save",
            5: "extension/opencart/checkout/coupon|save",
        }[5 if shopper.store.is_41 else major]
        shopper.answer(shopper.post(route, {"coupon": basket.coupon}))


def _person(basket: Basket, email: str, registering: bool) -> dict[str, str]:
    fields = {
        "firstname": basket.ship_to.first_name,
        "lastname": basket.ship_to.last_name,
        "email": email,
        "telephone": basket.telephone,
        "customer_group_id": str(basket.customer_group),
        "agree": "1",
    }
    if registering:
        fields.update(password=PASSWORD, confirm=PASSWORD, newsletter="0")
    return fields


def _needs_shipping(shopper: Shopper, basket: Basket) -> bool:
    ids = sorted({line.product for line in basket.lines})
    marks = ", ".join(["%s"] * len(ids))
    found = shopper.store.value(
        f"SELECT COUNT(*) FROM {{p}}product WHERE shipping = 1 AND product_id IN ({marks})", ids
    )
    return bool(found)


def _addresses3(
    shopper: Shopper, basket: Basket, account: Account | None, email: str, registering: bool
) -> None:
    bill_to = basket.bill_to or basket.ship_to
    same = {"shipping_address": "1"} if bill_to == basket.ship_to else {}
    ships = _needs_shipping(shopper, basket)
    if account is None:
        step = "register" if registering else "guest"
        person = {**_person(basket, email, registering), **bill_to.fields(), **same}
        shopper.saved(shopper.post(f"checkout/{step}|save", person))
        if ships and not same:
            step = "shipping_address" if registering else "guest_shipping"
            fields = {**basket.ship_to.fields(), "shipping_address": "new"}
            shopper.saved(shopper.post(f"checkout/{step}|save", fields))
        return
    for kind, place in (("payment", bill_to), ("shipping", basket.ship_to)):
        if kind == "payment" or ships:
            known = account.addresses.get(place)
            choice = {f"{kind}_address": "existing", "address_id": str(known)}
            new = {f"{kind}_address": "new", **place.fields()}
            shopper.saved(shopper.post(f"checkout/{kind}_address|save", choice if known else new))
            if not known:
                account.addresses[place] = _newest_address(shopper.store, account)


def _newest_address(store: Store, account: Account) -> int:
    return int(
        store.value(
            "SELECT MAX(address_id) FROM {p}address WHERE customer_id = %s", (account.customer_id,)
        )
    )


def _methods3(shopper: Shopper, basket: Basket) -> None:
    if _needs_shipping(shopper, basket):
        shopper.get("checkout/shipping_method")
        fields = {"shipping_method": basket.shipping, "comment": basket.comment}
        shopper.saved(shopper.post("checkout/shipping_method|save", fields))
    shopper.get("checkout/payment_method")
    fields = {"payment_method": basket.payment, "comment": basket.comment, "agree": "1"}
    shopper.saved(shopper.post("checkout/payment_method|save", fields))


def _addresses4(
    shopper: Shopper, basket: Basket, account: Account | None, email: str, registering: bool
) -> None:
    bill_to = basket.bill_to or basket.ship_to
    asks = str(shopper.store.value(_ASKS)) == "1"
    assert asks or bill_to == basket.ship_to, "the shop does not ask for a billing address"
    if account is None:
        fields = {
            **_person(basket, email, registering),
            "account": "1" if registering else "0",
            "address_match": "1" if asks and bill_to == basket.ship_to else "0",
            **bill_to.fields("payment_"),
            **basket.ship_to.fields("shipping_"),
        }
        shopper.answer(shopper.post("checkout/register|save", fields))
        return
    kinds = [("payment", bill_to)] if asks else []
    if _needs_shipping(shopper, basket):
        kinds.append(("shipping", basket.ship_to))
    for kind, place in kinds:
        known = account.addresses.get(place)
        if known:
            shopper.saved(shopper.get(f"checkout/{kind}_address|address", address_id=known))
        else:
            answer = shopper.answer(shopper.post(f"checkout/{kind}_address|save", place.fields()))
            assert answer.get("address_id"), f"{kind} address: {answer}"
            account.addresses[place] = int(answer["address_id"])


_ASKS = (
    "SELECT value FROM {p}setting WHERE store_id = 0 AND `key` = 'config_checkout_payment_address'"
)


def _methods4(shopper: Shopper, basket: Basket) -> None:
    if _needs_shipping(shopper, basket):
        shopper.answer(shopper.get("checkout/shipping_method|quote"))
        shopper.saved(
            shopper.post("checkout/shipping_method|save", {"shipping_method": basket.shipping})
        )
    shopper.answer(shopper.get("checkout/payment_method|getMethods"))
    code = basket.payment if "." in basket.payment else f"{basket.payment}.{basket.payment}"
    shopper.saved(shopper.post("checkout/payment_method|save", {"payment_method": code}))
    if basket.comment:
        shopper.saved(shopper.post("checkout/payment_method|comment", {"comment": basket.comment}))


def _confirm(shopper: Shopper, basket: Basket) -> None:
    payment = basket.payment.split(".")[0]
    if shopper.store.major == 3:
        shopper.get("checkout/confirm")
        shopper.get(f"extension/payment/{payment}|confirm")
    else:
        shopper.get("checkout/confirm|confirm")
        answer: dict[str, Any] = shopper.answer(
            shopper.get(f"extension/opencart/payment/{payment}|confirm")
        )
        assert "failure" not in str(answer.get("redirect", "")), f"payment: {answer}"
