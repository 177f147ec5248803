"""Which cells of an experiment go in batches, before it runs, and why the others do not."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playground.experiments.definition import Definition
from playground.experiments.engine.batch_form import batch_obstacle
from playground.experiments.engine.batch_lane import cells_of_a_batch
from playground.experiments.engine.batch_told import batch_count
from playground.experiments.engine.column import AskedColumn
from playground.models.roster import Roster
from playground.money.figures import counted


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """How many cells go in how many batches at least, and those that are asked by the app: why, and how many."""

    cells: int
    batches: int
    by_app: tuple[tuple[str, int], ...] = ()

    def sentences(self) -> Iterable[str]:
        """It in words."""
        if self.cells:
            go = "goes" if self.cells == 1 else "go"
            went = f"{counted(self.cells, 'cell')} {go} to Workers AI in {batch_count(self.batches)} or more"
            yield f"{went}; it does not say how long it takes."
        for why, cells in self.by_app:
            yield f"{counted(cells, 'cell')} {'is' if cells == 1 else 'are'} asked by this app: {why}."


def batch_plan(definition: Definition, columns: Sequence[AskedColumn], each: int, roster: Roster) -> BatchPlan | None:
    """What goes in batches of columns with so many cells each; None where nothing is meant to."""
    if definition.engine != "batch":
        return None
    batched: defaultdict[tuple[str, str], list[AskedColumn]] = defaultdict(list)
    by_app: Counter[str] = Counter()
    for column in columns:
        if why := batch_obstacle(column, roster.workers_ai):
            by_app[why] += each
            continue
        batched[column.connection.name, column.card.id].append(column)
    batches = sum(math.ceil(each * len(alike) / cells_of_a_batch(alike)) for alike in batched.values())
    return BatchPlan(each * sum(map(len, batched.values())), batches, tuple(by_app.items()))
