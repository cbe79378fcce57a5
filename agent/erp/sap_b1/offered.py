"""Operations that not every server offers, and exchange rates, which one of them tells."""

from __future__ import annotations

from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.reader import number

_NO_SUCH_SERVICE = (-2004, -1000, 201, 404)
"""What is said of an operation that a server does not have, or not so."""


def not_offered(error: B1Refused) -> bool:
    """Tell whether the server does not have the operation; if it names a property, it has."""
    return error.b1_code in _NO_SUCH_SERVICE and "'" not in error.cause


def has_rate(cx: Connection, currency: str, day: str) -> bool | None:
    """Tell whether B1 has an exchange rate of a day (``2026-11-30``); None: it cannot tell."""
    # the operation takes days without dashes; B1 refuses with -4006 where there is no rate
    given = {"Currency": currency, "Date": day.replace("-", "")}
    try:
        answer = cx.client.service("SBOBobService_GetCurrencyRate", given, reads=True)
    except B1Refused as error:
        return None if not_offered(error) else False
    return number(answer or {}, "value") > 0
