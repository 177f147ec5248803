"""Counts the length of an answer as it arrives, and cuts it at its bound."""

from dataclasses import replace

from playground.answers.extras import ChoiceDelta
from playground.events import Event, ReasoningDelta, TextDelta, ToolCallDelta


class AnswerLength:
    """Counts the characters of text, thoughts, arguments and further choices; `exceeded` once there are more."""

    def __init__(self, max_chars: int) -> None:
        self.max_chars = max_chars
        self.exceeded = False
        self._remaining = max_chars

    def cut(self, events: list[Event], start: int) -> None:
        """Count the events from `start` on; past the bound, shorten the event and drop all that follow."""
        for index in range(start, len(events)):
            event = events[index]
            length = len(event.text) if isinstance(event, TextDelta) else _length(event)
            if length > self._remaining:
                self.exceeded = True
                events[index:] = [_shortened(event, self._remaining)] if self._remaining else []
                return
            self._remaining -= length


def _length(event: Event) -> int:
    match event:
        case ReasoningDelta(text) | ToolCallDelta(arguments=text) | ChoiceDelta(text=text):
            return len(text)
        case _:
            return 0


def _shortened(event: Event, length: int) -> Event:
    match event:
        case ToolCallDelta(arguments=text):
            return replace(event, arguments=text[:length])
        case TextDelta(text) | ReasoningDelta(text) | ChoiceDelta(text=text):
            return replace(event, text=text[:length])
        case _:
            return event
