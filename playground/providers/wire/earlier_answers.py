"""What goes back to a server with a model's earlier answers: their thoughts, and what the server gave with them.

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

from playground.messages import Given, Message
from playground.models.catalog.shape import Shape
from playground.providers.server_quirks import ServerQuirks

_DATE = re.compile(r"[-@_.](?:20\d\d-?[01]\d-?[0-3]\d|latest)$")
_UNSIGNED = {"google": {"thought_signature": "skip_thought_signature_validator"}}
"""What stands for the signature of a call of another model: https://ai.google.dev/gemini-api/docs/gemini-3."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: `model` at `server`, as it is known to want it.

    `thoughts_as` is the field that all of its thoughts go back in (`reasoning` for Workers AI); None leaves each in
    the field in which it came, and only unknown ones go as `reasoning`. `keeps_thoughts`: it was asked to keep in mind
    what it thought in earlier exchanges. `shape` is what a model of Workers AI takes on the native endpoint, `longest`
    the most tokens of an answer, where the server told them.
    """

    server: str = ""
    model: str = ""
    thoughts_as: str | None = None
    keeps_thoughts: bool = False
    shape: Shape = "native"
    longest: int | None = None
    quirks: ServerQuirks = field(default_factory=ServerQuirks)

    def gave(self, given: Given | None) -> bool:
        """Whether what came with an answer came from here, as far as anybody knows."""
        if given is None:
            return True
        same_server = not (given.server and self.server) or given.server == self.server
        return same_server and (not (given.model and self.model) or _family(given.model) == _family(self.model))


def keeps_thoughts(parameters: Mapping[str, Any]) -> bool:
    """Whether a model is asked to keep in mind what it thought before: of Z.AI and Moonshot, also through vLLM.

    https://docs.z.ai/guides/capabilities/thinking-mode (preserved thinking); Kimi calls it `keep`.
    """
    asked = (parameters.get(name) for name in ("thinking", "chat_template_kwargs"))
    settings = [one for one in asked if isinstance(one, Mapping)]
    return any(one.get("clear_thinking") is False or one.get("keep") == "all" for one in settings)


def beside(messages: Sequence[Message], to: Recipient) -> list[dict[str, Any]]:
    """The fields that go with each message beside its words and tool calls."""
    return [
        _beside(message, to, with_tools=tools) if message.role == "assistant" else {}
        for message, tools in zip(messages, _with_tools(messages), strict=True)
    ]


def beside_calls(message: Message, to: Recipient) -> list[dict[str, Any]]:
    """The fields that go with each tool call of a message."""
    own = to.gave(message.given)
    fields = [_details(call.given or {}, to) if own else {} for call in message.tool_calls]
    if to.quirks.signs and fields and not _signed(fields[0]):
        fields[0]["extra_content"] = copy.deepcopy(_UNSIGNED)  # of calls made at once only the first is signed
    return fields


def _beside(message: Message, to: Recipient, *, with_tools: bool) -> dict[str, Any]:
    given, quirks = message.given, to.quirks
    own = to.gave(given)
    thoughts = message.reasoning or "" if own else ""
    fields = _details(given.details, to) if own and given is not None else {}
    name = quirks.thoughts_as
    if name is not None:
        if with_tools or quirks.thoughts_in == "everywhere":
            fields[name] = thoughts
        return fields
    name = to.thoughts_as or ("reasoning" if given is None else given.thoughts_as)
    told_apart = name == "reasoning" and "reasoning_details" in fields
    wanted = name == "reasoning" or with_tools or to.keeps_thoughts
    if thoughts and name and wanted and not told_apart and name not in quirks.left_out:
        fields[name] = thoughts
    return fields


def _details(given: Mapping[str, Any], to: Recipient) -> dict[str, Any]:
    return {name: copy.deepcopy(value) for name, value in given.items() if name not in to.quirks.left_out}


def _signed(fields: Mapping[str, Any]) -> bool:
    return not fields.keys().isdisjoint(("extra_content", "thought_signature"))


def _with_tools(messages: Sequence[Message]) -> list[bool]:
    """For each message whether tools were called between the question before it and the next one."""
    exchanges = list(accumulate(message.role == "user" for message in messages))
    said_in = zip(messages, exchanges, strict=True)
    with_tools = {exchange for message, exchange in said_in if message.tool_calls or message.role == "tool"}
    return [exchange in with_tools for exchange in exchanges]


def _family(model: str) -> str:
    """A model without the date of its version."""
    return _DATE.sub("", model.strip().lower())
