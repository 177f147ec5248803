"""The body of a request, in each wire shape: what is shown is what is sent."""

from typing import Any, Literal

from playground.messages import ChatRequest

Shape = Literal["native", "openai"]


def workers_ai_body(request: ChatRequest, *, shape: Shape) -> dict[str, Any]:
    """The body for `POST …/ai/run/{model}`: `shape` says what the model's schema wants of response_format."""
    raise NotImplementedError


def openai_body(
    request: ChatRequest,
    *,
    include_usage: bool = True,
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"] | None = None,
) -> dict[str, Any]:
    """The body for `POST …/chat/completions`.

    `include_usage` asks for usage in the stream; `max_tokens_name` renames that parameter for a server that
    takes only one of the two names.
    """
    raise NotImplementedError
