"""Answers in Anthropic's own form, streamed and whole: Cloudflare's /ai/v1/messages, and models behind gateways."""

import json
from typing import Any

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, Answer


def events(*said: dict[str, Any]) -> str:
    """A stream of typed events."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in said)


def start(**usage: int) -> dict[str, Any]:
    return {"type": "message_start", "message": {"role": "assistant", "content": [], "usage": usage}}


def block(index: int, **content: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": content}


def delta(index: int, kind: str, **content: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **content}}


def end(reason: str, **usage: int) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


STOP = {"type": "message_stop"}

MESSAGES_ANSWERS = [
    Answer(
        "text",
        events(
            start(input_tokens=12, output_tokens=1),
            {"type": "ping"},
            block(0, type="text", text=""),
            delta(0, "text_delta", text="High "),
            delta(0, "text_delta", text="water"),
            {"type": "content_block_stop", "index": 0},
            end("end_turn", output_tokens=3),
            STOP,
        ),
        text="High water",
        usage=Usage(12, 3),
    ),
    Answer(
        "thoughts, then a call whose arguments come in pieces",
        events(
            start(input_tokens=20, output_tokens=1, cache_read_input_tokens=80),
            block(0, type="thinking", thinking=""),
            delta(0, "thinking_delta", thinking="Look it up."),
            delta(0, "signature_delta", signature="c2ln"),
            block(1, type="tool_use", id="toolu_1", name="tide", input={}),
            delta(1, "input_json_delta", partial_json=""),
            delta(1, "input_json_delta", partial_json='{"port": '),
            delta(1, "input_json_delta", partial_json='"Brest"}'),
            end("tool_use", output_tokens=30),
            STOP,
        ),
        reasoning="Look it up.",
        calls=(ToolCall("toolu_1", "tide", '{"port": "Brest"}'),),
        reason="tool_calls",
        usage=Usage(100, 30, 80),
    ),
    Answer(
        "cut at its length",
        events(start(input_tokens=12), delta(0, "text_delta", text="Hi"), end("max_tokens", output_tokens=1), STOP),
        text="Hi",
        reason="length",
        usage=Usage(12, 1),
    ),
    Answer(
        "broken off",
        events(start(input_tokens=12, output_tokens=1), delta(0, "text_delta", text="Hi")),
        text="Hi",
        reason="unknown",
        truncated=True,
    ),
    Answer(
        "whole, in Cloudflare's envelope",
        json.dumps(
            {
                "result": {
                    "type": "message",
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm", "signature": "c2ln"},
                        {"type": "text", "text": "High water"},
                        {"type": "tool_use", "id": "toolu_1", "name": "tide", "input": {"port": "Brest"}},
                    ],
                    "stop_reason": "tool_use",
                    "usage": {"input_tokens": 12, "output_tokens": 3},
                },
                "success": True,
            }
        ),
        text="High water",
        reasoning="Hm",
        calls=(ToolCall("toolu_1", "tide", '{"port":"Brest"}'),),
        reason="tool_calls",
        usage=Usage(12, 3),
        options=JSON,
    ),
    Answer(
        "a search of the server's own between two texts, and a text cut where a source is named",
        events(
            start(input_tokens=10, output_tokens=0),
            block(0, type="text", text=""),
            delta(0, "text_delta", text="I look it up."),
            block(1, type="server_tool_use", id="srv_1", name="web_search", input={}),
            delta(1, "input_json_delta", partial_json='{"query": "tide"}'),
            block(2, type="web_search_tool_result", tool_use_id="srv_1", content=[]),
            block(3, type="text", text=""),
            delta(3, "text_delta", text="High water is "),
            block(4, type="text", text="", citations=[]),
            delta(4, "text_delta", text="at noon."),
            end("end_turn", output_tokens=9),
            STOP,
        ),
        text="I look it up.\n\nHigh water is at noon.",
        usage=Usage(10, 9),
    ),
    Answer(
        "two thoughts, the second of another model",
        events(
            start(input_tokens=10, output_tokens=0),
            block(0, type="thinking", thinking=""),
            delta(0, "thinking_delta", thinking="Look"),
            delta(0, "thinking_delta", thinking=" it up."),
            block(1, type="fallback"),
            block(2, type="thinking", thinking=""),
            delta(2, "thinking_delta", thinking="Found."),
            block(3, type="text", text=""),
            delta(3, "text_delta", text="Hi"),
            end("end_turn", output_tokens=9),
            STOP,
        ),
        text="Hi",
        reasoning="Look it up.\n\nFound.",
        usage=Usage(10, 9),
    ),
    Answer(
        "everything in the first event",
        events(
            {
                "type": "message_start",
                "message": {
                    "type": "message",
                    "content": [
                        {"type": "text", "text": "Hi"},
                        {"type": "tool_use", "id": "toolu_1", "name": "tide", "input": {"port": "Brest"}},
                    ],
                    "usage": {"input_tokens": 10, "output_tokens": 9},
                },
            },
            STOP,
        ),
        text="Hi",
        calls=(ToolCall("toolu_1", "tide", '{"port":"Brest"}'),),
        reason="tool_calls",
        usage=Usage(10, 9),
    ),
]
