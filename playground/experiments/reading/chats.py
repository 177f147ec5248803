"""Rows out of chats: each question, with the answer that is on screen as what is expected."""

from collections.abc import Sequence
from typing import Any

from playground.experiments.rows import EXPECTED
from playground.store import Store, Turn
from playground.text.cleaning import clean

QUESTION_VARIABLE = "question"
"""The variable that a question becomes."""


def question_before(store: Store, turn_id: str) -> str:
    """What a person asked before a turn, however many calls of tools lie between; "" where nobody did."""
    turn = store.turn(turn_id)
    while turn is not None and turn.message.role != "user":
        turn = None if turn.parent_id is None else store.turn(turn.parent_id)
    return "" if turn is None else turn.message.text.strip()


def rows_of_chat(path: Sequence[Turn]) -> list[dict[str, Any]]:
    """A row for each question of a branch that has a whole answer with words; what was cut or failed is none."""
    rows: list[dict[str, Any]] = []
    question = ""
    for turn in path:
        if turn.message.role == "user":
            question = turn.message.text.strip()
        elif turn.message.role == "assistant" and question and not turn.message.tool_calls:
            reply, text = turn.reply, turn.message.text.strip()
            whole = reply is None or (reply.state == "done" and reply.finish_reason != "length")
            if whole and text:
                rows.append({QUESTION_VARIABLE: clean(question), EXPECTED: clean(text)})
            question = ""
    return rows
