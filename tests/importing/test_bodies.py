"""Request bodies of other APIs: what is taken over of each, and what is said of the rest."""

import json
from base64 import b64decode
from typing import Any

import pytest

from playground.importing import Imported, read
from playground.messages import Message, ToolCall
from tests.snippets.requests import PIXEL

GIF = PIXEL.partition(",")[2]
IMAGE = {"type": "image_url", "image_url": {"url": PIXEL}}
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Now", "parameters": WEATHER}}
ANSWER = {"type": "json_schema", "json_schema": {"type": "object", "properties": {"t": {"type": "number"}}}}
CALL = ToolCall("c1", "weather", '{"city": "Oslo"}')


def imported(body: Any) -> Imported:
    return read(json.dumps(body))


def test_anthropic() -> None:
    found = imported(
        {
            "model": "claude-sonnet-4-5",
            "max_tokens": 100,
            "system": [
                {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}},
                {"type": "text", "text": "Be kind."},
            ],
            "stop_sequences": ["END", "\n\nHuman:"],
            "temperature": 0.3,
            "top_k": 5,
            "thinking": {"type": "enabled", "budget_tokens": 2000},
            "tool_choice": {"type": "tool", "name": "weather", "disable_parallel_tool_use": True},
            "tools": [
                {"name": "weather", "description": "Now", "input_schema": WEATHER},
                {"type": "web_search_20250305", "name": "web_search"},
            ],
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": GIF}},
                        {"type": "image", "source": {"type": "url", "url": "https://h/i.png"}},
                        {"type": "text", "text": "Where is this?"},
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm", "signature": "s"},
                        {"type": "redacted_thinking", "data": "x"},
                        {"type": "text", "text": "I look."},
                        {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "3 C"}]},
                        {"type": "text", "text": "And?"},
                    ],
                },
            ],
        }
    )
    assert (found.model, found.system_prompt) == ("claude-sonnet-4-5", "Be brief.\n\nBe kind.")
    assert found.messages == (
        Message("user", (IMAGE, {"type": "text", "text": "Where is this?"})),
        Message("assistant", "I look.", (CALL,), reasoning="Hm"),
        Message("tool", "3 C", tool_call_id="c1"),
        Message("user", "And?"),
    )
    assert found.tools == (TOOL,)
    assert found.parameters == {
        "max_tokens": 100,
        "stop": ["END", "\n\nHuman:"],
        "temperature": 0.3,
        "top_k": 5,
        "parallel_tool_calls": False,
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
    }
    assert found.notes == [
        "cache_control of system left out.",
        "Message 1: an image left out that is given by its address. Attach it instead.",
        "Message 2: signature of a part left out.",
        "Message 2: a part of type 'redacted_thinking' left out.",
        "Tool 2 left out: web_search_20250305 is one that only its own service runs.",
        "thinking (a budget of 2000 tokens) left out: set reasoning_effort where the model takes it.",
    ]


def test_ollama_chat() -> None:
    found = imported(
        {
            "model": "llama3.2",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Where?", "images": [GIF]},
                {
                    "role": "assistant",
                    "content": "",
                    "thinking": "Hm",
                    "tool_calls": [{"function": {"name": "weather", "arguments": {"city": "Oslo"}}}],
                },
                {"role": "tool", "tool_name": "weather", "content": "3 C"},
            ],
            "tools": [TOOL],
            "format": ANSWER["json_schema"],
            "options": {
                "temperature": 0.2,
                "num_predict": 50,
                "num_ctx": 4096,
                "repeat_penalty": 1.1,
                "stop": ["\n"],
                "seed": 7,
            },
            "think": "high",
            "keep_alive": "5m",
            "stream": False,
        }
    )
    assert found.system_prompt == "Be brief."
    assert found.messages == (
        Message("user", ({"type": "text", "text": "Where?"}, IMAGE)),
        Message("assistant", "", (ToolCall("call_3_0", "weather", '{"city": "Oslo"}'),), reasoning="Hm"),
        Message("tool", "3 C", tool_call_id="call_3_0"),
    )
    assert (found.tools, found.response_format) == ((TOOL,), ANSWER)
    assert found.parameters == {
        "temperature": 0.2,
        "max_tokens": 50,
        "repeat_penalty": 1.1,
        "stop": ["\n"],
        "seed": 7,
        "reasoning_effort": "high",
    }
    assert found.notes == [
        "options.num_ctx left out: it is a matter of the server.",
        "stream: false left out: answers are drawn as they come.",
        "keep_alive left out: it is a matter of the server.",
    ]


def test_ollama_generate() -> None:
    body = {"model": "m", "prompt": "Hi", "system": "Be brief.", "images": [GIF], "format": "json", "context": [1]}
    found = imported({**body, "options": {"num_predict": -1}})
    assert (found.form, found.system_prompt) == ("messages", "Be brief.")
    assert found.messages == (Message("user", ({"type": "text", "text": "Hi"}, IMAGE)),)
    assert (found.response_format, found.parameters) == ({"type": "json_object"}, {})
    assert found.notes == [
        "num_predict: -1 left out: no limit is what is there without it.",
        "context left out: what was said before is kept as numbers of a model.",
    ]
    command = "curl http://localhost:11434/api/generate -d '{}'"
    assert read(command.replace("{}", '{"model": "m", "prompt": "Hi"}')).form == "messages"
    raw = read(command.replace("{}", '{"model": "m", "prompt": "<s>Hi", "raw": true}'))
    assert (raw.form, raw.raw) == ("prompt", True)


def test_responses() -> None:
    found = imported(
        {
            "model": "gpt-5",
            "instructions": "Be brief.",
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "Where?"},
                        {"type": "input_image", "image_url": PIXEL, "detail": "low"},
                        {"type": "input_image", "file_id": "file-1"},
                        {"type": "input_file", "file_id": "file-2"},
                    ],
                },
                {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Hm"}]},
                {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city": "Oslo"}'},
                {"type": "function_call", "call_id": "c2", "name": "weather", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": "3 C"},
                {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "?"}]},
                {"type": "web_search_call", "id": "w"},
                {
                    "type": "message",
                    "id": "m",
                    "status": "completed",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": "Cold.", "annotations": []}],
                },
            ],
            "tools": [{"type": "function", "name": "weather", "description": "Now", "parameters": WEATHER}],
            "tool_choice": {"type": "function", "name": "weather"},
            "max_output_tokens": 300,
            "reasoning": {"effort": "low", "summary": "auto"},
            "text": {
                "format": {"type": "json_schema", "name": "w", "strict": True, "schema": ANSWER["json_schema"]},
                "verbosity": "low",
            },
            "previous_response_id": "resp_1",
        }
    )
    assert found.messages == (
        Message(
            "user",
            ({"type": "text", "text": "Where?"}, {**IMAGE, "image_url": {"url": PIXEL, "detail": "low"}}),
        ),
        Message("assistant", "", (CALL, ToolCall("c2", "weather", "{}")), reasoning="Hm"),
        Message("tool", "3 C", tool_call_id="c1"),
        Message("tool", "?", tool_call_id="c2"),
        Message("assistant", "Cold."),
    )
    assert (found.system_prompt, found.tools, found.response_format) == ("Be brief.", (TOOL,), ANSWER)
    assert found.parameters == {
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "reasoning_effort": "low",
        "max_tokens": 300,
    }
    assert found.notes == [
        "Message 1: an image left out that was uploaded before. Attach it instead.",
        "Message 1: a part of type 'input_file' left out.",
        "Message 7 left out: it is of type 'web_search_call'.",
        "reasoning.summary left out.",
        "text.verbosity left out.",
        "previous_response_id left out: what was said before is kept at OpenAI.",
    ]


def test_gemini() -> None:
    body = {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Where?"}, {"inlineData": {"mimeType": "image/gif", "data": GIF}}]},
            {"role": "model", "parts": [{"functionCall": {"id": "c1", "name": "weather", "args": {"city": "Oslo"}}}]},
            {"role": "user", "parts": [{"functionResponse": {"id": "c1", "name": "weather", "response": {"t": 3}}}]},
            {"role": "user", "parts": [{"fileData": {"fileUri": "gs://x"}}, {"text": "And?"}]},
        ],
        "tools": [
            {"functionDeclarations": [{"name": "weather", "description": "Now", "parameters": _in_capitals(WEATHER)}]},
            {"googleSearch": {}},
        ],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
        "generationConfig": {
            "temperature": 0.1,
            "topP": 0.9,
            "maxOutputTokens": 20,
            "stopSequences": ["END"],
            "responseMimeType": "application/json",
            "responseSchema": _in_capitals(ANSWER["json_schema"]),
            "thinkingConfig": {"thinkingBudget": 0},
        },
        "safetySettings": [{"category": "x"}],
    }
    address = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key=SECRET"
    found = read(f"curl '{address}' -d '{json.dumps(body)}'")
    assert (found.model, found.system_prompt) == ("gemini-2.5-flash", "Be brief.")
    assert found.messages == (
        Message("user", ({"type": "text", "text": "Where?"}, IMAGE)),
        Message("assistant", "", (CALL,)),
        Message("tool", '{"t": 3}', tool_call_id="c1"),
        Message("user", "And?"),
    )
    assert (found.tools, found.response_format) == ((TOOL,), ANSWER)
    assert found.parameters == {
        "temperature": 0.1,
        "top_p": 0.9,
        "max_tokens": 20,
        "stop": ["END"],
        "tool_choice": "required",
    }
    assert found.notes == [
        "thinkingConfig left out: set reasoning_effort where the model takes it.",
        "safety_settings left out: it is one of Google's.",
        "Message 4: a part of type 'file_data' left out.",
        "Tool 2 left out: googleSearch is one that only its own service runs.",
    ]
    assert "SECRET" not in repr(found)


def _in_capitals(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    return {k: v.upper() if k == "type" else _in_capitals(v) for k, v in schema.items()}


HI = (Message("user", "hi"),)


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ({"prompt": "hi"}, "prompt"),
        ({"model": "@cf/a/b", "input": {"prompt": "hi"}}, "prompt"),
        ({"model": "@cf/a/b", "input": {"messages": [{"role": "user", "content": "hi"}]}}, "messages"),
        ({"model": "@cf/a/b", "input": "hi"}, "messages"),
        ({"model": "@cf/a/b", "messages": [], "prompt": "hi"}, "prompt"),
        ({"custom_id": "1", "method": "POST", "url": "/v1", "body": {"input": "hi"}}, "messages"),
        ([{"provider": "x", "endpoint": "y", "query": {"prompt": "hi"}}], "prompt"),
        ({"model": "text-davinci-003", "prompt": ["hi"]}, "prompt"),
    ],
)
def test_wrapped_and_bare(body: Any, form: str) -> None:
    found = imported(body)
    assert (found.messages, found.form, found.notes, found.parameters) == (HI, form, [], {})


def test_a_universal_request_of_ai_gateway_with_its_headers() -> None:
    one = {"provider": "workers-ai", "endpoint": "x", "headers": {"Authorization": "CANARY"}, "query": {"prompt": "hi"}}
    found = imported([one, one])
    assert found.notes == [
        "A request with 1 to fall back to: the first is taken.",
        "headers left out: credentials are never taken over.",
    ]
    assert "CANARY" not in repr(found)


def test_a_picture_as_workers_ai_takes_it() -> None:
    data = list(b64decode(GIF))
    for image in (data, GIF, PIXEL):
        found = imported({"prompt": "hi", "image": image})
        assert found.messages == (Message("user", ({"type": "text", "text": "hi"}, IMAGE)),)
    assert imported({"prompt": "hi", "image": [1, 900]}).notes == ["An image left out that is empty."]


def test_a_document_of_words_is_taken_as_words() -> None:
    document = {"type": "document", "title": "Notes", "source": {"type": "text", "data": "Tides"}}
    paper = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "x"}}
    found = imported([{"role": "user", "content": [document, paper, {"type": "text", "text": "Sum up"}]}])
    assert found.messages == (Message("user", "Notes:\nTides\n\nSum up"),)
    assert found.notes == ["Message 1: a part of type 'document' left out."]


def test_functions_of_long_ago_are_tools() -> None:
    found = imported(
        {
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}},
                {"role": "function", "name": "weather", "content": "3 C"},
            ],
            "functions": [TOOL["function"]],
            "function_call": {"name": "weather"},
        }
    )
    assert found.messages[1:] == (
        Message("assistant", "", (ToolCall("call_2_0", "weather", "{}"),)),
        Message("tool", "3 C", tool_call_id="call_2_0"),
    )
    assert found.tools == (TOOL,)
    assert found.parameters == {"tool_choice": {"type": "function", "function": {"name": "weather"}}}
    assert found.notes == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://h/i.png", "given by its address"),
        ("file:///etc/passwd", "given by its address"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "of the kind image/svg+xml"),
        ("data:image/png;base64,not base64!", "not written in base64"),
        ("data:image/png,x", "not one of base64"),
        ("data:image/png;base64,", "empty"),
        ("data:image/png;base64," + "A" * 14_000_000, "larger than 10 MB"),
    ],
)
def test_pictures_that_cannot_be_taken(url: str, why: str) -> None:
    part = {"type": "image_url", "image_url": {"url": url}}
    found = imported([{"role": "user", "content": ["Look:", part]}])
    assert found.messages == (Message("user", "Look:"),)
    [note] = found.notes
    assert note.startswith("Message 1: an image left out")
    assert why in note
