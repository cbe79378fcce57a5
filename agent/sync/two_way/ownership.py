"""Who is right about which fields of a record, as a connection's settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agent.errors import ConfigError


class Owner(StrEnum):
    """Whose value counts."""

    SHOP = "shop"
    """The shop's goes over whatever the ERP says."""
    ERP = "erp"
    """The ERP's goes over whatever the shop says."""
    NEWEST = "newest"
    """Each side's edits travel; where both changed, the later one counts."""
    HOLD = "hold"
    """Each side's edits travel; where both changed, a person picks."""


GROUPS: Mapping[str, tuple[str, ...]] = {
    "texts": (
        "name",
        "description",
        "meta_title",
        "meta_description",
        "meta_keyword",
        "tags",
        "group",
    ),
    "seo": ("seo_keyword",),
    "codes": ("model", "sku", "barcode", "codes"),
    "price": ("price",),
    "measures": ("weight", "weight_unit", "length", "width", "height", "length_unit"),
    "status": ("active",),
    "places": ("categories", "manufacturer", "parent"),
    "options": ("options", "variants", "kind", "display"),
    "attributes": ("specs",),
    "images": ("images", "image"),
    "tax": ("tax_class",),
    "other": (),
}
"""Groups of fields, by the names of canonical records; what is in no other group is ``other``."""

LABELS: Mapping[str, str] = {
    "texts": "Names and texts",
    "seo": "SEO keywords",
    "codes": "SKU, model, barcodes",
    "price": "Prices",
    "measures": "Weights and sizes",
    "status": "Enabled or disabled",
    "places": "Categories and manufacturers",
    "options": "Options and variants",
    "attributes": "Attributes",
    "images": "Pictures",
    "tax": "Tax classes",
    "other": "All else",
}

NEVER: frozenset[str] = frozenset({"key", "path", "quantity"})
"""No content of a record: its key, what follows from its parents, and stock, which has its own
flow."""

_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def group_of(name: str) -> str:
    """Return the group a field belongs to."""
    return _GROUP_OF.get(name, "other")


def setting_name(group: str) -> str:
    """Return the name of the setting that says who is right about a group."""
    return f"owner_{group}"


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who is right, by group; the shop where nothing is said."""

    by_group: Mapping[str, Owner] = field(default_factory=dict)

    def of(self, name: str) -> Owner:
        """Return who is right about a field."""
        return self.by_group.get(group_of(name), Owner.SHOP)

    @property
    def two_way(self) -> bool:
        """Whether anything of the ERP's may reach records that the shop has already."""
        return any(owner is not Owner.SHOP for owner in self.by_group.values())


def parse_ownership(settings: Mapping[str, object]) -> Ownership:
    """Return who is right, as the settings say.

    Raises:
        ConfigError: a setting has none of the known words.
    """
    found: dict[str, Owner] = {}
    for group, label in LABELS.items():
        text = str(settings.get(setting_name(group)) or Owner.SHOP).strip().lower()
        if text not in set(Owner):
            raise ConfigError(
                f"The setting {setting_name(group)} ({label}) cannot be {text!r}",
                fix=f"Use one of: {', '.join(Owner)}.",
                code="config.setting",
            )
        found[group] = Owner(text)
    return Ownership(found)
