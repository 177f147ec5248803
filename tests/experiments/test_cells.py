"""Cells by arithmetic: repetition outermost, then row, then candidate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiments.cells import CellPlace, Grid

GRIDS = st.builds(Grid, st.integers(0, 7), st.integers(0, 5), st.integers(1, 4))


@given(GRIDS)
def test_each_number_has_a_place_and_each_place_a_number(grid: Grid) -> None:
    places = [grid.place(number) for number in range(grid.cells)]
    assert [grid.number(place) for place in places] == list(range(grid.cells))
    assert places == sorted(places, key=lambda place: (place.repetition, place.row, place.candidate))
    assert len(set(places)) == grid.rows * grid.candidates * grid.repetitions


@given(GRIDS, st.sets(st.integers(0, 150)), st.integers(0, 50))
def test_missing_are_those_that_are_not_there(grid: Grid, there: set[int], start: int) -> None:
    assert list(grid.missing(sorted(there), start)) == [n for n in range(start, grid.cells) if n not in there]


def test_there_is_no_cell_beyond_the_last() -> None:
    grid = Grid(2, 2)
    assert grid.place(3) == CellPlace(0, 1, 1)
    for number in (-1, 4):
        with pytest.raises(IndexError):
            grid.place(number)
    with pytest.raises(IndexError):
        grid.number(CellPlace(1, 0, 0))
