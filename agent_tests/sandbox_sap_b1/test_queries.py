"""Filters, orders, pages and counts."""

from __future__ import annotations

from typing import Any

import pytest

from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden


@pytest.fixture
def items(api: Api) -> Api:
    """25 items, A00 to A24, and their number as a text in ``ForeignName``, every third has none."""
    for number in range(25):
        body: dict[str, Any] = {"ItemCode": f"A{number:02}", "ItemName": f"Item {number}"}
        if number % 3:
            body["ForeignName"] = str(number)
        api.made("Items", body)
    return api


def codes(api: Api, path: str, **how: Any) -> list[str]:
    return [one["ItemCode"] for one in api.json(path, **how)["value"]]


def next_link(api: Api, told: dict[str, Any]) -> str | None:
    return told.get("odata.nextLink" if api.version == 1 else "@odata.nextLink")


@golden("filter.badprop")
def test_unknown_properties_in_filters(api: Api) -> None:
    refusal = (400, 201, "Property 'NoSuchField' is invalid")
    assert error(api.get("Orders?$filter=NoSuchField eq 1")) == refusal
    assert error(api.get("Orders/$count?$filter=NoSuchField eq 1")) == refusal
    assert error(api.get("Orders?$orderby=NoSuchField")) == refusal
    assert error(api.get("Orders?$select=NoSuchField")) == refusal


@golden("filter.syntax")
@pytest.mark.parametrize(
    "text",
    [
        "DocEntry eq", "eq 1", "DocEntry eq 1 and", "(DocEntry eq 1", "DocEntry", "DocEntry eq 'x'",
        "CardCode eq 5", "length(CardCode) eq 3", "startswith(CardCode) eq 1", "DocEntry lt null",
        "contains(DocEntry,'1')", "DocDate eq 'yesterday'", "tolower(CardCode) eq 'x'", "",
        "startswith(CardCode,NumAtCard)", "DocEntry in (1,2)",
    ],
)  # fmt: skip
def test_what_is_no_condition(api: Api, text: str) -> None:
    refusal = (400, 201, "Query string error - Invalid filter condition")
    assert error(api.get(f"Orders?$filter={text}")) == refusal


@golden("filter.lambda")
def test_there_are_no_lambdas(api: Api) -> None:
    text = "Query string error - Invalid symbol in the filter condition"
    lamb = "Orders?$filter=DocumentLines/any(l: l/ItemCode eq 'A')"
    assert error(api.get(lamb)) == (400, 201, text)


@golden("expand.complex")
@pytest.mark.parametrize(
    ("name", "kind", "part"),
    [
        ("Orders", "Document", "DocumentLines"),
        ("Items", "Item", "ItemWarehouseInfoCollection"),
        ("BusinessPartners", "BusinessPartner", "BPAddresses"),
        ("BusinessPartners", "BusinessPartner", "ContactEmployees"),
    ],
)
def test_parts_of_records_cannot_be_expanded(api: Api, name: str, kind: str, part: str) -> None:
    text = f"Cannot expand invalid navigation property '{part}' for entity type '{kind}'"
    assert error(api.get(f"{name}?$expand={part}")) == (400, 201, text)


def test_records_that_others_name_can_be_expanded(api: Api) -> None:
    api.made("Items", {"ItemCode": "A", "ItemName": "x", "ItemsGroupCode": 101})
    path = "Items('A')?$select=ItemCode,ItemGroups&$expand=ItemGroups($select=GroupName)"
    assert api.json(path)["ItemGroups"] == {"GroupName": "Webshop"}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("ItemCode eq 'A03'", "3"),
        ("ItemCode gt 'A21'", "22 23 24"),
        ("ItemCode ge 'A03' and ItemCode lt 'A06'", "3 4 5"),
        ("'A22' lt ItemCode", "23 24"),
        ("ItemCode eq 'A05' or ItemCode eq 'A01' or ItemCode eq 'ZZ'", "1 5"),
        ("(ItemCode eq 'A05' or ItemName eq 'Item 7') and not (ItemCode eq 'A05')", "7"),
        ("startswith(ItemCode,'A2') and endswith(ItemName,'3')", "23"),
        ("contains(ItemName,'m 1') and ItemCode le 'A10'", "1 10"),
        ("substringof('em 24',ItemName)", "24"),
        ("ForeignName eq null and ItemCode lt 'A06'", "0 3"),
        ("ForeignName ne null and ItemCode lt 'A03'", "1 2"),
        ("ForeignName ne '1' and ItemCode lt 'A06'", "2 4 5"),
        ("not (ForeignName eq '1') and ItemCode lt 'A06'", "2 4 5"),
        ("not (ItemCode gt 'A00' and ItemCode lt 'A24')", "0 24"),
        ("ItemName eq 'it''s'", ""),
        ("ItemCode gt 'A02' and ItemCode gt 'A20' and ItemCode ge 'A22'", "22 23 24"),
        ("ItemCode eq 'A05' and ItemCode eq 'A06'", ""),
    ],
)
def test_conditions(items: Api, condition: str, found: str) -> None:
    wanted = [f"A{int(number):02}" for number in found.split()]
    path = f"Items?$select=ItemCode&$orderby=ItemCode&$filter={condition}"
    assert codes(items, path) == wanted
    assert items.get(f"Items/$count?$filter={condition}").text == str(len(wanted))


def test_dates_are_compared_without_their_times(api: Api) -> None:
    api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    day = api.json("Items('A')")["UpdateDate"][:10]
    for literal in (day, day.replace("-", ""), f"{day}T23:59:59", f"{day}T00:00:00Z"):
        for form in (f"'{literal}'", f"datetime'{literal}'"):
            assert codes(api, f"Items?$filter=UpdateDate eq {form}") == ["A"]
    assert codes(api, f"Items?$filter=UpdateDate gt '{day}T00:00:00'") == []


def test_times_are_compared_by_the_minute(api: Api) -> None:
    api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    hour, minute, _second = api.json("Items('A')")["UpdateTime"].split(":")
    for second in ("00", "30", "59"):
        path = f"Items?$filter=UpdateTime eq '{hour}:{minute}:{second}'"
        assert codes(api, path) == ["A"]
        assert codes(api, path.replace(" eq ", " gt ")) == []


def test_texts_are_told_apart_by_case_unless_asked(items: Api) -> None:
    path = "Items?$filter=ItemCode eq 'a03'"
    assert codes(items, path) == []
    assert codes(items, path, headers={"B1S-CaseInsensitive": "true"}) == ["A03"]


def test_orders(items: Api) -> None:
    assert codes(items, "Items?$orderby=ItemCode desc&$top=2") == ["A24", "A23"]
    found = codes(items, "Items?$orderby=ForeignName desc,ItemCode asc&$top=2")
    assert found == ["A08", "A07"]
    assert codes(items, "Items?$orderby=ForeignName,ItemCode&$top=2") == ["A00", "A03"]
    assert error(items.get("Items?$orderby=ItemCode up"))[:2] == (400, 201)


@golden("page.default")
def test_pages_hold_twenty(items: Api) -> None:
    told = items.json("Items")
    assert len(told["value"]) == 20
    assert next_link(items, told) == "Items?$skip=20"


@golden("page.pref")
def test_pages_are_as_long_as_preferred(items: Api) -> None:
    answer = items.get("Items", headers={"Prefer": "odata.maxpagesize=7"})
    assert len(answer.json()["value"]) == 7
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=7"
    answer = items.get("Items", headers={"Prefer": "odata.maxpagesize=0"})
    assert len(answer.json()["value"]) == 25
    assert next_link(items, answer.json()) is None
    assert len(items.json("Items", headers={"B1S-PageSize": "5"})["value"]) == 5


@golden("page.next")
def test_the_next_page_is_asked_for_as_the_first_was(items: Api) -> None:
    path = "Items?$select=ItemCode&$filter=ItemCode%20gt%20'A01'&$orderby=ItemCode%20desc"
    told = items.json(path, headers={"Prefer": "odata.maxpagesize=10"})
    assert next_link(items, told) == f"{path}&$skip=10"
    told = items.json(f"{path}&$skip=10", headers={"Prefer": "odata.maxpagesize=10"})
    assert [one["ItemCode"] for one in told["value"]] == [f"A{n:02}" for n in range(14, 4, -1)]


@golden("page.top")
def test_top_is_counted_over_pages(items: Api) -> None:
    prefer = {"Prefer": "odata.maxpagesize=10"}
    told = items.json("Items?$top=22", headers=prefer)
    assert len(told["value"]) == 10
    assert next_link(items, told) == "Items?$top=12&$skip=10"
    told = items.json("Items?$top=2&$skip=20", headers=prefer)
    assert (len(told["value"]), next_link(items, told)) == (2, None)
    told = items.json("Items?$top=10", headers=prefer)
    assert (len(told["value"]), next_link(items, told)) == (10, None)


@golden("page.last")
def test_a_full_last_page_is_followed_by_an_empty_one(items: Api) -> None:
    link: str | None = "Items?$select=ItemCode"
    sizes = []
    while link is not None:
        told = items.json(link, headers={"Prefer": "odata.maxpagesize=5"})
        sizes.append(len(told["value"]))
        link = next_link(items, told)
    assert sizes == [5, 5, 5, 5, 5, 0]


@golden("page.drift")
def test_rows_that_come_and_go_shift_the_pages(items: Api) -> None:
    prefer = {"Prefer": "odata.maxpagesize=10"}
    first = codes(items, "Items", headers=prefer)
    items.made("Items", {"ItemCode": "A00b", "ItemName": "x"})
    assert codes(items, "Items?$skip=10", headers=prefer)[0] == first[-1]
    for code in ("A00b", "A00"):
        assert items.delete(f"Items('{code}')").status_code == 204
    assert codes(items, "Items?$skip=10", headers=prefer)[0] == "A11"


@golden("count")
def test_counts(items: Api) -> None:
    answer = items.get("Items/$count?$filter=ItemCode lt 'A03'")
    assert (answer.status_code, answer.text) == (200, "3")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for option in ("$count=true", "$inlinecount=allpages"):
        told = items.json(f"Items?$top=1&{option}&$filter=ItemCode lt 'A03'")
        assert len(told["value"]) == 1
        assert told.get("odata.count", told.get("@odata.count")) == (
            "3" if items.version == 1 else 3
        )


@pytest.mark.parametrize("option", ["$top=-1", "$skip=x", "$top=1.5", "$nope=1", "$top=1&$top=2"])
def test_options_have_to_be_options(api: Api, option: str) -> None:
    assert error(api.get(f"Items?{option}"))[:2] == (400, 201)


def test_deep_conditions_do_not_break_the_server(api: Api) -> None:
    nested = "(" * 150 + "ItemCode eq 'x'" + ")" * 150
    assert codes(api, f"Items?$filter={nested}") == []
    assert error(api.get(f"Items?$filter={'not ' * 300}ItemCode eq 'x'"))[:2] == (400, 201)
