"""Attributes and their values: ``product.attribute`` and ``product.attribute.value``.

Options a customer must choose from make variants in Odoo (``create_variant`` = ``always``);
optional ones, several at once and descriptive ones do not (``no_variant``).
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.draft import alive
from agent.erp.odoo import images
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.writing import Columns, TextColumn, write_records
from agent.errors import Held, InvalidRecord
from agent.model.catalogue import Attribute, AttributeValue
from agent.model.entity import Entity

MODEL = "product.attribute"
VALUE_MODEL = "product.attribute.value"

_DISPLAYS: dict[str, tuple[str, ...]] = {
    "select": ("select",),
    "radio": ("radio",),
    "checkbox": ("multi", "select"),
    "image": ("image", "radio"),
    "text": ("select",),
}
"""Odoo's ``display_type`` by the shop's, best first: 14 has no ``multi`` and no ``image``."""


def creation_mode(record: Attribute) -> str:
    """Return Odoo's ``create_variant`` for an attribute."""
    return "always" if record.kind == "choice" else "no_variant"


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update attributes."""
    write_records(work, MODEL, drafts, lambda d: _columns(work.cx, d))


def upsert_values(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update attribute values, with their pictures where Odoo has a place."""
    write_records(work, VALUE_MODEL, drafts, lambda d: _value_columns(work.cx, d))
    if work.cx.facts.has(VALUE_MODEL, "image"):
        wanted = [
            images.Picture(d, d.id, record.image)
            for d in alive(drafts)
            if isinstance(record := d.change.record, AttributeValue)
            and record.image is not None
            and d.id is not None
            and d.has("image")
        ]
        images.send_main(work, VALUE_MODEL, "image", wanted)


def _columns(cx: Connection, draft: Draft) -> Columns:
    record = draft.change.record
    if not isinstance(record, Attribute):
        raise TypeError(f"{type(record).__name__} is no attribute")
    fields = cx.facts.fields(MODEL)
    columns = Columns()
    if draft.has("name"):
        columns.texts["name"] = _name(cx, record)
    linked_now = not draft.creates and draft.change.previous is None
    if draft.has("kind") and not linked_now:  # what makes variants was chosen in Odoo
        columns.cells["create_variant"] = creation_mode(record)
    if draft.has("kind", "display") and not linked_now and "display_type" in fields:
        columns.cells["display_type"] = _display(record, fields["display_type"].selection)
    if draft.has("sort_order") and "sequence" in fields:
        columns.cells["sequence"] = str(record.sort_order)
    return columns


def _display(record: Attribute, known: Sequence[str]) -> str:
    wanted = list(_DISPLAYS[record.display])
    if record.kind == "choice" and "multi" in wanted:
        wanted.remove("multi")  # Odoo: several at once cannot make variants
    return next((w for w in wanted if w in known), "radio")


def _value_columns(cx: Connection, draft: Draft) -> Columns:
    record = draft.change.record
    if not isinstance(record, AttributeValue):
        raise TypeError(f"{type(record).__name__} is no attribute value")
    columns = Columns()
    if draft.has("name"):
        columns.texts["name"] = _name(cx, record)
    if draft.has("sort_order"):
        columns.cells["sequence"] = str(record.sort_order)
    if draft.creates:
        attribute = draft.ref(Entity.ATTRIBUTES, record.attribute)
        if attribute is None:
            raise Held(
                f"Its attribute {record.attribute} is not in Odoo",
                fix="See why the attribute failed and mend that; the value follows by itself.",
                code="record.parent_missing",
            )
        columns.cells["attribute_id/.id"] = str(attribute)
    return columns


def _name(cx: Connection, record: Attribute | AttributeValue) -> TextColumn:
    if not cx.languages.base(record.name):
        raise InvalidRecord(
            "It has no name in any language", fix="Give it a name in the shop, then synchronize."
        )
    return TextColumn("name", record.name)
