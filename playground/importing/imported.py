"""What was found in a pasted text, and what was not understood of it."""

from dataclasses import dataclass, field
from typing import Any

from playground.messages import Message
from playground.setup import Form


class UnreadableError(ValueError):
    """Why nothing could be taken from a text, in words for the person who pasted it."""


@dataclass(slots=True)
class Imported:
    """A conversation and what it is sent with. `model` is the name as it stood there, "" where none did.

    `notes` has a sentence for each thing that was there and was not taken, or was taken differently. Tokens are in none
    of this.
    """

    model: str = ""
    system_prompt: str = ""
    messages: tuple[Message, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    tools: tuple[dict[str, Any], ...] = ()
    response_format: dict[str, Any] | None = None
    form: Form = "messages"
    raw: bool = False
    reject_if_busy: bool = False
    notes: list[str] = field(default_factory=list)
