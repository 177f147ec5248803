"""The cells of an experiment, by arithmetic alone: repetition outermost, then row, then candidate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell stands; all count from 0."""

    repetition: int
    row: int
    candidate: int


@dataclass(frozen=True, slots=True)
class Grid:
    """How many rows, candidates and repetitions an experiment has."""

    rows: int
    candidates: int
    repetitions: int = 1

    @property
    def cells(self) -> int:
        """How many cells that makes."""
        return self.rows * self.candidates * self.repetitions

    def place(self, number: int) -> CellPlace:
        """Where the cell of a number stands. Raises IndexError."""
        if not 0 <= number < self.cells:
            raise IndexError(f"no cell {number} of {self.cells}")
        rest, candidate = divmod(number, self.candidates)
        repetition, row = divmod(rest, self.rows)
        return CellPlace(repetition, row, candidate)

    def number(self, place: CellPlace) -> int:
        """The number of the cell at a place. Raises IndexError."""
        fits = (
            0 <= place.repetition < self.repetitions
            and 0 <= place.row < self.rows
            and 0 <= place.candidate < self.candidates
        )
        if not fits:
            raise IndexError(f"no cell at {place}")
        return (place.repetition * self.rows + place.row) * self.candidates + place.candidate

    def missing(self, there: Iterable[int], start: int = 0) -> Iterator[int]:
        """The numbers from `start` on that are not in `there`, which is sorted."""
        known = iter(there)
        next_known = next(known, self.cells)
        for number in range(start, self.cells):
            while next_known < number:
                next_known = next(known, self.cells)
            if number != next_known:
                yield number
