"""Asynchronous batches on their way: submitted, asked after until they are done, also after a restart."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Self

from playground.answers.network import network
from playground.answers.saving import on_thread, until_written
from playground.errors import AuthenticationError, ProviderError, ServerError
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.providers import Batch, Batching, Connection, batching
from playground.providers.batch import References, batch_body
from playground.store import BatchState, Failure, MissingError, Store, StoreError, SubmittedBatch

FIRST_POLL_S = 1.0
LONGEST_POLL_S = 60.0
_GROWTH = 1.5
_PATIENCE_S = 10.0
_CURABLE = frozenset({"authentication", "permission", "quota_exhausted"})
"""Kinds of errors that say nothing of the batch itself: it can be asked after again once they are cured."""

CUT_SHORT = Failure(
    "network",
    "The playground ended while it handed this batch in; whether the service took it is not known.",
    "Hand it in again if it matters more than paying twice.",
)
CANCELLED = Failure("network", "Handing in was cancelled; whether the service took the batch is not known.", "")

log = logging.getLogger(__name__)


class BatchRunner:
    """The batches of a store, whoever watches. Any thread may call; what is told of a batch is always in the store."""

    def __init__(self, store: Store, roster: Roster) -> None:
        self.store = store
        self.roster = roster
        self._waits: dict[str, asyncio.Task[None]] = {}
        self._writes: dict[str, asyncio.Task[None]] = {}
        self._troubles: dict[str, ProviderError | StoreError] = {}

    def resume(self) -> Self:
        """Ask again after every batch that was not done when an earlier process ended. Raises StoreError."""
        for batch in self.store.unfinished_batches():
            if batch.request_id is None:
                self.store.change_batch(batch.id, "failed", error=CUT_SHORT)
            else:
                self._start(batch.id, self._ask(batch))
        return self

    def submit(self, card: ModelCard, items: Sequence[Mapping[str, Any]]) -> str:
        """Keep a batch, begin to hand it in, and answer with its id.

        Raises ProviderError, before anything is sent or kept, where there is nothing in it, it is too large, or no
        connection runs the model; StoreError where it cannot be kept.
        """
        connection = self.roster.connection(card)
        batch_body(items)
        batch_id = self.store.add_batch(connection=connection.name, model=card.id, items=items)
        self._start(batch_id, self._submit(batch_id, connection, card.wire_id, items))
        return batch_id

    def submit_again(self, batch_id: str) -> str:
        """Hand the same requests in as a new batch. Raises as `submit` does, and MissingError."""
        batch = self.store.batch(batch_id)
        card = None if batch is None else self.roster.card(batch.model)
        if batch is None or card is None:
            raise MissingError("batch" if batch is None else f"model {batch.model}")
        return self.submit(card, self.store.batch_items(batch_id))

    def waiting(self, batch_id: str) -> bool:
        """Whether somebody here hands it in or asks after it."""
        wait = self._waits.get(batch_id)
        return wait is not None and not wait.done()

    def last_error(self, batch_id: str) -> ProviderError | StoreError | None:
        """What went wrong when it was last asked after, though it may still come to a good end."""
        return self._troubles.get(batch_id)

    def stop_waiting(self, batch_id: str) -> None:
        """Ask after it no more. The service goes on with it, for it offers no way to cancel. Raises StoreError."""
        self._end_wait(batch_id)
        batch = self.store.batch(batch_id)
        if batch is not None and batch.status in ("queued", "running"):
            self.store.change_batch(batch_id, "abandoned", error=None if batch.request_id else CANCELLED)

    def wait_again(self, batch_id: str) -> None:
        """Ask after it again; at once. Raises StoreError."""
        batch = self.store.batch(batch_id)
        if batch is None or batch.request_id is None or self.waiting(batch_id):
            return
        self._troubles.pop(batch_id, None)
        self.store.change_batch(batch_id, "queued")
        self._start(batch_id, self._ask(batch))

    def delete(self, batch_id: str) -> None:
        """Forget a batch for good, on this side alone. Raises StoreError."""
        self._end_wait(batch_id)
        self.store.delete_batch(batch_id)

    def _start(self, batch_id: str, work: Coroutine[Any, Any, None]) -> None:
        async def start() -> None:
            self._waits[batch_id] = asyncio.create_task(self._guarded(batch_id, work))

        network().submit(start()).result(_PATIENCE_S)

    def _end_wait(self, batch_id: str) -> None:
        """Cancel, and see the last write end, so that nothing is written after what the caller writes."""

        async def end() -> None:
            wait = self._waits.pop(batch_id, None)
            if wait is not None:
                wait.cancel()
                await asyncio.wait({wait})
            write = self._writes.pop(batch_id, None)
            if write is not None:
                await asyncio.wait({write})

        network().submit(end()).result(_PATIENCE_S)
        self._troubles.pop(batch_id, None)

    async def _guarded(self, batch_id: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except MissingError:
            pass  # deleted meanwhile, here or in another process
        except Exception as error:
            log.exception("batch %s failed unexpectedly", batch_id)
            failure = ServerError(f"The playground itself failed: {type(error).__name__}.", retryable=False)
            self._troubles[batch_id] = failure

    async def _submit(
        self, batch_id: str, connection: Connection, model: str, items: Sequence[Mapping[str, Any]]
    ) -> None:
        try:
            request_id = await (await self._provider(connection)).submit_batch(model, items)
        except ProviderError as error:
            await self._note(batch_id, "failed", error=Failure.of(error))
            return
        log.info("batch %s was taken as %s", batch_id, request_id)
        await self._note(batch_id, "queued", request_id=request_id)
        batch = await asyncio.to_thread(self.store.batch, batch_id)
        if batch is not None and batch.request_id is not None:
            await self._ask(batch)

    async def _ask(self, batch: SubmittedBatch) -> None:
        """Ask after a batch, less and less often, until it is done or can never be."""
        connection = self.roster.connections.get(batch.connection)
        if connection is None:
            self._troubles[batch.id] = AuthenticationError(
                f"There is no connection {batch.connection!r} any more.",
                hint="Set it up again and restart: the batch is asked after then.",
            )
            return
        items = await asyncio.to_thread(self.store.batch_items, batch.id)
        references = [item.get("external_reference") for item in items]
        pause, status = FIRST_POLL_S, batch.status
        while True:
            wait = pause
            try:
                state = await self._read(batch, connection, references)
                if state.status == "done":
                    await self._finish(batch, state)
                    return
                if state.status != status:
                    await self._write(batch.id, partial(self.store.change_batch, batch.id, state.status))
                    status = state.status
                self._troubles.pop(batch.id, None)
            except MissingError:
                raise
            except StoreError as error:
                self._troubles[batch.id] = error
            except ProviderError as error:
                if not error.retryable:
                    if error.kind in _CURABLE:
                        self._troubles[batch.id] = error
                    else:
                        await self._note(batch.id, "failed", error=Failure.of(error))
                    return
                self._troubles[batch.id] = error
                wait = max(pause, error.retry_after_s or 0)
            await asyncio.sleep(wait)
            pause = min(pause * _GROWTH, LONGEST_POLL_S)

    async def _provider(self, connection: Connection) -> Batching:
        return batching(await network().provider(connection, self.roster.workers_ai))

    async def _read(self, batch: SubmittedBatch, connection: Connection, references: References) -> Batch:
        card = await asyncio.to_thread(self.roster.card, batch.model)
        provider = await self._provider(connection)
        model = batch.model if card is None else card.wire_id
        return await provider.read_batch(model, batch.request_id or "", references)

    async def _finish(self, batch: SubmittedBatch, state: Batch) -> None:
        card = await asyncio.to_thread(self.roster.card, batch.model)
        price = None if card is None else card.price
        await self._keep(
            batch.id, partial(self.store.finish_batch, batch.id, state.items, usage=state.usage, price=price)
        )

    async def _note(
        self, batch_id: str, status: BatchState, *, request_id: str | None = None, error: Failure | None = None
    ) -> None:
        """Keep how it stands."""
        await self._keep(
            batch_id, partial(self.store.change_batch, batch_id, status, request_id=request_id, error=error)
        )

    async def _keep(self, batch_id: str, write: Callable[[], None]) -> None:
        """Write; where that fails, again until it is written, because it cannot be asked for twice."""

        def failed(error: Exception) -> None:
            if not isinstance(error, StoreError):
                raise error
            self._troubles[batch_id] = error

        await until_written(write, failed, by=partial(self._write, batch_id))
        self._troubles.pop(batch_id, None)

    async def _write(self, batch_id: str, write: Callable[[], None]) -> None:
        """Write on a thread; a write that has begun is ended whatever becomes of the wait."""
        self._writes[batch_id] = asyncio.create_task(on_thread(write))
        await asyncio.shield(self._writes[batch_id])
