"""Making, changing and removing records."""

from __future__ import annotations

import re

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden

FIRST = 'W/"356A192B7913B04C54574D18C28D46E6395428AB"'
SECOND = 'W/"DA4B9237BACCCDF19C0760CAB7AEC4A8359010B0"'


def tag(api: Api, told: dict[str, str]) -> str:
    return told["odata.etag" if api.version == 1 else "@odata.etag"]


@pytest.fixture
def partner(api: Api) -> Api:
    api.made("BusinessPartners", {"CardCode": "C1", "CardName": "One"})
    return api


@golden("post.bp")
def test_a_post_answers_the_whole_record(api: Api) -> None:
    answer = api.post("BusinessPartners", {"CardCode": "C1", "CardName": "One"})
    told = answer.json()
    assert answer.status_code == 201
    root = f"{api.sandbox.url}/b1s/v{api.version}"
    assert answer.headers["Location"] == f"{root}/BusinessPartners('C1')"
    assert answer.headers["ETag"] == tag(api, told) == FIRST
    assert told["CardName"] == "One"
    assert told["BPAddresses"] == []
    assert len(told) > 150
    read = api.json("BusinessPartners('C1')")
    assert read == told


@golden("post.nocontent")
def test_a_post_can_answer_nothing(api: Api) -> None:
    body = {"CardCode": "C'1", "CardName": "One"}
    answer = api.post("BusinessPartners", body, headers={"Prefer": "return-no-content"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Preference-Applied"] == "return-no-content"
    assert answer.headers["Location"].endswith("/BusinessPartners('C''1')")


@golden("post.dup", "post.dup.item", "post.nocode")
def test_codes_are_needed_and_taken_once(partner: Api) -> None:
    text = (
        "1320000140 - Business partner code 'C1' already assigned to a business partner; "
        "enter a unique business partner code"
    )
    again = partner.post("BusinessPartners", {"CardCode": "C1", "CardName": "Two"})
    assert error(again) == (400, -10, text)
    partner.made("Items", {"ItemCode": "i002", "ItemName": "x"})
    again = partner.post("Items", {"ItemCode": "i002", "ItemName": "y"})
    assert error(again) == (400, -10, "Item code 'i002' already exists")
    nameless = partner.post("BusinessPartners", {"CardName": "x"})
    assert error(nameless) == (400, -5002, "Code undefined  [OCRD.CardCode]")


@golden("patch.ok")
def test_a_patch_answers_nothing_and_counts(partner: Api) -> None:
    for number, body in enumerate(({"CardName": "Two"}, {}, {"CardName": "Two"}), start=2):
        answer = partner.patch("BusinessPartners('C1')", body)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "ETag" not in answer.headers
        assert partner.json("BusinessPartners('C1')")["DataVersion"] == number
    assert partner.json("BusinessPartners('C1')")["CardName"] == "Two"


@golden("patch.readonly")
def test_what_cannot_be_changed_is_passed_over(partner: Api) -> None:
    body = {"CardCode": "C2", "DataVersion": 77, "CardName": "Two"}
    assert partner.patch("BusinessPartners('C1')", body).status_code == 204
    told = partner.json("BusinessPartners('C1')")
    assert (told["CardCode"], told["DataVersion"], told["CardName"]) == ("C1", 2, "Two")


def test_a_put_clears_what_it_does_not_name(api: Api) -> None:
    api.made("ItemGroups", {"GroupName": "Big", "LeadTime": 3})
    number = api.json("ItemGroups?$filter=GroupName eq 'Big'")["value"][0]["Number"]
    answer = api.call("PUT", f"ItemGroups({number})", json={"GroupName": "Bigger"})
    assert answer.status_code == 204
    told = api.json(f"ItemGroups({number})")
    assert (told["GroupName"], told["LeadTime"]) == ("Bigger", None)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "MERGE", "DELETE"])
def test_a_header_overrides_a_post(api: Api, method: str) -> None:
    number = api.made("ItemGroups", {"GroupName": "Big"})["Number"]
    override = {"X-HTTP-Method-Override": method}
    answer = api.post(f"ItemGroups({number})", {"GroupName": "Bigger"}, headers=override)
    assert answer.status_code == 204
    read = api.get(f"ItemGroups({number})")
    assert read.status_code == (404 if method == "DELETE" else 200)
    assert method == "DELETE" or read.json()["GroupName"] == "Bigger"


def test_one_property_can_be_read(partner: Api) -> None:
    assert partner.json("BusinessPartners('C1')/CardName") == {"value": "One"}


@golden("etag.formula")
def test_the_tag_is_a_hash_of_the_version(partner: Api) -> None:
    assert partner.get("BusinessPartners('C1')").headers["ETag"] == FIRST
    partner.patch("BusinessPartners('C1')", {})
    answer = partner.get("BusinessPartners('C1')")
    assert answer.headers["ETag"] == tag(partner, answer.json()) == SECOND
    partner.patch("BusinessPartners('C1')", {})
    third = partner.get("BusinessPartners('C1')").headers["ETag"]
    assert re.fullmatch(r'W/"77DE68DA[0-9A-F]{32}"', third)


@golden("etag.stale")
def test_a_stale_tag_is_refused(partner: Api) -> None:
    partner.patch("BusinessPartners('C1')", {})
    text = (
        "Another user or another operation modified data; to continue, open the window again "
        "(ODBC -2039)"
    )
    stale = {"If-Match": FIRST}
    path = "BusinessPartners('C1')"
    answer = partner.patch(path, {"CardName": "Two"}, headers=stale)
    assert error(answer) == (412, -2039, text)
    assert error(partner.delete(path, headers=stale)) == (412, -2039, text)
    told = partner.json(path)
    assert (told["CardName"], told["DataVersion"]) == ("One", 2)
    assert partner.patch(path, {}, headers={"If-Match": SECOND}).status_code == 204


@golden("etag.stale")
@pytest.mark.parametrize("action", ["Cancel", "Close"])
def test_a_stale_tag_stops_actions(partner: Api, action: str) -> None:
    partner.made("Items", {"ItemCode": "A", "ItemName": "x"})
    lines = [{"ItemCode": "A", "Quantity": 1, "UnitPrice": 1}]
    order = {"CardCode": "C1", "DocDueDate": "2026-12-01", "DocumentLines": lines}
    number = partner.made("Orders", order)["DocEntry"]
    partner.patch(f"Orders({number})", {"Comments": "x"})
    answer = partner.call("POST", f"Orders({number})/{action}", headers={"If-Match": FIRST})
    assert error(answer)[:2] == (412, -2039)
    assert partner.json(f"Orders({number})")["DocumentStatus"] == "bost_Open"


@golden("etag.loose")
@pytest.mark.parametrize("value", [FIRST[2:], "356A", "garbage", "*", '"*"'])
def test_what_is_no_weak_tag_is_passed_over(partner: Api, value: str) -> None:
    partner.patch("BusinessPartners('C1')", {})
    answer = partner.patch("BusinessPartners('C1')", {}, headers={"If-Match": value})
    assert answer.status_code == 204


@golden("etag.select")
def test_the_tag_is_false_unless_the_version_is_selected(partner: Api) -> None:
    partner.patch("BusinessPartners('C1')", {})
    answer = partner.get("BusinessPartners('C1')?$select=CardName")
    assert "ETag" not in answer.headers
    assert tag(partner, answer.json()) == FIRST
    refused = partner.patch("BusinessPartners('C1')", {}, headers={"If-Match": FIRST})
    assert error(refused)[:2] == (412, -2039)
    answer = partner.get("BusinessPartners('C1')?$select=CardName,DataVersion")
    assert answer.headers["ETag"] == tag(partner, answer.json()) == SECOND
    page = partner.json("BusinessPartners?$select=CardName&$filter=CardCode eq 'C1'")
    assert tag(partner, page["value"][0]) == FIRST


@golden("etag.sets")
def test_only_some_sets_have_tags(api: Api) -> None:
    for path in ("Warehouses('01')", "ItemGroups(100)", "Currencies('EUR')", "SalesPersons(1)"):
        answer = api.get(path)
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert not {"odata.etag", "@odata.etag"} & answer.json().keys()
    assert api.get("AdditionalExpenses(1)").headers["ETag"] == FIRST


def test_pictures_come_and_go_as_files(sandbox: SapB1Sandbox, api: Api) -> None:
    api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    assert error(api.get("ItemImages('A')/$value"))[:2] == (404, -2028)
    data = bytes(range(256)) + b"\r\n--x\r\n"
    sent = api.call("PATCH", "ItemImages('A')", files={"files": ("a.png", data)})
    assert sent.status_code == 204
    read = api.get("ItemImages('A')/$value")
    assert (read.content, read.headers["Content-Type"]) == (data, "image/png")
    assert api.json("ItemImages('A')")["Picture"] == "a.png"
    assert error(api.patch("ItemImages('A')", {"Picture": "b.png"}))[:2] == (400, -1000)
    assert api.delete("ItemImages('A')").status_code == 204
    assert api.get("ItemImages('A')/$value").status_code == 404
