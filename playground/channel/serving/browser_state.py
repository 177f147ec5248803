"""What a browser has of a page, and the next frame that is sent to it."""

from dataclasses import dataclass, field

from playground.channel.messages import SlotMessage
from playground.channel.slots import Shown, Slot
from playground.channel.views.entries import Entry

LONGEST_FRAME = 64_000
"""Characters of words in one frame of the socket; one turn may go over it once."""


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
    def whole(self) -> bool:
        """Whether nothing more of its words is to come."""
        entry = self.entry
        return not entry.live and (self.text, self.thoughts) == (len(entry.text), len(entry.thoughts))

    def next_words(self, most: int) -> tuple[str, str]:
        """What comes next of its thoughts and its words, together at most so much; taken as told."""
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

    def left(self) -> tuple[int, int]:
        """Characters of its thoughts and its words that were not told."""
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
    """What is put together for one frame of the socket."""

    parts: list[bytes] = field(default_factory=list)
    room: int = LONGEST_FRAME

    def add(self, part: bytes, size: int = 0) -> None:
        """Put a message in; `size` is how many characters of words it has."""
        self.parts.append(part)
        self.room -= size
