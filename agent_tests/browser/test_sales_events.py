"""Orders and customers of real shops: what the outbox is told, and history lines of the agent."""

from __future__ import annotations

import html
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent_tests.browser.installed import PAIRING_KEY, Installed, install, pair
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_checkout import (
    Basket,
    Line,
    Place,
    ask_for_billing,
    checkout,
    register,
)
from agent_tests.lab.opencart_goods import chosen, open_coupons, random_basket, sellables
from agent_tests.lab.opencart_orders import copy_order, delete_order, save_order, set_status
from agent_tests.lab.shop_api import call_shop

pytestmark = pytest.mark.browser

SHIPPED, PROCESSING, PENDING = 3, 2, 1
BERLIN = Place(city="Berlin", postcode="10115", country=81, zone=1260)


@pytest.fixture(scope="module", params=["3.0.3.9", "3.0.5.1", "4.0.2.3", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a paired shop of each line of OpenCart."""
    shop = install(open_store(request.param), extension_zip)
    pair(shop)
    shop.store.set_setting("config_mail_engine", "mail")
    yield shop
    shop.store.stop()


@pytest.fixture(autouse=True)
def nothing_logged(shop: Installed) -> Iterator[None]:
    """Fail every test after which OpenCart's error log or PHP's holds a new line."""
    shop.store.forget_errors()
    shop.clear_outbox()
    yield
    assert shop.store.error_log() == []


def told(shop: Installed) -> list[tuple[str, int, str]]:
    """Return kind, record and action of the outbox rows, and empty it."""
    rows = shop.store.rows("SELECT kind, record_id, action FROM {p}erp_outbox ORDER BY outbox_id")
    shop.clear_outbox()
    return [(str(row["kind"]), int(row["record_id"]), str(row["action"])) for row in rows]


def customer_of(shop: Installed, order: int) -> int:
    return int(shop.store.value("SELECT customer_id FROM {p}order WHERE order_id = %s", (order,)))


# what the outbox is told


def test_checkouts_tell_one_row_per_record(shop: Installed) -> None:
    guest = checkout(shop.store, Basket())
    assert told(shop) == [("order", guest, "status")]
    account = register(shop.store)
    assert told(shop) == [("customer", account.customer_id, "save")]
    order = checkout(shop.store, Basket(ship_to=BERLIN), account)
    rows = told(shop)
    assert rows[-1] == ("order", order, "status")
    assert set(rows[:-1]) == {("customer", account.customer_id, "save")}  # its new address
    again = checkout(shop.store, Basket(ship_to=BERLIN), account)
    assert told(shop) == [("order", again, "status")]
    order = checkout(shop.store, Basket(), registering=True)
    assert told(shop) == [
        ("customer", customer_of(shop, order), "save"),
        ("order", order, "status"),
    ]


def test_a_cart_left_at_the_last_step_is_no_order(shop: Installed) -> None:
    with pytest.raises(AssertionError):
        checkout(shop.store, Basket(payment="nothing"))
    assert told(shop) == []


def test_every_kind_of_option_and_coupon_can_be_ordered(shop: Installed) -> None:
    dice = random.Random(7)
    goods = sellables(shop.store)
    coupons = open_coupons(shop.store)
    richest = max(goods, key=lambda one: len(one.choices))
    lines = (Line(richest.product, richest.minimum, chosen(dice, shop.store, richest)),)
    first = checkout(shop.store, Basket(lines, coupon=coupons[0], currency="EUR"))
    drawn = random_basket(dice, shop.store, goods, coupons=coupons, currencies=("EUR", "GBP"))
    second = checkout(shop.store, drawn)
    assert told(shop) == [("order", first, "status"), ("order", second, "status")]
    codes = shop.store.rows("SELECT code FROM {p}order_total WHERE order_id = %s", (first,))
    assert "coupon" in {row["code"] for row in codes}
    currency = shop.store.value("SELECT currency_code FROM {p}order WHERE order_id = %s", (first,))
    assert currency == "EUR"


def test_a_billing_address_of_its_own(shop: Installed) -> None:
    ask_for_billing(shop.store)
    try:
        order = checkout(shop.store, Basket(ship_to=BERLIN, bill_to=Place(street="9 Bill Street")))
    finally:
        ask_for_billing(shop.store, wanted=False)
    row = shop.store.rows("SELECT * FROM {p}order WHERE order_id = %s", (order,))[0]
    assert (row["payment_address_1"], row["shipping_city"]) == ("9 Bill Street", "Berlin")


def test_an_admins_work_on_orders_is_told(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    shop.clear_outbox()
    set_status(shop.admin, order, SHIPPED, "Sent", notify=True)
    assert told(shop) == [("order", order, "status")]
    save_order(shop.admin, order, 5)
    assert told(shop) == [("order", order, "save")]
    if not shop.store.version.startswith("4.0"):
        made = copy_order(shop.admin, order)
        assert told(shop) == [("order", made, "status")]
    delete_order(shop.admin, order)
    assert told(shop) == [("order", order, "delete")]
    assert not shop.store.rows("SELECT 1 FROM {p}order WHERE order_id = %s", (order,))


def test_deleting_a_cart_that_was_no_order_tells_nothing(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    shop.store.rows("UPDATE {p}order SET order_status_id = 0 WHERE order_id = %s", (order,))
    shop.clear_outbox()
    delete_order(shop.admin, order)
    assert told(shop) == []


def test_a_customers_own_changes_are_told(shop: Installed) -> None:
    account = register(shop.store)
    shop.clear_outbox()
    row = [("customer", account.customer_id, "save")]
    person = {"firstname": "Eve", "lastname": "Changed", "telephone": "0987654321"}
    fields = {**person, "email": account.email}
    if shop.store.major == 3:
        account.shopper.post("account/edit", fields)
        account.shopper.post("account/address|add", {**BERLIN.fields(), "default": "1"})
    else:
        token = account.shopper.customer_token
        account.shopper.answer(
            account.shopper.post("account/edit|save", fields, customer_token=token)
        )
        assert told(shop) == row
        account.shopper.answer(
            account.shopper.post(
                "account/address|save", {**BERLIN.fields(), "default": "1"}, customer_token=token
            )
        )
    assert set(told(shop)) == set(row)
    address = int(
        shop.store.value(
            "SELECT MAX(address_id) FROM {p}address WHERE customer_id = %s", (account.customer_id,)
        )
    )
    changed = {**BERLIN.fields(), "address_1": "2 New Street", "default": "1"}
    if shop.store.major == 3:
        account.shopper.post("account/address|edit", changed, address_id=address)
    else:
        account.shopper.answer(
            account.shopper.post(
                "account/address|save", changed, customer_token=token, address_id=address
            )
        )
    assert told(shop) == row
    place = shop.store.value("SELECT address_1 FROM {p}address WHERE address_id = %s", (address,))
    assert place == "2 New Street"
    if shop.store.major == 3:
        account.shopper.post("account/address|add", {**BERLIN.fields(), "default": "1"})
        shop.clear_outbox()
        account.shopper.get("account/address|delete", address_id=address)
    else:
        second = {**BERLIN.fields(), "default": "1"}
        account.shopper.post("account/address|save", second, customer_token=token)
        shop.clear_outbox()
        account.shopper.post("account/address|delete", {}, customer_token=token, address_id=address)
    assert told(shop) == row
    assert not shop.store.rows("SELECT 1 FROM {p}address WHERE address_id = %s", (address,))


def test_an_admins_work_on_customers_is_told(shop: Installed) -> None:
    account = register(shop.store)
    shop.clear_outbox()
    number: dict[str, object] = {"customer_id": account.customer_id}
    shop.admin.save_form("customer/customer", number, firstname="Eve")
    assert told(shop) == [("customer", account.customer_id, "save")]
    fields = {"firstname": "New", "lastname": "Customer", "email": "new@shopper.example"}
    fields |= {"telephone": "0123456789", "password": "Secret-pass1", "confirm": "Secret-pass1"}
    shop.admin.save_form("customer/customer", {}, **fields)
    made = int(shop.store.value("SELECT MAX(customer_id) FROM {p}customer"))
    assert told(shop) == [("customer", made, "save")]
    shop.admin.ticked("customer/customer", "delete", (made, account.customer_id))
    assert set(told(shop)) == {
        ("customer", made, "delete"),
        ("customer", account.customer_id, "delete"),
    }


def test_a_checkout_goes_on_when_the_outbox_refuses(shop: Installed) -> None:
    """The table is gone, then it takes no rows: neither is the shopper's business."""
    shop.store.rows("RENAME TABLE {p}erp_outbox TO {p}erp_outbox_away")
    try:
        order = checkout(shop.store, Basket(), registering=True)
        set_status(shop.admin, order, PROCESSING)
        shop.store.rows("CREATE TABLE {p}erp_outbox (nothing INT)")
        order = checkout(shop.store, Basket())
        delete_order(shop.admin, order)
    finally:
        shop.store.rows("DROP TABLE IF EXISTS {p}erp_outbox")
        shop.store.rows("RENAME TABLE {p}erp_outbox_away TO {p}erp_outbox")
    noted = shop.store.error_log()
    assert noted, "the owner's log names the trouble"
    assert all("ERP Bridge" in line or "erp_outbox" in line for line in noted), noted
    assert all(not line.split(" - ", 1)[-1].startswith("PHP") for line in noted), noted
    shop.store.forget_errors()


# history lines of the agent


def history(shop: Installed, **asked: object) -> tuple[int, dict[str, object]]:
    body = {"event": "e-1", "status_id": SHIPPED, "comment": "", "notify": False, **asked}
    return call_shop(shop.store, PAIRING_KEY, "history", body)


def lines(shop: Installed, order: int) -> list[tuple[int, str]]:
    rows = shop.store.rows(
        "SELECT order_status_id, comment FROM {p}order_history WHERE order_id = %s"
        " ORDER BY order_history_id",
        (order,),
    )
    return [(int(row["order_status_id"]), str(row["comment"])) for row in rows]


def written(mail: EmailMessage) -> str:
    """Return the texts of a mail as a person reads them."""
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join(
        html.unescape(part.get_content())
        if part.get_content_subtype() == "html"
        else part.get_content()
        for part in parts
    )


def stock(shop: Installed) -> int:
    return int(shop.store.value("SELECT quantity FROM {p}product WHERE product_id = 40"))


def test_the_agent_adds_a_line_once_and_the_shopper_gets_the_mail(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    shop.clear_outbox()
    shop.store.take_mails()
    asked = {
        "event": f"shipped-{order}",
        "order_id": order,
        "comment": "Parcel 1 <DHL> https://track.example/?id=7&lang=en",
        "notify": True,
    }
    status, answer = history(shop, **asked)
    assert (status, answer["repeated"]) == (200, False), answer
    assert history(shop, **asked) == (200, {**answer, "repeated": True})
    comment = "Parcel 1 &lt;DHL&gt; https://track.example/?id=7&lang=en"
    assert lines(shop, order)[1:] == [(SHIPPED, comment)]
    mails = shop.store.take_mails()
    assert len(mails) == 1
    text = written(mails[0])
    assert "Shipped" in text
    assert "https://track.example/?id=7&lang=en" in text
    assert told(shop) == [], "no echo"
    status, listed = call_shop(shop.store, PAIRING_KEY, "histories", {"order_id": order})
    assert listed == {
        "items": [{"event": f"shipped-{order}", "order_history_id": answer["order_history_id"]}]
    }


def test_a_line_without_a_status_keeps_it(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    shop.store.take_mails()
    asked = {"event": f"note-{order}", "order_id": order, "status_id": 0, "comment": "Invoice 12"}
    assert history(shop, **asked)[0] == 200
    assert lines(shop, order)[1:] == [(PENDING, "Invoice 12")]
    assert shop.store.take_mails() == []


def test_a_cancelled_order_gives_the_stock_back(shop: Installed) -> None:
    before = stock(shop)
    order = checkout(shop.store, Basket((Line(40, 3),)))
    assert stock(shop) == before - 3
    assert history(shop, event=f"cancel-{order}", order_id=order, status_id=7)[0] == 200
    assert stock(shop) == before


def test_calls_at_the_same_time_add_one_line(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    asked = {"event": f"twice-{order}", "order_id": order, "comment": "Once"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: history(shop, **asked), range(4)))
    assert [status for status, _ in answers] == [200] * 4
    assert sorted(bool(answer["repeated"]) for _, answer in answers) == [False, True, True, True]
    assert lines(shop, order)[1:] == [(SHIPPED, "Once")]


def test_an_interrupted_line_is_found_again(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    asked = {"event": f"cut-{order}", "order_id": order, "comment": "Déjà 'vu'", "notify": True}
    answer = history(shop, **asked)[1]
    shop.store.rows(
        "UPDATE {p}erp_history SET order_history_id = NULL WHERE event = %s", (f"cut-{order}",)
    )
    assert history(shop, **asked) == (200, {**answer, "repeated": True})
    assert len(lines(shop, order)) == 2


def test_wrong_calls_are_refused_in_the_agents_form(shop: Installed) -> None:
    order = checkout(shop.store, Basket())
    for asked, status, code in (
        ({"order_id": 99999}, 404, "shop.order_missing"),
        ({"order_id": order, "status_id": 99}, 422, "shop.status_unknown"),
        ({"order_id": order, "event": ""}, 422, "shop.request_wrong"),
    ):
        answer = history(shop, **asked)
        assert answer[0] == status, answer
        error = answer[1]["error"]
        assert isinstance(error, dict)
        assert error["code"] == code
        assert error["cause"]
        assert error["fix"]
    assert len(lines(shop, order)) == 1


def test_the_mail_is_of_the_orders_store_and_language(shop: Installed) -> None:
    store = shop.store
    second_language(shop)
    columns = {row["Field"] for row in store.rows("SHOW COLUMNS FROM {p}store")}
    extra = ", `ssl` = ''" if "ssl" in columns else ""
    store.rows(f"INSERT INTO {{p}}store SET name = 'Second', url = 'http://second.example/'{extra}")
    number = int(store.value("SELECT MAX(store_id) FROM {p}store"))
    for key, value in (("config_name", "Second"), ("config_email", "second@shop.example")):
        store.rows(
            "INSERT INTO {p}setting SET store_id = %s, `code` = 'config', `key` = %s, value = %s,"
            " serialized = 0",
            (number, key, value),
        )
    order = checkout(store, Basket())
    language = int(store.value("SELECT language_id FROM {p}language WHERE code = 'de-de'"))
    store.rows(
        "UPDATE {p}order SET store_id = %s, store_name = 'Second', language_id = %s"
        " WHERE order_id = %s",
        (number, language, order),
    )
    if store.major > 3:
        store.rows("UPDATE {p}order SET language_code = 'de-de' WHERE order_id = %s", (order,))
    store.take_mails()
    status, answer = history(shop, event=f"de-{order}", order_id=order, notify=True)
    assert status == 200, answer
    mail = store.take_mails()[-1]
    assert "second@shop.example" in str(mail["From"])
    assert "Second" in str(mail["Subject"])
    assert "AUFTRAG" in written(mail)
    assert "Versandt" in written(mail)


def second_language(shop: Installed) -> None:
    """Add German: OpenCart's English texts, with one word changed to be told by."""
    store = shop.store
    folder = store.tree / "catalog" / "language"
    shutil.copytree(folder / "en-gb", folder / "de-de", dirs_exist_ok=True)
    for name in ("order_edit", "order_history"):
        path = folder / "de-de" / "mail" / f"{name}.php"
        if path.exists():
            text = path.read_text()
            path.unlink()
            path.write_text(text.replace("Order ID", "AUFTRAG"))
    if (folder / "de-de" / "en-gb.php").exists():
        (folder / "de-de" / "en-gb.php").rename(folder / "de-de" / "de-de.php")
    extra = ", image = '', directory = 'de-de'" if store.major == 3 else ", extension = ''"
    store.rows(
        "INSERT INTO {p}language SET name = 'Deutsch', code = 'de-de', locale = 'de_DE',"
        f" sort_order = 2, status = 1{extra}"
    )
    number = store.value("SELECT language_id FROM {p}language WHERE code = 'de-de'")
    store.rows(
        "INSERT INTO {p}order_status (order_status_id, language_id, name)"
        " VALUES (3, %s, 'Versandt')",
        (number,),
    )
