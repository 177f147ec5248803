"""What servers want back after tool calls and what they refuse, learned from real refusals over a socket."""

from collections.abc import Iterator
from typing import Any

import pytest

from playground.answers.exchange import Exchange
from playground.errors import BadRequestError
from playground.events import Event, TextDelta
from playground.messages import ChatRequest, Message, ProviderMetadata, ToolCall
from playground.providers import Connection, open_provider, server_quirks
from playground.providers.server_quirks import MOST_LEARNED, ServerQuirks, forget_quirks, known_quirks, remember_quirks
from tests.providers import strict_server as rules
from tests.providers.strict_server import Rule, StrictServer, strict

pytestmark = pytest.mark.anyio

QUESTION = Message("user", "What time is it?")
CALLED = Message("assistant", "", (ToolCall("a", "now", "{}"),), reasoning="I look it up.")
RESULT = Message("tool", "12:00", tool_call_id="a")
SAID = Message("assistant", "Noon.", reasoning="Twelve is noon.")
NEXT = Message("user", "And in Rome?")


@pytest.fixture(autouse=True)
def _strangers() -> Iterator[None]:
    forget_quirks()
    yield
    forget_quirks()


def request(*messages: Message, model: str = "m", **parameters: Any) -> ChatRequest:
    return ChatRequest(model, messages or (QUESTION, CALLED, RESULT), parameters)


async def ask(server: StrictServer, asked: ChatRequest, exchange: Exchange | None = None) -> str:
    connection = Connection(kind="openai_compatible", base_url=server.url, max_retries=0)
    async with open_provider(connection) as provider:
        events: list[Event] = [event async for event in provider.stream(asked, exchange)]
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize("rule", [rules.deepseek, rules.kimi])
async def test_thoughts_that_a_server_misses_are_sent_and_the_next_time_at_once(rule: Rule) -> None:
    async with strict(rule) as server:
        exchange = Exchange()
        assert await ask(server, request(), exchange) == "Good."
        assert exchange.notes == ["The server wants earlier thoughts back as reasoning_content: sent."]
        assert await ask(server, request()) == "Good."

        assert ["reasoning_content" in rules.callers(body)[0] for body in server.bodies] == [False, True, True]
        assert server.last[1]["reasoning_content"] == "I look it up."
        assert "reasoning" not in server.last[1]


async def test_thoughts_that_are_known_to_have_come_so_go_back_so_without_a_refusal() -> None:
    given = ProviderMetadata(thoughts_as="reasoning_content")
    called = Message("assistant", "", CALLED.tool_calls, reasoning="I look it up.", provider_metadata=given)
    async with strict(rules.deepseek) as server:
        assert await ask(server, request(QUESTION, called, RESULT)) == "Good."
        assert len(server.bodies) == 1


async def test_a_call_without_thoughts_gets_empty_ones_where_they_are_wanted() -> None:
    without = Message("assistant", "", CALLED.tool_calls)
    async with strict(rules.deepseek) as server:
        assert await ask(server, request(QUESTION, without, RESULT)) == "Good."
        assert server.last[1]["reasoning_content"] == ""


async def test_thoughts_of_another_model_are_not_told_to_this_one() -> None:
    other = ProviderMetadata("http://elsewhere", "gpt", "reasoning_content")
    called = Message("assistant", "", CALLED.tool_calls, reasoning="I look it up.", provider_metadata=other)
    async with strict(rules.deepseek) as server:
        assert await ask(server, request(QUESTION, called, RESULT)) == "Good."
        assert server.last[1]["reasoning_content"] == ""


async def test_the_answer_after_the_results_belongs_to_the_exchange_too() -> None:
    async with strict(rules.deepseek) as server:
        plain = (Message("user", "Hi"), Message("assistant", "Hello.", reasoning="A greeting."))
        assert await ask(server, request(*plain, QUESTION, CALLED, RESULT, SAID, NEXT)) == "Good."
        thoughts = [message.get("reasoning_content") for message in server.last if message["role"] == "assistant"]
        assert thoughts == [None, "I look it up.", "Twelve is noon."]


async def test_where_that_is_not_enough_all_answers_have_them() -> None:
    async with strict(rules.deepseek_everywhere) as server:
        plain = (Message("user", "Hi"), Message("assistant", "Hello."))
        for _ in range(2):
            assert await ask(server, request(*plain, QUESTION, CALLED, RESULT)) == "Good."
        assert len(server.bodies) == 4
        assert server.last[1]["reasoning_content"] == ""


@pytest.mark.parametrize("rule", [rules.groq, rules.openai, rules.mistral])
@pytest.mark.parametrize("name", ["reasoning_content", "reasoning_details", "extra_content", "thinking_blocks"])
async def test_what_a_server_does_not_know_is_left_out_and_the_next_time_at_once(rule: Rule, name: str) -> None:
    given = (
        ProviderMetadata(thoughts_as=name)
        if name == "reasoning_content"
        else ProviderMetadata(details={name: [{"type": "x"}]})
    )
    called = Message("assistant", "", CALLED.tool_calls, reasoning="I look it up.", provider_metadata=given)
    async with strict(rule) as server:
        for _ in range(2):
            assert await ask(server, request(QUESTION, called, RESULT)) == "Good."
        assert [name in rules.callers(body)[0] for body in server.bodies] == [True, False, False]


async def test_several_fields_are_left_out_one_after_the_other() -> None:
    details = {"reasoning_details": [{"type": "x"}], "extra_content": {"google": {"thought_signature": "s"}}}
    called = Message(
        "assistant",
        "",
        CALLED.tool_calls,
        reasoning="I look it up.",
        provider_metadata=ProviderMetadata(details=details),
    )
    async with strict(rules.openai) as server:
        assert await ask(server, request(QUESTION, called, RESULT)) == "Good."
        assert len(server.bodies) == 3
        assert await ask(server, request(QUESTION, CALLED, RESULT)) == "Good."
        assert len(server.bodies) == 5


async def test_ordinary_exchanges_have_no_reasoning_content_which_deepseek_s_r1_refuses() -> None:
    given = ProviderMetadata(thoughts_as="reasoning_content")
    said = Message("assistant", "Noon.", reasoning="Twelve is noon.", provider_metadata=given)
    async with strict(rules.r1) as server:
        assert await ask(server, request(QUESTION, said, NEXT)) == "Good."
        assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"thinking": {"type": "enabled", "clear_thinking": False}},
        {"thinking": {"type": "enabled", "keep": "all"}},
        {"chat_template_kwargs": {"clear_thinking": False}},
    ],
)
async def test_a_model_that_is_to_keep_its_thoughts_gets_them_all(parameters: dict[str, Any]) -> None:
    given = ProviderMetadata(thoughts_as="reasoning_content")
    said = Message("assistant", "Noon.", reasoning="Twelve is noon.", provider_metadata=given)
    async with strict(rules.deepseek_everywhere) as server:
        assert await ask(server, request(QUESTION, said, NEXT, **parameters)) == "Good."
        assert server.last[1]["reasoning_content"] == "Twelve is noon."


async def test_calls_of_another_model_are_marked_for_gemini() -> None:
    async with strict(rules.gemini) as server:
        calls = (ToolCall("a", "now", "{}"), ToolCall("b", "now", "{}"))
        for _ in range(2):
            assert await ask(server, request(QUESTION, Message("assistant", "", calls), RESULT)) == "Good."
        assert len(server.bodies) == 3
        first, second = server.last[1]["tool_calls"]
        assert first["extra_content"] == {"google": {"thought_signature": "skip_thought_signature_validator"}}
        assert "extra_content" not in second


async def test_what_was_learned_is_unlearned_where_it_is_refused() -> None:
    async with strict(rules.deepseek) as server:
        await ask(server, request())
        server.rule = rules.openai
        assert await ask(server, request()) == "Good."
        server.rule = rules.deepseek
        assert await ask(server, request()) == "Good."
        server.bodies.clear()
        await ask(server, request())
        assert len(server.bodies) == 1


async def test_what_did_not_help_is_not_learned_and_the_server_s_own_words_are_the_error() -> None:
    def moody(body: Any) -> str:
        return "This reasoning model is not supported in your region."

    async with strict(moody) as server:
        with pytest.raises(BadRequestError, match="not supported in your region"):
            await ask(server, request())
        assert len(server.bodies) == 2
        assert known_quirks((server.url.removesuffix("/v1"), "m")) == ServerQuirks()
        server.rule = rules.groq
        server.bodies.clear()
        await ask(server, request())
        assert server.last[1]["reasoning"] == "I look it up."


async def test_a_server_that_contradicts_itself_is_asked_in_each_way_once() -> None:
    def contradicting(body: Any) -> str:
        caller = rules.callers(body)[0]
        if "reasoning_content" in caller:
            return "Unknown field: reasoning_content"
        if "reasoning" in caller:
            return "Unknown field: reasoning"
        return "reasoning_content is missing"

    async with strict(contradicting) as server:
        with pytest.raises(BadRequestError, match="reasoning_content"):
            await ask(server, request())
        bodies = [str(body) for body in server.bodies]
        assert len(set(bodies)) == len(bodies) <= 5
        assert known_quirks((server.url.removesuffix("/v1"), "m")) == ServerQuirks()


async def test_other_models_and_servers_are_strangers() -> None:
    async with strict(rules.deepseek) as server, strict(rules.deepseek) as another:
        await ask(server, request())
        await ask(server, request(model="n"))
        await ask(another, request())
        assert (len(server.bodies), len(another.bodies)) == (4, 2)


async def test_what_was_learned_is_forgotten_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    async with strict(rules.groq) as server:
        details = ProviderMetadata(details={"reasoning_details": [{"type": "x"}]})
        asked = request(QUESTION, Message("assistant", "", CALLED.tool_calls, provider_metadata=details), RESULT)
        await ask(server, asked)
        monkeypatch.setattr(server_quirks, "LIFETIME_S", 0.0)
        await ask(server, asked)
        assert ["reasoning_details" in body["messages"][1] for body in server.bodies] == [True, False, True, False]


def test_no_more_than_so_many_are_remembered() -> None:
    for number in range(MOST_LEARNED + 5):
        remember_quirks(("server", str(number)), ServerQuirks(include_usage=False))
    assert known_quirks(("server", "4")) == ServerQuirks()
    assert known_quirks(("server", "5")) == ServerQuirks(include_usage=False)
    remember_quirks(("server", "5"), ServerQuirks())
    assert known_quirks(("server", "5")) == ServerQuirks()


@pytest.mark.parametrize("api", ["native", "openai"])
async def test_workers_ai_gets_reasoning_unless_a_model_behind_it_wants_otherwise(api: Any) -> None:
    async with strict(lambda body: None) as server:
        base = server.url.removesuffix("/v1")
        connection = Connection(
            kind="workers_ai", base_url=base, account_id="a" * 32, api_token="t", api=api, max_retries=0
        )
        model = "deepseek/deepseek-chat" if api == "openai" else "@cf/deepseek/deepseek-v4"
        for rule, expected in ((None, [True]), (rules.deepseek, [True, False, False])):
            server.bodies.clear()
            server.rule = rule or server.rule
            async with open_provider(connection) as provider:
                for _ in range(1 if rule is None else 2):
                    assert [event async for event in provider.stream(request(model=model))]
            assert ["reasoning" in rules.callers(body)[0] for body in server.bodies] == expected
        assert server.last[1]["reasoning_content"] == "I look it up."
