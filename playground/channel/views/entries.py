"""One turn as a slot of a page shows it, ready to be sent to any socket."""

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
    """How a slot shows a conversation. Equal presenters show the same. Called on any thread; may take long."""

    def view(self, turn: Turn, live: LiveReply | None, *, last: bool, quick: bool = False) -> TurnView:
        """The view of a turn; `live` is its answer while it arrives, whose text is left out.

        `last`: no turn follows. `quick`: what takes long may be left out.
        """

    @property
    def scrub(self) -> Scrub | None:
        """Masks text of a model; None where nothing is masked."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A turn of the path on screen; `live` is its answer while it arrives, `ended_reply` the same after its end."""

    turn: Turn
    live: LiveReply | None = None
    ended_reply: LiveReply | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A turn as it is sent. While its answer arrives, the text is in `streamed`; afterwards `streamed` is set where the
    final text continues it.
    """

    row: Row
    last: bool
    turn: str
    fields: dict[str, Any]
    """All fields but the parts that are sent by key."""
    meter: str
    text: str = ""
    thoughts: str = ""
    streamed: StreamedAnswer | None = None
    known_version: str = ""
    writer: "Writer | None" = None
    """The writer that made it; None where it was made with `quick`."""

    @property
    def live(self) -> bool:
        """Whether its answer is still arriving."""
        return self.row.live is not None

    @property
    def version(self) -> str:
        """The version that a browser sends back when it reconnects."""
        return self.streamed.version if self.live and self.streamed is not None else self.known_version

    def looks_like(self, other: "Entry") -> bool:
        """Whether the other entry looks the same."""
        if (self.fields, self.meter, self.live) != (other.fields, other.meter, other.live):
            return False
        if self.live:
            return self.streamed is other.streamed
        return (self.text, self.thoughts) == (other.text, other.thoughts)

    def with_source_of(self, other: "Entry") -> "Entry":
        """The same entry with the row and writer of another one that looks the same."""
        return replace(
            self, row=other.row, last=other.last, writer=other.writer, streamed=other.streamed or self.streamed
        )


@dataclass(slots=True, eq=False)
class Writer:
    """Makes the entries of a slot for one presenter; thread-safe."""

    presenter: Presenter
    _streamed: dict[str, StreamedAnswer] = field(default_factory=dict)

    def entry(self, row: Row, *, last: bool, quick: bool = False) -> Entry:
        """The entry of a row; with `quick` a preliminary one."""
        writer = None if quick else self
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
        fields, streamed = fields_of(view), self.streamed(row.live or row.ended_reply)
        if streamed is not None:
            streamed.pull()
        if row.live is not None:
            return Entry(row, last, view.turn, fields, view.meter, streamed=streamed, writer=writer)
        if view.meter:
            fields["meter"] = view.meter
        continues = streamed is not None and (
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
            streamed=streamed if continues else None,
            known_version=_hashed(fields, view.text, view.thoughts),
            writer=writer,
        )

    def successor(self, presenter: Presenter) -> "Writer":
        """A writer for another presenter; it keeps the streamed answers where neither masks anything."""
        both = presenter.scrub is None and self.presenter.scrub is None
        return Writer(presenter, self._streamed if both else {})

    def streamed(self, reply: LiveReply | None) -> StreamedAnswer | None:
        """The streamed text of an answer, as the presenter masks it."""
        if reply is None:
            return None
        found = self._streamed.get(reply.id)
        if found is None:
            found = self._streamed.setdefault(reply.id, StreamedAnswer(reply, self.presenter.scrub))
        return found

    def keep(self, ids: set[str]) -> None:
        """Forget the streamed answers with other ids."""
        for known in [known for known in tuple(self._streamed) if known not in ids]:
            self._streamed.pop(known, None)


def _hashed(fields: dict[str, Any], *texts: str) -> str:
    digest = hashlib.blake2b(orjson.dumps(fields), digest_size=9)
    for text in texts:
        digest.update(b"\0" + text.encode("utf-8", "replace"))
    return digest.hexdigest()
