"""A server on loopback that takes a request only as its rule allows, and answers what it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

Rule = Callable[[Mapping[str, Any]], str | None]
"""Why a body is refused, in words; None where it is taken."""

SAID = {"choices": [{"index": 0, "delta": {"content": "Good."}, "finish_reason": "stop"}]}


class StrictServer:
    """Every body it was sent, and the rule and the frames by which it answers, which may be changed."""

    def __init__(self, rule: Rule, *frames: Mapping[str, Any]) -> None:
        self.rule = rule
        self.frames: Sequence[Mapping[str, Any]] = frames or (SAID,)
        self.bodies: list[dict[str, Any]] = []
        self.url = ""

    @property
    def last(self) -> list[dict[str, Any]]:
        """The messages of the last body."""
        return list(self.bodies[-1]["messages"])

    def refused_with(self, words: str) -> dict[str, Any]:
        """The document that refuses, as OpenAI writes it."""
        return {"error": {"message": words, "type": "invalid_request_error", "param": None, "code": None}}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:"))
        body = json.loads(await reader.readexactly(length))
        self.bodies.append(body)
        words = self.rule(body)
        if words is None:
            status, kind = "200 OK", "text/event-stream"
            answer = "".join(f"data: {json.dumps(frame)}\n\n" for frame in self.frames) + "data: [DONE]\n\n"
        else:
            status, kind, answer = "400 Bad Request", "application/json", json.dumps(self.refused_with(words))
        text = answer.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + text)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def strict(rule: Rule, *frames: Mapping[str, Any]) -> AsyncIterator[StrictServer]:
    """Run one for a while."""
    made = StrictServer(rule, *frames)
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    async with server:
        made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        yield made


def callers(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a body that call tools."""
    return [message for message in body["messages"] if message.get("tool_calls")]


def deepseek(body: Mapping[str, Any]) -> str | None:
    """Thinking mode of DeepSeek: each answer of an exchange with tool calls has its thoughts, be they empty."""
    for at, message in enumerate(body["messages"]):
        if message.get("tool_calls") and "reasoning_content" not in message:
            return f"Missing `reasoning_content` field in the assistant message at message index {at}."
    return None


def kimi(body: Mapping[str, Any]) -> str | None:
    for at, message in enumerate(body["messages"]):
        if message.get("tool_calls") and "reasoning_content" not in message:
            return f"thinking is enabled but reasoning_content is missing in assistant tool call message at index {at}"
    return None


def deepseek_everywhere(body: Mapping[str, Any]) -> str | None:
    answers = [message for message in body["messages"] if message["role"] == "assistant"]
    if all("reasoning_content" in message for message in answers):
        return None
    return "The `reasoning_content` in the thinking mode must be passed back to the API."


def r1(body: Mapping[str, Any]) -> str | None:
    """DeepSeek R1, as it was first: no thoughts among what is sent."""
    if any("reasoning_content" in message for message in body["messages"]):
        return "reasoning_content is not allowed in the input messages."
    return None


def groq(body: Mapping[str, Any]) -> str | None:
    for at, message in enumerate(body["messages"]):
        for name in message.keys() - {"role", "content", "tool_calls", "tool_call_id", "reasoning"}:
            return (
                f"'messages.{at}' : for 'role:assistant' the following must be satisfied"
                f"[('messages.{at}' : property '{name}' is unsupported)]"
            )
    return None


def openai(body: Mapping[str, Any]) -> str | None:
    for message in body["messages"]:
        for name in message.keys() - {"role", "content", "tool_calls", "tool_call_id"}:
            return f"Unrecognized request argument supplied: {name}"
    return None


def mistral(body: Mapping[str, Any]) -> str | None:
    for at, message in enumerate(body["messages"]):
        for name in message.keys() - {"role", "content", "tool_calls", "tool_call_id"}:
            return f"body.messages.{at}.assistant.{name}: Extra inputs are not permitted"
    return None


def gemini(body: Mapping[str, Any]) -> str | None:
    for at, message in enumerate(callers(body)):
        signed = message["tool_calls"][0].get("extra_content", {}).get("google", {}).get("thought_signature")
        if not signed:
            name = message["tool_calls"][0]["function"]["name"]
            return (
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to "
                f"work correctly. Additional data, function call `default_api:{name}` , position {at + 2}."
            )
    return None
