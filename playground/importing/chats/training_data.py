"""What models are trained with, as request bodies: ShareGPT, Alpaca, and OpenAI's preferences.

https://platform.openai.com/docs/guides/fine-tuning has the last; its lines of messages are request bodies already.
"""

from collections.abc import Mapping
from typing import Any

_Conversation = Mapping[str, Any]
_SPEAKERS = {
    **dict.fromkeys(("human", "user", "prompter"), "user"),
    **dict.fromkeys(("gpt", "assistant", "chatgpt", "bing", "bard", "model", "claude"), "assistant"),
    "system": "system",
    "tool": "tool",
    "observation": "tool",
    "function_response": "tool",
}


def sharegpt(one: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation of ShareGPT: from and value."""
    messages = []
    for number, said in enumerate(one["conversations"], 1):
        speaker = str(said.get("from")) if isinstance(said, Mapping) else ""
        if speaker in ("function_call", "function-call"):
            notes.append(f"Message {number}: the call of a tool stands there as text.")
            speaker = "gpt"
        role = _SPEAKERS.get(speaker.lower(), speaker)
        messages.append({"role": role, "content": said.get("value") if isinstance(said, Mapping) else said})
    return {"system": one.get("system") or "", "messages": messages, "model": one.get("model") or ""}


def is_sharegpt(one: _Conversation) -> bool:
    """Whether this is a conversation of ShareGPT."""
    said = one.get("conversations")
    return isinstance(said, list) and bool(said) and isinstance(said[0], Mapping) and "from" in said[0]


def alpaca(one: _Conversation, notes: list[str]) -> dict[str, Any]:
    """An instruction, what it is about, and the answer."""
    asked = "\n\n".join(filter(None, (str(one.get("instruction") or ""), str(one.get("input") or ""))))
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": one.get("output")}]
    return {"system": one.get("system") or "", "messages": messages}


def preference(one: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A prompt with two answers, of which the preferred one is taken."""
    notes.append("The answer that was preferred is taken.")
    return {**one["input"], "messages": [*one["input"]["messages"], *one["preferred_output"]]}


def is_preference(one: _Conversation) -> bool:
    """Whether this is a prompt with two answers."""
    asked = one.get("input")
    return (
        isinstance(asked, Mapping)
        and isinstance(asked.get("messages"), list)
        and isinstance(one.get("preferred_output"), list)
    )
