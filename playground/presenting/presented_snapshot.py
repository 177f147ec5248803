"""A snapshot on the stage: what is on its page, and nothing else. It never changes, and nothing is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import NoReturn

from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.channel.views.turn import TurnPresenter
from playground.compare.verdict_table import metric_rows
from playground.conversation.chat import Chat
from playground.messages import Message
from playground.presenting.position import Position
from playground.presenting.presented_chat import CHAT_SLOT
from playground.presenting.scene import AskedQuestion, Presentable, Scene, ScenePane, Table, asked_questions
from playground.sharing.document import Document, DocumentPane
from playground.store import StoredReply
from playground.text.labels import visible

NEVER_CHANGES = Problem(message="A snapshot never changes.", hint="Present the chat or comparison itself to ask.")


@dataclass(frozen=True)
class PresentedSnapshot(Presentable):
    """A snapshot by its id, with what is on its page. Equal to another one of the same id."""

    snapshot_id: str
    document: Document = field(compare=False)

    @property
    def kept_as(self) -> str:
        """What it is, and its id."""
        return f"snapshot {self.snapshot_id}"

    def begins_at(self) -> Position:
        """Its first question."""
        return Position(step=0)

    def scene(self, chat: Chat, position: Position) -> Scene | None:
        """The question on screen with the answers of all panes."""
        document, panes = self.document, self.document.panes
        asked = [asked_questions(pane.path) for pane in panes]
        steps = max(map(len, asked), default=0)
        at = position.at(steps)
        on_screen = [each[at] if at < len(each) else None for each in asked]
        names = tuple(map(_name, panes)) if position.names else tuple(ascii_uppercase[: len(panes)])
        alone = document.kind == "chat"
        shown = tuple(
            ScenePane(
                slot=CHAT_SLOT if alone else f"pane-{number}",
                name=names[number],
                conversation_id=None,
                path=pane.path,
                presenter=TurnPresenter(
                    compact=not alone, hidden=not position.names, model=pane.setup.model, costs=position.costs
                ),
                question=here.question if here is not None else None,
            )
            for number, (pane, here) in enumerate(zip(panes, on_screen, strict=True))
        )
        table: Table = ()
        remarks: tuple[str, ...] = ()
        if not alone:
            answers = [_answers(pane, here, last=at == steps - 1) for pane, here in zip(panes, on_screen, strict=True)]
            table = (("Measure", *names), *metric_rows(answers, costs=position.costs))
            remarks = self._votes(at + 1, names)
        later = [each[at + 1].question.message.text for each in asked if at + 1 < len(each)]
        return Scene(
            shown,
            at,
            steps,
            position.names,
            table if position.names else (),
            remarks if position.names else ("Names, times and costs are hidden until N shows the names.",),
            has_verdict=steps > 0 and not alone,
            title=document.title if steps == 0 else "",
            following=next(iter(later), ""),
        )

    def _votes(self, prompt: int, names: Sequence[str]) -> tuple[str, ...]:
        head = f"Question {prompt}: "
        return tuple(vote.removeprefix(head) for vote in self.document.votes if vote.startswith(head))

    def show_names(self, chat: Chat) -> None:
        """Names that are not in a snapshot cannot be shown."""

    def run(self, chat: Chat, position: Position) -> Sequence[LiveReply]:
        """Refused: nothing is asked of a snapshot."""
        return _refused()

    def ask(self, chat: Chat, message: Message) -> Sequence[LiveReply]:
        """Refused: nothing is asked of a snapshot."""
        return _refused()

    def stop(self, chat: Chat) -> None:
        """Nothing is coming."""


def _refused() -> NoReturn:
    raise RefusedError(NEVER_CHANGES)


def _name(pane: DocumentPane) -> str:
    last = next((turn.reply for turn in reversed(pane.path) if turn.reply is not None), None)
    model = pane.setup.model if last is None else last.model
    return pane.name or visible(model.rpartition("/")[2] or model)


def _answers(pane: DocumentPane, asked: AskedQuestion | None, *, last: bool) -> Sequence[StoredReply]:
    """The answers of a pane to the question on screen."""
    if last:
        return pane.last_answers
    reply = asked.path[-1].reply if asked is not None else None
    return () if reply is None else (reply,)
