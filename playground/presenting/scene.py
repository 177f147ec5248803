"""One screen of a presentation: the panes with their conversations, and what stands around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.channel.marks import mark_of
from playground.channel.messages import Problem, StagePane, StageView
from playground.channel.pages import Page
from playground.channel.views.turn import TurnPresenter
from playground.conversation.chat import Chat
from playground.messages import Message
from playground.presenting.position import Position
from playground.presenting.presenter import StagePresenter
from playground.presenting.room import AskedRoom
from playground.store import Turn

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ScenePane:
    """A pane: a conversation, read down to its head, and which of its questions is shown; None before it begins.

    Without a conversation its path is all that there is.
    """

    slot: str
    name: str
    conversation_id: str | None
    path: Sequence[Turn]
    presenter: TurnPresenter
    question: Turn | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What is on screen at a position. `step` is counted from 0."""

    panes: tuple[ScenePane, ...]
    step: int
    steps: int
    names: bool
    table: Table = ()
    remarks: tuple[str, ...] = ()
    has_verdict: bool = False
    room: AskedRoom | None = None
    """What the room was asked about the answers, where that is on screen."""
    title: str = ""
    unasked: str = ""
    """The question on screen where it was not asked yet."""
    notes: str = ""
    following: str = ""
    """What comes next, in a few words."""

    @property
    def prompt(self) -> str:
        """The question of all panes; "" where they were asked different ones, or pictures belong to it."""
        if self.unasked:
            return self.unasked
        asked = [pane.question.message for pane in self.panes if pane.question is not None]
        same = len(asked) == len(self.panes) and len({message.text for message in asked}) == 1
        return asked[0].text if asked and same and not any(message.pictures for message in asked) else ""

    @property
    def has_ended(self) -> bool:
        """Whether no answer on screen is coming."""
        last = [pane.path[-1].reply for pane in self.panes if pane.path]
        return not any(reply is not None and reply.state == "live" for reply in last)

    def view(self, position: Position, page_url: str, *, may_ask: bool) -> StageView:
        """The same for a window at an address."""
        panes = tuple(
            StagePane(slot=pane.slot, name=pane.name, turn=pane.question.id if pane.question else "")
            for pane in self.panes
        )
        return StageView(
            title=self.title,
            unasked=bool(self.unasked),
            step=self.step + 1 if self.steps else 0,
            steps=self.steps,
            prompt=self.prompt,
            panes=panes,
            pane=position.pane if position.pane <= len(panes) else 0,
            verdict=position.verdict and self.has_verdict,
            table=self.table,
            remarks=self.remarks,
            has_verdict=self.has_verdict,
            room=None if self.room is None else self.room.view(page_url),
            names=self.names,
            costs=position.costs,
            blank=position.blank,
            size=position.size,
            may_ask=may_ask,
        )

    def put_on(self, page: Page, view: StageView, chat: Chat) -> None:
        """Show it on a page."""
        page.only([pane.slot for pane in self.panes])
        for pane in self.panes:
            page.show(
                pane.slot,
                pane.conversation_id,
                StagePresenter(pane.presenter),
                store=chat.store,
                path=pane.path,
                mark=mark_of(pane.conversation_id or (pane.path[0].id if pane.path else pane.slot)),
            )
        page.show_stage(view)


OnRecorded = Callable[[Chat, str, str], None]
"""Gets the chat, the slot and the turn of a recording."""


class Presentable(Protocol):
    """What is presented."""

    @property
    def kept_as(self) -> str:
        """What it is, and its id: the same for what is equal, after a restart too."""

    def asked(self) -> dict[str, tuple[str, str]]:
        """What it has asked so far, as far as nothing else tells it; `resume` takes it back."""
        return {}

    def resume(self, asked: Mapping[str, tuple[str, str]]) -> None:
        """Go on where it was when it had asked this."""
        return

    def begins_at(self) -> Position:
        """Where it begins: at its last question."""
        return Position()

    def arrived(self, position: Position, before: Position) -> Position:
        """The position after a move, with what the step there asks for."""
        return position

    def after_asking(self, position: Position) -> Position:
        """The position once something was asked."""
        return position.last()

    def is_asked(self, chat: Chat, position: Position) -> bool:
        """Whether the question on screen was asked."""
        return True

    def pause(self, position: Position) -> float | None:
        """Seconds after the last answer until it goes on by itself; None where it waits for a key."""
        return None

    def scene(self, chat: Chat, position: Position) -> Scene | None:
        """The screen at a position; None where it is not there any more. Raises StoreError."""

    def show_names(self, chat: Chat) -> None:
        """Show names that a blind comparison hides. Raises StoreError."""

    def room(self, chat: Chat, position: Position) -> AskedRoom | None:
        """What the room was asked about the answers on screen; None where it was not. Raises StoreError."""
        return None

    def ask_room(self, chat: Chat, position: Position) -> None:
        """Have the room vote on the answers on screen. Raises StoreError and RefusedError."""
        raise RefusedError(NOTHING_TO_VOTE_ON)

    def close_room(self, chat: Chat, position: Position) -> None:
        """Take no more votes on the answers on screen. Raises StoreError and RefusedError."""
        raise RefusedError(NOT_ASKED)

    def follow(self, on_recorded: OnRecorded) -> None:
        """Have `on_recorded` called for each recording that is put in the place of an answer, on any thread."""
        return

    def run(self, chat: Chat, position: Position) -> Sequence[LiveReply]:
        """Ask the question on screen again; the answers on their way.

        Raises StoreError, ProviderError and RefusedError.
        """

    def ask(self, chat: Chat, message: Message) -> Sequence[LiveReply]:
        """Ask another question; the answers on their way. Raises StoreError and ProviderError."""

    def stop(self, chat: Chat) -> None:
        """Stop the answers that are coming."""


NOTHING_TO_VOTE_ON = Problem(message="The room votes on the answers of a comparison.")
NOT_ASKED = Problem(message="The room was not asked about these answers.", hint="P asks it.")
NOT_THE_LAST = Problem(message="Only the last question can be asked again.", hint="Go on to the last one first.")


def refuse_unless_last(position: Position, steps: int) -> None:
    """Raises RefusedError where the step on screen is not the last one, or there is none."""
    if steps == 0:
        raise RefusedError(Problem(message="Nothing was asked yet.", hint="A asks something."))
    if position.at(steps) != steps - 1:
        raise RefusedError(NOT_THE_LAST)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question on a path, and the path down to the end of its answers."""

    question: Turn
    path: Sequence[Turn] = field(default=())


def asked_questions(path: Sequence[Turn]) -> list[AskedQuestion]:
    """The questions on a path, in order, each with the path down to the turn before the next one."""
    starts = [number for number, turn in enumerate(path) if turn.message.role == "user"]
    ends = [*starts[1:], len(path)]
    return [AskedQuestion(path[start], path[:end]) for start, end in zip(starts, ends, strict=False)]
