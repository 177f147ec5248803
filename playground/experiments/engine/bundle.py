"""Cells that are claimed to go together as a batch, as many as fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.batch.items import encoded_size, submit_refusal
from playground.errors import ProviderError
from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.claiming import AskedUnit, Claiming, NotClaimed
from playground.experiments.engine.lane import CellUnit
from playground.store import Submission, new_id
from playground.store.experiment_records import ITSELF

MOST_BYTES = 4_000_000
"""Bytes of a batch; the service takes less than 10 MB, and the loop that sends it has others to serve."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Cells that were claimed to go together, and those that cannot go at all or are left over."""

    submission: Submission
    asks: Sequence[AskedUnit]
    items: Sequence[Mapping[str, Any]]
    refused: Sequence[AskedUnit]
    left: NotClaimed | None


def bundle_of(claiming: Claiming, lane: BatchLane, cells: Sequence[int]) -> Bundle:
    """Prepare and claim as many of the cells as go into one batch. Not for an event loop."""
    good: list[tuple[AskedUnit, Mapping[str, Any]]] = []
    bad: list[AskedUnit] = []
    size, taken = 0, 0
    for cell in cells:
        ask = claiming.prepared((cell, ITSELF))
        item = _item(lane, ask)
        length = 0 if item is None else encoded_size([item])
        if good and size + length > MOST_BYTES:
            break
        taken, size = taken + 1, size + length
        if item is None:
            bad.append(ask)
        else:
            good.append((ask, item))
    submission = Submission(new_id(), lane.connection.name, lane.card.id)
    _, refused, left_bad = claiming.claim_prepared(bad) if bad else ([], [], None)
    # Last: what was claimed to go together must go.
    asks, _, left = claiming.claim_prepared([ask for ask, _ in good], submission) if good else ([], [], None)
    sent = {ask.wanted.ticket for ask in asks}
    items = [item for ask, item in good if ask.wanted.ticket in sent]
    rest = tuple((cell, ITSELF) for cell in cells[taken:])
    return Bundle(submission, asks, items, refused, _together(left, left_bad, rest))


def _item(lane: BatchLane, ask: AskedUnit) -> Mapping[str, Any] | None:
    """A prepared cell as an item; None where it cannot be asked, as its error then says."""
    reception = ask.reception
    if reception.error is not None:
        return None
    try:
        item = {**lane.form.item(reception.request), "external_reference": ask.wanted.ticket}
        refusal = submit_refusal([item])
    except ProviderError as error:
        refusal = error
    if refusal is not None:
        reception.error, reception.state = refusal, "failed"
        return None
    return item


def _together(left: NotClaimed | None, other: NotClaimed | None, rest: Sequence[CellUnit]) -> NotClaimed | None:
    """All that is left over, with the first reason that there is."""
    found = [one for one in (left, other) if one is not None]
    units = (*(unit for one in found for unit in one.units), *rest)
    first = next((one for one in found if one.why or one.status), None)
    return None if not units else NotClaimed(units) if first is None else replace(first, units=units)
