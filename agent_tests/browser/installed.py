"""Shops with the extension installed, one per version and module."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import Admin, login_admin

PAIRING_KEY = "erpb1.abcd2345." + "A" * 43
VERSIONS = ("3.0.3.9", "3.0.5.1", "4.0.2.3", "4.1.0.0", "4.1.0.4")


@dataclass
class Installed:
    """A shop with the extension in it and its owner logged in."""

    store: Store
    admin: Admin
    package: Path
    menu_before: str = ""
    saved: dict[str, Any] = field(default_factory=dict)

    def outbox(self, kind: str) -> list[tuple[int, str]]:
        """Return the outbox rows of a kind as (record, action), oldest first."""
        return [
            (int(row["record_id"]), str(row["action"]))
            for row in self.store.rows(
                "SELECT record_id, action FROM {p}erp_outbox WHERE kind = %s ORDER BY outbox_id",
                (kind,),
            )
        ]

    def clear_outbox(self) -> None:
        """Empty the outbox, as the agent does once it has taken the rows."""
        self.store.rows("DELETE FROM {p}erp_outbox")


def install(store: Store, package: Path) -> Installed:
    """Upload the package through the stock installer and install the module."""
    admin = login_admin(store)
    before = admin.page("common/dashboard")
    admin.upload_extension(package)
    admin.install_module()
    return Installed(store, admin, package, before)


def pair(shop: Installed, url: str = "http://127.0.0.1:9", key: str = PAIRING_KEY) -> None:
    """Save the settings page as an owner does; nobody answers at the address given by default."""
    route = shop.admin.module_route()
    assert 'name="url"' in shop.admin.page(route)
    answer = shop.admin.json(f"{route}|save", {"url": url, "key": key})
    assert "problem" not in answer, answer
