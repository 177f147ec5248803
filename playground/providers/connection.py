"""Settings of a connection: the address of a model server and how to speak to it."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, field_validator
from pydantic_core import PydanticCustomError

from playground.connections.kinds import KINDS, Kind, KindName
from playground.connections.vision import Vision, read_vision
from playground.models.catalog.card import PriceQuote
from playground.money.own_prices import SET_BY_YOU_IN_SECRETS, PriceError, read_prices

_FIRST_BYTE_FACTOR = 4
"""The default first-byte timeout is so many times the idle timeout."""


class Gateway(BaseModel):
    """Cloudflare AI Gateway settings: `id` by header on the API host, or `base_url` of the gateway host.

    https://developers.cloudflare.com/ai-gateway/
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    base_url: str | None = None
    token: SecretStr | None = None
    skip_cache: bool = False
    cache_ttl_s: int | None = Field(None, ge=0)
    cache_key: str | None = None
    collect_log: bool | None = None
    request_timeout_ms: int | None = Field(None, ge=0)
    max_attempts: int | None = Field(None, ge=1)
    retry_delay_ms: int | None = Field(None, ge=0)
    backoff: Literal["constant", "linear", "exponential"] | None = None
    metadata: dict[str, str | int | bool] = {}


class Connection(BaseModel):
    """One model server: its kind, address, credentials, timeouts and limits. Times are in seconds.

    `api` chooses between Workers AI's native endpoint, its OpenAI-compatible one, and that of Anthropic's messages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: KindName
    name: str = ""
    base_url: str = ""
    account_id: str = ""
    api_token: SecretStr | None = None
    api: Literal["native", "openai", "anthropic"] = "native"
    gateway: Gateway | None = None
    connect_timeout_s: float = Field(10, gt=0)
    idle_timeout_s: float = Field(60, gt=0)
    first_byte_timeout_s: float = Field(default_factory=lambda data: _FIRST_BYTE_FACTOR * data["idle_timeout_s"], gt=0)
    """From the request to the first byte of the answer's body: reading a long prompt takes longer than writing on."""
    max_retries: int = Field(2, ge=0)
    max_wait_s: float = Field(60, ge=0)
    """Time that all retries together may take."""
    max_in_flight: int = Field(8, ge=1)
    max_in_flight_per_model: int | None = Field(None, ge=1)
    """As many as `max_in_flight` where it is not set."""
    requests_per_minute: int | None = Field(None, ge=1)
    max_answer_chars: int = Field(2_000_000, ge=1_000)
    """Text, thoughts and arguments of an answer together; a longer one is cut and the connection closed."""
    max_body_bytes: int = Field(32_000_000, ge=10_000)
    """The bound for an answer that is one document, and for one event of a stream."""
    prices: Mapping[str, PriceQuote] = {}
    """What its models cost, where the server does not say: playground/money/own_prices.py."""

    vision: Vision = None
    """Which of its models see pictures: playground/connections/vision.py."""

    _paid_by_owner: bool = PrivateAttr(False)  # no field: no file and no import sets it

    @property
    def paid_by_owner(self) -> bool:
        """Whether it was added by somebody who signs in, for themselves alone: the installation does not pay for it."""
        return self._paid_by_owner

    def in_flight(self, *, background: bool) -> int | None:
        """How many requests may be on their way; None where what runs in the background finds that out by itself."""
        return None if background and "max_in_flight" not in self.model_fields_set else self.max_in_flight

    def for_owner_alone(self) -> Self:
        """The same connection, paid by the owner that it is there for."""
        own = self.model_copy()
        own._paid_by_owner = True
        return own

    @property
    def traits(self) -> Kind:
        """What is true of all connections of its kind."""
        return KINDS[self.kind]

    @field_validator("vision", mode="before")
    @classmethod
    def _read_vision(cls, value: Any) -> Any:
        return read_vision(value)

    @field_validator("prices", mode="before")
    @classmethod
    def _read_prices(cls, value: Any) -> Any:
        try:
            return read_prices(value, SET_BY_YOU_IN_SECRETS)
        except PriceError as error:
            raise PydanticCustomError("prices", "{problem}", {"problem": error.message.removesuffix(".")}) from None
