"""External ids, parameters and attachments."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Sequence
from typing import Any

from agent.sandbox.odoo.domain import uses_field
from agent.sandbox.odoo.faults import ConstraintError, ServerError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc


class ModelData(Model):
    """``ir.model.data``: external ids."""

    def display_name(self, record: int) -> str:
        """Show the external id."""
        row = self.table.rows[record]
        return f"{row.get('module', '')}.{row.get('name', '')}"

    compute_complete_name = display_name

    def compute_reference(self, record: int) -> str:
        """Return model and id as text."""
        row = self.table.rows[record]
        return f"{row.get('model', '')},{row.get('res_id', 0)}"

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse names with spaces, as the table does."""
        for record in ids if "name" in changed else ():
            name = str(self.table.rows[record].get("name"))
            if " " in name:
                text = (
                    'new row for relation "ir_model_data" violates check constraint '
                    f'"ir_model_data_name_nospaces"\nDETAIL:  Failing row contains ({name}).\n'
                )
                words = "ir_model_data_name_nospaces"
                if self.env.version != "14":
                    words = "The operation cannot be completed: External IDs cannot contain spaces"
                raise ConstraintError(words, text, self.name)

    def lookup(self, xml_id: str) -> int | None:
        """Return the entry of an external id."""
        module, _, name = xml_id.partition(".")
        for entry in self.table.find("name", name):
            if self.table.rows[entry].get("module") == module:
                return entry
        return None

    def keep(self, xml_id: str, model: str, record: int, noupdate: bool = False) -> None:
        """Give a record an external id, or confirm it."""
        entry = self.lookup(xml_id)
        if entry is not None:
            self.store(entry, {"model": model, "res_id": record})
            return
        module, _, name = xml_id.partition(".")
        self.env.site.noted[xml_id] = self.env.site.database.commits + 1
        self.create_records(
            [
                {
                    "module": module,
                    "name": name,
                    "model": model,
                    "res_id": record,
                    "noupdate": noupdate,
                }
            ]
        )

    def entries(self, model: str, record: int) -> list[int]:
        """Return the external ids of a record, oldest first."""
        rows = self.table.rows
        return [one for one in self.table.find("res_id", record) if rows[one].get("model") == model]

    def forget(self, model: str, record: int) -> None:
        """Delete the external ids of a deleted record."""
        for entry in self.table.find("res_id", record):
            if self.table.rows[entry].get("model") == model:
                self.table.delete(entry)

    @rpc("model", only="14")
    def xmlid_to_res_id(self, xmlid: str, raise_if_not_found: bool = False) -> Any:
        """Return the record id behind an external id (Odoo 14)."""
        del raise_if_not_found
        entry = self.lookup(xmlid)
        return self.table.rows[entry]["res_id"] if entry is not None else False

    @rpc("model")
    def check_object_reference(
        self, module: str, xml_id: str, raise_on_access_error: bool = False
    ) -> list[Any]:
        """Return model and id behind an external id; the id is False for a hidden record."""
        del raise_on_access_error
        entry = self.lookup(f"{module}.{xml_id}")
        if entry is None:
            raise ServerError(f"External ID not found in the system: {module}.{xml_id}")
        row = self.table.rows[entry]
        model: Any = self.env[str(row["model"])]
        return [
            row["model"],
            row["res_id"] if model.search([("id", "=", row["res_id"])]) else False,
        ]


class Parameter(Model):
    """``ir.config_parameter``."""

    def display_name(self, record: int) -> str:
        """Show the key."""
        return str(self.table.rows[record].get("key", ""))

    @rpc("model")
    def get_param(self, key: str, default: Any = False) -> Any:
        """Return a parameter."""
        self.check_right("read")
        found = self.table.find("key", key)
        return self.table.rows[found[0]].get("value", default) if found else default

    @rpc("model")
    def set_param(self, key: str, value: Any) -> Any:
        """Set a parameter and return its old value."""
        old = self.get_param(key)
        found = self.table.find("key", key)
        if found:
            self.write(found, {"value": str(value)})
        else:
            self.create({"key": key, "value": str(value)})
        return old


class Attachment(Model):
    """``ir.attachment``: files of people, and those that keep the pictures of fields.

    The latter are only found where the domain speaks of ``res_field`` or ``id``, and never on Odoo
    14, where they are nobody's but the server's own.
    """

    def find(
        self, domain: Any, order: str = "", offset: int = 0, limit: int | None = None
    ) -> list[int]:
        """Return matching ids; see above."""
        asked = uses_field(domain, "id") or uses_field(domain, "res_field")
        if self.env.version == "14" or not asked:
            domain = [*domain, ["res_field", "=", False]]
        return super().find(domain, order, offset, limit)

    def follow(self, model: str, record: int, field: str, value: Any) -> None:
        """Keep the picture of a field: made, changed or taken away with it."""
        mine = [
            one for one in self._of(model, record) if self.table.rows[one]["res_field"] == field
        ]
        if not value:
            self.delete(mine)
        elif mine:
            self._keep(mine, value)
        else:
            now = self.env.now
            stamp: dict[str, Any] = {"create_date": now, "create_uid": self.env.uid}
            about = {"name": field, "res_field": field, "res_model": model, "res_id": record}
            made = self.table.insert({**stamp, **about, "type": "binary"})
            self._keep([made], value)

    def forget(self, model: str, record: int) -> None:
        """Delete the pictures of a deleted record."""
        self.delete(self._of(model, record))

    def _of(self, model: str, record: int) -> list[int]:
        if not self.table.has_index("res_id"):
            self.table.add_index("res_id")
        rows = self.table.rows
        found = self.table.find("res_id", record)
        return [o for o in found if rows[o].get("res_field") and rows[o].get("res_model") == model]

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Measure the content."""
        self._keep([record], vals.get("datas"))

    def inverse_datas(self, ids: list[int], value: Any) -> None:
        """Keep the content."""
        self._keep(ids, value)

    def compute_datas(self, record: int) -> Any:
        """Return the content as base64; no content is an empty text."""
        return self.table.rows[record].get("db_datas") or ""

    def _keep(self, ids: Sequence[int], value: Any) -> None:
        raw = base64.b64decode(value) if value else b""
        for record in ids:
            self.store(
                record,
                {
                    "db_datas": value or None,
                    "file_size": len(raw),
                    "checksum": hashlib.sha1(raw, usedforsecurity=False).hexdigest()
                    if value
                    else None,
                    "mimetype": mime_of(str(self.table.rows[record].get("name")), raw),
                },
            )


def mime_of(name: str, raw: bytes) -> str:
    """Return the kind of a file by its name, else by its first bytes."""
    named = mimetypes.guess_type(name)[0]
    if named:
        return named
    for start, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"%PDF", "application/pdf"),
    ):
        if raw.startswith(start):
            return kind
    return "application/octet-stream"
