"""What is kept of an answer to be sent back with it: as it came, put together from its pieces."""

import json
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from playground.messages import ProviderMetadata
from playground.providers.wire.provider_metadata import LARGEST_DETAILS, ProviderMetadataReader
from tests.providers.heard import hear


def of(*deltas: dict[str, Any], whole: bool = False) -> ProviderMetadata | None:
    reader = ProviderMetadataReader()
    for delta in deltas:
        reader.add(delta, in_pieces=not whole)
    return reader.built()


def details(*deltas: dict[str, Any], whole: bool = False) -> Any:
    found = of(*deltas, whole=whole)
    return {} if found is None else found.details


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": said, "format": "anthropic-claude-v1", "index": 0, **more}


def test_words_alone_give_nothing() -> None:
    assert of({"content": "Hi"}, {"reasoning_content": None}, {"reasoning_content": ""}) is None


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "reasoning_text"])
def test_the_field_of_the_thoughts_is_known(name: str) -> None:
    assert of({"role": "assistant", name: ""}, {name: "Hm"}) == ProviderMetadata(thoughts_as=name)


def test_pieces_of_one_block_become_one_with_the_signature_that_came_last() -> None:
    """As OpenRouter streams Claude: https://github.com/agno-agi/agno/pull/5802."""
    pieces = [text("Let"), text(" me see."), {"type": "reasoning.text", "signature": "sig", "index": 0}]
    assert details(*({"reasoning_details": [piece]} for piece in pieces)) == {
        "reasoning_details": [text("Let me see.", signature="sig")]
    }


def test_blocks_with_other_numbers_and_encrypted_ones_stay_apart() -> None:
    locked = [
        {"type": "reasoning.encrypted", "data": data, "id": id_, "index": 1} for data, id_ in (("A", "x"), ("B", "y"))
    ]
    came = [text("a"), locked[0], text("b"), locked[1], text("c", index=2)]
    assert details(*({"reasoning_details": [piece]} for piece in came)) == {
        "reasoning_details": [text("ab"), *locked, text("c", index=2)]
    }


def test_blocks_of_a_whole_message_stay_as_they_are() -> None:
    blocks = [text("a"), text("b", signature="s")]
    assert details({"reasoning_details": blocks}, whole=True) == {"reasoning_details": blocks}
    assert details({"reasoning_details": blocks[:1]}, {"reasoning_details": blocks}, whole=True) == {
        "reasoning_details": blocks
    }


@pytest.mark.parametrize("last", [{"thinking": "", "signature": "s"}, {"thinking": "one two", "signature": "s"}])
def test_thinking_blocks_end_with_their_signature_be_the_thought_repeated_or_not(last: dict[str, Any]) -> None:
    """As LiteLLM streams Claude: https://github.com/BerriAI/litellm/issues/29428."""
    pieces: list[dict[str, Any]] = [{"thinking": "one ", "signature": ""}, {"thinking": "two", "signature": ""}, last]
    again: list[dict[str, Any]] = [{"thinking": "three", "signature": None}, {"signature": "t"}]
    deltas = [{"thinking_blocks": [{"type": "thinking", **piece}]} for piece in (*pieces, *again)]
    assert details(*deltas) == {
        "thinking_blocks": [
            {"type": "thinking", "thinking": "one two", "signature": "s"},
            {"type": "thinking", "thinking": "three", "signature": "t"},
        ]
    }


def test_a_thinking_block_without_a_signature_is_not_kept_and_a_hidden_one_is() -> None:
    hidden = {"type": "redacted_thinking", "data": "x"}
    assert details({"thinking_blocks": [{"type": "thinking", "thinking": "a"}, hidden]}) == {
        "thinking_blocks": [hidden]
    }
    assert of({"thinking_blocks": [{"type": "thinking", "thinking": "a"}]}) is None


def test_a_signature_of_the_message_is_kept() -> None:
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}, "reasoning_opaque": "x"}
    assert details({"content": "Hi"}, signed, {"extra_content": None}) == signed


def test_more_than_is_kept_leaves_nothing_rather_than_a_part() -> None:
    half = {"reasoning_details": [text("x" * (LARGEST_DETAILS // 2))]}
    assert details(half) != {}
    assert details(half, half, half) == {}
    assert of({"reasoning": "Hm"}, half, half, half) == ProviderMetadata(thoughts_as="reasoning")
    assert details(*[{"thinking_blocks": [{}] * 1000}] * 30) == {}


def test_what_cannot_be_written_as_json_is_not_kept() -> None:
    deep: Any = {}
    for _ in range(1_000):
        deep = {"a": deep}
    deep = {"a": {"a": deep}}
    assert details({"extra_content": {"x": deep}}) in ({}, {"extra_content": {"x": deep}})


@generated(
    st.lists(
        st.dictionaries(
            st.sampled_from(["reasoning", "reasoning_details", "thinking_blocks", "extra_content"]),
            st.recursive(
                st.none() | st.text() | st.integers() | st.sampled_from(["thinking", "reasoning.text"]),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["type", "text", "thinking", "signature", "index"]), inner)
                ),
                max_leaves=8,
            ),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_whatever_comes_can_be_kept(deltas: list[dict[str, Any]], whole: bool) -> None:
    found = of(*deltas, whole=whole)
    json.dumps(None if found is None else found.details)


def test_the_end_of_an_answer_says_what_came_with_it() -> None:
    frames: list[dict[str, Any]] = [
        {"choices": [{"delta": {"reasoning_content": "Hm"}}]},
        {"choices": [{"delta": {"extra_content": {"google": {"thought_signature": "m"}}}}]},
        {
            "choices": [
                {
                    "delta": {
                        "tool_calls": [
                            {
                                "index": 0,
                                "id": "a",
                                "function": {"name": "f", "arguments": "{}"},
                                "extra_content": {"google": {"thought_signature": "c"}},
                            }
                        ]
                    }
                }
            ]
        },
    ]
    body = "".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n"
    message = {"reasoning_content": "Hm"} | frames[1]["choices"][0]["delta"] | frames[2]["choices"][0]["delta"]
    whole = json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    for finished in (hear(body).finished, hear(whole, content_type="application/json").finished):
        assert finished is not None
        assert finished.provider_metadata == ProviderMetadata(
            thoughts_as="reasoning_content", details={"extra_content": {"google": {"thought_signature": "m"}}}
        )
        assert finished.call_details == {0: {"extra_content": {"google": {"thought_signature": "c"}}}}


@pytest.mark.parametrize("beside", [{}, {"reasoning_content": None}], ids=["blocks alone", "text too"])
def test_a_thought_that_comes_once_more_with_its_signature_is_thought_once(beside: dict[str, Any]) -> None:
    pieces = [("one ", ""), ("two", ""), ("one two", "s")]
    frames = []
    for thought, signature in pieces:
        delta: dict[str, Any] = {"thinking_blocks": [{"type": "thinking", "thinking": thought, "signature": signature}]}
        if beside:
            delta["reasoning_content"] = "" if signature else thought
        frames.append({"choices": [{"index": 0, "delta": delta}]})
    body = "".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n"
    assert hear(body).reasoning == "one two"
