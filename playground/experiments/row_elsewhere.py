"""A row of an experiment asked elsewhere: in a comparison, or in a demo for an audience."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from playground.compare.comparing import Comparing
from playground.compare.comparison import FEWEST_PANES, MOST_PANES
from playground.conversation.setup import Setup
from playground.experiments.candidates import setup_of_variant
from playground.experiments.checks.judging import ModelChoice
from playground.experiments.definition import Definition
from playground.experiments.results import ResultColumn
from playground.experiments.rows import DataRow
from playground.presenting.demo import LONGEST_TEXT, Demo, DemoPane, DemoStep
from playground.presets.template import UnfilledError
from playground.text.cleaning import line


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """What a column asks about a row: one question, with the setup that it is asked with, its system prompt in it."""

    column: int
    question: str
    setup: Setup


def row_questions(definition: Definition, columns: Sequence[ResultColumn], row: DataRow) -> Mapping[int, RowQuestion]:
    """What each column asks about a row, by its number; those that ask by a conversation of several turns have none."""
    found: dict[int, RowQuestion] = {}
    for column in columns:
        variant = definition.variant(column.variant)
        try:
            *before, question = variant.filled(row.values)
        except UnfilledError:
            continue
        if question.text.strip() and all(message.role == "system" for message in before):
            setup = setup_of_variant(variant, ModelChoice(id=column.model), column.parameters)
            instructions = "\n\n".join(message.text for message in before)
            found[column.number] = RowQuestion(column.number, question.text, replace(setup, system_prompt=instructions))
    return found


def compared_row(comparing: Comparing, chosen: Sequence[RowQuestion]) -> str:
    """A new comparison with a pane for each of some columns that ask the same, up to MOST_PANES; its id.

    One column alone is compared with itself. Raises StoreError, and ValueError where they ask otherwise.
    """
    if len({one.question for one in chosen}) != 1:
        raise ValueError("columns of a comparison ask the same question")
    kept = list(chosen[:MOST_PANES])
    kept += kept[:1] * (FEWEST_PANES - len(kept))
    comparison_id, comparison = comparing.begin([one.setup.model for one in kept])
    for pane, one in zip(comparison.panes, kept, strict=True):
        comparison = comparison.with_setup(pane, one.setup)
    comparing.save(comparison_id, comparison)
    return comparison_id


def demo_of_row(title: str, chosen: Sequence[RowQuestion]) -> Demo:
    """A demo that asks what some columns ask about a row: a step for each question, its columns beside each other.

    It leaves out what `left_out_of_demo` says.
    """
    steps = [_step(columns) for columns in _steps(chosen)]
    return Demo(title=line(title, 200) or "A demo", steps=tuple(steps))


def left_out_of_demo(chosen: Sequence[RowQuestion]) -> Sequence[str]:
    """What a demo of columns cannot ask with, as sentences."""
    told = []
    if any(one.setup.tools for one in chosen):
        told.append("A demo has no tools: they are left out.")
    if any(one.setup.response_format is not None for columns in _steps(chosen) if len(columns) > 1 for one in columns):
        told.append("Columns beside each other have no response format: it is left out. A column alone keeps it.")
    if any(len(text) > LONGEST_TEXT for one in chosen for text in (one.question, one.setup.system_prompt)):
        told.append(f"A demo has prompts of at most {LONGEST_TEXT:,} characters: the rest is left out.")
    return told


def _steps(chosen: Sequence[RowQuestion]) -> Iterator[Sequence[RowQuestion]]:
    """The columns of each step."""
    by_question: dict[str, list[RowQuestion]] = {}
    for one in chosen:
        by_question.setdefault(one.question, []).append(one)
    for same in by_question.values():
        yield from (same[start : start + MOST_PANES] for start in range(0, len(same), MOST_PANES))


def _step(columns: Sequence[RowQuestion]) -> DemoStep:
    question = columns[0].question[:LONGEST_TEXT]
    if len(columns) == 1:
        setup = columns[0].setup
        return DemoStep(
            prompt=question,
            model=setup.model,
            system_prompt=setup.system_prompt[:LONGEST_TEXT],
            parameters=dict(setup.parameters),
            response_format=setup.response_format,
        )
    panes = [
        DemoPane(
            model=one.setup.model,
            system_prompt=one.setup.system_prompt[:LONGEST_TEXT] or None,
            parameters=dict(one.setup.parameters),
        )
        for one in columns
    ]
    return DemoStep(prompt=question, panes=tuple(panes))
