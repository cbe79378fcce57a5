"""Sets that are no more than rows."""

from __future__ import annotations

from agent_tests.sandbox_sap_b1.api import Api, error

PATH = "AlternateCatNum(ItemCode='A',CardCode='C',Substitute='S''1')"


def test_rows_with_a_key_of_several_parts(api: Api) -> None:
    body = {"ItemCode": "A", "CardCode": "C", "Substitute": "S'1"}
    answer = api.post("AlternateCatNum", {**body, "IsDefault": "Y"})
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/{PATH}")
    assert api.json(PATH)["IsDefault"] == "tYES"
    assert error(api.post("AlternateCatNum", body))[:2] == (400, -2035)
    assert api.patch(PATH, {"IsDefault": "tNO", "ItemCode": "B"}).status_code == 204
    assert api.json(PATH)["IsDefault"] == "tNO"
    found = api.json("AlternateCatNum?$filter=ItemCode eq 'A' and CardCode eq 'C'")["value"]
    assert [one["Substitute"] for one in found] == ["S'1"]
    assert api.delete(PATH).status_code == 204
    assert api.get(PATH).status_code == 404
    no_key = error(api.post("AlternateCatNum", {"ItemCode": "A", "CardCode": "C"}))
    assert no_key == (400, -5002, "Substitute undefined  [AlternateCatNum.Substitute]")


def test_rows_get_numbers(api: Api) -> None:
    numbers = [api.made("BatchNumberDetails", {"Batch": f"B{n}"})["DocEntry"] for n in range(2)]
    assert numbers == [1, 2]
    assert api.delete("BatchNumberDetails(2)").status_code == 204
    assert api.made("BatchNumberDetails", {"Batch": "B3"})["DocEntry"] == 3


def test_members_are_added_unless_they_are_replaced(api: Api) -> None:
    lines = [{"FileName": "a"}, {"FileName": "b"}]
    made = api.made("Attachments2", {"Attachments2_Lines": lines[:1]})
    path = f"Attachments2({made['AbsoluteEntry']})"
    assert api.patch(path, {"Attachments2_Lines": lines[1:]}).status_code == 204
    named = [one["FileName"] for one in api.json(path)["Attachments2_Lines"]]
    assert named == ["a", "b"]
    replace = {"B1S-ReplaceCollectionsOnPatch": "true"}
    assert api.patch(path, {"Attachments2_Lines": lines[1:]}, headers=replace).status_code == 204
    assert [one["FileName"] for one in api.json(path)["Attachments2_Lines"]] == ["b"]


def test_rows_do_nothing(api: Api) -> None:
    number = api.made("PaymentDrafts", {"CardCode": "C"})["DocEntry"]
    refusal = (400, -5006, "The requested action is not supported for this object.")
    assert error(api.post(f"PaymentDrafts({number})/SaveDraftToDocument")) == refusal
