"""Reads are tried again, writes never blindly; what a page, a join or a change set gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from agent.erp.sap_b1 import reader
from agent.erp.sap_b1.client import Client, Operation, any_of, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Busy, B1Refused, Changed, Exists, Missing
from agent.erp.sap_b1.prepare import prepare
from agent.errors import ConfigError, TimedOut, Unreachable
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.lab.certificates import certificate
from agent_tests.unit.sap_b1.conftest import (
    INSTANCE,
    PASSWORD,
    Open,
    item,
    pauses,
    settings_for,
)

LOST = ["lost-reply", "cut", "late-502"]
"""Faults after the effect."""


def made(sandbox: SapB1Sandbox, entity_set: str = "Items") -> int:
    return len(sandbox.company.table(entity_set).rows)


def key(code: str) -> Operation:
    return Operation.post("U_ERPB_KEY", {"Code": code, "Name": code})


class TestTrouble:
    @pytest.mark.parametrize("fault", [*LOST, "refuse", "html-502", "500"])
    def test_a_read_is_sent_again(self, sandbox: SapB1Sandbox, client: Client, fault: str) -> None:
        client.post("Items", item("A1"))
        sandbox.order(fault, times=2, method="GET", resource="Items")
        assert client.get("Items", "A1", ("ItemName",))
        assert sandbox.recorder.count("GET", "Items") == 3
        assert len(pauses(client)) == 2

    @pytest.mark.parametrize("fault", ["refuse", "html-502", "500"])
    def test_a_read_is_not_sent_for_ever(
        self, sandbox: SapB1Sandbox, client: Client, fault: str
    ) -> None:
        sandbox.order(fault, times=9, method="GET", resource="Items")
        with pytest.raises((TimedOut, Unreachable, B1Busy)):
            list(client.rows("Items"))
        assert sandbox.recorder.count("GET", "Items") == 3

    @pytest.mark.parametrize("fault", LOST)
    def test_a_write_without_an_answer_is_sent_once(
        self, sandbox: SapB1Sandbox, client: Client, fault: str
    ) -> None:
        sandbox.order(fault, method="POST", resource="Items")
        with pytest.raises(TimedOut) as caught:
            client.post("Items", item("A1"))
        assert "unknown" in caught.value.cause
        assert sandbox.recorder.count("POST", "Items") == 1
        assert made(sandbox) == 1
        assert not pauses(client)

    @pytest.mark.parametrize("fault", ["refuse", "html-502"])
    def test_nor_one_that_came_to_nothing(
        self, sandbox: SapB1Sandbox, client: Client, fault: str
    ) -> None:
        client.count("Items")
        sandbox.order(fault, method="POST", resource="Items")
        with pytest.raises(TimedOut):
            client.post("Items", item("A1"))
        assert sandbox.recorder.count("POST", "Items") == 1
        assert made(sandbox) == 0

    @pytest.mark.parametrize("fault", LOST)
    @pytest.mark.parametrize("version", ["v1", "v2"])
    def test_a_change_set_without_an_answer_is_sent_once(
        self, sandbox: SapB1Sandbox, open_client: Open, fault: str, version: str
    ) -> None:
        client = open_client(version=version)
        prepare(Connection(client, client.settings, INSTANCE))
        sandbox.order(fault, resource="$batch")
        with pytest.raises(TimedOut):
            client.together([key("a"), Operation.post("Items", item("A1"))])
        assert sandbox.recorder.count("POST", "$batch") == 1
        with pytest.raises(Exists):  # the key proves that all of it was made
            client.together([key("a"), Operation.post("Items", item("A2"))])
        assert list(sandbox.company.table("Items").rows) == ["A1"]

    @pytest.mark.parametrize("call", ["patch", "delete", "action"])
    def test_other_writes_are_sent_once(
        self, sandbox: SapB1Sandbox, client: Client, call: str
    ) -> None:
        client.post("Items", item("A1"))
        sandbox.order("lost-reply", times=2, method="DELETE" if call == "delete" else "")
        writes: dict[str, Callable[[], object]] = {
            "patch": lambda: client.patch("Items", "A1", {"ItemName": "B"}),
            "delete": lambda: client.delete("Items", "A1"),
            "action": lambda: client.action("Items", "A1", "Cancel"),
        }
        with pytest.raises(TimedOut):
            writes[call]()
        assert sum(sandbox.recorder.counts.values()) == 3  # login, post, and this once

    def test_an_error_of_the_server_is_no_success(
        self, sandbox: SapB1Sandbox, client: Client
    ) -> None:
        client.count("Items")
        sandbox.order("500", method="POST", resource="Items")
        with pytest.raises(B1Busy) as caught:
            client.post("Items", item("A1"))
        assert caught.value.code == "sap_b1.trouble"
        assert sandbox.recorder.count("POST", "Items") == 1

    def test_a_company_rule_says_so(self, sandbox: SapB1Sandbox, client: Client) -> None:
        sandbox.order("notification", resource="Items", text="Barcode 4711 is not ours")
        with pytest.raises(B1Refused) as caught:
            client.post("Items", item("A1"))
        assert caught.value.code == "sap_b1.company_rule"
        assert "Barcode 4711 is not ours" in caught.value.cause


class TestTls:
    @pytest.fixture
    def secure(self, tmp_path: Path) -> Iterator[tuple[SapB1Sandbox, Path]]:
        files = certificate(tmp_path, "127.0.0.1")
        with SapB1Sandbox(tls=files) as running:
            yield running, files[0]

    def test_a_private_authority_is_pinned(
        self, secure: tuple[SapB1Sandbox, Path], folder: Path
    ) -> None:
        running, authority = secure
        client = Client(settings_for(running, ca_file=str(authority)), PASSWORD, folder)
        assert client.count("Items") == 0
        client.close()

    def test_without_it_nothing_is_sent(
        self, secure: tuple[SapB1Sandbox, Path], folder: Path
    ) -> None:
        running, _ = secure
        client = Client(settings_for(running), PASSWORD, folder)
        with pytest.raises(ConfigError) as caught:
            client.count("Items")
        assert caught.value.code == "erp.tls"
        assert "authority" in caught.value.fix
        client.close()
        assert not sandbox_calls(running)

    def test_another_one_is_not_trusted(
        self, secure: tuple[SapB1Sandbox, Path], folder: Path, tmp_path: Path
    ) -> None:
        running, _ = secure
        other = certificate(tmp_path, "other.example")[0]
        client = Client(settings_for(running, ca_file=str(other)), PASSWORD, folder)
        with pytest.raises(ConfigError):
            client.count("Items")
        client.close()
        assert not sandbox_calls(running)


def sandbox_calls(sandbox: SapB1Sandbox) -> int:
    return sum(sandbox.recorder.counts.values())


@pytest.fixture(params=["v1", "v2"])
def spoken(request: pytest.FixtureRequest, open_client: Open) -> Client:
    """Give a client of each version: what it tells is the same."""
    return open_client(version=request.param)


class TestRows:
    def test_one_record(self, spoken: Client) -> None:
        spoken.post("Items", item("A1", Valid="tYES"))
        row = spoken.get("Items", "A1", ("ItemName", "CreateDate", "QuantityOnStock"))
        assert row is not None
        assert row["DataVersion"] == 1
        assert row["CreateDate"].endswith("T00:00:00Z")
        assert isinstance(row["QuantityOnStock"], Decimal)
        assert not [name for name in row if "odata" in name]
        assert spoken.get("Items", "nope") is None

    def test_names_of_v2_whatever_is_spoken(self, sandbox: SapB1Sandbox, spoken: Client) -> None:
        body = item("A1", ManageBatchNumbers="tYES")
        spoken.post("Items", body)
        lot = {"BatchNumberProperty": "L1", "Quantity": 5}
        line = {"ItemCode": "A1", "Quantity": 5, "WarehouseCode": "01", "BatchNumbers": [lot]}
        answer = spoken.post("InventoryGenEntries", {"DocumentLines": [line]})
        told = answer["DocumentLines"][0]["BatchNumbers"][0]
        assert told["BatchNumberProperty"] == "L1"
        assert "BatchNumber" not in told

    def test_keys_with_anything_in_them(self, spoken: Client) -> None:
        codes = ["O'Neill", "A/B 1", "ÄÖ&=#+%", "a\\b", "50%?"]
        for code in codes:
            spoken.post("Items", item(code))
        for code in codes:
            spoken.patch("Items", code, {"ItemName": f"changed {code}"})
            row = spoken.get("Items", code, ("ItemName",))
            assert row is not None
            assert row["ItemName"] == f"changed {code}"
        assert {row["ItemCode"] for row in spoken.rows("Items", "", ("ItemName",))} == set(codes)
        for code in codes:
            spoken.delete("Items", code)
        assert spoken.count("Items") == 0

    def test_pages_shift_by_nothing(
        self, sandbox: SapB1Sandbox, spoken: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader, "PAGE", 10)
        for index in range(35):
            spoken.post("Items", item(f"A{index:03}"))
        rows = spoken.rows("Items", "", ("ItemName",))
        seen = [next(rows)["ItemCode"] for _ in range(12)]
        spoken.delete("Items", "A002")  # by position, a row would be skipped now
        seen += [row["ItemCode"] for row in rows]
        assert seen == [f"A{index:03}" for index in range(35)]

    def test_a_server_that_gives_less_than_asked(
        self, sandbox: SapB1Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for index in range(5):
            client.post("Items", item(f"A{index}"))
        call = client.wire.call
        monkeypatch.setattr(
            client.wire, "call", lambda r, judge=None: call(_without_prefer(r), judge)
        )
        sandbox.options.page_size = 2
        assert len(list(client.rows("Items", "", ("ItemName",)))) == 5

    @pytest.mark.parametrize("limit", [0, 1, 10, 11, 25])
    def test_a_limit(self, client: Client, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "PAGE", 10)
        for index in range(20):
            client.post("Items", item(f"A{index:02}"))
        rows = list(client.rows("Items", "", ("ItemName",), limit=limit))
        assert len(rows) == min(limit, 20)
        after = client.rows("Items", "", ("ItemName",), after="A17")
        assert [row["ItemCode"] for row in after] == ["A18", "A19"]

    def test_keys_of_several_parts(self, prepared: Connection) -> None:
        client = prepared.client
        rows = list(client.rows("UserFieldsMD", "", ("Name",)))
        keys = [(row["TableName"], row["FieldID"]) for row in rows]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys) > 14  # a document's field is one of all documents
        middle = keys[6]
        assert [
            (r["TableName"], r["FieldID"]) for r in client.rows("UserFieldsMD", after=middle)
        ] == keys[7:]
        row = client.get("UserFieldsMD", middle, ("Name",))
        assert row is not None
        assert row["Name"] == rows[6]["Name"]

    def test_many_values_in_few_calls(self, sandbox: SapB1Sandbox, client: Client) -> None:
        codes = [f"{index:04}-{'ä' * 20}" for index in range(260)]
        for code in codes[::2]:
            client.post("Items", item(code))
        before = sandbox.recorder.count("GET", "Items")
        rows = client.find("Items", "ItemCode", codes, ("ItemName",), "SalesItem eq 'tYES'")
        assert {row["ItemCode"] for row in rows} == set(codes[::2])
        calls = sandbox.recorder.count("GET", "Items") - before
        assert 6 <= calls <= 20
        assert client.find("Items", "ItemCode", []) == []

    def test_values_that_many_rows_have(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader, "PAGE", 10)
        for index in range(25):
            client.post("Items", item(f"A{index:02}", ForeignName="same"))
        assert len(client.find("Items", "ForeignName", ["same", "other"], ("ItemName",))) == 25

    def test_a_count(self, spoken: Client) -> None:
        spoken.post("Items", item("A1"))
        spoken.post("Items", item("A2", SalesItem="tNO"))
        assert spoken.count("Items") == 2
        assert spoken.count("Items", "SalesItem eq 'tYES'") == 1

    def test_an_unknown_property_is_no_missing_record(self, client: Client) -> None:
        with pytest.raises(B1Refused) as caught:
            list(client.rows("Items", "NoSuchField eq 1"))
        assert caught.value.code == "sap_b1.request"
        with pytest.raises(B1Refused):
            client.post("Items", item("A1", NoSuchField=1))


def _without_prefer(request: Any) -> Any:
    headers = {name: value for name, value in request.headers.items() if name != "Prefer"}
    return type(request)(
        request.verb, request.path, request.body, headers, request.reads, request.patience
    )


class TestJoins:
    SETS = ("Items", "Items/ItemWarehouseInfoCollection")
    JOIN = "Items/ItemCode eq Items/ItemWarehouseInfoCollection/ItemCode"
    SELECT: ClassVar = {"Items": ("ItemName",), SETS[1]: ("WarehouseCode", "InStock")}

    def told(self, client: Client, where: str = "", after: str = "") -> list[tuple[str, str]]:
        condition = f"{self.JOIN} and ({where})" if where else self.JOIN
        return [
            (row["Items"]["ItemCode"], row[self.SETS[1]]["WarehouseCode"])
            for row in client.cross(self.SETS, self.SELECT, condition, after)
        ]

    @pytest.mark.parametrize("page", [1, 2, 3, 4, 500])
    def test_each_row_once_and_a_key_together(
        self, client: Client, page: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader, "PAGE", page)
        for code in ("A1", "A2", "A3", "A4"):
            client.post("Items", item(code))
        expected = [(code, house) for code in ("A1", "A2", "A3", "A4") for house in ("01", "02")]
        assert self.told(client) == expected
        assert self.told(client, after="A2") == expected[4:]

    def test_numbers_are_exact(self, client: Client) -> None:
        client.post("Items", item("A1"))
        row = next(client.cross(self.SETS, self.SELECT, self.JOIN))
        assert number(row[self.SETS[1]], "InStock") == Decimal(0)

    def test_a_long_condition_goes_another_way(self, sandbox: SapB1Sandbox, client: Client) -> None:
        codes = [f"{index:03}{'ä' * 30}" for index in range(60)]
        for code in codes[:3]:
            client.post("Items", item(code))
        found = self.told(client, any_of("Items/ItemCode", codes))
        assert {code for code, _ in found} == set(codes[:3])
        assert sandbox.recorder.count("POST", "QueryService_PostQuery") == 1


class TestVersions:
    def test_a_stale_write_is_refused(self, spoken: Client) -> None:
        spoken.post("Items", item("A1"))
        spoken.patch("Items", "A1", {"ItemName": "first"}, 1)
        with pytest.raises(Changed) as caught:
            spoken.patch("Items", "A1", {"ItemName": "second"}, 1)
        assert caught.value.b1_code == -2039
        row = spoken.get("Items", "A1", ("ItemName",))
        assert row is not None
        assert (row["ItemName"], row["DataVersion"]) == ("first", 2)
        with pytest.raises(Changed):
            spoken.delete("Items", "A1", 1)
        spoken.delete("Items", "A1", 2)

    def test_a_stale_change_set_is_refused_whole(
        self, sandbox: SapB1Sandbox, prepared: Connection
    ) -> None:
        client = prepared.client
        client.post("Items", item("A1"))
        client.patch("Items", "A1", {"ItemName": "first"})
        stale = Operation.patch("Items", "A1", {"ItemName": "second"}, version=1)
        with pytest.raises(Changed):
            client.together([key("a"), stale])
        assert made(sandbox, "U_ERPB_KEY") == 0
        fresh = Operation.patch("Items", "A1", {"ItemName": "second"}, version=2)
        client.together([key("a"), fresh])
        assert made(sandbox, "U_ERPB_KEY") == 1

    def test_two_versions_in_one_change_set_are_no_use(self, client: Client) -> None:
        changes = [Operation.patch("Items", c, {}, version=v) for c, v in (("A", 1), ("B", 2))]
        with pytest.raises(ValueError, match="one version"):
            client.together(changes)


class TestChangeSets:
    def test_all_or_nothing_and_which_failed(self, sandbox: SapB1Sandbox, spoken: Client) -> None:
        spoken.post("Items", item("A2"))
        first, second = Operation.post("Items", item("A1")), Operation.post("Items", item("A2"))
        with pytest.raises(B1Refused) as caught:
            spoken.together([first, second])
        assert caught.value.operation == 1
        assert list(sandbox.company.table("Items").rows) == ["A2"]

    def test_rows_in_the_order_of_the_operations(self, spoken: Client) -> None:
        rows = spoken.together(
            [
                Operation.post("Items", item("A1", ForeignName="Größe\r\n--changeset")),
                Operation.patch("Items", "A1", {"ItemName": "other"}),
                Operation.post("Items", item("A2")),
            ]
        )
        assert [row.get("ItemCode") for row in rows] == ["A1", None, "A2"]
        assert rows[0]["ForeignName"] == "Größe\r\n--changeset"
        assert rows[0]["UpdateDate"] is None or rows[0]["UpdateDate"].endswith("Z")

    def test_collections_are_replaced_where_that_is_said(self, spoken: Client) -> None:
        place = {"AddressType": "bo_ShipTo", "Street": "Way 1"}
        body = {"CardCode": "C1", "CardName": "One", "CardType": "cCustomer"}
        spoken.post("BusinessPartners", {**body, "BPAddresses": [{"AddressName": "a", **place}]})
        more = {"BPAddresses": [{"AddressName": "b", **place}]}
        spoken.patch("BusinessPartners", "C1", more)
        assert self.places(spoken) == ["a", "b"]
        spoken.together([Operation.patch("BusinessPartners", "C1", more, replace=True)])
        assert self.places(spoken) == ["b"]
        only = {"BPAddresses": [{"AddressName": "c", **place}]}
        spoken.patch("BusinessPartners", "C1", only, replace=True)
        assert self.places(spoken) == ["c"]

    def places(self, client: Client) -> list[str]:
        row = client.get("BusinessPartners", "C1", ("BPAddresses",))
        assert row is not None
        return [place["AddressName"] for place in row["BPAddresses"]]

    def test_something_that_is_not_there(self, spoken: Client) -> None:
        with pytest.raises(Missing):
            spoken.together([Operation.patch("Items", "nope", {"ItemName": "x"})])
        with pytest.raises(Missing):
            spoken.patch("Items", "nope", {"ItemName": "x"})


class TestPictures:
    def test_they_come_back(self, client: Client) -> None:
        client.post("Items", item("A1"))
        assert client.picture("A1") is None
        data = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
        client.put_picture("A1", "größe 1.png", data)
        assert client.picture("A1") == data


def test_secrets_are_in_no_error(sandbox: SapB1Sandbox, open_client: Open) -> None:
    client = open_client()
    session = client.wire.session.id
    sandbox.order("refusal", resource="Items", code=-10, text=f"no {PASSWORD} here")
    with pytest.raises(B1Refused) as caught:
        client.post("Items", item("A1"))
    assert PASSWORD not in caught.value.detail
    assert session not in f"{caught.value}{caught.value.detail}"
