"""An order's currency: in Odoo it comes from the order's price list alone."""

from __future__ import annotations

from dataclasses import dataclass

from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.errors import Held
from agent.model.document import SalesDocument
from agent.model.entity import Entity

CURRENCY = "res.currency"
PRICELIST = "product.pricelist"


@dataclass(frozen=True, slots=True)
class Priced:
    """A currency of Odoo and the price list that brings it, None where none is needed."""

    currency: int
    pricelist: int | None


class Pricelists:
    """Finds the price list of a document's currency; makes one where there is none."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._cx = work.cx
        rows = self._cx.facts.keep(CURRENCY, lambda: _currencies(self._cx))
        self._by_name = {name: (number, active) for number, (name, active) in rows.items()}
        self._by_id = rows

    def of(self, draft: Draft, document: SalesDocument) -> Priced:
        """Return currency and price list for a document.

        Raises:
            Held: Odoo does not have the currency, or it is not active there.
        """
        number = draft.ref(Entity.CURRENCIES, document.currency)
        if number is None and document.currency in self._by_name:
            number = self._by_name[document.currency][0]
        if number is None or number not in self._by_id or not self._by_id[number][1]:
            # it may have been activated a moment ago: what is kept is as old as the other facts
            self._by_id = _currencies(self._cx)
            found = {name: n for n, (name, _) in self._by_id.items()}
            number = number or found.get(document.currency)
        if number is None or number not in self._by_id:
            raise _missing(document.currency)
        if not self._by_id[number][1]:
            raise _inactive(self._by_id[number][0])
        return Priced(number, self._pricelist(number, self._by_id[number][0]))

    def _pricelist(self, currency: int, name: str) -> int | None:
        cx = self._cx
        order = cx.facts.fields("sale.order")
        if name == cx.facts.company.currency and not order["pricelist_id"].required:
            return None
        return cx.facts.keep((PRICELIST, currency), lambda: self._found_or_made(currency, name))

    def _found_or_made(self, currency: int, name: str) -> int:
        cx = self._cx
        own = f"{cx.instance}.pricelist_{name}"
        ours = cx.external_ids.find(PRICELIST, [own]).get(own)
        company = cx.facts.company.id
        rows = cx.odoo.find(
            PRICELIST,
            [("currency_id", "=", currency), ("company_id", "in", [False, company])],
            ["company_id"],
            active_test=True,
            order="",
        )
        numbers = [int(r["id"]) for r in rows]
        if ours in numbers and ours is not None:
            return ours
        if numbers:
            return numbers[0]
        cells = {
            "id": own,
            "name": f"OpenCart {name}",
            "currency_id/.id": str(currency),
            "company_id/.id": str(company),
            "active": "1",
        }
        result = self._work.loader.load(PRICELIST, [LoadRecord(name, cells)])[name]
        if result.error is not None:
            raise result.error
        return result.id or 0


def _currencies(cx: Connection) -> dict[int, tuple[str, bool]]:
    rows = cx.odoo.find(CURRENCY, [], ["name", "active"])
    return {int(r["id"]): (str(r["name"]), bool(r["active"])) for r in rows}


def _missing(name: str) -> Held:
    return Held(
        f"Odoo has no currency {name}",
        fix=f"Create the currency {name} in Odoo (Invoicing > Configuration > Currencies) and "
        "activate it, or link the shop's currency to another one; the order follows by itself.",
        code="order.currency",
    )


def _inactive(name: str) -> Held:
    return Held(
        f"The currency {name} is not active in Odoo",
        fix=f"Activate {name} in Odoo (Invoicing > Configuration > Currencies) and enter its rate; "
        "the order follows by itself.",
        code="order.currency",
    )
