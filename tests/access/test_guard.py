"""Pages that are open: each request is looked at, and who is out has no page any more."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.access import guard
from playground.access.admission import Admission, SignInCookie
from playground.access.guard import READS_ONLY, close_pages, guarded_page, watch_pages
from playground.access.rules import AccessRules
from playground.channel.asking import SIGNED_OUT, queue_of
from playground.channel.clock import clock
from playground.channel.messages import BrowserRequest, OneTimeMessage, RequestDone
from playground.channel.pages import Page, pages
from playground.channel.serving.socket import UNKNOWN
from playground.store import Stores, open_stores
from tests.browser.waiting import until
from tests.channel.browser import Browser
from tests.channel.conftest import serving
from tests.databases import new_database

LISTED = {"admins": ["ada@example.com"], "users": ["bob@example.com"], "viewers": ["vic@example.com"]}


class Listening:
    """A socket of a page: what it was told, and whether it was closed."""

    def __init__(self) -> None:
        self.told: list[OneTimeMessage] = []
        self.closed = False

    def wake(self, urgent: bool) -> None:
        pass

    def put(self, message: OneTimeMessage) -> None:
        self.told.append(message)

    def replace(self) -> None:
        self.closed = True


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def admission(stores: Stores) -> Admission:
    made = Admission(stores, lambda: AccessRules.read(LISTED))
    made.on_change = close_pages
    return made


def signed_in(admission: Admission, name: str) -> SignInCookie:
    said = {"iss": "https://i", "sub": name, "email": f"{name}@example.com", "email_verified": True}
    cookie = SignInCookie.read(json.dumps(said).encode())
    assert cookie is not None
    assert admission.begin(cookie)
    return cookie


def opened(admission: Admission, cookie: SignInCookie) -> tuple[Page, Listening, list[BrowserRequest]]:
    """A page with a socket, and what is carried out for it."""
    page, listening, done = guarded_page(admission, admission.visitor(cookie)), Listening(), list[BrowserRequest]()
    page.handler = lambda _, request: done.append(request)
    page.join(listening)
    return page, listening, done


def ask(page: Page, listening: Listening, kind: str, **fields: str) -> RequestDone:
    """The answer to a request."""
    number = 1 + len(listening.told)
    queue_of(page).take(page, json.dumps({"number": number, "kind": kind, "slot": "main", "mark": "m", **fields}))
    until(lambda: len(listening.told) >= number)
    answer = listening.told[-1]
    assert isinstance(answer, RequestDone)
    return answer


def test_a_user_asks_and_a_viewer_only_looks(admission: Admission) -> None:
    page, listening, done = opened(admission, signed_in(admission, "bob"))
    assert ask(page, listening, "send", text="Hello").problem is None
    assert [request.kind for request in done] == ["send"]

    page, listening, done = opened(admission, signed_in(admission, "vic"))
    for kind, fields in (("send", {"text": "x"}), ("retry", {"turn": "t"}), ("delete", {"turn": "t"})):
        assert ask(page, listening, kind, **fields).problem == READS_ONLY
    assert ask(page, listening, "stop").problem is None
    assert ask(page, listening, "play", turn="t").problem is None
    assert [request.kind for request in done] == ["stop", "play"]


def test_signing_out_closes_the_page_and_its_token_opens_nothing(admission: Admission) -> None:
    bob, ada = signed_in(admission, "bob"), signed_in(admission, "ada")
    page, listening, _ = opened(admission, bob)
    others, still, _ = opened(admission, ada)
    admission.end(bob)
    assert (page.closed, listening.closed, page.token in pages) == (True, True, False)
    assert (others.closed, still.closed, others.token in pages) == (False, False, True)
    late = Listening()
    page.join(late)
    assert late.closed


def test_a_request_after_another_process_ended_the_sign_in_is_refused(admission: Admission, stores: Stores) -> None:
    bob = signed_in(admission, "bob")
    page, listening, done = opened(admission, bob)
    stores.end_sign_in(bob.id)
    until(lambda: admission.holder(bob.id) is None)  # what was looked up a moment ago is forgotten
    queue_of(page).take(page, '{"number": 1, "kind": "send", "slot": "main", "mark": "m", "text": "x"}')
    until(lambda: page.closed)
    assert listening.closed
    assert done == []
    until(lambda: page._answers[1] is not None)
    answer = page._answers[1]
    assert answer is not None
    assert answer.problem == SIGNED_OUT


def test_a_page_without_a_socket_is_closed_when_one_comes_again(admission: Admission) -> None:
    bob = signed_in(admission, "bob")
    page = guarded_page(admission, admission.visitor(bob))
    assert page.look()
    admission.end(bob)
    assert not page.look()
    assert page.token not in pages


def test_another_role_closes_the_page_so_that_it_is_drawn_anew(admission: Admission) -> None:
    bob, ada = signed_in(admission, "bob"), signed_in(admission, "ada")
    page, listening, _ = opened(admission, bob)
    admission.give_role(bob.owner, "viewer", admission.visitor(ada))
    assert (page.closed, listening.closed) == (True, True)


def test_the_token_of_a_page_opens_nothing_in_another_browser(admission: Admission) -> None:
    """Without the cookie of its sign-in, which the gate of the server finds; here is no gate."""
    page = guarded_page(admission, admission.visitor(signed_in(admission, "bob")))
    with serving() as url, Browser(url, page.token) as stranger:
        assert stranger.closed() == UNKNOWN


def test_pages_are_watched_on_whatever_goes_wrong_with_one_of_them(
    admission: Admission, stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: BrowserRequest | None) -> None:
        raise ZeroDivisionError

    waiting: list[Callable[[], object]] = []
    monkeypatch.setattr(clock, "after", lambda _, work: waiting.append(work))
    odd = Page("odd", broken)
    odd.join(Listening())
    bob = signed_in(admission, "bob")
    page, listening, _ = opened(admission, bob)
    watch_pages(admission)()
    stores.end_sign_in(bob.id)
    until(lambda: admission.holder(bob.id) is None)
    waiting.pop()()
    assert (page.closed, listening.closed) == (True, True)
    assert "ZeroDivisionError" in caplog.text

    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(guard, "close_pages", fails)
    with pytest.raises(ZeroDivisionError):
        waiting.pop()()
    assert len(waiting) == 1
    odd.close()
