"""Submits asynchronous batches and polls them until they are done, also after a restart."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Self

from playground.answers.network import network
from playground.answers.recording import UNBILLED
from playground.answers.request_switch import request_switch
from playground.answers.saving import on_thread, until_written
from playground.batch.polling import Pending, await_batch, may_be_read_later
from playground.conversation.upper_bound import most_of_batch
from playground.errors import AuthenticationError, NetworkError, ProviderError, ServerError
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.owner import Owner
from playground.providers import Batch, Batching, Connection, batching
from playground.providers.batch import References, batch_body
from playground.store import BatchState, Failure, MissingError, Store, StoreError, Stores, SubmittedBatch

_TIMEOUT_S = 10.0

INTERRUPTED = Failure(
    "network",
    "The playground ended while it submitted this batch; whether the service took it is not known.",
    "Submit it again if it matters more than paying twice.",
)
SUBMITTED_NOT_KNOWN = (
    "All requests were stopped while this batch was submitted; whether the service took it is not known."
)
CANCELLED = Failure("network", "Submitting was cancelled; whether the service took the batch is not known.", "")

log = logging.getLogger(__name__)


_Key = tuple[Owner, str]
"""An owner, and the id of a batch."""


class BatchRunners:
    """Runs the batches of all owners. May be called on any thread."""

    def __init__(self, stores: Stores, roster_of: Callable[[Owner], Roster]) -> None:
        self._stores = stores
        self.roster_of = roster_of
        self.polls: dict[_Key, asyncio.Task[None]] = {}
        self.writes: dict[_Key, asyncio.Task[None]] = {}
        self.errors: dict[_Key, ProviderError | StoreError] = {}

    def of(self, owner: Owner, *, read_only: bool = False) -> "BatchRunner":
        """What runs the batches of an owner; one that is `read_only` changes none: raises ReadOnlyError."""
        return BatchRunner(self, self._stores.of(owner, read_only=read_only))

    def resume(self) -> Self:
        """Poll every batch that was not done when an earlier process ended. Raises StoreError."""
        for owner, batch in self._stores.unfinished_batches():
            self.of(owner).resume(batch)
        return self


class BatchRunner:
    """Runs the batches of one owner. May be called on any thread; the state of a batch is always in the store."""

    def __init__(self, runners: BatchRunners, store: Store) -> None:
        self.store = store
        self.roster = runners.roster_of(store.owner)
        self._polls, self._writes, self._errors = runners.polls, runners.writes, runners.errors

    def _key(self, batch_id: str) -> _Key:
        return self.store.owner, batch_id

    def resume(self, batch: SubmittedBatch) -> None:
        """Poll a batch that was not done when an earlier process ended. Raises StoreError."""
        if batch.request_id is None:
            self.store.change_batch(batch.id, "failed", error=INTERRUPTED)
        else:
            self._start(batch.id, self._poll(batch))

    def submit(self, card: ModelCard, items: Sequence[Mapping[str, Any]]) -> str:
        """Store a batch and begin to submit it; returns its id.

        Raises ProviderError, before anything is sent or stored, where it is empty or too large, or no connection runs
        the model, or it could cost more than a budget has left; StoreError where it cannot be stored.
        """
        connection = self.roster.connection(card)
        batch_body(items)
        most = most_of_batch(card, items, connection)
        batch_id = self.store.add_batch(
            connection=connection.name, model=card.id, items=items, most=most, own=connection.paid_by_owner
        )
        self._start(batch_id, self._submit(batch_id, connection, card.wire_id, items))
        return batch_id

    def submit_again(self, batch_id: str) -> str:
        """Submit the same requests as a new batch. Raises as `submit` does, and MissingError."""
        batch = self.store.batch(batch_id)
        card = None if batch is None else self.roster.card(batch.model)
        if batch is None or card is None:
            raise MissingError("batch" if batch is None else f"model {batch.model}")
        return self.submit(card, self.store.batch_items(batch_id))

    def is_polling(self, batch_id: str) -> bool:
        """Whether this process submits or polls a batch."""
        poll = self._polls.get(self._key(batch_id))
        return poll is not None and not poll.done()

    def last_error(self, batch_id: str) -> ProviderError | StoreError | None:
        """The error of the last poll or save of a batch, which may still succeed."""
        return self._errors.get(self._key(batch_id))

    def stop_polling(self, batch_id: str) -> None:
        """Stop polling a batch. The service continues with it, for it has no way to cancel. Raises StoreError."""
        self._end_poll(batch_id)
        batch = self.store.batch(batch_id)
        if batch is not None and batch.status in ("queued", "running"):
            self.store.change_batch(batch_id, "abandoned", error=None if batch.request_id else CANCELLED)

    def poll_again(self, batch_id: str) -> None:
        """Poll a batch again, at once. Raises StoreError."""
        batch = self.store.batch(batch_id)
        if batch is None or batch.request_id is None or self.is_polling(batch_id):
            return
        self._errors.pop(self._key(batch_id), None)
        self.store.change_batch(batch_id, "queued")
        self._start(batch_id, self._poll(batch))

    def delete(self, batch_id: str) -> None:
        """Delete a batch from the store; the service is not told. Raises StoreError."""
        self.store.delete_batch(batch_id)  # what is written after it finds no batch any more
        self._end_poll(batch_id)

    def _start(self, batch_id: str, work: Coroutine[Any, Any, None]) -> None:
        async def start() -> None:
            self._polls[self._key(batch_id)] = asyncio.create_task(self._run(batch_id, work))

        network().submit(start()).result(_TIMEOUT_S)

    def _end_poll(self, batch_id: str) -> None:
        """Cancel polling and wait for the last write, so that nothing is written after what the caller writes."""

        async def end() -> None:
            poll = self._polls.pop(self._key(batch_id), None)
            if poll is not None:
                poll.cancel()
                await asyncio.wait({poll})
            write = self._writes.pop(self._key(batch_id), None)
            if write is not None:
                await asyncio.wait({write})

        network().submit(end()).result(_TIMEOUT_S)
        self._errors.pop(self._key(batch_id), None)

    async def _run(self, batch_id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except MissingError:
            pass  # deleted meanwhile, here or in another process
        except Exception as error:
            log.exception("batch %s failed unexpectedly", batch_id)
            failure = ServerError(f"The playground itself failed: {type(error).__name__}.", retryable=False)
            self._errors[self._key(batch_id)] = failure

    async def _submit(
        self, batch_id: str, connection: Connection, model: str, items: Sequence[Mapping[str, Any]]
    ) -> None:
        try:
            request_id = await self._send(connection, model, items)
        except ProviderError as error:
            await self._save_status(batch_id, "failed", error=Failure.of(error), unbilled=error.kind in UNBILLED)
            return
        log.info("batch %s was taken as %s", batch_id, request_id)
        await self._save_status(batch_id, "queued", request_id=request_id)
        batch = await asyncio.to_thread(self.store.batch, batch_id)
        if batch is not None and batch.request_id is not None:
            await self._poll(batch)

    async def _send(self, connection: Connection, model: str, items: Sequence[Mapping[str, Any]]) -> str:
        """The id that the service gives a batch. Raises ProviderError, also where all requests are stopped."""

        async def send() -> str:
            return await (await self._provider(connection)).submit_batch(model, items)

        sending: asyncio.Task[str] | None = None
        stopped = False

        def stop(_: str) -> None:
            nonlocal stopped
            stopped = True
            if sending is not None:
                sending.cancel()

        try:
            async with request_switch().request(stop, self.store.owner):
                sending = asyncio.create_task(send())  # not before: it would leave while the switch is looked at
                if stopped:
                    sending.cancel()
                return await sending
        except asyncio.CancelledError:
            if stopped:
                raise NetworkError(SUBMITTED_NOT_KNOWN) from None
            raise
        finally:
            if sending is not None:
                sending.cancel()

    async def _poll(self, batch: SubmittedBatch) -> None:
        """Poll a batch at growing intervals until it is done or has failed for good."""
        connection = self.roster.connections.get(batch.connection)
        if connection is None:
            self._errors[self._key(batch.id)] = AuthenticationError(
                f"There is no connection {batch.connection!r} any more.",
                hint="Set it up again and restart: the batch is then polled.",
            )
            return
        items = await asyncio.to_thread(self.store.batch_items, batch.id)
        references = [item.get("external_reference") for item in items]
        status: BatchState = batch.status

        async def stands(now: Pending) -> None:
            nonlocal status
            if now != status:
                await self._write(batch.id, partial(self.store.change_batch, batch.id, now))
                status = now
            self._errors.pop(self._key(batch.id), None)

        def failed(error: ProviderError | StoreError) -> None:
            self._errors[self._key(batch.id)] = error

        try:
            state = await await_batch(lambda: self._read(batch, connection, references), stands=stands, failed=failed)
        except ProviderError as error:
            if may_be_read_later(error):
                failed(error)
            else:
                await self._save_status(batch.id, "failed", error=Failure.of(error))
            return
        await self._finish(batch, state)

    async def _provider(self, connection: Connection) -> Batching:
        return batching(await network().provider(connection, self.roster.workers_ai))

    async def _read(self, batch: SubmittedBatch, connection: Connection, references: References) -> Batch:
        card = await asyncio.to_thread(self.roster.card, batch.model)
        provider = await self._provider(connection)
        model = batch.model if card is None else card.wire_id
        async with request_switch().request(lambda _: None, None):  # a poll is over in a moment, and asks no model
            return await provider.read_batch(model, batch.request_id or "", references)

    async def _finish(self, batch: SubmittedBatch, state: Batch) -> None:
        card = await asyncio.to_thread(self.roster.card, batch.model)
        price = None if card is None else card.price
        await self._save(
            batch.id, partial(self.store.finish_batch, batch.id, state.items, usage=state.usage, price=price)
        )

    async def _save_status(
        self,
        batch_id: str,
        status: BatchState,
        *,
        request_id: str | None = None,
        error: Failure | None = None,
        unbilled: bool = False,
    ) -> None:
        """Save the status of a batch."""
        change = partial(
            self.store.change_batch, batch_id, status, request_id=request_id, error=error, unbilled=unbilled
        )
        await self._save(batch_id, change)

    async def _save(self, batch_id: str, write: Callable[[], None]) -> None:
        """Write until it succeeds, because the service may not answer the same again."""

        def failed(error: Exception) -> None:
            if not isinstance(error, StoreError):
                raise error
            self._errors[self._key(batch_id)] = error

        await until_written(write, failed, run_write=partial(self._write, batch_id))
        self._errors.pop(self._key(batch_id), None)

    async def _write(self, batch_id: str, write: Callable[[], None]) -> None:
        """Write on a thread; a write that has begun is not cancelled."""
        self._writes[self._key(batch_id)] = asyncio.create_task(on_thread(write))
        await asyncio.shield(self._writes[self._key(batch_id)])
