"""What came of a batch, as the ends of its cells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from playground.errors import ProtocolError, ProviderError
from playground.experiments.engine.claiming import AskedUnit, Claiming
from playground.experiments.engine.reception import Reception
from playground.providers import Batch, BatchItem
from playground.store import Submission, SubmittedCell
from playground.store.experiment_records import ITSELF


def batch_ends(
    claiming: Claiming, submission: Submission, cells: Sequence[SubmittedCell], found: Batch | ProviderError
) -> list[AskedUnit]:
    """Each cell of a batch with its answer or its error. Not for an event loop. Raises StoreError."""
    items = () if isinstance(found, ProviderError) else found.items
    by_ticket = {item.external_reference: item for item in items}
    by_place = {item.index: item for item in items if item.external_reference is None}
    ends = []
    for one in cells:
        # Where the service says what an answer is to, that counts, and not its place.
        item = by_ticket.get(one.ticket) or by_place.get(one.place)
        item = item or BatchItem(one.place, False, "", None, _missing(found))
        ask = claiming.prepared((one.cell, ITSELF))
        reception = Reception(ask.reception.request, ask.reception.card)
        reception.take_in(item, submission.sent_at or datetime.now(UTC))
        ends.append(replace(ask, reception=reception, wanted=replace(ask.wanted, ticket=one.ticket)))
    return ends


def _missing(found: Batch | ProviderError) -> ProviderError:
    """Why a cell has no result. It may have been billed, unlike one of which the service says that it failed."""
    if isinstance(found, ProviderError):
        return ProtocolError(f"The results of its batch cannot be had: {found.message}", hint="Ask for it again.")
    return ProtocolError("The service gave no result for this cell.", hint="Ask for it again.")
