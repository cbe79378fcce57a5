"""The demo's SAP Business One: the stand-in, with people who use the Service Layer itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import requests

from agent.demo.erp import DEPOSITS, Total
from agent.demo.stage import Stage
from agent.errors import ConfigError
from agent.sandbox.mariadb import free_port
from agent.sandbox.waiting import wait_for

_COMPANY, _USER = "SBODEMO", "manager"
_PASSWORD = "manager"  # noqa: S105 - the stand-in's, on loopback, for minutes
_BANK = "161000"
_ORDER = 17
_DAYS = 60
_ON_SHELF = 500
_MOST_LINES = 100
_FREIGHTS = {6: "Discounts, reduced rate", 7: "Discounts, untaxed", 8: "Shipping, reduced rate"}
_SETTINGS = (
    DEPOSITS,
    "freight_shipping=1,8",
    "freight_fees=2,5",
    "freight_discounts=3,6,7",
    "freight_levies=4",
    "tax_free=O0",
)
_SETS = (
    ("ItemGroups", "item groups"),
    ("Items", "items"),
    ("BusinessPartners", "business partners"),
    ("Orders", "sales orders"),
    ("DownPayments", "down payments"),
    ("Invoices", "invoices"),
    ("IncomingPayments", "incoming payments"),
    ("DeliveryNotes", "deliveries"),
)


class SapB1:
    """See :class:`agent.demo.erp.DemoErp`."""

    name = "sap"
    label = "SAP Business One"

    def __init__(self) -> None:
        self._url = f"http://127.0.0.1:{free_port()}"
        self._session = requests.Session()

    def start(self, stage: Stage) -> str:
        """Start the stand-in, connect the shop with it, and prepare it."""
        port = self._url.rpartition(":")[2]
        stage.start("sandbox", "sap-b1", "--port", port, "--company", _COMPANY)
        wait_for(f"{self._url}/b1s/v2/", stage.processes)
        login = {"CompanyDB": _COMPANY, "UserName": _USER, "Password": _PASSWORD}
        self._call("POST", "Login", login)
        for number, name in _FREIGHTS.items():
            row = {"ExpensCode": number, "Name": name, "RevenuesAccount": "410000"}
            self._call("POST", "AdditionalExpenses", row)
        where = ("--url", self._url, "--database", _COMPANY, "--user", _USER)
        settings = [word for setting in _SETTINGS for word in ("--set", setting)]
        stage.connect("sap_b1", self.name, _PASSWORD, *where, *settings)
        made = stage.bridge("connection", "prepare", self.name)["findings"]
        made = [row for row in made if row["message"].startswith("Made")]
        return f"connected, and prepared: {len(made)} user tables and fields made"

    def bookkeep(self) -> None:
        """Set the franc up, with rates for the days of the orders; put goods on the shelves."""
        currency = {"Code": "CHF", "Name": "Swiss Franc", "InternationalDescription": "CHF"}
        self._call("POST", "Currencies", currency)
        today = date.today()  # noqa: DTZ011 - rates are by the company's calendar
        for back in range(-1, _DAYS):
            rate = {"Currency": "CHF", "Rate": "1.0526315789"}
            rate["RateDate"] = (today - timedelta(days=back)).strftime("%Y%m%d")
            self._call("POST", "SBOBobService_SetCurrencyRate", rate)
        items = [
            str(row["ItemCode"])
            for row in self._rows("Items", "ItemCode", ("InventoryItem", "Frozen"))
            if row["InventoryItem"] == "tYES" and row["Frozen"] != "tYES"
        ]
        for first in range(0, len(items), _MOST_LINES):
            part = items[first : first + _MOST_LINES]
            lines = [{"ItemCode": item, "Quantity": _ON_SHELF} for item in part]
            self._call("POST", "InventoryGenEntries", {"DocumentLines": lines})

    def account(self) -> str:
        """Return the bank account."""
        return f"transfer:{_BANK}"

    def ship(self, order: str, tracking: str) -> None:
        """Deliver what an order asks for."""
        lines = self._call("GET", f"Orders({order})")["DocumentLines"]
        drawn = [
            {"BaseType": _ORDER, "BaseEntry": int(order), "BaseLine": x["LineNum"]} for x in lines
        ]
        card = self._call("GET", f"Orders({order})?$select=CardCode")["CardCode"]
        note = {"CardCode": card, "TrackingNumber": tracking, "DocumentLines": drawn}
        self._call("POST", "DeliveryNotes", note)

    def totals(self) -> list[Total]:
        """Return what the sales orders come to."""
        names = ("NumAtCard", "DocTotal", "DocTotalFc", "DocCurrency")
        return [
            Total(
                str(row["NumAtCard"]),
                Decimal(str(row["DocTotalFc"] or row["DocTotal"])).quantize(Decimal("0.01")),
                str(row["DocCurrency"]),
            )
            for row in self._rows("Orders", "DocEntry", names)
        ]

    def counts(self) -> list[tuple[str, int]]:
        """Return how many records of each set there are."""
        return [(label, int(self._call("GET", f"{name}/$count"))) for name, label in _SETS]

    def visit(self) -> str:
        """Return address and login."""
        return f"{self._url}/b1s/v2  company {_COMPANY}, {_USER} / {_PASSWORD}"

    def _rows(self, name: str, key: str, names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        last: int | str = 0 if key == "DocEntry" else ""
        while True:
            above = last if isinstance(last, int) else f"'{last.replace(chr(39), chr(39) * 2)}'"
            select = ",".join((key, *names))
            query = f"$select={select}&$filter={key} gt {above}&$orderby={key}"
            rows = self._call("GET", f"{name}?{query}&$top=20")["value"]
            yield from rows
            if not rows:
                return
            last = rows[-1][key]

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the Service Layer; what it refuses ends the demo."""
        answer = self._session.request(method, f"{self._url}/b1s/v2/{path}", json=body, timeout=60)
        if answer.status_code >= 400:
            raise ConfigError(
                f"The stand-in refuses {method} {path}",
                fix="See the line below.",
                code="demo.failed",
                detail=answer.text,
            )
        return answer.json() if answer.content else None
