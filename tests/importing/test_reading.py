"""Requests from elsewhere, each with what is understood of it and what is not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from playground.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS
from playground.importing import UnreadableError, read
from playground.json_value import harmless
from playground.messages import Message, ToolCall
from playground.providers import Connection
from playground.snippets import LANGUAGES, snippet
from playground.text import clean
from tests.snippets.requests import PIXEL, RAW_PROMPT, REQUESTS

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CANARY = "canary-token-0123456789"

NATIVE = """\
curl https://api.cloudflare.com/client/v4/accounts/$CLOUDFLARE_ACCOUNT_ID/ai/run/@cf/meta/llama-3.1-70b-instruct \\
  -X POST \\
  -H "Authorization: Bearer $CLOUDFLARE_AUTH_TOKEN" \\
  -d '{ "messages": [{ "role": "system", "content": "You are a friendly assistant" },
                     { "role": "user", "content": "Why is pizza so good" }]}'
"""
OPENAI = f"""\
curl --request POST --url https://api.openai.com/v1/chat/completions \\
  --header 'Authorization: Bearer {CANARY}' --header 'Content-Type: application/json' --header 'X-Trace: 1' \\
  --data-raw $'{{"model": "gpt-4o", "messages": [{{"role": "user",\\n"content": "it\\'s"}}],
  "temperature": 0.5, "stream": true}}' \\
  --compressed | jq .
"""
GATEWAY = f"""\
$ curl 'https://gateway.ai.cloudflare.com/v1/account/gateway/workers-ai/@cf/meta/llama-3.1-8b-instruct' \\
  -H 'cf-aig-authorization: Bearer {CANARY}' -H 'cf-aig-skip-cache: true' -u 'me:{CANARY}' --json @- <<EOF
{{"prompt": "Hello",
 "max_tokens": 5, "raw": true}}
EOF
"""


def test_workers_ai_by_its_native_endpoint() -> None:
    found = read(NATIVE)
    assert found.model == "@cf/meta/llama-3.1-70b-instruct"
    assert found.system_prompt == "You are a friendly assistant"
    assert found.messages == (Message("user", "Why is pizza so good"),)
    assert found.notes == [
        "Variables of the shell, such as $NAME, were taken as they are written.",
        "The header authorization left out: credentials are never taken over.",
    ]


def test_openai() -> None:
    found = read(OPENAI)
    assert (found.model, found.parameters) == ("gpt-4o", {"temperature": 0.5})
    assert found.messages == (Message("user", "it's"),)
    assert found.notes[1:] == ["The header x-trace left out."]


def test_a_gateway_with_a_here_document() -> None:
    found = read(GATEWAY)
    assert found.model == "@cf/meta/llama-3.1-8b-instruct"
    assert (found.form, found.raw, found.parameters) == ("prompt", True, {"max_tokens": 5})
    assert found.messages == (Message("user", "Hello"),)
    assert any("--user left out" in note for note in found.notes)
    assert any("cf-aig-skip-cache" in note for note in found.notes)


@pytest.mark.parametrize("text", [OPENAI, GATEWAY, json.dumps({"messages": [], "api_key": CANARY})])
def test_no_token_is_taken_over(text: str) -> None:
    assert CANARY not in repr(read(text))


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_app_writes_it_reads_back(name: str) -> None:
    request = REQUESTS[name]
    found = read(snippet(LANGUAGES[0], request, Connection(kind="workers_ai"), stream=True).text)
    system = [message for message in request.messages if message.role == "system"]
    assert found.model == request.model
    assert found.system_prompt == clean("".join(message.text for message in system))
    said = [message for message in request.messages if message.role != "system"]
    assert found.messages == tuple(
        replace(message, content=harmless(message.content)) if isinstance(message.content, str) else message
        for message in said
    )
    assert found.parameters == harmless(dict(request.parameters))
    assert found.tools == request.tools
    assert found.response_format == request.response_format


def test_a_raw_prompt_is_read_back() -> None:
    found = read(snippet(LANGUAGES[0], RAW_PROMPT, Connection(kind="workers_ai")).text)
    assert found.messages == (Message("user", clean(RAW_PROMPT.prompt or "")),)
    assert (found.form, found.raw) == ("prompt", True)


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ([{"role": "user", "content": "hi"}], (Message("user", "hi"),)),
        ({"role": "user", "content": "hi"}, (Message("user", "hi"),)),
        ({"input": "hi", "instructions": "Be brief"}, (Message("user", "hi"),)),
        ({"requests": [{"prompt": "hi", "external_reference": "1"}, {"prompt": "ho"}]}, (Message("user", "hi"),)),
        (
            [{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "text", "text": "b"}]}],
            (Message("user", "ab"),),
        ),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": PIXEL}]}],
            (Message("user", ({"type": "image_url", "image_url": {"url": PIXEL}},)),),
        ),
        (
            [
                {"role": "assistant", "content": None, "tool_calls": [{"name": "f", "arguments": {"é": 1}}]},
                {"role": "tool", "content": "1", "tool_call_id": "call_1_0"},
                {"role": "assistant", "content": "done", "reasoning_content": "Hm"},
            ],
            (
                Message("assistant", "", (ToolCall("call_1_0", "f", '{"é": 1}'),)),
                Message("tool", "1", tool_call_id="call_1_0"),
                Message("assistant", "done", reasoning="Hm"),
            ),
        ),
    ],
)
def test_bodies_and_messages(body: Any, messages: tuple[Message, ...]) -> None:
    assert read(json.dumps(body)).messages == messages


def test_tools_and_formats_in_either_form() -> None:
    envelope = {"name": "answer", "schema": EXAMPLE_SCHEMA, "strict": True}
    for tools, schema in (
        (list(EXAMPLE_TOOLS), envelope),
        ([EXAMPLE_TOOLS[0]["function"]], EXAMPLE_SCHEMA),
    ):
        response_format = {"type": "json_schema", "json_schema": schema}
        found = read(json.dumps({"messages": [], "tools": tools, "response_format": response_format}))
        assert found.tools == EXAMPLE_TOOLS
        assert found.response_format == {"type": "json_schema", "json_schema": EXAMPLE_SCHEMA}


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ({"messages": [{"role": "narrator", "content": "x"}]}, "Message 1 left out: its role is 'narrator'."),
        ({"messages": [{"role": "user", "content": "x", "name": "Ann"}]}, "Message 1: name left out."),
        ({"messages": [{"role": "user", "content": 5}]}, "Message 1: its content is no text and was taken as one."),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://h/i.png"}}]}
                ]
            },
            "Message 1: an image left out that is given by its address. Attach it instead.",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
            "Message 1: a part of type 'input_audio' left out.",
        ),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}]},
            "Message 2 speaks as the system after others: moved to the system prompt.",
        ),
        ({"messages": [], "prompt": "x"}, "prompt left out: there are messages too."),
        ({"messages": [], "functions": [{}]}, "functions left out: it has been replaced by tools."),
        ({"messages": [], "tools": [{"type": "function"}]}, "tools left out. Tool 1 has no name."),
        ({"messages": [], "response_format": {"type": "grammar"}}, "response_format left out: 'grammar' is not known."),
        ({"messages": [], "options": {"rejectIfBusy": True, "x": 1}}, "options.x left out."),
        ({"messages": [], "stream": False}, "stream: false left out: answers are drawn as they come."),
        ({"messages": [], "raw": True}, "raw left out: it is for bare prompts."),
        ({"messages": [], "temperature": float("nan")}, "temperature left out: nan is no value of JSON."),
    ],
)
def test_what_is_not_understood_is_said(body: Any, note: str) -> None:
    assert read(json.dumps(body)).notes == [note]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing to read"),
        ("{", "begins like JSON"),
        ('{"a": 1}', "neither messages nor a prompt"),
        ("[1]", "messages must be a list"),
        ("just words", "no messages"),
        ("a: [", "not YAML in line 1"),
        ("curl https://h", "no body"),
        ("curl https://h -d @body.json", "in the file 'body.json'"),
        ("curl https://h -d 'a=1'", "not JSON"),
        ("curl 'https://h", "not closed"),
        ("[" * 100_000, "JSON|nested"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(text)


def test_options_of_curl_in_every_writing() -> None:
    body = '{"messages":[]}'
    for command in (
        f"curl -sSXPOST https://h/ai/run/@cf/a/b -d'{body}'",
        f"curl -H 'content-type: application/json' --data={body!r} --url https://h/ai/run/@cf/a/b/",
        "curl --max-time 5 -o /dev/null -A me -d '{\"messages\":' -d '[]}' 'https://h/x/ai/run/%40cf/a/b'".replace(
            "-d '{\"messages\":' -d '[]}'", f"--json '{body[:5]}' --json '{body[5:]}'"
        ),
        f"/usr/bin/curl https://h/workers-ai/@cf/a/b --data-binary @- <<'JSON'\n{body}\nJSON\n",
    ):
        found = read(command)
        assert (found.model, found.notes) == ("@cf/a/b", []), command
