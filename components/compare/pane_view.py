"""What each pane of a comparison shows, gathered once for a run of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from components.compare.session import CompareSession, comparing
from components.frame.session import called, chat
from playground.answers import live_reply as replies
from playground.answers.live_replies import live_replies
from playground.compare.comparison import Comparison, Pane, pane_titles
from playground.compare.replay import Replay, replay_of
from playground.conversation.provenance import asked_with
from playground.conversation.setup import Setup
from playground.models.catalog import ModelCard
from playground.models.naming import Found, NameMeaning
from playground.store import StoredReply, Turn


@dataclass(frozen=True, slots=True)
class PaneView:
    """One pane. `name` is what it is called while names may be seen, a letter while they may not.

    `kept_name` is what its answers to the last prompt are called, which were asked with what was set then.
    """

    number: int
    pane: Pane
    comparison: Comparison
    name: str
    kept_name: str
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

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden."""
        return self.comparison.hidden

    @property
    def answer_name(self) -> str:
        """What its answers are called while names may be seen, the letter while they may not."""
        return self.name if self.hidden else self.kept_name

    @property
    def busy(self) -> bool:
        """Whether something is on its way, or is about to be."""
        return bool(self.live) or self.replay is not None

    @property
    def context(self) -> tuple[object, ...]:
        """All that the next prompt would be sent with: what is set, and how far the conversation has come."""
        last = self.path[-1] if self.path else None
        return self.setup, last and last.id, last and last.reply and last.reply.state

    @property
    def has_answered(self) -> bool:
        """Whether there is anything to vote on: an answer that failed or was stopped before its first word is none."""
        return any(reply.text or reply.tool_calls or reply.extras for reply in self.answers)

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
    # Before the paths, so that what ends or begins meanwhile is watched, and the page drawn anew.
    coming = {pane.id: _coming(pane.conversation_id) for pane in shown}
    paths = chat().store.paths([pane.conversation_id for pane in shown])
    now = [setup for setup, _ in fitted]
    names = pane_titles(now, {setup.model: called(setup.model) for setup in now})
    kept_names = _kept_names(now, [paths[pane.conversation_id] for pane in shown])
    if comparison.hidden:
        names = tuple(ascii_uppercase[: len(shown)])
    return [
        PaneView(
            number=number,
            pane=pane,
            comparison=comparison,
            name=names[number],
            kept_name=kept_names[number],
            card=cards[number],
            meaning=meanings[number],
            setup=fitted[number][0],
            notes=fitted[number][1],
            path=paths[pane.conversation_id],
            live=coming[pane.id][1],
            answers=comparing().answers(paths[pane.conversation_id]),
            replay=coming[pane.id][0],
            alone=pane.id == here.focus,
        )
        for number, pane in enumerate(shown)
    ]


def _coming(conversation_id: str) -> tuple[Replay | None, Sequence["replies.LiveReply"]]:
    return replay_of(conversation_id), live_replies.of(conversation_id)


def _kept_names(now: Sequence[Setup], paths: Sequence[Sequence[Turn]]) -> tuple[str, ...]:
    """What the last answers are called: by what each was asked with, else by what its pane is set to."""
    last = [path[-1].reply if path else None for path in paths]
    setups = [
        (asked_with(reply) if reply is not None else None) or setup for reply, setup in zip(last, now, strict=True)
    ]
    return pane_titles(setups, {setup.model: called(setup.model) for setup in setups})
