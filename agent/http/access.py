"""How views reach the agent's services."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Flask, current_app

from agent.ledger import Page
from agent.model.entity import Entity
from agent.services.container import Services
from agent.services.errors import NotFound
from agent.services.following_now import look_now
from agent.services.hints import Hints

_KEY = "erp_bridge"
_HINTS = "erp_bridge_hints"
T = TypeVar("T")


def attach(app: Flask, services: Services) -> None:
    """Give ``app`` its services."""
    app.extensions[_KEY] = services
    app.extensions[_HINTS] = Hints(lambda: look_now(services))


def services() -> Services:
    """Return the services of the app that serves this request."""
    found: Services = current_app.extensions[_KEY]
    return found


def hints() -> Hints:
    """Return what looks at the ERPs when one of them tells that something changed."""
    found: Hints = current_app.extensions[_HINTS]
    return found


def page_plain(page: Page[Any]) -> dict[str, Any]:
    """Return a page of the ledger as the API shows it."""
    return {
        "items": [item if isinstance(item, dict) else item.to_plain() for item in page.items],
        "total": page.total,
        "page": page.page,
        "limit": page.limit,
    }


def entity_named(name: str) -> Entity:
    """Return the entity of an address.

    Raises:
        NotFound: there is none of that name.
    """
    try:
        return Entity(name)
    except ValueError as error:
        raise NotFound(
            f"There is no entity {name!r}",
            fix=f"Use one of: {', '.join(e.value for e in Entity)}.",
            code="request.entity",
        ) from error
