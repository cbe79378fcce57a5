"""What an Odoo server answers when a call goes wrong.

    OdooFault
    ├── ServerError      code 1: anything unexpected; the text is a traceback
    │   └── RetryLater   code 1: the database's "could not serialize access"
    ├── UserError        code 2: a refusal in words for people
    │   ├── ValidationError
    │   │   └── ConstraintError   one of the database, with words of its own
    │   └── MissingError
    ├── AccessDenied     code 3: the login is wrong
    └── AccessError      code 4: the user lacks the right, or the method is private

The codes are those of ``/xmlrpc/2`` on Odoo 14 and 19, measured.
"""

from __future__ import annotations

from typing import ClassVar


class OdooFault(Exception):
    """Base of all answers that are an XML-RPC fault."""

    code: ClassVar[int] = 1
    qualified_name: ClassVar[str] = "Exception"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)

    def text(self) -> str:
        """Return the fault string as it is sent."""
        return self.message


class ServerError(OdooFault):
    """An exception of Python or of PostgreSQL inside the server."""

    def __init__(self, message: str, kind: str = "ValueError") -> None:
        self.kind = kind
        super().__init__(message)

    def text(self) -> str:
        """Return the traceback that the server sends as text."""
        return (
            "Traceback (most recent call last):\n"
            '  File "/usr/lib/python3/dist-packages/odoo/service/model.py", in retrying\n'
            "    result = func()\n"
            f"{self.kind}: {self.message}\n"
        )


class RetryLater(ServerError):
    """Another transaction was first, and the server's own retries did not help."""

    def __init__(
        self, message: str = "could not serialize access due to concurrent update"
    ) -> None:
        super().__init__(message, "psycopg2.errors.SerializationFailure")


class UserError(OdooFault):
    """A refusal whose text is meant for people."""

    code = 2
    qualified_name = "odoo.exceptions.UserError"


class ValidationError(UserError):
    """A constraint of the model or of the database is broken."""

    qualified_name = "odoo.exceptions.ValidationError"


class ConstraintError(ValidationError):
    """PostgreSQL refuses a row: its own words are told only by load().

    Args:
        message: what a call answers.
        database_text: what load() says.
        model: the model whose table refuses.
        field: the column it is about, if it is one.
        elsewhere_text: what load() says when another model is loaded; ``database_text`` if empty.
    """

    def __init__(
        self,
        message: str,
        database_text: str,
        model: str,
        field: str = "",
        elsewhere_text: str = "",
    ) -> None:
        self.database_text = database_text
        self.elsewhere_text = elsewhere_text or database_text
        self.model = model
        self.field = field
        super().__init__(message)


class MissingError(UserError):
    """The record does not exist (any more)."""

    qualified_name = "odoo.exceptions.MissingError"


class AccessDenied(OdooFault):
    """Wrong user or password."""

    code = 3
    qualified_name = "odoo.exceptions.AccessDenied"

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class AccessError(OdooFault):
    """The user may not do this with this model, or the method is private."""

    code = 4
    qualified_name = "odoo.exceptions.AccessError"


def coded(code: int, text: str) -> OdooFault:
    """Return a fault with a code of XML-RPC and a text of one's own."""
    for kind in (UserError, AccessDenied, AccessError):
        if kind.code == code:
            return kind(text)
    return _Spoken(text)


class _Spoken(ServerError):
    """Anything unexpected, told without a traceback."""

    def text(self) -> str:
        """Return the text as it was ordered."""
        return self.message
