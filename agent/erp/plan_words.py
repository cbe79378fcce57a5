"""What planning a product's options has to say, whatever the ERP makes of them."""

from __future__ import annotations

from collections.abc import Iterable

from agent.erp.draft import Draft
from agent.errors import Held, Refused
from agent.model.entity import Entity


def refs_of(drafts: Iterable[Draft], entity: Entity) -> list[str]:
    """Return the ERP ids of all records of an entity that changes point to."""
    found = {ref for d in drafts for (kind, _), ref in d.change.refs.items() if kind is entity}
    return sorted(found)


def not_there(key: str, entity: Entity, erp: str) -> Held:
    """Return the error for a record that a product needs and the ERP does not have."""
    return Held(
        f"It needs {key} ({entity.value}), which is not in {erp}",
        fix="See why that failed and mend it; the product follows with the next synchronization.",
        code="record.parent_missing",
    )


def no_longer_there(what: str, entities: str, erp: str) -> Refused:
    """Return the error for something mapped that somebody deleted in the ERP."""
    return Refused(
        f"{what} it points to is no longer in {erp}",
        fix=f"Synchronize {entities} again; they are made anew or linked again.",
        code="erp.gone",
    )


def option_empty(key: str) -> Refused:
    """Return the warning for an option of which the product has no value."""
    return Refused(
        f"The option {key} has no values for this product and was left out",
        fix="Give it values in the shop, or remove it from the product.",
        code="record.option_empty",
    )


def option_doubled(key: str, there: str) -> Refused:
    """Return the warning for an option the product has twice; ``there``: what becomes of it."""
    return Refused(
        f"The product has the option {key} twice; {there}",
        fix="Use two different options in the shop where both are to be chosen.",
        code="record.option_doubled",
    )
