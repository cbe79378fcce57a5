"""SAP Business One in the fault runs: the stand-in, audited by its own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.bench.sap_shadow import CompanyLogin
from agent.bench.sap_stage import LINKS, connection_settings, prepare_company
from agent.bench.selling import link
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import desk
from agent.services.container import Services
from agent_tests.faults.orders.plant import Sold

_CENT = Decimal("0.01")
_ORDER, _DELIVERY, _INVOICE, _DOWN_PAYMENT = 17, 15, 13, 203


class SapB1Plant:
    """See :class:`agent_tests.faults.orders.plant.Plant`."""

    kind = "sap_b1"
    real = False
    patience = 7.0

    def __init__(self, sandbox: SapB1Sandbox, version: str = "v2") -> None:
        self.sandbox = sandbox
        self.name = f"sap-b1-{version}"
        self.version = version
        self.url = sandbox.url
        self.login = CompanyLogin(sandbox.url, sandbox.company.name)
        self.secret = self.login.password
        prepare_company(self.login)

    def settings(self, url: str) -> dict[str, Any]:
        values = connection_settings(self.login)
        return {**values, "url": url, "version": self.version, "timeout": 5}

    def set_up(self, services: Services, connection: int, actions: Mapping[str, str]) -> None:
        for entity, refs in LINKS.items():
            link(services, connection, entity, refs)
        link(services, connection, Entity.ORDER_STATUS, actions)
        for code, row in list(self._rows("Items").items()):
            if row["InventoryItem"] == "tYES":
                self._desk("receive", item=code, quantity=10_000)

    def order(self, shop_number: str) -> str:
        (entry,) = [
            key for key, row in self._rows("Orders").items() if row["NumAtCard"] == shop_number
        ]
        return str(entry)

    def confirm(self, ref: str) -> None:
        self._desk("approve", order=int(ref))

    def ship(self, ref: str) -> None:
        self._desk("deliver", order=int(ref))

    def sold(self, orders: Sequence[str]) -> dict[str, list[Sold]]:
        found: dict[str, list[Sold]] = {}
        for key, row in self._rows("Orders").items():
            if row["NumAtCard"] in orders:
                found.setdefault(row["NumAtCard"], []).append(self._sold(int(str(key)), row))
        return found

    def _sold(self, entry: int, row: Any) -> Sold:
        delivered = self._drawn("DeliveryNotes", {(_ORDER, entry)})
        bases = {(_ORDER, entry), *((_DELIVERY, d["DocEntry"]) for d in delivered)}
        invoices = self._drawn("Invoices", bases)
        advances = self._drawn("DownPayments", {(_ORDER, entry)})
        notes = self._drawn("CreditNotes", {(_INVOICE, d["DocEntry"]) for d in invoices})
        paid = {("it_Invoice", d["DocEntry"]) for d in invoices}
        paid |= {("it_DownPayment", d["DocEntry"]) for d in advances}
        state = "confirmed" if row["Confirmed"] == "tYES" else "quotation"
        if row["Cancelled"] == "tYES":
            state = "cancelled"
        return Sold(
            str(entry),
            state,  # type: ignore[arg-type]
            _total(row),
            [_total(document) for document in (*advances, *invoices)],
            [_total(document) for document in notes],
            self._payments(paid),
            unpaid=sum(_open(document) for document in (*advances, *invoices)),
            deliveries=len(delivered),
            undelivered=0 if state == "cancelled" or self._all_out(row) else 1,
        )

    def _all_out(self, row: Any) -> bool:
        """Tell whether nothing of an order waits to be delivered."""
        stocked = self._rows("Items")
        return all(
            line["LineStatus"] == "bost_Close"
            for line in row["DocumentLines"]
            if stocked[line["ItemCode"]]["InventoryItem"] == "tYES"
        )

    def _drawn(self, place: str, bases: set[tuple[int, int]]) -> list[Any]:
        """Return documents that are made from others and were not cancelled."""
        return [
            row
            for row in self._rows(place).values()
            if row["CancelStatus"] == "csNo"
            and any((line["BaseType"], line["BaseEntry"]) in bases for line in row["DocumentLines"])
        ]

    def _payments(self, documents: set[tuple[str, Any]]) -> list[Decimal]:
        found = []
        for row in self._rows("IncomingPayments").values():
            applied = [
                part
                for part in row["PaymentInvoices"]
                if (part["InvoiceType"], part["DocEntry"]) in documents
            ]
            if applied and row["Cancelled"] == "tNO":
                name = "SumApplied" if not any(p.get("AppliedFC") for p in applied) else "AppliedFC"
                found.append(_money(sum(Decimal(str(part[name])) for part in applied)))
        return found

    def customers(self, emails: Sequence[str]) -> tuple[int, list[str]]:
        rows = [
            row
            for row in self._rows("BusinessPartners").values()
            if row.get("EmailAddress") in emails
        ]
        count = len(rows)
        mains = Counter(row["EmailAddress"] for row in rows)
        twice = [f"customer {key}: {number}" for key, number in mains.items() if number > 1]
        for row in rows:
            places = Counter(
                tuple(str(place.get(n)) for n in ("AddressType", "Street", "ZipCode", "City"))
                for place in row["BPAddresses"]
            )
            count += len(row["BPAddresses"])
            twice += [f"{row['CardCode']} {key}: {n}" for key, n in places.items() if n > 1]
        return count, twice

    def _rows(self, place: str) -> dict[Any, Any]:
        with self.sandbox.company.transaction():
            return dict(self.sandbox.company.table(place).rows)

    def _desk(self, deed: str, **values: Any) -> Any:
        return desk.do(self.sandbox.company, {"do": deed, **values})


def _total(row: Any) -> Decimal:
    return _money(row["DocTotalFc"] or row["DocTotal"])


def _open(row: Any) -> bool:
    """Tell whether something of an invoice is to be paid."""
    return bool(row["DocumentStatus"] != "bost_Close")


def _money(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)
