"""Conversations that go on after tool calls: what a server gave is kept with the answer and goes back to it alone."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from playground.answers.live_reply import LiveReply
from playground.compare.comparing import Comparing
from playground.conversation.chat import Chat
from playground.conversation.history import CALLS_LEFT_OUT
from playground.conversation.setup import Setup
from playground.importing import read, write_prompt_file
from playground.importing.imported import Imported
from playground.messages import Message, ProviderMetadata, ToolCall
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores
from tests.databases import new_database
from tests.upstream import Upstream

SIGNED = {"google": {"thought_signature": "c2lnbmVk"}}
DETAIL = {"type": "reasoning.text", "text": "Look.", "signature": "x", "index": 0}
MODEL = Setup("home/thinker")
OTHER = Setup("home/other")


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    servers = {
        name: Connection(kind="openai_compatible", name=name, base_url=url, max_retries=0)
        for name, url in (
            ("home", upstream.openai_url),
            ("away", upstream.openai_url.replace("127.0.0.1", "localhost")),
        )
    }
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        yield Chat(store, Roster(servers))


@pytest.fixture
def conversation(chat: Chat) -> str:
    return chat.store.create_conversation(model=MODEL.model).id


def calling(name: str = "now", **beside: Any) -> list[dict[str, Any]]:
    """The frames of an answer that thinks, then calls a tool; `beside` are fields of its first delta."""
    call = {"index": 0, "id": "a", "function": {"name": name, "arguments": "{}"}, "extra_content": SIGNED}
    deltas: list[dict[str, Any]] = [{"role": "assistant", **beside}, {"tool_calls": [call]}]
    return [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas] + [
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    ]


def ended(reply: LiveReply) -> LiveReply:
    assert reply.ended.wait(20)
    return reply


def asked_and_called(chat: Chat, conversation: str, upstream: Upstream, **beside: Any) -> LiveReply:
    """A question, and an answer that calls a tool."""
    upstream.script(calling(**beside), "thinker")
    return ended(chat.send(conversation, Message("user", "What time is it?"), MODEL))


def answer_told(upstream: Upstream) -> Mapping[str, Any]:
    """The first earlier answer in the last request."""
    messages = upstream.requests[-1].json["messages"]
    return next(message for message in messages if message["role"] == "assistant")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "reasoning_text"])
def test_thoughts_go_back_in_the_field_in_which_they_came(
    chat: Chat, conversation: str, upstream: Upstream, name: str
) -> None:
    asked_and_called(chat, conversation, upstream, **{name: "Look."})

    ended(chat.send_tool_results(conversation, {"a": "12:00"}, MODEL))

    told = answer_told(upstream)
    assert {field: value for field, value in told.items() if field.startswith("reasoning")} == {name: "Look."}
    assert told["tool_calls"][0]["extra_content"] == SIGNED


def test_details_go_back_unchanged_and_say_the_thoughts(chat: Chat, conversation: str, upstream: Upstream) -> None:
    asked_and_called(chat, conversation, upstream, reasoning="Look.", reasoning_details=[DETAIL], extra_content=SIGNED)

    ended(chat.send_tool_results(conversation, {"a": "12:00"}, MODEL))

    told = answer_told(upstream)
    assert (told["reasoning_details"], told["extra_content"]) == ([DETAIL], SIGNED)
    assert "reasoning" not in told


def test_they_are_there_after_a_restart_and_on_every_branch(
    chat: Chat, conversation: str, upstream: Upstream, tmp_path: Path
) -> None:
    first = asked_and_called(chat, conversation, upstream, reasoning_content="Look.")
    ended(chat.send_tool_results(conversation, {"a": "12:00"}, MODEL))
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        again = Chat(store, chat.roster)
        kept = store.reply(first.id)
        assert kept is not None
        assert kept.provider_metadata == ProviderMetadata(
            upstream.openai_url.removesuffix("/v1"), "thinker", "reasoning_content"
        )
        assert kept.tool_calls[0].provider_details == {"extra_content": SIGNED}

        result = store.path(conversation)[2]
        ended(again.send(conversation, Message("user", "And in Rome?"), MODEL))
        assert answer_told(upstream)["reasoning_content"] == "Look."
        ended(again.edit(conversation, store.path(conversation)[-2].id, "And in Oslo?", MODEL))
        assert answer_told(upstream)["tool_calls"][0]["extra_content"] == SIGNED
        store.set_head(result.id)
        ended(again.retry(conversation, store.path(conversation)[-1].id, MODEL))
        assert answer_told(upstream)["tool_calls"][0]["extra_content"] == SIGNED


@pytest.mark.parametrize("other", [OTHER, Setup("away/thinker")])
def test_no_other_model_and_no_other_server_gets_them(
    chat: Chat, conversation: str, upstream: Upstream, other: Setup
) -> None:
    beside = {"reasoning_content": "Look.", "reasoning_details": [DETAIL], "extra_content": SIGNED}
    asked_and_called(chat, conversation, upstream, **beside)

    ended(chat.send_tool_results(conversation, {"a": "12:00"}, other))

    told = answer_told(upstream)
    assert told.keys() == {"role", "content", "tool_calls"}
    assert told["tool_calls"][0].keys() == {"id", "type", "function"}
    ended(chat.send(conversation, Message("user", "And you?"), MODEL))
    assert answer_told(upstream)["reasoning_details"] == [DETAIL]


def test_a_dated_name_is_the_same_model(chat: Chat, conversation: str, upstream: Upstream) -> None:
    asked_and_called(chat, conversation, upstream, reasoning_content="Look.")

    ended(chat.send_tool_results(conversation, {"a": "12:00"}, Setup("home/thinker-2026-11-01")))

    assert answer_told(upstream)["reasoning_content"] == "Look."


def test_thoughts_between_tags_stay_where_they_were_thought(chat: Chat, conversation: str, upstream: Upstream) -> None:
    choice = {"index": 0, "delta": {"content": "<think>Look.</think>Noon."}, "finish_reason": "stop"}
    upstream.script([{"choices": [choice]}], "thinker")
    ended(chat.send(conversation, Message("user", "What time is it?"), MODEL))

    ended(chat.send(conversation, Message("user", "And in Rome?"), MODEL))

    assert answer_told(upstream) == {"role": "assistant", "content": "Noon."}


def test_a_custom_tool_s_call_and_result_go_back_as_what_they_are(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    call = {"index": 0, "id": "c", "type": "custom", "custom": {"name": "run_sql", "input": "select 1"}}
    upstream.script(
        [{"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]}], "thinker"
    )
    ended(chat.send(conversation, Message("user", "How many?"), MODEL))

    ended(chat.send_tool_results(conversation, {"c": "1"}, MODEL))

    assert upstream.requests[-1].json["messages"][1:] == [
        {"role": "assistant", "content": "", "tool_calls": [{k: v for k, v in call.items() if k != "index"}]},
        {"role": "tool", "content": "1", "tool_call_id": "c"},
    ]


def told(upstream: Upstream) -> list[Mapping[str, Any]]:
    """The messages of the last request."""
    return list(upstream.requests[-1].json["messages"])


def test_a_call_that_a_message_follows_is_not_sent_along(chat: Chat, conversation: str, upstream: Upstream) -> None:
    asked_and_called(chat, conversation, upstream, content="Let me look.")

    second = ended(chat.send(conversation, Message("user", "Never mind. Who are you?"), MODEL))

    spoken = {"role": "assistant", "content": "Let me look."}
    assert told(upstream)[1:] == [spoken, {"role": "user", "content": "Never mind. Who are you?"}]
    assert second.exchange.notes == [CALLS_LEFT_OUT]
    third = ended(chat.send(conversation, Message("user", "And who am I?"), MODEL))
    assert [message["role"] for message in told(upstream)] == ["user", "assistant"] * 2 + ["user"]
    assert not any("tool_calls" in message for message in told(upstream))
    assert third.exchange.notes == []


def test_a_question_that_led_to_calls_alone_is_left_out_with_them(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    asked_and_called(chat, conversation, upstream)

    ended(chat.send(conversation, Message("user", "Never mind. Who are you?"), MODEL))

    assert told(upstream) == [{"role": "user", "content": "Never mind. Who are you?"}]
    assert len(chat.store.path(conversation)) == 4


def test_of_several_calls_those_with_results_stay(chat: Chat, conversation: str, upstream: Upstream) -> None:
    calls = [{"index": at, "id": id_, "function": {"name": "now", "arguments": "{}"}} for at, id_ in enumerate("ab")]
    delta = {"role": "assistant", "tool_calls": calls}
    upstream.script([{"choices": [{"index": 0, "delta": delta, "finish_reason": "tool_calls"}]}], "thinker")
    ended(chat.send(conversation, Message("user", "What time is it?"), MODEL))

    ended(chat.send_tool_results(conversation, {"b": "12:00"}, MODEL))

    assert [call["id"] for call in answer_told(upstream)["tool_calls"]] == ["b"]
    assert told(upstream)[-1] == {"role": "tool", "content": "12:00", "tool_call_id": "b"}


def test_a_pane_takes_them_along_into_a_chat(chat: Chat, upstream: Upstream) -> None:
    comparing = Comparing(chat)
    comparison = comparing.begin([MODEL.model])[1]
    pane = comparison.panes[0]
    upstream.script(calling(reasoning_content="Look."), "thinker")
    for reply in comparing.send(comparison, [pane], Message("user", "What time is it?")):
        ended(reply)

    made = comparing.promote(comparison, pane)
    ended(chat.send_tool_results(made, {"a": "12:00"}, MODEL))

    told = answer_told(upstream)
    assert (told["reasoning_content"], told["tool_calls"][0]["extra_content"]) == ("Look.", SIGNED)


def messages(chat: Chat, conversation: str) -> tuple[Message, ...]:
    return tuple(turn.message for turn in chat.store.path(conversation))


@pytest.mark.parametrize("model", ["thinker", "home/thinker"])
def test_they_survive_a_file(chat: Chat, conversation: str, upstream: Upstream, model: str) -> None:
    asked_and_called(chat, conversation, upstream, reasoning_content="Look.", reasoning_details=[DETAIL])

    found = read(write_prompt_file(Imported(model=model, messages=messages(chat, conversation))))

    called = found.messages[1]
    assert called.reasoning == "Look."
    assert called.provider_metadata == ProviderMetadata("", model, "reasoning_content", {"reasoning_details": [DETAIL]})
    assert called.tool_calls[0].provider_details == {"extra_content": SIGNED}
    assert found.notes == []


def test_a_file_that_names_another_model_has_none_of_it(chat: Chat, conversation: str, upstream: Upstream) -> None:
    asked_and_called(chat, conversation, upstream, reasoning_content="Look.", reasoning_details=[DETAIL])

    found = read(write_prompt_file(Imported(model="other", messages=messages(chat, conversation))))

    called = found.messages[1]
    assert (called.reasoning, called.provider_metadata, called.tool_calls[0].provider_details) == (None, None, None)


def test_what_no_model_is_named_for_is_left_out_with_a_note() -> None:
    call = {"id": "a", "type": "custom", "custom": {"name": "run_sql", "input": "select 1"}, "extra_content": SIGNED}
    answer = {"role": "assistant", "content": "", "tool_calls": [call], "reasoning_details": [DETAIL]}

    found = read(json.dumps({"messages": [{"role": "user", "content": "How many?"}, answer]}))

    assert found.messages[1] == Message("assistant", "", (ToolCall("a", "run_sql", "select 1", "custom"),))
    assert any("reasoning_details" in note for note in found.notes)
