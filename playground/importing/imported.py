"""The result of an import."""

from dataclasses import dataclass, field
from typing import Any

from playground.conversation.setup import Form
from playground.messages import Message


class UnreadableError(ValueError):
    """A message for the person who pasted a text about why nothing could be imported."""


@dataclass(slots=True)
class Imported:
    """A conversation and its settings. `model` is the name in the text, "" where there is none.

    `notes` has a sentence for each thing that was left out or changed. `conversations` are the titles of all
    conversations of the text, where it has several; this is number `chosen` of them. Secrets are never imported.
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
        """Whether there is neither a message with content nor any setting but the model."""
        has_messages = any(message.content or message.tool_calls for message in self.messages)
        return not (has_messages or self.system_prompt.strip() or self.parameters or self.tools or self.response_format)
