"""What goes wrong between the agent and an ERP before it can answer with an error of its own.

``product`` is what people call the ERP, for the words of the messages.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as u3

from agent.errors import BridgeError, Busy, ConfigError, Refused, TimedOut, Unreachable

_LONGEST_PAUSE = 3600.0


def network_error(
    error: Exception, url: str, timeout: tuple[float, float], product: str
) -> BridgeError:
    """Return the typed error for an exception of requests or the socket below it."""
    detail = f"{type(error).__name__}: {error}"
    host = urlsplit(url).netloc
    if isinstance(error, requests.exceptions.SSLError):
        return _tls_error(url, detail)
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(
            f"The proxy set on the agent's machine does not let it reach {host}",
            fix="Check HTTPS_PROXY and NO_PROXY of the agent's service.",
            detail=detail,
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Unreachable(
            f"Nobody answers at {host} within {timeout[0]:g} seconds",
            fix="Check the address and port, and that no firewall stands between.",
            detail=detail,
        )
    if isinstance(error, requests.exceptions.Timeout) or _caused_by(error, u3.ReadTimeoutError):
        return TimedOut(
            f"{product} at {host} gave no answer within {timeout[1]:g} seconds; what it did is "
            "unknown",
            fix="Nothing to do at first: the bridge looks up what was done and goes on. Where it "
            f"happens often, raise the connection's longest wait or {product}'s limits.",
            detail=detail,
        )
    if _caused_by(error, u3.NameResolutionError):
        return Unreachable(
            f"The name {urlsplit(url).hostname} is not known",
            fix="Check the address for spelling, and the agent's DNS.",
            detail=detail,
        )
    if _caused_by(error, u3.NewConnectionError):
        return Unreachable(
            f"The connection to {host} was refused or there is no way to it",
            fix=f"Check that {product} is running and listens at this address and port.",
            detail=detail,
        )
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return ConfigError(f"{url} is no usable address", fix="Correct it.", detail=detail)
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return ConfigError(
            f"The certificate authority file cannot be used: {error}",
            fix="Check the path and that it is a PEM file the agent may read.",
            detail=detail,
        )
    return TimedOut(
        f"The connection to {host} broke before the answer was whole; what {product} did is "
        "unknown",
        fix="Nothing to do: the bridge looks up what was done and goes on.",
        detail=detail,
    )


def cut_answer(url: str, size: int, product: str) -> TimedOut:
    """Return the error for an answer that ends in the middle."""
    return TimedOut(
        f"The answer of {urlsplit(url).netloc} was cut off; what {product} did is unknown",
        fix="Nothing to do: the bridge looks up what was done and goes on. Where it happens "
        f"often, look at the time limits of the proxy in front of {product}.",
        detail=f"{size} bytes came",
    )


def wrong_answer(
    url: str,
    status: int,
    body: str,
    product: str,
    *,
    location: str = "",
    retry_after: str = "",
) -> BridgeError:
    """Return the error for an answer that is not in the ERP's own language."""
    host = urlsplit(url).netloc
    detail = f"HTTP {status} {location} {' '.join(body.split())[:300]}".strip()
    if status in (301, 302, 303, 307, 308):
        return _redirect(url, location, detail, product)
    if status in (429, 503):
        busy = Busy(
            f"{host} is overloaded or being restarted (HTTP {status})",
            fix="Nothing to do: the bridge tries again by itself.",
            detail=detail,
        )
        busy.retry_after = _seconds(retry_after)
        return busy
    if status in (408, 504):
        return TimedOut(
            f"The proxy in front of {host} gave up waiting (HTTP {status}); what {product} did "
            "is unknown",
            fix="Nothing to do at first: the bridge looks up what was done. Where it happens "
            "often, raise the proxy's read time limit.",
            detail=detail,
        )
    if status in (401, 403, 407):
        return ConfigError(
            f"{host} asks for a login of its own or forbids the call (HTTP {status})",
            fix="Let the agent's machine through in the web server or firewall in front of "
            f"{product}.",
            detail=detail,
        )
    if status == 413:
        return Refused(
            f"The web server in front of {host} refuses calls as large as this (HTTP 413)",
            fix="Raise its limit for request bodies (client_max_body_size) to at least 16 MB, then "
            "synchronize again.",
            code="erp.too_large",
            detail=detail,
        )
    kind = "a web page" if "<html" in body.lower() or "<!doctype" in body.lower() else "something"
    return Unreachable(
        f"{url} answered with {kind} instead of {product}'s programming interface (HTTP {status})",
        fix=f"Check that the address is that of {product} itself, without a page's path; where it "
        f"is right, {product} may be starting or the web server before it has lost it.",
        detail=detail,
    )


def _redirect(url: str, location: str, detail: str, product: str) -> ConfigError:
    target = urlsplit(location)
    if urlsplit(url).scheme == "http" and target.scheme == "https":
        advice = f"Write the address as https://{target.netloc}"
        cause = f"{url} sends every call on to https"
    else:
        shown = f"{target.scheme}://{target.netloc}" if target.netloc else location or "elsewhere"
        advice = f"Use the address it points to ({shown}) if that is your {product}."
        cause = f"{url} sends every call on to {shown}"
    return ConfigError(cause, fix=advice, code="erp.redirect", detail=detail)


def _tls_error(url: str, detail: str) -> ConfigError:
    host = urlsplit(url).netloc
    if re.search(r"wrong.version.number|http request|record layer failure", detail, re.IGNORECASE):
        cause = f"{host} does not speak https at this port"
        fix = "Use the https port, or http:// where the server runs without a certificate."
    elif re.search(r"hostname mismatch|doesn't match|IP address mismatch", detail, re.IGNORECASE):
        cause = f"The certificate of {host} was made for another name"
        fix = "Use the name the certificate was made for."
    elif "expired" in detail:
        cause = f"The certificate of {host} has expired"
        fix = "Renew it on the server."
    elif re.search(
        r"self.signed|unable to get (local )?issuer|verify failed", detail, re.IGNORECASE
    ):
        cause = f"The certificate of {host} is not issued by an authority the agent trusts"
        fix = "Give the authority's PEM file in the connection's settings."
    else:
        cause = f"No secure connection to {host} could be made"
        fix = "Check the certificate and TLS set-up of the server."
    return ConfigError(cause, fix=fix, code="erp.tls", detail=detail)


def _caused_by(error: BaseException | None, kind: type[Exception]) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        inner = [error, *(a for a in error.args if isinstance(a, BaseException))]
        reasons = [getattr(e, "reason", None) for e in inner]
        if any(isinstance(e, kind) for e in [*inner, *reasons]):
            return True
        error = error.__cause__ or error.__context__
    return False


def _seconds(text: str) -> float | None:
    return min(float(text), _LONGEST_PAUSE) if re.fullmatch(r"\d{1,6}", text.strip()) else None
