"""A transport that answers from a table: for what real servers cannot be made to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.erp.odoo.client import Odoo
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.transport import ServerVersion


@dataclass
class ScriptedTransport:
    """Calls ``answers[model, method](kwargs)``; an exception in place of an answer is raised."""

    answers: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Any]]
    calls: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    args: list[Sequence[Any]] = field(default_factory=list)
    server: str = "19.0"
    protocol: str = "script"

    def version(self) -> ServerVersion:
        return ServerVersion.parse(self.server)

    def login(self) -> int:
        return 2

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        self.calls.append((model, method, kwargs))
        self.args.append(args)
        answer = self.answers[model, method](kwargs)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing to close."""


def odoo_of(transport: ScriptedTransport) -> Odoo:
    """Return the ORM over a scripted transport."""
    settings = parse_settings(
        {"url": "http://odoo.test", "database": "shop", "user": "bridge", "language": "en_US"}
    )
    return Odoo(transport, settings)
