"""What a shopper does in OpenCart's storefront, as plain HTTP: register, fill a cart, check out."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

import requests

from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import assert_quiet, dotted

UNITED_KINGDOM = 222
ABERDEEN = 3513
PLAIN_PRODUCT = 40  # demo data: an iPhone, no options to choose

_numbers = itertools.count(1)


@dataclass
class Shopper:
    """One visitor with a cart. Routes name their method after ``|``."""

    store: Store
    session: requests.Session = field(default_factory=requests.Session)
    seen: list[requests.Response] = field(default_factory=list)
    language: str = ""
    customer_token: str = ""
    """What a logged-in customer's forms carry in OpenCart 4."""

    def get(self, route: str, **params: object) -> requests.Response:
        """Open a storefront route; PHP errors in the page fail."""
        return self._call("GET", route, None, params)

    def post(self, route: str, data: Any, **params: object) -> requests.Response:
        """Send a storefront form; PHP errors in the answer fail."""
        return self._call("POST", route, data, params)

    def _call(
        self, method: str, route: str, data: Any, params: dict[str, Any]
    ) -> requests.Response:
        query = {"route": dotted(self.store, route), **params}
        if self.store.major > 3:
            query.setdefault("language", self.language or "en-gb")
        elif self.language:
            self.session.cookies.set("language", self.language)
        response = self.session.request(
            method, self.store.url + "index.php", params=query, data=data, timeout=60
        )
        assert_quiet(response)
        self.seen.append(response)
        return response

    def answer(self, response: requests.Response) -> Any:
        """Return the JSON of an answer that names no error."""
        answer = response.json()
        failed = answer.get("error") if isinstance(answer, dict) else None
        assert not failed, f"{response.url}: {answer}"
        return answer

    def register(self, email: str = "") -> int:
        """Register a new account and return the customer's id."""
        number = next(_numbers)
        fields = {
            "customer_group_id": "1",
            "firstname": "Ada",
            "lastname": f"Shopper{number}",
            "email": email or f"ada{number}@shopper.example",
            "telephone": "0123456789",
            "password": "Secret-pass1",
            "confirm": "Secret-pass1",
            "newsletter": "0",
            "agree": "1",
        }
        page = self.get("account/register")
        if self.store.major == 3:
            response = self.post("account/register", fields)
            assert "route=account/success" in response.url, response.text[:500]
        else:
            token = re.search(r"register_token=([0-9a-zA-Z]+)", page.text)
            assert token, "the register form has no token"
            answer = self.answer(
                self.post("account/register|register", fields, register_token=token.group(1))
            )
            found = re.search(r"customer_token=([0-9a-zA-Z]+)", answer["redirect"])
            assert found, answer
            self.customer_token = found.group(1)
        found = self.store.value(
            "SELECT customer_id FROM {p}customer WHERE email = %s", (fields["email"],)
        )
        assert found, "no such customer was made"
        return int(found)

    def add_to_cart(self, product: int = PLAIN_PRODUCT, quantity: int = 2) -> None:
        """Put a product without options into the cart."""
        answer = self.answer(
            self.post("checkout/cart|add", {"product_id": product, "quantity": quantity})
        )
        assert answer.get("success"), answer

    def order(self) -> int:
        """Check out as a guest with flat shipping and cash on delivery; return the order's id."""
        if self.store.major == 3:
            self._address3()
        else:
            self._address4()
        if self.store.major == 3:
            self.get("extension/payment/cod|confirm")
        else:
            self.answer(self.get("extension/opencart/payment/cod|confirm"))
        found = self.store.value("SELECT MAX(order_id) FROM {p}order WHERE order_status_id > 0")
        assert found, "no order was confirmed"
        success = self.get("checkout/success")
        assert success.status_code == 200
        return int(found)

    def _person(self) -> dict[str, str]:
        return {
            "firstname": "Grace",
            "lastname": "Guest",
            "email": f"grace{next(_numbers)}@shopper.example",
            "telephone": "0123456789",
            "customer_group_id": "1",
        }

    def _address3(self) -> None:
        address = {
            "company": "",
            "address_1": "1 Test Street",
            "address_2": "",
            "city": "Aberdeen",
            "postcode": "AB10 1AB",
            "country_id": str(UNITED_KINGDOM),
            "zone_id": str(ABERDEEN),
        }
        self.answer(
            self.post("checkout/guest|save", {**self._person(), **address, "shipping_address": "1"})
        )
        self.get("checkout/shipping_method")
        self.saved(
            self.post(
                "checkout/shipping_method|save", {"shipping_method": "flat.flat", "comment": ""}
            )
        )
        self.get("checkout/payment_method")
        self.saved(
            self.post(
                "checkout/payment_method|save",
                {"payment_method": "cod", "comment": "", "agree": "1"},
            )
        )
        self.get("checkout/confirm")

    def _address4(self) -> None:
        fields = {**self._person(), "account": "0", "agree": "1", "address_match": "0"}
        for kind in ("payment", "shipping"):
            fields.update(
                {
                    f"{kind}_firstname": "Grace",
                    f"{kind}_lastname": "Guest",
                    f"{kind}_address_1": "1 Test Street",
                    f"{kind}_city": "Aberdeen",
                    f"{kind}_postcode": "AB10 1AB",
                    f"{kind}_country_id": str(UNITED_KINGDOM),
                    f"{kind}_zone_id": str(ABERDEEN),
                }
            )
        self.answer(self.post("checkout/register|save", fields))
        self.answer(self.get("checkout/shipping_method|quote"))
        self.saved(self.post("checkout/shipping_method|save", {"shipping_method": "flat.flat"}))
        self.answer(self.get("checkout/payment_method|getMethods"))
        self.saved(self.post("checkout/payment_method|save", {"payment_method": "cod.cod"}))
        self.get("checkout/confirm|confirm")

    def saved(self, response: requests.Response) -> None:
        """Fail where a step of the checkout was refused."""
        answer = self.answer(response)
        redirect = answer.get("redirect") if isinstance(answer, dict) else None
        assert not redirect, f"{response.url} sent the shopper away to {redirect}"
