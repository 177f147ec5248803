"""Answers that fail, are refused or keep silent give way to their recordings, at real servers and within a second."""

import threading
import time

import pytest

from playground.answers.live_reply import LiveReply
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.metering import Usage
from playground.models.roster import Roster
from playground.presenting.fallback import Placed, RecordedFallback, say_recorded
from playground.presenting.recordings import Recording, recording_of
from playground.store import Turn
from tests.upstream import Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SOON_S = 20.0


class Falls(list[Placed]):
    """What a fallback told, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()
        self.at = 0.0

    def __call__(self, placed: Placed) -> None:
        self.append(placed)
        self.at = time.monotonic()
        self.told.set()


def send(chat: Chat, text: str, conversation: str | None = None) -> LiveReply:
    conversation = conversation or chat.store.create_conversation(model=LLAMA).id
    return chat.send(conversation, Message("user", text), Setup(LLAMA))


@pytest.fixture
def recording(chat: Chat) -> Recording:
    """What was rehearsed."""
    reply = send(chat, "Why is the sea salty? upstream: rate=200 tokens=20")
    assert reply.saved.wait(SOON_S)
    found = recording_of(chat.store, reply.id)
    assert found is not None
    return found


def watched(chat: Chat, recording: Recording, text: str, *, patience_s: float = 10) -> tuple[LiveReply, Falls]:
    falls = Falls()
    reply = send(chat, text)
    RecordedFallback(chat, recording, falls, patience_s).watch(reply)
    return reply, falls


def path(chat: Chat, reply: LiveReply) -> tuple[Turn, ...]:
    turn = chat.store.turn(reply.id)
    assert turn is not None
    return chat.store.path(turn.conversation_id)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("fail=3040", "has no room just now"),
        ("fail=500", ""),
        ("fail=401", ""),
        ("rate=100 reset=5", ""),
        ("rate=100 cut=5", ""),
    ],
)
def test_a_model_that_fails_or_refuses_gives_way_within_a_second(
    chat: Chat, recording: Recording, fault: str, words: str
) -> None:
    reply, falls = watched(chat, recording, f"Why? upstream: {fault}")
    assert reply.ended.wait(SOON_S)
    ended = time.monotonic()
    assert falls.told.wait(SOON_S)
    assert falls.at - ended < 1
    question, answer = path(chat, reply)
    assert (question.message.text, answer.id) == (f"Why? upstream: {fault}", falls[0].turn)
    assert answer.message.text == recording.reply.text
    assert answer.reply is not None
    assert answer.reply.notes[0].startswith("Recorded on ")
    assert f"UTC from {LLAMA}. The model's answer is not shown. " in answer.reply.notes[0]
    assert words.lower() in answer.reply.notes[0].lower()
    played = recording_of(chat.store, answer.id)
    assert played is not None
    assert played.pace == recording.pace
    assert reply.id in answer.siblings


@pytest.mark.parametrize(
    ("fault", "words"),
    [("hang=0", "No word of it came for 0.5 s"), ("rate=100 hang=5", "It fell silent for 0.5 s")],
)
def test_a_model_that_keeps_silent_gives_way_when_patience_ends(
    chat: Chat, upstream: Upstream, recording: Recording, fault: str, words: str
) -> None:
    began = time.monotonic()
    reply, falls = watched(chat, recording, f"Why? upstream: {fault}", patience_s=0.5)
    assert falls.told.wait(SOON_S)
    assert falls.at - began >= 0.5
    assert words in falls[0].reason
    assert reply.ended.wait(SOON_S)
    assert reply.state == "stopped"
    assert upstream.requests[-1].left_early.wait(SOON_S)
    assert path(chat, reply)[-1].id == falls[0].turn


def test_a_model_that_was_never_there_gives_way_too(chat: Chat, recording: Recording) -> None:
    chat = Chat(chat.store, Roster({}))
    reply, falls = watched(chat, recording, "Why?")
    assert falls.told.wait(SOON_S)
    assert path(chat, reply)[-1].message.text == recording.reply.text


@pytest.mark.parametrize("stop", [False, True])
def test_an_answer_that_comes_or_is_stopped_by_a_person_stays(chat: Chat, recording: Recording, stop: bool) -> None:
    reply, falls = watched(chat, recording, "Why? upstream: rate=50 tokens=60", patience_s=4)
    assert reply.arrived.wait(SOON_S)
    if stop:
        reply.stop()
    assert reply.ended.wait(SOON_S)
    assert not falls.told.wait(0.3)
    assert path(chat, reply)[-1].id == reply.id


def test_a_recorded_step_asks_no_model_and_costs_nothing_again(
    chat: Chat, upstream: Upstream, recording: Recording
) -> None:
    requests = len(upstream.requests)
    conversation = chat.store.create_conversation(model=LLAMA).id
    turn = say_recorded(chat, conversation, Message("user", "Why?"), recording)
    question, answer = chat.store.path(conversation)
    assert (question.message.text, answer.id) == ("Why?", turn)
    assert answer.message.text == recording.reply.text
    assert isinstance(recording.reply.usage, Usage)
    assert len(upstream.requests) == requests
