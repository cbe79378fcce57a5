"""Which protocol a connection takes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from agent.erp.odoo.choosing import open_transport
from agent.erp.odoo.json2 import Json2Transport
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.transport import Transport
from agent.erp.odoo.xmlrpc import XmlRpcTransport
from agent.errors import Busy, ConfigError
from agent_tests.unit.odoo.answers import answer, refusal

URL = "https://odoo.example.com"
KEY = "0123456789abcdef0123456789abcdef01234567"
VERSION = f"{URL}/web/version"
COMMON, OBJECT = f"{URL}/xmlrpc/2/common", f"{URL}/xmlrpc/2/object"
Open = Callable[..., Transport]


class TestChoosing:
    @pytest.fixture
    def net(self) -> Iterator[responses.RequestsMock]:
        """Give a network of scripted answers, with a key that is the user's."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as net:
            net.post(f"{URL}/json/2/res.users/context_get", json={"uid": 7})
            found = [{"id": 7, "login": "me@example.com"}]
            net.post(f"{URL}/json/2/res.users/search_read", json=found)
            yield net

    @pytest.fixture
    def opened(self) -> Iterator[Open]:
        made: list[Transport] = []

        def make(secret: str = KEY, **values: str) -> Transport:
            login = {"url": URL, "database": "shop", "user": "me@example.com"}
            made.append(open_transport(parse_settings({**login, **values}), secret))
            return made[-1]

        yield make
        for transport in made:
            transport.close()

    @pytest.fixture
    def older(self, net: responses.RequestsMock) -> responses.RequestsMock:
        """Give XML-RPC beside JSON-2."""
        net.post(COMMON, answer("<int>7</int>"), content_type="text/xml")
        net.post(OBJECT, answer("<int>3</int>"), content_type="text/xml")
        return net

    def count(self, transport: Transport) -> Any:
        return transport.call("res.partner", "search_count", [], {"domain": []})

    def paths(self, net: responses.RequestsMock) -> list[str]:
        return [str(call.request.url).removeprefix(URL) for call in net.calls]

    def test_an_api_key_on_19(self, older: responses.RequestsMock, opened: Open) -> None:
        older.get(VERSION, json={"version": "19.0"})
        older.post(f"{URL}/json/2/res.partner/search_count", json=4)
        transport = opened()
        assert self.count(transport) == 4
        assert transport.protocol == "JSON-2"
        assert transport.version().major == 19
        told = len(older.calls)
        assert self.count(transport) == 4
        assert len(older.calls) == told + 1, "the choice costs nothing afterwards"
        assert not [path for path in self.paths(older) if "xmlrpc" in path]

    def test_a_password_on_19(self, older: responses.RequestsMock, opened: Open) -> None:
        older.get(VERSION, json={"version": "saas~19.1+e"})
        body = refusal("werkzeug.exceptions.Unauthorized", "Invalid apikey")
        older.replace("POST", f"{URL}/json/2/res.users/context_get", json=body, status=401)
        transport = opened("Secret123")
        assert self.count(transport) == 3
        assert transport.protocol == "XML-RPC"
        told = len(older.calls)
        assert self.count(transport) == 3
        assert self.paths(older)[told:] == ["/xmlrpc/2/object"]

    def test_an_older_server(self, older: responses.RequestsMock, opened: Open) -> None:
        older.get(VERSION, json={"version": "18.0"})
        assert self.count(opened()) == 3
        assert not [path for path in self.paths(older) if "json/2" in path]

    def test_a_server_without_a_version_page(
        self, older: responses.RequestsMock, opened: Open
    ) -> None:
        member = "<member><name>server_version</name><value>14.0</value></member>"
        older.replace("POST", COMMON, answer(f"<struct>{member}</struct>"))
        older.get(VERSION, "<title>404 Not Found</title>", status=404)
        transport = opened()
        assert transport.version().major == 14

    def test_a_proxy_that_lets_only_the_older_one_through(
        self, older: responses.RequestsMock, opened: Open
    ) -> None:
        older.get(VERSION, json={"version": "19.0"})
        older.replace("POST", f"{URL}/json/2/res.users/context_get", "<html>no</html>", status=403)
        assert self.count(opened()) == 3

    def test_a_tired_server_decides_nothing(
        self, older: responses.RequestsMock, opened: Open
    ) -> None:
        older.get(VERSION, json={"version": "19.0"})
        older.replace("POST", f"{URL}/json/2/res.users/context_get", "busy", status=503)
        transport = opened()
        with pytest.raises(Busy):
            self.count(transport)
        older.replace("POST", f"{URL}/json/2/res.users/context_get", json={"uid": 7})
        older.post(f"{URL}/json/2/res.partner/search_count", json=4)
        assert self.count(transport) == 4

    def test_a_password_that_can_be_no_key_asks_nobody(
        self, older: responses.RequestsMock, opened: Open
    ) -> None:
        transport = opened("correct horse")
        assert isinstance(transport, XmlRpcTransport)

    def test_as_it_is_set(self, opened: Open) -> None:
        assert isinstance(opened(protocol="json2"), Json2Transport)
        assert isinstance(opened(protocol="xmlrpc"), XmlRpcTransport)
        with pytest.raises(ConfigError, match="protocol"):
            opened(protocol="soap")
