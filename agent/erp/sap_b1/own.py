"""The bridge's own tables and fields in a company: what they are, and which are missing.

A field of ``ORDR`` or ``RDR1`` is one of all marketing documents, or of all their lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.query import all_of, any_of, q


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A user table; its fields ``Code`` and ``Name`` are B1's own."""

    name: str
    description: str

    @property
    def body(self) -> dict[str, Any]:
        """What ``UserTablesMD`` is posted."""
        return {
            "TableName": self.name,
            "TableDescription": self.description,
            "TableType": "bott_NoObject",
        }

    def __str__(self) -> str:
        return f"table @{self.name}"


@dataclass(frozen=True, slots=True)
class OwnField:
    """A user field, ``U_<name>`` in rows. ``size`` is in characters, None for a memo."""

    table: str
    name: str
    description: str
    size: int | None = None
    numeric: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """What ``UserFieldsMD`` is posted."""
        body: dict[str, Any] = {
            "TableName": self.table,
            "Name": self.name,
            "Description": self.description,
            "Type": "db_Memo",
            "SubType": "st_None",
        }
        if self.numeric:
            body |= {"Type": "db_Numeric", "Size": self.size}
        elif self.size is not None:
            body |= {"Type": "db_Alpha", "Size": self.size}
        return body

    def __str__(self) -> str:
        return f"field U_{self.name} of {self.table}"


TABLES: tuple[OwnTable, ...] = (
    OwnTable("ERPB_KEY", "OpenCart: keys"),
    OwnTable("ERPB_ATTR", "OpenCart: attributes"),
    OwnTable("ERPB_VALUE", "OpenCart: values"),
)
FIELDS: tuple[OwnField, ...] = (
    OwnField("@ERPB_ATTR", "Kind", "Kind", 20),
    OwnField("@ERPB_ATTR", "Display", "Display", 20),
    OwnField("@ERPB_ATTR", "Sort", "Sort order", 11, numeric=True),
    OwnField("@ERPB_VALUE", "Attribute", "Attribute", 50),
    OwnField("@ERPB_VALUE", "Sort", "Sort order", 11, numeric=True),
    OwnField("OITM", "ERPB_ID", "OpenCart id", 64),
    OwnField("OITM", "ERPB_Product", "OpenCart product", 50),
    OwnField("OITM", "ERPB_Values", "OpenCart option values", 254),
    OwnField("OCRD", "ERPB_ID", "OpenCart id", 64),
    OwnField("ORDR", "ERPB_ID", "OpenCart id", 64),
    OwnField("ORDR", "ERPB_Paid", "OpenCart payment", 64),
    OwnField("RDR1", "ERPB_Line", "OpenCart line", 50),
    OwnField("RDR1", "ERPB_Text", "OpenCart line text"),
    OwnField("ORCT", "ERPB_ID", "OpenCart id", 64),
)


def missing(client: Client) -> list[OwnTable | OwnField]:
    """Return what is not in the company yet, in the order in which it can be made.

    B1's own lists of tables and fields are read: all nodes agree about them, other than about what
    they let be used.
    """
    names = any_of("TableName", [table.name for table in TABLES])
    tables = {str(r["TableName"]) for r in client.rows("UserTablesMD", names, ("TableName",))}
    fields = _fields(client)
    found: list[OwnTable | OwnField] = [t for t in TABLES if t.name not in tables]
    found += [f for f in FIELDS if (f.table, f.name) not in fields]
    return found


def words(parts: Sequence[OwnTable | OwnField]) -> str:
    """Return what is missing in one line."""
    return ", ".join(str(part) for part in parts)


def _fields(client: Client) -> set[tuple[str, str]]:
    tables = list(dict.fromkeys(field.table for field in FIELDS))
    names = any_of("Name", list(dict.fromkeys(field.name for field in FIELDS)))
    where = all_of(any_of("TableName", tables), names)
    rows = client.rows("UserFieldsMD", where, ("Name",))
    return {(str(row["TableName"]), str(row["Name"])) for row in rows}


def try_out(client: Client) -> None:
    """Use every table and field once, reading; what a node does not know it refuses.

    Raises:
        BridgeError: it refused one.
    """
    for entity_set, fields in _USES.items():
        next(client.rows(entity_set, f"{fields[0]} eq {q('-')}", fields, limit=1), None)


_USES: Mapping[str, tuple[str, ...]] = {
    "U_ERPB_KEY": ("Code", "Name"),
    "U_ERPB_ATTR": ("Code", "U_Kind", "U_Display", "U_Sort"),
    "U_ERPB_VALUE": ("Code", "U_Attribute", "U_Sort"),
    "Items": ("U_ERPB_ID", "U_ERPB_Product", "U_ERPB_Values"),
    "BusinessPartners": ("U_ERPB_ID",),
    "Orders": ("U_ERPB_ID", "U_ERPB_Paid"),
    "IncomingPayments": ("U_ERPB_ID",),
}
