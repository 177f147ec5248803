"""An answer of a cell is taken by an import as it was written, whatever is not known of it."""

from decimal import Decimal

import pytest

from playground.archive.records import answer_of_cell
from playground.experiments.answer import AnswerRecord
from playground.messages import ToolCall
from playground.metering import Price, Usage
from playground.store import Failure

ANSWERS = {
    "of the model inside the app": AnswerRecord(
        text="Hi", usage=Usage(3, 1), price=Price(Decimal(0), Decimal(0), "", None, free=True), cost=Decimal(0)
    ),
    "with an error": AnswerRecord(state="failed", error=Failure("server", "It failed.", "")),
    "with a call": AnswerRecord(tool_calls=(ToolCall("1", "weather", "{}"),), usage=Usage(3, 1, estimated=True)),
    "of nothing": AnswerRecord(),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_it_is_taken_as_it_was_written(answer: AnswerRecord) -> None:
    assert answer_of_cell(answer.as_json()) == answer.as_json()
