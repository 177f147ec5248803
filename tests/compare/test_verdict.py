"""Which pane was best, and of what nobody can say so."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.compare.verdict import METRICS, Cell, likeness, verdict
from playground.errors import RateLimitedError
from playground.metering import Price, Timings, Usage
from playground.store import Failure, StoredReply

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GOOD = StoredReply(
    id="r",
    conversation_id=None,
    model="m",
    connection="",
    state="done",
    text="x" * 100,
    reasoning="",
    tool_calls=(),
    finish_reason="stop",
    truncated=False,
    usage=Usage(10, 21),
    price=None,
    cost=Decimal("0.001"),
    timings=Timings(0.5, 2.5),
    error=None,
    request_id=None,
    notes=(),
    response_format=None,
    cached=False,
    started_at=NOW,
    finished_at=NOW,
)
QUICK = replace(GOOD, text="x" * 50, cost=Decimal("0.0005"), timings=Timings(0.1, 1.1))
NO_WINNER: dict[str, Any] = {
    "stopped": {"state": "stopped"},
    "failed": {"state": "failed", "error": Failure.of(RateLimitedError("Slow down"))},
    "interrupted": {"state": "interrupted"},
    "broken off": {"truncated": True},
    "filtered": {"finish_reason": "content_filter"},
    "empty": {"text": ""},
}


def row(name: str, *answers: StoredReply | list[StoredReply]) -> tuple[Cell, ...]:
    panes = [answer if isinstance(answer, list) else [answer] for answer in answers]
    return next(cells for measure, cells in verdict(panes) if measure.name == name)


def winners(name: str, *answers: StoredReply | list[StoredReply]) -> list[int]:
    return [number for number, cell in enumerate(row(name, *answers)) if cell.best]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("First token", 0.5),
        ("Total", 2.5),
        ("Speed", 10.0),
        ("Tokens in", 10),
        ("Tokens out", 21),
        ("Cost", Decimal("0.001")),
        ("Length", 100),
    ],
)
def test_the_measures(name: str, value: Any) -> None:
    (cell,) = row(name, GOOD)
    assert cell == Cell(value)


@pytest.mark.parametrize("name", ["First token", "Total", "Speed", "Cost", "Length"])
def test_the_best_is_marked(name: str) -> None:
    assert winners(name, GOOD, QUICK, GOOD) == [1]


@pytest.mark.parametrize("name", ["Tokens in", "Tokens out"])
def test_counts_have_no_best(name: str) -> None:
    assert winners(name, GOOD, replace(GOOD, usage=Usage(1, 2))) == []


@pytest.mark.parametrize("measure", METRICS, ids=lambda measure: measure.name)
def test_nobody_wins_where_all_are_equal(measure: Any) -> None:
    assert winners(measure.name, GOOD, GOOD, GOOD) == []


def test_equal_ones_share_the_best() -> None:
    assert winners("Length", QUICK, GOOD, QUICK) == [0, 2]


def test_nobody_wins_by_noise_but_money_and_length_are_exact() -> None:
    near = replace(GOOD, timings=Timings(0.54, 2.6), cost=Decimal("0.0010000001"), text="x" * 101)
    assert winners("First token", GOOD, near) == []
    assert winners("Speed", GOOD, near) == []
    assert winners("Cost", GOOD, near) == [0]
    assert winners("Length", GOOD, near) == [0]


@pytest.mark.parametrize(
    ("shorter", "longer", "told_apart"),
    [(0.010, 0.058, False), (0.010, 0.062, True), (0.95, 1.0, False), (0.89, 1.0, True), (91, 100, False)],
)
def test_a_time_wins_by_more_than_a_tenth_and_more_than_a_twentieth_of_a_second(
    shorter: float, longer: float, told_apart: bool
) -> None:
    one, other = (replace(GOOD, timings=Timings(shorter / 2, total)) for total in (shorter, longer))
    assert winners("Total", other, one) == ([1] if told_apart else [])


def test_who_is_as_good_but_for_noise_shares_the_best() -> None:
    times = [1.0, 1.05, 2.0]
    assert winners("Total", *(replace(GOOD, timings=Timings(0.5, total)) for total in times)) == [0, 1]


def test_an_estimated_cost_wins_by_more_than_a_tenth() -> None:
    guessed = replace(GOOD, usage=replace(Usage(10, 21), estimated=True), cost=Decimal("0.00095"))
    assert winners("Cost", GOOD, guessed) == []
    assert winners("Cost", GOOD, replace(guessed, cost=Decimal("0.0008"))) == [1]


def test_of_several_answers_ranges_that_meet_are_alike() -> None:
    def timed(*totals: float) -> list[StoredReply]:
        return [replace(GOOD, timings=Timings(0.5, total)) for total in totals]

    assert winners("Total", timed(1, 2, 9), timed(8, 10, 12)) == []
    assert winners("Total", timed(1, 2, 3), timed(3.1, 3.2, 3.3)) == [0]


def test_what_is_equal_is_said_to_be_equal() -> None:
    near = replace(GOOD, timings=Timings(0.54, 2.6), text="x" * 101)
    said = {metric.name: likeness(metric, cells) for metric, cells in verdict([[GOOD], [near]])}
    assert said == {
        "First token": "about equal",
        "Total": "about equal",
        "Speed": "about equal",
        "Tokens in": "equal",
        "Tokens out": "equal",
        "Cost": "equal",
        "Length": "",
    }
    assert {likeness(metric, cells) for metric, cells in verdict([[GOOD]])} == {""}
    failed = replace(GOOD, usage=None, cost=None, timings=Timings(None, None), text="")
    assert {likeness(metric, cells) for metric, cells in verdict([[GOOD], [failed]])} == {""}


@pytest.mark.parametrize("how", NO_WINNER)
@pytest.mark.parametrize("measure", METRICS, ids=lambda measure: measure.name)
def test_an_answer_that_is_not_complete_never_wins(how: str, measure: Any) -> None:
    bad = replace(QUICK, **NO_WINNER[how])
    assert 2 not in winners(measure.name, GOOD, replace(GOOD, timings=Timings(0.6, 3), text="x" * 120), bad)
    assert winners(measure.name, GOOD, bad) == []


@pytest.mark.parametrize("measure", METRICS, ids=lambda measure: measure.name)
def test_unknown_never_wins(measure: Any) -> None:
    unknown = replace(GOOD, usage=None, cost=None, timings=Timings(None, None), text="")
    assert 0 not in winners(measure.name, unknown, GOOD, QUICK)


def test_unpriced_stays_unpriced_and_free_is_cheapest() -> None:
    unpriced, free = replace(GOOD, cost=None), replace(GOOD, cost=Decimal(0))
    cells = row("Cost", unpriced, GOOD, free)
    assert [cell.unpriced for cell in cells] == [True, False, False]
    assert [cell.best for cell in cells] == [False, False, True]


def test_what_used_no_tokens_is_not_unpriced() -> None:
    failed = replace(GOOD, usage=None, cost=None, **NO_WINNER["failed"])
    assert row("Cost", failed) == (Cell(None),)


def test_repetitions_are_their_median_and_spread() -> None:
    times = [replace(GOOD, timings=Timings(0.5, total)) for total in (3.0, 1.0, 2.0)]
    cell, other = row("Total", times, GOOD)
    assert (cell.value, cell.low, cell.high, cell.best) == (2.0, 1.0, 3.0, True)
    assert (other.low, other.high) == (None, None)
    (two,) = row("Total", times[:2])
    assert (two.value, two.low, two.high) == (2.0, 1.0, 3.0)


def test_of_repetitions_only_the_complete_ones_count() -> None:
    answers = [GOOD, replace(QUICK, **NO_WINNER["failed"]), replace(QUICK, **NO_WINNER["stopped"])]
    assert row("Length", answers)[0].value == 100


def test_estimates_are_marked_where_they_count() -> None:
    guessed = replace(GOOD, usage=Usage(10, 21, estimated=True))
    assert [row(name, guessed)[0].estimated for name in ("Total", "Speed", "Tokens out", "Cost")] == [
        False,
        True,
        True,
        True,
    ]


def test_what_was_waited_for_has_rows_of_its_own() -> None:
    names = [measure.name for measure, _ in verdict([[GOOD], [QUICK]])]
    assert names == [measure.name for measure in METRICS]
    late = replace(GOOD, timings=Timings(0.5, 2.5, {"queued": 5.9, "failed": 0.1}))
    fetched = replace(GOOD, timings=Timings(0.5, 2.5, {"fetching": 12.0, "retrying": 3.0}))
    names = [measure.name for measure, _ in verdict([[GOOD], [late], [fetched]])]
    assert names[:4] == ["Queued", "Fetching the model", "Pauses before retries", "First token"]
    assert [cell.value for cell in row("Queued", GOOD, late, fetched)] == [0.0, 5.9, 0.0]
    assert winners("Queued", GOOD, late) == [0]
    assert [cell.value for cell in row("Queued", replace(GOOD, timings=Timings(0.5, 2.5, {"queued": 0.5})))] == [0.5]


def test_a_bill_is_the_cost_and_what_prices_say_stands_beside_it() -> None:
    price = Price(Decimal(1), Decimal(2), "a list", None)
    billed = replace(GOOD, usage=Usage(10, 20, estimated=True, billed=Decimal("0.5")), cost=Decimal("0.5"), price=price)
    assert "Computed cost" not in [measure.name for measure, _ in verdict([[GOOD]])]
    assert row("Cost", GOOD, billed)[1] == Cell(Decimal("0.5"))
    assert [(cell.value, cell.estimated) for cell in row("Computed cost", GOOD, billed)] == [
        (None, False),
        (Decimal("0.00005"), True),
    ]
    assert row("Computed cost", GOOD, billed)[0].unpriced
    cached = replace(billed, cached=True, cost=Decimal(0))
    assert "Computed cost" not in [measure.name for measure, _ in verdict([[cached]])]


def test_nothing_was_answered() -> None:
    assert all(cells == (Cell(None), Cell(None)) for _, cells in verdict([[], []]))


@given(
    st.lists(
        st.builds(
            lambda text, cost, first, state: replace(
                GOOD, text="x" * text, cost=cost, timings=Timings(first, first and first + 1), state=state
            ),
            st.integers(0, 5),
            st.none() | st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.2")]),
            st.none() | st.sampled_from([0.1, 0.2]),
            st.sampled_from(["done", "stopped"]),
        ),
        max_size=6,
    )
)
def test_whoever_wins_is_complete_and_not_worse_than_any_other(answers: list[StoredReply]) -> None:
    for measure, cells in verdict([[answer] for answer in answers]):
        able = [cell.value for cell, reply in zip(cells, answers, strict=True) if reply.state == "done" and reply.text]
        known: list[Any] = [value for value in able if value is not None]
        for cell, reply in zip(cells, answers, strict=True):
            if cell.best:
                assert reply.state == "done"
                assert reply.text
                assert cell.value == (min(known) if measure.better == "lower" else max(known))
