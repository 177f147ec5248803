"""What each pane of a comparison shows, gathered once for a run of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from string import ascii_uppercase

from components.compare_session import CompareSession, comparing
from components.live_answer import Watched, unsaved
from components.session import chat
from playground import replies
from playground.blind import scrubbed
from playground.catalog import ModelCard
from playground.comparison import Comparison, Pane, titles
from playground.replay import Replay, replay_of
from playground.setup import Setup
from playground.store import Failure, Reply, Turn

UNTOLD = Failure("server", "No answer came.", "The reason is shown after the vote.")


@dataclass(frozen=True, slots=True)
class PaneView:
    """One pane. `name` is what it is called while names may be seen, a letter while they may not."""

    number: int
    pane: Pane
    comparison: Comparison
    name: str
    card: ModelCard | None
    setup: Setup
    notes: Sequence[str]
    path: Sequence[Turn]
    live: Sequence["replies.Reply"]
    unsaved: Sequence[Watched]
    answers: Sequence[Reply]
    """The ended ones to the last prompt: one, or as many as it was repeated."""
    replay: Replay | None
    raw: bool
    alone: bool
    shown: int

    @property
    def hidden(self) -> bool:
        """Whether names and meters are hidden."""
        return self.comparison.hidden

    @property
    def coming(self) -> "replies.Reply | None":
        """The answer on screen, while it is on its way."""
        return next((reply for reply in self.live if self.path and reply.id == self.path[-1].id), None)

    @property
    def busy(self) -> bool:
        """Whether something is on its way, or is about to be."""
        return bool(self.live) or self.replay is not None

    @property
    def answer(self) -> Reply | None:
        """The ended answer on screen."""
        reply = self.path[-1].reply if self.path else None
        return None if reply is None or reply.state == "live" else reply

    @property
    def scrub(self) -> Callable[[str], str] | None:
        """What the eye gets of a text that is being written; None for all of it."""
        return partial(scrubbed, card=self.card, growing=True) if self.hidden and self.card else None

    def seen(self, reply: Reply) -> Reply:
        """A reply for the eye: while names are hidden, without what would give the model away."""
        if not self.hidden:
            return reply
        error = None if reply.error is None else UNTOLD
        if self.card is None:
            return replace(reply, notes=(), error=error)
        text, reasoning = scrubbed(reply.text, self.card), scrubbed(reply.reasoning, self.card)
        return replace(reply, text=text, reasoning=reasoning, notes=(), error=error, usage=None)


def pane_views(here: CompareSession) -> list[PaneView]:
    """The panes in the order of the screen."""
    comparison = here.comparison
    shown = comparison.shown()
    cards = [chat().roster.card(pane.model) for pane in shown]
    fitted = [comparison.fitted(pane, card) for pane, card in zip(shown, cards, strict=True)]
    names = titles([setup for setup, _ in fitted], {card.id: card.name for card in cards if card is not None})
    if comparison.hidden:
        names = tuple(ascii_uppercase[: len(shown)])
    # Before the paths, so that what ends or begins meanwhile is watched, and the page drawn anew.
    coming = {pane.id: _coming(pane.conversation_id) for pane in shown}
    paths = chat().store.paths([pane.conversation_id for pane in shown])
    return [
        _view(here, number, pane, card, names[number], fitted[number], paths[pane.conversation_id], *coming[pane.id])
        for number, (pane, card) in enumerate(zip(shown, cards, strict=True))
    ]


def _coming(conversation_id: str) -> tuple[Replay | None, Sequence["replies.Reply"], Sequence[Watched]]:
    return replay_of(conversation_id), replies.live.of(conversation_id), unsaved(conversation_id)


def _view(
    here: CompareSession,
    number: int,
    pane: Pane,
    card: ModelCard | None,
    name: str,
    fitted: tuple[Setup, Sequence[str]],
    path: Sequence[Turn],
    replay: Replay | None,
    live: Sequence["replies.Reply"],
    waiting: Sequence[Watched],
) -> PaneView:
    return PaneView(
        number=number,
        pane=pane,
        comparison=here.comparison,
        name=name,
        card=card,
        setup=fitted[0],
        notes=fitted[1],
        path=path,
        live=live,
        unsaved=waiting,
        answers=comparing().answers(path),
        replay=replay,
        raw=pane.id in here.raw,
        alone=pane.id == here.focus,
        shown=here.shown,
    )
