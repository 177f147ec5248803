"""What was sent and received for a cell: the request by its hash, made anew for whoever looks; what came of errors."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.answers.exchange import Exchange
from playground.answers.trace import Trace
from playground.errors import ProviderError
from playground.experiments.answer import AnswerState
from playground.experiments.candidates import Candidate
from playground.experiments.checks.check import Check
from playground.experiments.definition import Definition, KeptExchanges
from playground.experiments.rows import DataRow
from playground.models.roster import Roster
from playground.providers.base import Batching
from playground.providers.opening import closed_provider
from playground.store import Store, StoredExperiment
from playground.store.exchanges import pack_trace
from playground.store.experiment_records import StoredCell

MOST_OF_ERROR, MOST_OF_ANSWER = 20_000, 200_000
"""Characters of what was received that are kept, of an error and of any other answer."""


@dataclass(frozen=True, slots=True)
class JudgeExchange:
    """What came of a request to a judge, of which `most` characters are kept; `title` says of which check."""

    title: str
    trace: Trace
    most: int


@dataclass(frozen=True, slots=True)
class CellExchange:
    """What went over the wire for a cell.

    `body` is the request, made anew as it would be sent now; None where it cannot be made, and `why` says why.
    `as_sent` says whether exactly that was sent; None where it is not known. `trace` is what came, where it is kept, of
    which `most` characters are; `judges` has what came of judges, where that is.
    """

    body: Any
    as_sent: bool | None
    trace: Trace | None
    why: str = ""
    most: int = MOST_OF_ANSWER
    judges: tuple[JudgeExchange, ...] = ()


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
    frames = tuple(_within(trace.frames, _most_kept(state)))
    whole = sum(kept == came for kept, came in zip(frames, trace.frames, strict=False))
    return pack_trace(replace(trace, frames=frames, left_out=trace.left_out + len(trace.frames) - whole))


def _most_kept(state: str) -> int:
    return MOST_OF_ERROR if state == "failed" else MOST_OF_ANSWER


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
    """What was sent and received for a cell that has ended. Nothing is sent. Raises StoreError."""
    from playground.experiments.engine.column import AskedColumn

    trace = store.cell_trace(experiment.id, cell.cell)
    sent = str(cell.answer.get("sent", ""))
    definition = Definition.model_validate(experiment.definition)
    candidate = Candidate.from_json(experiment.candidates[cell.candidate])
    (stored,) = store.dataset_rows(experiment.version_id, start=cell.row, limit=1)
    row = DataRow.model_validate(stored.body)
    judges = tuple(_judges(store, experiment, cell.cell, definition.checks_of(row)))
    kept = CellExchange(None, None, trace, "", _most_kept(str(cell.answer.get("state"))), judges)
    try:
        column = AskedColumn.asked(candidate, definition, roster)
        provider, request = closed_provider(column.connection, roster.workers_ai), column.request(row.values)
        if cell.answer.get("batched") and isinstance(provider, Batching):
            body: Any = provider.batch_item(request)
        else:
            body = provider.payload(request)
    except ProviderError as error:
        return replace(kept, why=error.message)
    return replace(kept, body=body, as_sent=body_digest(body) == sent if sent else None)


def _judges(store: Store, experiment: StoredExperiment, cell: int, checks: Sequence[Check]) -> Iterator[JudgeExchange]:
    from playground.experiments.engine.judges import judge_title

    for one in store.judgements(experiment.id, [cell]).get(cell, ()):
        if (trace := store.cell_trace(experiment.id, cell, one.judge)) is not None:
            most = _most_kept(str(one.answer.get("state")))
            yield JudgeExchange(judge_title(checks, one.judge), trace, most)
