"""Odoo's XML-RPC protocol over a requests session.

Endpoints ``/xmlrpc/2/common`` (version, authenticate) and ``/xmlrpc/2/object`` (execute_kw), see
the External API page of Odoo's documentation. The ``db`` service is never called. Answers are
parsed with defusedxml; certificates are always verified.
"""

from __future__ import annotations

import math
import re
import xmlrpc.client
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from agent.erp.network import cut_answer, wrong_answer
from agent.erp.odoo.faults import fault_error
from agent.erp.odoo.transport import ServerVersion
from agent.erp.odoo.web_transport import WebTransport
from agent.errors import AuthError, BridgeError, InvalidRecord

ILLEGAL_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot carry; Odoo cannot store most of them either."""


class Marshaller(xmlrpc.client.Marshaller):
    """Writes what Odoo's parser reads: big integers, exact decimals, clean text, nil."""

    dispatch: ClassVar[dict[Any, Any]] = dict(xmlrpc.client.Marshaller.dispatch)  # type: ignore[misc]

    def dump_integer(self, value: int, write: Callable[[str], object]) -> None:
        """Write integers beyond 32 bits with the type Odoo's own parser knows for them."""
        small = xmlrpc.client.MININT <= value <= xmlrpc.client.MAXINT
        tag = "int" if small else "i8"
        write(f"<value><{tag}>{value}</{tag}></value>\n")

    def dump_decimal(self, value: Decimal, write: Callable[[str], object]) -> None:
        """Write a decimal with exactly its digits."""
        if not value.is_finite():
            raise InvalidRecord(
                f"A number of the record is {value}", fix="Correct the number in the shop."
            )
        write(f"<value><double>{value:f}</double></value>\n")

    def dump_float(self, value: float, write: Callable[[str], object]) -> None:
        """Write a float; not-a-number and infinity are refused."""
        if not math.isfinite(value):
            raise InvalidRecord(
                f"A number of the record is {value}", fix="Correct the number in the shop."
            )
        write(f"<value><double>{value!r}</double></value>\n")

    def dump_text(self, value: str, write: Callable[[str], object]) -> None:
        """Write text without the characters that XML cannot carry."""
        clean = ILLEGAL_XML.sub("", value)
        write(f"<value><string>{xmlrpc.client.escape(clean)}</string></value>\n")

    def dump_mapping(self, value: Mapping[str, Any], write: Callable[[str], object]) -> None:
        """Write a mapping; its names are cleaned as other text is."""
        self.dump_struct({ILLEGAL_XML.sub("", k): v for k, v in value.items()}, write)

    dispatch[int] = dump_integer
    dispatch[float] = dump_float
    dispatch[str] = dump_text
    dispatch[Decimal] = dump_decimal
    dispatch[dict] = dump_mapping


def marshal(method: str, params: Sequence[Any]) -> bytes:
    """Return the request body of an XML-RPC call."""
    body = Marshaller(encoding="utf-8", allow_none=True).dumps(tuple(params))
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<methodCall>\n"
        f"<methodName>{method}</methodName>\n{body}</methodCall>\n"
    ).encode()


def unmarshal(body: bytes) -> Any:
    """Return the value of an XML-RPC answer.

    Raises:
        xmlrpc.client.Fault: the answer is a fault.
        ExpatError, ValueError: the answer is no whole XML-RPC document.
    """
    target = xmlrpc.client.Unmarshaller(use_builtin_types=True)
    parser = DefusedExpatParser(target)
    parser.feed(body)
    parser.close()
    values = target.close()
    if not isinstance(values, tuple) or len(values) != 1:
        raise ValueError("not one value")
    return values[0]


class XmlRpcTransport(WebTransport):
    """Calls Odoo over XML-RPC."""

    @property
    def protocol(self) -> str:
        """XML-RPC."""
        return "XML-RPC"

    def version(self) -> ServerVersion:
        """Return the server's version; see :meth:`Transport.version`."""
        answer = self._ask("common", "version", ())
        text = answer.get("server_version") if isinstance(answer, Mapping) else None
        if not isinstance(text, str):
            raise wrong_answer(self._url, 200, "a version was asked, something else came", "Odoo")
        return ServerVersion.parse(text)

    def login(self) -> int:
        """Log in; see :meth:`Transport.login`."""
        if not self._secret:
            raise AuthError(
                "No password or API key is set for the Odoo user",
                fix="Enter the password or an API key of the user.",
            )
        params: tuple[Any, ...] = (self._database, self._user, self._secret, {})
        try:
            uid = self._ask("common", "authenticate", params)
        except xmlrpc.client.Fault as fault:
            raise self._error(fault, "res.users", "authenticate") from None
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise AuthError(
                f"Odoo does not accept the user {self._user} with this password or API key",
                fix="Check both in Odoo. Where two-factor login is on, or the key has expired, "
                "make an API key under Preferences, Account Security, and use it as the password.",
            )
        self._uid = uid
        return uid

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a method of a model; see :meth:`Transport.call`."""
        uid = self._uid if self._uid is not None else self.login()
        head = (self._database, uid, self._secret, model, method)
        try:
            return self._ask("object", "execute_kw", (*head, list(args), dict(kwargs)))
        except xmlrpc.client.Fault as fault:
            raise self._error(fault, model, method) from None

    def _error(self, fault: xmlrpc.client.Fault, model: str, method: str) -> BridgeError:
        try:
            code = int(fault.faultCode)
        except ValueError:
            code = 1
        return fault_error(code, self._session.masked(str(fault.faultString)), model, method)

    def _ask(self, service: str, method: str, params: Sequence[Any]) -> Any:
        response = self._session.post(
            f"/xmlrpc/2/{service}",
            marshal(method, params),
            {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"},
        )
        body = response.content
        if response.status_code != 200 or not body.lstrip()[:200].startswith(
            (b"<?xml", b"<method")
        ):
            raise self._session.wrong(response)
        return self._parse(body)

    def _parse(self, body: bytes) -> Any:
        try:
            return unmarshal(body)
        except xmlrpc.client.Fault:
            raise
        except DefusedXmlException as error:
            raise wrong_answer(self._url, 200, "forbidden XML", "Odoo") from error
        except (ExpatError, ValueError, LookupError, xmlrpc.client.ResponseError) as error:
            if not body.rstrip().endswith(b"</methodResponse>"):
                raise cut_answer(self._url, len(body), self._session.product) from error
        # Odoo 14 passes control characters of its texts on as they are, which is not XML
        text = ILLEGAL_XML.sub("", body.decode("utf-8", "replace"))
        try:
            return unmarshal(text.encode())
        except (ExpatError, ValueError, LookupError, xmlrpc.client.ResponseError) as error:
            raise cut_answer(self._url, len(body), self._session.product) from error
