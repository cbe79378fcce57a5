"""User tables and user fields: made through the metadata sets, checked in every body."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from .values import ENTRY_EXISTS, NOT_SUPPORTED, YES, day, undefined

HEADERS = (
    *("OINV", "ORIN", "ODLN", "ORDN", "ORDR", "OQUT", "ODPI", "ODRF"),
    *("OPCH", "ORPC", "OPDN", "ORPD", "OPOR", "OPQT", "ODPO", "ADOC"),
)
LINES = (
    *("INV1", "RIN1", "DLN1", "RDN1", "RDR1", "QUT1", "DPI1", "DRF1"),
    *("PCH1", "RPC1", "PDN1", "RPD1", "POR1", "PQT1", "DPO1", "ADO1"),
)
ITEMS = ("OITM", "AITM", "SITM", "UITM")
_OTHERS = (
    *("OCRD", "CRD1", "OCPR", "ORCT", "OVPM", "OWHS", "OPLN", "OITB", "ITM1", "OITW", "RDR3"),
    *("OMRC", "OSPP", "OSLP", "OSHP"),
)
_STANDARD = frozenset({*HEADERS, *LINES, *ITEMS, *_OTHERS})
_TABLE_KINDS = {"bott_NoObject", "bott_NoObjectAutoIncrement"}
_TEXT = 254
"""Longest text of a ``db_Alpha`` field."""
_NUMBER = 11
"""Most digits of a ``db_Numeric`` field."""


def fields(company: Company, table: str) -> dict[str, Row]:
    """Return the user fields of a table by the name they have in bodies (``U_…``)."""
    rows = company.table("UserFieldsMD").rows.values()
    return {f"U_{row['Name']}": row for row in rows if row["TableName"] == table}


def checked(company: Company, table: str, body: Mapping[str, Any], *, new: bool) -> Row:
    """Return the user fields of a body, checked, with defaults where the record is ``new``.

    Raises:
        Refusal: a value is none of those that are valid, too long, or no number.
    """
    found: Row = {}
    for name, field in fields(company, table).items():
        if name in body:
            found[name] = _value(name, field, body[name])
        elif new and field.get("DefaultValue") not in (None, ""):
            found[name] = _value(name, field, field["DefaultValue"])
        if new and field.get("Mandatory") == YES and found.get(name) in (None, ""):
            raise undefined(f"Enter value in '{name}'", f"{table}.{name}")
    return found


def _value(name: str, field: Row, value: Any) -> Any:
    if value is None:
        return None
    valid = {row.get("Value"): row for row in field.get("ValidValuesMD") or ()}
    if valid and str(value) not in valid:
        listed = ", ".join(
            f"'{one}' - '{row.get('Description') or ''}'" for one, row in valid.items()
        )
        raise Refusal(
            -1004,
            f"'{value}' is not a valid value for property '{name}'. The valid values are: {listed}",
        )
    kind = field["Type"]
    if kind == "db_Alpha" and len(str(value)) > int(field.get("Size") or 10):
        raise Refusal(-1004, f"Value too long in property '{name}' of '{field['TableName']}'")
    try:
        return _typed(kind, value)
    except (InvalidOperation, ValueError):
        raise Refusal(-1004, f"'{value}' is not a valid value for property '{name}'") from None


def _typed(kind: str, value: Any) -> Any:
    if kind == "db_Numeric":
        return int(value)
    if kind == "db_Float":
        return value if isinstance(value, Decimal) else Decimal(str(value))
    if kind == "db_Date":
        found = day(value)
        return found.isoformat() if found else None
    return str(value)


class UserFields:
    """``UserFieldsMD``: one row per table; marketing documents get theirs all at once."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Make a field; on one document's table it is made on those of all."""
        table = str(body.get("TableName") or "")
        name = str(body.get("Name") or "")
        self._check(company, table, name, body)
        key: Key = ""
        for place in _together(table):
            row: Row = {
                "Type": "db_Alpha",
                "SubType": "st_None",
                "Mandatory": "tNO",
                "LinkedTable": None,
                "LinkedUDO": None,
                "DefaultValue": None,
                "ValidValuesMD": [],
                **body,
            }
            row["TableName"] = place
            row["Size"] = row["EditSize"] = _size(row)
            rows = company.table("UserFieldsMD").rows.values()
            row["FieldID"] = 1 + max(
                (int(r["FieldID"]) for r in rows if r["TableName"] == place), default=-1
            )
            company.table("UserFieldsMD").put((place, row["FieldID"]), row)
            if place == table:
                key = (place, row["FieldID"])
        return key

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change what may be changed: description, default, valid values, a greater size."""
        del replace
        row = company.table("UserFieldsMD").rows[key]
        if int(body.get("Size") or row["Size"]) < int(row["Size"]):
            raise Refusal(-5002, "Field size cannot be decreased")
        names = {"Description", "DefaultValue", "ValidValuesMD", "Size", "EditSize", "Mandatory"}
        change = {n: value for n, value in body.items() if n in names and value is not None}
        for place in _together(str(row["TableName"])):
            for at, other in list(company.table("UserFieldsMD").rows.items()):
                if other["TableName"] == place and other["Name"] == row["Name"]:
                    company.table("UserFieldsMD").change(at, **change)

    def delete(self, company: Company, key: Key) -> None:
        """Remove a field everywhere it is."""
        row = company.table("UserFieldsMD").rows[key]
        places = _together(str(row["TableName"]))
        for at, other in list(company.table("UserFieldsMD").rows.items()):
            if other["TableName"] in places and other["Name"] == row["Name"]:
                company.table("UserFieldsMD").drop(at)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """Refuse: fields have no actions."""
        del company, key, name, body
        raise Refusal(-5006, NOT_SUPPORTED)

    def _check(self, company: Company, table: str, name: str, body: Mapping[str, Any]) -> None:
        if not name or not name.replace("_", "").isalnum() or name[0].isdigit():
            raise undefined("Enter valid field name", "CUFD.AliasID")
        if table.startswith("@"):
            if company.table("UserTablesMD").get(table[1:]) is None:
                raise Refusal(-5002, f"Table definition not found for '{table}'.")
        elif table not in _STANDARD:
            raise Refusal(-5002, f"Table definition not found for '{table}'.")
        if f"U_{name}" in fields(company, table):
            raise Refusal(-2035, ENTRY_EXISTS)
        default = body.get("DefaultValue") not in (None, "")
        if body.get("Mandatory") == YES and not default and not table.startswith("@"):
            raise Refusal(-5002, "A default value must be defined for a mandatory field")


def _size(row: Row) -> int:
    kind, size = row["Type"], int(row.get("Size") or row.get("EditSize") or 0)
    if kind == "db_Numeric" and size > _NUMBER:
        raise Refusal(-5002, f"Field size must not be greater than {_NUMBER}")
    if kind == "db_Alpha" and size > _TEXT:
        raise Refusal(-5002, f"Field size must not be greater than {_TEXT}")
    return size or (10 if kind in {"db_Alpha", "db_Numeric"} else 0)


def _together(table: str) -> tuple[str, ...]:
    for family in (HEADERS, LINES, ITEMS):
        if table in family:
            return family
    return (table,)


class UserTables:
    """``UserTablesMD``: a table without an object becomes the set ``U_<name>``."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Make a table."""
        name = str(body.get("TableName") or "").lstrip("@")
        if not name or not name.replace("_", "").isalnum() or len(name) > 19:
            raise undefined("Enter valid table name", "OUTB.TableName")
        if company.table("UserTablesMD").get(name) is not None:
            raise Refusal(-2035, ENTRY_EXISTS)
        row = {"TableType": "bott_NoObject", "Archivable": "tNO", "DisplayMenu": "tYES", **body}
        row["TableName"] = name
        company.table("UserTablesMD").put(name, row)
        return name

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change the description."""
        del replace
        if "TableDescription" in body:
            company.table("UserTablesMD").change(key, TableDescription=body["TableDescription"])

    def delete(self, company: Company, key: Key) -> None:
        """Remove a table with its fields and rows."""
        company.table("UserTablesMD").drop(key)
        for at, row in list(company.table("UserFieldsMD").rows.items()):
            if row["TableName"] == f"@{key}":
                company.table("UserFieldsMD").drop(at)
        for at in list(company.table(f"U_{key}").rows):
            company.table(f"U_{key}").drop(at)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """Refuse: tables have no actions."""
        del company, key, name, body
        raise Refusal(-5006, NOT_SUPPORTED)


class UserRows:
    """Rows of a user table: ``Code``, ``Name`` and its fields."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a row under its code."""
        self._known(company)
        table = company.table(self.name)
        kind = company.table("UserTablesMD").rows[self.name[2:]]["TableType"]
        if kind == "bott_NoObjectAutoIncrement":
            code = str(table.next())
        else:
            code = str(body.get("Code") or "")
        if not code:
            raise undefined("Code undefined", f"@{self.name[2:]}.Code")
        if len(code) > 50:
            raise Refusal(-1004, f"Value too long in property 'Code' of '{self.name}'")
        if table.get(code) is not None:
            raise Refusal(-2035, ENTRY_EXISTS)
        row = {"Name": code, **body, "Code": code}
        row |= checked(company, f"@{self.name[2:]}", row, new=True)
        table.put(code, row)
        return code

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a row."""
        del replace
        self._known(company)
        change = {name: value for name, value in body.items() if name != "Code"}
        change |= checked(company, f"@{self.name[2:]}", change, new=False)
        company.table(self.name).change(key, **change)

    def delete(self, company: Company, key: Key) -> None:
        """Remove a row."""
        company.table(self.name).drop(key)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """Refuse: rows have no actions."""
        del company, key, name, body
        raise Refusal(-5006, NOT_SUPPORTED)

    def _known(self, company: Company) -> None:
        if company.table("UserTablesMD").get(self.name[2:]) is None:
            raise Refusal(-2004, f"Service Not Found: {self.name}")
