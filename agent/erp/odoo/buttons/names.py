"""Names of what the bridge makes in Odoo for its buttons, by the shop's instance id.

Every shop has models, menu and actions of its own, so that two shops with one Odoo do not touch
each other's. All records carry external ids ``<instance>.buttons_<part>``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from agent.model.entity import Entity

PREFIX = "buttons_"
ROW = f"{PREFIX}row_"
PUSH = f"{PREFIX}push_"
ABOUT = "about"
"""The list of the board that holds one row: which version of the buttons is there."""

ENTITIES: dict[str, Entity] = {
    "product.template": Entity.PRODUCTS,
    "product.product": Entity.PRODUCTS,
    "product.category": Entity.CATEGORIES,
    "product.attribute": Entity.ATTRIBUTES,
    "sale.order": Entity.ORDERS,
    "res.partner": Entity.CUSTOMERS,
}
"""What can be pressed for, by Odoo's model."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names for one shop; ``instance`` is the module part of its external ids."""

    instance: str

    @property
    def queue(self) -> str:
        """The model of presses."""
        return f"x_{_word(self.instance)}_queue"

    @property
    def board(self) -> str:
        """The model of the bridge's lists."""
        return f"x_{_word(self.instance)}_board"

    def full(self, part: str) -> str:
        """Return the external id of a part."""
        return f"{self.instance}.{PREFIX}{part}"

    def row(self, list_name: str, key: str) -> str:
        """Return the external id of a line of a list; keys may hold any characters."""
        digest = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
        return f"{self.instance}.{ROW}{list_name}_{digest}"

    @property
    def about(self) -> str:
        """The external id of the row that tells the version."""
        return f"{self.instance}.{ROW}{ABOUT}"


def part_word(model: str) -> str:
    """Return a model's name as part of an external id."""
    return model.replace(".", "_")


def _word(instance: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", instance.lower())
