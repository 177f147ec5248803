"""What refusals say, in the words of those who refuse."""

from typing import Any

import pytest

from playground.providers.failures.refusals import Refused, refused_fields

CALL: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": [{"id": "a", "function": {}}]}

MISSING = [
    ("reasoning_content", "The `reasoning_content` in the thinking mode must be passed back to the API."),
    ("reasoning_content", "Missing `reasoning_content` field in the assistant message at message index 2."),
    (
        "reasoning_content",
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 7",
    ),
    ("reasoning_content", "messages.1.reasoning_content: Field required"),
    ("reasoning_content", "reasoning_content must not be empty"),
    ("reasoning_content", "Assistant messages with tool_calls need reasoning_content."),
    ("reasoning", "messages[2].reasoning is required for this model"),
    ("thought_signature", "Function call is missing a thought_signature in functionCall parts."),
    ("thought_signature", "Gemini models require thought signatures to be sent back."),
]
UNKNOWN = [
    ("reasoning_content", "property 'reasoning_content' is unsupported"),
    ("reasoning_content", "body.messages.1.assistant.reasoning_content: Extra inputs are not permitted"),
    ("reasoning_content", "Additional properties are not allowed ('reasoning_content' was unexpected)"),
    ("reasoning_content", "reasoning_content is not allowed in the input"),
    ("reasoning_content", "reasoning_content must not be sent"),
    ("reasoning_content", "Unknown field: reasoning_content"),
    ("reasoning", "messages[3].reasoning: reasoning is not supported with this model"),
    ("reasoning", "Unrecognized request argument supplied: messages.0.reasoning"),
    ("reasoning_details", "Invalid reasoning_details"),
    ("thinking_blocks", "messages.1.content.0: Invalid `signature` in `thinking` block"),
    ("thought_signature", "Corrupted thought signature."),
]


def told(words: str, **fields: Any) -> list[Refused]:
    return list(refused_fields([CALL | fields], words.lower()))


@pytest.mark.parametrize(("name", "words"), MISSING)
def test_a_field_that_is_missing(name: str, words: str) -> None:
    assert told(words) == [Refused(name, "missing")]


@pytest.mark.parametrize(("name", "words"), UNKNOWN)
def test_a_field_that_is_not_known(name: str, words: str) -> None:
    held = "extra_content" if name == "thought_signature" else name
    assert told(words, **{held: "x"}) == [Refused(name, "unknown")]
    assert told(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "reasoning_effort must be one of low, medium, high",
        "Unsupported value: reasoning.effort",
        "reasoning effort is not supported",
        "This reasoning model is busy.",
        "The model's reasoning_tokens exceed the limit",
        "max_tokens is missing",
    ],
)
def test_other_words(words: str) -> None:
    assert told(words, reasoning="x") == []
