"""What is known of a model, each fact with its source."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from playground.connections.kinds import KINDS, Kind, KindName
from playground.metering import Price
from playground.parameters import InputForm


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContextWindow(_Frozen):
    """The context window in tokens as one source gives it; `official` where that source is the service's own."""

    tokens: int
    source: str
    as_of: date | None = None
    official: bool = True


class PriceQuote(_Frozen):
    """USD per million tokens as one source gives it; None where that source prices the model as unknown."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    source: str
    as_of: date | None = None
    free: bool = False
    official: bool = True

    def price(self) -> Price:
        """The same as a price of metering."""
        return Price(self.input, self.output, self.source, self.as_of, self.cached_input, self.free)


class Retirement(_Frozen):
    """When a model stops, and what to use instead."""

    on: date
    successor: str | None = None
    source: str


def id_at(connection: str, model: str) -> str:
    """The unique id of a connection's model: `connection/model`.

    A slash in the connection's name, or an @ at its beginning, is percent-encoded: all up to the first slash is the
    connection, and ids that begin with @ are Workers AI's own.
    """
    name = connection.replace("%", "%25").replace("/", "%2F")
    return f"{name.replace('@', '%40', 1) if name.startswith('@') else name}/{model}"


class ModelCard(_Frozen):
    """One model. Where sources disagree all values are there, the one that counts first; None is "not known"."""

    id: str
    name: str
    author: str
    provider: KindName
    """The kind of connection that runs it."""
    connection: str | None = None
    """The name of the one connection that serves it, where others of the same kind may not."""
    task: str = "Text Generation"
    description: str = ""
    context_windows: tuple[ContextWindow, ...] = ()
    prices: tuple[PriceQuote, ...] = ()
    function_calling: bool | None = None
    reasoning: bool | None = None
    reasoning_effort: Mapping[str, Any] | None = None
    vision: bool | None = None
    json_mode: bool | None = None
    lora: bool | None = None
    batch: bool | None = None
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    requires_paid_plan: bool = False
    license: str | None = None
    license_url: str | None = None
    info_url: str | None = None
    added: date | None = None
    retirement: Retirement | None = None
    family: str = ""
    """The parameter family whose schemas these are."""
    family_inferred: bool = False
    """True where no document has the model's own schema, and that of related models is used."""
    family_source: str = ""
    schemas: Mapping[InputForm, Mapping[str, Any]] = {}
    """JSON Schema of each input form; the batch form's is that of one item."""
    output_schema: Mapping[str, Any] | None = None
    requests_per_minute: int | None = None
    """How often one account may call it (https://developers.cloudflare.com/workers-ai/platform/limits/)."""
    notes: tuple[str, ...] = ()
    """What else a caller should know, a sentence each."""
    sources: tuple[str, ...] = ()
    tokenizer: Literal["llama-3", "llama.cpp"] | None = None
    since_shipped: Literal["new", "changed"] | None = None
    """How the live list differs from the catalogue that ships; None where it does not."""

    @property
    def traits(self) -> Kind:
        """What is true of all models behind connections of its kind."""
        return KINDS[self.provider]

    @property
    def hosted(self) -> bool:
        """Cloudflare runs it itself and counts it in neurons; other vendors' models it passes on, in dollars."""
        return self.traits.cloudflare and self.wire_id.startswith("@")

    @property
    def wire_id(self) -> str:
        """The server's name for it."""
        return self.id if self.connection is None else self.id.partition("/")[2]

    @property
    def context_window(self) -> int | None:
        """Tokens, by the source that counts."""
        return self.context_windows[0].tokens if self.context_windows else None

    @property
    def price(self) -> Price | None:
        """The price that counts; None is unpriced."""
        return self.prices[0].price() if self.prices else None

    def retired(self, today: date) -> bool:
        """Whether the service no longer runs it."""
        return self.retirement is not None and self.retirement.on <= today

    @property
    def default_max_tokens(self) -> int | None:
        """The output cap that applies when none is sent, where the schema names one."""
        properties = self.schemas.get("messages", {}).get("properties", {})
        default = properties.get("max_tokens", {}).get("default")
        return default if isinstance(default, int) else None
