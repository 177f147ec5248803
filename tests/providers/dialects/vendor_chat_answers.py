"""Answers of Ollama's and Cohere's own chat APIs, and of APIs that are not read."""

import json
from typing import Any

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, Answer, frames


def lines(*frames: dict[str, Any]) -> str:
    """JSON line by line, which is how Ollama streams."""
    return "".join(json.dumps({"model": "tides", **frame}) + "\n" for frame in frames)


def piece(kind: str, index: int, **message: Any) -> dict[str, Any]:
    """An event of Cohere's."""
    return {"type": kind, "index": index, "delta": {"message": message}}


def events(*said: dict[str, Any]) -> str:
    return frames(*map(json.dumps, said), done=False)


LINES = {"content_type": "application/x-ndjson"}
COUNTED = {"billed_units": {"input_tokens": 8}, "tokens": {"input_tokens": 90, "output_tokens": 5}, "cached_tokens": 60}
TIDE = {"name": "tide", "arguments": {"port": "Brest"}}

VENDOR_CHAT_ANSWERS = [
    Answer(
        "Ollama: thoughts, text and counts at the end",
        lines(
            {"message": {"role": "assistant", "content": "", "thinking": "Hm"}, "done": False},
            {"message": {"role": "assistant", "content": "High "}, "done": False},
            {"message": {"role": "assistant", "content": "water"}, "done": False},
            {
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "length",
                "prompt_eval_count": 12,
                "eval_count": 3,
            },
        ),
        text="High water",
        reasoning="Hm",
        reason="length",
        usage=Usage(12, 3),
        options=LINES,
    ),
    Answer(
        "Ollama: cut off",
        lines({"message": {"role": "assistant", "content": "High wa"}, "done": False}),
        text="High wa",
        reason="unknown",
        truncated=True,
        options=LINES,
    ),
    Answer(
        "Ollama: a call, as a whole",
        json.dumps(
            {
                "message": {"role": "assistant", "content": "", "tool_calls": [{"function": TIDE}]},
                "done": True,
                "done_reason": "stop",
                "prompt_eval_count": 12,
                "eval_count": 3,
            }
        ),
        calls=(ToolCall("call00000", "tide", '{"port":"Brest"}'),),
        reason="tool_calls",
        usage=Usage(12, 3),
        options=JSON,
    ),
    Answer(
        "Ollama: a completion",
        lines(
            {"response": "Hi", "done": False}, {"response": "", "done": True, "prompt_eval_count": 9, "eval_count": 1}
        ),
        text="Hi",
        usage=Usage(9, 1),
        options=LINES,
    ),
    Answer(
        "Ollama: an error in the middle",
        lines({"message": {"role": "assistant", "content": "Hi"}, "done": False}, {"error": "the runner stopped"}),
        text="Hi",
        error="server",
        says="the runner stopped",
        options=LINES,
    ),
    Answer(
        "Cohere: thoughts and text",
        events(
            {"type": "message-start", "delta": {"message": {"role": "assistant", "content": [], "tool_calls": []}}},
            piece("content-start", 0, content={"type": "thinking", "thinking": ""}),
            piece("content-delta", 0, content={"thinking": "Hm"}),
            {"type": "content-end", "index": 0},
            piece("content-start", 1, content={"type": "text", "text": ""}),
            piece("content-delta", 1, content={"text": "High "}),
            piece("content-delta", 1, content={"text": "water"}),
            {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": COUNTED}},
        ),
        text="High water",
        reasoning="Hm",
        usage=Usage(90, 5, 60),
    ),
    Answer(
        "Cohere: a plan and two calls, one without arguments",
        events(
            piece("tool-plan-delta", 0, tool_plan="Look it up."),
            piece("tool-call-start", 0, tool_calls={"id": "a", "function": {"name": "tide", "arguments": ""}}),
            piece("tool-call-delta", 0, tool_calls={"function": {"arguments": '{"n"'}}),
            piece("tool-call-delta", 0, tool_calls={"function": {"arguments": ":1}"}}),
            {"type": "tool-call-end", "index": 0},
            piece("tool-call-start", 1, tool_calls={"id": "b", "function": {"name": "now", "arguments": ""}}),
            {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": COUNTED}},
        ),
        reasoning="Look it up.",
        calls=(ToolCall("a", "tide", '{"n":1}'), ToolCall("b", "now", "{}")),
        reason="tool_calls",
        usage=Usage(90, 5, 60),
    ),
    Answer(
        "Cohere: as a whole",
        json.dumps(
            {
                "message": {
                    "role": "assistant",
                    "content": [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Hi"}],
                },
                "finish_reason": "MAX_TOKENS",
                "usage": COUNTED,
            }
        ),
        text="Hi",
        reasoning="Hm",
        reason="length",
        usage=Usage(90, 5, 60),
        options=JSON,
    ),
    Answer(
        "a stream in a form that nobody knows",
        frames('{"id":"x","verse":"High water"}', '{"id":"x","verse":"at noon"}'),
        error="protocol",
        says='"verse":"High water"',
    ),
    Answer(
        "frames of no known form beside an answer",
        frames('{"id":"x","verse":"High water"}', '{"choices":[{"index":0,"delta":{"content":"Hi"}}]}'),
        text="Hi",
    ),
]
