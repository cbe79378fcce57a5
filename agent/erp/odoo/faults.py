"""Odoo's fault codes and texts as typed errors with cause and fix.

Codes (same on 14 to 19): 1 unexpected, with a traceback; 2 a message for the user; 3 access denied;
4 a missing right or a private method. JSON-2 names the exception instead and has an HTTP status; it
is read as the code that XML-RPC would have. Messages come in the language of the call, so nothing
here depends on their wording where a code, a constraint name or a model name tells enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.erp.odoo.transport import ResultUnknown
from agent.errors import (
    AuthError,
    BridgeError,
    Busy,
    ConfigError,
    MissingRight,
    Refused,
    Unreachable,
)

APPS: dict[str, str] = {
    "product": "Sales or Inventory",
    "sale": "Sales",
    "stock": "Inventory",
    "account": "Invoicing",
    "delivery": "Delivery Costs",
    "website": "Website",
}
"""Name of the app, as Odoo's Apps screen calls it, by the first part of a model's name."""

_BUSY = re.compile(
    r"could not serialize access|deadlock detected|SerializationFailure|LockNotAvailable"
    r"|DeadlockDetected|ConcurrencyError|current transaction is aborted",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"cannot marshal|int exceeds XML-RPC limits", re.IGNORECASE)
_ODOO = re.compile(r"odoo\.")
_NO_DATABASE = re.compile(r'database "([^"]+)" does not exist')
_SERVER_TROUBLE = re.compile(
    r"could not connect to server|connection to server .* failed|server closed the connection"
    r"|too many (clients|connections)|remaining connection slots|PoolError|the database system is"
    r"|(cursor|connection) already closed|terminating connection due to|AdminShutdown"
    r"|DiskFull|could not extend file|No space left on device|MemoryError",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"(?:^KeyError: '|Object )(x_[a-z0-9_]+|[a-z0-9_]+(?:\.[a-z0-9_]+)+)(?:'$| doesn't exist)"
)
_MODEL_IN_TEXT = re.compile(r"\(([a-z0-9_]+(?:\.[a-z0-9_]+)+)(?:: \d+)?\)")
_ROW_RULE = re.compile(
    r"security restrictions|top-secret|record rule|following rules", re.IGNORECASE
)


def is_busy(text: str) -> bool:
    """Tell whether Odoo's words mean that another transaction was first."""
    return bool(_BUSY.search(text))


def app_of(model: str) -> str:
    """Return the name of the app that brings ``model``."""
    return APPS.get(model.split(".", maxsplit=1)[0], "belonging")


def last_line(traceback: str) -> str:
    """Return what a traceback says in the end, without the exception's module path."""
    lines = [line for line in traceback.strip().splitlines() if line.strip()]
    if not lines:
        return "no reason was given"
    start = next(
        (
            i
            for i in range(len(lines) - 1, -1, -1)
            if re.match(
                r"^[A-Za-z_][\w.]*(Error|Exception|Warning|Failure|Denied|Violation)\b", lines[i]
            )
        ),
        len(lines) - 1,
    )
    text = " ".join(line.strip() for line in lines[start : start + 3])
    return re.sub(r"^(?:[a-z_]\w*\.)+", "", text)


def fault_error(code: int, text: str, model: str, method: str) -> BridgeError:
    """Return the error that a fault means; ``model`` and ``method`` are what was called."""
    if code == 2:
        return _user_error(text, model)
    if code == 3:
        return AuthError(
            "Odoo does not accept this user and password or API key any more",
            fix="Enter the password, or make a new API key in Odoo (Preferences, Account "
            "Security): keys can expire.",
            detail=text,
        )
    if code == 4:
        return access_error(text, model, method)
    return _unexpected(text, model, method)


def answer_error(status: int, words: Mapping[str, str], model: str, method: str) -> BridgeError:
    """Return the error that an error answer of JSON-2 means.

    Args:
        status: HTTP status.
        words: ``name`` of the exception, ``message``, and ``debug``, a traceback.
        model: model that was called.
        method: its method.
    """
    kind, message = words["name"].rpartition(".")[2], words["message"]
    if kind == "LockError":
        return _busy(message)
    if status == 401 or kind == "AccessDenied":
        return fault_error(3, message, model, method)
    if kind == "NotFound" and f"the model '{model}' does not exist" in message:
        return model_missing(model)
    if kind == "AccessError":
        return fault_error(4, message, model, method)
    if kind == "RedirectWarning" or (status in (404, 409, 422) and _ODOO.match(words["name"])):
        return fault_error(2, message, model, method)
    text = words["debug"] if status == 500 else ""
    return fault_error(1, text or f"{kind}: {message}", model, method)


def _user_error(text: str, model: str) -> BridgeError:
    missing = _NO_MODEL.search(text)
    if missing:
        return model_missing(missing.group(1))
    if is_busy(text):
        return _busy(text)
    return Refused(
        _sentence(text) or f"Odoo refused the call on {model} without a reason",
        fix="Change the record as Odoo's message asks, then synchronize it again.",
        detail=text,
    )


def access_error(text: str, model: str, method: str = "") -> BridgeError:
    """Return the error for a missing right: on a model or method, or on one record."""
    if _ROW_RULE.search(text):
        return record_rights(text)
    return missing_right(text, model_in(text) or model, method)


def missing_right(text: str, subject: str, method: str = "") -> MissingRight:
    """Return the error for a right that the user lacks on the model ``subject``."""
    return MissingRight(
        f"The Odoo user lacks a right on {subject}: {_sentence(text)}",
        fix=f"Give the user the rights of the {app_of(subject)} app in Odoo (Settings, Users), "
        "at least those of its User, for creating products those of its Administrator.",
        detail=f"{subject}.{method}: {text}",
    )


def record_rights(text: str) -> Refused:
    """Return the error for a record that rules hide from a user who has the model's rights."""
    return Refused(
        "The Odoo user may not touch this record (record rules or another company): "
        + _sentence(text),
        fix="Give the user access to the record's company, or link another record.",
        code="erp.record_rights",
        detail=text,
    )


def model_in(text: str) -> str:
    """Return the technical name of the model that Odoo's words name, empty where they do not."""
    named = _MODEL_IN_TEXT.search(text)
    return named.group(1) if named else ""


def _unexpected(text: str, model: str, method: str) -> BridgeError:
    end = last_line(text)
    if _UNREADABLE.search(end):
        return ResultUnknown(
            f"Odoo did {model}.{method} but could not put the result into words",
            fix="Nothing to do: the bridge looks the result up.",
            detail=end,
        )
    if is_busy(text):
        return _busy(end)
    database = _NO_DATABASE.search(text)
    if database:
        return database_missing(database.group(1))
    if re.search(r"KeyError: '(res\.users|ir\.http|ir\.model)'", end):
        return ConfigError(
            "The database is there but is not set up as an Odoo database",
            fix="Check the database's name; open it once in a browser.",
            code="erp.database",
            detail=text,
        )
    missing = _NO_MODEL.search(end)
    if missing:
        return model_missing(missing.group(1))
    if _SERVER_TROUBLE.search(text):
        return Unreachable(
            f"Odoo answers, but its server or database is in trouble: {end[:200]}",
            fix="Ask who runs Odoo; the work goes on by itself when it is well again.",
            detail=end,
        )
    return Refused(
        f"Odoo failed at {model}.{method}: {end[:500]}",
        fix="Look for the reason in Odoo's server log; where it names a field or a module, "
        "mend that, then synchronize again.",
        code="erp.failure",
        detail=text[-4000:],
    )


def _busy(text: str) -> Busy:
    return Busy(
        "Odoo was changing the same records for somebody else at this moment",
        fix="Nothing to do: the bridge tries again by itself.",
        detail=text,
    )


def database_missing(name: str) -> ConfigError:
    """Return the error for a database that the server does not have."""
    return ConfigError(
        f"The Odoo server has no database named {name}",
        fix="Check the database's name (capitals count); on Odoo Online it is the first part of "
        "the address.",
        code="erp.database",
    )


def model_missing(model: str) -> ConfigError:
    """Return the error for a model whose app is not installed."""
    return ConfigError(
        f"Odoo has no {model}: the {app_of(model)} app is not installed in this database",
        fix=f"Install the {app_of(model)} app in Odoo (Apps), or choose the right database.",
        code="erp.app_missing",
    )


def _sentence(text: str) -> str:
    """Return Odoo's message on one line, without doubled blanks."""
    return " ".join(text.split())[:600]
