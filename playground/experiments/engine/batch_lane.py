"""The cells of one model that go in batches: those that wait, and how many batches are on their way."""

from collections import deque
from collections.abc import Callable, Sequence

from playground.experiments.engine.batch_form import ItemForm
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.lane import Lane
from playground.models.catalog import Catalog

MOST_CELLS = 1_000
"""Cells of a batch."""
OPEN_BATCHES = 20
"""Batches of a model that are at the service at a time."""
_BYTES_A_TOKEN = 8
_LONG_ANSWER = 4_000
"""Tokens of an answer that nothing limits, as far as the size of what comes back is concerned."""


def cells_of_a_batch(columns: Sequence[AskedColumn]) -> int:
    """How many cells of columns of one model go in a batch at most: what comes back must not be more than is read."""
    longest = max(column.longest_answer(column.example) or _LONG_ANSWER for column in columns)
    return max(min(MOST_CELLS, columns[0].connection.max_body_bytes // (longest * _BYTES_A_TOKEN)), 1)


class BatchLane:
    """The batches of one model of a run. For one event loop."""

    def __init__(self, columns: Sequence[AskedColumn], lane: Lane, catalog: Callable[[], Catalog]) -> None:
        """Those of all columns of the model that go in batches, sent by the clients of a lane."""
        self.card, self.connection, self.clients = columns[0].card, lane.connection, lane.clients
        self.form = ItemForm(self.card, columns[0].connection, catalog)
        self.waiting: deque[int] = deque()
        self.open = 0
        """Batches on their way."""
        self.held_back_until = 0.0
        """By time.monotonic(): a limit on cost has no room for more, unless something ends before."""
        self.most = cells_of_a_batch(columns)

    @property
    def empty(self) -> bool:
        """Whether no cell waits."""
        return not self.waiting

    @property
    def is_hungry(self) -> bool:
        """Whether there is room for more cells."""
        return self.open < OPEN_BATCHES and len(self.waiting) < self.most

    def take(self, *, last: bool) -> list[int]:
        """The cells of the next batch; none as long as it is not full, unless these are the `last` ones."""
        if self.open >= OPEN_BATCHES or (len(self.waiting) < self.most and not last):
            return []
        return [self.waiting.popleft() for _ in range(min(self.most, len(self.waiting)))]

    def put_back(self, cells: list[int]) -> None:
        """Have cells wait again, before all others."""
        self.waiting.extendleft(reversed(cells))
