"""ASGI middleware that checks Host and Origin, and adds security headers."""

import ipaddress
import logging
import os
import re
from collections.abc import Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        # Streamlit's own page has inline scripts, and its charts compile theirs.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}

_OWN = ("content-security-policy", "referrer-policy")
_HOST = re.compile(r"(?:\[[^\s\[\]]+\]|[^\s\[\]:/?#@,\\]+)(?::\d{1,5})?")
"""A name or an address, and a port: https://www.rfc-editor.org/rfc/rfc9110#section-7.2"""

log = logging.getLogger(__name__)


def allowed_hosts() -> tuple[str, ...]:
    """The names in PLAYGROUND_ALLOWED_HOSTS, by comma, that browsers may use for this server beside loopback ones."""
    names = os.environ.get("PLAYGROUND_ALLOWED_HOSTS", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


class WebSecurity:
    """Serves only loopback and the `allowed` names, by Host and Origin, and adds `HEADERS` to answers.

    This keeps out pages of other sites whose name points here (DNS rebinding), and pages of other ports of this
    machine. Behind a proxy the public name has to be allowed; because a proxy may drop the port from the Host, an
    Origin of any port of such a name is accepted.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self.app = app
        self._allowed = frozenset(name.strip().strip(".").lower() for name in allowed if name.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass allowed requests on; answer 403 to all others before anything reads them."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _refusal(headers.getlist("host"), headers.getlist("origin"), self._allowed)
        if refusal is None:
            # Streamlit would check the origin again, without the proxy's name, and look up this machine's IP online.
            remaining = [header for header in scope["headers"] if header[0].lower() != b"origin"]
            await self.app({**scope, "headers": remaining}, receive, _adding_headers(send))
            return
        log.warning("refused a request: %s", refusal)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "This host or origin is not served."})
        else:
            await PlainTextResponse(f"{refusal}\n", 403)(scope, receive, _adding_headers(send))


def _refusal(hosts: list[str], origins: list[str], allowed: Collection[str]) -> str | None:
    """The reason why a request is refused; None where it is served."""
    if len(hosts) != 1 or len(origins) > 1:
        return "A request names one host and at most one origin."
    name = _name(f"//{hosts[0]}") if _HOST.fullmatch(hosts[0]) else ""
    if not (_is_loopback(name) or name in allowed):
        shown = _shown(hosts[0])
        return f"This server is not served as {shown}. Add the name to PLAYGROUND_ALLOWED_HOSTS if it is yours."
    if not origins:
        return None
    origin = _split(origins[0])
    same = origin is not None and origin.netloc.lower() == hosts[0].lower()
    theirs = _name(origins[0])
    if origin is None or origin.scheme not in ("http", "https") or not (same or _may_differ(theirs, allowed)):
        return f"Pages of {_shown(origins[0])} may not use this server."
    return None


def _may_differ(origin: str, allowed: Collection[str]) -> bool:
    """Whether an Origin is accepted that differs from the Host; those of other ports of this machine never are."""
    return origin in allowed and not _is_loopback(origin)


def _split(address: str) -> SplitResult | None:
    """The parts of a URL; None where it is invalid."""
    try:
        parts = urlsplit(address)
        return parts if parts.hostname else None
    except ValueError:
        return None


def _name(address: str) -> str:
    parts = _split(address)
    return (parts.hostname or "").strip(".").lower() if parts is not None else ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text[:100])


def _adding_headers(send: Send) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(message)
        await send(message)

    return adding


def _add(message: MutableMapping[str, Any]) -> None:
    """Add all headers; a page that says for itself what it may load, and where it may be told of, keeps that."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        if name not in _OWN or name not in headers:
            headers[name] = value
