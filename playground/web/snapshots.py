"""Snapshots at their addresses, beside Streamlit's pages: plain HTML, without a session."""

import asyncio
import logging
from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from playground.access.admission import SOLE_VISITOR, Visitor
from playground.sharing.digest import with_way_back
from playground.store import Readers, StoreError, Stores

POLICY = "; ".join(
    (
        "default-src 'none'",
        # The page itself names the one style that it has.
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
NOT_THERE = "There is no snapshot at this address."
WHY = (
    "It may have expired, or its owner has taken it back. "
    "If it is for people who sign in here, sign in first, then open this address again."
)

log = logging.getLogger(__name__)


class SnapshotPages:
    """Answers requests for snapshots. `public` tells whether who is not signed in may read any."""

    def __init__(self, stores: Callable[[], Stores], public: Callable[[], bool]) -> None:
        self._stores = stores
        self._public = public

    async def answer(self, request: Request) -> Response:
        """The snapshot of a request; what is not there, or not for this reader, is all answered alike."""
        visitor: Visitor | None = request.scope.get("visitor", SOLE_VISITOR)
        snapshot_id: str = request.path_params["id"]
        try:
            page = await asyncio.to_thread(self._page, snapshot_id, visitor, count=request.method == "GET")
        except StoreError as error:
            return _said(error.message, error.hint, 503)
        if page is None:
            return _said(NOT_THERE, WHY, 404)
        return HTMLResponse(page, headers=_HEADERS)

    def _page(self, snapshot_id: str, visitor: Visitor | None, *, count: bool) -> str | None:
        everybody: tuple[Readers, ...] = ("link",) if self._public() else ()
        readers: tuple[Readers, ...] = ("link", "signed in") if visitor is not None else everybody
        page = self._stores().open_page(snapshot_id, readers)
        if page is None:
            return None
        if count:
            try:
                self._stores().count_visit(snapshot_id)
            except StoreError as error:  # it can be read all the same
                log.warning("a visit was not counted: %s", error.message)
        return with_way_back(page, snapshot_id)


def _said(what: str, why: str, status: int) -> Response:
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Snapshot</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        "<style>:root{color-scheme:light dark}body{max-width:40rem;margin:4rem auto;padding:0 1rem;"
        "font:1rem/1.6 system-ui,sans-serif}h1{font-size:1.5rem}</style></head>\n"
        f'<body><main><h1>{escape(what)}</h1><p>{escape(why)}</p><p><a href="../">To the playground</a></p></main>'
        "</body></html>\n"
    )
    return HTMLResponse(page, status, headers=_HEADERS)


def snapshot_routes(stores: Callable[[], Stores], public: Callable[[], bool]) -> list[BaseRoute]:
    """The route, at the root and below any base path."""
    pages = SnapshotPages(stores, public)
    return [Route(f"{base}/s/{{id}}", pages.answer) for base in ("", "/{base:path}")]
