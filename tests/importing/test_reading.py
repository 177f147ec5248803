"""Requests from elsewhere, each with what is understood of it and what is not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from playground.conversation.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS
from playground.importing import UnreadableError, read
from playground.messages import Message, ToolCall
from playground.providers import Connection
from playground.snippets import LANGUAGES, snippet
from playground.text.cleaning import clean
from playground.text.json_value import harmless
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
        "The header authorization left out: credentials are never taken over.",
        "Variables of the shell, such as $NAME, were taken as they are written.",
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


@pytest.mark.parametrize(
    "text",
    [
        OPENAI,
        GATEWAY,
        json.dumps({"prompt": "hi", "api_key": CANARY, "extra_body": {"headers": {"Authorization": CANARY}}}),
    ],
)
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
        found = read(json.dumps({"prompt": "hi", "tools": tools, "response_format": response_format}))
        assert found.tools == EXAMPLE_TOOLS
        assert found.response_format == {"type": "json_schema", "json_schema": EXAMPLE_SCHEMA}


HI = {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ({"messages": [HI, {"role": "narrator", "content": "x"}]}, "Message 2 left out: its role is 'narrator'."),
        ({"messages": [{"role": "user", "content": "x", "name": "Ann"}]}, "Message 1: name left out."),
        ({"messages": [{"role": "user", "content": 5}]}, "Message 1: its content is no text and was taken as one."),
        (
            {"messages": [HI, {"role": "user", "content": [{"type": "image_url", "image_url": "https://h/i.png"}]}]},
            "Message 2: an image left out that is given by its address. Attach it instead.",
        ),
        (
            {"messages": [HI, {"role": "user", "content": [{"type": "input_audio"}]}]},
            "Message 2: a part of type 'input_audio' left out.",
        ),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}]},
            "Message 2 speaks as the system after others: moved to the system prompt.",
        ),
        ({"messages": [HI], "prompt": "x"}, "prompt left out: there are messages too."),
        ({"messages": [HI], "functions": [{}]}, "Tool 1 left out. Tool 1 has no name."),
        (
            {"messages": [HI], "tools": [{"type": "web_search"}, EXAMPLE_TOOLS[0]]},
            "Tool 1 left out: web_search is one that only its own service runs.",
        ),
        (
            {"messages": [HI], "response_format": {"type": "grammar"}},
            "response_format left out: 'grammar' is not known.",
        ),
        ({"messages": [HI], "options": {"num_ctx": 5}}, "options.num_ctx left out: it is a matter of the server."),
        ({"messages": [HI], "stream": False}, "stream: false left out: answers are drawn as they come."),
        ({"messages": [HI], "raw": True}, "raw left out: it is for bare prompts."),
        ({"messages": [HI], "temperature": float("nan")}, "temperature left out: nan is no value of JSON."),
        ({"requests": [{"prompt": "hi"}, {"prompt": "ho"}]}, "A batch of 2 requests: the first is taken."),
    ],
)
def test_what_is_not_understood_is_said(body: Any, note: str) -> None:
    assert read(json.dumps(body)).notes == [note]


def test_a_name_that_is_there_twice_is_said() -> None:
    found = read('{"prompt": "hi", "temperature": 0, "temperature": 1}')
    assert (found.parameters, found.notes) == (
        {"temperature": 1},
        ["temperature is there twice: the last one is taken."],
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing to read"),
        ("\ufeff\u200b \u00a0\n", "nothing to read"),
        ("{", "begins like JSON"),
        ('{"a": 1}', "neither messages nor a prompt"),
        ("[1]", "messages must be a list"),
        ("just words", "is not a curl or PowerShell command"),
        ("Dear reader: this is prose", "is not a curl or PowerShell command"),
        ("messages: [", "not YAML in line 2"),
        ("curl https://h", "no body"),
        ("curl https://h -d @body.json", "in the file 'body.json'"),
        ("cat x | curl https://h -d @-", "comes from another command or a file"),
        ("curl https://h -d 'a=1'", "not JSON"),
        ("curl 'https://h", "not closed"),
        ("curl https://h -d \"{'messages': []}\"", "looks like Python"),
        ("[" * 100_000, "nested too deeply"),
        ('{"messages": ' + '{"a":' * 150 + "1" + "}" * 151, "nested too deeply"),
        ('{"choices": [{"message": {}}]}', "the answer of a model"),
        ('{"error": {"message": "no"}}', "the error of a service"),
        ('{"name": "x", "system_prompt": "y", "parameters": {}}', "a preset"),
        ("import openai\nclient = openai.OpenAI()", "a program in Python"),
        ("wget --post-data '{}' https://h", "a command of wget"),
        ("http POST https://h model=x", "a command of HTTPie"),
        ("await fetch(url, {body: x})", "a program in JavaScript"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(text)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": []},
        {"model": "gpt-4o", "messages": []},
        {"messages": [{"role": "user", "content": ""}]},
        {"prompt": ""},
        {"messages": [{"role": "system", "content": "  "}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://h/i.png"}}]}]},
    ],
)
def test_nothing_to_take_over_is_a_refusal(body: Any) -> None:
    with pytest.raises(UnreadableError, match="no message, prompt or setting"):
        read(json.dumps(body))


def test_settings_alone_are_enough() -> None:
    assert read('{"messages": [], "temperature": 0.5}').parameters == {"temperature": 0.5}


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "~~~\n{}\n~~~\n", "\n```\n{}\n```"])
def test_what_stands_in_a_block_of_code_is_taken_out_of_it(fence: str) -> None:
    assert read(fence.replace("{}", '{"prompt": "hi"}')).messages == (Message("user", "hi"),)


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("{\u201cprompt\u201d: \u201chi\u201d}", "Curly quotes were read as straight ones."),
        ('{\u00a0"prompt":\u00a0"hi"}', "Non-breaking blanks were read as blanks."),
        ('{\\"prompt\\": \\"hi\\"}', 'Its quotes were escaped for a command line: \\" was read as ".'),
    ],
)
def test_json_that_was_bent_on_its_way_is_mended(written: str, note: str) -> None:
    found = read(written)
    assert (found.messages, found.notes) == ((Message("user", "hi"),), [note])


def test_what_is_right_is_never_mended() -> None:
    said = '\u201cHi\u201d \u00a0 \\" it\u2019s'
    assert read(json.dumps({"prompt": said}, ensure_ascii=False)).messages == (Message("user", said),)


def test_options_of_curl_in_every_writing() -> None:
    body = '{"prompt":"hi"}'
    for command in (
        f"curl -sSXPOST https://h/ai/run/@cf/a/b -d'{body}'",
        f"curl -H 'content-type: application/json' --data={body!r} --url https://h/ai/run/@cf/a/b/",
        f"curl --max-time 5 -o /dev/null -A me --json '{body[:5]}' --json '{body[5:]}' 'https://h/x/ai/run/%40cf/a/b'",
        f"curl --interface eth0 --retry-all-errors --dns-servers 1.1.1.1 https://h/ai/run/@cf/a/b -d '{body}'",
        f"/usr/bin/curl https://h/workers-ai/@cf/a/b --data-binary @- <<'JSON'\n{body}\nJSON\n",
        f"curl https://h/ai/run/@cf/a/b \\ \n -d '{body}' \\\t\n -s",
        f"curl https://h/ai/run/@cf/a/b\n  -d '{body}'\n  --compressed",
        f"$ curl https://h/ai/run/@cf/a/b \\\n> -d '{body}'",
        f"me@box:~/x$ curl https://h/ai/run/@cf/a/b -d '{body}'",
        f"> curl https://h/ai/run/@cf/a/b \\\n>   -d '{body}'",
        f"curl https://h/models\ncurl https://h/ai/run/@cf/a/b -d '{body}'",
        f"curl\u00a0https://h/ai/run/@cf/a/b\u00a0-d\u00a0'{body}'",
        f"curl https://h/ai/run/@cf/a/b -d '{body}' \\\r\n  -s\r\n",
    ):
        found = read(command)
        assert (found.model, found.notes) == ("@cf/a/b", []), command


@pytest.mark.parametrize(
    "command",
    [
        "curl --config c.conf https://h -d '{}'",
        "curl -K c.conf https://h -d '{}'",
        "curl -sK c.conf -d '{}' https://h",
        "curl --config=c.conf -d '{}' https://h",
    ],
)
def test_a_file_of_options_is_named_and_its_name_taken_for_nothing_else(command: str) -> None:
    found = read(command.replace("{}", '{"prompt": "hi", "model": "m"}'))
    assert found.notes == ["--config left out: what is in that file cannot be read from here."]
    with pytest.raises(UnreadableError, match=r"no body.* --config left out"):
        read("curl --config c.conf https://h")


def test_the_first_of_several_requests_is_taken() -> None:
    found = read("""curl -d '{"model": "a", "prompt": "1"}' https://h --next -d '{"model": "b"}' https://h""")
    assert (found.model, found.notes) == ("a", ["It sends several requests: the first is taken."])
    found = read("""curl -d '{"model": "a", "prompt": "1"}' https://h; curl -d '{"prompt": "2"}' https://h""")
    assert found.messages == (Message("user", "1"),)
    assert found.notes == ["2 commands with a body: the first is taken."]


CURLY = "curl https://h/v1/chat \u2013H \u201cA: b\u201d \u2014data {}"


@pytest.mark.parametrize(
    "body",
    [
        '\u2018{"model":"m","prompt":"it\u2019s \u201cso\u201d"}\u2019',
        "\u2018{\u201cmodel\u201d:\u201cm\u201d,\u201cprompt\u201d:\u201cit\u2019s so\u201d}\u2019",
        "\u201c{\\\u201dmodel\\\u201d: \\\u201cm\\\u201d, \\\u201cprompt\\\u201d: \\\u201cit\u2019s so\\\u201d}\u201d",
    ],
)
def test_quotes_and_dashes_of_word_processors(body: str) -> None:
    found = read(CURLY.format(body))
    assert found.model == "m"
    assert found.messages[0].text in ("it\u2019s \u201cso\u201d", "it\u2019s so")
    assert "The header a left out." in found.notes
    assert "Curly quotes were read as straight ones." in found.notes


def test_calls_of_fetch_that_are_json() -> None:
    copied = """fetch("https://h/v1/chat/completions", {
  "headers": {"accept": "*/*", "authorization": "Bearer CANARY"},
  "body": "{\\"model\\":\\"m\\",\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"hi\\"}]}",
  "method": "POST",
  "mode": "cors"
});"""
    found = read(copied.replace("CANARY", CANARY))
    assert (found.model, found.messages) == ("m", (Message("user", "hi"),))
    assert found.notes == ["The header authorization left out: credentials are never taken over."]
    assert CANARY not in repr(found)
    written = """const r = await fetch('https://h', { method: 'POST', body: JSON.stringify({"prompt": "hi"}) })"""
    assert read(written).messages == (Message("user", "hi"),)
    with pytest.raises(UnreadableError, match="JavaScript"):
        read(written.replace('"prompt"', "prompt"))
