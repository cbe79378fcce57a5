"""Where calls arrive: nodes, sessions and ordered faults, before the data is touched."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

from agent.sandbox.sap_b1.company import Company, Refusal

from . import batch, bodies, rendering
from .addresses import parse_path
from .chaos import AFTER, WITHIN, Call, Fault, Recorder
from .joins import JOIN
from .messages import (
    PAGE,
    PROXY_ERROR,
    Request,
    Response,
    dead_session,
    error_response,
    json_response,
)  # fmt: skip
from .service import Service
from .sessions import Nodes, Session, Sessions

VERSION = "1000310"
_ROOT = re.compile(r"/b1s/v([12])(?:/(.*))?", re.DOTALL)
_PING = re.compile(r"/ping(?:/(?P<rest>load-balancer|node/(?P<node>\d+)))?/?")
_OVERRIDING = frozenset({"PATCH", "PUT", "MERGE", "DELETE"})
NO_PAGE = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"


@dataclass(slots=True)
class Reply:
    """What becomes of a connection: an answer, half an answer, or without one its end."""

    response: Response | None
    half: bool = False


@dataclass(slots=True)
class Front:
    """Answers all calls but those to the stand-in itself."""

    company: Company
    service: Service
    sessions: Sessions
    nodes: Nodes
    recorder: Recorder

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, base: str
    ) -> Reply:
        """Answer one call; names of headers are lower case, ``base`` is scheme and host."""
        path, _, query = target.partition("?")
        found = _ROOT.fullmatch(path)
        if found is None:
            return Reply(self._outside(path))
        if method == "POST" and headers.get("x-http-method-override") in _OVERRIDING:
            method = headers["x-http-method-override"]
        version = int(found[1])
        cookies = _cookies(headers.get("cookie", ""))
        node = self.nodes.route(cookies.get("ROUTEID", ""))
        root = f"{base}/b1s/v{version}"
        request = Request(method, found[2] or "", query, headers, body, version, root, node)
        session = cookies.get("B1SESSION", "")
        whole, within = self._faults(request)
        if whole is not None and (broken := self._before(whole, request, session)) is not None:
            return broken
        response = self._serve(request, session, within)
        if whole is None or whole.kind not in AFTER:
            return Reply(response)
        if whole.kind == "late-502":
            return Reply(Response(502, PROXY_ERROR, [("Content-Type", PAGE)]))
        return Reply(response if whole.kind == "cut" else None, half=whole.kind == "cut")

    def _outside(self, path: str) -> Response:
        found = _PING.fullmatch(path)
        if found is None:
            return Response(404, NO_PAGE, [("Content-Type", PAGE)])
        number = int(found["node"] or 0)
        down = number in self.nodes.broken or number > self.nodes.count()
        if down or (found["node"] and not number):
            return Response(
                503, NO_PAGE.replace(b"404 Not Found", b"503"), [("Content-Type", PAGE)]
            )
        sender = f"node{number}" if number else "load balancer"
        if found["rest"] is None:
            sender = f"node{self.nodes.route('')}"
        told = {
            "message": "pong", "sender": sender, "timestamp": datetime.now(UTC).timestamp(),
        }  # fmt: skip
        return Response(200, json.dumps(told).encode(), [("Content-Type", "application/json")])

    def _faults(self, request: Request) -> tuple[Fault | None, dict[int, Fault]]:
        """Count what came; return the fault of the whole and those of single operations."""
        arrived = [_call(request)]
        if arrived[0].resource == batch.RESOURCE:
            inner = batch.operations(request)
            arrived += [replace(_call(one), batch=True) for one in inner]
        met = [self.recorder.arrive(call) for call in arrived]
        whole = next((one for one in met if one is not None and one.kind not in WITHIN), None)
        within = {
            number - 1: one
            for number, one in enumerate(met)
            if one is not None and one.kind in WITHIN
        }
        return whole, within

    def _before(self, fault: Fault, request: Request, session: str) -> Reply | None:
        match fault.kind:
            case "refuse":
                return Reply(None)
            case "html-502":
                return Reply(Response(502, PROXY_ERROR, [("Content-Type", PAGE)]))
            case "500":
                refusal = Refusal(-1, "Internal error (-1) occurred", 500)
                return Reply(error_response(request.version, refusal))
            case "slow":
                time.sleep(fault.seconds)
            case "end-session":
                self.sessions.end(session)
            case "break-node":
                self.nodes.broken.add(request.node)
        return None

    def _serve(self, request: Request, number: str, within: Mapping[int, Fault]) -> Response:
        name = request.path.strip("/")
        try:
            if -1 in within:
                raise refusal_of(within[-1])
            if name == "Login" and request.method == "POST":
                return self._log_in(request)
            session = self.sessions.use(number)
        except Refusal as refusal:
            response = error_response(request.version, refusal)
            if refusal.code == dead_session().code:
                realm = f'Basic realm="/b1s/v{request.version}/{name}"'
                response.headers.append(("WWW-Authenticate", realm))
            return response
        if name == "Logout" and request.method == "POST":
            self.sessions.end(session.id)
            return Response(204)
        if request.node in self.nodes.broken:
            broken = Refusal(407, "Table definition not found for '@ERPB_KEY'.", 500)
            return error_response(request.version, broken)
        if name == batch.RESOURCE:
            return batch.answer(self.service, request, session.user, within, refusal_of)
        return self.service.answer(request, session.user)

    def _log_in(self, request: Request) -> Response:
        body = bodies.load(request.body)
        if body.get("CompanyDB") != self.company.name:
            raise Refusal(-306, "Fail to NONE-SSO login from SLD.", 401)
        user = body.get("UserName")
        known = self.company.table("_Users").get(user) if isinstance(user, str) else None
        if known is None or body.get("Password") != known["Password"]:
            raise Refusal(-304, "Fail to NONE-SSO login from SLD.", 401)
        options = self.company.options
        session = self.sessions.log_in(str(user), request.node, options.login_seconds)
        label, place = rendering.context(request.version, request.root, "B1Sessions", one=True)
        told = {
            label: place,
            "SessionId": session.id,
            "Version": VERSION,
            "SessionTimeout": max(1, round(options.session_seconds / 60)),
        }
        response = json_response(request.version, told)
        response.headers += _login_cookies(session)
        return response


def refusal_of(fault: Fault) -> Refusal:
    """Return the refusal that a fault of a single operation is."""
    if fault.kind == "switch":
        return Refusal(305, "Switch company error: -1102", 500)
    if fault.kind == "notification":
        return Refusal(-1116, fault.text)
    return Refusal(fault.code, fault.text, fault.status)


def _login_cookies(session: Session) -> list[tuple[str, str]]:
    return [
        ("Set-Cookie", f"B1SESSION={session.id};HttpOnly"),
        ("Set-Cookie", f"ROUTEID=.node{session.node}; path=/b1s"),
    ]


def _cookies(header: str) -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _call(request: Request) -> Call:
    path = unquote(request.path).strip("/")
    if path.startswith(JOIN):
        resource = JOIN
    elif path.startswith("$"):
        resource = path
    else:
        try:
            address = parse_path(request.path)
            resource = "/".join(filter(None, (address.name, address.rest)))
        except Refusal:
            resource = path
    return Call(request.method, resource, request.path, request.body.decode("utf-8", "replace"))
