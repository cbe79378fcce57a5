"""Reading single values of records: columns, relations, translations, computed fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .database import Table
from .faults import ServerError
from .schema import Field, ModelSchema
from .values import TEXT_TYPES

if TYPE_CHECKING:
    from .env import Env
    from .model import Model


def rpc(
    kind: str, only: str = "", needs: str = "", names_14: Mapping[str, str] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a method as callable from outside.

    Args:
        kind: "model", or "records" for one that takes ids first.
        only: the one version where it can be called; empty for both.
        needs: the right to the model that a caller needs; empty where it is checked inside.
        names_14: arguments that Odoo 14 calls otherwise, by their names here.
    """

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.rpc_kind = kind  # type: ignore[attr-defined]
        method.rpc_only = only  # type: ignore[attr-defined]
        method.rpc_needs = needs  # type: ignore[attr-defined]
        method.rpc_names_14 = dict(names_14 or {})  # type: ignore[attr-defined]
        return method

    return mark


class Records:
    """Base of all models: bound to an environment, works on lists of ids."""

    active_name: ClassVar[str] = "active"
    derived: ClassVar[frozenset[str]] = frozenset()  # columns that are computed when they are read

    def __init__(self, env: Env, schema: ModelSchema) -> None:
        self.env = env
        self.schema = schema
        self.name = schema.name
        self.fields = schema.fields
        self.table: Table = env.site.database.tables[schema.name]
        self._orders: dict[str, list[tuple[Field, bool, bool]]] = {}

    def with_context(self, **changes: Any) -> Self:
        """Return the same model with keys of the context set."""
        return self.env.with_context(**changes)[self.name]  # type: ignore[return-value]

    def sudo(self) -> Self:
        """Return the same model without checks of rights."""
        return self.env.sudo()[self.name]  # type: ignore[return-value]

    def unknown_field(self, name: str) -> ServerError:
        """Return the fault for a field that the model does not have."""
        if self.env.version == "14":
            return ServerError(f"Invalid field '{name}' on model '{self.name}'")
        return ServerError(f"Invalid field '{name}' on '{self.name}'")

    def unknown_in_domain(self, name: str, leaf: tuple[Any, ...]) -> ServerError:
        """Return the fault for an unknown field in a search domain."""
        if self.env.version == "14":
            return ServerError(f"Invalid field {self.name}.{name} in leaf {leaf!r}")
        return ServerError(f"Invalid field {self.name}.{name} in condition {leaf!r}")

    def existing(self, ids: Iterable[int]) -> list[int]:
        """Return those of the ids that exist, in the given order."""
        return [record for record in ids if record in self.table.rows]

    def raw(self, record: int, field: Field) -> Any:
        """Return a value as it is compared: ids, plain text, ``None`` for nothing."""
        name = field.name
        if name == "id":
            return record
        if not field.is_column or name in self.derived:
            computed = getattr(self, f"compute_{name}", None)
            if computed is not None:
                return computed(record)
            if field.related:
                return self._follow(record, field)
            if field.inverse or field.mirror:
                other = self.env[field.relation].table
                return tuple(other.find(field.inverse or field.mirror, record))
        row = self.table.rows.get(record)
        value = row.get(name) if row else None
        if value is None:
            return () if field.is_x2many else None
        if isinstance(value, dict) and field.translate:
            return self._in_language(value)
        return value

    def value(self, record: int, name: str) -> Any:
        """Return a value for use in Python: lists are sorted and without archived records.

        Empty texts, dates and references are ``None``; empty numbers are 0.
        """
        field = self.fields[name]
        found = self.raw(record, field)
        if field.is_x2many:
            return self.env[field.relation].visible(found, self._relation_context(field))
        if found is None and field.type in {"integer", "float", "monetary"}:
            return 0
        if found is None and field.type == "boolean":
            return False
        return found

    def visible(self, ids: Sequence[int], context: dict[str, Any] | None = None) -> list[int]:
        """Return ids in the model's order, without archived ones unless the context wants them."""
        active = {**self.env.context, **(context or {})}.get("active_test", True)
        rows = self.table.rows
        kept = [record for record in ids if record in rows]
        if active and self.active_name in self.fields:
            kept = [record for record in kept if rows[record].get(self.active_name)]
        return self.sorted(kept) if len(kept) > 1 else kept

    def sorted(self, ids: list[int], order: str = "") -> list[int]:
        """Return ids sorted; implemented with the searches."""
        raise ServerError(f"{self.name} cannot be sorted by {order}: {len(ids)}")

    def display_name(self, record: int) -> str:
        """Return the name a record is shown by."""
        name = self.schema.rec_name
        if name in self.fields:
            found = self.raw(record, self.fields[name])
            return str(found) if found is not None else ""
        return f"{self.name},{record}"

    def compute_display_name(self, record: int) -> str:
        """Compute ``display_name``, remembered for the call."""
        key = (self.name, record)
        known = self.env.names.get(key)
        if known is None:
            known = self.env.names[key] = self.display_name(record)
        return known

    def compute___last_update(self, record: int) -> Any:
        """Return the date of change under the name that Odoo 14 also gives it."""
        return self.table.rows[record].get("write_date")

    def texts(self, record: int, name: str) -> dict[str, str]:
        """Return a translated text in all its languages."""
        row = self.table.rows.get(record) or {}
        value = row.get(name)
        if isinstance(value, dict):
            return dict(value)
        return {"en_US": value} if value is not None else {}

    def merge_translation(self, record: int | None, field: Field, value: Any) -> Any:
        """Return the stored form of a translated text after writing ``value`` in one language."""
        if not field.translate or field.type not in TEXT_TYPES:
            return value
        lang = self.env.lang
        texts = self.texts(record, field.name) if record is not None else {}
        if value is None:
            if self.env.version != "14" or self.env.context.get("lang"):
                return None
            texts.pop("en_US", None)  # without a language, Odoo 14 overlooks the translations
            return texts or None
        texts.setdefault("en_US", value)
        texts[lang] = value
        return texts

    def _in_language(self, texts: dict[str, str]) -> str | None:
        lang = self.env.lang
        if self.env.version == "14":  # an empty translation counts as none
            return texts.get(lang) or texts.get("en_US")
        return texts[lang] if lang in texts else texts.get("en_US")

    def search_hook(self, name: str, operator: str, value: Any) -> list[int] | None:
        """Search a field that no column holds; ``None`` when it is compared value by value."""
        hook = getattr(self, f"search_{name}", None)
        if hook is None or getattr(hook, "rpc_kind", None):
            return None
        found: list[int] = hook(operator, value)
        return found

    def _relation_context(self, field: Field) -> dict[str, Any]:
        del field
        return {}

    def _follow(self, record: int, field: Field) -> Any:
        model: Any = self
        current: int | None = record
        for step in field.related[:-1]:
            link = model.fields[step]
            found = model.raw(current, link)
            if link.is_x2many:
                found = next(iter(model.env[link.relation].visible(found)), None)
            if found is None:
                return () if field.is_x2many else None
            model, current = model.env[link.relation], found
        return model.raw(current, model.fields[field.related[-1]])


def as_model(model: Any) -> Model:
    """Name the full type of a model that is handled as its base."""
    return model  # type: ignore[no-any-return]
