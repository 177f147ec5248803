"""Who may not ask any more spends nothing more: what is on its way ends within a second, and nothing leaves."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.access.admission import Admission, SignInCookie
from playground.access.guard import watch_pages
from playground.access.rules import AccessRules
from playground.answers.live_reply import LiveReply
from playground.answers.request_switch import STOPPED_WITH_OWNER, request_switch
from playground.messages import ChatRequest, Message
from playground.owner import Owner
from playground.providers import Connection
from playground.store import Stores, open_stores
from playground.store.users import SIGNED_OUT_EVERYWHERE
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SOON_S = 20.0
SLOW = "Hello upstream: rate=20 tokens=4000"
ADA, BOB = (Owner.signed_in("https://i", name) for name in ("ada", "bob"))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """Stores that the switch of this process follows."""
    request_switch.cache_clear()
    with open_stores(new_database(tmp_path)) as opened:
        request_switch().follow(opened)
        yield opened
    request_switch.cache_clear()


@pytest.fixture
def listed() -> dict[str, list[str]]:
    """Who may come in; a test may change it."""
    return {"admins": ["ada@example.com"], "users": ["bob@example.com"]}


@pytest.fixture
def admission(stores: Stores, listed: dict[str, list[str]]) -> Admission:
    made = Admission(stores, lambda: AccessRules.read(listed))
    watch_pages(made)
    return made


def sign_in(admission: Admission, name: str, browser: str = "") -> SignInCookie:
    said = {"iss": "https://i", "sub": name, "email": f"{name}@example.com", "email_verified": True, "nonce": browser}
    cookie = SignInCookie.read(json.dumps(said).encode())
    assert cookie is not None
    assert admission.begin(cookie)
    return cookie


def ask(upstream: Upstream, owner: Owner, text: str) -> LiveReply:
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    return LiveReply(ChatRequest(model=LLAMA, messages=(Message("user", text),)), connection, owner=owner).start()


def streaming(upstream: Upstream, owner: Owner) -> LiveReply:
    reply = ask(upstream, owner, SLOW)
    assert reply.arrived.wait(SOON_S)
    assert not reply.ended.is_set()
    return reply


def seconds_to_end(reply: LiveReply, act: Callable[[], object]) -> float:
    before = time.monotonic()
    act()
    assert reply.ended.wait(SOON_S)
    assert (reply.state, reply.exchange.notes) == ("stopped", [STOPPED_WITH_OWNER])
    assert reply.text
    return time.monotonic() - before


Act = Callable[[Admission, SignInCookie], object]
HERE: dict[str, Act] = {
    "kept out": lambda admission, ada: admission.give_role(BOB, "none", admission.visitor(ada)),
    "made a viewer": lambda admission, ada: admission.give_role(BOB, "viewer", admission.visitor(ada)),
    "signed out everywhere": lambda admission, ada: admission.end_all(BOB, admission.visitor(ada)),
}


@pytest.mark.parametrize("act", HERE.values(), ids=HERE)
def test_answers_on_their_way_end_within_a_second_and_nothing_leaves(
    admission: Admission, upstream: Upstream, act: Act
) -> None:
    ada = sign_in(admission, "ada")
    took = []
    for attempt in range(3):
        admission.give_role(BOB, None, admission.visitor(ada)) if attempt else None
        sign_in(admission, "bob", str(attempt))
        others, reply = streaming(upstream, ADA), streaming(upstream, BOB)
        took.append(seconds_to_end(reply, lambda: act(admission, ada)))
        assert not others.ended.is_set()
        others.stop()
        assert others.ended.wait(SOON_S)
    assert min(took) < 1  # of a machine that has much else to do

    sent = len(upstream.requests)
    late = ask(upstream, BOB, "Hello upstream: tokens=3")
    assert late.ended.wait(SOON_S)
    assert late.error is not None
    assert (late.state, late.error.kind) == ("failed", "permission")
    assert len(upstream.requests) == sent


def keep_out(elsewhere: Stores, listed: dict[str, list[str]]) -> None:
    elsewhere.give_role(BOB, "none")


def take_from_the_list(elsewhere: Stores, listed: dict[str, list[str]]) -> None:
    listed["users"].clear()


def sign_out(elsewhere: Stores, listed: dict[str, list[str]]) -> None:
    elsewhere.end_sign_ins(BOB)
    elsewhere.note_in_audit(ADA, SIGNED_OUT_EVERYWHERE, BOB.id)


@pytest.mark.parametrize("act", [keep_out, take_from_the_list, sign_out])
def test_they_end_too_where_another_process_or_the_list_decides(
    admission: Admission,
    upstream: Upstream,
    listed: dict[str, list[str]],
    tmp_path: Path,
    act: Callable[[Stores, dict[str, list[str]]], None],
) -> None:
    sign_in(admission, "bob")
    reply = streaming(upstream, BOB)
    with open_stores(new_database(tmp_path)) as elsewhere:
        seconds_to_end(reply, lambda: act(elsewhere, listed))


def test_who_signs_out_themselves_gets_their_answer(admission: Admission, upstream: Upstream) -> None:
    bob = sign_in(admission, "bob")
    reply = ask(upstream, BOB, "Hello upstream: rate=10 tokens=12")
    assert reply.arrived.wait(SOON_S)
    admission.end(bob)
    assert reply.ended.wait(SOON_S)
    assert reply.state == "done"


def test_who_signs_in_again_asks_again(admission: Admission, upstream: Upstream) -> None:
    ada = sign_in(admission, "ada")
    sign_in(admission, "bob", "one")
    admission.end_all(BOB, admission.visitor(ada))
    assert not admission.may_ask(BOB)
    sign_in(admission, "bob", "two")
    assert admission.may_ask(BOB)
    assert admission.may_ask(Owner("default"))  # of who never signed in nothing is known
