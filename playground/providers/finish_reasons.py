"""Why an answer ended, in the one vocabulary of `Finished`."""

from typing import Any, Literal

from playground.events import FinishReason

_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "safety": "content_filter",
}


def read_finish_reason(value: Any) -> FinishReason | Literal["error"] | None:
    """The reason a server gives; None where it gives none, "error" where it says that it failed."""
    if not isinstance(value, str) or not value:
        return None
    if value == "error":
        return "error"
    return _REASONS.get(value.lower(), "unknown")


def settle_finish_reason(said: FinishReason | None, *, tools_called: bool) -> FinishReason:
    """The reason of an answer that came to its end: a model that asks for tools has not finished, whatever it says.

    Ollama and forced tools at OpenAI say "stop" there (https://github.com/ollama/ollama/pull/7963).
    """
    if tools_called and said in (None, "stop"):
        return "tool_calls"
    return said or "stop"
