"""Results as logs of Inspect, in its JSON form of version 2: https://inspect.aisi.org.uk/eval-logs.html.

One log for each candidate, for a log of Inspect is of one model.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from playground.events import FinishReason
from playground.experiments.results import CellResult, ExperimentRun, ResultColumn
from playground.experiments.summary import CellTally
from playground.experiments.writing.exact_json import exact_json
from playground.metering import Usage
from playground.presets.template import UnfilledError

_STOPS: dict[FinishReason | None, str] = {
    "stop": "stop",
    "length": "max_tokens",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
}


def inspect_logs(run: ExperimentRun) -> Iterator[tuple[str, str]]:
    """The name of each log's file, and what it holds."""
    by_column: dict[int, list[CellResult]] = {column.number: [] for column in run.columns}
    for cell in run.cells:
        by_column[run.place(cell).candidate].append(cell)
    for column in run.columns:
        yield f"candidate-{column.number + 1}.json", exact_json(_log(run, column, by_column[column.number]))


def _log(run: ExperimentRun, column: ResultColumn, cells: Sequence[CellResult]) -> dict[str, Any]:
    tally = CellTally()
    for cell in cells:
        tally.add(run.place(cell).row, cell)
    made = (run.started_at or datetime.now(UTC)).isoformat()
    ended = (run.finished_at or run.started_at or datetime.now(UTC)).isoformat()
    model = f"{column.connection}/{column.model}"
    rate = tally.rate
    value = 0.0 if rate is None else rate.value
    error = 0.0 if rate is None else (rate.interval.high - rate.interval.low) / 2 / 1.96
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": _id(run.id, column.number),
            "run_id": _id(run.id),
            "created": made,
            "task": run.definition.title,
            "task_id": _id(run.definition.title),
            "task_version": 0,
            "task_args": {"variant": column.variant, **{name: str(value) for name, value in column.setting.items()}},
            "dataset": {"name": run.definition.dataset.name or None, "samples": len(run.rows), "shuffled": False},
            "model": model,
            "model_args": {},
            "config": {"epochs": run.definition.repetitions},
        },
        "plan": {"name": "plan", "steps": [], "config": _config(column)},
        "results": {
            "total_samples": len(run.rows) * run.definition.repetitions,
            "completed_samples": sum(cell.answer.state == "done" for cell in cells),
            "scores": [
                {
                    "name": "checks",
                    "scorer": "checks",
                    "scored_samples": tally.judged,
                    "unscored_samples": tally.cells - tally.judged,
                    "params": {},
                    "metrics": {
                        "accuracy": {"name": "accuracy", "value": value, "params": {}},
                        "stderr": {"name": "stderr", "value": error, "params": {}},
                    },
                }
            ],
        },
        "stats": {
            "started_at": made,
            "completed_at": ended,
            "model_usage": {model: _usage(Usage(tally.prompt_tokens, tally.completion_tokens))},
        },
        "samples": [_sample(run, column, model, cell) for cell in cells],
    }


def _sample(run: ExperimentRun, column: ResultColumn, model: str, cell: CellResult) -> dict[str, Any]:
    place, answer = run.place(cell), cell.answer
    row = run.rows[place.row]
    asked = _messages(run, column, place.row)
    said = {"role": "assistant", "content": answer.text, "source": "generate", "model": model}
    scores = {
        f"{check.number + 1} {check.name}": {
            "value": ("C" if check.passed else "I") if check.passed is not None else "N",
            "explanation": check.note or None,
        }
        for check in cell.checks
    }
    error = answer.error
    return {
        "id": place.row + 1,
        "epoch": place.repetition + 1,
        "input": asked,
        "target": row.expected or "",
        "messages": [*asked, *([said] if answer.text else [])],
        "output": {
            "model": model,
            "choices": [{"message": said, "stop_reason": _STOPS.get(answer.finish_reason, "unknown")}],
            "usage": None if answer.usage is None else _usage(answer.usage),
            "time": answer.seconds,
        },
        "scores": {
            "checks": {"value": {"passed": "C", "failed": "I"}.get(cell.outcome, "N"), "explanation": cell.outcome},
            **scores,
        },
        "metadata": {**row.variables, "outcome": cell.outcome, "cost": answer.cost},
        "store": {},
        "events": [],
        "model_usage": {} if answer.usage is None else {model: _usage(answer.usage)},
        **(
            {}
            if error is None
            else {"error": {"message": f"{error.message} {error.hint}".strip(), "traceback": "", "traceback_ansi": ""}}
        ),
    }


def _messages(run: ExperimentRun, column: ResultColumn, row: int) -> list[dict[str, Any]]:
    variant = next((one for one in run.definition.variants if one.name == column.variant), None)
    if variant is None:
        return []
    try:
        return [{"role": message.role, "content": message.text} for message in variant.filled(run.rows[row].values)]
    except UnfilledError:  # nothing was sent
        return [{"role": message.role, "content": message.content} for message in variant.all_messages]


def _config(column: ResultColumn) -> dict[str, Any]:
    known = ("temperature", "top_p", "top_k", "max_tokens", "seed", "frequency_penalty", "presence_penalty")
    return {name: value for name, value in column.parameters.items() if name in known}


def _usage(usage: Usage) -> dict[str, int]:
    return {
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


def _id(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:22]
