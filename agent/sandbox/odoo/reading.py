"""search, read, search_read, search_count, name_search, fields_get and their kin."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from .access import Access
from .domain import compile_domain, pattern, uses_field
from .faults import ServerError, UserError
from .records import rpc
from .schema import Field
from .values import empty, to_answer

if TYPE_CHECKING:
    from .model import Model

_WORD = r"[a-z0-9_:]+"
ORDER_14 = re.compile(rf'^(\s*({_WORD}|"{_WORD}")(\s+(desc|asc))?\s*(,|$))+(?<!,)$', re.IGNORECASE)
ORDER = re.compile(
    rf'^(\s*({_WORD}|"{_WORD}")(\.{_WORD})?(\s+(desc|asc))?(\s+nulls\s+(first|last))?\s*(,|$))+(?<!,)$',
    re.IGNORECASE,
)
NEGATIVE_PATTERNS = {"not like": "like", "not ilike": "ilike", "!=": "="}


class Reading(Access):
    """The reading half of a model."""

    @rpc("model")
    def search(
        self,
        domain: Any = (),
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        count: bool = False,  # Odoo 14 only
    ) -> list[int] | int:
        """Return ids that match a domain."""
        self.check_right("read")
        if count:
            if self.env.version != "14":
                raise ServerError(
                    "BaseModel.search() got an unexpected keyword argument 'count'", "TypeError"
                )
            return len(self.find(domain))
        return self.find(domain, order or "", offset or 0, limit)

    @rpc("model", names_14={"domain": "args"})
    def search_count(self, domain: Any, limit: int | None = None) -> int:
        """Count the records that match a domain."""
        self.check_right("read")
        found = len(self.find(domain, order="id"))
        return min(found, limit) if limit else found

    @rpc("model")
    def search_read(
        self,
        domain: Any = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """Search and read in one call."""
        self.check_right("read")
        return self.read_rows(self.find(domain or [], order or "", offset or 0, limit), fields)

    @rpc("records")
    def read(
        self, ids: list[int], fields: list[str] | None = None, load: str = "_classic_read"
    ) -> list[dict[str, Any]]:
        """Read fields of records; ids that do not exist are left out."""
        self.check_right("read")
        return self.read_rows(self.existing(ids), fields, pairs=load == "_classic_read")

    @rpc("records", only="14")
    def exists(self, ids: list[int]) -> list[int]:
        """Return the ids that exist."""
        return self.existing(ids)

    @rpc("model")
    def name_search(
        self,
        name: str = "",
        args: Any = None,
        operator: str = "ilike",
        limit: int = 100,
        domain: Any = None,
    ) -> list[list[Any]]:
        """Return ``[id, name]`` pairs of records whose name matches."""
        self.check_right("read")
        wanted = set(self.ids_by_name(name, operator)) if name or operator != "ilike" else None
        found = self.find(domain or args or [])
        ids = [r for r in found if wanted is None or r in wanted][: limit or None]
        return [[record, self.compute_display_name(record)] for record in ids]

    @rpc("records", only="14")
    def name_get(self, ids: list[int]) -> list[list[Any]]:
        """Return ``[id, name]`` pairs."""
        return [[record, self.compute_display_name(record)] for record in self.existing(ids)]

    @rpc("records")
    def get_metadata(self, ids: list[int]) -> list[dict[str, Any]]:
        """Tell who made and changed records, and their external ids."""
        data: Any = self.env["ir.model.data"].sudo()
        found = []
        for one in self.read(ids, ["create_uid", "create_date", "write_uid", "write_date"]):
            entries = data.entries(self.name, one["id"])
            names = [data.compute_display_name(entry) for entry in entries]
            one["xmlid"] = names[0] if names else False
            one["noupdate"] = bool(entries and data.table.rows[entries[0]].get("noupdate"))
            if self.env.version != "14":
                one["xmlids"] = [{"xmlid": name, "noupdate": one["noupdate"]} for name in names]
            found.append(one)
        return found

    @rpc("model")
    def fields_get(
        self, allfields: list[str] | None = None, attributes: list[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Describe the fields."""
        names = allfields or list(self.fields)
        described = {n: self._describe(self.fields[n]) for n in names if n in self.fields}
        if self.env.version == "14" and not (self.may("write") or self.may("create")):
            for plain in described.values():
                plain["readonly"] = True
        if attributes is None:
            return described
        return {
            name: {key: value for key, value in plain.items() if key in attributes}
            for name, plain in described.items()
        }

    @rpc("model")
    def default_get(self, fields: list[str]) -> dict[str, Any]:
        """Return the values new records start with."""
        model = cast("Model", self)
        found = model.defaults({})
        return {name: _command(self.fields[name], found[name]) for name in fields if name in found}

    def find(
        self, domain: Any, order: str = "", offset: int = 0, limit: int | None = None
    ) -> list[int]:
        """Return matching ids, sorted, archived ones left out unless asked for."""
        self._check_order(order)
        model = cast("Model", self)
        matcher = compile_domain(model, domain)
        rows = self.table.rows
        pool = rows if matcher.candidates is None else matcher.candidates
        test = matcher.test
        found = [record for record in pool if record in rows and test(record)]
        if (
            self.active_name in self.fields
            and self.env.context.get("active_test", True)
            and not uses_field(domain, self.active_name)
        ):
            found = [record for record in found if rows[record].get(self.active_name)]
        found = self.sorted(found, order)
        return found[offset : offset + limit if limit else None]

    def sorted(self, ids: list[int], order: str = "") -> list[int]:
        """Return ids by an order such as ``name desc, id``; the model's own when empty."""
        if len(ids) < 2:
            return ids
        return self._arranged(ids, self._order_parts(order or self.schema.order))

    def _order_parts(self, order: str) -> list[tuple[Field, bool, bool]]:
        """Return field, descending, empty ones first, for each part of an order."""
        known = self._orders.get(order)
        if known is None:
            known = self._orders[order] = []
            for part in order.split(","):
                words = part.lower().split()
                field = self.fields.get(words[0].strip('"').split(".")[0]) if words else None
                if field is not None and self._sortable(field):
                    descending = "desc" in words
                    first = "first" in words or (descending and "last" not in words)
                    known.append((field, descending, first))
        return known

    def _arranged(self, ids: list[int], parts: list[tuple[Field, bool, bool]]) -> list[int]:
        if len(ids) < 2 or not parts:
            return ids
        (field, descending, first), rest = parts[0], parts[1:]
        key = self._sort_key(field, ids)
        groups: dict[Any, list[int]] = {}
        for record in ids:
            groups.setdefault(key(record), []).append(record)
        absent = self._arranged(groups.pop(None, []), rest)
        present: list[int] = []
        for found in sorted(groups, reverse=descending):
            present += self._arranged(groups[found], rest)
        return absent + present if first else present + absent

    def ids_by_name(self, name: Any, operator: str) -> list[int]:
        """Return the records whose name matches; archived ones as the context says."""
        positive = NEGATIVE_PATTERNS.get(operator, operator)
        if positive in {"=", "in"}:
            wanted = name if isinstance(name, (list, tuple)) else [name]
            hits = {r for r in self.find([], "id") if self._name_for_search(r) in wanted}
        else:
            matches = pattern(positive, name)
            hits = {r for r in self.find([], "id") if matches(self._name_for_search(r))}
        if positive != operator:
            return [record for record in self.find([], "id") if record not in hits]
        return [record for record in self.find([], "id") if record in hits]

    def hierarchy(self, operator: str, value: Any) -> list[int]:
        """Return others with the records below (``child_of``) or above (``parent_of``) them."""
        values = value if isinstance(value, (list, tuple)) else [value]
        start: list[int] = []
        for item in values:
            start += self.ids_by_name(item, "ilike") if isinstance(item, str) else [int(item)]
        parent = self.parent_name()
        seen = dict.fromkeys(self.existing(start))
        todo = list(seen)
        while todo:
            record = todo.pop()
            if operator == "child_of":
                around = self.table.find(parent, record)
            else:
                above = self.table.rows[record].get(parent)
                around = [above] if above else []
            for other in around:
                if other not in seen:
                    seen[other] = None
                    todo.append(other)
        return list(seen)

    def parent_name(self) -> str:
        """Return the many2one that makes the model a tree."""
        return "location_id" if self.name == "stock.location" else "parent_id"

    def read_rows(
        self, ids: list[int], names: list[str] | None, *, pairs: bool = True
    ) -> list[dict[str, Any]]:
        """Read fields of existing records as answers carry them."""
        wanted = list(names) if names else list(self.fields)
        readers: list[tuple[str, Callable[[int], Any]]] = []
        for name in dict.fromkeys(wanted):
            field = self.fields.get(name)
            if field is None:
                raise self.unknown_field(name)
            if name != "id":
                readers.append((name, self._reader(field, pairs)))
        return [{"id": r, **{name: read(r) for name, read in readers}} for r in ids]

    def _reader(self, field: Field, pairs: bool) -> Callable[[int], Any]:
        if field.is_x2many:
            comodel, context = self.env[field.relation], self._relation_context(field)
            return lambda r: comodel.visible(self.raw(r, field), context)
        if field.type == "many2one":
            comodel = self.env[field.relation].sudo()

            def link(record: int) -> Any:
                target = self.raw(record, field)
                if target is None or target not in comodel.table.rows:
                    return False
                if not pairs:
                    return target
                return [target, comodel.compute_display_name(target)]

            return link
        if field.type == "binary" and (
            self.env.context.get("bin_size") or self.env.context.get(f"bin_size_{field.name}")
        ):
            return lambda r: _human_size(self.raw(r, field))
        return lambda r: to_answer(field, self.raw(r, field))

    def _sort_key(self, field: Field, ids: list[int]) -> Callable[[int], Any]:
        if field.type == "many2one":
            linked = {t for r in ids if (t := self.raw(r, field)) is not None}
            if len(linked) < 2:
                return lambda r: self.raw(r, field)
            comodel = self.env[field.relation].sudo()
            ranks = {t: rank for rank, t in enumerate(comodel.sorted(sorted(linked)))}
            return lambda r: ranks.get(self.raw(r, field))
        if field.type == "boolean":
            return lambda r: bool(self.raw(r, field))
        return lambda r: self.raw(r, field)

    def _check_order(self, order: str) -> None:
        old = self.env.version == "14"
        if order and not (ORDER_14 if old else ORDER).match(order):
            raise UserError(
                f'Invalid "order" specified ({order}). A valid "order" specification is a '
                "comma-separated list of valid field names (optionally followed by asc/desc for "
                "the direction)"
            )
        for part in filter(None, (p.strip() for p in order.split(","))):
            name, _, rest = part.split()[0].strip('"').partition(".")
            field = self.fields.get(name)
            if field is None:
                raise ServerError(f"Invalid field {name!r} on model {self.name!r}")
            if rest and rest != "id":
                raise ServerError(f"Invalid field property {rest!r} on {self.name}.{name}")
            if not self._sortable(field) and not old:
                raise ServerError(
                    f"Cannot convert {self.name}.{name} to SQL because it is not stored"
                )

    def _sortable(self, field: Field) -> bool:
        inherited = field.related and field.related[0] in self.schema.inherits.values()
        stored_name = field.name == "display_name" and field.store
        return field.is_column or field.name == "id" or stored_name or bool(inherited)

    def _name_for_search(self, record: int) -> str:
        return self.compute_display_name(record)

    def _describe(self, field: Field) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "name": field.name,
            "type": field.type,
            "string": field.string,
            "required": field.required,
            "readonly": field.readonly,
            "store": field.store,
            "searchable": field.store or bool(field.related) or field.searchable,
            "sortable": self._sortable(field) and not field.is_x2many,
            "company_dependent": field.company_dependent,
        }
        if self.env.version == "14":
            del plain["name"]
        if field.help:
            plain["help"] = field.help
        if field.relation:
            plain |= {"relation": field.relation, "domain": [], "context": {}}
        if field.inverse:
            plain["relation_field"] = field.inverse
        if field.selection:
            plain["selection"] = [list(pair) for pair in field.selection]
        if field.type in {"char", "text", "html"}:
            plain["translate"] = field.translate
        if field.digits:
            plain["digits"] = [16, field.digits]
        if field.related:
            plain["related"] = ".".join(field.related)
        return plain


def _human_size(value: Any) -> Any:
    if not value:
        return False
    size = float(len(base64.b64decode(value)))
    for unit in ("bytes", "Kb", "Mb"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} Gb"


def _command(field: Field, value: Any) -> Any:
    if field.is_x2many:
        return [[6, 0, list(value)]]
    return to_answer(field, value) if value is not None else empty(field)
