"""Replies against a real server: what they hold while they are on their way, and how they end."""

import threading
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.answers.trace import Trace
from playground.errors import NotFoundError
from playground.messages import ChatRequest, Message
from playground.metering import Usage, tokens_per_second
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection, answering
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.errors import error
from tests.upstream.writing import words

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SOON_S = 20.0


@dataclass
class Notebook:
    """A recorder that remembers what it was told."""

    partials: list[str] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    held: list[str | None] = field(default_factory=list)
    """Why the end could not be written, each time that it was told so; None at last."""
    ended_before_it_was_kept: bool = False
    torn: bool = False
    """Pages are torn out: nothing can be kept."""

    def partial(self, reply: LiveReply) -> None:
        if self.torn:
            raise OSError("disk full")
        self.partials.append(reply.text)

    def hold(self, reply: LiveReply, why: str | None) -> None:
        assert reply.state != "live"
        self.held.append(why)

    def finished(self, reply: LiveReply) -> None:
        self.ended_before_it_was_kept = reply.ended.is_set()
        if self.torn:
            raise OSError("disk full")
        self.ends.append((reply.state, reply.text))


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    return Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, max_retries=0)


def ask(connection: Connection, text: str, recorder: Notebook | None = None, **rest: object) -> LiveReply:
    """A reply that has been started."""
    request = ChatRequest(model=LLAMA, messages=(Message("user", text),), **rest)  # type: ignore[arg-type]
    return LiveReply(request, connection, recorder, owner=DEFAULT_OWNER).start()


def ended(reply: LiveReply) -> LiveReply:
    """The same once it has ended."""
    assert reply.ended.wait(SOON_S)
    return reply


def begun(reply: LiveReply) -> LiveReply:
    """The same once its first words are there."""
    assert reply.arrived.wait(SOON_S)
    assert reply.state == "live"
    return reply


def test_a_whole_answer(connection: Connection) -> None:
    notebook = Notebook()
    said = "Hello upstream: tokens=30"

    reply = ended(ask(connection, said, notebook))

    assert (reply.state, reply.finish_reason, reply.truncated, reply.error) == ("done", "stop", False, None)
    assert reply.text == "".join(words(said, 30))
    assert reply.usage is not None
    assert replace(reply.usage, neurons=None) == Usage(3, 30)
    assert reply.first_token_s is not None
    assert reply.total_s is not None
    assert 0 < reply.first_token_s <= reply.total_s
    assert reply.pace is not None
    assert reply.pace.text == len(reply.text)
    assert notebook.ends == [("done", reply.text)]
    assert not notebook.ended_before_it_was_kept


def test_what_has_arrived_is_kept_while_the_rest_is_on_its_way(connection: Connection) -> None:
    notebook = Notebook()

    reply = ended(ask(connection, "Slowly upstream: rate=40 tokens=40", notebook))

    assert len(notebook.partials) >= 2
    assert notebook.partials == sorted(set(notebook.partials), key=len)
    assert all(reply.text.startswith(partial) for partial in notebook.partials)


def test_what_went_before_the_attempt_that_succeeded_is_told_apart(connection: Connection, upstream: Upstream) -> None:
    upstream.script(error(3040, retry_after_s=0))
    reply = ended(ask(connection.model_copy(update={"max_retries": 1}), "Hello upstream: tokens=3"))
    assert reply.state == "done"
    assert set(reply.timings.waits) == {"failed", "retrying"}
    assert "queued" not in reply.timings.waits
    assert reply.total_s is not None
    assert reply.first_token_s is not None
    assert 0 < reply.first_token_s <= reply.total_s


def test_an_answer_that_comes_whole_has_no_first_token_and_no_speed(connection: Connection) -> None:
    reply = ended(ask(connection, "Hello upstream: tokens=300", stream=False))
    assert reply.usage is not None
    assert reply.timings.first_token_s is None
    assert reply.timings.total_s
    assert tokens_per_second(reply.usage, reply.timings) is None


def test_stop_keeps_the_text_and_closes_the_connection(connection: Connection, upstream: Upstream) -> None:
    notebook = Notebook()
    said = "Long upstream: rate=50 tokens=5000"
    reply = begun(ask(connection, said, notebook))

    reply.stop()

    assert upstream.requests[-1].left_early.wait(SOON_S)
    ended(reply)
    assert (reply.state, reply.error) == ("stopped", None)
    assert reply.text
    assert "".join(words(said, 5000)).startswith(reply.text)
    assert reply.usage is not None
    assert reply.usage.estimated
    assert notebook.ends == [("stopped", reply.text)]
    reply.stop()
    assert reply.state == "stopped"


@pytest.mark.parametrize("silence", ["delay=600", "pause=600", "hang=3"])
def test_stop_works_while_the_server_is_silent(connection: Connection, upstream: Upstream, silence: str) -> None:
    reply = ask(connection, f"Nothing upstream: {silence}")
    while not upstream.requests:
        assert not reply.ended.wait(0.01)

    reply.stop()

    assert upstream.requests[-1].left_early.wait(SOON_S)
    assert ended(reply).state == "stopped"


def test_what_was_refused_and_stopped_before_another_try_costs_nothing(connection: Connection) -> None:
    patient = connection.model_copy(update={"max_retries": 2})
    reply = ask(patient, "Hello upstream: fail=429 retry_after=30")
    while reply.exchange.wait is None:
        assert not reply.ended.wait(0.01)

    for _ in range(2):
        reply.stop()

    assert ended(reply).state == "stopped"
    assert reply.usage is None
    assert set(reply.timings.waits) == {"failed", "retrying"}
    assert reply.timings.total_s == 0  # nothing was under way


def test_a_reply_can_be_stopped_before_it_is_sent(connection: Connection) -> None:
    reply = ask(connection, "Never mind upstream: rate=10 tokens=5000")
    reply.stop()

    assert ended(reply).state == "stopped"


def test_a_count_made_before_sending_is_kept_for_an_answer_without_one(connection: Connection) -> None:
    request = ChatRequest(model=LLAMA, messages=(Message("user", "Long upstream: rate=50 tokens=5000"),))
    reply = begun(LiveReply(request, connection, prompt_tokens=77, owner=DEFAULT_OWNER).start())
    reply.stop()

    usage = ended(reply).usage

    assert usage is not None
    assert (usage.prompt_tokens, usage.estimated) == (77, True)


def test_an_error_before_the_first_word(connection: Connection) -> None:
    reply = ended(ask(connection, "Hello upstream: fail=5007"))

    assert (reply.state, reply.text, reply.usage) == ("failed", "", None)
    assert reply.error is not None
    assert reply.error.code == "5007"
    assert reply.arrived.is_set()


def test_an_error_in_mid_answer_keeps_what_came_and_estimates_its_cost(connection: Connection) -> None:
    reply = ended(ask(connection, "Hello upstream: tokens=50 cut=10"))

    assert reply.state == "failed"
    assert reply.error is not None
    assert reply.error.kind == "network"
    assert reply.text
    assert reply.usage is not None
    assert reply.usage.estimated


def test_a_failure_of_our_own_is_an_error_too(connection: Connection, caplog: pytest.LogCaptureFixture) -> None:
    reply = ended(LiveReply(ChatRequest(model=LLAMA, messages=(None,)), connection, owner=DEFAULT_OWNER).start())  # type: ignore[arg-type]

    assert reply.state == "failed"
    assert reply.error is not None
    assert "playground itself failed" in reply.error.message
    assert caplog.records


def test_a_refused_reply_was_never_sent(connection: Connection, upstream: Upstream) -> None:
    notebook = Notebook()
    request = ChatRequest(model=LLAMA, messages=(Message("user", "Hello"),))

    reply = LiveReply(request, connection, notebook, owner=DEFAULT_OWNER).refuse(NotFoundError("Gone."))

    assert reply.ended.is_set()
    assert reply.state == "failed"
    assert notebook.ends == [("failed", "")]
    assert not upstream.requests


def test_a_reply_that_cannot_be_saved_ends_says_why_and_is_saved_later(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = Notebook(torn=True)
    reply = ended(
        ask(connection, "Slowly upstream: rate=40 tokens=20", notebook, conversation_id="the one with the torn pages")
    )

    assert reply.state == "done"
    assert reply.text
    assert not reply.saved.is_set()
    assert live_replies.unsaved(DEFAULT_OWNER, "the one with the torn pages") == [reply]
    assert notebook.held[:2] == ["", "OSError."]
    assert caplog.records

    notebook.torn = False
    assert reply.saved.wait(SOON_S)
    assert notebook.ends == [("done", reply.text)]
    assert notebook.held[-1] is None
    assert live_replies.unsaved(DEFAULT_OWNER, "the one with the torn pages") == []
    assert not reply.exchange.notes


def test_what_has_come_is_counted_as_it_comes(connection: Connection) -> None:
    thought = ended(ask(connection, "Think upstream: think=30 tokens=20 shape=openai"))
    assert 40 <= thought.tokens_so_far <= 60
    assert thought.thought_s is not None
    assert 0 <= thought.thought_s <= (thought.total_s or 0)
    assert thought.timings.thought_s == thought.thought_s
    assert ended(ask(connection, "Say upstream: tokens=5 shape=openai")).thought_s is None


def test_thoughts_without_an_answer_took_as_long_as_all_that_came(connection: Connection) -> None:
    timings = ended(ask(connection, "Think upstream: think=30 tokens=0 shape=openai")).timings
    assert timings.thought_s == (timings.total_s or 0) - (timings.first_token_s or 0)


def test_thoughts_and_tool_calls_stand_beside_the_text(connection: Connection) -> None:
    thought = ended(ask(connection, "Think upstream: think=5 tokens=5 shape=openai"))
    assert thought.reasoning
    assert thought.reasoning not in thought.text

    tool = {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {}}}}}
    called = ended(ask(connection, "Call upstream: tool=weather", tools=(tool,)))
    assert [call.name for call in called.tool_calls] == ["weather"]
    assert called.tool_calls[0].arguments.startswith("{")
    assert called.finish_reason == "tool_calls"


def test_a_slow_reply_holds_up_no_other(connection: Connection) -> None:
    slow = [ask(connection, f"{number} upstream: hang=2") for number in range(3)]

    assert ended(ask(connection, "Quick upstream: tokens=5")).state == "done"

    for reply in slow:
        assert reply.state == "live"
        reply.stop()
    assert [ended(reply).state for reply in slow] == ["stopped"] * 3


def test_a_live_reply_is_found_by_its_id_until_long_after_its_end(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.answers.live_replies.FINISHED_KEPT", 2)
    coming = begun(ask(connection, "Long upstream: rate=20 tokens=5000"))
    others = [ended(ask(connection, f"{number} upstream: tokens=1")) for number in range(4)]

    assert live_replies.get(DEFAULT_OWNER, coming.id) is coming
    assert live_replies.get(DEFAULT_OWNER, others[-1].id) is others[-1]
    assert live_replies.get(DEFAULT_OWNER, others[0].id) is None
    assert live_replies.get(DEFAULT_OWNER, "nobody") is None
    coming.stop()
    ended(coming)


def test_a_watcher_that_fails_does_not_fail_the_answer(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    reply = LiveReply(
        ChatRequest(LLAMA, (Message("user", "Hello upstream: tokens=5"),)), connection, owner=DEFAULT_OWNER
    )

    def fails(first: bool) -> None:
        raise ValueError("a bug")

    heard: list[bool] = []
    reply.watch("one", fails)
    reply.watch("other", heard.append)
    reply.watch("gone", lambda first: heard.extend([first] * 100))
    reply.unwatch("gone")
    reply.start()
    assert reply.ended.wait(20)
    assert reply.state == "done"
    assert heard == [True, *[False] * (len(heard) - 2), True], "at the first piece, and when nothing more comes"
    assert 2 < len(heard) < 100
    assert "a watcher of reply" in caplog.text


def test_many_threads_may_watch_and_stop_one_reply(connection: Connection) -> None:
    reply = begun(ask(connection, "Long upstream: rate=200 tokens=5000"))
    seen: list[bool] = []

    def watch() -> None:
        before = ""
        while not reply.ended.is_set():
            now = reply.text
            seen.append(now.startswith(before))
            before = now
            if len(now) > 200:
                reply.stop()

    threads = [threading.Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)

    assert ended(reply).state == "stopped"
    assert all(seen)


def ask_openai(
    upstream: Upstream, *answers: Answer, model: str = "m", recorder: Notebook | None = None
) -> list[LiveReply]:
    """Replies to the same question, asked one after another of a server that answers with these."""
    connection = Connection(kind="openai_compatible", base_url=upstream.openai_url, max_retries=0)
    request = ChatRequest(model=model, messages=(Message("user", "How many buoys?"),))
    found = []
    for answer in answers:
        upstream.script(answer)
        found.append(ended(LiveReply(request, connection, recorder, owner=DEFAULT_OWNER).start()))
    return found


def said(*contents: str, reason: str | None = "stop") -> Answer:
    """A stream of these pieces."""
    chunks: list[object] = [{"choices": [{"delta": {"content": content}}]} for content in contents]
    if reason:
        chunks.append({"choices": [{"delta": {}, "finish_reason": reason}]})
    return Answer.stream(chunks) if reason else Answer(tuple(chunks), then="cut")


def test_no_answer_changes_how_a_later_one_is_read(upstream: Upstream) -> None:
    thought, spoken_of, plain, cut, broken = ask_openai(
        upstream,
        said("count\n", "</think>\n\n", "Twelve"),
        said("A thought ends with the tag ", "</think>", " in most templates."),
        said("High ", "water ", "at noon"),
        said("High ", "water", reason="length"),
        said("High ", "water", reason=None),
    )

    assert (thought.reasoning, thought.text) == ("count\n", "Twelve")
    assert (spoken_of.reasoning, spoken_of.text) == ("", "A thought ends with the tag </think> in most templates.")
    assert (plain.reasoning_parts, plain.parts) == ([], ["High ", "water ", "at noon"])
    assert (cut.reasoning, cut.text, cut.finish_reason) == ("", "High water", "length")
    assert (broken.reasoning, broken.text, broken.state) == ("", "High water", "failed")


def test_what_turns_out_to_be_thought_is_moved_also_where_it_is_kept(upstream: Upstream) -> None:
    notebook = Notebook()

    (reply,) = ask_openai(upstream, said("count\n", "</think>\n\n", "Twelve"), recorder=notebook)

    assert reply.reclassifications == 1
    assert notebook.ends == [("done", "Twelve")]


def test_stop_makes_an_answer_of_what_was_only_taken_for_thought(upstream: Upstream) -> None:
    upstream.script(Answer(({"choices": [{"delta": {"content": "High water"}}]},), then="hang"))
    connection = Connection(kind="openai_compatible", base_url=upstream.openai_url, max_retries=0)
    reply = begun(
        LiveReply(
            ChatRequest(model="qwq-32b", messages=(Message("user", "Tide?"),)), connection, owner=DEFAULT_OWNER
        ).start()
    )
    assert (reply.reasoning, reply.text) == ("High water", "")

    reply.stop()

    assert (ended(reply).reasoning, reply.text) == ("", "High water")


def test_an_answer_without_end_is_cut_and_its_connection_closed(upstream: Upstream) -> None:
    upstream.script(Answer([{"choices": [{"delta": {"content": "x" * 1_000}}]}] * 50, then="hang"))
    connection = Connection(
        kind="openai_compatible", base_url=upstream.openai_url, max_retries=0, max_answer_chars=10_500
    )

    reply = ended(
        LiveReply(ChatRequest(model="m", messages=(Message("user", "x"),)), connection, owner=DEFAULT_OWNER).start()
    )

    assert upstream.requests[-1].left_early.wait(SOON_S)
    assert reply.text == "x" * 10_500
    assert (reply.state, reply.finish_reason, reply.truncated) == ("done", "length", True)
    assert any("Cut by the playground after 10,500 characters" in note for note in reply.exchange.notes)
    assert reply.usage is not None
    assert reply.usage.estimated


def test_frames_are_kept_up_to_a_length(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "LONGEST_FRAMES", 400)

    (reply,) = ask_openai(upstream, said(*["word "] * 40))

    assert reply.text == "word " * 40
    assert sum(len(frame) for _, frame in reply.exchange.frames) <= 400
    assert reply.exchange.frames_left_out
    trace = Trace.of(reply.exchange)
    assert trace is not None
    assert trace.left_out == reply.exchange.frames_left_out


def test_the_servers_bill_comes_with_the_usage(upstream: Upstream) -> None:
    frame = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 9}}
    (reply,) = ask_openai(upstream, Answer.stream([frame]).with_headers({"x-litellm-response-cost": "0.00042"}))

    assert reply.usage is not None
    assert reply.usage.billed == Decimal("0.00042")


def test_finished_replies_are_kept_as_far_as_they_fit(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.answers.live_replies.FINISHED_SIZE", 30_000)
    asked = [ended(ask(connection, f"{number} {'word ' * 2_000} upstream: tokens=1")) for number in range(5)]
    found = [live_replies.get(DEFAULT_OWNER, reply.id) is reply for reply in asked]
    assert found[-1]
    assert not found[0]
