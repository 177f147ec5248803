"""What comes over the channel is done as a page's callbacks do it, in the session's own conversations alone.

They are those of the session's owner, whoever the visitor of a page run would be: here that is somebody else.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from components.chat import requests as chat_requests
from components.compare import actions as compare_actions
from components.compare import requests as compare_requests
from components.compare.pane_slots import fill_slots
from components.compare.session import CompareSession
from components.frame.process import chat_of, stores, visitor
from components.frame.session import Session
from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.channel.messages import (
    ComposerDraft,
    Delete,
    Edit,
    Play,
    Proceed,
    RaiseCap,
    Restore,
    Results,
    Retry,
    Select,
    Send,
    Stop,
)
from playground.channel.pages import Page
from playground.channel.views.turn import TurnPresenter
from playground.compare.comparing import Comparing
from playground.conversation.setup import Setup
from playground.conversation.upper_bound import most_of
from playground.errors import ContextOverflowError
from playground.messages import Message
from playground.money.budget import Budget, BudgetError
from playground.owner import Owner
from playground.store import MissingError, Turn
from tests.store.chats import kept_chats
from tests.upstream import Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
PIXEL = "data:image/png;base64," + (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

pytestmark = pytest.mark.usefixtures("cloudflare")

OWNER = Owner.signed_in("https://issuer.example", "anna")


@pytest.fixture(autouse=True)
def nothing_is_the_visitors(app: None) -> Iterator[None]:
    """At the end of each test the visitor has nothing."""
    yield
    assert visitor().owner != OWNER
    theirs = stores().of(visitor().owner)
    assert (kept_chats(theirs), theirs.comparisons()) == ({}, ())


@pytest.fixture
def here() -> Session:
    """A session that has said nothing yet."""
    return Session(Setup(LLAMA), owner=OWNER)


@pytest.fixture
def page(here: Session) -> Page:
    page = Page()
    page.handler = partial(chat_requests.handle, here)
    page.show(
        "main",
        None,
        TurnPresenter(find=chat_of(OWNER).store.turns),
        store=chat_of(OWNER).store,
        path=(),
        mark=here.mark,
    )
    return page


def do(page: Page, kind: Any, slot: str = "main", **rest: Any) -> Any:
    """What the handler answers where the person sees what stands in the slots now."""
    assert page.handler is not None
    mark = page.slots["pane-0"].shared_mark if slot == "all" else page.slots[slot].mark if slot in page.slots else ""
    return page.handler(page, kind(**{"number": 0, "slot": slot, "mark": mark, **rest}))


def test_a_page_run_does_not_wait_until_an_answer_has_stopped(
    here: Session, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(page, Send, text="First upstream: hang=0")
    assert here.live is not None
    stopping, goes_on = threading.Event(), threading.Event()
    stop = here.live.stop

    def slowly(reply: LiveReply) -> None:
        stopping.set()
        assert goes_on.wait(20)
        stop()

    monkeypatch.setattr(LiveReply, "stop", slowly)
    asking = threading.Thread(target=do, args=(page, Send), kwargs={"text": "Second upstream: tokens=2"})
    asking.start()
    assert stopping.wait(20)
    assert here.lock.acquire(timeout=5)
    here.lock.release()
    goes_on.set()
    asking.join(20)
    assert [turn.message.text for turn in path(here) if turn.message.role == "user"] == [
        "First upstream: hang=0",
        "Second upstream: tokens=2",
    ]


def path(here: Session) -> tuple[Turn, ...]:
    """The conversation, once nothing is on its way in it."""
    assert here.conversation_id is not None
    for reply in live_replies.of(OWNER, here.conversation_id):
        assert reply.ended.wait(20)
    return chat_of(OWNER).store.path(here.conversation_id)


def test_what_was_meant_for_another_conversation_is_not_sent(page: Page, here: Session) -> None:
    def refused(mark: str, kind: Any = Send, **rest: Any) -> None:
        with pytest.raises(RefusedError, match="another conversation is here"):
            do(page, kind, mark=mark, **rest)

    fresh = here.mark
    do(page, Send, text="One upstream: tokens=2")
    do(page, Send, text="Quickly another upstream: tokens=2", mark=fresh)
    assert words(here) == ["One upstream: tokens=2", "Quickly another upstream: tokens=2"]
    first, mark = here.conversation_id, here.mark

    here.open(None)  # a new chat, that the page does not know of yet
    for other in (fresh, mark, ""):
        refused(other, text="Astray")
    refused(mark, Stop)
    assert here.conversation_id is None
    here.open(first)
    do(page, Send, text="Three upstream: tokens=2", mark=mark)
    assert words(here)[-1] == "Three upstream: tokens=2"


def words(here: Session) -> list[str]:
    return [turn.message.text for turn in path(here) if turn.message.role != "assistant"]


def test_a_message_begins_a_conversation_that_stands_on_the_page(page: Page, here: Session) -> None:
    do(page, Send, text="Hello upstream: tokens=3")
    assert page.shows(here.conversation_id or "")
    question, answer = path(here)
    assert question.message == Message("user", "Hello upstream: tokens=3")
    assert answer.reply is not None
    assert answer.reply.state == "done"
    assert here.awaited == answer.id


def test_pictures_are_sent_as_what_they_are(page: Page, here: Session) -> None:
    do(page, Send, text="What is it? upstream: tokens=2", pictures=(PIXEL,))
    (picture,) = path(here)[0].message.pictures
    assert picture["image_url"]["url"] == PIXEL


@pytest.mark.parametrize(
    ("text", "pictures"),
    [
        ("", ()),
        (" \n", ()),
        ("Look", ("https://tracker.example/x.png",)),
        ("Look", ("data:text/html;base64,PHNjcmlwdD4=",)),
        ("Look", ("data:image/png;base64,PHNjcmlwdD4=",)),
    ],
)
def test_what_cannot_be_sent_is_refused(page: Page, here: Session, text: str, pictures: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError):
        do(page, Send, text=text, pictures=pictures)
    assert here.conversation_id is None


def test_what_does_not_fit_the_context_is_refused_with_how_much_it_is_too_much(page: Page, here: Session) -> None:
    with pytest.raises(ContextOverflowError, match=r"[\d,]+ too many"):
        do(page, Send, text="word " * 200_000)
    assert path(here) == ()
    gauge = do(page, ComposerDraft, text="word " * 200_000)
    assert "too many" in gauge.refusal
    assert do(page, ComposerDraft, text="Hello").refusal == ""


def test_an_answer_is_played_out_of_the_store_and_no_model_is_asked(
    page: Page, here: Session, upstream: Upstream
) -> None:
    do(page, Send, text="Salt upstream: rate=100 tokens=10")
    question, answer = path(here)
    requests = len(upstream.requests)
    recording = do(page, Play, turn=answer.id)
    assert (recording.turn, recording.slot) == (answer.id, "main")
    assert sum(recording.steps[1::3]) == len(answer.message.text)
    with pytest.raises(RefusedError, match="pace"):
        do(page, Play, turn=question.id)
    other = chat_of(OWNER).store
    elsewhere = other.add_turn(other.create_conversation(model=LLAMA).id, None, Message("assistant", "Elsewhere"))
    with pytest.raises(MissingError):
        do(page, Play, turn=elsewhere.id)
    assert len(upstream.requests) == requests


def test_turns_are_changed_as_on_the_page(page: Page, here: Session) -> None:
    do(page, Send, text="One upstream: tokens=3")
    question, answer = path(here)
    do(page, Edit, turn=question.id, text="Two upstream: tokens=3")
    assert words(here) == ["Two upstream: tokens=3"]
    do(page, Select, turn=question.id)
    assert words(here) == ["One upstream: tokens=3"]
    do(page, Retry, turn=answer.id)
    assert path(here)[-1].siblings == (answer.id, path(here)[-1].id)
    do(page, Delete, turn=question.id)
    assert words(here) == ["Two upstream: tokens=3"]
    do(page, Restore, turn=question.id)
    assert words(here) == ["One upstream: tokens=3"]
    do(page, Proceed)
    assert words(here)[-1] == "Continue exactly where you stopped."
    do(page, RaiseCap, turn=path(here)[-1].id)
    assert here.setup.parameters["max_tokens"] == 512


def test_results_of_tools_go_on(page: Page, here: Session) -> None:
    tool = {"type": "function", "function": {"name": "tide", "parameters": {"type": "object", "properties": {}}}}
    here.setup = replace(here.setup, tools=(tool,))
    do(page, Send, text="Tide? upstream: tool=tide")
    (call,) = path(here)[-1].message.tool_calls
    do(page, Results, turn=path(here)[-1].id, results={call.id: "High"})
    assert words(here)[-1] == "High"


def test_results_are_those_of_the_calls_that_wait(page: Page, here: Session) -> None:
    tool = {"type": "function", "function": {"name": "tide", "parameters": {"type": "object", "properties": {}}}}
    here.setup = replace(here.setup, tools=(tool,))
    do(page, Send, text="Tide? upstream: tool=tide")
    asked, answer = path(here)
    (call,) = answer.message.tool_calls
    for turn, results in ((asked.id, {call.id: "High"}), (answer.id, {"another": "High"}), (answer.id, {})):
        with pytest.raises(RefusedError, match="do not wait"):
            do(page, Results, turn=turn, results=results)
    do(page, Results, turn=answer.id, results={call.id: "High"})
    with pytest.raises(RefusedError):
        do(page, Results, turn=answer.id, results={call.id: "Low"})
    assert words(here) == ["Tide? upstream: tool=tide", "High"]


def test_what_is_asked_for_already_is_not_asked_for_again(
    page: Page, here: Session, panes: tuple[Page, CompareSession]
) -> None:
    do(page, Send, text="Long upstream: tokens=1000 rate=50")
    answer = chat_of(OWNER).store.path(here.conversation_id or "")[-1]
    for kind, rest in ((Retry, {"turn": answer.id}), (RaiseCap, {"turn": answer.id}), (Proceed, {})):
        with pytest.raises(RefusedError, match="still on its way"):
            do(page, kind, **rest)
    do(page, Stop)
    assert path(here)[-1].id == answer.id
    do(page, Retry, turn=answer.id)
    with pytest.raises(RefusedError, match="still on its way"):  # a double click
        do(page, Retry, turn=answer.id)
    do(page, Stop)

    page, compared = panes
    do(page, Send, slot="pane-0", text="Long upstream: tokens=1000 rate=50")
    question, answer = chat_of(OWNER).store.path(compared.comparison.shown()[0].conversation_id)
    for kind, rest in ((Retry, {"turn": answer.id}), (Proceed, {})):
        with pytest.raises(RefusedError, match="still on its way"):
            do(page, kind, slot="pane-0", **rest)
    do(page, Stop, slot="pane-0")
    settled(compared)
    with pytest.raises(RefusedError, match="not the last answer"):
        do(page, Retry, slot="pane-0", turn=question.id)


@pytest.mark.parametrize("kind", [Retry, Select, Delete, Restore, RaiseCap])
def test_turns_of_other_conversations_cannot_be_reached(page: Page, here: Session, kind: Any) -> None:
    do(page, Send, text="Mine upstream: tokens=2")
    theirs = chat_of(OWNER).store.create_conversation(model=LLAMA)
    turn = chat_of(OWNER).store.add_turn(theirs.id, None, Message("user", "Theirs"))
    before = path(here)
    for id_ in (turn.id, "unknown"):
        with pytest.raises(MissingError):
            do(page, kind, turn=id_)
    with pytest.raises(MissingError):
        do(page, Edit, turn=turn.id, text="Taken over")
    assert path(here) == before
    assert [turn.message.text for turn in chat_of(OWNER).store.path(theirs.id)] == ["Theirs"]


def test_stop_waits_for_nobody(page: Page, here: Session, upstream: Upstream) -> None:
    do(page, Send, text="Long upstream: tokens=1000 rate=50")
    (reply,) = live_replies.of(OWNER, here.conversation_id or "")
    assert reply.arrived.wait(20)
    do(page, Stop)
    assert upstream.requests[-1].left_early.wait(5)
    assert path(here)[-1].reply.state == "stopped"  # type: ignore[union-attr]


@pytest.fixture
def panes() -> tuple[Page, CompareSession]:
    """A comparison of two panes on a page."""
    here = CompareSession(*Comparing(chat_of(OWNER)).begin([LLAMA, LLAMA]), owner=OWNER)
    page = Page()
    page.handler = partial(compare_requests.handle, Session(Setup(LLAMA), owner=OWNER), here)
    fill_slots(page, here)
    return page, here


def said(here: CompareSession) -> list[list[str]]:
    """What was asked in each pane."""
    paths = [chat_of(OWNER).store.path(pane.conversation_id) for pane in here.comparison.shown()]
    return [[turn.message.text for turn in path if turn.message.role == "user"] for path in paths]


def settled(here: CompareSession) -> None:
    for pane in here.comparison.panes:
        for reply in live_replies.of(OWNER, pane.conversation_id):
            assert reply.ended.wait(20)


def test_a_prompt_goes_to_all_panes_or_to_one(panes: tuple[Page, CompareSession]) -> None:
    page, here = panes
    do(page, Send, slot="all", text="Both upstream: tokens=3")
    assert here.comparison.round == 1
    do(page, Send, slot="pane-1", text="One upstream: tokens=3")
    assert said(here) == [["Both upstream: tokens=3"], ["Both upstream: tokens=3", "One upstream: tokens=3"]]
    settled(here)
    last = chat_of(OWNER).store.path(here.comparison.panes[1].conversation_id)[-1]
    do(page, Retry, slot="pane-1", turn=last.id)
    settled(here)
    again = chat_of(OWNER).store.path(here.comparison.panes[1].conversation_id)[-1]
    assert again.siblings == (last.id, again.id)
    do(page, Select, slot="pane-1", turn=last.id)
    assert chat_of(OWNER).store.path(here.comparison.panes[1].conversation_id)[-1].id == last.id
    with pytest.raises(MissingError):
        do(page, Select, slot="pane-0", turn=last.id)


@pytest.mark.parametrize("slot", ["all", "pane-0"])
def test_a_comparison_that_a_budget_refuses_is_as_it_was_and_its_text_stays_in_the_box(
    panes: tuple[Page, CompareSession], cloudflare: Upstream, slot: str
) -> None:
    page, here = panes
    here.change(replace(here.comparison, repetitions=3))
    before, sent = here.comparison, len(cloudflare.requests)
    card = chat_of(OWNER).roster.card(LLAMA)
    request, _ = chat_of(OWNER).request((), Setup(LLAMA))
    most = most_of(card, request, chat_of(OWNER).connection_for(LLAMA)).amount  # type: ignore[arg-type]
    assert most is not None
    stores().set_budget(Budget("all", day=most * 2))
    with pytest.raises(BudgetError):
        do(page, Send, slot=slot, text="Dear upstream: tokens=3")
    assert said(here) == [[], []]
    here.refresh()
    assert here.comparison == before
    assert chat_of(OWNER).store.comparisons() == ()
    assert len(cloudflare.requests) == sent
    stores().set_budget(Budget("all"))
    do(page, Send, slot=slot, text="Dear upstream: tokens=3")
    settled(here)
    assert here.comparison.round == 1


def test_what_somebody_else_uses_up_between_look_and_sending_leaves_the_comparison_as_it_was(
    panes: tuple[Page, CompareSession], cloudflare: Upstream
) -> None:
    here, sent = panes[1], len(cloudflare.requests)
    before, one = here.comparison, here.comparison.panes[0]

    def used_up() -> None:
        stores().set_budget(Budget("all", day=Decimal("0.000001")))

    asks: tuple[Callable[[], None], ...] = (
        lambda: compare_actions.send_to_all(here, Message("user", "Hello"), on_ready=used_up),
        lambda: compare_actions.send_to_pane(here, one, Message("user", "Hello"), on_ready=used_up),
    )
    for ask in asks:
        stores().set_budget(Budget("all"))
        with pytest.raises(BudgetError):
            ask()
        assert here.comparison == before
        here.refresh()
        assert here.comparison == before
        assert said(here) == [[], []]
    assert len(cloudflare.requests) == sent


@pytest.mark.parametrize("slot", ["pane-2", "pane-x", "main", "pane--1", ""])
def test_panes_that_are_not_there_are_refused(panes: tuple[Page, CompareSession], slot: str) -> None:
    with pytest.raises(RefusedError):
        do(panes[0], Send, slot=slot, text="Hello")


def test_a_draft_is_measured_where_it_is_the_most(panes: tuple[Page, CompareSession]) -> None:
    page, here = panes
    assert "context" in do(page, ComposerDraft, slot="all", text="Hello").label
    here.comparison = replace(here.comparison, blind=True, round=1)
    blind = do(page, ComposerDraft, slot="all", text="Hello")
    assert (blind.label, blind.help) == ("", "")
    assert do(page, ComposerDraft, slot="pane-0", text="word " * 200_000).refusal == "Too long for one of the models."


def test_while_names_are_hidden_a_window_is_not_told_by_its_own_pane(panes: tuple[Page, CompareSession]) -> None:
    page, here = panes
    one, other = here.comparison.panes
    wide = max(chat_of(OWNER).roster.catalog, key=lambda card: card.context_window or 0).id
    here.comparison = replace(here.comparison, blind=True, round=1, panes=(replace(one, model=wide), other))
    told = {
        slot: do(page, ComposerDraft, slot=slot, text="word " * 50_000).refusal for slot in ("all", "pane-0", "pane-1")
    }
    assert set(told.values()) == {"Too long for one of the models."}


def test_stop_of_one_pane_leaves_the_other(panes: tuple[Page, CompareSession]) -> None:
    page, here = panes
    do(page, Send, slot="all", text="Long upstream: tokens=400 rate=100")
    do(page, Stop, slot="pane-0")
    first, second = (
        live_replies.get(OWNER, chat_of(OWNER).store.path(pane.conversation_id)[-1].id)
        for pane in here.comparison.panes
    )
    assert first is not None
    assert second is not None
    assert first.ended.wait(5)
    assert not second.ended.is_set()
    do(page, Stop, slot="all")
    assert second.ended.wait(5)


def test_what_was_meant_for_another_comparison_is_not_sent(panes: tuple[Page, CompareSession]) -> None:
    page, here = panes
    marks = {"all": page.slots["pane-0"].shared_mark, "pane-0": page.slots["pane-0"].mark}
    here.open(None)
    for slot, mark in marks.items():
        for kind, rest in ((Send, {"text": "Astray"}), (Stop, {})):
            with pytest.raises(RefusedError, match="another conversation is here"):
                do(page, kind, slot=slot, mark=mark, **rest)
    assert said(here) == [[], []]
    fill_slots(page, here)
    do(page, Send, slot="all", text="Hello upstream: tokens=2")
    assert said(here) == [["Hello upstream: tokens=2"]] * 2
