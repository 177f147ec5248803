"""What was sent and received for a cell: the request by its hash, made anew for whoever looks; what came of errors."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from playground.answers.exchange import Exchange
from playground.answers.network import network
from playground.answers.trace import Trace
from playground.errors import ProviderError
from playground.experiments.answer import AnswerState
from playground.experiments.candidates import Candidate
from playground.experiments.definition import Definition, KeptExchanges
from playground.experiments.rows import DataRow
from playground.models.roster import Roster
from playground.providers.base import Batching
from playground.store import Store, StoredExperiment
from playground.store.exchanges import pack_trace
from playground.store.experiment_records import StoredCell

MOST_OF_ERROR, MOST_OF_ANSWER = 20_000, 200_000
"""Characters of what was received that are kept, of an error and of any other answer."""
_MADE_WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class CellExchange:
    """What went over the wire for a cell.

    `body` is the request, made anew as it would be sent now; None where it cannot be made, and `why` says why.
    `as_sent` says whether exactly that was sent; None where it is not known. `trace` is what came, where it is kept.
    """

    body: Any
    as_sent: bool | None
    trace: Trace | None
    why: str = ""


def body_digest(body: Any) -> str:
    """The SHA-256 of a request's body, whatever the order of its fields."""
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def packed_exchange(exchange: Exchange, state: AnswerState, keeps: KeptExchanges) -> bytes | None:
    """What is kept of an exchange: of a failed one always, of others where that is wanted; None where nothing is."""
    if state != "failed" and keeps != "all":
        return None
    trace = Trace.of(exchange)
    if trace is None:
        return None
    frames = tuple(_within(trace.frames, MOST_OF_ERROR if state == "failed" else MOST_OF_ANSWER))
    return pack_trace(replace(trace, frames=frames, left_out=trace.left_out + len(trace.frames) - len(frames)))


def _within(frames: tuple[tuple[float, str], ...], most: int) -> Iterator[tuple[float, str]]:
    """Frames of so many characters together; the last one may be cut, with a sign at its end."""
    for at, data in frames:
        if len(data) > most:
            if most > 0:
                yield at, f"{data[:most]}…"
            return
        most -= len(data)
        yield at, data


def exchange_of(store: Store, roster: Roster, experiment: StoredExperiment, cell: StoredCell) -> CellExchange:
    """What was sent and received for a cell that has ended. Waits for the network's thread. Raises StoreError."""
    from playground.experiments.engine.column import AskedColumn

    trace = store.cell_trace(experiment.id, cell.cell)
    sent = str(cell.answer.get("sent", ""))
    definition = Definition.model_validate(experiment.definition)
    candidate = Candidate.from_json(experiment.candidates[cell.candidate])
    (stored,) = store.dataset_rows(experiment.version_id, start=cell.row, limit=1)
    row = DataRow.model_validate(stored.body)
    try:
        column = AskedColumn.asked(candidate, definition, roster)
        opened = network().submit(network().provider(column.connection, roster.workers_ai))
        provider, request = opened.result(timeout=_MADE_WITHIN_S), column.request(row.values)
        if cell.answer.get("batched") and isinstance(provider, Batching):
            body: Any = provider.batch_item(request)
        else:
            body = provider.payload(request)
    except ProviderError as error:
        return CellExchange(None, None, trace, error.message)
    return CellExchange(body, body_digest(body) == sent if sent else None, trace)
