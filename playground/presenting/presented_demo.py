"""A demo on the stage: a step for each of its prompts, which are asked when they are run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from string import ascii_uppercase

from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.channel.views.turn import TurnPresenter
from playground.compare.comparing import Comparing
from playground.compare.comparison import SYSTEM_PROMPT
from playground.compare.pane_titles import pane_titles
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup, fit
from playground.errors import ProviderError
from playground.messages import Message
from playground.models.catalog import ModelCard
from playground.models.naming import Found
from playground.presenting.demo import Demo, DemoPane, DemoStep
from playground.presenting.fallback import Placed, RecordedFallback, say_recorded
from playground.presenting.position import Position
from playground.presenting.presented_chat import CHAT_SLOT, PresentedChat
from playground.presenting.presented_comparison import PresentedComparison
from playground.presenting.recordings import Recording
from playground.presenting.rehearsal import Rehearsal, RehearsalStep
from playground.presenting.room import AskedRoom
from playground.presenting.scene import NOT_ASKED, OnRecorded, Presentable, Scene, ScenePane
from playground.presenting.takes import Cue, Takes
from playground.text.labels import visible

NOT_YET = Problem(message="The prompts before this one come first.", hint="Go back to the first.")
NOT_REHEARSED = Problem(message="There is no recording of this step.", hint="Rehearse the demo first.")


@dataclass(frozen=True, slots=True)
class _Beat:
    """One prompt of a step: which step, and which of its prompts, from 0."""

    step: int
    prompt: int


@dataclass(eq=False)
class PresentedDemo(Presentable):
    """A demo that is being shown: what it has asked so far is in chats and comparisons of their own.

    Equal to another one of the same name and words, whatever was asked.
    """

    name: str
    demo: Demo
    _asked: dict[int, Presentable] = field(default_factory=dict)
    _on_recorded: OnRecorded | None = None

    def follow(self, on_recorded: OnRecorded) -> None:
        """Have `on_recorded` called for each recording that is put in the place of an answer."""
        self._on_recorded = on_recorded

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PresentedDemo) and (self.name, self.demo) == (other.name, other.demo)

    __hash__ = None  # type: ignore[assignment]

    @property
    def kept_as(self) -> str:
        """Its name, and what stands for its words."""
        return f"demo {self.name} {sha256(repr(self.demo).encode('utf-8', 'replace')).hexdigest()[:32]}"

    def asked(self) -> dict[str, tuple[str, str]]:
        """The chat or comparison of each step that was asked."""
        found = {}
        for step, inner in self._asked.items():
            if isinstance(inner, PresentedChat):
                found[str(step)] = ("chat", inner.conversation_id)
            elif isinstance(inner, PresentedComparison):
                found[str(step)] = ("comparison", inner.comparison_id)
        return found

    def resume(self, asked: Mapping[str, tuple[str, str]]) -> None:
        """Go on with these; what was deleted since is asked anew."""
        kinds = {"chat": PresentedChat, "comparison": PresentedComparison}
        self._asked.update({int(step): kinds[kind](id_) for step, (kind, id_) in asked.items() if kind in kinds})

    def begins_at(self) -> Position:
        """At its first step, with what that hides."""
        return self._hiding(Position(step=0))

    def arrived(self, position: Position, before: Position) -> Position:
        """The position after a move; at another step names and costs are as that has them."""
        same = self._beat(position).step == self._beat(before).step
        return position if same else self._hiding(position)

    def after_asking(self, position: Position) -> Position:
        """The same step, with its answers."""
        return replace(position, verdict=False, blank=False)

    def pause(self, position: Position) -> float | None:
        """What its step says."""
        return self.demo.steps[self._beat(position).step].pause

    def _hiding(self, position: Position) -> Position:
        hidden = self.demo.hidden(self.demo.steps[self._beat(position).step])
        return replace(position, names="names" not in hidden, costs="costs" not in hidden)

    def scene(self, chat: Chat, position: Position) -> Scene | None:
        """The prompt on screen, with its answers where it was asked."""
        beats = self._beats
        at = position.at(len(beats))
        beat = beats[at]
        step = self.demo.steps[beat.step]
        shown = self._shown(chat, beat, step, position)
        following = beats[at + 1] if at + 1 < len(beats) else None
        return replace(
            shown,
            step=at,
            steps=len(beats),
            title=step.title,
            notes=step.notes,
            following=self._summary(following) if following else "",
        )

    def is_asked(self, chat: Chat, position: Position) -> bool:
        """Whether the prompt on screen was asked."""
        beat = self._beat(position)
        return self._count(chat, beat.step) > beat.prompt

    def room(self, chat: Chat, position: Position) -> AskedRoom | None:
        """What the room was asked about the answers on screen; None where it was not."""
        inner, there = self._asked_at(position)
        return None if inner is None else inner.room(chat, there)

    def ask_room(self, chat: Chat, position: Position) -> None:
        """Have the room vote on the answers on screen."""
        inner, there = self._asked_at(position)
        if inner is None:
            raise RefusedError(Problem(message="This was not asked yet.", hint="Next or R asks."))
        inner.ask_room(chat, there)

    def close_room(self, chat: Chat, position: Position) -> None:
        """Take no more votes on the answers on screen."""
        inner, there = self._asked_at(position)
        if inner is None:
            raise RefusedError(NOT_ASKED)
        inner.close_room(chat, there)

    def _asked_at(self, position: Position) -> tuple[Presentable | None, Position]:
        """The chat or comparison of a step, where it was asked, and the position in it."""
        beat = self._beat(position)
        return self._asked.get(beat.step), replace(position, step=beat.prompt)

    def show_names(self, chat: Chat) -> None:
        """A demo hides names only on the stage."""

    def run(self, chat: Chat, position: Position) -> Sequence[LiveReply]:
        """Ask the prompt on screen, or ask it again where it is the last one that was asked of its step.

        The first one of a step can be asked again at any time: the step begins anew. Where the step says so, what a
        rehearsal recorded takes the place of the models, or of those that fail.
        """
        beat = self._beat(position)
        step = self.demo.steps[beat.step]
        takes = Takes(chat.store, self.name)
        cues = self._cues(beat)
        recordings = [takes.recording(cue) for cue in cues] if step.play != "live" else []
        if step.play == "recorded":
            self._play(chat, beat, recordings)
            return []
        try:
            replies = self._ask(chat, beat)
        except (ProviderError, RefusedError):
            if not recordings or None in recordings:
                raise
            self._play(chat, beat, recordings, "The models were not asked.")
            return []
        if step.play != "live" and len(replies) == len(recordings):
            for slot, reply, recording in zip(_slots(len(cues)), replies, recordings, strict=True):
                if recording is not None:
                    RecordedFallback(chat, recording, partial(self._fell, chat, slot), step.patience).watch(reply)
        return replies

    def rehearsal(self, chat: Chat, on_step: Callable[[], None] = lambda: None) -> Rehearsal:
        """What asks all prompts one after the other, and records the answers."""

        def ask(number: int, beat: _Beat) -> Sequence[tuple[Cue, LiveReply]]:
            return list(zip(self._cues(beat), self._ask(chat, beat), strict=False))

        steps = [
            RehearsalStep(f"{number}. {self._summary(beat)}", partial(ask, number, beat))
            for number, beat in enumerate(self._beats, 1)
        ]
        return Rehearsal(Takes(chat.store, self.name), steps, on_step)

    def _fell(self, chat: Chat, slot: str, placed: Placed) -> None:
        if self._on_recorded is not None:
            self._on_recorded(chat, slot, placed.turn)

    def _cues(self, beat: _Beat) -> list[Cue]:
        """What each pane is asked at a prompt, as the script says it: the same where a model is gone."""
        step = self.demo.steps[beat.step]
        prompts = step.questions[: beat.prompt + 1]
        return [
            Cue(pane.model, pane.system_prompt or "", pane.parameters, step.response_format, prompts, number)
            for number, pane in enumerate(step.all_panes)
        ]

    def _ask(self, chat: Chat, beat: _Beat) -> Sequence[LiveReply]:
        step, count = self.demo.steps[beat.step], self._count(chat, beat.step)
        inner = self._asked.get(beat.step)
        if inner is not None and count == beat.prompt + 1:
            return inner.run(chat, Position())
        if beat.prompt == 0:
            inner = self._begun(chat, step)
            replies = inner.ask(chat, Message("user", step.questions[0]))
            self._asked[beat.step] = inner
            return replies
        if inner is not None and count == beat.prompt:
            return inner.ask(chat, Message("user", step.questions[beat.prompt]))
        raise RefusedError(NOT_YET)

    def _play(self, chat: Chat, beat: _Beat, recordings: Sequence[Recording | None], why: str = "") -> None:
        """Have recordings answer a prompt; no model is asked. Raises RefusedError where one is missing."""
        known = [recording for recording in recordings if recording is not None]
        if len(known) < len(recordings):
            raise RefusedError(NOT_REHEARSED)
        step, count = self.demo.steps[beat.step], self._count(chat, beat.step)
        inner = self._asked.get(beat.step)
        if beat.prompt == 0:
            inner = self._begun(chat, step, asks=False)
        elif inner is None or count != beat.prompt:
            raise RefusedError(NOT_YET)
        conversations = self._conversations(chat, inner, step.questions[beat.prompt])
        message = Message("user", step.questions[beat.prompt])
        turns = [
            say_recorded(chat, conversation, message, recording, why)
            for conversation, recording in zip(conversations, known, strict=True)
        ]
        self._asked[beat.step] = inner
        if self._on_recorded is not None:
            for slot, turn in zip(_slots(len(turns)), turns, strict=True):
                self._on_recorded(chat, slot, turn)

    def _conversations(self, chat: Chat, inner: Presentable, prompt: str) -> list[str]:
        """The conversations of a chat or of the panes of a comparison, which is made ready for a prompt."""
        if isinstance(inner, PresentedChat):
            return [inner.conversation_id]
        assert isinstance(inner, PresentedComparison)
        comparing = Comparing(chat)
        comparison = comparing.read(inner.comparison_id)
        if comparison is None:
            raise RefusedError(NOT_YET)
        comparing.save(inner.comparison_id, comparison.next_round(), prompt=prompt)
        return [pane.conversation_id for pane in comparison.panes]

    def ask(self, chat: Chat, message: Message) -> Sequence[LiveReply]:
        """A demo asks what its file says."""
        raise RefusedError(Problem(message="A demo asks what its script says.", hint="R asks that."))

    def stop(self, chat: Chat) -> None:
        """Stop all that it has asked."""
        for inner in self._asked.values():
            inner.stop(chat)

    def _count(self, chat: Chat, step: int) -> int:
        """How many prompts of a step were asked."""
        inner = self._asked.get(step)
        scene = inner.scene(chat, Position()) if inner is not None else None
        return 0 if scene is None else scene.steps

    def _beat(self, position: Position) -> _Beat:
        beats = self._beats
        return beats[position.at(len(beats))]

    @property
    def _beats(self) -> tuple[_Beat, ...]:
        return tuple(
            _Beat(number, prompt)
            for number, step in enumerate(self.demo.steps)
            for prompt, _ in enumerate(step.questions)
        )

    def _summary(self, beat: _Beat) -> str:
        step = self.demo.steps[beat.step]
        return " · ".join(filter(None, (step.title, step.questions[beat.prompt])))

    def _shown(self, chat: Chat, beat: _Beat, step: DemoStep, position: Position) -> Scene:
        """The inner scene where the prompt was asked; otherwise the panes as they will be, with nothing in them."""
        inner = self._asked.get(beat.step)
        if inner is not None:
            scene = inner.scene(chat, replace(position, step=beat.prompt))
            if scene is not None and scene.steps > beat.prompt:
                return scene
        setups = [setup for setup, _ in _setups(step, chat)]
        names = tuple(ascii_uppercase[: len(setups)])
        if position.names:
            called = {setup.model: _called(chat, setup.model) for setup in setups}
            names = pane_titles(setups, called)
        slots = _slots(len(setups))
        panes = tuple(ScenePane(slot, name, None, (), TurnPresenter()) for slot, name in zip(slots, names, strict=True))
        return Scene(panes, 0, 1, position.names, unasked=step.questions[beat.prompt])

    def _begun(self, chat: Chat, step: DemoStep, *, asks: bool = True) -> Presentable:
        """A chat, or a comparison where there are several panes, set up for a step.

        Raises RefusedError where models are to be asked that are not there.
        """
        found = _setups(step, chat)
        unknown = [setup.model for setup, card in found if card is None]
        if unknown and asks:
            raise RefusedError(
                Problem(message=f"There is no model {visible(unknown[0])!r} here.", hint="Connections adds some.")
            )
        setups = [setup for setup, _ in found]
        if len(setups) == 1:
            return PresentedChat(chat.store.create_conversation(**setups[0].as_settings).id)
        comparing = Comparing(chat)
        comparison_id, comparison = comparing.begin([setup.model for setup in setups])
        panes = tuple(
            replace(
                pane,
                unlinked=frozenset({SYSTEM_PROMPT, *setup.parameters}),
                system_prompt=setup.system_prompt,
                parameters=setup.parameters,
            )
            for pane, setup in zip(comparison.panes, setups, strict=True)
        )
        comparing.save(comparison_id, replace(comparison, panes=panes))
        return PresentedComparison(comparison_id)


def _slots(panes: int) -> list[str]:
    return [CHAT_SLOT] if panes == 1 else [f"pane-{number}" for number in range(panes)]


def _setups(step: DemoStep, chat: Chat) -> list[tuple[Setup, ModelCard | None]]:
    """What each pane of a step is asked with, and the card of its model; None where there is no such model."""
    return [_setup(pane, step, chat) for pane in step.all_panes]


def _setup(pane: DemoPane, step: DemoStep, chat: Chat) -> tuple[Setup, ModelCard | None]:
    model = pane.model or chat.roster.default.id
    meaning = chat.roster.find(model)
    card = meaning.card if isinstance(meaning, Found) else None
    setup = Setup(
        model if card is None else card.id,
        pane.system_prompt or "",
        pane.parameters,
        response_format=step.response_format,
    )
    return (setup, None) if card is None else (fit(setup, card)[0], card)


def _called(chat: Chat, model: str) -> str:
    card = chat.roster.card(model)
    return visible(model) if card is None else chat.roster.called(card)
