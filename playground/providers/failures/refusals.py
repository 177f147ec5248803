"""Reads from a server's refusal which field of a message is missing, and which the server does not know."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from playground.providers.wire.provider_metadata import THOUGHTS

LengthName = Literal["max_tokens", "max_completion_tokens"]

_QUOTES = re.compile("[`'\"‘’“”]")
_FIELD = re.compile(
    r"\b(reasoning_content|reasoning_details|reasoning_opaque|reasoning_text|extra_content"
    r"|thinking[_ ]blocks?|thought[_ ]signatures?|reasoning(?!\W?\s*effort))\b"
)
_NAMES = {"thinking": "thinking_blocks", "thought": "thought_signature"}
"""The names of fields that servers also write as plain words, by the first of these words."""
_SURELY_MISSING = re.compile(r"missing|\bback\b|not be (?:empty|null)|(?:field|is|are) required")
_MISSING = re.compile(
    r"\brequire[ds]?\b|\bmust (?:be|have|include|contain|provide)\b|\bneeds?\b|\bexpected\b|without|\blacks?\b|absent"
    r"|not (?:found|provided|present)|empty"
)
_UNKNOWN = re.compile(
    r"unsupported|unrecogni[sz]ed|unknown|unexpected|\bextra\b|additional propert|forbidden|invalid|corrupted|remove"
    r"|\bnot (?:be )?(?:supported|allowed|permitted|accepted|recogni[sz]ed|valid|expected)"
    r"|does not (?:support|accept|allow|take)|must not|cannot (?:be|contain|include)"
)
_VALUE = re.compile(r"too (?:large|high|low|small)|at (?:most|least)|(?:less|greater|larger) than|maximum|exceed|[<>]=")
_LONGEST = re.compile(r"max_tokens: \d{1,9} > (\d{1,9})\b")
_NO_SUCH_NAME = re.compile(r"unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|not permitted")


@dataclass(frozen=True, slots=True)
class Refused:
    """A field of messages that a server named in its refusal, because it is missing or not known."""

    name: str
    problem: Literal["missing", "unknown"]

    @property
    def holds_thoughts(self) -> bool:
        """Whether thoughts can be sent in it."""
        return self.name in THOUGHTS


def refused_fields(messages: Sequence[Mapping[str, Any]], message: str) -> Iterator[Refused]:
    """The fields that a refusal, in lower case, names, in their order there.

    Seen: "The `reasoning_content` in the thinking mode must be passed back to the API." (DeepSeek), "thinking is
    enabled but reasoning_content is missing in assistant tool call message at index 2" (Kimi), "property
    'reasoning_content' is unsupported" and "messages[1].reasoning: reasoning is not supported with this model" (Groq),
    "Extra inputs are not permitted" with the place before it (Mistral, vLLM), "Function call is missing a
    thought_signature in functionCall parts" (Gemini).
    """
    message = _QUOTES.sub("", message)
    surely, missing, unknown = (sign.search(message) for sign in (_SURELY_MISSING, _MISSING, _UNKNOWN))
    named = (_NAMES.get(re.split("[_ ]", name)[0], name) for name in _FIELD.findall(message))
    for name in dict.fromkeys(named):
        if name == "reasoning" and not (surely or missing or unknown):
            continue  # the word, not the field
        if surely or (missing and not unknown):
            yield Refused(name, "missing")
        elif _holds(messages, name):
            yield Refused(name, "unknown")
        elif not unknown:
            yield Refused(name, "missing")


def other_length_name(body: Mapping[str, Any], message: str) -> tuple[LengthName, LengthName] | None:
    """The name under which the cap on the answer was sent and the other one; None where the name was not refused.

    OpenAI's reasoning models want max_completion_tokens, old servers know max_tokens only.
    """
    if _VALUE.search(message):
        return None
    named = "max_completion_tokens" in message or ("max_tokens" in message and _NO_SUCH_NAME.search(message))
    if "max_tokens" in body and named:
        return "max_tokens", "max_completion_tokens"
    if "max_completion_tokens" in body and "max_completion_tokens" in message:
        return "max_completion_tokens", "max_tokens"
    return None


def longest_allowed(message: str) -> int | None:
    """The longest answer in tokens that a refusal allows, as in "max_tokens: 128000 > 64000, which is …"."""
    found = _LONGEST.search(message)
    return int(found[1]) if found else None


def _holds(messages: Sequence[Mapping[str, Any]], name: str) -> bool:
    if name in ("thought_signature", "extra_content"):
        calls = [call for message in messages for call in message.get("tool_calls", ())]
        return any("extra_content" in holder or name in holder for holder in (*messages, *calls))
    if name == "thinking_blocks" and any(map(_has_thoughts_in_it, messages)):
        return True
    return any(name in message for message in messages)


def _has_thoughts_in_it(message: Mapping[str, Any]) -> bool:
    """Whether thoughts are blocks of the content, as Anthropic has them."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return any(isinstance(block, Mapping) and block.get("type") == "thinking" for block in blocks)
