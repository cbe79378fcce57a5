"""The Service Layer's error codes as typed errors with cause and fix.

Codes come from live servers and public clients. Texts are in the login's language: what an error
is, the code tells, or the number that begins its text (``1320000140 - …``), never its words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.errors import (
    AuthError,
    BridgeError,
    Busy,
    ConfigError,
    Held,
    MissingRight,
    Refused,
)

PRODUCT = "SAP Business One"
OWN = "U_ERPB"
"""What the names of the bridge's own tables and fields begin with."""


class B1Error(BridgeError):
    """An error that B1 told itself.

    ``b1_code`` is its number (-2035), ``b1_number`` the number its text begins with (empty where it
    has none), ``operation`` the index of what failed in a change set (None where not told).
    """

    b1_code: int = 0
    b1_number: str = ""
    operation: int | None = None


class B1Refused(B1Error, Refused):
    """B1 said no to this record."""


class Exists(B1Refused):
    """There is a record with this key, or this name, already."""


class Missing(B1Refused):
    """The record, or one it names, is not in B1."""


class NotAllowed(B1Refused):
    """The record's state does not allow it: closed, cancelled, drawn on."""


class Changed(B1Error, Busy):
    """Somebody changed the record since it was read: read it again."""


class B1Busy(B1Error, Busy):
    """The server cannot do it now."""


class B1Login(B1Error, AuthError):
    """User, password or company is wrong."""


class B1Rights(B1Error, MissingRight):
    """The user lacks an authorization, or a licence that includes it."""


class B1Config(B1Error, ConfigError):
    """The set-up does not fit: nothing can run until it is mended."""


class B1Held(B1Error, Held):
    """A person has to do something in B1 first."""


class SessionEnded(B1Busy):
    """The session is none any more."""


class NodeTrouble(B1Busy):
    """A node does not know a table or field that there may be on others: work waits for it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error answer says: ``status`` of HTTP, ``code`` and ``message`` of B1."""

    status: int
    code: int
    message: str

    @property
    def number(self) -> str:
        """The number the text begins with, empty where it has none."""
        found = re.match(r"\s*(\d{6,})\b", self.message)
        return found.group(1) if found else ""

    @property
    def words(self) -> str:
        """The text without that number."""
        return re.sub(r"^\s*\d{6,}\s*-?\s*", "", self.message).strip() or f"error {self.code}"


def parse_fault(status: int, body: bytes) -> Fault | None:
    """Return what an error answer says, None where it is none of the Service Layer.

    v1: ``{"error":{"code":-10,"message":{"lang":…,"value":…}}}``, v2: ``{"error":{"code":"-10",
    "message":…}}``.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    error = answer.get("error") if isinstance(answer, Mapping) else None
    if not isinstance(error, Mapping):
        return None
    message: Any = error.get("message", "")
    if isinstance(message, Mapping):
        message = message.get("value", "")
    try:
        code = int(str(error.get("code", "0")))
    except ValueError:
        code = 0
    return Fault(status, code, str(message))


def fault_error(fault: Fault, what: str, *, own: bool = False) -> B1Error:
    """Return the typed error for a fault.

    Args:
        fault: what B1 said.
        what: the call, for the log (``POST Orders``).
        own: whether it is about one of the bridge's own tables, which a node may not know: it
            refuses their names then, without naming anything.
    """
    make = _BY_NUMBER.get(fault.number) or _BY_CODE.get(fault.code) or _other
    unknown = fault.code in (201, -1000)
    if unknown and (OWN in fault.message or (own and "'" not in fault.message)):
        make = _node
    error = make(fault)
    error.b1_code = fault.code
    error.b1_number = fault.number
    error.detail = f"{what}: HTTP {fault.status}, {fault.code} {fault.message}"
    return error


def not_prepared(missing: str) -> B1Config:
    """Return the error for a company without the bridge's own tables and fields."""
    return B1Config(
        f"This company has not been prepared for the bridge: it lacks {missing}",
        fix="Press Prepare in the connection's form, or run erp-bridge connection prepare, as a "
        "SAP user who may create user-defined fields and tables.",
        code="sap_b1.not_prepared",
    )


_Make = Callable[[Fault], B1Error]


def _login(fault: Fault) -> B1Error:  # noqa: ARG001 - its words say less than these
    return B1Login(
        "SAP Business One does not accept this user, password or company database",
        fix="Check all three in the connection's settings: the database is the company's technical "
        "name (such as SBODEMODE), and the user must not be locked. The bridge does not try again "
        "by itself, so that the user is not locked.",
        code="sap_b1.login",
    )


def _session(fault: Fault) -> B1Error:  # noqa: ARG001
    return SessionEnded(
        "SAP Business One ends the bridge's session right after the login",
        fix="Nothing to do at first: the bridge tries again. Where it stays, look whether a proxy "
        "removes cookies, and whether someone ends the user's sessions.",
        code="sap_b1.session",
    )


def _overloaded(fault: Fault) -> B1Error:
    if "-5027" in fault.message:
        return B1Login(
            "SAP Business One cannot open this company database",
            fix="Check the name of the company database in the connection's settings.",
            code="sap_b1.login",
        )
    return B1Busy(
        "SAP Business One is busy with logins",
        fix="Nothing to do: the bridge tries again by itself.",
        code="sap_b1.busy",
    )


def _node(fault: Fault) -> B1Error:
    return NodeTrouble(
        f"A node of the Service Layer does not know a table or field: {fault.words}",
        fix="Restart the Service Layer on all its nodes: fields that were made are known to the "
        "other nodes only then. If they were never made, prepare the company first.",
        code="sap_b1.node",
    )


def _request(fault: Fault) -> B1Error:
    return B1Refused(
        f"SAP Business One does not understand what the bridge asks: {fault.words}",
        fix="Check that the Service Layer is that of SAP Business One 10.0; where it is, report "
        "this with the job's details.",
        code="sap_b1.request",
    )


def _value(fault: Fault) -> B1Error:
    return B1Refused(
        f"SAP Business One does not take a value: {fault.words}",
        fix="Correct the value in the shop, or let SAP allow it (Valid Values of the field).",
        code="sap_b1.value",
    )


def _missing(fault: Fault) -> B1Error:
    return Missing(
        f"SAP Business One has no such record (any more): {fault.words}",
        fix="Link the record to another one on the mapping screen, or synchronize again to make "
        "it anew.",
        code="sap_b1.missing",
    )


def _exists(fault: Fault) -> B1Error:
    return Exists(
        f"SAP Business One has a record with this key already: {fault.words}",
        fix="Link the two on the mapping screen, or give the shop's record another code.",
        code="sap_b1.exists",
    )


def _changed(fault: Fault) -> B1Error:  # noqa: ARG001
    return Changed(
        "Somebody changed the record in SAP Business One at the same moment",
        fix="Nothing to do: the bridge reads it again and goes on.",
        code="sap_b1.changed",
    )


def _state(fault: Fault) -> B1Error:
    return NotAllowed(
        f"The record's state in SAP Business One does not allow this: {fault.words}",
        fix="Look at the record in SAP: it is closed, cancelled, or another document was made of "
        "it.",
        code="sap_b1.state",
    )


def _period(fault: Fault) -> B1Error:
    return B1Held(
        f"The posting period is closed or missing: {fault.words}",
        fix="Open it in SAP (Administration, System Initialization, Posting Periods), then release "
        "the record.",
        code="sap_b1.period",
    )


def _company_rule(fault: Fault) -> B1Error:
    return B1Refused(
        f"A rule of your company refuses it: {fault.words}",
        fix="The text comes from your own SBO_SP_TransactionNotification: meet it, or ask your SAP "
        "partner to let the bridge's user pass.",
        code="sap_b1.company_rule",
    )


def _query(fault: Fault) -> B1Error:
    return B1Config(
        f"SAP Business One does not allow the bridge's query: {fault.words}",
        fix="Allow the table in b1s_sqltable.conf of the Service Layer.",
        code="sap_b1.query",
    )


def _other(fault: Fault) -> B1Error:
    if fault.status >= 500:
        return B1Busy(
            f"SAP Business One had trouble of its own: {fault.words}",
            fix="Nothing to do at first: the bridge tries again. Where it stays, look into the "
            "Service Layer's log.",
            code="sap_b1.trouble",
        )
    if fault.status in (401, 403):
        return B1Rights(
            f"The bridge's user may not do this in SAP Business One: {fault.words}",
            fix="Give the user the authorization (Administration, System Initialization, "
            "Authorizations) and a licence that includes the Service Layer.",
            code="sap_b1.rights",
        )
    return B1Refused(
        f"SAP Business One refuses it: {fault.words}",
        fix="Correct what the text names, in the shop or in SAP, and synchronize again.",
        code="sap_b1.refused",
    )


_BY_CODE: Mapping[int, _Make] = {
    301: _session,
    -304: _login,
    -306: _login,
    299: _overloaded,
    305: _overloaded,
    407: _node,
    201: _request,
    244: _request,
    -1000: _request,
    -1004: _value,
    -2028: _missing,
    -2035: _exists,
    -2039: _changed,
    -5006: _state,
    -1029: _state,
    -1116: _company_rule,
    701: _query,
    702: _query,
}
_BY_NUMBER: Mapping[str, _Make] = {
    "1320000140": _exists,
    "1250000073": _period,
}
