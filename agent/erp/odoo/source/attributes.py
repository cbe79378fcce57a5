"""Attributes and their values, and what kind of option or description each attribute is.

What makes variants in Odoo (``always``, ``dynamic``) is a ``choice``. What makes none came from the
shop as one of three kinds, which its external id tells: ``…attributes_option_13`` several at once
(``multi``), ``…option_13_optional`` ``optional``, ``…attribute_4`` descriptive (``spec``). One that
was made in Odoo is ``multi`` where Odoo shows it so (17 and later); ``optional`` where some product
has several values of it, because then there is something to choose; and else ``spec``: on each
product it says one thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.pictures import images_of
from agent.erp.odoo.source.results import aware, nameless, sourced
from agent.erp.odoo.source.scope import ATTRIBUTE, LINE, VALUE, grouped
from agent.erp.odoo.source.texts import named, read_texts
from agent.erp.source import Sourced, Unreadable
from agent.model.catalogue import Attribute, AttributeValue

Kind = Literal["choice", "optional", "multi", "spec"]
Display = Literal["select", "radio", "checkbox", "image", "text"]
TEMPLATE_VALUE = "product.template.attribute.value"
_DISPLAYS: Mapping[str, Display] = {
    "select": "select",
    "radio": "radio",
    "pills": "radio",
    "color": "radio",
    "multi": "checkbox",
    "image": "image",
}
ATTRIBUTE_FIELDS = frozenset({"name", "kind", "display", "sort_order"})
VALUE_FIELDS = frozenset({"attribute", "name", "sort_order"})


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """What decides how products have an attribute. ``origin`` is its key in the shop, or empty."""

    row: Row
    kind: Kind
    external_id: str = ""
    origin: str = ""


def attribute_facts(cx: Connection, numbers: Sequence[int]) -> dict[int, AttributeFacts]:
    """Return facts of attributes by id; deleted ones are absent."""
    known = cx.facts.fields(ATTRIBUTE)
    wanted = [
        name
        for name in ("name", "create_variant", "display_type", "sequence", "write_date")
        if name in known
    ]
    rows = cx.odoo.find_in(ATTRIBUTE, "id", numbers, wanted)
    names = cx.external_ids.names(ATTRIBUTE, cx.instance, [int(row["id"]) for row in rows])
    origins = {
        n: next((x for x in found if x.startswith("attributes_")), "") for n, found in names.items()
    }
    open_ = [int(r["id"]) for r in rows if _told(r, origins.get(int(r["id"]), "")) is None]
    several = _several(cx, open_)
    found: dict[int, AttributeFacts] = {}
    for row in rows:
        number = int(row["id"])
        name = origins.get(number, "")
        kind = _told(row, name) or ("optional" if several.get(number, True) else "spec")
        external = f"{cx.instance}.{name}" if name else ""
        found[number] = AttributeFacts(row, kind, external, name.removeprefix("attributes_"))
    return found


def _told(row: Mapping[str, Any], name: str) -> Kind | None:
    """Return the kind where the attribute itself tells it, None where its use decides."""
    if row["create_variant"] != "no_variant":
        return "choice"
    origin = name.removeprefix("attributes_")
    if origin.startswith("attribute_"):
        return "spec"
    if origin.startswith("option_"):
        return "optional" if origin.endswith("_optional") else "multi"
    return "multi" if row.get("display_type") == "multi" else None


def _several(cx: Connection, numbers: Sequence[int]) -> dict[int, bool]:
    """Tell of each attribute in use whether some product has several of its values."""
    if not numbers:
        return {}
    of = ("attribute_id", "in", list(numbers))
    lines = grouped(cx, LINE, "attribute_id", [of, ("active", "=", True)])
    values = grouped(cx, TEMPLATE_VALUE, "attribute_id", [of, ("ptav_active", "=", True)])
    return {number: values.get(number, 0) > count for number, count in lines.items()}


def read_attributes(cx: Connection, numbers: Sequence[int]) -> dict[int, Sourced | Unreadable]:
    """Return attributes by id."""
    facts = attribute_facts(cx, numbers)
    texts = read_texts(cx, ATTRIBUTE, [f.row for f in facts.values()], ["name"])
    found: dict[int, Sourced | Unreadable] = {}
    for number, about in facts.items():
        name = named(cx, ATTRIBUTE, texts[number]["name"])
        if not name:
            found[number] = nameless(number, "attribute")
            continue
        record = Attribute(
            key=str(number),
            name=name,
            kind=about.kind,
            display=_display(about),
            sort_order=int(about.row.get("sequence") or 0),
        )
        fields = set(ATTRIBUTE_FIELDS)
        if not _display_told(cx, about):
            fields.discard("display")
        found[number] = Sourced(
            str(number), record, frozenset(fields), aware(about.row), about.external_id
        )
    return found


def _display(about: AttributeFacts) -> Display:
    if about.kind == "spec":
        return "text"
    if about.kind == "multi":
        return "checkbox"
    return _DISPLAYS.get(str(about.row.get("display_type") or "select"), "select")


def _display_told(cx: Connection, about: AttributeFacts) -> bool:
    """Tell whether Odoo knows how the attribute is shown: 14 has no pictures and says radio."""
    info = cx.facts.fields(ATTRIBUTE).get("display_type")
    if info is None:
        return False
    of_shop = about.origin.startswith("option_")
    return "image" in info.selection or not of_shop or about.row["display_type"] != "radio"


def value_fields(cx: Connection) -> frozenset[str]:
    """Return the fields of an attribute value that Odoo can tell: since 17 a picture, too."""
    return VALUE_FIELDS | {"image"} if cx.facts.has(VALUE, "image") else VALUE_FIELDS


def read_values(cx: Connection, numbers: Sequence[int]) -> dict[int, Sourced | Unreadable]:
    """Return attribute values by id."""
    fields = value_fields(cx)
    wanted = ["name", "attribute_id", "sequence", "write_date"]
    rows = cx.odoo.find_in(VALUE, "id", numbers, wanted)
    texts = read_texts(cx, VALUE, rows, ["name"])
    shown = (
        images_of(cx, VALUE, "image", [int(row["id"]) for row in rows]) if "image" in fields else {}
    )
    names = cx.external_ids.names(VALUE, cx.instance, [int(row["id"]) for row in rows])
    found: dict[int, Sourced | Unreadable] = {}
    for row in rows:
        number = int(row["id"])
        name = named(cx, VALUE, texts[number]["name"])
        if not name:
            found[number] = nameless(number, "attribute value")
            continue
        record = AttributeValue(
            key=str(number),
            attribute=str(ref_id(row["attribute_id"]) or ""),
            name=name,
            sort_order=int(row["sequence"] or 0),
            image=shown.get(number),
        )
        found[number] = sourced(cx, record, fields, row, names, "attribute_values_")
    return found
