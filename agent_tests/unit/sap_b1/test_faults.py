"""What B1's codes become: by number, whatever language its words are in."""

from __future__ import annotations

import json

import pytest

from agent.erp.sap_b1.faults import (
    B1Busy,
    B1Config,
    B1Error,
    B1Held,
    B1Login,
    B1Refused,
    B1Rights,
    Changed,
    Exists,
    Fault,
    Missing,
    NodeTrouble,
    NotAllowed,
    SessionEnded,
    fault_error,
    parse_fault,
)
from agent.errors import AuthError, Held, MissingRight, Refused, TransientError

CASES: list[tuple[int, int, str, type[B1Error], str]] = [
    (401, 301, "Sitzung ist abgelaufen.", SessionEnded, "sap_b1.session"),
    (401, -304, "Fail to NONE-SSO login from SLD.", B1Login, "sap_b1.login"),
    (401, -306, "Fail to NONE-SSO login from SLD.", B1Login, "sap_b1.login"),
    (401, -131, "Lizenz fehlt", B1Rights, "sap_b1.rights"),
    (403, -1, "Keine Berechtigung", B1Rights, "sap_b1.rights"),
    (500, 299, "SAML Login Failed", B1Busy, "sap_b1.busy"),
    (500, 305, "Switch company error: -1102", B1Busy, "sap_b1.busy"),
    (500, 305, "Switch company error: -5027", B1Login, "sap_b1.login"),
    (500, 407, "Table definition not found for '@X'.", NodeTrouble, "sap_b1.node"),
    (400, 201, "Property 'U_ERPB_ID' is invalid", NodeTrouble, "sap_b1.node"),
    (400, -1000, "Property 'U_ERPB_ID' of 'Item' is invalid", NodeTrouble, "sap_b1.node"),
    (400, -1000, "Property 'Nope' of 'Item' is invalid", B1Refused, "sap_b1.request"),
    (400, 201, "Query string error - Invalid filter condition", B1Refused, "sap_b1.request"),
    (400, 244, "Content ID should be specified", B1Refused, "sap_b1.request"),
    (400, -1004, "'Z' ist kein gültiger Wert", B1Refused, "sap_b1.value"),
    (404, -2028, "Keine Datensätze", Missing, "sap_b1.missing"),
    (400, -2035, "Eintrag existiert bereits", Exists, "sap_b1.exists"),
    (400, -10, "1320000140 - Geschäftspartner-Code 'c1' …", Exists, "sap_b1.exists"),
    (412, -2039, "Ein anderer Benutzer", Changed, "sap_b1.changed"),
    (400, -5006, "Nicht möglich", NotAllowed, "sap_b1.state"),
    (400, -1029, "Beleg ist geschlossen", NotAllowed, "sap_b1.state"),
    (400, -5002, "1250000073 - Periode gesperrt", B1Held, "sap_b1.period"),
    (400, -5002, "Code undefined  [OCRD.CardCode]", B1Refused, "sap_b1.refused"),
    (400, -1116, "Barcode fehlt", B1Refused, "sap_b1.company_rule"),
    (400, 702, "Table 'X' is not allowed", B1Config, "sap_b1.query"),
    (400, -10, "Bestand negativ", B1Refused, "sap_b1.refused"),
    (500, -1, "Internal error (-1) occurred", B1Busy, "sap_b1.trouble"),
]


@pytest.mark.parametrize(("status", "code", "text", "kind", "name"), CASES)
def test_each_code(status: int, code: int, text: str, kind: type[B1Error], name: str) -> None:
    error = fault_error(Fault(status, code, text), "POST Items")
    assert type(error) is kind
    assert error.code == name
    assert error.b1_code == code
    assert error.cause
    assert error.fix
    assert text in error.detail
    assert "POST Items" in error.detail


def test_kinds_are_those_the_flows_know() -> None:
    assert issubclass(SessionEnded, TransientError)
    assert issubclass(Changed, TransientError)
    assert issubclass(Exists, Refused)
    assert issubclass(Missing, Refused)
    assert issubclass(NotAllowed, Refused)
    assert issubclass(B1Login, AuthError)
    assert not issubclass(B1Login, MissingRight)
    assert issubclass(B1Rights, MissingRight)
    assert issubclass(B1Held, Held)
    assert issubclass(NodeTrouble, TransientError)


def test_numbers_of_messages_are_told_apart_from_their_words() -> None:
    fault = Fault(400, -10, "1320000140 - Code 'c1' is taken")
    assert fault.number == "1320000140"
    assert fault.words == "Code 'c1' is taken"
    assert fault_error(fault, "POST").b1_number == "1320000140"
    plain = Fault(400, -10, "12 pieces are missing")
    assert plain.number == ""
    assert plain.words == "12 pieces are missing"


@pytest.mark.parametrize(
    "error",
    [
        {"code": -10, "message": {"lang": "en-us", "value": "Because"}},
        {"code": "-10", "details": [{"code": "", "message": ""}], "message": "Because"},
    ],
    ids=["v1", "v2"],
)
def test_both_forms_of_an_error(error: dict[str, object]) -> None:
    assert parse_fault(400, json.dumps({"error": error}).encode()) == Fault(400, -10, "Because")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": "x"}', b'{"value": []}'])
def test_other_answers_are_no_errors_of_b1(body: bytes) -> None:
    assert parse_fault(502, body) is None


def test_an_own_table_that_a_node_does_not_know() -> None:
    unknown = Fault(400, -1000, "Service Not Found")
    assert isinstance(fault_error(unknown, "GET U_ERPB_KEY", own=True), NodeTrouble)
    assert isinstance(fault_error(unknown, "GET Nope"), B1Refused)
    other = Fault(400, -1000, "Property 'ItemNam' of 'Item' is invalid")
    assert isinstance(fault_error(other, "POST $batch", own=True), B1Refused)


def test_naming_a_record_keeps_what_b1_said() -> None:
    error = fault_error(Fault(400, -2035, "there"), "POST Items")
    error.operation = 1
    named = error.about("product 42")
    assert isinstance(named, Exists)
    assert (named.b1_code, named.operation, named.record) == (-2035, 1, "product 42")
