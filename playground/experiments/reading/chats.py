"""Rows out of chats: each question, with the answer that is on screen as what is expected."""

from collections.abc import Sequence
from typing import Any

from playground.experiments.rows import EXPECTED
from playground.store import Turn
from playground.text.cleaning import clean

_QUESTION = "question"
"""The variable that a question becomes."""


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
                rows.append({_QUESTION: clean(question), EXPECTED: clean(text)})
            question = ""
    return rows
