"""Answers as servers have sent them, each with what it says."""

from dataclasses import dataclass, field
from typing import Any

from playground.messages import ToolCall
from playground.metering import Usage

DONE = "data: [DONE]\n\n"
GUESSED = Usage(0, -1, estimated=True)
"""Stands for any usage that is an estimate."""


def frames(*data: str, done: bool = True) -> str:
    """A stream of frames, ended by [DONE]."""
    return "".join(f"data: {frame}\n\n" for frame in data) + (DONE if done else "")


@dataclass(frozen=True)
class Answer:
    """A body, and what is heard when it is read."""

    name: str
    body: str
    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    reason: str = "stop"
    truncated: bool = False
    usage: Usage = GUESSED
    error: str | None = None
    """The kind of error it ends with."""
    says: str = ""
    """What the error's message holds."""
    options: dict[str, Any] = field(default_factory=dict)


JSON = {"content_type": "application/json"}
PARIS = '{"location": "Paris"}'
