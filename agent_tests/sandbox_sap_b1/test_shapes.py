"""Names and values of answers, in both versions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from xml.etree.ElementTree import fromstring

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api
from agent_tests.sandbox_sap_b1.golden import golden


def order(api: Api) -> dict[str, object]:
    api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    api.made("BusinessPartners", {"CardCode": "C1", "CardName": "One"})
    lines = [{"ItemCode": "A", "Quantity": 1, "UnitPrice": 1}]
    made = api.made(
        "Orders", {"CardCode": "C1", "DocDueDate": "2026-12-01", "DocumentLines": lines}
    )
    answer: dict[str, object] = api.json(f"Orders({made['DocEntry']})")
    return answer


@golden("date.v1")
def test_dates_of_v1_are_days(v1: Api) -> None:
    told = order(v1)
    assert told["DocDueDate"] == "2026-12-01"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(told["UpdateDate"]))
    assert re.fullmatch(r"\d\d:\d\d:\d\d", str(told["UpdateTime"]))
    assert re.fullmatch(r"\d\d:\d\d:00", str(told["DocTime"]))


@golden("date.v2")
def test_dates_of_v2_end_in_z_and_are_local_all_the_same() -> None:
    local = datetime(2026, 11, 21, 3, 49, 52, tzinfo=timezone(-timedelta(hours=6)))
    with SapB1Sandbox(now=lambda: local) as sandbox:
        api = Api(sandbox)
        api.log_in()
        made = api.made("Items", {"ItemCode": "A", "ItemName": "x"})
    assert made["UpdateDate"] == made["CreateDate"] == "2026-11-21T00:00:00Z"
    assert made["UpdateTime"] == "03:49:52"


def test_orders_leave_out_what_only_their_type_has(api: Api) -> None:
    hidden = {"DocumentInstallments", "DownPaymentsToDraw", "DocumentPackages", "PaidToDate"}
    assert not hidden & order(api).keys()


def test_headers_tell_the_version(v1: Api, v2: Api) -> None:
    kind = "application/json;odata=minimalmetadata;charset=utf-8"
    answer = v1.get("Items")
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["DataServiceVersion"] == "3.0"
    assert answer.json().keys() == {"odata.metadata", "value"}
    kind = "application/json;odata.metadata=minimal;charset=utf-8"
    answer = v2.get("Items")
    assert (answer.headers["Content-Type"], answer.headers["OData-Version"]) == (kind, "4.0")
    assert answer.json().keys() == {"@odata.context", "value"}


def test_batch_numbers_have_another_name_in_v1(v1: Api, v2: Api) -> None:
    v2.made("Items", {"ItemCode": "A", "ItemName": "x", "ManageBatchNumbers": "tYES"})
    for api, name in ((v1, "BatchNumber"), (v2, "BatchNumberProperty")):
        batch = {name: f"B{api.version}", "Quantity": 2}
        lines = [{"ItemCode": "A", "Quantity": 2, "BatchNumbers": [batch]}]
        made = api.made("InventoryGenEntries", {"DocumentLines": lines})
        told = api.json(f"InventoryGenEntries({made['DocEntry']})")
        assert told["DocumentLines"][0]["BatchNumbers"][0][name] == f"B{api.version}"
        other = {"BatchNumber", "BatchNumberProperty"} - {name}
        wrong = [{"ItemCode": "A", "Quantity": 2, "BatchNumbers": [{other.pop(): "x"}]}]
        assert api.post("InventoryGenEntries", {"DocumentLines": wrong}).status_code == 400


@golden("incr.payments")
def test_some_types_do_not_tell_when_they_changed(api: Api) -> None:
    for name in ("IncomingPayments", "Warehouses", "PriceLists", "SpecialPrices"):
        assert api.get(f"{name}?$select=UpdateDate").status_code == 400
        assert api.get(f"{name}?$filter=UpdateTime eq '10:00'").status_code == 400


def test_metadata_names_everything(api: Api) -> None:
    root = fromstring(api.get("$metadata").text)
    named = {one.get("Name") for one in root.iter() if one.tag.endswith("}EntitySet")}
    assert {"Items", "BusinessPartners", "Orders", "InventoryGenExits"} <= named
    kinds = {
        one.get("Name"): one.get("Type")
        for kind in root.iter()
        if kind.get("Name") == "Item"
        for one in kind
    }
    assert kinds["UpdateTime"] == ("Edm.Time" if api.version == 1 else "Edm.TimeOfDay")
    assert kinds["ItemPrices"] == "Collection(SAPB1.ItemPrice)"
    assert kinds["VatLiable"] == "SAPB1.BoYesNoEnum"
