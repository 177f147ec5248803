"""Messages, tool calls and the request that sends them: frozen values without ids or storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]

ContentPart = Mapping[str, Any]
"""A part of a message in OpenAI's form, such as {"type": "image_url", "image_url": {"url": …}}."""


ToolKind = Literal["function", "custom"]
"""`custom` tools take text of any form: https://platform.openai.com/docs/guides/function-calling#custom-tools."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asked for; `arguments` is JSON text exactly as the model wrote it, a custom tool's its input.

    `provider_details` are further fields of the call that its server wants back, such as a signature of thoughts.
    """

    id: str
    name: str
    arguments: str
    kind: ToolKind = "function"
    provider_details: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """Where an answer came from, and what its server wants back when the conversation goes on.

    `server` and `model` are "" where they are not known; no other server or model gets it back. `thoughts_as` is the
    field in which the thoughts came, None where they were part of the text. `details` are other fields of the message,
    such as signatures, sent back unchanged.
    """

    server: str = ""
    model: str = ""
    thoughts_as: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation. `tool_call_id` names the call that a tool message answers.

    Without `provider_metadata` it is not known where an assistant's message came from. Equality ignores it.
    """

    role: Role
    content: str | tuple[ContentPart, ...]
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str | None = None
    provider_metadata: ProviderMetadata | None = field(default=None, compare=False)

    @property
    def pictures(self) -> tuple[ContentPart, ...]:
        """The parts that are images."""
        if isinstance(self.content, str):
            return ()
        return tuple(part for part in self.content if part.get("type") == "image_url")

    @property
    def text(self) -> str:
        """The text of the message, its images left out."""
        if isinstance(self.content, str):
            return self.content
        return "".join(str(part.get("text") or "") for part in self.content or () if part.get("type") == "text")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request to a model; a parameter that is not in `parameters` is not sent.

    Either `messages` or `prompt` is set. `raw` sends the prompt without the model's chat template.
    `tools` are OpenAI's `{"type": "function", "function": …}`; `response_format` is `{"type": "json_object"}` or
    `{"type": "json_schema", "json_schema": <bare schema>}`, whatever the wire wants.
    `conversation_id` keeps a conversation on one prompt cache (`x-session-affinity`); `reject_if_busy` asks for an
    error at once where the service would queue.
    """

    model: str
    messages: tuple[Message, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_format: Mapping[str, Any] | None = None
    prompt: str | None = None
    raw: bool = False
    stream: bool = True
    conversation_id: str | None = None
    reject_if_busy: bool = False
