"""The stand-in's own addresses, for tests in other processes: ``/_control/…``.

``GET calls`` tells what was called; ``POST`` of JSON: ``faults`` orders one, ``clear`` drops faults
and counts, ``sessions`` ends all of them, ``nodes`` says which are broken (``{"broken": [1]}``),
``options`` changes options that are a number, a text or a switch, ``desk`` does what a person does
at B1's own screens.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from agent.sandbox.sap_b1.books import desk
from agent.sandbox.sap_b1.company import Refusal

from .chaos import Fault
from .front import Front
from .messages import Response

ROOT = "/_control/"
_PLAIN = (bool, int, float, str)


def control(front: Front, method: str, what: str, body: bytes) -> Response:
    """Answer a call to the stand-in itself."""
    try:
        if method == "GET" and what == "calls":
            return _json(front.recorder.report())
        return _json(_order(front, what, json.loads(body or b"{}")))
    except LookupError as error:
        return _json({"error": f"no such control: {error}"}, 404)
    except (TypeError, ValueError, Refusal) as error:
        return _json({"error": str(error)}, 400)


def _order(front: Front, what: str, asked: dict[str, Any]) -> Any:
    match what:
        case "faults":
            front.recorder.order(Fault(**asked))
        case "clear":
            front.recorder.clear()
        case "sessions":
            front.sessions.end()
        case "nodes":
            front.nodes.broken = {int(number) for number in asked["broken"]}
        case "options":
            _change(front, asked)
        case "desk":
            with front.company.transaction():
                return desk.do(front.company, asked)
        case _:
            raise LookupError(what)
    return {}


def _change(front: Front, asked: dict[str, Any]) -> None:
    options = front.company.options
    names = {one.name for one in dataclasses.fields(options)}
    for name, value in asked.items():
        if name not in names or not isinstance(getattr(options, name), _PLAIN):
            raise ValueError(f"{name} is no option that can be changed from here")
        if not isinstance(value, type(getattr(options, name))):
            raise TypeError(f"{value!r} is no value for {name}")
        setattr(options, name, value)


def _json(data: Any, status: int = 200) -> Response:
    text = json.dumps(data, default=str).encode()
    return Response(status, text, [("Content-Type", "application/json")])
