"""Calls whose answers can be compared between two servers with different ids."""

from __future__ import annotations

import itertools
import re
import secrets
import time
import xmlrpc.client
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

_numbers = itertools.count(1)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)


class Talk:
    """One user on one server; ``key`` gives the user's API key.

    Every call answers a value, or ``"fault CODE: TEXT"`` where numbers are ``#`` and the word that
    makes this run's names unique is ``@``.
    """

    def __init__(
        self,
        version: str,
        url: str,
        database: str,
        login: str = "admin",
        password: str = "admin",
        pause: Callable[[float], object] = time.sleep,
        key: Callable[[], str] = str,
    ) -> None:
        self.pause = pause
        self.key = cache(key)
        self.version, self.url, self.database, self.password = version, url, database, password
        self.new = version != "14"
        self.tag = f"t{next(_numbers)}0{secrets.randbelow(10**8)}q"  # no letter that is searched
        self.common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)
        self.uid = self.common.authenticate(database, login, password, {})

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.catch(
            self.object.execute_kw,
            *(self.database, self.uid, self.password, model, method, list(args), kwargs),
        )

    def catch(self, call: Callable[..., Any], *args: Any) -> Any:
        """Call and answer a fault as text."""
        try:
            return call(*args)
        except xmlrpc.client.Fault as fault:
            return f"fault {fault.faultCode}: {self.plain(last_line(fault))}"

    def plain(self, value: Any) -> Any:
        """Return a value as text without ids and without this run's word."""
        return re.sub(r"\d+", "#", str(value).replace(self.tag, "@"))

    def name(self, word: str = "") -> str:
        """Return a name no other run has."""
        return f"{word}{self.tag}"

    def ref(self, xml_id: str) -> int:
        """Return the id behind an external id."""
        module, name = xml_id.split(".")
        [row] = self(
            "ir.model.data",
            "search_read",
            [["module", "=", module], ["name", "=", name]],
            ["res_id"],
        )
        return int(row["res_id"])

    def read(self, model: str, record: int, *fields: str, **context: Any) -> dict[str, Any]:
        """Return fields of one record without its id, names without this run's word."""
        [row] = self(model, "read", [record], list(fields), context=context)
        return {key: self.clean(value) for key, value in row.items() if key != "id"}

    def rows(
        self, model: str, domain: list[Any], *fields: str, order: str = "id", **context: Any
    ) -> list[tuple[Any, ...]]:
        """Return the fields of matching records as tuples."""
        found = self(model, "search_read", domain, list(fields), order=order, context=context)
        return [tuple(self.clean(row[field]) for field in fields) for row in found]

    def clean(self, value: Any) -> Any:
        """Return a value without this run's word."""
        return value.replace(self.tag, "@") if isinstance(value, str) else value

    def load(self, model: str, columns: list[str], rows: list[Any], **context: Any) -> Any:
        """Load rows and return how many there are, and the messages."""
        answer = self(model, "load", columns, rows, context=context)
        if not isinstance(answer, dict):
            return answer
        count = len(answer["ids"]) if answer["ids"] else answer["ids"]
        return count, [self._message(message) for message in answer["messages"]], answer["nextrow"]

    def _message(self, message: dict[str, Any]) -> list[Any]:
        text = self.plain(message["message"])
        if "ir_model_data_name_nospaces" in text:  # PostgreSQL shows the row, ids and all
            text = text.split("DETAIL")[0]
        return sorted({**message, "message": text}.items())

    def product(self, word: str, **values: Any) -> int:
        """Create a stored product and return its template."""
        stored: dict[str, Any] = {"is_storable": True} if self.new else {"type": "product"}
        return int(
            self("product.template", "create", {"name": self.name(word), **stored, **values})
        )

    def variants(self, template: int) -> list[int]:
        """Return the variants of a product, archived ones too."""
        found = self(
            "product.product",
            "search",
            [["product_tmpl_id", "=", template]],
            order="id",
            context={"active_test": False},
        )
        return list(found)

    def attribute(self, word: str, values: Iterable[str], **fields: Any) -> tuple[int, list[int]]:
        """Create an attribute with values and return both."""
        made = [[0, 0, {"name": value, "sequence": i}] for i, value in enumerate(values)]
        record = self(
            "product.attribute", "create", {"name": self.name(word), "value_ids": made, **fields}
        )
        ids = self("product.attribute.value", "search", [["attribute_id", "=", record]], order="id")
        return record, ids

    def stock_place(self) -> int:
        """Return the stock location of the first warehouse."""
        [row] = self("stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1)
        return int(row["lot_stock_id"][0])

    def count(self, variant: int, quantity: float, place: int | None = None) -> int:
        """Set a stock by counting it and return the quant."""
        values = {"product_id": variant, "location_id": place or self.stock_place()}
        quant = self(
            "stock.quant",
            "create",
            {**values, "inventory_quantity": quantity},
            context={"inventory_mode": True},
        )
        if self.new:
            self("stock.quant", "action_apply_inventory", [quant])
        return int(quant)


def last_line(fault: xmlrpc.client.Fault) -> str:
    """Return the exception of a traceback (code 1), else the whole text.

    A list of groups is sorted: real servers sort it by translated names.
    """
    text = str(fault.faultString)
    if fault.faultCode == 1:
        lines = text.strip().splitlines()
        line = lines[-1].strip()
        if line == "^" or line.startswith("HINT"):  # PostgreSQL points at the spot
            return "PostgreSQL refuses the statement"
        if "FATAL" in line:
            return "PostgreSQL refuses the connection"
        return line
    head, sep, rest = text.partition("following groups:")
    return head + sep + "\n".join(sorted(rest.split("\n")))
