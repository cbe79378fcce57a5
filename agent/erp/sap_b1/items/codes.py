"""Codes that B1 knows things by: items, rows of the bridge's user tables.

Codes of attributes and values are made from their external ids, so that the same one never gets a
second row, and so that a person can type them: ``1a2b3c4d-13`` is option 13 of the shop
``opencart_1a2b3c4d``, ``1a2b3c4d-13_49`` its value 49, ``1a2b3c4d-attribute_4`` an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.erp.codes import chosen_code, pattern_code
from agent.erp.sap_b1.births import code_of
from agent.erp.sap_b1.connection import Connection
from agent.errors import InvalidRecord
from agent.model.catalogue import Product, Variant

LONGEST = 50
"""Characters of an item's code (and so of a product's)."""
LONGEST_VALUES = 254
"""Characters of ``U_ERPB_Values``."""
MORE = "*"
"""Stands in ``U_ERPB_Values`` for options of the shop that make no items: B1 cannot say them."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f'\"*\\<>|]")
"""What B1 cannot look for, or what breaks an address of the Service Layer."""
_NAMES = {"attributes": "attributes_", "attribute-values": "attribute_values_"}


def own_code(external_id: str) -> str:
    """Return the code of an attribute or value that came from the shop."""
    instance, _, name = external_id.partition(".")
    for prefix in _NAMES.values():
        name = name.removeprefix(prefix)
    short = name.removeprefix("option_") if re.match(r"option_\d", name) else name
    return code_of(f"{instance.removeprefix('opencart_')}-{short}", LONGEST)


def external_id_of(instance: str, entity: str, code: str) -> str:
    """Return the external id that a code was made of, empty where it is none of this shop's."""
    mark = f"{instance.removeprefix('opencart_')}-"
    rest = code.removeprefix(mark)
    if rest == code or "#" in rest or not rest:
        return ""
    name = f"option_{rest}" if rest[0].isdigit() else rest
    return f"{instance}.{_NAMES[entity]}{name}"


def product_code(cx: Connection, product: Product) -> str:
    """Return the code of a product.

    Raises:
        InvalidRecord: it has none, or B1 cannot have it.
    """
    code = chosen_code(cx.settings.code_from, product.sku, product.model)
    if not code:
        word = {"sku": "SKU", "model": "model"}.get(cx.settings.code_from, "SKU and no model")
        raise InvalidRecord(
            f"The product has no {word}, from which SAP's item number is made",
            fix=f"Give it a {word.partition(' ')[0]} in the shop, or choose another field under "
            "Item number in the connection.",
            code="sap_b1.code_missing",
        )
    return checked(code)


def variant_code(
    cx: Connection, product: Product, values: Sequence[str], own: Variant | None, base: str
) -> str:
    """Return the code a combination gets, not checked yet.

    ``own`` is the shop's own record of it, if it has one; ``base`` the product's code in B1, which
    stands in where the pattern cannot be filled.
    """
    settings = cx.settings
    code = chosen_code(settings.code_from, own.sku, own.model) if own is not None else ""
    if not code:
        code = pattern_code(settings.variant_code, product, values) or ""
    return code or f"{base}-{'-'.join(key.rpartition('/')[2] for key in values)}"


def checked(code: str) -> str:
    """Return a code of an item as it is.

    Raises:
        InvalidRecord: it is too long, or has characters that B1 cannot have.
    """
    if len(code) > LONGEST:
        raise InvalidRecord(
            f"The item number {code[:60]!r} would have {len(code)} characters, SAP allows "
            f"{LONGEST}",
            fix="Shorten the SKU in the shop, or the pattern Item number of variants in the "
            "connection.",
            code="sap_b1.code_long",
        )
    unfit = sorted(set(_UNFIT.findall(code)))
    if unfit:
        raise InvalidRecord(
            f"The item number {code!r} has characters that SAP cannot look for: "
            f"{' '.join(repr(c) for c in unfit)}",
            fix="Take them out of the SKU (or model) in the shop.",
            code="sap_b1.code_characters",
        )
    return code


def values_text(codes: Sequence[str], *, more: bool) -> str:
    """Return codes of values as ``U_ERPB_Values`` has them.

    Raises:
        InvalidRecord: they do not fit.
    """
    text = ",".join((*codes, *([MORE] if more and codes else [])))
    if len(text) > LONGEST_VALUES:
        raise InvalidRecord(
            f"It has too many options for one item in SAP ({len(codes)})",
            fix="Split the product, or make some of its options optional in the shop.",
            code="sap_b1.options_many",
        )
    return text


def values_of(text: object) -> tuple[str, ...]:
    """Return the codes of values that an item has, in their order, without :data:`MORE`."""
    parts = (part.strip() for part in str(text or "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part and part != MORE))


def has_more(text: object) -> bool:
    """Tell whether the product has options in the shop that B1 cannot say."""
    return MORE in [part.strip() for part in str(text or "").split(",")]
