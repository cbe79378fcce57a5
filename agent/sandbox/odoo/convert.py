"""Cells of load() into values of create and write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from .faults import ServerError
from .schema import Field
from .values import DATE, DATETIME

if TYPE_CHECKING:
    from .load import Loading

REFERENCES = frozenset({None, "id", ".id"})
TRUE_WORDS = frozenset({"1", "true", "yes"})
FALSE_WORDS = frozenset({"", "0", "false", "no"})
Log = Callable[[str, "CellError"], None]
Convert = Callable[[dict[Any, Any], Log], dict[str, Any]]


class Flush(Protocol):
    """Writes what waits before a reference to it is looked up."""

    def __call__(self, *, xml_id: str = "", model: str = "") -> None:
        """Write what waits if the external id, or a record of the model, is among it."""


class CellError(Exception):
    """A cell that cannot be read; ``%(field)s`` in the text stands for the field's label."""

    def __init__(
        self,
        text: str,
        more: dict[str, Any] | None = None,
        *,
        warning: bool = False,
        named: bool = True,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.more = more
        self.warning = warning
        self.named = named  # Odoo 19 repeats the field's label beside the text


def warning_of(text: str) -> CellError:
    """Return a remark that does not stop the row."""
    return CellError(text, warning=True)


class Converter:
    """Reads cells for one model and the lists below it."""

    def __init__(self, model: Loading, flush: Flush) -> None:
        self.model = model
        self.flush = flush
        self._known: dict[tuple[str, str], int] = {}

    def record_converter(self, model: Loading | None = None) -> Convert:
        """Return the function that turns a record of cells into values."""
        model = model or self.model

        def convert(record: dict[Any, Any], log: Log) -> dict[str, Any]:
            values: dict[str, Any] = {}
            for name, cell in record.items():
                if name in REFERENCES:
                    continue
                if not cell:
                    values[name] = False
                    continue
                try:
                    values[name], remarks = self.cell(model, model.fields[name], cell)
                except CellError as error:
                    log(name, error)
                else:
                    for remark in remarks:
                        log(name, remark)
            return values

        return convert

    def cell(self, model: Loading, field: Field, cell: Any) -> tuple[Any, list[CellError]]:
        """Return the value of a cell and remarks about it.

        Raises:
            CellError: the cell does not fit the field.
            ServerError: the cell has a type the server trips over.
        """
        match field.type:
            case "boolean":
                return self._boolean(cell)
            case "integer" | "many2one_reference":
                return _parse(int, cell, "'{}' does not seem to be an integer"), []
            case "float" | "monetary":
                return _parse(float, cell, "'{}' does not seem to be a number"), []
            case "date" | "datetime":
                return _moment(field, cell), []
            case "selection":
                return _selection(field, cell), []
            case "many2one":
                return self._many2one(field, cell)
            case "many2many":
                return self._many2many(field, cell)
            case "one2many":
                return self._one2many(model, field, cell)
            case _:
                return cell, []

    def _boolean(self, cell: Any) -> tuple[bool, list[CellError]]:
        word = _lower(cell)
        if word in TRUE_WORDS:
            return True, []
        if word in FALSE_WORDS:
            return False, []
        more = {"moreinfo": "Use '1' for yes and '0' for no"}
        text = f"Unknown value '{_safe(cell)}' for boolean field '%(field)s'"
        if self.model.env.version == "14":
            return True, [CellError(f"{text}, assuming 'yes'", more, warning=True)]
        return True, [CellError(text, more)]

    def _many2one(self, field: Field, cell: Any) -> tuple[Any, list[CellError]]:
        [record] = cell
        subfield = _subfield(record)
        return self.reference(field, subfield, record[subfield])

    def _many2many(self, field: Field, cell: Any) -> tuple[Any, list[CellError]]:
        [record] = cell
        subfield = _subfield(record)
        text = record[subfield]
        if not hasattr(text, "split"):
            raise ServerError(
                f"'{type(text).__name__}' object has no attribute 'split'", "AttributeError"
            )
        ids, remarks = [], []
        for part in text.split(","):
            found, more = self.reference(field, subfield, part)
            ids.append(found)
            remarks += more
        if self.model.env.context.get("update_many2many"):
            return [(4, one) for one in ids], remarks
        return [(6, 0, ids)], remarks

    def _one2many(
        self, model: Loading, field: Field, cell: list[dict[Any, Any]]
    ) -> tuple[Any, list[CellError]]:
        comodel = model.env[field.relation]
        records = cell
        if len(cell) == 1 and set(cell[0]) <= REFERENCES:
            subfield = _subfield(cell[0])
            records = [{subfield: part} for part in cell[0][subfield].split(",")]
        remarks: list[CellError] = []

        def log(name: str, error: CellError) -> None:
            if error.warning:
                remarks.append(error)
                return
            label = comodel.fields[name].string
            error.text = error.text.replace("%(field)s", f"%(field)s/{label}")
            raise error

        convert = self.record_converter(comodel)
        commands: list[tuple[Any, ...]] = []
        for record in records:
            references = {key: record[key] for key in record if key in REFERENCES}
            writable = convert({k: v for k, v in record.items() if k not in REFERENCES}, log)
            target = None
            if references:
                subfield = _subfield(references)
                try:
                    target, more = self.reference(field, subfield, record[subfield])
                    remarks += more
                except CellError:
                    if subfield != "id":
                        raise
                    writable["id"] = record["id"]
            if target:
                commands += [(4, target), (1, target, writable)]
            else:
                commands.append((0, 0, writable))
        return commands, remarks

    def reference(
        self, field: Field, subfield: str | None, value: Any
    ) -> tuple[Any, list[CellError]]:
        """Find the record that a cell names by database id, external id or name.

        Raises:
            CellError: there is none.
        """
        remarks: list[CellError] = []
        found: int | None = None
        comodel = self.model.env[field.relation]
        if subfield == ".id":
            kind = "database id"
            if isinstance(value, str) and value.lower() in FALSE_WORDS:
                return False, []
            try:
                wanted = int(value)
            except (TypeError, ValueError):
                raise CellError(
                    f"Invalid database id '{_safe(value)}' for the field '%(field)s'",
                    {"moreinfo": self._action(field, subfield)},
                ) from None
            known = [wanted] if wanted in comodel.table.rows else []
            if self.model.env.version == "14":  # it searches, which hides archived records
                known = comodel.visible(known)
            found = known[0] if known else None
        elif subfield == "id":
            kind = "external id"
            if _lower(value) in FALSE_WORDS:
                return False, []
            found = self._external(field, value)
        else:
            kind = "name"
            if value == "":
                return False, []
            self.flush(model=field.relation)
            named = comodel.name_search(name=value, operator="=")
            if named:
                found = named[0][0]
                if len(named) > 1:
                    remarks.append(warning_of(self._several(value, len(named))))
        if found is None:
            raise CellError(
                f"No matching record found for {kind} '{_safe(value)}' in field '%(field)s'",
                {"moreinfo": self._action(field, subfield)},
            )
        return found, remarks

    def _external(self, field: Field, value: str) -> int | None:
        module = self.model.env.context.get("_import_current_module", "")
        xml_id = value if "." in value else f"{module}.{value}"
        self.flush(xml_id=xml_id)
        key = (field.relation, xml_id)
        known = self._known.get(key)
        rows = self.model.env[field.relation].table.rows
        if known is not None and known in rows:
            return known
        data: Any = self.model.env["ir.model.data"].sudo()
        entry = data.lookup(xml_id)
        if entry is None:
            return None
        row = data.table.rows[entry]
        there = self.model.env.site.database.tables.get(row["model"])
        if there is None or row["res_id"] not in there.rows:
            return None
        if row["model"] != field.relation:
            # the server looks whether the foreign id exists here as well; ids differ too much
            # between a real database and this one to follow it in that
            raise CellError(
                f"Invalid external ID {xml_id}: expected model {field.relation!r}, "
                f"found {row['model']!r}",
                named=False,
            )
        self._known[key] = row["res_id"]
        return int(row["res_id"])

    def _several(self, value: Any, count: int) -> str:
        if self.model.env.version == "14":
            return f"Found multiple matches for field '%(field)s' ({count} matches)"
        return (
            f'Found multiple matches for value "{_safe(value)}" in field "%(field)s" '
            f"({count} matches)"
        )

    def _action(self, field: Field, subfield: str | None) -> dict[str, Any]:
        view = "tree" if self.model.env.version == "14" else "list"
        action: dict[str, Any] = {
            "name": "Possible Values",
            "type": "ir.actions.act_window",
            "target": "new",
            "view_mode": f"{view},form",
            "views": [[False, "list"], [False, "form"]],
            "context": {"create": False},
            "help": "See all possible values",
        }
        if subfield is None:
            return {**action, "res_model": field.relation}
        return {
            **action,
            "res_model": "ir.model.data",
            "domain": [["model", "=", field.relation]],
        }


def _subfield(record: dict[Any, Any]) -> Any:
    keys = set(record)
    if keys - REFERENCES:
        raise CellError(
            "Can not create Many-To-One records indirectly, import the field separately"
        )
    if len(keys) > 1:
        raise CellError(
            "Ambiguous specification for field '%(field)s', only provide one of name, external id "
            "or database id"
        )
    return next(iter(keys))


def _parse(kind: type[int | float], cell: Any, text: str) -> Any:
    try:
        return kind(cell)
    except ValueError:
        raise CellError(f"{text.format(_safe(cell))} for field '%(field)s'") from None
    except TypeError as error:
        raise ServerError(str(error), "TypeError") from error


def _moment(field: Field, cell: Any) -> str:
    pattern, example = (
        (DATE, "2012-12-31") if field.type == "date" else (DATETIME, "2012-12-31 23:59:59")
    )
    text = str(cell)[: 10 if field.type == "date" else 19]
    try:
        if field.type == "datetime" and len(text) == 10:
            return dt.datetime.strptime(text, DATE).strftime(DATETIME)  # noqa: DTZ007
        return dt.datetime.strptime(text, pattern).strftime(pattern)  # noqa: DTZ007
    except ValueError:
        raise CellError(
            f"'{_safe(cell)}' does not seem to be a valid {field.type} for field '%(field)s'",
            {"moreinfo": f"Use the format '{example}'"},
        ) from None


def _selection(field: Field, cell: Any) -> str:
    word = _lower(cell)
    for key, label in field.selection:
        if word in (key.lower(), label.lower()):
            return key
    raise CellError(
        f"Value '{_safe(cell)}' not found in selection field '%(field)s'",
        {"moreinfo": [label or key for key, label in field.selection]},
    )


def _lower(cell: Any) -> str:
    if not isinstance(cell, str):
        raise ServerError(
            f"'{type(cell).__name__}' object has no attribute 'lower'", "AttributeError"
        )
    return cell.lower()


def _safe(cell: Any) -> str:
    return str(cell).replace("%", "%%")
