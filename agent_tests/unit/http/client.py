"""A client that signs its calls as the extension does, and checks the answers' signatures."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any

from agent.security.pairing import PairingKey
from agent.security.signing import NONCE, sign_request, verify_response


@dataclass
class Answer:
    status_code: int
    headers: Message
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Client:
    """Sends targets byte for byte: other clients tidy them up, which would break signatures."""

    port: int
    key: PairingKey

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a signed call; the answer's signature must be right."""
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        signed = sign_request(self.key, method, target, data, now=time.time())
        if data:
            signed["Content-Type"] = "application/json"
        answer = self.send(method, target, data, {**signed, **(headers or {})})
        if answer.status_code != 401:
            verify_response(
                self.key,
                answer.headers,
                status=answer.status_code,
                nonce=signed[NONCE],
                body=answer.content,
                now=time.time(),
            )
        return answer

    def send(self, method: str, target: str, data: bytes, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                connection.putheader(name, value)
            connection.endheaders(data)
            answer = connection.getresponse()
            return Answer(answer.status, answer.msg, answer.read())
        finally:
            connection.close()

    def get(self, target: str, status: int = 200) -> Any:
        return self.expect(status, "GET", target)

    def post(self, target: str, body: Any = None, status: int = 200) -> Any:
        return self.expect(status, "POST", target, body)

    def expect(self, status: int, method: str, target: str, body: Any = None) -> Any:
        answer = self.call(method, target, body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None
