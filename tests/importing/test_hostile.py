"""Whatever is pasted is read or refused in words, in bounded time."""

import contextlib
import json
import re
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.importing import UnreadableError, read, write_prompt_file
from playground.importing.bounds import MOST_NOTES, Bounds

NAMES = st.sampled_from(
    re.findall(
        r"\w+",
        """
        messages prompt input contents system instructions role content type text model tools functions function name
        parameters input_schema functionDeclarations tool_choice response_format format options raw images image
        image_url url source data media_type tool_calls function_call id arguments call_id output tool_use_id thinking
        reasoning summary mapping current_node chat_messages chat history conversations from value versions steps log
        entries requests body query generationConfig parts author parent children modelParameters responseFormat
        jsonSchema stop is_error files attachments params title metadata preferred_output instruction
        """,
    )
)
WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """
        user assistant system tool function model text image image_url input_text output_text tool_use tool_result
        thinking function_call function_call_output reasoning json_schema json_object message
        data:image/png;base64,AAAA
        """,
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=25,
)
MESSAGES = st.lists(st.dictionaries(NAMES, VALUES, max_size=5) | VALUES, max_size=3)


@settings(max_examples=400)
@example({"messages": [{"role": "user", "content": "Hi"}], "tools": {"functionDeclarations": None}})
@example({"messages": [{"role": "user", "content": "Hi"}], "tools": [{"function_declarations": "weather"}]})
@given(
    st.dictionaries(NAMES, VALUES, max_size=6)
    | MESSAGES
    | st.builds(lambda body, messages: {**body, "messages": messages}, st.dictionaries(NAMES, VALUES), MESSAGES)
    | st.dictionaries(NAMES, MESSAGES, max_size=3)
)
def test_any_json_of_known_names_is_read_or_refused(body: Any) -> None:
    with contextlib.suppress(UnreadableError):
        found = read(json.dumps(body))
        assert not found.empty
        json.dumps([found.parameters, found.tools, found.response_format], allow_nan=False)
        assert all(isinstance(message.content, str | tuple) for message in found.messages)
        with contextlib.suppress(UnreadableError):
            read(write_prompt_file(found))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for pasted in (text, f"curl {text}", f"{{{text}", f"messages: {text}"):
        with contextlib.suppress(UnreadableError):
            read(pasted)


@pytest.mark.parametrize(
    "text",
    [
        "curl " * 100_000,
        "curl '" + "a" * 2_000_000,
        "curl " + "\\" * 1_000_000,
        "curl " + "^" * 1_000_000,
        "curl -d '" + json.dumps({"prompt": "x" * 3_000_000}) + "' https://h",
        'curl -d "' + json.dumps({"prompt": "x" * 1_000_000}).replace('"', '\\"') + '" https://h',
        "curl https://h -d @- <<E\n" + '{"prompt":\n"x"}\n' + "\n" * 300_000 + "E\n",
        "curl \u201c" * 100_000,
        "curl $'" + "\\x41" * 300_000 + "'",
        "irm " + "`" * 500_000,
        "irm https://h -Body " + "'a' + " * 50_000,
        "PS C:\\" * 50_000 + "curl",
        "$ " * 100_000 + "curl",
        "fetch('" * 50_000 + "curl",
        '{"a":1,' * 100_000,
        '{"messages": [' + '{"role":"user","content":"x"},' * 100_000 + '{"role":"user","content":"x"}]}',
        '{"messages": [{"role":"user","content":[' + '{"type":"x"},' * 100_000 + '"hi"]}]}',
        '[{"role":"assistant","content":[' + '{"type":"tool_use","name":"f"},' * 50_000 + '"hi"]}]',
        '{"prompt": "hi", ' + '"a": 1, ' * 300_000 + '"b": 2}',
        '{"prompt": "' + '<details type=\\"reasoning\\">' * 50_000 + '"}',
        '[{"chat":{"history":{"currentId":"a","messages":{"a":{"role":"assistant","content":"'
        + '<details type=\\"reasoning\\">' * 30_000
        + '"}}}}}]',
        "```\n" * 200_000,
        "> " * 300_000,
        "messages: " + "[" * 300_000,
        "messages: &a " + "[*a, " * 50,
        "messages:\n" + "- {}\n" * 100_000,
        "(" * 100_000 + "curl",
        "me@" * 100_000 + " curl",
    ],
    ids=lambda text: text[:20],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(UnreadableError):
        read(text)
    assert time.process_time() - began < 4


def test_a_command_of_very_many_pieces_is_refused() -> None:
    with pytest.raises(UnreadableError, match="too much in it for a command"):
        read("curl " + "a " * 200_000)


def test_notes_are_few() -> None:
    parts = [{"type": f"kind {number}"} for number in range(1_000)]
    found = read(json.dumps([{"role": "user", "content": [*parts, "hi"]}]))
    assert len(found.notes) == MOST_NOTES + 1
    assert found.notes[-1] == f"And {1_000 - MOST_NOTES} more such notes."


def test_bounds_are_said_and_can_be_set() -> None:
    body = json.dumps({"prompt": "x" * 1_000_000})
    with pytest.raises(UnreadableError, match=r"longer than 1,000,000 characters.* PLAYGROUND_IMPORT_MB"):
        read(body, bounds=Bounds.of(1))
    assert read(body, bounds=Bounds.of(2)).messages
    many = json.dumps([{"role": "user", "content": "x"}] * 2_001)
    with pytest.raises(UnreadableError, match="2,001 messages; at most 2,000"):
        read(many)
