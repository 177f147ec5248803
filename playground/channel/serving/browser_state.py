"""What a browser has of a page, and the next frame that it is sent."""

from dataclasses import dataclass, field

from playground.channel.messages import SlotMessage
from playground.channel.slots import Shown, Slot
from playground.channel.views.entries import Entry

LONGEST_FRAME = 64_000
"""Characters of text in one frame of the socket; one turn may exceed it once."""


@dataclass(slots=True, eq=False)
class BrowserTurn:
    """What the browser has of a turn."""

    entry: Entry
    version: str
    text: int = 0
    thoughts: int = 0
    meter: str = ""
    meter_at: float = 0.0
    key: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the browser has all of its text."""
        entry = self.entry
        return not entry.live and (self.text, self.thoughts) == (len(entry.text), len(entry.thoughts))

    def next_pieces(self, most: int) -> tuple[str, str]:
        """The next pieces of thoughts and text, together at most `most` characters; counted as sent."""
        entry = self.entry
        if entry.live and entry.streamed is not None:
            thoughts = entry.streamed.thoughts.since(self.thoughts, most)
            text = entry.streamed.text.since(self.text, most - len(thoughts))
        else:
            thoughts = entry.thoughts[self.thoughts : self.thoughts + most]
            text = entry.text[self.text : self.text + most - len(thoughts)]
        self.thoughts += len(thoughts)
        self.text += len(text)
        return thoughts, text

    def remaining(self) -> tuple[int, int]:
        """Characters of thoughts and of text that were not sent."""
        entry = self.entry
        if entry.live and entry.streamed is not None:
            return entry.streamed.thoughts.length - self.thoughts, entry.streamed.text.length - self.text
        return len(entry.thoughts) - self.thoughts, len(entry.text) - self.text


@dataclass(slots=True, eq=False)
class BrowserSlot:
    """What the browser has of a slot."""

    source: Slot
    shown: Shown | None = None
    complete: bool = False
    message: SlotMessage | None = None


@dataclass(slots=True, eq=False)
class OutgoingFrame:
    """The messages of one frame of the socket."""

    parts: list[bytes] = field(default_factory=list)
    room: int = LONGEST_FRAME

    def add(self, part: bytes, size: int = 0) -> None:
        """Add a message; `size` is the characters of text in it."""
        self.parts.append(part)
        self.room -= size
