"""What every provider does, and batches."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from playground.answers.exchange import Exchange
from playground.errors import BadRequestError, ProviderError
from playground.events import Event
from playground.messages import ChatRequest
from playground.metering import Usage


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One answer of a batch: `index` is the position of its request among those submitted."""

    index: int
    ok: bool
    text: str
    external_reference: str | None
    error: ProviderError | None
    usage: Usage | None = None
    """As the service metered it; None where it does not say."""
    events: tuple[Event, ...] = ()
    """The whole answer, as of a request that is asked by itself."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The state of an asynchronous batch; `items` is empty until it is done."""

    request_id: str
    status: Literal["queued", "running", "done"]
    items: tuple[BatchItem, ...] = ()
    usage: Usage | None = None
    """Of all items together, where the service says."""


class Provider(Protocol):
    """A model server. Methods raise ProviderError."""

    def payload(self, request: ChatRequest) -> dict[str, Any]:
        """The body that `stream` sends for this request."""
        ...

    def stream(self, request: ChatRequest, exchange: Exchange | None = None) -> AsyncIterator[Event]:
        """The events of one answer; closing the iterator or cancelling its task closes the connection at once."""
        ...

    async def list_models(self) -> list[str]:
        """The ids of the models that the server offers."""
        ...


@runtime_checkable
class Batching(Protocol):
    """A provider that takes asynchronous batches. Methods raise ProviderError."""

    def batch_item(self, request: ChatRequest) -> dict[str, Any]:
        """The body that asks the same as `request` in a batch."""
        ...

    async def submit_batch(
        self, model: str, items: Sequence[Mapping[str, Any]], exchange: Exchange | None = None
    ) -> str:
        """Submit request bodies; returns the request id to ask for later."""
        ...

    async def read_batch(self, model: str, request_id: str, references: Sequence[str | None] | None = None) -> Batch:
        """The state of a batch, with its results once it is done.

        `references` are the `external_reference` of the requests, in order; only this process knows those it submitted.
        """
        ...


def batching(provider: Provider) -> Batching:
    """The same provider, as one that takes batches. Raises BadRequestError where it does not."""
    if isinstance(provider, Batching):
        return provider
    raise BadRequestError(
        "This connection has no asynchronous batches.",
        hint="Use a Workers AI connection, or send the requests one by one.",
    )
