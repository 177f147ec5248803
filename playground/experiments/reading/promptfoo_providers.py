"""Providers of promptfoo as models at connections: https://www.promptfoo.dev/docs/providers/."""

from collections.abc import Mapping
from typing import Any

from playground.experiments.reading.promptfoo_asserts import CODE, UnmappedError
from playground.text.cleaning import line

_CONNECTIONS: Mapping[str, str] = {
    "openai": "openai",
    "cloudflare-ai": "",
    "anthropic": "anthropic",
    "openrouter": "openrouter",
    "groq": "groq",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "xai": "xai",
    "ollama": "ollama",
    "vllm": "vllm",
}
"""The connection that a provider's models run at; "" for what the model's own id says, as Workers AI's do."""
_FORMS = ("chat", "completion", "completions", "messages", "responses")
_PARAMETERS = {
    **{name: name for name in ("temperature", "max_tokens", "top_p", "top_k", "stop", "seed", "max_completion_tokens")},
    **{name: name for name in ("presence_penalty", "frequency_penalty", "repetition_penalty", "reasoning_effort")},
}


_EMBEDDINGS = ("embedding", "embeddings")


def embedding_model_of(provider: Any) -> dict[str, Any]:
    """The model of embeddings of a provider, as a definition's file has it. Raises UnmappedError."""
    id_ = provider.get("id") if isinstance(provider, Mapping) else provider
    kind, _, rest = str(id_ or "").partition(":")
    form, _, model = rest.partition(":")
    if kind not in _CONNECTIONS or form not in _EMBEDDINGS or not model:
        raise UnmappedError(f"{line(str(id_), 80)}: no model of embeddings that there is a connection for")
    return {"id": model, **({"connection": _CONNECTIONS[kind]} if _CONNECTIONS[kind] else {})}


def model_of(provider: Any) -> tuple[dict[str, Any], list[str]]:
    """The model of a provider, as a definition's file has it, and notes about what of it was left out.

    Raises UnmappedError. Keys and addresses are never taken over.
    """
    config: Any = {}
    if isinstance(provider, Mapping):
        if "id" in provider:
            config, provider = provider.get("config"), provider["id"]
        elif len(provider) == 1:
            ((provider, more),) = provider.items()
            config = more.get("config") if isinstance(more, Mapping) else {}
    if not isinstance(provider, str):
        raise UnmappedError("it has no id")
    kind, _, rest = provider.partition(":")
    form, colon, model = rest.partition(":")
    if kind in (*CODE, "file", "https", "http", "exec", "package") or provider.startswith("file://"):
        raise UnmappedError(f"{line(provider, 80)}: code in a file is never run, and no other server is asked")
    if kind not in _CONNECTIONS or not rest:
        raise UnmappedError(f"{line(provider, 80)}: there is no connection like it here")
    if not colon or form not in _FORMS:
        model = rest
    if form in (*_EMBEDDINGS, "image", "realtime", "assistant", "moderation"):
        raise UnmappedError(f"{line(provider, 80)}: it does not answer in words")
    config = config if isinstance(config, Mapping) else {}
    parameters = {_PARAMETERS[name]: value for name, value in config.items() if name in _PARAMETERS}
    left = [str(name) for name in config if name not in _PARAMETERS]
    notes = [f"{line(name, 60)} of {line(provider, 80)} left out." for name in left]
    written = {"id": model, "connection": _CONNECTIONS[kind], "parameters": parameters}
    return {name: value for name, value in written.items() if value}, notes
