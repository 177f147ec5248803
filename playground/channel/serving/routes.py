"""The socket of a page, and the files that its browser part is made of: routes beside Streamlit's."""

import logging
from importlib import import_module

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from playground.channel.serving.built import file

NO_UPGRADE = (
    "This address is a WebSocket, and the request came without an upgrade: a proxy in front of this server has to pass "
    "on the headers Upgrade and Connection (docs/deploying.md, Behind a proxy)."
)

log = logging.getLogger(__name__)


async def _channel(socket: WebSocket) -> None:
    # Here, for what it needs takes long to import, and pages are served meanwhile.
    await import_module("playground.channel.serving.socket").channel(socket)


def no_upgrade(request: Request) -> PlainTextResponse:
    """What is answered where a proxy has made an ordinary request of that for a socket; the log says so as well."""
    if "sec-websocket-key" in request.headers:
        log.warning("%s", NO_UPGRADE)
    return PlainTextResponse(f"{NO_UPGRADE}\n", 426, {"upgrade": "websocket"})


def routes() -> list[BaseRoute]:
    """The routes, at the root and under whatever path the app is served below."""
    return [
        route
        for base in ("", "/{base:path}")
        for route in (
            WebSocketRoute(f"{base}/channel", _channel),
            Route(f"{base}/channel", no_upgrade),
            Route(f"{base}/channel/{{version}}/{{name:path}}", file),
        )
    ]
