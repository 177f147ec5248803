"""The services that a connection can be made to by choosing one, in one table; any other address can be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from playground.connections.kinds import ANTHROPIC_API, CLOUDFLARE_API


@dataclass(frozen=True, slots=True)
class Service:
    """One service or program with an API for models, as its documentation describes it."""

    id: str
    """Also the name of the first connection to it."""
    name: str
    kind: str
    base_url: str
    offers: str
    """What it can do, in a sentence or two of Markdown."""
    keys_at: str = ""
    """The page where a key is made, "" where none is needed."""
    key_start: str = ""
    """What its keys begin with, "" where that says nothing."""
    key_check: str = ""
    """The endpoint that refuses a wrong key, where the list of models is open to anybody."""
    first_models: tuple[str, ...] = ()
    """Beginnings of ids, the first of which that is listed is offered for the first chat."""

    @property
    def local(self) -> bool:
        """Whether it is a program on a person's own machine, which wants no key by itself."""
        return _host(self.base_url) == "127.0.0.1"


SERVICES = (
    Service(
        "cloudflare",
        "Cloudflare",
        "workers_ai",
        CLOUDFLARE_API,
        "Open models on Workers AI, some neurons a day for nothing; models of other vendors and AI Gateway. "
        "The token needs the permissions *Workers AI Read* and *Workers AI Edit*.",
        keys_at="https://dash.cloudflare.com/?to=/:account/ai/workers-ai",
        first_models=("@cf/meta/llama-3.3-70b-instruct-fp8-fast",),
    ),
    Service(
        "openai",
        "OpenAI",
        "openai_compatible",
        "https://api.openai.com/v1",
        "GPT models, with tools, pictures, JSON schemas and reasoning.",
        keys_at="https://platform.openai.com/api-keys",
        key_start="sk-",
        first_models=("gpt-5-mini", "gpt-5", "gpt-4.1-mini", "gpt-4o-mini", "gpt-4"),
    ),
    Service(
        "anthropic",
        "Anthropic",
        "anthropic",
        ANTHROPIC_API,
        "Claude models, with tools, pictures, thoughts and prompt caching.",
        keys_at="https://platform.claude.com/settings/keys",
        key_start="sk-ant-",
        first_models=("claude-haiku", "claude-sonnet", "claude-3-5-haiku", "claude"),
    ),
    Service(
        "openrouter",
        "OpenRouter",
        "openai_compatible",
        "https://openrouter.ai/api/v1",
        "Hundreds of models of many vendors with one key; the cost comes with each answer.",
        keys_at="https://openrouter.ai/settings/keys",
        key_start="sk-or-",
        key_check="/key",
        first_models=("openrouter/auto", "openai/gpt-5-mini", "openai/gpt-4o-mini"),
    ),
    Service(
        "groq",
        "Groq",
        "openai_compatible",
        "https://api.groq.com/openai/v1",
        "Open models at several hundred tokens a second.",
        keys_at="https://console.groq.com/keys",
        key_start="gsk_",
        first_models=("llama-3.3-70b", "openai/gpt-oss", "llama-3"),
    ),
    Service(
        "mistral",
        "Mistral",
        "openai_compatible",
        "https://api.mistral.ai/v1",
        "Mistral, Ministral, Codestral and Magistral models, with tools, pictures and JSON schemas.",
        keys_at="https://console.mistral.ai/api-keys",
        first_models=("mistral-small-latest", "mistral-small", "mistral"),
    ),
    Service(
        "deepseek",
        "DeepSeek",
        "openai_compatible",
        "https://api.deepseek.com/v1",
        "DeepSeek's chat and reasoning models, with tools and JSON mode.",
        keys_at="https://platform.deepseek.com/api_keys",
        key_start="sk-",
        first_models=("deepseek-chat",),
    ),
    Service(
        "together",
        "Together",
        "openai_compatible",
        "https://api.together.ai/v1",
        "Open models of many vendors, with tools, pictures and JSON schemas.",
        keys_at="https://api.together.ai/settings/api-keys",
        first_models=("meta-llama/Llama-3.3-70B", "meta-llama/"),
    ),
    Service(
        "ollama",
        "Ollama",
        "openai_compatible",
        "http://127.0.0.1:11434/v1",
        "Models on your own machine: `ollama pull` fetches one, and it is listed here. No key.",
    ),
    Service(
        "lmstudio",
        "LM Studio",
        "openai_compatible",
        "http://127.0.0.1:1234/v1",
        "Models on your own machine: load one and start the server under *Developer*. No key.",
    ),
    Service(
        "vllm",
        "vLLM",
        "openai_compatible",
        "http://127.0.0.1:8000/v1",
        "Any open model on your own GPU, for many requests at once; a key only where it was started with `--api-key`.",
    ),
    Service(
        "llamacpp",
        "llama.cpp",
        "openai_compatible",
        "http://127.0.0.1:8080/v1",
        "One `.gguf` file on your own machine, served by `llama-server`; a key only where it was started with "
        "`--api-key`.",
    ),
)

OTHER = Service(
    "server",
    "Another address",
    "openai_compatible",
    "",
    "Any server with `/chat/completions`, such as a gateway of your company or a program of your own. The address is "
    "what stands before that, mostly with `/v1` at its end.",
)
"""What is not in the table."""


def service(id_: str) -> Service:
    """The service of that id; OTHER where there is none."""
    return next((known for known in SERVICES if known.id == id_), OTHER)


def service_at(base_url: str) -> Service:
    """The service at an address, by its host, and on this machine by its port; OTHER where none is."""
    server = _server(base_url)
    return next((known for known in SERVICES if server and _server(known.base_url) == server), OTHER)


def foreign_key(key: str, chosen: Service) -> Service | None:
    """The other service of the table that a key surely is of, None where it may be that of the one that is chosen.

    A server that is not in the table may hand out keys of any form, or take those of others.
    """
    if chosen is OTHER or chosen.local:
        return None
    starting = [known for known in SERVICES if known.key_start and key.startswith(known.key_start)]
    longest = _longest(known.key_start for known in starting)
    whose = [known for known in starting if known.key_start == longest]
    return whose[0] if len(whose) == 1 and chosen is not whose[0] else None


def first_model(chosen: Service, listed: Iterable[str]) -> str:
    """The id among those listed that a first chat is begun with, "" where nothing is listed."""
    ids = list(listed)
    for start in chosen.first_models:
        if found := [id_ for id_ in ids if id_.startswith(start)]:
            return min(found, key=len)
    return ids[0] if ids else ""


def _longest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")


def _host(base_url: str) -> str:
    try:
        return (urlsplit(base_url).hostname or "").replace("localhost", "127.0.0.1")
    except ValueError:  # brackets that do not match
        return ""


def _server(base_url: str) -> tuple[str, int | None] | None:
    host = _host(base_url)
    try:
        return (host, urlsplit(base_url).port if host == "127.0.0.1" else None) if host else None
    except ValueError:  # a port that is none
        return None
