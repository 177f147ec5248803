"""Prompt files of GitHub Models, read and written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS
from playground.importing import Imported, UnreadableError, read, write_prompt_file
from playground.messages import Message, ToolCall
from playground.text.cleaning import clean
from tests.snippets.requests import EVIL

SUMMARIZER = """\
name: Text Summarizer
description: Summarizes input text concisely
model: gpt-4o-mini
modelParameters:
  temperature: 0.5
  maxTokens: 100
  topP: 0.9
messages:
  - role: system
    content: You are a text summarizer.
  - role: user
    content: |
      Summarize the given text:
      <text>
      {{input}}
      </text>
responseFormat: json_schema
jsonSchema: '{"name": "s", "strict": true, "schema": {"type": "object"}}'
testData:
  - input: The quick brown fox
evaluators:
  - name: starts
surprise: 1
"""


def test_a_file_is_read() -> None:
    found = read(SUMMARIZER)
    assert found.model == "gpt-4o-mini"
    assert found.parameters == {"temperature": 0.5, "max_tokens": 100, "top_p": 0.9}
    assert found.system_prompt == "You are a text summarizer."
    assert found.messages == (Message("user", "Summarize the given text:\n<text>\n{{input}}\n</text>\n"),)
    assert found.response_format == {"type": "json_schema", "json_schema": {"type": "object"}}
    assert found.notes == [
        "testData left out: the tests of the prompt.",
        "evaluators left out: the tests of the prompt.",
        "name left out: conversations take their title from their first words.",
        "description left out: conversations have none.",
        "surprise left out.",
    ]


def test_a_file_is_written() -> None:
    found = Imported(
        model="m",
        system_prompt="Be\nbrief",
        messages=(Message("user", "hi"),),
        parameters={"max_tokens": 5, "top_k": 2},
    )
    assert write_prompt_file(found) == (
        "model: m\n"
        "modelParameters:\n  maxTokens: 5\n  top_k: 2\n"
        "messages:\n- role: system\n  content: |-\n    Be\n    brief\n- role: user\n  content: hi\n"
    )


odd = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "yes",
        "null",
        "1",
        "2024-01-01",
        "a: b",
        "- x",
        "# no",
        "|",
        " lead\nand trail \n",
        "\x85",
        "a\u2028b\n",
        "\n",
        "\r\n",
        "*a",
        clean(EVIL),
        "=",
        "~",
    ]
)
words = odd.map(clean)
call = st.builds(ToolCall, words.filter(bool), words, words.filter(bool))
turns = st.lists(
    st.builds(Message, st.just("user"), words)
    | st.builds(Message, st.just("assistant"), words, st.lists(call, max_size=2).map(tuple))
    | st.builds(lambda text, call_id: Message("tool", text, tool_call_id=call_id), words, words),
    max_size=4,
).map(tuple)
parameters = st.dictionaries(
    st.sampled_from(["temperature", "max_tokens", "top_p", "seed", "frequency_penalty", "x"]),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.lists(words),
)

stops: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.builds(lambda stop: {"stop": stop}, words | st.lists(words))


@given(
    st.builds(
        Imported,
        model=words.map(str.strip).filter(lambda name: not name.startswith("workers-ai/")),
        system_prompt=words,
        messages=turns,
        parameters=st.builds(lambda some, stop: {**some, **stop}, parameters, stops),
        tools=st.sampled_from([(), EXAMPLE_TOOLS]),
        response_format=st.sampled_from(
            [None, {"type": "json_object"}, {"type": "json_schema", "json_schema": EXAMPLE_SCHEMA}]
        ),
    ).filter(lambda found: not found.empty)
)
def test_what_is_written_is_read_back(found: Imported) -> None:
    assert read(write_prompt_file(found)) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1\nmessages: *x", "must be a list"),
        ("messages: !!python/object:os.system {}", "tag .* is not known in line 1"),
        ("messages: 5", "must be a list"),
        ("messages:\n  - *x", "stands for nothing .* in line 2"),
    ],
)
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(text)


def test_values_that_json_has_not_are_left_out() -> None:
    found: Any = read("messages: []\nmodelParameters: {a: .inf, b: 1}")
    assert found.parameters == {"b": 1}
    assert found.notes == ["a left out: inf is no value of JSON."]
