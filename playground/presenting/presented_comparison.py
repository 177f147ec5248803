"""A comparison on the stage: a step for each prompt, then the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from playground.answers.live_reply import LiveReply
from playground.channel.asking import RefusedError
from playground.channel.messages import Problem
from playground.channel.views.turn import TurnPresenter
from playground.compare.comparing import Comparing, shuffled
from playground.compare.comparison import Comparison
from playground.compare.pane_titles import pane_titles
from playground.compare.verdict_table import metric_rows
from playground.compare.vote import told_votes, why_no_vote
from playground.conversation.chat import Chat
from playground.conversation.provenance import reply_setup
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.presenting.position import Position
from playground.presenting.room import AskedRoom, asked_room
from playground.presenting.scene import (
    NOT_ASKED,
    AskedQuestion,
    Presentable,
    Scene,
    ScenePane,
    Table,
    asked_questions,
    refuse_unless_last,
)
from playground.store import StoredReply
from playground.store.database.errors import MissingError
from playground.text.labels import visible
from playground.voting.asking import ballot_on

HIDDEN_VERDICT = "Names, times and costs are hidden until N shows the names."
COMING = "The verdict comes when all answers have ended."


@dataclass(frozen=True)
class PresentedComparison(Presentable):
    """A comparison by its id."""

    comparison_id: str

    @property
    def kept_as(self) -> str:
        """What it is, and its id."""
        return f"comparison {self.comparison_id}"

    def scene(self, chat: Chat, position: Position) -> Scene | None:
        """The prompt on screen with the answers of all panes."""
        comparing = Comparing(chat)
        comparison = comparing.read(self.comparison_id)
        if comparison is None:
            return None
        shown = comparison.shown()
        hidden = comparison.hidden or not position.names
        paths = chat.store.paths([pane.conversation_id for pane in shown])
        asked = [asked_questions(paths[pane.conversation_id]) for pane in shown]
        steps = max(map(len, asked), default=0)
        at = position.at(steps)
        on_screen = [each[at] if at < len(each) else None for each in asked]
        names = tuple(ascii_uppercase[: len(shown)]) if hidden else _names(comparison, chat, on_screen)
        panes = tuple(
            ScenePane(
                slot=f"pane-{number}",
                name=names[number],
                conversation_id=pane.conversation_id,
                path=paths[pane.conversation_id],
                presenter=TurnPresenter(
                    compact=True,
                    hidden=hidden,
                    card=comparing.card(pane),
                    model=pane.model,
                    costs=position.costs,
                ),
                question=asked_here.question if asked_here is not None else None,
            )
            for number, (pane, asked_here) in enumerate(zip(shown, on_screen, strict=True))
        )
        answers = [comparing.answers(question.path) if question is not None else [] for question in on_screen]
        coming = any(_is_coming(question) for question in on_screen)
        table, remarks = self._verdict(chat, comparison, names, answers, at, costs=position.costs)
        if hidden or coming:
            table, remarks = (), (COMING if coming else HIDDEN_VERDICT,)
        later = [each[at + 1].question.message.text for each in asked if at + 1 < len(each)]
        following = next(iter(later), "The verdict" if steps and not position.verdict else "")
        room = asked_room(chat, self.comparison_id, at + 1) if position.room else None
        return Scene(
            panes, at, steps, not hidden, table, remarks, has_verdict=steps > 0, room=room, following=following
        )

    def room(self, chat: Chat, position: Position) -> AskedRoom | None:
        """What the room was asked about the answers on screen; None where it was not."""
        _, comparison = self._read(chat)
        return asked_room(chat, self.comparison_id, position.at(self._steps(chat, comparison)) + 1)

    def ask_room(self, chat: Chat, position: Position) -> None:
        """Have the room vote, by letters alone, on the answers to the last prompt."""
        _, comparison = self._read(chat)
        steps = self._steps(chat, comparison)
        refuse_unless_last(position, steps)
        shown = comparison.shown()
        by_conversation = chat.store.paths([pane.conversation_id for pane in shown])
        paths = {pane.id: by_conversation[pane.conversation_id] for pane in shown}
        last = [path[-1].reply if path else None for path in paths.values()]
        if any(reply is not None and reply.state == "live" for reply in last):
            raise RefusedError(Problem(message="The room votes when all answers have ended."))
        if all(map(why_no_vote, last)):
            raise RefusedError(Problem(message="There is no answer to vote for."))
        asked = [asked_questions(path)[-1] if path else None for path in paths.values()]
        called = zip([pane.id for pane in shown], _names(comparison, chat, asked), strict=True)
        ballot = ballot_on(self.comparison_id, steps, list(called), paths, blind=True, counts_hidden=True)
        chat.store.open_ballot(ballot)

    def close_room(self, chat: Chat, position: Position) -> None:
        """Take no more votes, and show the names."""
        asked = self.room(chat, position)
        if asked is None:
            raise RefusedError(NOT_ASKED)
        chat.store.close_ballot(asked.ballot.id)
        self.show_names(chat)

    def show_names(self, chat: Chat) -> None:
        """Names are seen from now on beside the answers to the last prompt, as they are after a vote."""
        comparing = Comparing(chat)
        comparison = comparing.read(self.comparison_id)
        if comparison is not None and comparison.hidden:
            comparing.save(self.comparison_id, comparison.with_names())

    def run(self, chat: Chat, position: Position) -> Sequence[LiveReply]:
        """Ask for the last answer of each pane again; the ones before stay as other versions."""
        comparing, comparison = self._read(chat)
        refuse_unless_last(position, self._steps(chat, comparison))
        comparing.stop(comparison.panes)
        return [reply for pane in comparison.panes for reply in comparing.retry(comparison, pane)]

    def ask(self, chat: Chat, message: Message) -> Sequence[LiveReply]:
        """Ask in all panes that share the prompt."""
        comparing, comparison = self._read(chat)
        panes = comparison.linked_panes
        if not panes:
            raise RefusedError(Problem(message="Every pane has a prompt of its own."))
        asked = comparing.next_round(self.comparison_id, comparison, message, shuffled(len(comparison.panes)))
        return comparing.send(asked, panes, message)

    def stop(self, chat: Chat) -> None:
        """Stop the answers of all panes."""
        comparing, comparison = self._read(chat)
        comparing.stop(comparison.panes)

    def _steps(self, chat: Chat, comparison: Comparison) -> int:
        paths = chat.store.paths([pane.conversation_id for pane in comparison.shown()])
        return max((len(asked_questions(path)) for path in paths.values()), default=0)

    def _read(self, chat: Chat) -> tuple[Comparing, Comparison]:
        comparing = Comparing(chat)
        comparison = comparing.read(self.comparison_id)
        if comparison is None:
            raise MissingError("comparison", self.comparison_id)
        return comparing, comparison

    def _verdict(
        self,
        chat: Chat,
        comparison: Comparison,
        names: Sequence[str],
        answers: Sequence[Sequence[StoredReply]],
        at: int,
        *,
        costs: bool,
    ) -> tuple[Table, tuple[str, ...]]:
        """The verdict as rows, and the votes on the prompt, without their notes."""
        rows = metric_rows(answers, costs=costs)
        votes = chat.store.votes_on([self.comparison_id])[self.comparison_id]
        called = {pane.id: name for pane, name in zip(comparison.shown(), names, strict=True)}
        bare = [replace(vote, note="", name=called.get(vote.pane or "", vote.name)) for vote in votes]
        remarks = tuple(told for prompt, told in told_votes(bare, called, len(names)) if prompt == at + 1)
        return (("Measure", *names), *rows), remarks


def _names(comparison: Comparison, chat: Chat, on_screen: Sequence[AskedQuestion | None]) -> tuple[str, ...]:
    """Names of panes, by the setup that each answer was asked with, or else that of its pane."""
    comparing = Comparing(chat)
    setups: list[Setup] = []
    for pane, question in zip(comparison.shown(), on_screen, strict=True):
        reply = question.path[-1].reply if question is not None else None
        sent = reply_setup(reply) if reply is not None else None
        setups.append(sent or comparison.fitted(pane, comparing.card(pane))[0])
    called = {}
    for setup in setups:
        card = chat.roster.card(setup.model)
        called[setup.model] = visible(setup.model) if card is None else chat.roster.called(card)
    return pane_titles(setups, called)


def _is_coming(question: AskedQuestion | None) -> bool:
    reply = question.path[-1].reply if question is not None else None
    return reply is not None and reply.state == "live"
