"""Encrypted connections to MySQL, where the server offers that.

PyMySQL makes a TLS context per connection, and each reads all certificate authorities of the
machine, some 70 ms of processor time, although none of them is asked: MySQL's own certificates are
made by the server for itself. All connections of a process share one instead.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pymysql.connections import Connection
from pymysql.cursors import Cursor

if TYPE_CHECKING:
    _Base = Connection[Cursor]
else:
    _Base = Connection  # generic in its stubs only


class _Connection(_Base):
    def _create_ssl_ctx(self, sslp: Mapping[str, object]) -> ssl.SSLContext:
        if sslp:
            made: ssl.SSLContext = super()._create_ssl_ctx(sslp)  # type: ignore[misc]  # not in the stubs
            return made
        return _context()


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect(
    _dialect: object, _record: object, arguments: Sequence[Any], settings: Mapping[str, Any]
) -> Connection[Cursor]:
    """Open a connection for SQLAlchemy (its event ``do_connect``)."""
    return _Connection(*arguments, **settings)
