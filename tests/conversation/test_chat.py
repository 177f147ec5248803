"""Conversations against a real store and a real server: what is sent, what is kept, what it costs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from playground.answers.live_reply import LiveReply
from playground.conversation.chat import Chat
from playground.conversation.history import QUESTION_LEFT_OUT, has_content, history
from playground.conversation.screens import NoScreens
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.metering import Usage, cost
from playground.models.catalog import ModelCard, shipped
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.parameters import specs
from playground.providers import Connection
from playground.store import Turn, open_stores
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
RETIRED = "@cf/mistral/mistral-7b-instruct-v0.1"
SETUP = Setup(LLAMA)
ECHO = "upstream: echo=1"


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    connection = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        yield Chat(store, Roster({"cloudflare": connection}))


@pytest.fixture
def conversation(chat: Chat) -> str:
    return chat.store.create_conversation(model=LLAMA).id


def ended(reply: LiveReply) -> LiveReply:
    """The reply once it has ended."""
    assert reply.ended.wait(20)
    return reply


def say(chat: Chat, conversation: str, text: str, setup: Setup = SETUP) -> LiveReply:
    """The whole answer to a message."""
    return ended(chat.send(conversation, Message("user", text), setup))


def told(upstream: Upstream) -> list[tuple[str, str]]:
    """Who said what, in the last request."""
    return [(message["role"], message["content"]) for message in upstream.requests[-1].json["messages"]]


def card(model: str = LLAMA) -> ModelCard:
    return next(card for card in shipped() if card.id == model)


def test_a_message_and_its_answer_are_kept_with_everything_about_them(chat: Chat, conversation: str) -> None:
    reply = say(chat, conversation, "Hello upstream: tokens=10")

    question, answer = chat.store.path(conversation)
    assert question.message == Message("user", "Hello upstream: tokens=10")
    kept = answer.reply
    assert kept is not None
    assert (kept.id, kept.state, kept.text, kept.usage) == (reply.id, "done", reply.text, reply.usage)
    assert kept.price == card().price
    assert kept.usage is not None
    assert (kept.usage.prompt_tokens, kept.usage.completion_tokens) == (3, 10)
    assert kept.cost == cost(kept.usage, card().price) == Decimal("2.128054") * Decimal("0.000011")
    assert kept.timings == reply.timings
    assert chat.store.request(reply.id)["messages"] == [{"role": "user", "content": "Hello upstream: tokens=10"}]
    assert TOKEN not in str(chat.store.request(reply.id))


def test_the_conversation_is_sent_with_every_message(chat: Chat, conversation: str, upstream: Upstream) -> None:
    setup = replace(SETUP, system_prompt="Be brief.", parameters={"temperature": 0.2})
    first = say(chat, conversation, f"one {ECHO}", setup)

    say(chat, conversation, f"two {ECHO}", setup)

    assert told(upstream) == [
        ("system", "Be brief."),
        ("user", f"one {ECHO}"),
        ("assistant", first.text),
        ("user", f"two {ECHO}"),
    ]
    assert upstream.requests[-1].json.keys() == {"messages", "stream", "temperature"}


class BehindScreen(NoScreens):
    """A page that was not told of what another process asked."""

    def __init__(self, shown: Sequence[Turn]) -> None:
        self.shown = shown

    def path(self, conversation_id: str) -> Sequence[Turn]:
        return self.shown


def test_what_was_said_meanwhile_in_another_process_is_sent_along(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    first = say(chat, conversation, f"one {ECHO}")
    behind = Chat(chat.store, chat.roster, BehindScreen(chat.store.path(conversation)))
    second = say(chat, conversation, f"two {ECHO}")

    third = say(behind, conversation, f"three {ECHO}")

    assert told(upstream) == [
        ("user", f"one {ECHO}"),
        ("assistant", first.text),
        ("user", f"two {ECHO}"),
        ("assistant", second.text),
        ("user", f"three {ECHO}"),
    ]
    assert chat.store.path(conversation)[-1].id == third.id


def test_a_blank_system_prompt_is_not_sent(chat: Chat, conversation: str, upstream: Upstream) -> None:
    say(chat, conversation, f"one {ECHO}", replace(SETUP, system_prompt=" \n"))

    assert [role for role, _ in told(upstream)] == ["user"]


@pytest.mark.parametrize("failure", ["fail=5007", "fail=10000", "reset=0"])
def test_a_failure_never_becomes_part_of_what_is_sent(
    chat: Chat, conversation: str, upstream: Upstream, failure: str
) -> None:
    first = say(chat, conversation, f"one {ECHO}")
    for _ in range(2):
        assert say(chat, conversation, f"lost upstream: {failure}").state == "failed"

    say(chat, conversation, f"two {ECHO}")

    assert told(upstream) == [("user", f"one {ECHO}"), ("assistant", first.text), ("user", f"two {ECHO}")]


def said(chat: Chat, conversation: str) -> list[str]:
    """The words of the turns on screen."""
    return [turn.message.text for turn in chat.store.path(conversation)]


def test_a_question_whose_answer_failed_stays_and_the_next_follows_it(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    say(chat, conversation, "lost upstream: fail=5007")
    found = say(chat, conversation, f"found {ECHO}")

    assert said(chat, conversation) == ["lost upstream: fail=5007", "", f"found {ECHO}", found.text]
    assert all(len(turn.siblings) == 1 for turn in chat.store.path(conversation))
    assert told(upstream) == [("user", f"found {ECHO}")]
    assert QUESTION_LEFT_OUT in found.exchange.notes

    third = say(chat, conversation, f"third {ECHO}")
    assert told(upstream) == [("user", f"found {ECHO}"), ("assistant", found.text), ("user", f"third {ECHO}")]
    assert QUESTION_LEFT_OUT not in third.exchange.notes


def test_failures_between_answers_never_put_two_questions_in_a_row(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    orders = [ECHO, "upstream: fail=5007", "upstream: reset=0", ECHO, "upstream: fail=10000", ECHO]
    for number, order in enumerate(orders):
        say(chat, conversation, f"question {number} {order}")

    assert [role for role, _ in told(upstream)] == ["user", "assistant", "user", "assistant", "user"]
    assert [text.split()[1] for role, text in told(upstream) if role == "user"] == ["0", "3", "5"]
    assert [text.split()[1] for text in said(chat, conversation)[::2]] == list("012345")


def test_the_same_asked_again_is_another_try_at_the_same_question(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    say(chat, conversation, f"one {ECHO}")
    first = say(chat, conversation, "lost upstream: fail=5007 times=1")
    second = say(chat, conversation, "lost upstream: fail=5007 times=1")

    path = chat.store.path(conversation)
    assert [turn.message.role for turn in path] == ["user", "assistant"] * 2
    assert path[-1].siblings == (first.id, second.id)
    assert len(path[-2].siblings) == 1
    assert (first.state, second.state) == ("failed", "done")
    assert [role for role, _ in told(upstream)] == ["user", "assistant", "user"]


def test_the_same_asked_again_after_an_answer_is_a_new_question(chat: Chat, conversation: str) -> None:
    for _ in range(2):
        say(chat, conversation, f"one {ECHO}")

    assert len(chat.store.path(conversation)) == 4


def test_a_failed_answer_can_be_had_again_from_where_it_was_asked(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    lost = say(chat, conversation, "lost upstream: fail=5007")
    say(chat, conversation, f"found {ECHO}")

    ended(chat.retry(conversation, lost.id, SETUP))

    assert told(upstream) == [("user", "lost upstream: fail=5007")]
    assert len(chat.store.path(conversation)) == 2


def test_a_message_that_could_not_be_sent_stays_too(chat: Chat, conversation: str, upstream: Upstream) -> None:
    say(chat, conversation, "Hello", Setup("@cf/nobody/nothing"))
    say(chat, conversation, f"found {ECHO}")

    assert said(chat, conversation)[::2] == ["Hello", f"found {ECHO}"]
    assert told(upstream) == [("user", f"found {ECHO}")]


def test_a_tool_call_whose_results_got_no_answer_is_left_out_with_its_question(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    tool = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
    setup = replace(SETUP, tools=(tool,))
    first = say(chat, conversation, f"one {ECHO}", setup)
    called = say(chat, conversation, "What time is it? upstream: tool=now", setup)
    (call,) = called.tool_calls
    upstream.script(Answer.json({"errors": [{"code": 3040, "message": "busy"}], "success": False}, 429), LLAMA)
    assert ended(chat.send_tool_results(conversation, {call.id: "12:00"}, setup)).state == "failed"

    say(chat, conversation, f"two {ECHO}", setup)

    assert told(upstream) == [("user", f"one {ECHO}"), ("assistant", first.text), ("user", f"two {ECHO}")]
    assert [turn.message.role for turn in chat.store.path(conversation)] == [
        *("user", "assistant"),
        *("user", "assistant", "tool", "assistant"),
        *("user", "assistant"),
    ]


def test_messages_in_a_row_that_nothing_failed_between_are_sent_as_they_are(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    head = chat.store.add_turn(conversation, None, Message("user", "Read this."))
    chat.store.add_turn(conversation, head.id, Message("user", "And this."))

    say(chat, conversation, f"one {ECHO}")

    assert [text for _, text in told(upstream)] == ["Read this.", "And this.", f"one {ECHO}"]


def test_text_before_an_error_is_part_of_the_conversation(chat: Chat, conversation: str, upstream: Upstream) -> None:
    cut = say(chat, conversation, "story upstream: tokens=40 cut=10")
    assert cut.state == "failed"
    assert cut.text

    say(chat, conversation, f"go on {ECHO}")

    assert told(upstream)[1] == ("assistant", cut.text)
    kept = chat.store.reply(cut.id)
    assert kept is not None
    assert kept.error is not None
    assert kept.error.kind == "network"
    assert kept.usage is not None
    assert kept.usage.estimated
    assert kept.cost is not None
    assert kept.cost > 0


def test_an_edit_forks_before_the_message(chat: Chat, conversation: str, upstream: Upstream) -> None:
    say(chat, conversation, f"one {ECHO}")
    say(chat, conversation, f"two {ECHO}")
    first, _, second, _ = chat.store.path(conversation)

    ended(chat.edit(conversation, second.id, f"deux {ECHO}", SETUP))
    assert [text for role, text in told(upstream) if role == "user"] == [f"one {ECHO}", f"deux {ECHO}"]

    ended(chat.edit(conversation, first.id, f"un {ECHO}", SETUP))
    assert told(upstream) == [("user", f"un {ECHO}")]
    assert len(chat.store.path(conversation)) == 2
    chat.store.select_branch(second.id)
    assert [turn.message.text for turn in chat.store.path(conversation)][2] == f"two {ECHO}"


def test_a_retry_is_another_answer_to_the_same(chat: Chat, conversation: str, upstream: Upstream) -> None:
    first = say(chat, conversation, f"one {ECHO}")

    second = ended(chat.retry(conversation, first.id, SETUP))

    assert upstream.requests[0].body == upstream.requests[1].body
    assert chat.store.path(conversation)[-1].siblings == (first.id, second.id)


def test_a_retry_of_an_earlier_answer_forks_there(chat: Chat, conversation: str, upstream: Upstream) -> None:
    first = say(chat, conversation, f"one {ECHO}")
    say(chat, conversation, f"two {ECHO}")

    ended(chat.retry(conversation, first.id, SETUP))

    assert told(upstream) == [("user", f"one {ECHO}")]
    assert len(chat.store.path(conversation)) == 2


def test_what_does_not_fit_is_refused_before_it_is_sent(chat: Chat, conversation: str, upstream: Upstream) -> None:
    reply = say(chat, conversation, "many words " * 20_000)

    assert reply.error is not None
    assert reply.error.kind == "context_overflow"
    assert "24,000" in reply.error.message
    assert "220,000 characters" in reply.error.message
    assert not upstream.requests
    kept = chat.store.reply(reply.id)
    assert kept is not None
    assert (kept.state, kept.cost) == ("failed", None)


@pytest.mark.parametrize(
    ("model", "words"), [(RETIRED, "was retired on"), ("@cf/nobody/nothing", "No model is called @cf/nobody/nothing")]
)
def test_a_model_that_cannot_answer_says_why(
    chat: Chat, conversation: str, upstream: Upstream, model: str, words: str
) -> None:
    reply = say(chat, conversation, "Hello", Setup(model))

    assert reply.error is not None
    assert words in reply.error.message
    assert not upstream.requests


def test_without_a_connection_the_error_says_what_to_set(chat: Chat, conversation: str) -> None:
    chat.roster = Roster({})

    reply = say(chat, conversation, "Hello")

    assert reply.error is not None
    assert reply.error.kind == "authentication"
    assert "CLOUDFLARE_API_TOKEN" in reply.error.hint


def test_parameters_that_the_model_does_not_allow_are_changed_and_said(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    setup = replace(SETUP, parameters={"top_p": 1.4, "mirostat": 2, "temperature": 0})

    reply = say(chat, conversation, f"one {ECHO}", setup)

    body = upstream.requests[-1].json
    assert (body["top_p"], body["temperature"]) == (1, 0)
    assert "mirostat" not in body
    kept = chat.store.reply(reply.id)
    assert kept is not None
    assert any("top_p 1.4 → 1" in note for note in kept.notes)
    assert any("mirostat" in note for note in kept.notes)


def test_the_preview_is_the_body_that_is_sent(chat: Chat, conversation: str, upstream: Upstream) -> None:
    setup = replace(SETUP, system_prompt="Be brief.", parameters={"seed": 9_999_999_999})
    first = say(chat, conversation, f"one {ECHO}", setup)
    shown = chat.preview(chat.store.path(conversation)[:1], setup)

    ended(chat.retry(conversation, first.id, setup))

    assert upstream.requests[-1].json == shown


def test_an_answer_stopped_before_its_first_word_leaves_no_trace_in_what_is_sent(
    chat: Chat, conversation: str, upstream: Upstream
) -> None:
    reply = chat.send(conversation, Message("user", "nothing upstream: delay=600"), SETUP)
    reply.stop()
    ended(reply)

    say(chat, conversation, f"two {ECHO}")

    assert told(upstream) == [("user", f"two {ECHO}")]
    assert said(chat, conversation)[0] == "nothing upstream: delay=600"
    stopped = chat.store.turn(reply.id)
    assert stopped is not None
    assert not has_content(stopped)


def test_the_cap_that_will_apply_is_known(chat: Chat) -> None:
    assert (use := chat.context_use((), SETUP)) is not None
    assert (use.window, use.answer) == (24_000, 256)
    assert (use := chat.context_use((), replace(SETUP, parameters={"max_tokens": 9}))) is not None
    assert use.answer == 9
    assert chat.context_use((), Setup("@cf/nobody/nothing")) is None


def test_an_answer_that_fills_its_cap_unsaid_is_seen_as_cut(chat: Chat, conversation: str) -> None:
    say(chat, conversation, "long upstream: tokens=256")
    say(chat, conversation, "short upstream: tokens=255")

    kept = [turn.reply.finish_reason for turn in chat.store.path(conversation) if turn.reply]
    assert kept == ["length", "stop"]


def test_max_tokens_ends_where_the_context_does(chat: Chat, conversation: str) -> None:
    use = chat.context_use((), SETUP)
    assert use is not None

    control = {spec.name: spec for spec in chat.controls(card(), use, SETUP)}["max_tokens"]

    assert control.maximum == use.left
    assert {spec.name for spec in chat.controls(card(), None, SETUP)} == {
        spec.name for spec in specs(card().schemas["messages"])
    }


def test_the_same_tokens_elsewhere_cheapest_first(chat: Chat) -> None:
    rows = chat.cost_on_other_models(Usage(1_000_000, 1_000_000, neurons=5))

    amounts = [amount for _, amount in rows]
    assert amounts == sorted(amounts)
    assert len(rows) > 10
    for model, amount in rows:
        assert model.price is not None
        assert amount == model.price.input + model.price.output


def test_a_bare_prompt_leaves_the_conversation_out(chat: Chat, conversation: str, upstream: Upstream) -> None:
    say(chat, conversation, f"one {ECHO}")

    say(chat, conversation, f"two {ECHO}", replace(SETUP, form="prompt", raw=True, system_prompt="Be brief."))

    body = upstream.requests[-1].json
    assert body["prompt"] == f"two {ECHO}"
    assert body["raw"] is True
    assert "messages" not in body


def test_history_holds_what_was_said_and_nothing_else(chat: Chat, conversation: str) -> None:
    say(chat, conversation, "lost upstream: fail=5007")

    assert history(chat.store.path(conversation)) == (Message("user", "lost upstream: fail=5007"),)
    assert history(()) == ()


def test_elsewhere_is_priced_by_tokens_whatever_the_bill_and_the_meter_say(chat: Chat) -> None:
    used = Usage(1000, 500, 100)
    metered = replace(used, neurons=3.5, billed=Decimal(1), billed_by="usage.cost")
    assert chat.cost_on_other_models(metered) == chat.cost_on_other_models(used)
