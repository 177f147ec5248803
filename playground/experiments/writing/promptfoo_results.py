"""Results in the form of promptfoo's own, version 3, which `promptfoo import` takes and `promptfoo view` shows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from playground.experiments.checks.check import CheckResult
from playground.experiments.results import CellResult, ExperimentRun, ResultColumn
from playground.experiments.scoring import check_score, metrics_of
from playground.experiments.summary import CellTally, summarize
from playground.experiments.writing.exact_json import exact_json

_ASSERTION_FAILED, _ERROR = 1, 2
"""Why a result failed: https://github.com/promptfoo/promptfoo, ResultFailureReason."""


def promptfoo_results(run: ExperimentRun) -> str:
    """The results as promptfoo's JSON: a prompt for each candidate, a test for each row and repetition.

    What was stopped or not checked has no place there: it is written as an error that says so.
    """
    summary = summarize(run)
    by_column: dict[int, list[CellResult]] = {column.number: [] for column in run.columns}
    for cell in run.cells:
        by_column[run.place(cell).candidate].append(cell)
    whole = summary.whole
    made = (run.finished_at or run.started_at or datetime.now(UTC)).isoformat()
    written = {
        "evalId": f"eval-{run.id}",
        "results": {
            "version": 3,
            "timestamp": made,
            "prompts": [
                _prompt(run, column, summary.columns[column.number], by_column[column.number]) for column in run.columns
            ],
            "results": [_result(run, cell) for cells in by_column.values() for cell in cells],
            "stats": {
                "successes": whole.outcomes["passed"],
                "failures": whole.outcomes["failed"],
                "errors": whole.cells - whole.judged,
                "tokenUsage": _tokens(whole.prompt_tokens, whole.completion_tokens, whole.requests),
            },
        },
        "config": {
            "description": run.definition.title,
            "prompts": [_raw(run, column) for column in run.columns],
            "providers": list(dict.fromkeys(_provider(column) for column in run.columns)),
            "tests": [{"vars": dict(row.values)} for row in run.rows],
        },
        "shareableUrl": None,
        "metadata": {"evaluationCreatedAt": made, "exportedAt": made, "author": None},
    }
    return exact_json(written)


def _prompt(run: ExperimentRun, column: ResultColumn, tally: CellTally, cells: Sequence[CellResult]) -> dict[str, Any]:
    told = [check.passed for cell in cells for check in cell.checks if check.passed is not None]
    scores = [cell.score for cell in cells if cell.score is not None]
    named = [metrics_of(cell.checks) for cell in cells]
    names = dict.fromkeys(name for metrics in named for name in metrics)
    return {
        "raw": _raw(run, column),
        "label": column.title,
        "id": f"candidate-{column.number}",
        "provider": _provider(column),
        "metrics": {
            "score": sum(scores),
            "testPassCount": tally.outcomes["passed"],
            "testFailCount": tally.outcomes["failed"],
            "testErrorCount": tally.cells - tally.judged,
            "assertPassCount": sum(told),
            "assertFailCount": len(told) - sum(told),
            "totalLatencyMs": round(1_000 * sum(tally.seconds)),
            "tokenUsage": _tokens(tally.prompt_tokens, tally.completion_tokens, tally.requests),
            "namedScores": {name: sum(metrics.get(name, 0) for metrics in named) for name in names},
            "namedScoresCount": {name: sum(name in metrics for metrics in named) for name in names},
            "cost": tally.cost,
        },
    }


def _result(run: ExperimentRun, cell: CellResult) -> dict[str, Any]:
    place, answer = run.place(cell), cell.answer
    row, column = run.rows[place.row], run.columns[place.candidate]
    passed, score = cell.outcome == "passed", cell.score or 0
    error = _error(cell)
    usage = answer.usage
    tokens = _tokens(usage.prompt_tokens if usage else 0, usage.completion_tokens if usage else 0, 1)
    grading = {
        "pass": passed,
        "score": score,
        "reason": _reason(cell.checks) or error or "All assertions passed",
        "namedScores": metrics_of(cell.checks),
        "componentResults": [_component(check) for check in cell.checks],
    }
    return {
        "promptIdx": place.candidate,
        "testIdx": place.repetition * len(run.rows) + place.row,
        "testCase": {"vars": dict(row.values), "assert": [], "metadata": {"row": row.id}},
        "promptId": f"candidate-{place.candidate}",
        "provider": {"id": _provider(column), "label": column.model},
        "prompt": {"raw": _raw(run, column), "label": column.title},
        "vars": dict(row.values),
        "response": {"output": answer.text, "tokenUsage": tokens, "cost": answer.cost, "cached": False},
        **({"error": error} if error else {}),
        "failureReason": _ERROR if error else 0 if passed else _ASSERTION_FAILED,
        "success": passed,
        "score": score,
        "latencyMs": round(1_000 * (answer.seconds or 0)),
        "gradingResult": None if error else grading,
        "namedScores": metrics_of(cell.checks),
        "cost": answer.cost or 0,
        "metadata": {"repetition": place.repetition, "outcome": cell.outcome, "parameters": dict(column.parameters)},
    }


def _component(check: CheckResult) -> dict[str, Any]:
    return {
        "pass": bool(check.passed),
        "score": check_score(check) or 0,
        "reason": check.note or check.name,
        "assertion": {
            "type": "equals",
            "metric": check.metric or check.name,
            "weight": check.weight,
            "value": check.name,
        },
    }


def _reason(checks: Sequence[CheckResult]) -> str:
    return next((f"{check.name}: {check.note}".rstrip(": ") for check in checks if check.passed is False), "")


def _error(cell: CellResult) -> str:
    match cell.outcome:
        case "error":
            error = cell.answer.error
            return "It failed." if error is None else f"{error.message} {error.hint}".strip()
        case "stopped":
            return "It was stopped."
        case "judging":
            return "Its judges have not answered yet."
        case "unchecked":
            return "No check could tell."
    return ""


def _provider(column: ResultColumn) -> str:
    return f"{column.connection}:{column.model}"


def _raw(run: ExperimentRun, column: ResultColumn) -> str:
    variant = next((one for one in run.definition.variants if one.name == column.variant), None)
    if variant is None:
        return column.variant
    messages = [{"role": message.role, "content": message.content} for message in variant.all_messages]
    return messages[0]["content"] if len(messages) == 1 else exact_json(messages)


def _tokens(prompt: int, completion: int, requests: int) -> dict[str, int]:
    return {
        "prompt": prompt,
        "completion": completion,
        "cached": 0,
        "total": prompt + completion,
        "numRequests": requests,
    }
