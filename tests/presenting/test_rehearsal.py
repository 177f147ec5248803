"""A rehearsal asks every step, keeps what it got, and says what each took."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from playground.answers.live_reply import LiveReply
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.presenting.rehearsal import Rehearsal, RehearsalStep
from playground.presenting.takes import Cue, Takes
from playground.store import StoreError

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SETUP = Setup(LLAMA, "Be brief.", {"temperature": 0.2})


def cue_of(prompts: tuple[str, ...]) -> Cue:
    return Cue(SETUP.model, SETUP.system_prompt, SETUP.parameters, None, prompts)


def asking(chat: Chat, *texts: str) -> Callable[[], Sequence[tuple[Cue, LiveReply]]]:
    """A step that asks a question in each pane."""

    def ask() -> Sequence[tuple[Cue, LiveReply]]:
        conversations = [chat.store.create_conversation(model=LLAMA).id for _ in texts]
        return [
            (cue_of((text,)), chat.send(conversation, Message("user", text), SETUP))
            for conversation, text in zip(conversations, texts, strict=True)
        ]

    return ask


def rehearsed(takes: Takes, *steps: RehearsalStep) -> Rehearsal:
    rehearsal = Rehearsal(takes, steps).start()
    assert rehearsal.ended.wait(30)
    return rehearsal


def test_each_step_is_recorded_and_says_how_long_it_takes_and_what_it_costs(chat: Chat) -> None:
    takes = Takes(chat.store, "sea")
    two = ("One upstream: rate=100 tokens=10", "Two upstream: rate=100 tokens=30")
    rehearsal = rehearsed(
        takes,
        RehearsalStep("Salt", asking(chat, "Salt upstream: rate=100 tokens=20")),
        RehearsalStep("Both", asking(chat, *two)),
    )
    salt, both = rehearsal.took
    assert [(step.title, step.answers, step.recorded, step.problems) for step in rehearsal.took] == [
        ("Salt", 1, 1, ()),
        ("Both", 2, 2, ()),
    ]
    assert salt.seconds >= 0.15
    assert both.priced == 2
    assert both.cost > 0
    assert rehearsal.cost == salt.cost + both.cost
    assert rehearsal.seconds == salt.seconds + both.seconds
    for text in two:
        recording = takes.recording(cue_of((text,)))
        assert recording is not None
        assert recording.reply.text


def test_a_step_that_fails_says_so_and_keeps_its_recording_from_before(chat: Chat) -> None:
    takes, flaky = Takes(chat.store, "sea"), "Salt upstream: fail=3040 times=1"
    cue = cue_of((flaky,))

    def refused() -> Sequence[tuple[Cue, LiveReply]]:
        raise StoreError("The disk is full.", "Make room.")

    first = rehearsed(takes, RehearsalStep("Salt", asking(chat, flaky)), RehearsalStep("Full", refused))
    assert [(step.recorded, step.cost) for step in first.took] == [(0, Decimal(0)), (0, Decimal(0))]
    assert LLAMA in first.took[0].problems[0]
    assert first.took[1].problems == ("The disk is full.",)
    assert takes.recording(cue) is None

    assert rehearsed(takes, RehearsalStep("Salt", asking(chat, flaky))).took[0].recorded == 1
    kept = takes.recording(cue)
    rehearsed(takes, RehearsalStep("Full", refused))
    assert kept is not None
    assert takes.recording(cue) == kept


def test_a_rehearsal_that_is_stopped_asks_nothing_more(chat: Chat) -> None:
    takes = Takes(chat.store, "sea")
    steps = [RehearsalStep(str(number), asking(chat, "upstream: rate=20 tokens=2000")) for number in range(3)]
    rehearsal = Rehearsal(takes, steps).start()
    while not rehearsal._coming:
        assert not rehearsal.ended.wait(0.01)
    rehearsal.stop()
    assert rehearsal.ended.wait(20)
    assert len(rehearsal.took) == 1


def test_a_recording_is_of_what_was_asked_to_the_word(chat: Chat) -> None:
    cue = cue_of(("One", "Two"))
    others = [
        replace(cue, prompts=("One", "Two!")),
        replace(cue, prompts=("Two",)),
        replace(cue, parameters={"temperature": 0.3}),
        replace(cue, system_prompt=""),
        replace(cue, model="m"),
        replace(cue, pane=1),
    ]
    assert len({cue.key, *(other.key for other in others)}) == 7
    assert cue_of(("One", "Two")).key == cue.key
