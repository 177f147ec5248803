"""Routes beside Streamlit's: the WebSocket of a page, and the files of its browser part."""

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
    # Imported here, because that takes long, and pages are served meanwhile.
    await import_module("playground.channel.serving.socket").channel(socket)


def no_upgrade(request: Request) -> PlainTextResponse:
    """The answer where a proxy has removed the WebSocket upgrade of a request, which is also logged."""
    if "sec-websocket-key" in request.headers:
        log.warning("%s", NO_UPGRADE)
    return PlainTextResponse(f"{NO_UPGRADE}\n", 426, {"upgrade": "websocket"})


def routes() -> list[BaseRoute]:
    """The routes, at the root and below any base path."""
    return [
        route
        for base in ("", "/{base:path}")
        for route in (
            WebSocketRoute(f"{base}/channel", _channel),
            Route(f"{base}/channel", no_upgrade),
            Route(f"{base}/channel/{{version}}/{{name:path}}", file),
        )
    ]
