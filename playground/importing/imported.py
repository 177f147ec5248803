"""What was found in a pasted text, and what was not understood of it."""

from dataclasses import dataclass, field
from typing import Any

from playground.conversation.setup import Form
from playground.messages import Message


class UnreadableError(ValueError):
    """Why nothing could be taken from a text, in words for the person who pasted it."""


@dataclass(slots=True)
class Imported:
    """A conversation and what it is sent with. `model` is the name as it stood there, "" where none did.

    `notes` has a sentence for each thing that was there and was not taken, or was taken differently. `conversations`
    are the titles of all that the text holds, where it holds several; this is number `chosen` of them. Tokens are in
    none of this.
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
    conversations: tuple[str, ...] = ()
    chosen: int = 0

    @property
    def empty(self) -> bool:
        """Whether it holds no message with anything in it, no prompt and no setting; a model's name is none."""
        said = any(message.content or message.tool_calls for message in self.messages)
        return not (said or self.system_prompt.strip() or self.parameters or self.tools or self.response_format)
