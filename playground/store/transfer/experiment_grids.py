"""Where cells of experiments on their way in have to lie: by arithmetic, in experiments that do not run here."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from playground.store.database.experiment_tables import dataset_versions, experiment_answers, experiments, version_rows
from playground.store.transfer.tables import TableRow, Transferred
from playground.store.transfer.unfit import UnfitError


class _Grid(NamedTuple):
    rows: int
    columns: int
    repetitions: int

    @property
    def cells(self) -> int:
        return self.rows * self.columns * self.repetitions

    def place(self, cell: int) -> tuple[int, int, int]:
        """As in playground/experiments/cells.py: repetition outermost, then row, then candidate."""
        rest, column = divmod(cell, self.columns)
        return (*divmod(rest, self.rows), column)


class ExperimentGrids:
    """The sizes of versions and experiments that came, or that rows refer to."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._grids: dict[str, _Grid] = {}

    def require_fit(
        self,
        connection: Connection,
        known: Transferred,
        numbered: Sequence[tuple[int, TableRow]],
        here: Mapping[str, TableRow],
    ) -> None:
        """Raise UnfitError where a row does not fit into that which it hangs on; `here` are rows that are here, by id.

        What a version or an experiment that is here already holds is what counts.
        """
        if known.table is dataset_versions:
            for line, row in numbered:
                self._note_version(line, row, here.get(row["id"], row))
        elif known.table is version_rows:
            self._find_sizes(connection, {row["version_id"] for _, row in numbered})
            for line, row in numbered:
                if not 0 <= row["number"] < self._sizes.get(row["version_id"], 0):
                    raise UnfitError(known.table.name, line, f"number {row['number']:,}: its version has no such row")
        elif known.table is experiments:
            self._find_sizes(connection, {row["version_id"] for _, row in numbered})
            for line, row in numbered:
                self._note(line, row, here.get(row["id"]))
        elif known.parent is not None and known.parent[1] is experiments:
            self._find_grids(connection, {row["experiment_id"] for _, row in numbered})
            for line, row in numbered:
                self._require_cell(known, line, row)

    def _note_version(self, line: int, row: TableRow, here: TableRow) -> None:
        if (row["size"], row["digest"]) != (here["size"], here["digest"]):
            raise UnfitError("dataset_versions", line, "it has other rows here, and a version never changes")
        self._sizes[row["id"]] = row["size"]

    def _note(self, line: int, row: TableRow, here: TableRow | None) -> None:
        grid = _Grid(self._sizes.get(row["version_id"], 0), len(row["candidates"]), row["repetitions"])
        if row["repetitions"] < 1 or grid.cells != row["cells"]:
            raise UnfitError(
                "experiments", line, f"{row['cells']:,} cells are not rows times columns times repetitions"
            )
        if here is not None and here["cells"] != row["cells"]:
            raise UnfitError("experiments", line, f"it has {here['cells']:,} cells here")
        self._grids[row["id"]] = grid

    def _require_cell(self, known: Transferred, line: int, row: TableRow) -> None:
        grid = self._grids.get(row["experiment_id"])
        fits = grid is not None and 0 <= row["cell"] < grid.cells
        if fits and known.table is experiment_answers:
            assert grid is not None
            fits = grid.place(row["cell"]) == (row["repetition"], row["row_number"], row["candidate"])
        if not fits:
            raise UnfitError(known.table.name, line, f"cell {row['cell']:,}: its experiment has no such cell there")

    def _find_sizes(self, connection: Connection, ids: set[str]) -> None:
        query = select(dataset_versions.c.id, dataset_versions.c.size)
        found = connection.execute(query.where(dataset_versions.c.id.in_(ids - self._sizes.keys())))
        self._sizes.update((row.id, row.size) for row in found)

    def _find_grids(self, connection: Connection, ids: set[str]) -> None:
        columns: list[Any] = [experiments.c[name] for name in ("id", "cells", "candidates", "repetitions")]
        found = connection.execute(select(*columns).where(experiments.c.id.in_(ids - self._grids.keys())))
        for row in found:
            columns_there = max(len(row.candidates) * row.repetitions, 1)
            self._grids[row.id] = _Grid(row.cells // columns_there, len(row.candidates), row.repetitions)
