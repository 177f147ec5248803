"""What a visitor's open pages may still do: looked up at each request, and once a second while they are open."""

import logging
from collections.abc import Callable

from playground.access.admission import Admission, Visitor
from playground.answers.request_switch import request_switch
from playground.channel.clock import clock
from playground.channel.messages import BrowserRequest, ComposerDraft, Direct, Play, Problem, Stop
from playground.channel.pages import Page, VisitorGoneError, open_pages
from playground.store import StoreError

WATCH_EVERY_S = 1.0

log = logging.getLogger(__name__)

READS_ONLY = Problem(
    message="You may read here, and ask nothing.", hint="An administrator can give you the role of a user."
)


def guarded_page(admission: Admission, visitor: Visitor) -> Page:
    """A page of a visitor, whose requests are carried out only while they are signed in with the same role."""

    def guard(request: BrowserRequest | None) -> Problem | None:
        if admission.holder(visitor.sign_in) != visitor:
            raise VisitorGoneError
        return None if visitor.may_ask or _only_looks(request) else READS_ONLY

    return Page(visitor.sign_in, guard)


def _only_looks(request: BrowserRequest | None) -> bool:
    """Whether a request is open to who may only read; the store refuses what would be written all the same."""
    if isinstance(request, Direct):
        return request.do not in ("run", "ask")
    return isinstance(request, Stop | ComposerDraft | Play | None)


def close_pages() -> None:
    """Close the open pages whose visitor is signed out, or may not come in any more, or was given another role."""
    for page in open_pages():
        try:
            page.look()
        except StoreError:  # looked at again in a moment
            pass
        except Exception:  # one page must not keep others open
            log.exception("whether a page may stay open could not be found out")


def watch_pages(admission: Admission, every_s: float = WATCH_EVERY_S) -> Callable[[], None]:
    """Have `close_pages` called again and again, for what other processes and a changed list decide.

    Requests of who may not ask any more are stopped, by this process at once.
    """

    def look() -> None:
        try:
            close_pages()
        finally:  # whatever happens, and is logged by the clock: who is out must not stay in
            clock.after(every_s, look)

    def changed() -> None:
        close_pages()
        request_switch().look_again()

    admission.on_change = changed
    request_switch().may_ask = admission.may_ask
    return look
