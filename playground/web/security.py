"""Who may speak to this server from a browser, and what its pages may load: ASGI middleware in front of all else."""

import ipaddress
import logging
import os
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

log = logging.getLogger(__name__)


def allowed_hosts() -> tuple[str, ...]:
    """PLAYGROUND_ALLOWED_HOSTS: names, by comma, that a browser may use for this server beside loopback ones."""
    names = os.environ.get("PLAYGROUND_ALLOWED_HOSTS", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


class WebSecurity:
    """Serves loopback and the `allowed` names alone, by Host and by Origin, and adds `HEADERS` to what is answered.

    A page of another site cannot reach the server by a name of its own that points here (DNS rebinding), nor can a page
    that another port of this machine serves. Behind a proxy the name that people type is to be allowed; a proxy may
    drop its port from the Host, so pages of any port of such a name are let in.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self.app = app
        self._allowed = frozenset(name.strip().strip(".").lower() for name in allowed if name.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed; answer 403 to all else, before anything reads it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _refusal(headers.getlist("host"), headers.getlist("origin"), self._allowed)
        if refusal is None:
            # Streamlit would ask of the origin again, knows no proxy, and asks the internet for this machine's address.
            kept = [header for header in scope["headers"] if header[0].lower() != b"origin"]
            await self.app({**scope, "headers": kept}, receive, _adding_headers(send))
            return
        log.warning("refused a request: %s", refusal)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "This host or origin is not served."})
        else:
            await PlainTextResponse(f"{refusal}\n", 403)(scope, receive, _adding_headers(send))


def _refusal(hosts: list[str], origins: list[str], allowed: Collection[str]) -> str | None:
    """Why a request is not served; None where it is."""
    if len(hosts) != 1 or len(origins) > 1:
        return "A request names one host and at most one origin."
    name = _name(f"//{hosts[0]}")
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
    """Whether pages of a name are let in though the Host is another; other ports of this machine never are."""
    return origin in allowed and not _is_loopback(origin)


def _split(address: str) -> SplitResult | None:
    """The parts of an address; None where it is none."""
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
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value
