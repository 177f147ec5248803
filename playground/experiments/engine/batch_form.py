"""A cell as an item of a batch, and whether it can be one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from playground.batch.items import fitting_item, item_obstacle
from playground.errors import ProviderError
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engines import takes_batches
from playground.messages import ChatRequest
from playground.models.catalog import Catalog, ModelCard
from playground.models.roster import Roster
from playground.providers import Connection, batching
from playground.providers.opening import closed_provider
from playground.text.labels import visible


class ItemForm:
    """How requests of a model are written as items of its batches. Raises ProviderError where it takes none."""

    def __init__(self, card: ModelCard, connection: Connection, catalog: Callable[[], Catalog]) -> None:
        self._card = card
        self._provider = batching(closed_provider(connection, catalog))

    def item(self, request: ChatRequest) -> Mapping[str, Any]:
        """The item that asks the same as a request. Raises ProviderError."""
        return fitting_item(self._provider.batch_item(request), self._card)


def batch_obstacle(column: AskedColumn, catalog: Callable[[], Catalog]) -> str:
    """Why the cells of a column cannot go in batches, as a sentence without its full stop; "" where they can."""
    name = visible(column.card.name)
    if not takes_batches(column.card, column.connection):
        return f"{name} takes no batches"
    try:
        item = ItemForm(column.card, column.connection, catalog).item(column.example)
    except ProviderError as error:
        return f"{name}: {error.message.removesuffix('.')}"
    obstacle = item_obstacle(item, column.card)
    return f"Batches of {name} {obstacle}" if obstacle else ""


def batched_columns(columns: Iterable[AskedColumn], roster: Roster) -> tuple[int, ...]:
    """The numbers of the columns whose cells can go in batches."""
    return tuple(one.candidate.number for one in columns if not batch_obstacle(one, roster.workers_ai))
