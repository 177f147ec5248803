"""Ballots at their addresses, beside Streamlit's pages: plain HTML for phones, without a session."""

import asyncio
import re
import secrets
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from playground.store import Ballot, BallotChoice, BallotCounts, StoreError, Stores
from playground.voting.page import voting_document, voting_page
from playground.voting.rate import RateLimit

BALLOT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": BALLOT_POLICY,
    # With "no-referrer" a browser sends a form with the origin "null", which is refused.
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
COOKIE = "vote_device"
COOKIE_S = 30 * 24 * 3600
LONGEST_BODY = 2_000
"""Bytes of what a form sends."""
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22,64}")
_CHOICE = re.compile(r"(kind|pane) ([A-Za-z0-9_-]{1,64})")


class BallotPages:
    """Answers requests for ballots."""

    def __init__(self, stores: Callable[[], Stores]) -> None:
        self._stores = stores
        self._by_device = RateLimit(20, 60)
        # A room is often behind one address.
        self._by_address = RateLimit(1_000, 60)

    async def answer(self, request: Request) -> Response:
        """The page of a ballot, or what comes of a vote."""
        ballot_id: str = request.path_params["id"]
        try:
            if request.method == "POST":
                return await self._voted(request, ballot_id)
            return await self._page(request, ballot_id)
        except StoreError as error:
            return _said(error.message, error.hint, 503)

    async def _page(self, request: Request, ballot_id: str) -> Response:
        known = _device(request)
        device = known or secrets.token_urlsafe(24)
        found = await asyncio.to_thread(self._read, ballot_id, device)
        if found is None:
            return _said("There is no vote at this address.", "Scan the code on the screen once more.", 404)
        ballot, mine, counts = found
        page = voting_page(ballot, mine, counts, device, changing="change" in request.query_params)
        response = HTMLResponse(page, headers=_HEADERS)
        if not known:
            response.set_cookie(
                COOKIE,
                device,
                max_age=COOKIE_S,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response

    def _read(self, ballot_id: str, device: str) -> tuple[Ballot, BallotChoice | None, BallotCounts] | None:
        stores = self._stores()
        ballot = stores.ballot_at(ballot_id)
        if ballot is None:
            return None
        return ballot, stores.choice_of(ballot, device), stores.room_counts(ballot)

    async def _voted(self, request: Request, ballot_id: str) -> Response:
        device = _device(request)
        if not device:
            why = "A device is told apart by a cookie, and this one sends none. Allow cookies here, and try again."
            return _said("Your vote was not counted.", why, 400)
        address = request.client.host if request.client is not None else ""
        if not (self._by_device.allows(device) and self._by_address.allows(address)):
            return _said("Too many votes at once.", "Wait a minute, then vote again.", 429)
        choice = _choice(await _body(request))
        if choice is None:
            return _said("Your vote was not counted.", "Go back and choose an answer.", 400)
        match await asyncio.to_thread(self._cast, ballot_id, device, choice):
            case "missing":
                return _said("Your vote was not counted.", "There is no such answer to vote for.", 404)
            case "full":
                return _said("Your vote was not counted.", "As many have voted as can.", 409)
        # One that is closed says so itself.
        return RedirectResponse(ballot_id, 303, headers=_HEADERS)

    def _cast(self, ballot_id: str, device: str, choice: BallotChoice) -> str:
        return self._stores().cast(ballot_id, device, choice)


def _device(request: Request) -> str:
    found = request.cookies.get(COOKIE, "")
    return found if _DEVICE.fullmatch(found) else ""


async def _body(request: Request) -> str:
    read = b""
    async for chunk in request.stream():
        read += chunk
        if len(read) > LONGEST_BODY:
            return ""
    return read.decode("ascii", "replace")


def _choice(body: str) -> BallotChoice | None:
    try:
        found = _CHOICE.fullmatch(parse_qs(body, max_num_fields=5).get("choice", [""])[0])
    except ValueError:
        return None
    match found and found.groups():
        case ("pane", str(pane)):
            return BallotChoice("better", pane)
        case ("kind", "tie"):
            return BallotChoice("tie")
        case ("kind", "bad"):
            return BallotChoice("bad")
    return None


def _said(what: str, why: str, status: int) -> Response:
    return HTMLResponse(voting_document(what, f"<p>{escape(why)}</p>"), status, headers=_HEADERS)


def ballot_routes(stores: Callable[[], Stores]) -> list[BaseRoute]:
    """The route, at the root and below any base path."""
    pages = BallotPages(stores)
    return [Route(f"{base}/vote/{{id}}", pages.answer, methods=["GET", "POST"]) for base in ("", "/{base:path}")]
