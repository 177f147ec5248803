"""Answers of the embedded model, where its weights are on this machine."""

from collections.abc import Mapping
from typing import Any

from playground.events import Finished, TextDelta, UsageReported
from playground.messages import ChatRequest, Message
from playground.models.local import EMBEDDED_ID, assets
from playground.providers import Connection, open_provider
from tests.upstream.writing import Spoken

_PARAMETERS = ("temperature", "top_p", "top_k", "seed")


def is_here() -> bool:
    """Whether it can answer without anything being fetched."""
    return assets.asset_path(assets.EMBEDDED_MODEL) is not None


async def spoken(body: Mapping[str, Any], at_most: int) -> Spoken:
    """What it says to this request, once it has said all of it, in at most so many tokens. Raises ProviderError."""
    text: list[str] = []
    prompt_tokens, finish = 1, "stop"
    parameters = {name: body[name] for name in _PARAMETERS if name in body} | {"max_tokens": at_most}
    messages = tuple(Message(message["role"], message.get("content") or "") for message in body.get("messages") or ())
    prompt, raw = body.get("prompt"), bool(body.get("raw"))
    request = ChatRequest(EMBEDDED_ID, messages, parameters, prompt=prompt, raw=raw)
    async with open_provider(Connection(kind="local")) as provider:
        async for event in provider.stream(request):
            match event:
                case TextDelta(piece):
                    text.append(piece)
                case UsageReported(usage):
                    prompt_tokens = usage.prompt_tokens
                case Finished(reason):
                    finish = reason
    return Spoken((), text, None, finish, prompt_tokens)
