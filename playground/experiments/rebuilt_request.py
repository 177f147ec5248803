"""The request of a cell as it was sent, made again from definition and row: those of experiments are not kept."""

from typing import Any

from playground.answers.network import network
from playground.experiments.candidates import Candidate
from playground.experiments.definition import Definition
from playground.experiments.engine.column import AskedColumn
from playground.experiments.rows import DataRow
from playground.models.roster import Roster

_PATIENCE_S = 10


def rebuilt_request(definition: Definition, candidate: Candidate, row: DataRow, roster: Roster) -> dict[str, Any]:
    """The body of the request. Raises ProviderError where its model or connection is no longer there."""
    column = AskedColumn.of(candidate, definition.variant(candidate.variant), roster)
    request = column.request(row.values)
    loop = network()
    return loop.submit(loop.provider(column.connection, roster.workers_ai)).result(timeout=_PATIENCE_S).payload(request)
