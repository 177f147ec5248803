"""What a page is told over its socket: in order, once, and whatever happens to the socket."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.answers.recording import StoreRecorder
from playground.channel.clock import clock
from playground.channel.feed import Feed
from playground.channel.pages import MOST_SOCKETS, Page
from playground.channel.serving.browser_state import LONGEST_FRAME
from playground.channel.slots import LIVE_FIELDS_EVERY_S
from playground.compare.blind import HIDDEN_NAME, scrubbed
from playground.compare.comparing import Comparing
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import ChatRequest, Message
from playground.models.catalog import shipped
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.store import MissingError, ReplyRequest, Store, StoreError, Stores
from tests.browser.waiting import until
from tests.channel.browser import Browser
from tests.channel.conftest import LLAMA, PlainPresenter, Visit
from tests.upstream import Answer, Upstream

SETUP = Setup(LLAMA)

STRANGER = Owner.signed_in("https://issuer.example", "stranger")


def say(chat: Chat, conversation: str, text: str) -> LiveReply:
    return chat.send(conversation, Message("user", text), SETUP)


def answered(chat: Chat, conversation: str, text: str = "Hello upstream: tokens=5") -> LiveReply:
    reply = say(chat, conversation, text)
    assert reply.ended.wait(20)
    return reply


def talk(store: Store, conversation: str, turns: int, text: str = "Words") -> list[str]:
    """A long conversation; the ids of its turns."""
    ids: list[str] = []
    for number in range(turns):
        role = "user" if number % 2 == 0 else "assistant"
        message = Message("user" if role == "user" else "assistant", f"{text} {number}")
        ids.append(store.add_turn(conversation, ids[-1] if ids else None, message).id)
    return ids


def at_rest(browser: Browser, slot: str = "main") -> Callable[[], bool]:
    """Whether the last answer of a slot has ended and the slot knows it."""
    return lambda: browser.state(slot) not in ("", "live") and not browser.slots[slot].get("busy")


def additions(browser: Browser) -> str:
    """All that was added to turns since `told` was emptied."""
    return "".join(one[1] for one in browser.told if isinstance(one, list))


def turns_told(browser: Browser) -> list[dict[str, Any]]:
    return [one for one in browser.told if not isinstance(one, list) and one["kind"] == "turn"]


def test_a_question_and_its_answer_come_without_any_run(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    assert browser.path() == []

    reply = say(chat, conversation, "Hello upstream: tokens=40 rate=200")
    browser.until(lambda: browser.state() == "live")
    assert [role for role, _, _ in browser.path()] == ["user", "assistant"]
    assert browser.slots["main"]["busy"] is True
    browser.until(at_rest(browser))
    assert browser.text() == reply.text
    assert additions(browser)
    assert reply.text.endswith(additions(browser))  # on a busy machine the turn is sent with its first token
    assert len(turns_told(browser)) == 2


def test_a_run_is_told_after_the_end(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    browser = visit(page)
    say(chat, conversation, "Hello upstream: tokens=60 rate=100")
    browser.until(lambda: browser.runs == 1)
    assert browser.state() == "done"


def test_a_run_that_a_lost_socket_took_along_is_told_again(page: Page, visit: Visit) -> None:
    browser = visit(page)
    page.run_soon()
    browser.until(lambda: browser.runs == 1)
    browser.cut()
    browser.open()
    browser.until(lambda: browser.runs == 2)
    page.has_run()
    browser.cut()
    browser.open()
    assert browser.done(browser.ask("ping")) is None
    assert browser.runs == 2


def test_a_socket_that_can_tell_nothing_more_is_closed(
    page: Page, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    monkeypatch.setattr("playground.channel.serving.update_stream.packed_message_json", lambda message: 1 / 0)
    page.run_soon()
    assert browser.closed() == 1011


def test_what_no_slot_shows_any_more_is_not_watched(chat: Chat, conversation: str, page: Page) -> None:
    reply = say(chat, conversation, "Hello upstream: tokens=400 rate=100")
    assert reply._watchers
    page.only(())
    assert not reply._watchers
    reply.stop()
    assert reply.ended.wait(20)


def test_a_page_that_nobody_listens_to_is_not_followed(
    chat: Chat, conversation: str, page: Page, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed tab leaves its page behind for as long as Streamlit keeps the session."""
    after = clock.after
    ticks: list[float] = []

    def counted(seconds: float, work: Callable[[], object]) -> None:
        if seconds == LIVE_FIELDS_EVERY_S:
            ticks.append(time.monotonic())
        after(seconds, work)

    monkeypatch.setattr(clock, "after", counted)
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    reply = chat.send(conversation, Message("user", "Hello upstream: hang=0"), Setup(LLAMA))
    browser.until(lambda: browser.state() == "live")
    until(lambda: len(ticks), lambda count: count > 2)
    browser.cut()
    until(lambda: page.has_listeners, lambda heard: not heard)
    until(lambda: time.monotonic() - ticks[-1], lambda still: still > 4 * LIVE_FIELDS_EVERY_S)
    before = len(ticks)
    browser.open()
    until(lambda: len(ticks), lambda count: count > before + 1)
    reply.stop()


def test_a_turn_that_cannot_be_read_at_once_is_read_later(
    chat: Chat, conversation: str, page: Page, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    monkeypatch.setattr("playground.channel.open_conversations.READ_AGAIN_S", 0.05)
    path, failures = chat.store.path, [StoreError("Away.", "Wait."), ValueError("A bug")]

    def failing(conversation_id: str) -> Any:
        if failures:
            raise failures.pop()
        return path(conversation_id)

    monkeypatch.setattr(chat.store, "path", failing)
    talk(chat.store, conversation, 2)
    Feed(DEFAULT_OWNER).changed(conversation)
    browser.until(lambda: len(browser.path()) == 2)
    assert not failures


def test_a_run_that_waits_for_first_tokens_comes_while_the_answer_does(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    browser = visit(page)
    say(chat, conversation, "Hello upstream: tokens=300 rate=100")
    browser.until(lambda: browser.state() == "live")
    page.run_after_first_tokens()
    browser.until(lambda: browser.runs == 1)
    assert browser.state() == "live"
    browser.until(lambda: browser.runs == 2)
    assert browser.state() == "done"


def test_a_cut_socket_goes_on_where_it_was(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    browser = visit(page)
    reply = say(chat, conversation, "Hello upstream: tokens=100 rate=200")
    browser.until(lambda: len(browser.text()) > 50)
    browser.cut()
    while len(reply.text) < 200:
        threading.Event().wait(0.005)
    before, browser.told = browser.text(), []
    browser.open()
    browser.until(at_rest(browser))
    assert browser.text() == reply.text
    (told,) = turns_told(browser)
    assert told["appends"]
    assert told["view"]["text"] + additions(browser) == reply.text[len(before) :]


def test_what_ended_while_the_socket_was_lost_is_told_from_where_it_was(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    browser = visit(page)
    reply = say(chat, conversation, "Hello upstream: tokens=60 rate=200")
    browser.until(lambda: len(browser.text()) > 50)
    browser.cut()
    assert reply.saved.wait(20)
    before, browser.told = browser.text(), []
    browser.open()
    browser.until(at_rest(browser))
    assert browser.text() == reply.text
    assert turns_told(browser)[0]["view"]["text"] == reply.text[len(before) :]


def test_nothing_is_told_again_to_a_browser_that_has_it_all(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    answered(chat, conversation)
    browser = visit(page)
    browser.until(at_rest(browser))
    browser.cut()
    browser.told = []
    browser.open()
    browser.until(lambda: any(one["kind"] == "slot" for one in browser.told))
    assert [one["kind"] for one in browser.told if one["kind"] != "run"] == ["slot"]


def test_after_a_restart_what_the_store_has_now_wins(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    first = answered(chat, conversation, "One upstream: tokens=20")
    last = answered(chat, conversation, "Two upstream: tokens=20")
    browser = visit(page)
    browser.until(at_rest(browser))
    browser.cut()

    browser.versions[last.id] = "a-process-before~0"  # it was on its way there, and more had come than was saved
    browser.turns[last.id]["text"] += " And more."
    after = Page()
    after.show("main", conversation, PlainPresenter(), store=chat.store)
    browser.token, browser.told = after.token, []
    browser.open()
    browser.until(lambda: bool(browser.told))
    assert [turn["view"]["turn"] for turn in turns_told(browser)] == [last.id]
    assert (browser.turns[first.id]["text"], browser.text()) == (first.text, last.text)


def test_two_sessions_on_one_conversation_see_the_same_at_once(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    other = Page()
    other.show("main", conversation, PlainPresenter(), store=chat.store)
    one, two = visit(page), visit(other)
    for browser in (one, two):
        browser.until(lambda browser=browser: "main" in browser.slots)  # type: ignore[misc]
    reply = say(chat, conversation, "Hello upstream: tokens=60 rate=200")
    for browser in (one, two):
        browser.until(at_rest(browser))
        assert additions(browser) == reply.text


def test_an_open_conversation_is_shown_to_its_owner_alone(
    chat: Chat, stores: Stores, conversation: str, page: Page, visit: Visit
) -> None:
    answered(chat, conversation)
    theirs = Chat(stores.of(STRANGER), chat.roster, Feed(STRANGER))
    strange = Page()
    strange.show("main", conversation, PlainPresenter(), store=theirs.store)
    one, other = visit(page), visit(strange)
    one.until(at_rest(one))
    reply = say(chat, conversation, "Secret upstream: tokens=60 rate=200")
    one.until(lambda: bool(one.slots["main"].get("busy")))
    assert live_replies.of(DEFAULT_OWNER, conversation) == [reply]
    assert (live_replies.of(STRANGER, conversation), live_replies.get(STRANGER, reply.id)) == ([], None)
    assert theirs.screens.path(conversation) in ((), None)
    with pytest.raises(MissingError, match="There is no conversation"):
        theirs.send(conversation, Message("user", "Hello"), SETUP)
    one.until(at_rest(one))
    own = theirs.store.create_conversation(model=LLAMA).id
    strange.show("main", own, PlainPresenter(), store=theirs.store)  # whatever was to come before this has come
    say(theirs, own, "Hello upstream: tokens=2")
    other.until(at_rest(other))
    assert "Secret" not in repr(other.told)
    assert reply.id not in repr(other.told)


def test_four_conversations_at_once(chat: Chat, visit: Visit) -> None:
    page = Page()
    ids = [chat.store.create_conversation(model=LLAMA).id for _ in range(4)]
    slots = [f"pane-{number}" for number in range(4)]
    for slot, id_ in zip(slots, ids, strict=True):
        page.show(slot, id_, PlainPresenter(), store=chat.store)
    browser = visit(page)
    browser.until(lambda: len(browser.slots) == 4)
    replies = chat.send_to(dict.fromkeys(ids, SETUP), Message("user", "Hello upstream: tokens=80 rate=200"))
    for slot, reply in zip(slots, replies, strict=True):
        browser.until(at_rest(browser, slot))
        assert browser.text(slot) == reply.text
    assert len(turns_told(browser)) == 8
    browser.until(lambda: browser.runs == 1)


def test_a_token_that_nobody_has_is_refused(url: str) -> None:
    with Browser(url, "no-such-page") as browser:
        assert browser.closed() == 4404


@pytest.mark.parametrize("said", ["", "no JSON", "[]", '{"kind": "hello"}', '{"kind": "send", "number": 1}'])
def test_a_first_message_that_is_no_hello_closes_the_socket(url: str, said: str) -> None:
    with Browser(url, "unused", hello=said) as browser:
        assert browser.closed() == 4400


def test_more_sockets_than_a_page_needs_take_the_place_of_the_oldest(page: Page, visit: Visit) -> None:
    browsers = [visit(page) for _ in range(MOST_SOCKETS + 1)]
    assert browsers[0].closed() == 4409
    browsers[-1].until(lambda: "main" in browsers[-1].slots)


def test_another_slot_of_the_page_shows_another_conversation(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    answered(chat, conversation)
    browser = visit(page)
    browser.until(at_rest(browser))
    page.show("main", chat.store.create_conversation(model=LLAMA).id, PlainPresenter(), store=chat.store, path=())
    browser.until(lambda: browser.path() == [])
    page.show("main", conversation, PlainPresenter(), store=chat.store)
    browser.until(lambda: len(browser.path()) == 2)
    page.show("main", None, PlainPresenter(), store=chat.store)
    browser.until(lambda: browser.path() == [])


def test_a_first_question_makes_its_conversation_stand_there(chat: Chat, visit: Visit) -> None:
    page = Page()
    page.show("main", None, PlainPresenter(), store=chat.store, path=())
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    made = chat.store.create_conversation(model=LLAMA).id
    page.begin("main", made, store=chat.store, mark="mark", address=f"c={made}")
    reply = say(chat, made, "Hello upstream: tokens=20 rate=200")
    browser.until(lambda: browser.begun == [(made, f"c={made}")])
    browser.until(at_rest(browser))
    assert browser.text() == reply.text


def test_deleting_restoring_and_choosing_a_branch_are_told(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    first = answered(chat, conversation)
    browser = visit(page)
    browser.until(at_rest(browser))
    question = browser.slots["main"]["turns"][0]

    chat.delete(first.id)
    browser.until(lambda: browser.slots["main"]["turns"] == [question])
    chat.restore(first.id)
    browser.until(lambda: browser.slots["main"]["turns"] == [question, first.id])

    second = chat.retry(conversation, first.id, SETUP)
    browser.until(lambda: browser.slots["main"]["turns"] == [question, second.id] and at_rest(browser)())
    chat.select(first.id)
    browser.until(lambda: browser.slots["main"]["turns"] == [question, first.id])

    edited = chat.edit(conversation, question, "Otherwise upstream: tokens=3", SETUP)
    browser.until(lambda: browser.slots["main"]["turns"][-1] == edited.id)
    assert browser.path()[0][2] == "Otherwise upstream: tokens=3"


def test_a_version_that_was_forgotten_is_told_again(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    first = answered(chat, conversation)
    browser = visit(page)
    browser.until(at_rest(browser))
    browser.cut()
    browser.open()  # the server knows that the browser has it
    second = chat.retry(conversation, first.id, SETUP)
    browser.until(lambda: browser.slots["main"]["turns"][-1] == second.id and at_rest(browser)())
    assert first.id not in browser.turns
    chat.select(first.id)
    browser.until(lambda: browser.slots["main"]["turns"][-1] == first.id)
    assert browser.text() == first.text
    assert second.id not in browser.turns


def test_what_is_asked_again_in_a_pane_stays_beside_the_first(chat: Chat, page: Page, visit: Visit) -> None:
    comparing = Comparing(chat)
    _, comparison = comparing.begin([LLAMA, LLAMA])
    comparison = replace(comparison, repetitions=3)
    pane = comparison.panes[0]
    page.show("main", pane.conversation_id, PlainPresenter(), store=chat.store)
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    first, *others = comparing.send(comparison, (pane,), Message("user", "Hello upstream: tokens=60 rate=100"))
    browser.until(lambda: browser.slots["main"].get("note") == "2 more on the way")
    browser.until(lambda: not browser.slots["main"].get("busy"))
    shown = {id_ for one in browser.told if not isinstance(one, list) for id_ in one.get("turns", ())}
    assert first.id in shown
    assert not shown & {reply.id for reply in others}


def test_words_that_turn_out_to_be_something_else_are_told_anew(
    chat: Chat, conversation: str, page: Page, visit: Visit, upstream: Upstream
) -> None:
    upstream.script(Answer(({"choices": [{"delta": {"content": "High water"}}]},), then="hang"))
    asked = ReplyRequest(conversation, None, "qwq-32b", message=Message("user", "Tide?"))
    chat.store.ask([asked])
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    question, answer = chat.store.path(conversation)
    reply = LiveReply(
        ChatRequest(model="qwq-32b", messages=(question.message,), conversation_id=conversation),
        Connection(kind="openai_compatible", base_url=upstream.openai_url, max_retries=0),
        StoreRecorder(chat.store, None),
        owner=DEFAULT_OWNER,
        id=asked.id,
    )
    Feed(DEFAULT_OWNER).question_asked(conversation, (), (question, answer), reply)
    reply.start()
    browser.until(lambda: browser.turns.get(asked.id, {}).get("thoughts") == "High water")
    assert browser.text() == ""

    reply.stop()
    browser.until(at_rest(browser))
    assert (browser.text(), browser.turns[asked.id].get("thoughts", "")) == ("High water", "")
    assert browser.state() == "stopped"


def test_names_are_hidden_on_the_server(chat: Chat, conversation: str, visit: Visit, upstream: Upstream) -> None:
    card = next(card for card in shipped() if card.id == LLAMA)
    words = [
        "I am Lla",
        "ma-3.3",
        "-70B by Me",
        "ta. ",
        *(f"word{number} " for number in range(400)),
        "Llama",
        " says.",
    ]
    upstream.script([json.dumps({"response": word}) for word in words])
    page = Page()
    presenter = PlainPresenter(scrub=lambda text, growing: scrubbed(text, card, growing=growing), hidden=card)
    page.show("main", conversation, presenter, store=chat.store)
    browser = visit(page)
    reply = say(chat, conversation, "Who are you?")
    browser.until(at_rest(browser))
    assert browser.text() == scrubbed(reply.text, card)
    assert browser.text().count(HIDDEN_NAME) == 3
    assert "lama" not in "".join(data for _, data in browser.frames)
    assert len(turns_told(browser)) == 2


def test_the_newest_turns_come_first(chat: Chat, conversation: str, visit: Visit) -> None:
    ids = talk(chat.store, conversation, 200)
    page = Page()
    page.show("main", conversation, PlainPresenter(), store=chat.store)
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    beginning = browser.slots["main"]
    assert beginning["turns"] == ids[-30:]
    assert beginning["earlier"] == 170
    browser.until(lambda: not browser.slots["main"].get("earlier"))
    assert browser.slots["main"]["turns"] == ids
    assert len(turns_told(browser)) == 200


def test_a_long_text_comes_in_pieces(chat: Chat, conversation: str, visit: Visit) -> None:
    text = "Many words. " * 30_000
    chat.store.add_turn(conversation, None, Message("user", text))
    page = Page()
    page.show("main", conversation, PlainPresenter(), store=chat.store)
    browser = visit(page)
    browser.until(lambda: browser.text() == text)
    assert max(len(data) for _, data in browser.frames) < LONGEST_FRAME * 1.1

    browser.cut()
    (turn,) = browser.turns.values()
    turn["text"] = turn["text"][:100_000]
    browser.open()
    browser.until(lambda: browser.text() == text)


def test_stop_closes_the_socket_to_the_model(
    chat: Chat, conversation: str, page: Page, visit: Visit, upstream: Upstream
) -> None:
    browser = visit(page)
    reply = say(chat, conversation, "Hello upstream: tokens=1000 rate=50")
    browser.until(lambda: len(browser.text()) > 20)
    reply.stop()
    browser.until(at_rest(browser))
    assert browser.state() == "stopped"
    assert browser.text() == reply.text
    assert upstream.requests[-1].left_early.wait(5)


def test_another_look_tells_only_what_is_other(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    talk(chat.store, conversation, 60)
    reply = say(chat, conversation, "Hello upstream: tokens=60 rate=100")
    page.show("main", conversation, PlainPresenter(), store=chat.store)
    browser = visit(page)
    browser.until(lambda: len(browser.path()) == 62 and len(browser.text()) > 20)
    browser.told = []
    page.show("main", conversation, PlainPresenter(notes=("Look.",)), store=chat.store)
    browser.until(lambda: all(turn.get("notes") == ["Look."] for turn in browser.turns.values()))
    assert not turns_told(browser)
    assert not [one for one in browser.told if not isinstance(one, list) and one.get("earlier")]
    browser.until(at_rest(browser))
    assert browser.text() == reply.text


def test_a_slow_reader_is_told_everything_and_nothing_piles_up(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    browser = visit(page)
    reply = answered(chat, conversation, "Hello upstream: tokens=3000")
    browser.until(at_rest(browser))
    assert browser.text() == reply.text
    assert len(browser.frames) < 300
