"""Customers: contacts and their addresses, categories, what deleting and archiving does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.sales import ORDER, buyer, line, order, service
from agent_tests.live.fidelity.talk import Talk

PARTNER = "res.partner"
PLACE = ("street", "street2", "zip", "city", "phone", "email", "vat", "type", "display_name")


def loading_contacts(t: Talk) -> Iterator[Any]:
    germany = t.ref("base.de")
    columns = ["id", "name", "email", "street", "zip", "city", "country_id/.id", "type"]
    parent, child = f"x_{t.tag}.c1", f"x_{t.tag}.c1_a"
    mail = f"{t.tag}@example.org"
    row = [parent, t.name("Ann"), mail, "Road 1", "10115", "Berlin", str(germany), "contact"]
    yield t.load(PARTNER, columns, [row])
    below = ["id", "parent_id/id", "name", "street", "city", "country_id/.id", "type", "phone"]
    rows = [[child, parent, t.name("Bob"), "Lane 2", "Bonn", str(germany), "delivery", "1"]]
    yield t.load(PARTNER, below, rows)
    ann, bob = t.ref(parent), t.ref(child)
    for record in (ann, bob):
        yield t.read(PARTNER, record, *PLACE, "is_company", "active", "company_type", "lang")
        seen = t.read(PARTNER, record, "country_id", "parent_id", "commercial_partner_id")
        yield {key: value and t.clean(value[1]) for key, value in seen.items()}
    yield t(PARTNER, "search_count", [["email", "=ilike", mail.upper()]])
    yield t.load(PARTNER, [*columns[:2], "lang"], [[parent, t.name("Ann"), "xx_XX"]])
    yield t.load(PARTNER, ["id", "name", "type"], [[f"{parent}z", t.name(), "nonsense"]])
    yield t.load(PARTNER, ["id", "name", "state_id/.id"], [[f"{parent}z", t.name(), "99999999"]])
    yield t.load(PARTNER, ["id", "name", "country_id"], [[f"{parent}z", t.name(), "Atlantis"]])
    yield t.load(PARTNER, ["id", "name"], [[f"{parent}z", ""]])
    yield t.load(PARTNER, ["id", "name", "type"], [[f"{parent}y", "", "delivery"]])
    yield t.load(PARTNER, ["id", "name", "parent_id/id"], [[f"{parent}x", t.name(), "x.gone"]])


def shared_addresses(t: Talk) -> Iterator[Any]:
    company = buyer(t, "Firm", is_company=True, street="S 1", city="C", zip="1", vat="BE0477472701")
    contact = buyer(t, "Person", parent_id=company)
    delivery = buyer(t, "Dock", parent_id=company, type="delivery", street="D 5", city="E")
    empty = buyer(t, "Empty", parent_id=company, type="other")
    own = buyer(t, "Own", parent_id=company, street="Own 3")
    everyone = (company, contact, delivery, empty, own)

    def seen() -> Any:
        return [t.read(PARTNER, one, "street", "city", "zip", "vat") for one in everyone]

    yield seen()
    yield t(PARTNER, "write", [company], {"street": "S 2", "vat": False}), seen()
    yield t(PARTNER, "write", [contact], {"street": "S 3"}), seen()
    yield t(PARTNER, "write", [delivery], {"city": "F"}), seen()
    yield t(PARTNER, "write", [contact], {"parent_id": False}), seen()
    yield t(PARTNER, "address_get", [company], ["delivery", "invoice"])["delivery"] == delivery
    yield t(PARTNER, "write", [company], {"parent_id": delivery})


def without_a_firm(t: Talk) -> Iterator[Any]:
    person = buyer(t, "Solo", street="S 1", city="C", zip="9")
    child = buyer(t, "Kid", parent_id=person, type="invoice", street="T 4")
    fields = ("display_name", "street", "city", "commercial_company_name", "is_company")
    for one in (person, child):
        yield t.read(PARTNER, one, *fields)
    yield t(PARTNER, "write", [person], {"company_name": "ACME"})
    yield t.read(PARTNER, person, "display_name", "company_name", "commercial_company_name")
    yield t(PARTNER, "write", [person], {"is_company": True}), t.read(PARTNER, child, *fields)
    yield t(PARTNER, "write", [child], {"name": False}), t.read(PARTNER, child, "display_name")
    yield t(PARTNER, "write", [person], {"name": False})


def used_contacts(t: Talk) -> Iterator[Any]:
    partner, product = buyer(t), service(t)
    child = buyer(t, "kid", parent_id=partner, type="delivery")
    made = order(t, partner, line(t, product, 1, 5), partner_shipping_id=child)
    yield t(PARTNER, "unlink", [partner])
    yield t(PARTNER, "unlink", [child])
    yield t(PARTNER, "write", [partner, child], {"active": False})
    yield t(PARTNER, "search_count", [["id", "in", [partner, child]]])
    seen = t.read(ORDER, made, "partner_id", "partner_shipping_id")
    yield {key: t.clean(value[1]) for key, value in seen.items()}
    yield isinstance(t(ORDER, "create", {"partner_id": partner}), int)
    columns = ["id", "partner_id/.id"]
    yield t.load(ORDER, columns, [[f"x_{t.tag}.o", str(partner)]])
    yield t(ORDER, "create", {"partner_id": 99999999})
    yield t.load(ORDER, columns, [[f"x_{t.tag}.o", "99999999"]])
    gone = buyer(t)
    columns = ["id", "name"]
    yield t.load(PARTNER, columns, [[f"x_{t.tag}.g", t.name()]])
    gone = t.ref(f"x_{t.tag}.g")
    yield t(PARTNER, "unlink", [gone]), t(PARTNER, "read", [gone], ["name"])
    yield t.load(ORDER, ["id", "partner_id/id"], [[f"x_{t.tag}.o", f"x_{t.tag}.g"]])


def categories(t: Talk) -> Iterator[Any]:
    above = t("res.partner.category", "create", {"name": t.name("A")})
    below = t("res.partner.category", "create", {"name": t.name("B"), "parent_id": above})
    yield t.read("res.partner.category", below, "name", "display_name", "active")
    partner = buyer(t, category_id=[[4, below]])
    yield t.read(PARTNER, partner, "category_id")["category_id"] == [below]
    yield t.load(PARTNER, [".id", "category_id/.id"], [[str(partner), f"{above},{below}"]])
    yield sorted(t.read(PARTNER, partner, "category_id")["category_id"]) == [above, below]
    yield t("res.partner.category", "unlink", [above])
    yield t("res.partner.category", "search_count", [["id", "=", below]])


def first_addresses(t: Talk) -> Iterator[Any]:
    """A contact without an address takes that of the first one below it."""
    fields = ("street", "city", "country_id", "zip", "email")

    def seen(*records: int) -> Any:
        found = [t.read(PARTNER, one, *fields) for one in records]
        return [{k: v[1] if isinstance(v, list) else v for k, v in one.items()} for one in found]

    person = buyer(t, "Ann", email="a@b.c")
    first = buyer(t, "Ann", parent_id=person, type="delivery", street="D 1", city="C")
    yield seen(person, first)
    second = buyer(t, "Ann", parent_id=person, type="invoice", street="I 2")
    yield seen(person, first, second)
    external = f"x_{t.tag}.p"
    columns = ["id", "name", "parent_id/id", "type", "street", "city"]
    rows = [
        [external, t.name("Bob"), "", "contact", "", ""],
        [f"{external}1", t.name("Bob"), external, "delivery", "E 1", "F"],
        [f"{external}2", t.name("Bob"), external, "other", "G 1", "H"],
    ]
    yield t.load(PARTNER, columns, rows)
    yield seen(*(t.ref(name) for name in (external, f"{external}1", f"{external}2")))
    yield t.load(PARTNER, ["id", "street"], [[external, "K 9"]])
    yield seen(*(t.ref(name) for name in (external, f"{external}1")))
    bare = buyer(t, "Cid")
    child = buyer(t, "Cid", parent_id=bare, street="L 1")
    yield seen(bare, child)


def mail_addresses(t: Talk) -> Iterator[Any]:
    for text in ("A@B.com", " a@b.com ", "Ann <Ann@B.com>", "a@b.com, c@d.com", "nonsense", ""):
        partner = buyer(t, email=text)
        yield text, t.read(PARTNER, partner, "email", "email_normalized")
    yield t(PARTNER, "write", [partner], {"email": "Z@Y.x"})
    yield t.read(PARTNER, partner, "email_normalized")


SCENARIOS = (
    loading_contacts,
    shared_addresses,
    without_a_firm,
    used_contacts,
    categories,
    first_addresses,
    mail_addresses,
)
