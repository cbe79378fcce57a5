"""Business partners: codes, addresses, contact persons, versions."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import customer, desk, item, order

EXISTS = (400, -2035, "This entry already exists in the following tables (ODBC -2035)")
REPLACE = {"headers": {"B1S-ReplaceCollectionsOnPatch": "true"}}


def addresses(api: Api) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.json("BusinessPartners('C1')")["BPAddresses"]
    return rows


def change(api: Api, *members: dict[str, Any], **how: Any) -> Any:
    return api.patch("BusinessPartners('C1')", {"BPAddresses": list(members)}, **how)


def identifiers(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("BPCode", "AddressName", "AddressType", "RowNum")}


@golden("post.dup")
def test_a_code_is_taken_once(api: Api) -> None:
    customer(api)
    text = (
        "1320000140 - Business partner code 'C1' already assigned to a business partner; "
        "enter a unique business partner code"
    )
    assert error(api.post("BusinessPartners", {"CardCode": "C1"})) == (400, -10, text)


@golden("post.nocode")
def test_a_code_is_needed_unless_a_series_gives_one(api: Api) -> None:
    refused = (400, -5002, "Code undefined  [OCRD.CardCode]")
    assert error(api.post("BusinessPartners", {"CardName": "No code"})) == refused
    first = api.made("BusinessPartners", {"CardName": "One", "Series": 71})
    second = api.made("BusinessPartners", {"CardName": "Two", "Series": 71})
    assert (first["CardCode"], second["CardCode"]) == ("C00001", "C00002")
    assert error(api.post("BusinessPartners", {"CardName": "x", "Series": 999}))[1] == -2028


def test_series_are_told(v2: Api) -> None:
    body = {"DocumentTypeParams": {"Document": "2"}}
    rows = v2.post("SeriesService_GetDocumentSeries", body).json()["value"]
    assert [(row["Series"], row["Prefix"]) for row in rows] == [(1, None), (71, "C")]


@golden("post.bp")
def test_a_new_partner_is_answered_whole(v2: Api) -> None:
    answer = v2.post("BusinessPartners", {"CardCode": "C1", "CardName": "Maria"})
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith("/b1s/v2/BusinessPartners('C1')")
    assert answer.headers["ETag"] == answer.json()["@odata.etag"]
    told = answer.json()
    assert (told["CardType"], told["Currency"], told["GroupCode"]) == ("cCustomer", "EUR", 100)
    assert len(answer.content) > 5_000


@golden("patch.readonly")
def test_a_code_is_never_changed(api: Api) -> None:
    customer(api)
    answer = api.patch("BusinessPartners('C1')", {"CardCode": "C2", "CardName": "New"})
    assert answer.status_code == 204
    assert api.json("BusinessPartners('C1')")["CardName"] == "New"
    assert api.get("BusinessPartners('C2')").status_code == 404


def test_first_addresses_become_the_defaults(v2: Api) -> None:
    customer(v2)
    row = v2.json("BusinessPartners('C1')")
    assert (row["ShipToDefault"], row["BilltoDefault"]) == ("Goods", "Bills")
    assert (row["City"], row["ZipCode"]) == ("Bremen", "20095"), "the header shows the bill-to"
    assert [a["RowNum"] for a in row["BPAddresses"]] == [0, 1]


@golden("coll.append")
def test_an_address_that_is_not_named_whole_is_a_new_one(api: Api) -> None:
    customer(api)
    assert change(api, {"AddressName": "Third", "AddressType": "bo_ShipTo"}).status_code == 204
    assert [a["AddressName"] for a in addresses(api)] == ["Goods", "Bills", "Third"]
    again = {"AddressName": "Goods", "AddressType": "bo_ShipTo", "City": "Kiel"}
    assert error(change(api, again)) == EXISTS
    assert error(change(api, {**again, "RowNum": 0})) == EXISTS
    assert change(api, {"BPCode": "C1", "AddressName": "Goods", "RowNum": 0}).status_code == 204
    assert [(a["AddressName"], a["AddressType"]) for a in addresses(api)][3:] == [
        ("Goods", "bo_BillTo")
    ]


@golden("coll.update")
def test_an_address_named_whole_is_changed_in_its_place(api: Api) -> None:
    customer(api)
    first = addresses(api)[0]
    assert change(api, {**identifiers(first), "City": "Kiel"}).status_code == 204
    rows = addresses(api)
    assert [(a["AddressName"], a["RowNum"]) for a in rows] == [("Goods", 0), ("Bills", 1)]
    assert (rows[0]["City"], rows[0]["Street"]) == ("Kiel", "Elbe")


@golden("coll.replace")
def test_replaced_addresses_are_exactly_those_sent(api: Api) -> None:
    customer(api)
    kept = identifiers(addresses(api)[1])
    new = {"AddressName": "Goods", "AddressType": "bo_ShipTo", "City": "Kiel"}
    assert change(api, kept, new, **REPLACE).status_code == 204
    rows = addresses(api)
    assert [(a["AddressName"], a["RowNum"]) for a in rows] == [("Bills", 1), ("Goods", 2)]
    assert rows[1]["Street"] is None
    assert change(api, kept, **REPLACE).status_code == 204
    assert [a["AddressName"] for a in addresses(api)] == ["Bills"]
    assert api.json("BusinessPartners('C1')")["ShipToDefault"] is None


def test_addresses_are_of_countries_that_are_there(v2: Api) -> None:
    body = {"CardCode": "C1", "BPAddresses": [{"AddressName": "x", "Country": "XX"}]}
    assert error(v2.post("BusinessPartners", body))[:2] == (400, -2028)
    nameless = {"CardCode": "C1", "BPAddresses": [{"City": "Kiel"}]}
    assert error(v2.post("BusinessPartners", nameless))[:2] == (400, -5002)


def test_contact_persons_are_told_apart_by_number(v2: Api) -> None:
    customer(v2, ContactEmployees=[{"Name": "Ann"}, {"Name": "Bob"}])
    path = "BusinessPartners('C1')"
    ann, bob = v2.json(path)["ContactEmployees"]
    assert v2.json(path)["ContactPerson"] == "Ann"
    assert ann["InternalCode"] != bob["InternalCode"]
    person = {"InternalCode": bob["InternalCode"], "E_Mail": "bob@example.com"}
    assert v2.patch(path, {"ContactEmployees": [person]}).ok
    rows = v2.json(path)["ContactEmployees"]
    assert [(r["Name"], r["E_Mail"]) for r in rows] == [("Ann", None), ("Bob", "bob@example.com")]
    assert error(v2.patch(path, {"ContactEmployees": [{"Name": "Ann"}]})) == EXISTS
    v2.patch(path, {"ContactEmployees": [{"InternalCode": ann["InternalCode"]}]}, **REPLACE)
    assert [r["Name"] for r in v2.json(path)["ContactEmployees"]] == ["Ann"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("GroupCode", 999),
        ("PriceListNum", 999),
        ("Currency", "QQQ"),
        ("SalesPersonCode", 999),
        ("ShippingType", 999),
        ("VatGroup", "XX"),
    ],
)
def test_what_a_partner_refers_to_has_to_exist(v2: Api, field: str, value: Any) -> None:
    body = {"CardCode": "C1", field: value}
    assert error(v2.post("BusinessPartners", body))[:2] == (400, -2028)


def test_groups_are_of_customers_or_of_vendors(v2: Api) -> None:
    assert error(v2.post("BusinessPartners", {"CardCode": "C1", "GroupCode": 101}))[1] == -5002
    body = {"CardCode": "V1", "CardType": "cSupplier"}
    assert v2.made("BusinessPartners", body)["GroupCode"] == 101


def test_frozen_partners_get_no_documents(v2: Api) -> None:
    item(v2)
    customer(v2, Frozen="tYES")
    body = {"CardCode": "C1", "DocDueDate": "2099-01-01", "DocumentLines": [{"ItemCode": "A1"}]}
    assert error(v2.post("Orders", body))[1] == -10
    v2.patch("BusinessPartners('C1')", {"Frozen": "tNO"})
    assert v2.post("Orders", body).status_code == 201


@golden("bp.dv.drift")
def test_documents_raise_the_version_of_their_partner(v2: Api) -> None:
    item(v2)
    customer(v2)
    path = "BusinessPartners('C1')"

    def version() -> int:
        return int(v2.json(path)["DataVersion"])

    seen = [version()]
    number = order(v2)["DocEntry"]
    seen.append(version())
    v2.patch(f"Orders({number})", {"Comments": "x"})
    seen.append(version())
    v2.post(f"Orders({number})/Cancel")
    seen.append(version())
    v2.post(f"Orders({order(v2)['DocEntry']})/Close")
    seen.append(version())
    assert seen == sorted(set(seen)), "it rises with each of them"


@golden("patch.ok", "etag.formula")
def test_versions_count_writes(api: Api) -> None:
    first = "356A192B7913B04C54574D18C28D46E6395428AB"
    third = "77DE68DAECD823BABBB58EDB1C8E14D7106E83BB"
    item(api)
    assert api.get("Items('A1')").headers["ETag"] == f'W/"{first}"'
    for _ in range(2):
        answer = api.patch("Items('A1')", {})
        assert (answer.status_code, answer.content) == (204, b"")
        assert "ETag" not in answer.headers
    assert api.get("Items('A1')").headers["ETag"] == f'W/"{third}"'
    assert api.json("Items('A1')")["DataVersion"] == 3


def test_the_guest_is_there_from_the_start(v2: Api, sandbox: SapB1Sandbox) -> None:
    assert v2.json("BusinessPartners('C99999')")["Currency"] == "##"
    desk(sandbox, "make", place="BusinessPartners", values={"CardCode": "C2"})
    assert v2.get("BusinessPartners('C2')").ok
