"""Preparing an ERP for the bridge: an admin's step, made once per connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent.erp.port import Erp
from agent.erp.prepare import PreparableErp
from agent.services.errors import InvalidInput
from agent.services.plain import finding_plain

if TYPE_CHECKING:
    from agent.services.container import Services


def show(services: Services, connection_id: int) -> dict[str, Any]:
    """Return ``{supported, prepared, findings}``; changes nothing.

    An ERP that needs no preparing is prepared. A paused connection is asked, too: it may be paused
    because it is not prepared.

    Raises:
        NotFound: there is no such connection.
        Paused: this shop may be a copy.
        BridgeError: the ERP cannot be asked.
    """
    with _opened(services, connection_id) as erp:
        if not isinstance(erp, PreparableErp):
            return {"supported": False, "prepared": True, "findings": []}
        return _told(erp)


def prepare(services: Services, connection_id: int) -> dict[str, Any]:
    """Make what is missing; returns ``{supported, prepared, findings}``.

    Raises:
        NotFound: there is no such connection.
        Paused: this shop may be a copy.
        InvalidInput: this ERP needs no preparing.
        BridgeError: the ERP cannot be asked.
    """
    with _opened(services, connection_id) as erp:
        if not isinstance(erp, PreparableErp):
            raise InvalidInput(
                "This ERP needs no preparing",
                fix="Nothing to do: synchronize.",
                fields={"id": ["Not for this kind of ERP."]},
            )
        findings = erp.prepare()
        return {**_told(erp), "findings": [finding_plain(f) for f in findings]}


def _told(erp: PreparableErp) -> dict[str, Any]:
    findings = erp.missing()
    return {
        "supported": True,
        "prepared": all(f.level == "ok" for f in findings),
        "findings": [finding_plain(f) for f in findings],
    }


@contextmanager
def _opened(services: Services, connection_id: int) -> Iterator[Erp]:
    info = services.connections.require_original(connection_id)
    secret = services.connections.secret(connection_id)
    erp = services.kinds.connect(info.kind, info.settings, secret)
    try:
        yield erp
    finally:
        erp.close()
