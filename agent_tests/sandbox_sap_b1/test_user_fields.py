"""User tables and user fields."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import based, customer, item, line, order, order_body

EXISTS = (400, -2035, "This entry already exists in the following tables (ODBC -2035)")


def field(api: Api, table: str, name: str, **more: Any) -> Any:
    body = {"Name": name, "Type": "db_Alpha", "Size": 20, "TableName": table, "Description": name}
    return api.made("UserFieldsMD", {**body, **more})


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, stock=10)
    customer(v2)
    return v2


@golden("udf.create")
def test_a_field_of_orders_is_one_of_all_documents(api: Api) -> None:
    item(api, stock=10)
    customer(api)
    made = field(api, "ORDR", "WEB_ID")
    assert (made["Name"], made["TableName"], made["FieldID"]) == ("WEB_ID", "ORDR", 0)
    body = {"CardCode": "C1", "DocumentLines": [line()], "U_WEB_ID": "1001"}
    for name in (
        "Orders",
        "Quotations",
        "Invoices",
        "DeliveryNotes",
        "CreditNotes",
        "DownPayments",
    ):
        made = api.made(name, {**body, "DocDueDate": "2099-12-31"})
        assert made["U_WEB_ID"] == "1001", name
    again = {"Name": "WEB_ID", "Type": "db_Alpha", "TableName": "OINV"}
    assert error(api.post("UserFieldsMD", again)) == EXISTS
    assert error(api.post("Items", {"ItemCode": "A2", "U_WEB_ID": "x"}))[:2] == (400, -1000)


@golden("udf.mandatory")
def test_a_mandatory_field_needs_a_default(api: Api) -> None:
    body = {"Name": "MUST", "Type": "db_Alpha", "TableName": "OITM", "Mandatory": "tYES"}
    text = "A default value must be defined for a mandatory field"
    assert error(api.post("UserFieldsMD", body)) == (400, -5002, text)
    field(api, "OITM", "MUST", Mandatory="tYES", DefaultValue="none")
    made = api.made("Items", {"ItemCode": "A1"})
    assert made["U_MUST"] == "none", "the default is taken, nothing is blocked"


@golden("post.badvalid")
def test_values_are_those_listed(api: Api) -> None:
    listed = [{"Value": "N", "Description": "No"}, {"Value": "Y", "Description": "Yes"}]
    field(api, "OITM", "X", ValidValuesMD=listed)
    text = (
        "'Z' is not a valid value for property 'U_X'. The valid values are: 'N' - 'No', 'Y' - 'Yes'"
    )
    assert error(api.post("Items", {"ItemCode": "A1", "U_X": "Z"})) == (400, -1004, text)
    assert api.made("Items", {"ItemCode": "A1", "U_X": "Y"})["U_X"] == "Y"
    assert error(api.patch("Items('A1')", {"U_X": "Z"})) == (400, -1004, text)


@golden("udf.visible")
def test_a_new_field_is_known_to_the_node_that_made_it(sandbox: SapB1Sandbox, api: Api) -> None:
    sandbox.options.fields_on_all_nodes = False
    field(api, "ORDR", "WEB_ID")
    item(api)
    customer(api)
    body = order_body(U_WEB_ID="1")
    assert api.post("Orders", body).status_code == 201
    here = api.cookies["ROUTEID"]
    api.cookies["ROUTEID"] = ".node2" if here == ".node1" else ".node1"
    assert error(api.post("Orders", body))[:2] == (400, -1000)
    rows = api.json("UserFieldsMD?$filter=TableName eq 'ORDR'")["value"]
    assert [row["Name"] for row in rows] == ["WEB_ID"]


def test_fields_of_lines_and_addresses(shop: Api) -> None:
    field(shop, "RDR1", "LINE")
    field(shop, "CRD1", "FLOOR", Type="db_Numeric", Size=4)
    made = order(shop, line(U_LINE="7"))
    assert made["DocumentLines"][0]["U_LINE"] == "7"
    address = {"AddressName": "Third", "U_FLOOR": 3}
    assert shop.patch("BusinessPartners('C1')", {"BPAddresses": [address]}).ok
    assert shop.json("BusinessPartners('C1')")["BPAddresses"][2]["U_FLOOR"] == 3


def test_fields_follow_from_document_to_document(shop: Api, sandbox: SapB1Sandbox) -> None:
    field(shop, "ORDR", "WEB_ID")
    field(shop, "RDR1", "LINE")
    number = order(shop, line(U_LINE="7", quantity=2), U_WEB_ID="1001")["DocEntry"]
    body = based(17, number)
    body["DocumentLines"][0]["Quantity"] = 1
    made = shop.made("DeliveryNotes", body)
    assert (made["U_WEB_ID"], made["DocumentLines"][0]["U_LINE"]) == ("1001", "7")
    sandbox.options.fields_follow = False
    made = shop.made("DeliveryNotes", body)
    assert (made["U_WEB_ID"], made["DocumentLines"][0]["U_LINE"]) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"Name": "", "TableName": "OITM"},
        {"Name": "1ST", "TableName": "OITM"},
        {"Name": "A B", "TableName": "OITM"},
        {"Name": "X", "TableName": "NOPE"},
        {"Name": "X", "TableName": "@NOPE"},
        {"Name": "X", "TableName": "OITM", "Type": "db_Numeric", "Size": 12},
        {"Name": "X", "TableName": "OITM", "Type": "db_Alpha", "Size": 300},
    ],
)
def test_fields_that_cannot_be(v2: Api, body: dict[str, Any]) -> None:
    assert error(v2.post("UserFieldsMD", body))[:2] == (400, -5002)


def test_a_text_is_not_longer_than_its_field(shop: Api) -> None:
    field(shop, "ORDR", "WEB_ID", Size=5)
    assert error(shop.post("Orders", order_body(U_WEB_ID="123456")))[:2] == (400, -1004)
    path = "UserFieldsMD(TableName='ORDR',FieldID=0)"
    assert error(shop.patch(path, {"Size": 4}))[:2] == (400, -5002)
    assert shop.patch(path, {"Size": 6}).status_code == 204
    assert shop.post("Orders", order_body(U_WEB_ID="123456")).status_code == 201


def test_a_field_goes_from_all_documents(v2: Api) -> None:
    field(v2, "ORDR", "WEB_ID")
    assert v2.delete("UserFieldsMD(TableName='ORDR',FieldID=0)").status_code == 204
    assert v2.json("UserFieldsMD")["value"] == []


def test_rows_of_a_user_table(api: Api) -> None:
    api.made("UserTablesMD", {"TableName": "KEYS", "TableDescription": "Keys"})
    field(api, "@KEYS", "REF")
    assert error(api.post("UserTablesMD", {"TableName": "KEYS"})) == EXISTS
    made = api.made("U_KEYS", {"Code": "k1", "Name": "one", "U_REF": "7"})
    assert (made["Code"], made["Name"], made["U_REF"]) == ("k1", "one", "7")
    assert error(api.post("U_KEYS", {"Code": "k1"})) == EXISTS
    assert error(api.post("U_KEYS", {"Name": "no code"}))[:2] == (400, -5002)
    assert error(api.post("U_KEYS", {"Code": "x" * 51}))[:2] == (400, -1004)
    assert api.patch("U_KEYS('k1')", {"U_REF": "8", "Code": "k2"}).status_code == 204
    assert api.json("U_KEYS('k1')")["U_REF"] == "8"
    assert api.delete("U_KEYS('k1')").status_code == 204
    assert api.json("U_KEYS")["value"] == []
    assert api.delete("UserTablesMD('KEYS')").status_code == 204
    assert api.get("U_KEYS").status_code == 400


def test_rows_without_objects_may_number_themselves(v2: Api) -> None:
    v2.made("UserTablesMD", {"TableName": "LOG", "TableType": "bott_NoObjectAutoIncrement"})
    assert [v2.made("U_LOG", {"Name": "x"})["Code"] for _ in range(2)] == ["1", "2"]
