"""Requests that a snippet must say exactly, and what the app's own client sends for each."""

import asyncio
from dataclasses import replace
from typing import Any

from playground.conversation.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS
from playground.messages import ChatRequest, Message, ToolCall
from playground.providers import Connection, open_provider
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

EVIL = (
    'It\'s "quoted" and `run` $HOME ${HOME} $(id) %s {braces} {{twice}} \\ \\n \\\\ end\\\n'
    "next line\r\nJSON\nEOF\n'''\"\"\"\n</script><!--<script>\n"
    "\u2028\u2029\x00\x07\x1b\x7f\x85\ufeff\u202e 👩‍💻 é 𝄞 \U000e0001 ! # \t@file\n\n"
)
"""Quotes, newlines, emoji, dollars, backslashes, ends of script and of here-documents, what cannot be seen."""


def ask(text: str, **more: Any) -> ChatRequest:
    """A request that says this."""
    return ChatRequest(LLAMA, (Message("user", text),), **more)


REQUESTS = {
    "a hello": ask("hello"),
    "everything evil": replace(ask(EVIL), messages=(Message("system", EVIL), Message("user", EVIL))),
    "100 kB": ask("".join(f"line {number} of 'it' \\ ${{x}} 😀\n" for number in range(4_000))),
    "parameters": ask(
        "hi", parameters={"temperature": 0.7, "top_p": 1e-05, "max_tokens": 64, "seed": 9_999_999_999, "top_k": 3}
    ),
    "parameters of one's own": ask(
        "hi", parameters={"stop": ["'", '"\n'], "logit_bias": {"10": 1, "2": -1}, "x": None}
    ),
    "tools and a call": ChatRequest(
        LLAMA,
        (
            Message("user", "weather?"),
            Message("assistant", "", (ToolCall("call_1", "get_weather", '{"city": "Zürich \\"ZH\\""}'),)),
            Message("tool", '{"c": 21}', tool_call_id="call_1"),
        ),
        tools=EXAMPLE_TOOLS,
    ),
    "a JSON schema": ask("hi", response_format={"type": "json_schema", "json_schema": EXAMPLE_SCHEMA}),
    "an image": ChatRequest(
        "@cf/meta/llama-3.2-11b-vision-instruct",
        (Message("user", ({"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": PIXEL}})),),
    ),
    "strange keys": ask("hi", parameters={"__proto__": 1, "a b": {"__proto__": {}}, "it's": 2, "big": 2**60}),
}


RAW_PROMPT = ChatRequest(LLAMA, prompt=EVIL, raw=True, parameters={"max_tokens": 5})


def workers_ai(upstream: Upstream, **more: Any) -> Connection:
    """Workers AI at the stand-in."""
    return Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, **more)


def environment() -> dict[str, str]:
    """Where a snippet finds its secrets."""
    return {
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT,
        "CLOUDFLARE_API_TOKEN": TOKEN,
        "OPENAI_API_KEY": TOKEN,
        "ANTHROPIC_API_KEY": TOKEN,
        "CLOUDFLARE_GATEWAY_TOKEN": "gateway-token",
    }


def sent_by_the_app(upstream: Upstream, connection: Connection, request: ChatRequest) -> tuple[str, bytes]:
    """The path and the body with which the app's own client asks."""

    async def ask() -> None:
        async with open_provider(connection) as provider:
            async for _ in provider.stream(request):
                pass

    asyncio.run(ask())
    seen = upstream.requests[-1]
    return seen.path, seen.body
