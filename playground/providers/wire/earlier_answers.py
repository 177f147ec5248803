"""The fields that go back to a server with a model's earlier answers: thoughts and provider metadata.

Thoughts go back in the field in which they came, and only to the server and the model they came from. As
`reasoning_content` they belong to exchanges with tool calls alone: DeepSeek and Kimi ask for them there
(https://api-docs.deepseek.com/guides/thinking_mode, tool calls). Elsewhere DeepSeek ignores them, and its R1 refused
them.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from playground.messages import Message, ProviderMetadata
from playground.models.catalog.shape import Shape
from playground.providers.server_quirks import ServerQuirks

_DATE = re.compile(r"[-@_.](?:20\d\d-?[01]\d-?[0-3]\d|latest)$")
_UNSIGNED = {"google": {"thought_signature": "skip_thought_signature_validator"}}
"""In place of the signature of another model's call: https://ai.google.dev/gemini-api/docs/gemini-3."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The model and the server that a request is for, and what is known of how they want it.

    `thoughts_as` is the field that all thoughts go back in (`reasoning` for Workers AI); None leaves each in the field
    in which it came, or `reasoning` where that is not known. `keeps_thoughts`: the model is asked to remember its
    thoughts of earlier exchanges. `shape` is that of a Workers AI model on the native endpoint. `max_output_tokens` is
    what the server lists, None where it does not.
    """

    server: str = ""
    model: str = ""
    thoughts_as: str | None = None
    keeps_thoughts: bool = False
    shape: Shape = "native"
    max_output_tokens: int | None = None
    quirks: ServerQuirks = field(default_factory=ServerQuirks)

    def is_source_of(self, metadata: ProviderMetadata | None) -> bool:
        """Whether an answer came from this server and model, as far as is known."""
        if metadata is None:
            return True
        same_server = not (metadata.server and self.server) or metadata.server == self.server
        return same_server and (not (metadata.model and self.model) or _family(metadata.model) == _family(self.model))


def keeps_thoughts(parameters: Mapping[str, Any]) -> bool:
    """Whether parameters ask the model to remember earlier thoughts: those of Z.AI and Moonshot, also through vLLM.

    https://docs.z.ai/guides/capabilities/thinking-mode (preserved thinking); Kimi calls it `keep`.
    """
    values = (parameters.get(name) for name in ("thinking", "chat_template_kwargs"))
    settings = [setting for setting in values if isinstance(setting, Mapping)]
    return any(setting.get("clear_thinking") is False or setting.get("keep") == "all" for setting in settings)


def message_fields(messages: Sequence[Message], recipient: Recipient) -> list[dict[str, Any]]:
    """For each message, the fields that go with it beside content and tool calls."""
    return [
        _message_fields(message, recipient, with_tools=tools) if message.role == "assistant" else {}
        for message, tools in zip(messages, _with_tools(messages), strict=True)
    ]


def call_fields(message: Message, recipient: Recipient) -> list[dict[str, Any]]:
    """For each tool call of a message, the fields that go with it."""
    from_recipient = recipient.is_source_of(message.provider_metadata)
    fields = [_details(call.provider_details or {}, recipient) if from_recipient else {} for call in message.tool_calls]
    if recipient.quirks.marks_unsigned and fields and not _signed(fields[0]):
        fields[0]["extra_content"] = copy.deepcopy(_UNSIGNED)  # of calls made at once only the first is signed
    return fields


def _message_fields(message: Message, recipient: Recipient, *, with_tools: bool) -> dict[str, Any]:
    metadata, quirks = message.provider_metadata, recipient.quirks
    from_recipient = recipient.is_source_of(metadata)
    thoughts = message.reasoning or "" if from_recipient else ""
    fields = _details(metadata.details, recipient) if from_recipient and metadata is not None else {}
    name = quirks.thoughts_as
    if name is not None:
        if with_tools or quirks.thoughts_scope == "everywhere":
            fields[name] = thoughts
        return fields
    name = recipient.thoughts_as or ("reasoning" if metadata is None else metadata.thoughts_as)
    in_details = name == "reasoning" and "reasoning_details" in fields
    takes_thoughts = name == "reasoning" or with_tools or recipient.keeps_thoughts
    if thoughts and name and takes_thoughts and not in_details and name not in quirks.left_out:
        fields[name] = thoughts
    return fields


def _details(details: Mapping[str, Any], recipient: Recipient) -> dict[str, Any]:
    return {name: copy.deepcopy(value) for name, value in details.items() if name not in recipient.quirks.left_out}


def _signed(fields: Mapping[str, Any]) -> bool:
    return not fields.keys().isdisjoint(("extra_content", "thought_signature"))


def _with_tools(messages: Sequence[Message]) -> list[bool]:
    """For each message, whether tools were called in its exchange, which is from one user message to the next."""
    exchanges = list(accumulate(message.role == "user" for message in messages))
    pairs = zip(messages, exchanges, strict=True)
    with_tools = {exchange for message, exchange in pairs if message.tool_calls or message.role == "tool"}
    return [exchange in with_tools for exchange in exchanges]


def _family(model: str) -> str:
    """The name of a model without the date of its version."""
    return _DATE.sub("", model.strip().lower())
