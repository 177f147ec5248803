"""Answers without what gives their model away, for people who judge blindly. For the view only, never stored."""

import re
from dataclasses import replace
from functools import lru_cache

from playground.answers.extras import Extras
from playground.models.catalog import ModelCard
from playground.store import Failure, StoredReply

HIDDEN_NAME = "▒▒▒"
UNTOLD = Failure("server", "No answer came.", "The reason is shown after the vote.")
"""Stands for any error, for many name the model or its service."""

_SAY_NOTHING = frozenset(
    {
        *("alpha", "beta", "latest", "preview", "pro", "project", "research", "org", "open", "oss", "free", "local"),
        *("chat", "code", "coder", "instruct", "text", "think", "thinking", "vision", "embed", "guard", "distill"),
        *("micro", "mini", "nano", "small", "medium", "large", "max", "super", "ultra", "turbo", "fast", "flash"),
        *("awq", "base", "exl", "ggml", "gguf", "gptq", "lora", "onnx", "model", "models", "and", "the"),
        *("lion", "neo", "nova", "sea", "scout", "smart", "utter"),
    }
)
"""Parts of names that many models share, and words of every day that an answer may well be about."""

_ALSO = {
    "apertus": ("ETH Zurich", "EPFL"),
    "claude": ("Anthropic",),
    "deepseek": ("DeepSeek", "High-Flyer"),
    "gemma": ("Google", "DeepMind", "Gemini"),
    "glm": ("ChatGLM", "Zhipu", "Z.ai"),
    "gpt": ("OpenAI", "ChatGPT"),
    "granite": ("IBM",),
    "hermes": ("Nous",),
    "kimi": ("Moonshot",),
    "lion": ("SEA-LION", "AI Singapore"),
    "llama": ("Meta AI", "Meta", "Facebook"),
    "mistral": ("Mistral AI", "Mixtral", "Ministral"),
    "nemotron": ("NVIDIA",),
    "phi": ("Microsoft",),
    "qwen": ("Alibaba", "Tongyi", "Qianwen"),
    "qwq": ("Qwen", "Alibaba", "Tongyi"),
    "smollm": ("Hugging Face", "HuggingFaceTB", "SmolLM"),
}
"""How models call themselves and their makers, by a part of their name."""


_UNFINISHED = re.compile(r"[A-Za-z\d.-]{0,40} ?[A-Za-z\d.-]{0,40}\Z")


Known = ModelCard | str
"""What is known of a model: its card, or its id alone."""


def scrubbed(text: str, card: Known, *, growing: bool = False) -> str:
    """A text with the names of its model and of those who made it masked, in any case of letters.

    Of a `growing` text the last two words are held back: the beginning of a name tells enough.
    """
    known = (card, "", "") if isinstance(card, str) else (card.id, card.name, card.author)
    shown = _tells(*known).sub(HIDDEN_NAME, text)
    if growing and (unfinished := _UNFINISHED.search(shown, max(len(shown) - 81, 0))):
        return shown[: unfinished.start()]
    return shown


def scrubbed_extras(extras: Extras, card: Known) -> Extras:
    """What an answer holds beside its words without what gives its model away.

    Further answers are scrubbed as the answer is; a source that names the maker is left out; probabilities are, because
    tokens are those of a tokenizer. Pictures are what is to be judged, and stay.
    """
    return replace(
        extras,
        citations=tuple(one for one in extras.citations if not _names(card, one.url, one.title)),
        choices={index: scrubbed(text, card) for index, text in extras.choices.items()},
        logprobs=(),
    )


def scrubbed_reply(reply: StoredReply, card: Known | None) -> StoredReply:
    """An answer that has ended without what would give its model away; `card` is None where nothing is known of it."""
    error = None if reply.error is None else UNTOLD
    if card is None:
        return replace(
            reply, notes=(), error=error, usage=None, extras=replace(reply.extras, citations=(), logprobs=())
        )
    return replace(
        reply,
        text=scrubbed(reply.text, card),
        reasoning=scrubbed(reply.reasoning, card),
        notes=(),
        error=error,
        usage=None,
        extras=scrubbed_extras(reply.extras, card),
    )


def _names(card: Known, *texts: str) -> bool:
    return any(scrubbed(text, card) != text for text in texts)


@lru_cache(maxsize=64)
def _tells(id_: str, name: str, author: str) -> re.Pattern[str]:
    words = {word.lower() for word in re.findall(r"[A-Za-z]{3,}", f"{id_} {name}")}
    also = {other.lower() for part, others in _ALSO.items() if any(part in word for word in words) for other in others}
    phrases = (words - _SAY_NOTHING) | also | ({author.lower()} - {""})
    if not name:  # the id alone is known: what it is made of may say nothing by itself
        phrases |= {id_.lower(), id_.lower().rpartition("/")[2]} - {""}
    if not phrases:
        return re.compile(r"(?!)")
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spelled = "|".join(re.escape(phrase).replace(r"\ ", "[ -]?") for phrase in longest_first)
    # With what is written on to it: "Llama-3.3-70B", "Qwen2.5", "GPT-4o".
    return re.compile(rf"(?i)(?<![^\W_])(?:{spelled})(?:[-. ]?v?\d(?:[\w.]*\w)?)*+(?![^\W_])")
