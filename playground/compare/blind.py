"""Masks the names of models in answers, for blind comparisons. For display only, never stored."""

import re
from dataclasses import replace
from functools import lru_cache

from playground.answers.extras import Extras
from playground.models.catalog import ModelCard
from playground.store import Failure, StoredReply

HIDDEN_NAME = "▒▒▒"
HIDDEN_ERROR = Failure("server", "No answer came.", "The reason is shown after the vote.")
"""Shown in place of any error, for many name the model or its service."""

_COMMON_WORDS = frozenset(
    {
        *("alpha", "beta", "latest", "preview", "pro", "project", "research", "org", "open", "oss", "free", "local"),
        *("chat", "code", "coder", "instruct", "text", "think", "thinking", "vision", "embed", "guard", "distill"),
        *("micro", "mini", "nano", "small", "medium", "large", "max", "super", "ultra", "turbo", "fast", "flash"),
        *("awq", "base", "exl", "ggml", "gguf", "gptq", "lora", "onnx", "model", "models", "and", "the"),
        *("lion", "neo", "nova", "sea", "scout", "smart", "utter"),
    }
)
"""Parts of model names that are not masked: many models share them, or they are everyday words."""

_ALIASES = {
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
"""What models call themselves and their makers, by a part of their name."""


_UNFINISHED = re.compile(r"[A-Za-z\d.-]{0,40} ?[A-Za-z\d.-]{0,40}\Z")


KnownModel = ModelCard | str
"""A model by its card, or by its id where it has no card."""


def scrubbed(text: str, card: KnownModel, *, growing: bool = False) -> str:
    """A text with the names of its model and maker masked, in any case.

    Of a `growing` text the last two words are held back, for they may be the beginning of a name.
    """
    known = (card, "", "") if isinstance(card, str) else (card.id, card.name, card.author)
    shown = _identifying_names(*known).sub(HIDDEN_NAME, text)
    if growing and (unfinished := _UNFINISHED.search(shown, max(len(shown) - 81, 0))):
        return shown[: unfinished.start()]
    return shown


def scrubbed_extras(extras: Extras, card: KnownModel) -> Extras:
    """Extras without what identifies the model.

    Names in other choices are masked; citations that name the model or maker are left out, and all logprobs, for their
    tokens show the tokenizer. Images stay.
    """
    return replace(
        extras,
        citations=tuple(each for each in extras.citations if not _identifies(card, each.url, each.title)),
        choices={index: scrubbed(text, card) for index, text in extras.choices.items()},
        logprobs=(),
    )


def scrubbed_reply(reply: StoredReply, card: KnownModel | None) -> StoredReply:
    """An answer that has ended, without what identifies its model; `card` is None where the model is not known."""
    error = None if reply.error is None else HIDDEN_ERROR
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


def _identifies(card: KnownModel, *texts: str) -> bool:
    return any(scrubbed(text, card) != text for text in texts)


@lru_cache(maxsize=64)
def _identifying_names(id_: str, name: str, author: str) -> re.Pattern[str]:
    words = {word.lower() for word in re.findall(r"[A-Za-z]{3,}", f"{id_} {name}")}
    known = [names for part, names in _ALIASES.items() if any(part in word for word in words)]
    aliases = {alias.lower() for names in known for alias in names}
    phrases = (words - _COMMON_WORDS) | aliases | ({author.lower()} - {""})
    if not name:  # all parts of the id may be common words
        phrases |= {id_.lower(), id_.lower().rpartition("/")[2]} - {""}
    if not phrases:
        return re.compile(r"(?!)")
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    spelled = "|".join(re.escape(phrase).replace(r"\ ", "[ -]?") for phrase in longest_first)
    # With versions and sizes after it: "Llama-3.3-70B", "Qwen2.5", "GPT-4o".
    return re.compile(rf"(?i)(?<![^\W_])(?:{spelled})(?:[-. ]?v?\d(?:[\w.]*\w)?)*+(?![^\W_])")
