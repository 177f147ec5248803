"""Training data as request bodies: ShareGPT, Alpaca, and OpenAI's preferences.

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


def sharegpt(record: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A conversation of ShareGPT: from and value."""
    messages = []
    for number, turn in enumerate(record["conversations"], 1):
        speaker = str(turn.get("from")) if isinstance(turn, Mapping) else ""
        if speaker in ("function_call", "function-call"):
            notes.append(f"Message {number}: the call of a tool stands there as text.")
            speaker = "gpt"
        role = _SPEAKERS.get(speaker.lower(), speaker)
        messages.append({"role": role, "content": turn.get("value") if isinstance(turn, Mapping) else turn})
    return {"system": record.get("system") or "", "messages": messages, "model": record.get("model") or ""}


def is_sharegpt(record: _Conversation) -> bool:
    """Whether this is a conversation of ShareGPT."""
    turn = record.get("conversations")
    return isinstance(turn, list) and bool(turn) and isinstance(turn[0], Mapping) and "from" in turn[0]


def alpaca(record: _Conversation, notes: list[str]) -> dict[str, Any]:
    """An instruction, its input, and the answer."""
    prompt = "\n\n".join(filter(None, (str(record.get("instruction") or ""), str(record.get("input") or ""))))
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": record.get("output")}]
    return {"system": record.get("system") or "", "messages": messages}


def preference(record: _Conversation, notes: list[str]) -> dict[str, Any]:
    """A prompt with two answers, of which the preferred one is taken."""
    notes.append("The answer that was preferred is taken.")
    return {**record["input"], "messages": [*record["input"]["messages"], *record["preferred_output"]]}


def is_preference(record: _Conversation) -> bool:
    """Whether this is a prompt with two answers."""
    prompt = record.get("input")
    return (
        isinstance(prompt, Mapping)
        and isinstance(prompt.get("messages"), list)
        and isinstance(record.get("preferred_output"), list)
    )
