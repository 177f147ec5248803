"""Results as JSON Lines, a line for each cell, and the summary of all as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from playground.experiments.results import CellResult, ExperimentRun
from playground.experiments.rows import digest
from playground.experiments.summary import ExperimentSummary, summarize
from playground.experiments.writing.exact_json import exact_json
from playground.metering import Usage


def cell_json(run: ExperimentRun, cell: CellResult) -> dict[str, Any]:
    """A cell as JSON, money as Decimal: where it stands, what was answered, and what the checks say."""
    place, answer = run.place(cell), cell.answer
    column, row = run.columns[place.candidate], run.rows[place.row]
    return {
        "cell": cell.number,
        "row": place.row,
        "row_id": row.id,
        "variables": row.variables,
        "expected": row.expected,
        "variant": column.variant,
        "model": column.model,
        "connection": column.connection,
        "setting": dict(column.setting),
        "repetition": place.repetition,
        "parameters": dict(column.parameters),
        "outcome": cell.outcome,
        "text": answer.text,
        "thoughts": answer.thoughts,
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls],
        "finish_reason": answer.finish_reason,
        "cut": answer.cut,
        "refused": answer.refused,
        "checks": [asdict(check) for check in cell.checks],
        "score": cell.score,
        "usage": None if answer.usage is None else usage_json(answer.usage),
        "cost": answer.cost,
        "cost_estimated": answer.cost_estimated,
        "judges_cost": cell.judges_cost,
        "requests": cell.requests,
        "seconds": answer.seconds,
        "first_token_s": answer.first_token_s,
        "asked_at": None if answer.asked_at is None else answer.asked_at.isoformat(),
        "error": None if answer.error is None else asdict(answer.error),
    }


def usage_json(usage: Usage) -> dict[str, Any]:
    """Tokens as JSON; what is nothing is left out, beside tokens in and out."""
    packed = asdict(usage)
    return {name: value for name, value in packed.items() if value or name in ("prompt_tokens", "completion_tokens")}


def result_lines(run: ExperimentRun) -> Iterator[str]:
    """results.jsonl: a line for each cell that was asked, in the order of its cells as they come."""
    return (f"{exact_json(cell_json(run, cell))}\n" for cell in run.cells)


def summary_json(run: ExperimentRun, summary: ExperimentSummary | None = None) -> str:
    """summary.json: all figures of the experiment, and of each variant with each model in each setting.

    `variants` and `models` have the same figures by their names, each over all of the others.
    """
    summary = summary or summarize(run)
    whole = summary.whole
    columns = [
        {
            "variant": column.variant,
            "model": column.model,
            "connection": column.connection,
            "setting": dict(column.setting),
            **summary.columns[column.number].as_json(),
        }
        for column in run.columns
    ]
    return exact_json(
        {
            "experiment": run.id,
            "title": run.definition.title,
            "dataset": digest(run.rows),
            "cells": run.grid.cells,
            "asked": whole.asked,
            **whole.as_json(),
            "calls": whole.requests if run.calls is None else run.calls,
            "spent": whole.cost if run.spent is None else run.spent,
            "started_at": None if run.started_at is None else run.started_at.isoformat(),
            "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
            "candidates": columns,
            "variants": {name: tally.as_json() for name, tally in summary.variants.items()},
            "models": {name: tally.as_json() for name, tally in summary.models.items()},
        }
    )
