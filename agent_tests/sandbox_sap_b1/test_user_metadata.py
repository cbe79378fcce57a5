"""User tables and user fields, and which node knows them."""

from __future__ import annotations

from typing import Any

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books.userfields import HEADERS, LINES
from agent.sandbox.sap_b1.schema import field_types
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden

FIELD = {"Name": "X", "Type": "db_Alpha", "Size": 50, "Description": "..", "TableName": "ORDR"}

NUMBER = {**FIELD, "Type": "db_Numeric", "Size": 11}


def document(api: Api, **more: Any) -> dict[str, Any]:
    lines = [{"ItemCode": "A", "Quantity": 1, "UnitPrice": 1}]
    return {"CardCode": "C1", "DocDueDate": "2026-12-01", "DocumentLines": lines, **more}


def masters(api: Api) -> None:
    api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    api.made("BusinessPartners", {"CardCode": "C1", "CardName": "One"})


@golden("udf.create")
def test_a_field_of_orders_is_one_of_all_documents(api: Api) -> None:
    masters(api)
    refusal = (400, -1000, "Property 'U_X' of 'Document' is invalid")
    assert error(api.post("Orders", document(api, U_X="1"))) == refusal
    made = api.made("UserFieldsMD", FIELD)
    assert made["Name"] == "X"
    assert api.json(f"UserFieldsMD(TableName='ORDR',FieldID={made['FieldID']})")["Name"] == "X"
    for name in ("Orders", "Quotations"):
        number = api.made(name, document(api, U_X="1"))["DocEntry"]
        assert api.json(f"{name}({number})")["U_X"] == "1"
        found = api.json(f"{name}?$select=DocEntry,U_X&$filter=U_X eq '1'")["value"]
        assert [one["DocEntry"] for one in found] == [number]
    assert api.json("Invoices?$filter=U_X eq '1'")["value"] == []
    assert error(api.post("UserFieldsMD", FIELD))[1] == -2035
    assert error(api.get("Items?$filter=U_X eq '1'"))[1] == 201


def test_a_field_shows_in_the_type_its_table_is_of() -> None:
    wanted = {"OITM": ("Item",), "ITM1": ("ItemPrice",), "@TAB": ("U_TAB",), "OUSR": ()}
    assert {table: field_types(table) for table in wanted} == wanted
    assert {field_types(table) for table in HEADERS[:-1]} == {("Document",)}
    assert {field_types(table) for table in LINES[:-1]} == {("DocumentLine",)}


@golden("udf.visible")
def test_a_new_field_is_known_to_its_node_alone(sandbox: SapB1Sandbox, api: Api) -> None:
    sandbox.options.fields_on_all_nodes = False
    api.cookies["ROUTEID"] = ".node1"
    made = api.made("UserFieldsMD", FIELD)
    api.made("UserTablesMD", {"TableName": "TAB", "TableDescription": "t"})
    assert api.get("Orders?$filter=U_X eq '1'").status_code == 200
    assert api.get("U_TAB").status_code == 200
    assert "U_X" in api.get("$metadata").text
    api.cookies["ROUTEID"] = ".node2"
    assert error(api.get("Orders?$filter=U_X eq '1'"))[:2] == (400, 201)
    assert error(api.get("U_TAB"))[2] == "Service Not Found"
    assert "U_X" not in api.get("$metadata").text
    found = api.json("UserFieldsMD?$filter=TableName eq 'ORDR'")["value"]
    assert [one["FieldID"] for one in found] == [made["FieldID"]]
    sandbox.options.fields_on_all_nodes = True
    assert api.get("Orders?$filter=U_X eq '1'").status_code == 200


@golden("post.badvalid")
def test_a_field_may_list_its_values(api: Api) -> None:
    masters(api)
    values = [{"Value": "A", "Description": "First"}, {"Value": "B", "Description": "Second"}]
    api.made("UserFieldsMD", {**FIELD, "Size": 1, "ValidValuesMD": values})
    status, code, text = error(api.post("Orders", document(api, U_X="Z")))
    assert (status, code) == (400, -1004)
    assert text.startswith("'Z' is not a valid value for property 'U_X'. The valid values are: ")
    assert api.post("Orders", document(api, U_X="A")).status_code == 201


@golden("set.unknown")
def test_tables_of_objects_are_no_sets(api: Api) -> None:
    table = {"TableName": "UDO", "TableDescription": "t", "TableType": "bott_MasterData"}
    assert api.post("UserTablesMD", table).status_code == 201
    assert error(api.get("U_UDO"))[2] == "Service Not Found"


def test_rows_of_a_user_table(api: Api) -> None:
    api.made("UserTablesMD", {"TableName": "TAB", "TableDescription": "t"})
    api.made("UserFieldsMD", {**NUMBER, "TableName": "@TAB", "Name": "Sort"})
    made = api.made("U_TAB", {"Code": "a", "Name": "First", "U_Sort": 3})
    assert (made["Code"], made["U_Sort"]) == ("a", 3)
    text = "This entry already exists in the following tables (ODBC -2035)"
    assert error(api.post("U_TAB", {"Code": "a", "Name": "Again"})) == (400, -2035, text)
    assert api.patch("U_TAB('a')", {"Name": "Renamed"}).status_code == 204
    told = api.json("U_TAB('a')?$select=Name,U_Sort")
    assert (told["Name"], told["U_Sort"], "Code" in told) == ("Renamed", 3, False)
    assert error(api.post("U_TAB", {"Code": "b", "U_Nope": 1}))[1] == -1000
    assert api.delete("U_TAB('a')").status_code == 204
    assert api.json("U_TAB")["value"] == []
