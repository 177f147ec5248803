"""The kinds of connections and all that they differ in, in one table: nothing else asks for a kind by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

CLOUDFLARE_API = "https://api.cloudflare.com/client/v4"
ANTHROPIC_API = "https://api.anthropic.com/v1"


@dataclass(frozen=True, slots=True)
class Connecting:
    """How such a connection is set up: instructions in Markdown, and examples for the environment and secrets.toml."""

    title: str
    icon: str
    instructions: str
    environment: str
    secrets: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What is true of all connections of one kind, and of the models behind them."""

    label: str
    place: str
    """Where its models run, in few words."""
    place_in_full: str
    cloudflare: bool = False
    """It asks an account of Cloudflare: for models of its catalogue, priced in neurons, directly or by AI Gateway."""
    listed: bool = False
    """The server lists its models; a person says what they cost, which see pictures, which parameters they take."""
    here: bool = False
    """Its models run on this machine: no address, no key."""
    dialect: str = "chat_completions"
    """The module of `providers/dialects/` that it is asked in."""
    apis: Mapping[str, str] = field(default_factory=dict)
    """The endpoints that a connection may choose between by its `api`, in words."""
    address: str = ""
    """Its address, unless another one is set."""
    family: str = ""
    """The parameters of its models, where nobody says otherwise: a file of `catalog/snapshot/families/`."""
    token_header: Literal["Authorization", "x-api-key"] = "Authorization"
    needs_token: bool = False
    name: str = ""
    """That of its connection by the environment."""
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The variables of the environment by what they set; the first of them that is there counts."""
    enough: tuple[str, ...] = ()
    """What makes a connection, any one of these."""
    connecting: Connecting | None = None

    @property
    def token_variable(self) -> str:
        """The variable of the environment that holds its token."""
        return next(iter(self.variables.get("api_token", ())), "")


KINDS: Mapping[str, Kind] = {
    "workers_ai": Kind(
        label="Cloudflare Workers AI",
        place="Workers AI",
        place_in_full="Cloudflare Workers AI",
        cloudflare=True,
        apis={"native": "native", "openai": "OpenAI-compatible", "anthropic": "Anthropic's messages"},
        address=CLOUDFLARE_API,
        needs_token=True,
        name="cloudflare",
        variables={
            "base_url": ("WORKERS_AI_BASE_URL",),
            "account_id": ("CLOUDFLARE_ACCOUNT_ID",),
            "api_token": ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_AUTH_TOKEN"),
        },
        enough=("account_id", "api_token"),
        connecting=Connecting(
            "Connect Cloudflare",
            ":material/cloud:",
            "The dashboard shows the account id, and makes a token with the permissions *Workers AI Read* and "
            "*Workers AI Edit*: [Workers AI, Use REST API](https://dash.cloudflare.com/?to=/:account/ai/workers-ai).",
            """\
export CLOUDFLARE_ACCOUNT_ID="…"
export CLOUDFLARE_API_TOKEN="…"
# Optional, to go through AI Gateway:
# export CLOUDFLARE_GATEWAY_ID="default"
""",
            """\
[connections.cloudflare]
kind = "workers_ai"
account_id = "…"
api_token = "…"
""",
        ),
    ),
    "openai_compatible": Kind(
        label="OpenAI-compatible",
        place="a server",
        place_in_full="an OpenAI-compatible server",
        listed=True,
        family="openai-compatible",
        name="openai",
        variables={"base_url": ("OPENAI_BASE_URL",), "api_token": ("OPENAI_API_KEY",)},
        enough=("base_url",),
        connecting=Connecting(
            "Connect an OpenAI-compatible server",
            ":material/dns:",
            "Ollama, vLLM, LM Studio, llama.cpp, OpenRouter, Groq, OpenAI: any server with `/v1/chat/completions`.",
            """\
export OPENAI_BASE_URL="http://localhost:11434/v1"
export OPENAI_API_KEY="…"  # where the server wants one
""",
            """\
[connections.ollama]
kind = "openai_compatible"
base_url = "http://localhost:11434/v1"

[connections.openrouter]
kind = "openai_compatible"
base_url = "https://openrouter.ai/api/v1"
api_token = "…"
""",
        ),
    ),
    "anthropic": Kind(
        label="Anthropic",
        place="Anthropic",
        place_in_full="Anthropic, or a server that speaks as it does",
        listed=True,
        dialect="messages",
        address=ANTHROPIC_API,
        family="anthropic",
        token_header="x-api-key",
        name="anthropic",
        variables={"base_url": ("ANTHROPIC_BASE_URL",), "api_token": ("ANTHROPIC_API_KEY",)},
        enough=("base_url", "api_token"),
        connecting=Connecting(
            "Connect Anthropic",
            ":material/api:",
            "[The console](https://platform.claude.com/settings/keys) makes a key. Any other server with "
            "`/v1/messages` needs its address too.",
            """\
export ANTHROPIC_API_KEY="…"
# Another server that speaks as Anthropic does:
# export ANTHROPIC_BASE_URL="https://api.minimax.io/anthropic"
""",
            """\
[connections.anthropic]
kind = "anthropic"
api_token = "…"
""",
        ),
    ),
    "local": Kind(
        label="This machine", place="this machine", place_in_full="here", here=True, family="local", name="local"
    ),
}

KIND_OF_UNKNOWN = "workers_ai"
"""The kind that a model is taken for which nobody knows."""


def _known(kind: str) -> str:
    if kind not in KINDS:
        *others, last = map(repr, KINDS)
        raise PydanticCustomError("kind", "Input should be {known}", {"known": f"{', '.join(others)} or {last}"})
    return kind


KindName = Annotated[str, AfterValidator(_known)]
"""A key of KINDS."""
