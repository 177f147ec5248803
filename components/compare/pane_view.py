"""What each pane of a comparison shows, gathered once for a run of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from components.compare.session import CompareSession, comparing
from components.frame.process import called, chat, visitor
from playground.answers import live_reply as replies
from playground.answers.live_replies import live_replies
from playground.compare.comparison import Comparison, Pane
from playground.compare.pane_titles import pane_titles
from playground.compare.replay import Replay, replay_of
from playground.conversation.provenance import reply_setup
from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard
from playground.models.naming import Found, NameMeaning
from playground.store import StoredReply, Turn, Vote


@dataclass(frozen=True, slots=True)
class PaneView:
    """One pane. `name` is its name, a letter while names are hidden.

    `sent_name` names its answers to the last prompt, by the settings that were sent for them.
    """

    number: int
    pane: Pane
    comparison: Comparison
    name: str
    sent_name: str
    card: ModelCard | None
    meaning: NameMeaning
    setup: Setup
    notes: Sequence[str]
    path: Sequence[Turn]
    live: Sequence["replies.LiveReply"]
    answers: Sequence[StoredReply]
    """The ended ones to the last prompt: one, or as many as it was repeated."""
    replay: Replay | None
    alone: bool
    votes: Sequence[Vote]
    """Those on the comparison, by their prompts."""

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden."""
        return self.comparison.hidden

    @property
    def answer_name(self) -> str:
        """The name of its answers, the letter while names are hidden."""
        return self.name if self.hidden else self.sent_name

    @property
    def busy(self) -> bool:
        """Whether something is on its way, or is about to be."""
        return bool(self.live) or self.replay is not None

    @property
    def context(self) -> tuple[object, ...]:
        """What the next prompt would be sent with: the setup, and the last turn with its state."""
        last = self.path[-1] if self.path else None
        return self.setup, last and last.id, last and last.reply and last.reply.state

    @property
    def has_answered(self) -> bool:
        """Whether there is anything to vote on: an answer that failed or was stopped before its first token is none."""
        return any(reply.text or reply.tool_calls or reply.extras for reply in self.answers)

    @property
    def vote(self) -> Vote | None:
        """The reader's vote on the last prompt."""
        voter = visitor().owner.id
        return next((vote for vote in self.votes if vote.prompt == self.comparison.round and vote.voter == voter), None)

    @property
    def answer(self) -> StoredReply | None:
        """The ended answer on screen."""
        reply = self.path[-1].reply if self.path else None
        return None if reply is None or reply.state == "live" else reply


def pane_views(here: CompareSession) -> list[PaneView]:
    """The panes in the order of the screen."""
    comparison, roster = here.comparison, chat().roster
    shown = comparison.shown()
    meanings = [roster.find(pane.model) for pane in shown]
    cards = [meaning.card if isinstance(meaning, Found) else None for meaning in meanings]
    fitted = [comparison.fitted(pane, card) for pane, card in zip(shown, cards, strict=True)]
    # Before the paths, so that an answer that ends or begins meanwhile is noticed, and the page redrawn.
    underway = {pane.id: _underway(pane.conversation_id) for pane in shown}
    paths = chat().store.paths([pane.conversation_id for pane in shown])
    votes = chat().store.votes_on([here.comparison_id])[here.comparison_id]
    setups = [setup for setup, _ in fitted]
    names = pane_titles(setups, {setup.model: called(setup.model) for setup in setups})
    sent_names = _sent_names(setups, [paths[pane.conversation_id] for pane in shown])
    if comparison.hidden:
        names = tuple(ascii_uppercase[: len(shown)])
    return [
        PaneView(
            number=number,
            pane=pane,
            comparison=comparison,
            name=names[number],
            sent_name=sent_names[number],
            card=cards[number],
            meaning=meanings[number],
            setup=fitted[number][0],
            notes=fitted[number][1],
            path=paths[pane.conversation_id],
            live=underway[pane.id][1],
            answers=comparing().answers(paths[pane.conversation_id]),
            replay=underway[pane.id][0],
            alone=pane.id == here.focus,
            votes=votes,
        )
        for number, pane in enumerate(shown)
    ]


def _underway(conversation_id: str) -> tuple[Replay | None, Sequence["replies.LiveReply"]]:
    owner = chat().store.owner
    return replay_of(owner, conversation_id), live_replies.of(owner, conversation_id)


def _sent_names(set_now: Sequence[Setup], paths: Sequence[Sequence[Turn]]) -> tuple[str, ...]:
    """Names of the last answers, by the setup that each was requested with, or else that of its pane."""
    last = [path[-1].reply if path else None for path in paths]
    setups = [
        (reply_setup(reply) if reply is not None else None) or setup for reply, setup in zip(last, set_now, strict=True)
    ]
    return pane_titles(setups, {setup.model: called(setup.model) for setup in setups})
