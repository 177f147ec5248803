"""The lines of an export: what each table's row is as JSON, made from the tables, checked by pydantic."""

import functools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer

from playground.answers.extras import Extras
from playground.answers.pace import LONGEST_MS, MOST_STEPS, Pace
from playground.answers.trace import Trace
from playground.experiments.answer import AnswerRecord
from playground.experiments.candidates import MOST_CANDIDATES, Candidate
from playground.experiments.checks.check import CheckResult
from playground.experiments.definition import Definition, EngineName
from playground.experiments.rows import DataRow
from playground.messages import ProviderMetadata, Role, ToolCall
from playground.metering import Price, Usage
from playground.store.batches import outcome_of
from playground.store.database import rows
from playground.store.database.columns import Exact, Json, Moment
from playground.store.database.schema import VERSION
from playground.store.history import LONGEST_TAG, MOST_NOTE, MOST_TAGS
from playground.store.records import EndState, Failure
from playground.store.snapshots import Readers, SnapshotKind
from playground.store.transfer.tables import TRANSFERRED, TableRow, Transferred
from playground.store.votes import VotedAnswer, VoteKind
from playground.text.cleaning import LONGEST_LINE

_LONGEST_ID = 200
MOST_WHOLE = 2**53
"""What a number may be that other programs have to hold."""


class Manifest(BaseModel):
    """`manifest.json`: what the file is, and how many lines it has of each table.

    `schema_version` is that of this schema: a file of a later one is refused, one of an earlier one is read.
    """

    model_config = ConfigDict(extra="ignore")

    format: Literal["llm-playground-export"] = "llm-playground-export"
    schema_version: Annotated[str, Field(pattern=r"^[0-9]{4}$")] = VERSION
    app_version: Annotated[str, Field(max_length=100)]
    exported_at: AwareDatetime
    rows: dict[str, Annotated[int, Field(ge=0, le=MOST_WHOLE)]]


def _read_by(read: Callable[[Any], object], what: str) -> Any:
    """JSON objects that a function of ours can read."""

    def check(value: Any) -> Any:
        try:
            read(value)
        except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
            raise ValueError(f"these are no {what}") from None
        return value

    return Annotated[dict[str, Any], AfterValidator(check)]


def _like(kind: Any, read: Callable[[Any], object] | None = None) -> Any:
    """JSON that pydantic and what reads it in the store take for a value of ours; it stays as it is written."""
    adapter = TypeAdapter(kind)

    def check(value: Any) -> Any:
        adapter.validate_python(value)
        try:
            (read or (lambda packed: kind(**packed)))(value)
        except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):
            raise ValueError(f"this is no {kind.__name__}") from None
        for field, amount in value.items():
            if field in _AMOUNTS and amount is not None:
                _finite(Decimal(str(amount)))
        return value

    return Annotated[dict[str, Any], AfterValidator(check)]


_AMOUNTS = ("input", "output", "cached_input", "billed")


def _calls(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for call in value:
        _CALL.validate_python({("provider_details" if name == "given" else name): each for name, each in call.items()})
    return value


_CALL = TypeAdapter(ToolCall)


def _count(value: Any) -> Any:
    for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "neurons"):
        if not 0 <= (value.get(name) or 0) <= MOST_WHOLE:
            raise ValueError(f"{name} is below zero, or too large")
    return value


def _something(value: Any) -> Any:
    if value is None:
        raise ValueError("nothing is set by it")
    return value


def _finite(value: Decimal) -> Decimal:
    """https://docs.python.org/3/library/decimal.html: a number of a thousand digits has a thousand in each sum."""
    digits, exponent = len(value.as_tuple().digits), value.as_tuple().exponent
    if not isinstance(exponent, int) or digits > 60 or not -60 <= exponent <= 20 or value < 0:
        raise ValueError("this is no amount of money")
    return value


def _moment(value: datetime) -> datetime:
    if not datetime(1970, 1, 1, tzinfo=UTC) <= value <= datetime(9998, 1, 1, tzinfo=UTC):
        raise ValueError("the year is not one of 1970 to 9997")
    return value.astimezone(UTC)


def _pace(value: list[int]) -> list[int]:
    Pace.from_json(value)
    return value


def answer_of_cell(value: Any) -> Any:
    """An answer of an experiment, or of a judge, which says too whom it asked."""
    named = {name: part for name, part in value.items() if name != "asked"}
    record = _ANSWER.validate_python(named)
    AnswerRecord.from_json(named)
    if record.usage is not None:
        _count(value["usage"])
    money = [record.cost, *([] if record.usage is None else [record.usage.billed])]
    if record.price is not None:
        money += [record.price.input, record.price.output, record.price.cached_input]
    for amount in money:
        if amount is not None:
            _finite(amount)
    _ASKED.validate_python(value.get("asked", {}))
    return value


_ANSWER = TypeAdapter(AnswerRecord)
_ASKED = TypeAdapter(dict[Literal["connection", "model"], str])


def _check_results(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for result in value:
        _RESULT.validate_python(result)
        CheckResult(**result)
    return value


_RESULT = TypeAdapter(CheckResult)


def _columns(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Candidates; of an experiment that was removed for good, which models they were."""
    for one in value:
        _COLUMN.validate_python({"variant": "", "parameters": {}, "setting": {}, "notes": [], **one})
        if "variant" in one:
            Candidate.from_json(one)
    return value


_COLUMN = TypeAdapter(Candidate)

_StepNumber = Annotated[int, Field(strict=True, ge=0, le=LONGEST_MS)]
_Object = dict[str, Any]
_Usage: Any = Annotated[_like(Usage, rows.usage_of_row), AfterValidator(_count)]
_Outcome: Any = _read_by(outcome_of, "outcomes of a batch")
_VotedAnswer: Any = _read_by(lambda value: VotedAnswer(**value), "answers that were voted on")
_Calls = Annotated[list[_Object], AfterValidator(_calls)]
_Nanos = Annotated[int, Field(ge=0, le=MOST_WHOLE)]
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
_Answer: Any = Annotated[dict[str, Any], AfterValidator(answer_of_cell)]
_Definition: Any = _read_by(lambda value: value and Definition.model_validate(value), "definition of an experiment")
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]

SHAPES: Mapping[str, Any] = {
    "conversations.parameters": _Object,
    "conversations.options": _Object,
    "comparisons.body": _Object,
    "votes.kind": VoteKind,
    "votes.answers": list[_VotedAnswer],
    "turns.role": Role,
    "turns.parts": list[_Object],
    "turns.tool_calls": _Calls,
    "turns.given": _like(ProviderMetadata),
    "replies.state": EndState,
    "replies.tool_calls": _Calls,
    "replies.usage": _Usage,
    "replies.price": _like(Price, rows.price),
    "replies.waits": dict[str, _Seconds],
    "replies.error": _like(Failure),
    "replies.notes": list[str],
    "replies.response_format": _Object,
    "replies.setup": _Object,
    "replies.extras": _read_by(Extras.from_json, "extras of an answer"),
    "replies.given": _like(ProviderMetadata),
    "requests.body": Any,
    "exchanges.trace": _read_by(Trace.from_json, "parts of an exchange"),
    "paces.steps": Annotated[list[_StepNumber], Field(max_length=3 * MOST_STEPS), AfterValidator(_pace)],
    "batches.status": Literal["queued", "running", "done", "failed", "abandoned"],
    "batches.items": list[_Object],
    "batches.results": list[_Outcome],
    "batches.usage": _Usage,
    "batches.price": _like(Price, rows.price),
    "batches.error": _like(Failure),
    "presets.body": _Object,
    "snapshots.kind": SnapshotKind,
    "snapshots.readers": Readers,
    "snapshots.page": str,
    "dataset_rows.body": _read_by(DataRow.model_validate, "values of a row"),
    "experiments.definition": _Definition,
    "experiments.candidates": Annotated[
        list[_Object], Field(min_length=1, max_length=MOST_CANDIDATES), AfterValidator(_columns)
    ],
    "experiments.status": Literal["ready", "paused", "stopped", "done"],
    "experiments.reason": _like(Failure),
    "experiments.engine": EngineName,
    "experiments.max_cost": _Nanos,
    "experiment_answers.outcome": Literal["passed", "failed", "error", "stopped", "unchecked", "judging"],
    "experiment_answers.spent": _Nanos,
    "experiment_answers.requests": _Count,
    "experiment_answers.answer": _Answer,
    "experiment_answers.checks": Annotated[list[_Object], AfterValidator(_check_results)],
    "experiment_judgements.result": _Object,
    "experiment_judgements.spent": _Nanos,
    "experiment_judgements.requests": _Count,
    "experiment_judgements.answer": _Answer,
    "experiment_exchanges.trace": _read_by(Trace.from_json, "parts of an exchange"),
    "experiment_retaken.why": Literal["lost", "unsure", "stopped", "refused", "again"],
    "experiment_retaken.spent": _Nanos,
    "experiment_retaken.requests": _Count,
    "experiment_labels.labeller": Annotated[str, Field(max_length=_LONGEST_ID)],
    "preferences.value": Annotated[Any, AfterValidator(_something)],
    "entries.name": Annotated[str, Field(max_length=LONGEST_LINE)],
    "entries.note": Annotated[str, Field(max_length=MOST_NOTE)],
    "entries.tags": Annotated[list[Annotated[str, Field(max_length=LONGEST_TAG)]], Field(max_length=MOST_TAGS)],
}
"""What is in columns whose type does not say it: JSON, and words of which there are few."""


def _kind(table: str, column: Column[Any]) -> Any:
    name = f"{table}.{column.name}"
    if name in SHAPES:
        return SHAPES[name]
    if isinstance(column.type, Boolean):
        return bool
    if isinstance(column.type, Integer):
        most = MOST_WHOLE if isinstance(column.type, BigInteger) else 2**31 - 1
        return Annotated[int, Field(ge=-most, le=most)]
    if isinstance(column.type, Float):
        return Annotated[float, Field(allow_inf_nan=False)]
    if isinstance(column.type, Moment):
        return Annotated[AwareDatetime, AfterValidator(_moment)]
    if isinstance(column.type, Exact):
        return Annotated[Decimal, AfterValidator(_finite)]
    if isinstance(column.type, Json) or column.name in TRANSFERRED[table].packed:
        raise TypeError(f"What is in {name}? SHAPES does not say it.")
    if column.primary_key or column.unique or column.foreign_keys:
        return Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)]
    return str


@functools.cache
def record_of(table: str) -> type[BaseModel]:
    """The model of a line of a table's file."""
    known = TRANSFERRED[table]
    fields: dict[str, Any] = {}
    for name in known.columns:
        column = known.table.c[name]
        kind = _kind(table, column)
        fields[name] = (kind | None, None) if column.nullable and kind is not Any else (kind, ...)
    return create_model(table, __config__=ConfigDict(extra="forbid"), __doc__=f"A line of `{table}.jsonl`.", **fields)


def line_of(row: TableRow) -> bytes:
    """A row as a line of JSON, with every digit."""
    return (
        json.dumps(row, default=_as_json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    )


_OF_EARLIER = ("entries.presets",)
"""Columns of earlier schemas, of which nothing is read any more: an entry's presets are those of its answers."""


def _earlier_requests(row: dict[str, Any]) -> int:
    """Of a line from before schema 0030, which counted them: none where it is known that nothing was sent."""
    answer: object = row.get("answer")
    if not isinstance(answer, dict) or answer.get("state") != "failed":
        return 1
    return 0 if not {"sent", "batched", "usage"} & answer.keys() else 1


def row_of(known: Transferred, value: Any) -> TableRow:
    """The row of a JSON value. Raises ValueError with the reason."""
    table = known.table.name
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if f"{table}.{name}" not in _OF_EARLIER}
        if f"{table}.requests" in SHAPES:
            value.setdefault("requests", _earlier_requests(value))
    try:
        checked = record_of(table).model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])[:200]
        raise ValueError(f"{where}: {first['msg']}" if where else str(first["msg"])) from None
    return {name: getattr(checked, name) for name in known.columns}


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
