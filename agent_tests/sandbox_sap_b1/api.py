"""A plain caller of the Service Layer: addresses and bodies as they are written."""

from __future__ import annotations

import json
from typing import Any

import requests

from agent.sandbox.sap_b1 import SapB1Sandbox


class Api:
    """One session of a stand-in, spoken to in version 1 or 2."""

    def __init__(self, sandbox: SapB1Sandbox, version: int = 2) -> None:
        self.sandbox = sandbox
        self.version = version
        self.cookies: dict[str, str] = {}
        self._http = requests.Session()

    def call(self, method: str, path: str, version: int = 0, **how: Any) -> requests.Response:
        """Make a call; ``version`` 0 is the caller's own."""
        address = f"{self.sandbox.url}/b1s/v{version or self.version}/{path}"
        self._http.cookies.clear()
        headers = dict(how.pop("headers", {}))
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{n}={v}" for n, v in self.cookies.items())
        return self._http.request(method, address, headers=headers, timeout=20, **how)

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.call("GET", path, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> requests.Response:
        return self.call("POST", path, json=body, **how)

    def patch(self, path: str, body: Any, **how: Any) -> requests.Response:
        return self.call("PATCH", path, json=body, **how)

    def delete(self, path: str, **how: Any) -> requests.Response:
        return self.call("DELETE", path, **how)

    def json(self, path: str, **how: Any) -> Any:
        """Return what a read answers, which has to work."""
        answer = self.get(path, **how)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def made(self, path: str, body: Any) -> Any:
        """Return the record that a post made, which has to work."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def log_in(self, user: str = "manager", **changes: Any) -> requests.Response:
        """Log in and keep the cookies."""
        body = {
            "CompanyDB": self.sandbox.company.name,
            "UserName": user,
            "Password": self.sandbox.users.get(user, ""),
        }
        self.cookies = {}
        answer = self.post("Login", {**body, **changes})
        if answer.ok:
            self.cookies = dict(answer.cookies)
        return answer

    def close(self) -> None:
        self._http.close()


def error(answer: requests.Response) -> tuple[int, int, str]:
    """Return status, code and text of a refusal in either version."""
    told = json.loads(answer.text)["error"]
    text = told["message"]["value"] if isinstance(told["message"], dict) else told["message"]
    return answer.status_code, int(told["code"]), text
