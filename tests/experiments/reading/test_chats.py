"""Rows out of chats."""

from dataclasses import replace
from datetime import UTC, datetime

from playground.experiments.reading.chats import rows_of_chat
from playground.messages import Message, ToolCall
from playground.store import Turn


def turn(role: str, text: str) -> Turn:
    message = Message(role, text)  # type: ignore[arg-type]
    return Turn(text, "c", None, message, datetime(2026, 11, 29, tzinfo=UTC), (text,))


def test_each_question_with_an_answer_is_a_row() -> None:
    path = [
        turn("user", "Why is the sea salty?"),
        turn("assistant", "Rivers carry salt."),
        turn("user", "And lakes? "),
        turn("assistant", "  "),
        turn("user", "Never answered"),
    ]
    assert rows_of_chat(path) == [{"question": "Why is the sea salty?", "expected": "Rivers carry salt."}]


def test_an_answer_that_calls_a_tool_is_not_the_one() -> None:
    message = Message("assistant", "I look it up.", tool_calls=(ToolCall("1", "weather", "{}"),))
    call = replace(turn("assistant", "I look it up."), message=message)
    path = [turn("user", "How warm is it?"), call, turn("tool", "20"), turn("assistant", "20 degrees.")]
    assert rows_of_chat(path) == [{"question": "How warm is it?", "expected": "20 degrees."}]
