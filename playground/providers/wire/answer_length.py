"""How long an answer may get: counted as it comes, and cut where it is longer."""

from dataclasses import replace

from playground.answers.extras import ChoiceDelta
from playground.events import Event, ReasoningDelta, TextDelta, ToolCallDelta


class AnswerLength:
    """Counts the characters of text, thoughts, arguments and further choices; `exceeded` once there are more."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.exceeded = False
        self._room = longest

    def cut(self, events: list[Event], since: int) -> None:
        """Count the events from `since` on, and take away what is too much, with all that follows."""
        for at in range(since, len(events)):
            event = events[at]
            length = len(event.text) if isinstance(event, TextDelta) else _length(event)
            if length > self._room:
                self.exceeded = True
                events[at:] = [_shortened(event, self._room)] if self._room else []
                return
            self._room -= length


def _length(event: Event) -> int:
    match event:
        case ReasoningDelta(said) | ToolCallDelta(arguments=said) | ChoiceDelta(text=said):
            return len(said)
        case _:
            return 0


def _shortened(event: Event, length: int) -> Event:
    match event:
        case ToolCallDelta(arguments=said):
            return replace(event, arguments=said[:length])
        case TextDelta(said) | ReasoningDelta(said) | ChoiceDelta(text=said):
            return replace(event, text=said[:length])
        case _:
            return event
