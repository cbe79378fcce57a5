"""Several operations in one call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
import requests

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden

BREAK = "\r\n"
HEAD = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]


def operation(line: str, body: str = "", content_id: str = "", headers: Sequence[str] = ()) -> str:
    """Return one operation as a part; a body needs its blank line, and so does a lack of one."""
    head = [*HEAD, *([f"Content-ID: {content_id}"] if content_id else [])]
    return BREAK.join([*head, "", line, *headers, "", body])


def multipart(parts: Sequence[str], boundary: str) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--"


def change_set(*parts: str) -> str:
    return f"Content-Type: multipart/mixed;boundary=cs{BREAK}{BREAK}{multipart(parts, 'cs')}"


def send(api: Api, *parts: str, **headers: str) -> requests.Response:
    kind = {"Content-Type": "multipart/mixed;boundary=b", **headers}
    return api.call("POST", "$batch", data=multipart(parts, "b").encode(), headers=kind)


def statuses(answer: requests.Response) -> list[int]:
    return [int(found) for found in re.findall(r"HTTP/1\.1 (\d+)", answer.text)]


def partner(code: str, api: Api, content_id: str = "1") -> str:
    body = f'{{"CardCode": "{code}", "CardName": "{code}"}}'
    return operation(f"POST /b1s/v{api.version}/BusinessPartners", body, content_id)


@golden("batch.v1v2")
def test_a_batch_answers_parts(api: Api) -> None:
    answer = send(api, operation("GET BusinessPartners/$count"), change_set(partner("C1", api)))
    assert answer.status_code == (202 if api.version == 1 else 200)
    kind = answer.headers["Content-Type"]
    found = re.fullmatch(r"multipart/mixed;boundary=(batchresponse_[0-9a-f-]{36})", kind)
    assert found
    assert answer.text.rstrip().endswith(f"--{found[1]}--")
    assert statuses(answer) == [200, 201]
    assert api.json("BusinessPartners('C1')")["CardName"] == "C1"


@golden("batch.contentid")
def test_v2_wants_ids_in_change_sets(v1: Api, v2: Api) -> None:
    assert statuses(send(v1, change_set(partner("C1", v1, "")))) == [201]
    text = "Content ID should be specified in each change set request."
    answer = send(v2, change_set(partner("C2", v2, "")))
    assert error(answer) == (400, 244, text)
    assert v2.get("BusinessPartners('C2')").status_code == 404


@golden("batch.contentid.where")
def test_ids_come_back_where_each_version_has_them(v1: Api, v2: Api) -> None:
    part = re.compile(
        r"Content-Transfer-Encoding: binary\r\n(.*?)HTTP/1\.1 201 \w+\r\n(.*?)\r\n\r\n", re.DOTALL
    )
    for api, code in ((v1, "C1"), (v2, "C2")):
        [(outer, inner)] = part.findall(send(api, change_set(partner(code, api, "77"))).text)
        assert ("Content-ID: 77" in outer) == (api.version == 2)
        assert ("Content-ID: 77" in inner) == (api.version == 1)


@golden("batch.stop")
def test_a_batch_stops_at_the_first_failure(api: Api) -> None:
    read, missing = operation("GET Items/$count"), operation("GET Items('NOPE')")
    answer = send(api, read, missing, read)
    assert answer.ok
    assert statuses(answer) == [200, 404]
    answer = send(api, change_set(partner("C1", api), partner("C1", api, "2")), read)
    assert answer.ok
    assert statuses(answer) == [400]
    answer = send(api, partner("C2", api), missing)
    assert statuses(answer) == [201, 404]
    assert api.get("BusinessPartners('C2')").status_code == 200


@golden("batch.rollback")
def test_a_change_set_is_all_or_nothing(api: Api) -> None:
    api.made("BusinessPartners", {"CardCode": "C9", "CardName": "Nine"})
    rename = operation("PATCH BusinessPartners('C9')", '{"CardName": "x"}', "0")
    answer = send(api, change_set(rename, partner("C1", api), partner("C1", api, "2")))
    assert statuses(answer) == [400]
    assert '"code":' in answer.text
    assert api.get("BusinessPartners('C1')").status_code == 404
    told = api.json("BusinessPartners('C9')")
    assert (told["CardName"], told["DataVersion"]) == ("Nine", 1)


def test_a_change_set_can_name_what_it_made(api: Api) -> None:
    rename = operation(f"PATCH /b1s/v{api.version}/$1", '{"CardName": "Renamed"}', "2")
    answer = send(api, change_set(partner("C1", api), rename))
    assert statuses(answer) == [201, 204]
    assert api.json("BusinessPartners('C1')")["CardName"] == "Renamed"


@golden("etag.batch")
def test_only_the_tag_of_the_batch_counts(api: Api) -> None:
    api.made("BusinessPartners", {"CardCode": "C1", "CardName": "One"})
    api.patch("BusinessPartners('C1')", {})
    stale = 'W/"356A192B7913B04C54574D18C28D46E6395428AB"'
    line, body = "PATCH BusinessPartners('C1')", '{"CardName": "Two"}'
    inner = change_set(operation(line, body, "1", [f"If-Match: {stale}"]))
    assert statuses(send(api, inner)) == [204]
    assert statuses(send(api, change_set(operation(line, body, "1")), **{"If-Match": stale})) == [
        412
    ]


@golden("batch.malformed")
@pytest.mark.parametrize(
    "body",
    [
        "", "--b", "--b\r\n\r\n", "--c\r\nContent-Type: application/http\r\n\r\nGET Items\r\n--c--",
        "--b\r\nContent-Type: text/plain\r\n\r\nGET Items\r\n\r\n\r\n--b--",
        "--b\r\nContent-Type: application/http\r\n\r\nFETCH Items\r\n\r\n\r\n--b--",
    ],
)  # fmt: skip
def test_malformed_batches(api: Api, body: str) -> None:
    kind = {"Content-Type": "multipart/mixed;boundary=b"}
    answer = api.call("POST", "$batch", data=body.encode(), headers=kind)
    assert error(answer) == (400, -1000, "Incomplete Batch Request Body!")
    answer = api.call("POST", "$batch", data=body.encode())
    assert error(answer)[:2] == (400, -1000)


@golden("batch.malformed")
def test_reads_within_a_batch_need_two_line_breaks(api: Api) -> None:
    body = "--b\r\n" + BREAK.join([*HEAD, "", "GET Items/$count"]) + "\r\n--b--"
    kind = {"Content-Type": "multipart/mixed;boundary=b"}
    status, code, text = error(api.call("POST", "$batch", data=body.encode(), headers=kind))
    assert (status, code) == (400, -1000)
    assert "there should be two '\\r\\n' between sub-request header and content!" in text


def test_there_are_no_reads_in_change_sets(api: Api) -> None:
    answer = send(api, change_set(operation("GET Items", "", "1")))
    assert error(answer)[:2] == (400, -1000)


@golden("batch.tn")
def test_old_patch_levels_drop_change_sets_that_the_company_refuses(
    sandbox: SapB1Sandbox, api: Api
) -> None:
    sandbox.order("notification", resource="BusinessPartners", method="POST", text="No!")
    answer = send(api, change_set(partner("C1", api)))
    assert statuses(answer) == [400]
    assert "-1116" in answer.text
    sandbox.options.notification_drops_batch = True
    sandbox.order("notification", resource="BusinessPartners", method="POST", text="No!")
    answer = send(api, change_set(partner("C1", api)))
    assert (answer.status_code, "Proxy Error" in answer.text) == (502, True)
    assert api.get("BusinessPartners('C1')").status_code == 404
    sandbox.order("notification", resource="BusinessPartners", method="POST", text="No!")
    body: dict[str, Any] = {"CardCode": "C1", "CardName": "One"}
    assert error(api.post("BusinessPartners", body)) == (400, -1116, "No!")


def test_requests_can_be_sent_with_plain_line_feeds(api: Api) -> None:
    body = multipart([change_set(partner("C1", api))], "b").replace("\r\n", "\n")
    kind = {"Content-Type": 'multipart/mixed; boundary="b"'}
    assert statuses(api.call("POST", "$batch", data=body.encode(), headers=kind)) == [201]
