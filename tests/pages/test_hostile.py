"""Pages that hold what nobody can be trusted with are drawn whole."""

import json
from typing import Any

import pytest

from components.session import chat
from playground.messages import Message
from tests.pages.conftest import shown
from tests.pages.test_chat import LLAMA, at


def answered(text: str, schema: Any) -> str:
    """A conversation whose answer was to fit a schema."""
    store = chat().store
    conversation = store.create_conversation(model=LLAMA)
    question = store.add_turn(conversation.id, None, Message("user", "Say it"))
    asked = {"type": "json_schema", "json_schema": schema}
    reply = store.start_reply(conversation.id, question.id, model=LLAMA, response_format=asked)
    store.finish_reply(reply, state="done", text=text)
    return conversation.id


@pytest.mark.parametrize(
    ("text", "schema", "why"),
    [
        ("{}", {"$ref": "http://127.0.0.1:9/schema"}, "which is not fetched"),
        ("{}", {"$ref": "#"}, "refers to itself without end"),
        (json.dumps("a" * 60 + "!"), {"pattern": "^(a+)+$"}, "the check took longer than 1 s"),
        ("[" * 100_000 + "]" * 100_000, {"type": "array"}, "the text is nested too deeply"),
    ],
)
def test_an_answer_that_cannot_be_checked_says_so(text: str, schema: Any, why: str) -> None:
    page = at(c=answered(text, schema))

    assert not page.exception
    assert "could not be checked: " in shown(page)
    assert why in shown(page)
