"""Whole conversations with Anthropic's stand-in: what is kept in the store goes back as the vendor wants it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.answers.live_reply import LiveReply
from playground.conversation.chat import Chat
from playground.conversation.formats import EXAMPLE_TOOLS
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores
from tests.databases import new_database
from tests.upstream import TOKEN, Upstream
from tests.upstream.anthropic import LONGEST, signature
from tests.upstream.models import row

TOOL = EXAMPLE_TOOLS[0]["function"]["name"]
SETUP = Setup("anthropic/claude-next", "Be brief.", {"thinking_budget": 1_024})


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    upstream.service.rows = [row("claude-next", "")]
    connection = Connection(
        kind="anthropic", name="anthropic", base_url=upstream.anthropic_url, api_token=TOKEN, max_retries=0
    )
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        roster = Roster({"anthropic": connection})
        roster.await_lists(10)
        upstream.requests.clear()
        yield Chat(store, roster)


def say(chat: Chat, conversation: str, text: str, setup: Setup = SETUP) -> LiveReply:
    return ended(chat.send(conversation, Message("user", text), setup))


def ended(reply: LiveReply) -> LiveReply:
    """An answer that came to its end."""
    assert reply.ended.wait(20)
    assert reply.error is None, reply.error
    return reply


def test_thoughts_and_tools_survive_the_store(chat: Chat, upstream: Upstream) -> None:
    conversation = chat.store.create_conversation(model=SETUP.model).id
    with_tools = replace(SETUP, tools=EXAMPLE_TOOLS)
    first = say(chat, conversation, "upstream: think=3 tokens=2")
    say(chat, conversation, f"upstream: tool={TOOL}", with_tools)
    call = chat.store.path(conversation)[-1].message.tool_calls[0]
    ended(chat.send_tool_results(conversation, {call.id: "21 °C"}, with_tools))

    thought, text = upstream.requests[1].json["messages"][1]["content"]
    assert thought == {"type": "thinking", "thinking": first.reasoning, "signature": signature(first.reasoning)}
    assert text["text"] == first.text
    asked = upstream.requests[2].json
    assert [message["role"] for message in asked["messages"]] == ["user", "assistant", "user", "assistant", "user"]
    assert asked["messages"][-1]["content"] == [{"type": "tool_result", "tool_use_id": call.id, "content": "21 °C"}]
    assert (asked["system"], asked["max_tokens"]) == ("Be brief.", LONGEST)


def test_what_is_shown_is_what_is_sent(chat: Chat, upstream: Upstream) -> None:
    conversation = chat.store.create_conversation(model=SETUP.model).id
    say(chat, conversation, "hello")
    path = chat.store.path(conversation)[:1]
    assert chat.preview(path, SETUP) == upstream.requests[-1].json


def test_it_is_unpriced_until_a_price_is_set(chat: Chat) -> None:
    conversation = chat.store.create_conversation(model=SETUP.model).id
    reply = say(chat, conversation, "hello")
    kept = chat.store.path(conversation)[-1].reply
    assert kept is not None
    assert reply.usage is not None
    assert (kept.price, kept.cost) == (None, None)
