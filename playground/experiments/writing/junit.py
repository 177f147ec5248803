"""Results as JUnit XML, which builds of all kinds read: a suite for each candidate, a case for each of its cells."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from playground.experiments.results import CellResult, ExperimentRun
from playground.text.cleaning import clean, line

_LONGEST_OUTPUT = 20_000
"""Characters of an answer."""


def junit_xml(run: ExperimentRun) -> str:
    """junit.xml: failed cells are failures, errors errors, and what was stopped or not checked is skipped."""
    return "".join(_written(run))


def _written(run: ExperimentRun) -> Iterator[str]:
    by_column: dict[int, list[CellResult]] = {column.number: [] for column in run.columns}
    for cell in run.cells:
        by_column[run.place(cell).candidate].append(cell)
    every = [cell for cells in by_column.values() for cell in cells]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites {_attributes(run.definition.title, every)}>\n"
    for column in run.columns:
        cells = by_column[column.number]
        yield f"  <testsuite {_attributes(column.title, cells)}>\n"
        for cell in cells:
            yield from _case(run, cell, column.title)
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _attributes(name: str, cells: list[CellResult]) -> str:
    outcomes = [cell.outcome for cell in cells]
    skipped = outcomes.count("stopped") + outcomes.count("unchecked") + outcomes.count("judging")
    seconds = sum(cell.answer.seconds or 0 for cell in cells)
    return (
        f'name={_quoted(name)} tests="{len(cells)}" failures="{outcomes.count("failed")}" '
        f'errors="{outcomes.count("error")}" skipped="{skipped}" time="{seconds:.3f}"'
    )


def _case(run: ExperimentRun, cell: CellResult, suite: str) -> Iterator[str]:
    place, answer = run.place(cell), cell.answer
    row = run.rows[place.row]
    said = ", ".join(f"{name}={value}" for name, value in row.variables.items())
    again = f" (repetition {place.repetition + 1})" if run.definition.repetitions > 1 else ""
    name = f"row {place.row + 1}{again}: {line(said, 120)}"
    yield f'    <testcase name={_quoted(name)} classname={_quoted(suite)} time="{answer.seconds or 0:.3f}"'
    match cell.outcome:
        case "passed":
            yield "/>\n"
            return
        case "failed":
            wrong = [check for check in cell.checks if check.passed is False and check.weight > 0]
            told = "; ".join(f"{check.name}{f' ({check.note})' if check.note else ''}" for check in wrong)
            yield f">\n      <failure message={_quoted(line(told))}>{_text(answer.text)}</failure>\n"
        case "error":
            said = "failed" if answer.error is None else f"{answer.error.message} {answer.error.hint}".strip()
            kind = "" if answer.error is None else answer.error.kind
            yield f">\n      <error type={_quoted(kind)} message={_quoted(line(said))}/>\n"
        case "stopped":
            yield '>\n      <skipped message="stopped"/>\n'
        case "judging":
            yield '>\n      <skipped message="not judged yet"/>\n'
        case "unchecked":
            why = "; ".join(dict.fromkeys(check.note for check in cell.checks if check.note))
            yield f">\n      <skipped message={_quoted(line(why) or 'no check could tell')}/>\n"
    yield "    </testcase>\n"


_LINE_ENDS = re.compile(r"[\r\n\t]+")


def _quoted(text: str) -> str:
    return quoteattr(_LINE_ENDS.sub(" ", clean(text)))


def _text(text: str) -> str:
    shown = text if len(text) <= _LONGEST_OUTPUT else f"{text[:_LONGEST_OUTPUT]}…"
    return escape(clean(shown))
