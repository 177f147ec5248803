"""One turn as one slot of a page shows it, ready to be told to any socket."""

import hashlib
import logging
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson

from playground.answers.live_reply import LiveReply
from playground.channel.messages import Problem, TurnView
from playground.channel.packing import fields_of
from playground.channel.streamed_answer import Scrub, StreamedAnswer
from playground.store import Turn

log = logging.getLogger(__name__)


class Presenter(Protocol):
    """How a slot shows a conversation. Two that are equal show the same; any thread may call one, also for long."""

    def view(self, turn: Turn, live: LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        """A turn as it is shown; `live` is its answer while that is on its way, whose words are not asked for.

        `last` says that nothing follows, `quick` that what takes long may be left out.
        """

    @property
    def scrub(self) -> Scrub | None:
        """What is seen of words that a model writes; None for all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A turn of the path on screen; `live` is its answer while that is on its way, `was` that which has ended."""

    turn: Turn
    live: LiveReply | None = None
    was: LiveReply | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is told of a turn. Of one on its way the words are those of `streamed`; of one that has ended `streamed` is
    what its words go on from, where they do.
    """

    row: Row
    last: bool
    turn: str
    fields: dict[str, Any]
    """All but the parts that are told by key."""
    meter: str
    text: str = ""
    thoughts: str = ""
    streamed: StreamedAnswer | None = None
    known_version: str = ""
    by: "Writer | None" = None
    """Who made it last; another one would show it otherwise, perhaps."""

    @property
    def live(self) -> bool:
        """Whether its words still come."""
        return self.row.live is not None

    @property
    def version(self) -> str:
        """What the browser says when it comes back."""
        return self.streamed.version if self.live and self.streamed is not None else self.known_version

    def same_as(self, other: "Entry") -> bool:
        """Whether nobody could see a difference."""
        if (self.fields, self.meter, self.live) != (other.fields, other.meter, other.live):
            return False
        if self.live:
            return self.streamed is other.streamed
        return (self.text, self.thoughts) == (other.text, other.thoughts)

    def made_anew(self, other: "Entry") -> "Entry":
        """The same entry, made by and from what another one was that looks alike."""
        return replace(self, row=other.row, last=other.last, by=other.by, streamed=other.streamed or self.streamed)


@dataclass(slots=True, eq=False)
class Writer:
    """Makes the entries of a slot as one look shows them; any thread may call."""

    presenter: Presenter
    _streamed: dict[str, StreamedAnswer] = field(default_factory=dict)

    def entry(self, row: Row, *, last: bool, quick: bool = False) -> Entry:
        """What is told of a row now; with `quick` for the moment, until it is made again."""
        by = None if quick else self
        try:
            view = self.presenter.view(row.turn, row.live, last=last, quick=quick)
        except Exception:
            log.exception("turn %s cannot be shown", row.turn.id)
            role = row.turn.message.role
            view = TurnView(
                turn=row.turn.id,
                role="assistant" if role == "system" else role,
                error=Problem(message="The playground itself could not show this turn.", hint="Its log says why."),
            )
        fields, streamed = fields_of(view), self.streamed(row.live or row.was)
        if streamed is not None:
            streamed.pull()
        if row.live is not None:
            return Entry(row, last, view.turn, fields, view.meter, streamed=streamed, by=by)
        if view.meter:
            fields["meter"] = view.meter
        goes_on = streamed is not None and (
            view.text.startswith(str(streamed.text)) and view.thoughts.startswith(str(streamed.thoughts))
        )
        return Entry(
            row=row,
            last=last,
            turn=view.turn,
            fields=fields,
            meter="",
            text=view.text,
            thoughts=view.thoughts,
            streamed=streamed if goes_on else None,
            known_version=_hashed(fields, view.text, view.thoughts),
            by=by,
        )

    def succeeded_by(self, presenter: Presenter) -> "Writer":
        """One for another presenter, with the words of answers on their way where both show them as they come."""
        both = presenter.scrub is None and self.presenter.scrub is None
        return Writer(presenter, self._streamed if both else {})

    def streamed(self, reply: LiveReply | None) -> StreamedAnswer | None:
        """The words of an answer as this look shows them."""
        if reply is None:
            return None
        found = self._streamed.get(reply.id)
        if found is None:
            found = self._streamed.setdefault(reply.id, StreamedAnswer(reply, self.presenter.scrub))
        return found

    def keep(self, ids: set[str]) -> None:
        """Forget the words of all answers but these."""
        for known in [known for known in tuple(self._streamed) if known not in ids]:
            self._streamed.pop(known, None)


def _hashed(fields: dict[str, Any], *texts: str) -> str:
    made = hashlib.blake2b(orjson.dumps(fields), digest_size=9)
    for text in texts:
        made.update(b"\0" + text.encode("utf-8", "replace"))
    return made.hexdigest()
