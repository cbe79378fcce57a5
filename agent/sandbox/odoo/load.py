"""load(): rows of cells with external ids, created or updated in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from .convert import CellError, Converter, warning_of
from .faults import (
    AccessError,
    ConstraintError,
    OdooFault,
    RetryLater,
    ServerError,
    UserError,
    ValidationError,
)
from .records import rpc
from .values import not_an_integer
from .writing import Writing

TOO_MANY = (
    "Found more than 10 errors and more than one error per 10 records, interrupted to avoid "
    "showing too many errors."
)
Path = tuple[str | None, ...]
Message = dict[str, Any]


class Loading(Writing):
    """The import of rows, and the external ids it keeps."""

    @rpc("model")
    def load(self, fields: list[str], data: list[list[Any]]) -> dict[str, Any]:
        """Create or update records from rows; all of them or, with a message per error, none."""
        context = self.env.context
        module = context.get("module", "__import__")
        model = self.with_context(_import_current_module=module)
        run = _Run(model, fields, module)
        mark = self.env.site.database.journal.mark()
        try:
            for record, rows in model.extract(run.paths, data):
                run.add(record, rows)
            run.flush()
        except RetryLater as late:
            first = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error"}
            run.messages = [{**first, "message": f"{late.message}\n"}]
        if any(message["type"] == "error" for message in run.messages):
            self.env.site.database.journal.undo(mark)
            self.env.names.clear()
            return {"ids": False, "messages": run.messages, "nextrow": 0}
        return {"ids": run.ids, "messages": run.messages, "nextrow": 0}

    def extract(
        self, paths: Sequence[Path], data: Sequence[Sequence[Any]]
    ) -> list[tuple[dict[Any, Any], Message]]:
        """Gather rows into records: a row with nothing but list cells continues the one above.

        Raises:
            ServerError: a column names no field.
        """
        for path in paths:
            if path[0] and "." not in path[0] and path[0] not in self.fields:
                raise self.unknown_column(path[0])
            inner = path[1] if len(path) > 1 and path[0] in self.fields else None
            if inner and not self.fields[str(path[0])].relation and self.env.version == "14":
                raise self.unknown_column(inner)
        kinds = [self.fields[p[0]].type if p[0] in self.fields else "" for p in paths]
        lists = [i for i, kind in enumerate(kinds) if kind == "one2many"]
        others = [i for i, kind in enumerate(kinds) if kind != "one2many"]

        def continues(row: Sequence[Any]) -> bool:
            return any(row[i] for i in lists) and not any(row[i] for i in others)

        relational = {"one2many", "many2many", "many2one"}
        groups: dict[str, tuple[list[int], list[Path]]] = {}
        plain: list[tuple[int, str | None]] = []
        for i, (path, kind) in enumerate(zip(paths, kinds, strict=True)):
            if kind in relational:
                indices, subs = groups.setdefault(str(path[0]), ([], []))
                indices.append(i)
                subs.append(path[1:] or (None,))
            else:
                plain.append((i, path[0]))
        found: list[tuple[dict[Any, Any], Message]] = []
        index = 0
        while index < len(data):
            row = data[index]
            record: dict[Any, Any] = {name: row[i] for i, name in plain if i < len(row)}
            span = [row, *takewhile(continues, (data[j] for j in range(index + 1, len(data))))]
            for name, (indices, subs) in groups.items():
                cells = [[line[i] for i in indices] for line in span]
                filled = [line for line in cells if any(line)]
                comodel = self.env[self.fields[name].relation]
                record[name] = [one for one, _rows in comodel.extract(subs, filled)]
            found.append((record, {"rows": {"from": index, "to": index + len(span) - 1}}))
            index += len(span)
        return found

    def unknown_column(self, name: str) -> ServerError:
        """Return the fault for a column that names no field."""
        if self.env.version == "14":
            return ServerError(repr(name), "KeyError")
        return ServerError(f"Invalid field name {name!r}")

    def load_records(self, items: list[dict[str, Any]], *, update: bool) -> list[int]:
        """Create or update records and keep their external ids."""
        data = self.env["ir.model.data"].sudo()
        pending: list[dict[str, Any]] = []
        for item in items:
            known = self._known_record(item, data)
            if known is None:
                if update and not item["xml_id"]:
                    raise ValidationError(
                        "Cannot update a record without specifying its id or xml_id"
                    )
                pending.append(item)
            else:
                item["record"] = known
        for item in items:
            if "record" in item and not item.get("frozen"):
                vals = {key: value for key, value in item["values"].items() if key != "id"}
                self.write([item["record"]], vals)
        if pending:
            created = self.create_records([dict(item["values"]) for item in pending])
            for item, record in zip(pending, created, strict=True):
                item["record"] = record
                self._name_parents(item, record)
        for item in items:
            if item["xml_id"]:
                data.keep(item["xml_id"], self.name, item["record"], item.get("noupdate", False))  # type: ignore[attr-defined]
        return [item["record"] for item in items]

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create records; within a load, an ``id`` among the values is their external id."""
        created = super().create_records(vals_list)
        module = self.env.context.get("_import_current_module")
        if module:
            data = self.env["ir.model.data"].sudo()
            for vals, record in zip(vals_list, created, strict=True):
                xml_id = vals.get("id")
                if isinstance(xml_id, str) and xml_id:
                    full = xml_id if "." in xml_id else f"{module}.{xml_id}"
                    noupdate = self.env.context.get("noupdate", False)
                    data.keep(full, self.name, record, noupdate)  # type: ignore[attr-defined]
        return created

    def _known_record(self, item: dict[str, Any], data: Any) -> int | None:
        if not item["xml_id"]:
            record = item["values"].get("id")
            return int(record) if record else None
        entry = data.lookup(item["xml_id"])
        if entry is None:
            return None
        site = self.env.site
        if site.database.snapshot < site.noted.get(item["xml_id"], 0) <= site.database.commits:
            raise RetryLater  # another call noted it while this one waited
        row = data.table.rows[entry]
        if row["model"] != self.name:
            if self.env.version == "14":  # it looks among its own records only
                return None
            raise ValidationError(
                f"For external id {item['xml_id']} when trying to create/update a record of model "
                f"{self.name} found record of different model {row['model']} ({entry})"
            )
        if row.get("res_id") not in self.table.rows:
            data.table.delete(entry)
            return None
        mode = self.env.context.get("mode", "init")
        item["frozen"] = mode == "update" and bool(row.get("noupdate"))
        return int(row["res_id"])

    def _name_parents(self, item: dict[str, Any], record: int) -> None:
        if not item["xml_id"]:
            return
        for parent, link in self.schema.inherits.items():
            if not item["values"].get(link):
                self.env["ir.model.data"].sudo().keep(  # type: ignore[attr-defined]
                    f"{item['xml_id']}_{parent.replace('.', '_')}",
                    parent,
                    self.table.rows[record][link],
                    item.get("noupdate", False),
                )


class _Run:
    """One load() under way: what waits to be written, and what went wrong."""

    def __init__(self, model: Loading, fields: list[str], module: str) -> None:
        self.model = model
        self.module = module
        self.paths: list[Path] = [split_path(name) for name in fields]
        self.ids: list[int] = []
        self.messages: list[Message] = []
        self._batch: list[tuple[str, dict[str, Any], Message]] = []
        self._waiting: set[str] = set()
        self._models = self._creatable()
        self._count = 0
        self._convert = Converter(model, self._flush_for).record_converter()

    def add(self, record: dict[Any, Any], rows: Message) -> None:
        """Convert a record and put it with those that wait."""
        number = self._count
        self._count += 1
        dbid = self._database_id(record, rows, number)
        values = self._convert(record, self._logger(rows, number))
        xml_id = record.get("id") or ""
        if xml_id:
            xml_id = xml_id if "." in xml_id else f"{self.module}.{xml_id}"
            self._waiting.add(xml_id)
        elif dbid:
            values["id"] = dbid
        self._batch.append((xml_id, values, {**rows, "record": number}))

    def flush(self) -> None:
        """Write what waits: all at once or, if that fails, one by one to name every error."""
        if not self._batch:
            return
        noupdate = self.model.env.context.get("noupdate", False)
        items = [
            {"xml_id": xml_id, "values": values, "info": info, "noupdate": noupdate}
            for xml_id, values, info in self._batch
        ]
        self._batch.clear()
        self._waiting.clear()
        together: Message | None = None
        try:
            with self.model.env.site.database.savepoint():
                self._refuse_repeats(items)
                self.ids += self._write([dict(item) for item in items])
        except RetryLater:
            raise
        except ConstraintError:
            pass
        except (UserError, AccessError) as error:
            together = {**items[0]["info"], "type": "error", "message": error.message}
        except OdooFault:
            pass
        else:
            return
        self._one_by_one(items, together)

    @staticmethod
    def _refuse_repeats(items: list[dict[str, Any]]) -> None:
        """Refuse one external id for two rows: the server cannot note both at once."""
        named = [item["xml_id"] for item in items if item["xml_id"]]
        if len(named) != len(set(named)):
            raise ServerError("ON CONFLICT DO UPDATE command cannot affect row a second time")

    def _one_by_one(self, items: list[dict[str, Any]], together: Message | None) -> None:
        errors = 0
        for number, item in enumerate(items, 1):
            try:
                with self.model.env.site.database.savepoint():
                    self.ids += self._write([item])
            except OdooFault as error:
                errors += 1
                self.messages.append({**item["info"], "type": "error", **self._explain(error)})
            if errors >= 10 and errors >= number / 10:
                self.messages.append({"type": "warning", "message": TOO_MANY})
                break
        version_19 = self.model.env.version != "14"
        if errors and together and together not in self.messages and version_19:
            self.messages.insert(0, together)

    def _explain(self, error: OdooFault) -> Message:
        if isinstance(error, ConstraintError):
            if error.model != self.model.name:
                return {"message": error.elsewhere_text}
            plain: Message = {"message": error.database_text}
            return {**plain, "field": error.field} if error.field else plain
        if isinstance(error, (UserError, AccessError)) and self.model.env.version != "14":
            return {"message": error.message}
        kind = getattr(error, "kind", error.qualified_name)
        return {
            "message": f"Unknown error during import: <class '{kind}'>: {error.message}",
            "moreinfo": "Resolve other errors first",
        }

    def _write(self, items: list[dict[str, Any]]) -> list[int]:
        self.model.env.names.clear()
        update = self.model.env.context.get("mode", "init") == "update"
        return self.model.load_records(items, update=update)

    def _flush_for(self, *, xml_id: str = "", model: str = "") -> None:
        if xml_id and xml_id not in self._waiting:
            return
        if model and model not in self._models:
            return
        self.flush()

    def _creatable(self) -> set[str]:
        found = {self.model.name}
        for path in self.paths:
            current = self.model.schema
            for name in path:
                field = current.fields.get(name) if name else None
                if field is None or field.type != "one2many":
                    break
                found.add(field.relation)
                current = self.model.env.site.schema[field.relation]
        return found

    def _database_id(self, record: dict[Any, Any], rows: Message, number: int) -> int | None:
        if ".id" not in record:
            return None
        if not record[".id"] and (record[".id"] is False or self.model.env.version != "14"):
            return None
        wanted = not_an_integer(record[".id"])
        if self.model.find([["id", "=", wanted]], "id"):
            return wanted
        text = f"Unknown database identifier '{wanted}'"
        self.messages.append(
            {**rows, "type": "error", "record": number, "field": ".id", "message": text}
        )
        return None

    def _logger(self, rows: Message, number: int) -> Callable[[str, CellError], None]:
        def log(name: str, error: CellError) -> None:
            string = self.model.fields[name].string
            text = error.text.replace("%(field)s", string).replace("%%", "%")
            message = {
                **rows,
                "type": "warning" if error.warning else "error",
                "record": number,
                "field": name,
                "message": text,
            }
            if error.more is not None:
                message |= error.more
            if self.model.env.version != "14" and error.named:
                message["field_name"] = string
            self.messages.append(message)

        return log


def split_path(name: str) -> Path:
    """Split a column such as ``line_ids/product_id:id`` into its steps."""
    text = name.replace(":id", "/id")
    if text.endswith(".id") and not text.endswith("/.id") and text != ".id":
        text = f"{text[:-3]}/.id"
    return tuple(text.split("/"))


__all__ = ["Loading", "split_path", "warning_of"]
