"""What a shop owner does in OpenCart's admin, as plain HTTP: log in, install, save forms."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_forms import read_forms
from agent_tests.lab.opencart_image import ADMIN, PASSWORD

CODE = "erp_bridge"
_SCREAM = re.compile(
    r"<b>(?:Notice|Warning|Fatal [Ee]rror|Deprecated|Parse error|Unknown)</b>:.*"
    r"|^(?:PHP )?(?:Notice|Warning|Fatal error|Deprecated|Parse error): .*"
    r"|^Error: .*\nFile: .*|</b>: in <b>.*|Uncaught .*",
    re.MULTILINE,
)


class AdminError(AssertionError):
    """OpenCart's admin refused or answered with an error."""


def assert_quiet(response: requests.Response) -> None:
    """Fail where PHP printed an error, warning or notice into the page."""
    scream = _SCREAM.search(response.text)
    if scream:
        raise AdminError(f"{response.url}: {scream.group(0)[:400]}")


def dotted(store: Store, route: str) -> str:
    """Put the version's separator before the method: ``catalog/product|save``."""
    return route.replace("|", store.separator)


@dataclass
class Admin:
    """A logged-in admin session. Routes name their method after ``|``: ``catalog/product|copy``."""

    store: Store
    session: requests.Session
    token: str

    def link(self, route: str, **params: object) -> str:
        """Return the address of a route with this session's token."""
        query = {"route": dotted(self.store, route), "user_token": self.token, **params}
        return f"{self.store.admin_url}index.php?{urlencode(query)}"

    def get(self, route: str, **params: object) -> requests.Response:
        """Open a page and return it, whatever its status; PHP errors in it fail."""
        response = self.session.get(self.link(route, **params), timeout=60)
        assert_quiet(response)
        return response

    def page(self, route: str, **params: object) -> str:
        """Open a page that must answer 200 and return its HTML."""
        response = self.get(route, **params)
        if response.status_code != 200:
            raise AdminError(f"{route}: {response.status_code} {response.text[:300]}")
        return response.text

    def post(self, route: str, data: Any = None, **params: object) -> requests.Response:
        """Send form data to a route; PHP errors in the answer fail."""
        response = self.session.post(
            self.link(route, **params), data=data, timeout=120, allow_redirects=False
        )
        assert_quiet(response)
        return response

    def json(self, route: str, data: Any = None, **params: object) -> Any:
        """Call a route that answers JSON; ``data`` makes it a POST."""
        if data is None:
            return _json(self.get(route, **params))
        return _json(self.post(route, data, **params))

    # the Extension Installer, as its page drives it

    def upload_extension(self, package: Path, name: str | None = None) -> None:
        """Upload a zip and let the stock installer unpack it; raises ``AdminError``."""
        with package.open("rb") as source:
            response = self.session.post(
                self.link("marketplace/installer|upload"),
                files={"file": (name or package.name, source, "application/zip")},
                timeout=120,
            )
        assert_quiet(response)
        answer = _json(response)
        if self.store.major == 3:
            self._follow(answer)
            return
        if answer.get("error") or not answer.get("success"):
            raise AdminError(f"upload: {answer}")
        self.install_uploaded()

    def install_uploaded(self) -> None:
        """Click Install beside the package in the list of Extensions > Installer (4.x)."""
        self._follow(
            self.json("marketplace/installer|install", extension_install_id=self.install_id())
        )

    def install_id(self, code: str = CODE) -> int:
        """Return the installer's id of an uploaded package (4.x)."""
        found = self.store.value(
            "SELECT MAX(extension_install_id) FROM {p}extension_install WHERE `code` = %s", (code,)
        )
        if found is None:
            raise AdminError(f"the installer does not list {code}")
        return int(found)

    def uninstall_uploaded(self, code: str = CODE) -> None:
        """Click Uninstall beside the package in the list of Extensions > Installer (4.x)."""
        number = self.install_id(code)
        self._follow(self.json("marketplace/installer|uninstall", extension_install_id=number))

    def remove_extension(self, code: str = CODE) -> None:
        """Take the package out again with the stock installer (4.x: uninstall, then delete)."""
        number = self.install_id(code)
        self.uninstall_uploaded(code)
        answer = self.json("marketplace/installer|delete", extension_install_id=number)
        if not answer.get("success"):
            raise AdminError(f"installer delete: {answer}")

    def _follow(self, answer: dict[str, Any]) -> None:
        for _ in range(40):
            if answer.get("error"):
                raise AdminError(f"installer: {answer['error']}")
            following = answer.get("next")
            if not following:
                return
            response = self.session.get(following.replace("&amp;", "&"), timeout=120)
            assert_quiet(response)
            answer = _json(response)
        raise AdminError("the installer does not come to an end")

    def install_module(self, code: str = CODE) -> None:
        """Click Install in Extensions > Modules."""
        self._module("install", code)

    def uninstall_module(self, code: str = CODE) -> None:
        """Click Uninstall in Extensions > Modules."""
        self._module("uninstall", code)

    def _module(self, action: str, code: str) -> None:
        if self.store.major == 3:
            response = self.get(f"extension/extension/module|{action}", extension=code)
            if "alert-danger" in response.text:
                raise AdminError(f"module {action}: {_alert(response.text)}")
            return
        answer = self.json(f"extension/module|{action}", extension=code, code=code)
        if not answer.get("success"):
            raise AdminError(f"module {action}: {answer}")

    def upgrade_extension(self, package: Path) -> None:
        """Bring a newer package in, by the steps that this version of OpenCart asks for."""
        if self.store.major == 3:
            self.upload_extension(package)
            return
        self.uninstall_module()
        self.remove_extension()
        self.upload_extension(package)
        self.install_module()

    def module_route(self, code: str = CODE) -> str:
        """Return the route of the module's settings page."""
        if self.store.major == 3:
            return f"extension/module/{code}"
        return f"extension/{code}/module/{code}"

    # forms of the catalogue

    def save(self, kind: str, number: int, **changes: str) -> None:
        """Open the form of a record, change fields, save it: ``save("product", 42, model="X")``."""
        self.save_form(f"catalog/{kind}", {f"{kind}_id": number}, **changes)

    def save_form(self, route: str, key: dict[str, object], **changes: str) -> None:
        """Open the form of a record anywhere in the admin, or a new one (no key), and save it."""
        method = "form" if self.store.major > 3 else "edit" if key else "add"
        self._submit(route, self.page(f"{route}|{method}", **key), key, changes)

    def _submit(
        self, route: str, html: str, key: dict[str, object], changes: dict[str, str]
    ) -> None:
        forms, actions = read_forms(html)
        name = next(
            (n for n in forms if n == f"form-{route.rsplit('/', 1)[1].replace('_', '-')}"),
            max(forms, key=lambda n: len(forms[n])),
        )
        fields = [(n, v) for n, v in forms[name] if n not in changes]
        fields += list(changes.items())
        if self.store.major == 3:
            response = self.post(f"{route}|{'edit' if key else 'add'}", fields, **key)
            if response.status_code != 302:
                raise AdminError(f"{route}: not saved: {_alert(response.text)}")
            return
        action = actions[name].replace("&amp;", "&")
        method = parse_qs(urlsplit(action).query).get("route", [f"{route}.save"])[0]
        answer = self.json(method, fields)
        if answer.get("error") or not answer.get("success"):
            raise AdminError(f"{route}: not saved: {answer}")

    def copy(self, kind: str, *numbers: int) -> None:
        """Tick records in a list and click Copy."""
        self.ticked(f"catalog/{kind}", "copy", numbers)

    def delete(self, kind: str, *numbers: int) -> None:
        """Tick records in a list and click Delete."""
        self.ticked(f"catalog/{kind}", "delete", numbers)

    def ticked(self, route: str, action: str, numbers: tuple[int, ...]) -> None:
        """Tick records in a list and click one of its buttons."""
        fields = [("selected[]", str(number)) for number in numbers]
        response = self.post(f"{route}|{action}", fields)
        if self.store.major == 3:
            if response.status_code != 302:
                raise AdminError(f"{route} {action}: {_alert(response.text)}")
        elif not _json(response).get("success"):
            raise AdminError(f"{route} {action}: {response.text[:300]}")


def login_admin(store: Store, username: str = ADMIN, password: str = PASSWORD) -> Admin:
    """Log in to the admin and return the session."""
    session = requests.Session()
    start = session.get(f"{store.admin_url}index.php?route=common/login", timeout=60)
    fields = {"username": username, "password": password}
    if store.major == 3:
        response = session.post(
            f"{store.admin_url}index.php?route=common/login",
            data=fields,
            timeout=60,
            allow_redirects=False,
        )
        target = response.headers.get("Location", "")
    else:
        token = re.search(r"login_token=([0-9a-zA-Z]+)", start.text)
        if token is None:
            raise AdminError(f"no login form at {store.admin_url}: {start.text[:300]}")
        response = session.post(
            f"{store.admin_url}index.php?route=common/login.login&login_token={token.group(1)}",
            data=fields,
            timeout=60,
        )
        target = _json(response).get("redirect", "")
    found = parse_qs(urlsplit(target.replace("&amp;", "&")).query).get("user_token")
    if not found:
        raise AdminError(f"login refused: {response.status_code} {response.text[:300]}")
    return Admin(store, session, found[0])


def add_user(store: Store, username: str, access: list[str], modify: list[str]) -> None:
    """Make a second admin with the owner's password and only these permissions."""
    store.rows(
        "INSERT INTO {p}user_group SET `name` = %s, permission = %s",
        (username, json.dumps({"access": access, "modify": modify})),
    )
    group = store.value("SELECT MAX(user_group_id) FROM {p}user_group")
    columns = [row["Field"] for row in store.rows("SHOW COLUMNS FROM {p}user")]
    copied = [c for c in columns if c not in ("user_id", "user_group_id", "username", "email")]
    names = ", ".join(f"`{c}`" for c in copied)
    store.rows(
        f"INSERT INTO {{p}}user (user_group_id, username, email, {names})"
        f" SELECT %s, %s, %s, {names} FROM {{p}}user WHERE username = %s",
        (group, username, f"{username}@shop.example", ADMIN),
    )


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        raise AdminError(
            f"{response.url}: {response.status_code}, not JSON: {response.text[:300]}"
        ) from None


def _alert(html: str) -> str:
    found = re.findall(
        r'<div class="(?:alert alert-danger|text-danger)[^>]*>(.*?)</div>', html, re.DOTALL
    )
    return "; ".join(re.sub(r"<[^>]+>|\s+", " ", text).strip() for text in found) or html[:200]
