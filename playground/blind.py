"""Answers without what gives their model away, for people who judge blindly. For the view only, never stored."""

import re
from functools import lru_cache

from playground.catalog import ModelCard

_TELLS_NOTHING = {
    *("instruct", "chat", "flash", "fast", "pro", "code", "coder", "vision", "small", "micro", "large", "mini"),
    *("awq", "lora", "base", "model", "models", "the", "distill", "guard"),
}
_MAKERS = {"llama": "Meta", "gemma": "Google", "gpt": "OpenAI", "qwen": "Alibaba", "mistral": "Mistral", "glm": "Zhipu"}
MASK = "▒▒▒"


def scrubbed(text: str, card: ModelCard) -> str:
    """A text with the names of its model and of those who made it masked, in any case of letters."""
    return _tells(card.id, card.name, card.author).sub(MASK, text)


@lru_cache(maxsize=64)
def _tells(*names: str) -> re.Pattern[str]:
    words = {word for name in names for word in re.findall(r"[A-Za-z]+", name)}
    telling = {word for word in words if len(word) > 2 and word.lower() not in _TELLS_NOTHING}
    telling |= {maker for family, maker in _MAKERS.items() if any(family in word.lower() for word in telling)}
    if not telling:
        return re.compile(r"(?!)")
    longest_first = sorted(map(re.escape, telling), key=lambda word: (-len(word), word))
    # With what is written on to it: "Llama-3.3", "Qwen2.5", "GPT-4o", "SmolLM's".
    return re.compile(rf"(?i)\b(?:{'|'.join(longest_first)})(?:[-.\s]?\d[\w.]*)?\w*")
