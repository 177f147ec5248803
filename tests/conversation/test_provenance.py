"""What an answer was asked with stays with it, whatever becomes of the chat, the pane or the model."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.compare.comparing import Comparing
from playground.compare.comparison import SYSTEM_PROMPT
from playground.conversation.chat import Chat
from playground.conversation.provenance import (
    model_line,
    provenance_line,
    reply_setup,
    settings_labels,
    setup_difference,
)
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import StoredReply, open_stores
from tests.databases import new_database
from tests.upstream import Answer, Upstream

TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
SCHEMA = {"type": "json_schema", "json_schema": {"type": "object"}}


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    upstream.script(Answer.json({"data": [{"id": "alpha/same-model"}, {"id": "beta/same-model"}]}), "/models")
    server = Connection(kind="openai_compatible", name="home", base_url=upstream.openai_url, max_retries=0)
    roster = Roster({"home": server})
    roster.await_lists(10)
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        yield Chat(store, roster)


def answer(chat: Chat, setup: Setup, text: str = "Hello upstream: tokens=1") -> StoredReply:
    conversation = chat.store.create_conversation(model=setup.model).id
    reply = chat.send(conversation, Message("user", text), setup)
    assert reply.ended.wait(20)
    kept = chat.store.reply(reply.id)
    assert kept is not None
    return kept


def test_an_answer_keeps_model_connection_and_settings(chat: Chat) -> None:
    setup = Setup("home/alpha/same-model", "Be brief.", {"max_tokens": 9, "temperature": 0.2}, (TOOL,), SCHEMA)

    kept = answer(chat, setup)

    assert kept.model == "home/alpha/same-model"
    assert reply_setup(kept) == setup
    assert model_line(kept) == "alpha/same-model · home"
    assert settings_labels(kept) == ("system prompt", "max_tokens 9", "temperature 0.2", "1 tool", "JSON schema")
    assert provenance_line(answer(chat, Setup("home/beta/same-model"))) == "beta/same-model · home"


def test_what_was_sent_is_kept_and_not_what_was_set(chat: Chat) -> None:
    kept = answer(chat, Setup("home/alpha/same-model", parameters={"temperature": 99}))

    assert kept.notes
    assert reply_setup(kept) == Setup("home/alpha/same-model", parameters={"temperature": 2})


def test_a_name_that_was_resolved_is_kept_as_the_model_it_was(chat: Chat) -> None:
    assert answer(chat, Setup("alpha/same-model")).model == "home/alpha/same-model"


def test_an_uncertain_name_is_refused_before_anything_is_sent(chat: Chat, upstream: Upstream) -> None:
    upstream.requests.clear()

    kept = answer(chat, Setup("same-model"))

    assert kept.state == "failed"
    assert kept.error is not None
    assert kept.error.message == "same-model is the name of 2 models."
    assert "home/alpha/same-model, home/beta/same-model" in kept.error.hint
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("model", "connection", "said"),
    [
        (
            "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
            "cloudflare",
            "@cf/meta/llama-3.3-70b-instruct-fp8-fast · cloudflare",
        ),
        ("openai/alpha/same-model", "openai", "alpha/same-model · openai"),
        ("gone/model", "", "gone/model"),
        ("local/tiny", "local", "tiny · local"),
    ],
)
def test_of_an_old_answer_what_is_known_is_told(chat: Chat, model: str, connection: str, said: str) -> None:
    reply_id = chat.store.start_reply(model=model, connection=connection)
    old = chat.store.reply(reply_id)

    assert old is not None
    assert reply_setup(old) is None
    assert provenance_line(old) == said


def test_changing_a_pane_changes_no_old_answer(chat: Chat) -> None:
    comparing = Comparing(chat)
    _, comparison = comparing.begin(["home/alpha/same-model", "home/beta/same-model"])
    pane = comparison.panes[0]
    (first,) = comparing.send(comparison, [pane], Message("user", "One upstream: tokens=1"))
    assert first.ended.wait(20)
    own = frozenset({SYSTEM_PROMPT, "temperature"})
    changed = replace(
        pane, model="home/beta/same-model", unlinked=own, system_prompt="New.", parameters={"temperature": 1}
    )
    (second,) = comparing.send(comparison.with_pane(changed), [changed], Message("user", "Two upstream: tokens=1"))
    assert second.ended.wait(20)

    told = [provenance_line(turn.reply) for turn in chat.store.path(pane.conversation_id) if turn.reply is not None]

    assert told == ["alpha/same-model · home", "beta/same-model · home · system prompt · temperature 1"]
    promoted = chat.store.path(comparing.promote(comparison, pane))
    assert [provenance_line(turn.reply) for turn in promoted if turn.reply is not None] == told


@pytest.mark.parametrize("setup", [Setup("home/alpha/same-model", "Be brief.", {"temperature": 0.5}, (TOOL,))])
def test_before_the_first_message_the_request_holds_what_is_set(chat: Chat, setup: Setup) -> None:
    request = chat.last_request((), setup)

    said: list[Any] = [(message.role, message.text) for message in request.messages]
    assert said[0] == ("system", "Be brief.")
    assert [role for role, _ in said] == ["system", "user"]
    assert (request.model, request.parameters, request.tools) == ("alpha/same-model", {"temperature": 0.5}, (TOOL,))


def test_how_answers_were_asked_differently(chat: Chat) -> None:
    first = Setup("home/alpha/same-model", "Be brief.", {"temperature": 0.2, "max_tokens": 9}, (TOOL,))
    asked = answer(chat, first)
    other = answer(chat, Setup("home/beta/same-model", "Be long.", {"temperature": 0.9}, (), SCHEMA))
    told = setup_difference(asked, other)
    assert told.split(" · ") == [
        "alpha/same-model → beta/same-model",
        "another system prompt",
        "max_tokens 9 → unset",
        "temperature 0.2 → 0.9",
        "no tools",
        "JSON schema",
    ]
    assert setup_difference(asked, asked) == ""
