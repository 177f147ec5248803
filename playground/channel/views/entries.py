"""One turn as one slot of a page shows it, ready to be told to any socket."""

import hashlib
import logging
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import orjson

from playground.answers.live_reply import Reply
from playground.channel.growth import Growth, Scrub
from playground.channel.messages import Problem, TurnView
from playground.channel.packing import fields_of
from playground.store import Turn

log = logging.getLogger(__name__)


class Look(Protocol):
    """How a slot shows a conversation. Two that are equal show the same; any thread may call one, also for long."""

    def view(self, turn: Turn, live: Reply | None, *, last: bool, quick: bool = False) -> TurnView:
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
    live: Reply | None = None
    was: Reply | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What is told of a turn. Of one on its way the words are those of `growth`; of one that has ended `growth` is what
    its words go on from, where they do.
    """

    row: Row
    last: bool
    turn: str
    fields: dict[str, Any]
    """All but the parts that are told by key."""
    meter: str
    text: str = ""
    thoughts: str = ""
    growth: Growth | None = None
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
        return self.growth.version if self.live and self.growth is not None else self.known_version

    def same_as(self, other: "Entry") -> bool:
        """Whether nobody could see a difference."""
        if (self.fields, self.meter, self.live) != (other.fields, other.meter, other.live):
            return False
        if self.live:
            return self.growth is other.growth
        return (self.text, self.thoughts) == (other.text, other.thoughts)

    def made_anew(self, other: "Entry") -> "Entry":
        """The same entry, made by and from what another one was that looks alike."""
        return replace(self, row=other.row, last=other.last, by=other.by, growth=other.growth or self.growth)


@dataclass(slots=True, eq=False)
class Writer:
    """Makes the entries of a slot as one look shows them; any thread may call."""

    look: Look
    _growths: dict[str, Growth] = field(default_factory=dict)

    def entry(self, row: Row, *, last: bool, quick: bool = False) -> Entry:
        """What is told of a row now; with `quick` for the moment, until it is made again."""
        by = None if quick else self
        try:
            view = self.look.view(row.turn, row.live, last=last, quick=quick)
        except Exception:
            log.exception("turn %s cannot be shown", row.turn.id)
            role = row.turn.message.role
            view = TurnView(
                turn=row.turn.id,
                role="assistant" if role == "system" else role,
                error=Problem(message="The playground itself could not show this turn.", hint="Its log says why."),
            )
        fields, growth = fields_of(view), self.growth(row.live or row.was)
        if growth is not None:
            growth.pull()
        if row.live is not None:
            return Entry(row, last, view.turn, fields, view.meter, growth=growth, by=by)
        if view.meter:
            fields["meter"] = view.meter
        goes_on = growth is not None and (
            view.text.startswith(str(growth.text)) and view.thoughts.startswith(str(growth.thoughts))
        )
        return Entry(
            row=row,
            last=last,
            turn=view.turn,
            fields=fields,
            meter="",
            text=view.text,
            thoughts=view.thoughts,
            growth=growth if goes_on else None,
            known_version=_hashed(fields, view.text, view.thoughts),
            by=by,
        )

    def succeeded_by(self, look: Look) -> "Writer":
        """One for another look, with the words of answers on their way where both show them as they come."""
        both = look.scrub is None and self.look.scrub is None
        return Writer(look, self._growths if both else {})

    def growth(self, reply: Reply | None) -> Growth | None:
        """The words of an answer as this look shows them."""
        if reply is None:
            return None
        found = self._growths.get(reply.id)
        if found is None:
            found = self._growths.setdefault(reply.id, Growth(reply, self.look.scrub))
        return found

    def keep(self, ids: set[str]) -> None:
        """Forget the words of all answers but these."""
        for known in [known for known in tuple(self._growths) if known not in ids]:
            self._growths.pop(known, None)


def _hashed(fields: dict[str, Any], *texts: str) -> str:
    made = hashlib.blake2b(orjson.dumps(fields), digest_size=9)
    for text in texts:
        made.update(b"\0" + text.encode("utf-8", "replace"))
    return made.hexdigest()
