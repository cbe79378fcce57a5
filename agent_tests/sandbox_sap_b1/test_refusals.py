"""How refusals look, and what is refused before the books are asked."""

from __future__ import annotations

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden


@golden("err.shape.v1")
def test_v1_tells_a_number_and_a_text_with_its_language(v1: Api) -> None:
    text = "No matching records found (ODBC -2028)"
    assert v1.get("BusinessPartners('NOPE')").json() == {
        "error": {"code": -2028, "message": {"lang": "en-us", "value": text}}
    }
    told = v1.post("BusinessPartners", {"Nope": 1}).json()["error"]
    assert told["innererror"] == {"context": None, "trace": None}


@golden("err.shape.v2")
def test_v2_tells_texts(v2: Api) -> None:
    text = "No matching records found (ODBC -2028)"
    assert v2.get("BusinessPartners('NOPE')").json() == {
        "error": {"code": "-2028", "details": [{"code": "", "message": ""}], "message": text}
    }


@golden("err.proxy")
def test_the_gateway_answers_pages(sandbox: SapB1Sandbox, api: Api) -> None:
    sandbox.order("html-502", method="GET")
    answer = api.get("Items")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Proxy Error" in answer.text


@golden("get.missing", "patch.missing")
def test_reading_and_changing_what_is_not_there_differ(api: Api) -> None:
    no_match = (404, -2028, "No matching records found (ODBC -2028)")
    no_entity = (404, -2028, "Entity with value('NOPE') does not exist")
    assert error(api.get("BusinessPartners('NOPE')")) == no_match
    assert error(api.patch("BusinessPartners('NOPE')", {"CardName": "x"})) == no_entity
    assert error(api.delete("BusinessPartners('NOPE')")) == no_entity
    number = error(api.post("Orders(987654)/Cancel"))
    assert number == (404, -2028, "Entity with value(987654) does not exist")


@golden("set.unknown")
@pytest.mark.parametrize("path", ["NoSuchThings", "U_NO_TABLE", "NoSuchThings(1)", "Items('x')/No"])
def test_there_are_no_other_sets(api: Api, path: str) -> None:
    status, _code, text = error(api.get(path))
    assert (status, text) == (400, "Service Not Found")


@golden("post.badprop")
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_unknown_properties_are_refused(api: Api, method: str) -> None:
    api.made("BusinessPartners", {"CardCode": "C1", "CardName": "One"})
    path = "BusinessPartners" if method == "POST" else "BusinessPartners('C1')"
    answer = api.call(method, path, json={"CardCode": "C2", "NoSuchField": 1})
    text = "Property 'NoSuchField' of 'BusinessPartner' is invalid"
    assert error(answer) == (400, -1000, text)
    inner = {"CardCode": "C2", "BPAddresses": [{"Stret": "x"}]}
    text = "Property 'Stret' of 'BPAddress' is invalid"
    assert error(api.call(method, path, json=inner)) == (400, -1000, text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CardName", 5), ("CardType", "cNobody"), ("CardType", "c"), ("CreditLimit", "10"),
        ("GroupCode", 1.5), ("GroupCode", "100"), ("GroupCode", 2**31), ("ValidFrom", "soon"),
        ("ValidFrom", "2026-02-30"), ("BPAddresses", {"Street": "x"}), ("Valid", True),
        ("CardCode", "C234567890123456"),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused(api: Api, name: str, value: object) -> None:
    assert error(api.post("BusinessPartners", {"CardCode": "C2", name: value}))[:2] == (400, -1004)


def test_members_of_enums_may_be_values_of_the_database(api: Api) -> None:
    made = api.made("BusinessPartners", {"CardCode": "L1", "CardName": "Lead", "CardType": "L"})
    assert made["CardType"] == "cLid"
    page = "BusinessPartners?$select=CardCode&$filter=CardType eq '{}'"
    for value in ("L", "cLid"):
        assert [one["CardCode"] for one in api.json(page.format(value))["value"]] == ["L1"]
    assert error(api.get(page.format("X")))[:2] == (400, -1004)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"CreditLimit": NaN}', b"\xff"])
def test_bodies_have_to_be_objects(api: Api, body: bytes) -> None:
    assert error(api.call("POST", "BusinessPartners", data=body))[:2] == (400, -1000)


def test_numbers_stay_exact(sandbox: SapB1Sandbox, api: Api) -> None:
    body = b'{"CardCode": "C3", "CardName": "x", "CreditLimit": 0.1000000000000000055511}'
    assert api.call("POST", "BusinessPartners", data=body).status_code == 201
    row = sandbox.company.table("BusinessPartners").rows["C3"]
    assert str(row["CreditLimit"]) == "0.1000000000000000055511"


@pytest.mark.parametrize(
    "path", ["Items(5)", "Orders('x')", "SpecialPrices('x')", "Items(Nope='x')", "Items('x','y')"]
)
def test_keys_have_the_type_and_the_parts_of_their_set(api: Api, path: str) -> None:
    assert error(api.get(path))[:2] == (400, 201)


def test_keys_of_several_parts_have_names(api: Api) -> None:
    assert api.json("States(Code='NY',Country='US')")["Name"] == "New York"
    assert api.json("States(Country='US',Code='NY')")["Name"] == "New York"
    text = "No matching records found (ODBC -2028)"
    assert error(api.get("States(Code='NY',Country='DE')")) == (404, -2028, text)


def test_apostrophes_in_keys_are_doubled(api: Api) -> None:
    api.made("Items", {"ItemCode": "it's", "ItemName": "x"})
    assert api.json("Items('it''s')")["ItemCode"] == "it's"
    assert api.json("Items('it%27%27s')?$select=ItemCode")["ItemCode"] == "it's"
