"""Companies of stand-ins for a measurement, equal to each other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from agent.bench.sap_shadow import BareSap, CompanyLogin
from agent.erp.prepare import PreparableErp
from agent.erp.registry import connect
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.sandbox.mariadb import free_port
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import LOGIC
from agent.sandbox.waiting import wait_for

COMPANY = "SBODEMO"
SETTINGS: Mapping[str, str] = {
    "time_zone": "Europe/Berlin",
    "freight_shipping": "1",
    "freight_fees": "2",
    "freight_discounts": "3,5,6,7",
    "freight_levies": "4",
    "tax_free": "O0",
}
LINKS: Mapping[Entity, Mapping[str, str]] = {
    Entity.TAX_RATES: {"81": "O2", "82": "O1"},
    Entity.CURRENCIES: {"EUR": "EUR", "CHF": "CHF"},
    Entity.PAYMENT_METHODS: dict.fromkeys(
        ("cod", "bank_transfer", "free_checkout"), "transfer:161000"
    ),
    Entity.ORDER_STATUS: dict.fromkeys(("1", "2", "3", "5"), "confirm"),
}
"""The sample shop's records that orders need, and what they are in the stand-in's company."""
_STOP_SECONDS = 30.0
_MINUTES = 5
_RATE_DAYS = 900
_LINES = 500


@contextmanager
def open_company(state: Path | None = None) -> Iterator[CompanyLogin]:
    """Run a stand-in in a process of its own, so that it shares no lock with the bridge."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = ["sandbox", "sap-b1", "--port", str(port), "--company", COMPANY]
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.cli", *words, *(["--state", str(state)] if state else [])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"{url}/ping/", process)
        yield CompanyLogin(url, COMPANY)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for a stand-in; one with a large company reads that for minutes on a busy machine."""
    for left in reversed(range(_MINUTES)):
        try:
            wait_for(url, [process])
        except ConfigError:
            if not left or process.poll() is not None:
                raise
        else:
            return


def connection_settings(login: CompanyLogin) -> dict[str, Any]:
    """Return the settings of a connection to a company."""
    return {"url": login.url, "database": login.company, "user": login.user, **SETTINGS}


def prepare_company(login: CompanyLogin) -> None:
    """Make what the bridge and the sample shop's orders need."""
    settings = connection_settings(login)
    with closing(connect("sap_b1", settings, login.password, instance="bench")) as erp:
        if not isinstance(erp, PreparableErp):
            raise TypeError("the adapter cannot be prepared")
        if any(finding.level == "error" for finding in erp.prepare()):
            raise ConfigError(
                "The company could not be prepared",
                fix="Look at erp-bridge connection prepare.",
                code="bench.prepare",
            )
    with closing(BareSap(login)) as bare:
        bare.post("Currencies", {"Code": "CHF", "Name": "Swiss Franc"})
        for number in (6, 7):
            body = {"Name": f"Discounts {number}", "RevenuesAccount": "410000"}
            bare.post("AdditionalExpenses", {**body, "OutputVATGroup": "O2"})
        first = date.today() - timedelta(days=_RATE_DAYS)  # noqa: DTZ011 - any day will do
        for after in range(_RATE_DAYS + 2):
            day = (first + timedelta(days=after)).isoformat()
            rate = {"Currency": "CHF", "Rate": 1.05, "RateDate": day}
            bare.post("SBOBobService_SetCurrencyRate", rate)


def slow_down(login: CompanyLogin, seconds: float) -> None:
    """Let each call to a stand-in take that much longer, as those to a real server do."""
    if seconds:
        order = {"kind": "slow", "times": 1_000_000_000, "seconds": seconds}
        requests.post(f"{login.url}/_control/faults", json=order, timeout=60).raise_for_status()


@contextmanager
def stocked_company(items: int) -> Iterator[CompanyLogin]:
    """Run a stand-in with that many items, ten of each in stock in one of two warehouses."""
    with tempfile.TemporaryDirectory(prefix="erp-bridge-bench-") as name:
        state = Path(name) / "company.json"
        made = SapB1Sandbox(COMPANY, state=state)
        codes = [f"I{number:06}" for number in range(items)]
        with made.company.transaction():
            for code in codes:
                LOGIC["Items"].create(made.company, {"ItemCode": code, "ItemName": f"Item {code}"})
            for start in range(0, items, _LINES):
                lines = [
                    {"ItemCode": code, "Quantity": Decimal(10), "WarehouseCode": "01"}
                    for code in codes[start : start + _LINES]
                ]
                LOGIC["InventoryGenEntries"].create(made.company, {"DocumentLines": lines})
        made.save()
        made.stop()
        with open_company(state) as login:
            yield login
