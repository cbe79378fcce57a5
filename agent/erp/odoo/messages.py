"""What ``load()`` reports about a row, as errors with cause and fix.

``load()`` answers ``{"ids": [...] | False, "messages": [...]}``; a message has ``type`` (error or
warning), ``message``, and mostly ``rows`` (``from``, ``to``: row numbers in the call), ``record``
and ``field``. Constraint names are the same in every language; sentences are Odoo's, in the
language of the call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.erp.odoo.faults import access_error, is_busy
from agent.errors import AuthError, BridgeError, Busy, Refused

_ANY_WORDS = "Change the record as Odoo's message asks, then synchronize it again."


@dataclass(frozen=True, slots=True)
class _Rule:
    """``cause`` may use ``{found}`` (first group of the pattern) and ``{text}`` (Odoo's words)."""

    pattern: str
    code: str
    cause: str
    fix: str


_RULES = (
    _Rule(
        r"product_product_barcode_uniq(?:.*?\(barcode\)=\(([^)]*)\))?"
        r"|field 'barcode' already exists"
        r"|Barcode\(s\) already assigned(?:.*?Barcode \"([^\"]*)\")?",
        "erp.duplicate_barcode",
        "Another product in Odoo already has the barcode {found}",
        "Correct the barcode (EAN, UPC, JAN or ISBN) on one of the two products, or link this "
        "product to the one in Odoo if they are the same.",
    ),
    _Rule(
        r"value_company_uniq|two values with the same name for the same attribute"
        r"|fields 'name, attribute_id' already exist",
        "erp.duplicate_value",
        "The attribute already has a value of this name in Odoo",
        "Give the values of the option different names in the shop, or link this one to the "
        "value in Odoo.",
    ),
    _Rule(
        r"values? for the fields? '([^']*)' already exists?",
        "erp.duplicate",
        "Odoo already has another record with the same {found}",
        "Give the records different values in the shop, or link this one to the record in Odoo.",
    ),
    _Rule(
        r"No matching record found for database id '(\d+)'",
        "erp.gone",
        "A record it points to (id {found}) is no longer in Odoo",
        "Synchronize categories, attributes and manufacturers again; they are made anew or "
        "linked again.",
    ),
    _Rule(
        r"Unknown database identifier|Record does not exist or has been deleted",
        "erp.gone",
        "The record it was linked to is no longer in Odoo",
        "Forget the link on the mapping screen, then synchronize again to make a new one.",
    ),
    _Rule(
        r"not_null_violation|null value in column|Missing required value",
        "erp.required",
        "Odoo asks for a value that the record does not have: {text}",
        "Fill it in the shop; where it is a field the shop does not know, give it a default "
        "in Odoo.",
    ),
    _Rule(
        r"recursive|recursion",
        "record.cycle",
        "The category would be below itself",
        "Correct the parent category in the shop.",
    ),
    _Rule(
        r"number of variants to generate",
        "erp.too_many_variants",
        "Its options would make more variants than Odoo allows (1000)",
        "Remove options or values in the shop, or make options that need no variants optional.",
    ),
    _Rule(
        r"Variants? Creation Mode",
        "erp.attribute_in_use",
        "The option changed its kind, which Odoo does not allow while products use it",
        "Make a new option in the shop instead, or remove the attribute from all products in "
        "Odoo first.",
    ),
    _Rule(
        r"decoded as an image|cannot identify image|image.*(?:too large|excessive)",
        "record.image",
        "Odoo cannot read the picture: {text}",
        "Replace the picture in the shop by a JPEG or PNG file below 50 megapixels.",
    ),
)


def explain(message: Mapping[str, Any], cells: Mapping[str, str] | None = None) -> BridgeError:
    """Return the error a message means: ``Busy``, a missing right, or that the row is refused.

    ``cells`` are those of the record's first row, for values that Odoo leaves out of its message.
    """
    text = " ".join(str(message.get("message") or "").split())
    if is_busy(text):
        return Busy(
            "Odoo was changing the same records for somebody else at this moment",
            fix="Nothing to do: the bridge tries again by itself.",
            detail=text,
        )
    raw = re.sub(r"^.*?: <class '[\w.]*'>:? ?", "", text)
    if "AccessError" in text[:200] or "odoo.exceptions.AccessError" in text:
        return access_error(raw, "")
    for rule in _RULES:
        match = re.search(rule.pattern, text, re.IGNORECASE)
        if match:
            found = next((g for g in match.groups() if g), "") or (cells or {}).get("barcode", "")
            cause = rule.cause.format(found=found, text=raw)[:900]
            return Refused(cause.strip(), fix=rule.fix, code=rule.code, detail=text)
    field = message.get("field")
    name = field[0] if isinstance(field, list) and field else field
    where = f" (field {name})" if name else ""
    return Refused(
        f"Odoo refused it{where}: {raw or 'no reason was given'}"[:900], fix=_ANY_WORDS, detail=text
    )


def stops_everything(error: BridgeError) -> bool:
    """Tell whether an error is about the whole call, not about one row."""
    return isinstance(error, Busy | AuthError)
