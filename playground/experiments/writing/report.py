"""What a report of an experiment says: sentences and tables, for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis
from playground.experiments.results import CellResult, ExperimentRun
from playground.experiments.rows import digest
from playground.experiments.statistics.clusters import RateEstimate
from playground.experiments.statistics.detectable import smallest_difference
from playground.experiments.summary import CellTally, ExperimentSummary, summarize
from playground.money import figures
from playground.money.figures import counted
from playground.text.cleaning import line

MOST_FAILED_SHOWN = 200
MOST_PAIRS_SHOWN = 50
LONGEST_SHOWN_ANSWER = 600
"""Characters."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with what is above it: cells are plain text, and may have several lines."""

    heading: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ExperimentReport:
    """A title, sentences, tables, and the rates of candidates for a chart."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[ReportTable, ...]
    rates: tuple[tuple[str, RateEstimate], ...]


def report_of(run: ExperimentRun) -> ExperimentReport:
    """The report of an experiment, as far as it came."""
    summary = summarize(run)
    analysis = Analysis(run.grid, run.columns, [cell.outline for cell in run.cells])
    pairs = analysis.pairs()
    names = {column.number: column.title for column in run.columns}
    tables = [_candidates(run, summary)]
    if summary.whole.checks:
        tables.append(_checks(summary.whole))
    if pairs.pairs:
        told = tuple(
            (
                f"{names[pair.second]} against {names[pair.first]}",
                f"{pair.difference.wins:,} / {pair.difference.ties:,} / {pair.difference.losses:,}",
                f"{_points(pair.difference.difference)} ({_points(pair.difference.interval.low)} to "
                f"{_points(pair.difference.interval.high)})",
                f"{pair.adjusted_p:.3f}",
                "yes" if pair.clear else "no",
            )
            for pair in pairs.pairs[:MOST_PAIRS_SHOWN]
        )
        columns = ("Pair", "Wins / ties / losses", "Difference in points (95 %)", "Adjusted p", "Clear")
        tables.append(ReportTable("Pairs", "By row; p is corrected for the number of pairs.", columns, told))
    tables += [_axis(name, analysis) for name in run.definition.axes]
    if failed := _failed(run):
        tables.append(failed)
    return ExperimentReport(
        run.definition.title,
        tuple(_sentences(run, summary, pairs.sentence)),
        tuple(tables),
        tuple(
            (column.title, rate) for column in run.columns if (rate := summary.columns[column.number].rate) is not None
        ),
    )


def _sentences(run: ExperimentRun, summary: ExperimentSummary, standing: str) -> Iterator[str]:
    whole, grid = summary.whole, run.grid
    yield (
        f"{counted(grid.rows, 'row')} × {counted(grid.candidates, 'candidate')} × "
        f"{counted(grid.repetitions, 'repetition')}: {whole.asked:,} of {counted(grid.cells, 'cell')} asked."
    )
    if standing:
        yield standing
    smallest = smallest_difference(grid.rows, grid.repetitions)
    if smallest is not None and grid.candidates > 1:
        yield f"{counted(grid.rows, 'row')} show a difference of about {100 * smallest:.0f} points or more."
    beside = [
        f"{count:,} {word}"
        for count, word in (
            (whole.outcomes["error"], f"errors{_unsent(whole)}"),
            (whole.outcomes["stopped"], "stopped"),
            (whole.outcomes["unchecked"], "not checked"),
            (whole.outcomes["judging"], "not judged yet"),
            (whole.cut, "cut"),
            (whole.refused, "refused"),
        )
        if count
    ]
    if beside:
        yield f"Beside those that passed or failed: {', '.join(beside)}."
    unpriced = f", {counted(whole.unpriced, 'answer')} unpriced" if whole.unpriced else ""
    yield f"Cost: {figures.usd(whole.cost, estimated=bool(whole.estimated))}{unpriced}."
    spread = whole.rate.spread if whole.rate is not None else None
    if grid.repetitions > 1 and spread is not None and (share := spread.share_of_rows) is not None:
        yield f"Of the spread {100 * share:.0f} % is between rows, the rest chance within them."
    yield f"Dataset version {digest(run.rows)[:12]}."


def _unsent(tally: CellTally) -> str:
    return f" ({tally.unsent:,} never sent)" if tally.unsent else ""


def _candidates(run: ExperimentRun, summary: ExperimentSummary) -> ReportTable:
    columns = ("Candidate", "Passed", "Rate (95 %)", "Score", "Errors", "Stopped", "Unchecked", "Cut", "Refused")
    rows = tuple((column.title, *_figures(summary.columns[column.number])) for column in run.columns)
    note = "Rates are of those that passed or failed; what stands beside is in none of them."
    return ReportTable("Candidates", note, (*columns, "Cost", "Median time"), rows)


def _figures(tally: CellTally) -> tuple[str, ...]:
    score = tally.mean_score
    unpriced = f", {tally.unpriced:,} unpriced" if tally.unpriced else ""
    return (
        f"{tally.outcomes['passed']:,} of {tally.judged:,}",
        rate_text(tally.rate),
        "–" if score is None else f"{score.value:.2f}",
        f"{tally.outcomes['error']:,}{_unsent(tally)}",
        f"{tally.outcomes['stopped']:,}",
        f"{tally.outcomes['unchecked']:,}",
        f"{tally.cut:,}",
        f"{tally.refused:,}",
        f"{figures.usd(tally.cost, estimated=bool(tally.estimated))}{unpriced}",
        figures.seconds(tally.median_seconds),
    )


def rate_text(rate: RateEstimate | None) -> str:
    """A rate with its interval: "80 % (72 to 86)", which is not broken; a dash where there is none."""
    if rate is None:
        return "–"
    told = f"{100 * rate.value:.0f} % ({100 * rate.interval.low:.0f} to {100 * rate.interval.high:.0f})"
    return told.replace(" ", "\u00a0")


def _checks(whole: CellTally) -> ReportTable:
    rows = tuple(
        (name, *(f"{count:,}" for count in counts)) for name, counts in list(whole.checks.items())[:MOST_PAIRS_SHOWN]
    )
    return ReportTable("Checks", "", ("Check", "Passed", "Failed", "Could not tell"), rows)


def _axis(name: str, analysis: Analysis) -> ReportTable:
    rows = tuple(
        (
            str(point.value),
            rate_text(point.rate),
            "–" if point.score is None else f"{point.score.value:.2f}",
            "0" if point.rate is None else f"{point.rate.cells:,}",
        )
        for point in analysis.axis(name)
    )
    return ReportTable(line(name, 60), "", (line(name, 60), "Rate (95 %)", "Score", "Cells"), rows)


def _failed(run: ExperimentRun) -> ReportTable | None:
    wrong = [cell for cell in run.cells if cell.outcome in ("failed", "error")]
    if not wrong:
        return None
    rows = tuple(_failed_row(run, cell) for cell in wrong[:MOST_FAILED_SHOWN])
    more = f"The first {MOST_FAILED_SHOWN:,} of {len(wrong):,}." if len(wrong) > MOST_FAILED_SHOWN else ""
    return ReportTable("What failed", more, ("Row", "Candidate", "Why", "Answer"), rows)


def _failed_row(run: ExperimentRun, cell: CellResult) -> tuple[str, ...]:
    place, answer = run.place(cell), cell.answer
    row = run.rows[place.row]
    said = line(", ".join(f"{name}: {value}" for name, value in row.variables.items()), 160)
    why = "; ".join(_reasons(cell)) if answer.error is None else f"Error: {answer.error.message}"
    text = answer.text if len(answer.text) <= LONGEST_SHOWN_ANSWER else f"{answer.text[:LONGEST_SHOWN_ANSWER]}…"
    return f"{place.row + 1}. {said}", run.columns[place.candidate].title, line(why), text


def _reasons(cell: CellResult) -> Sequence[str]:
    wrong = [check for check in cell.checks if check.passed is False and check.weight > 0]
    return [f"{check.name} ({check.note})" if check.note else check.name for check in wrong]


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
