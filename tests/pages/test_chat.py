"""The chat page without a browser: what is drawn at the end of each run, and what its socket tells."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from components.frame.process import chat, stores
from playground.exporting.prompt_file import as_prompt_file
from playground.importing import read
from playground.messages import Message
from playground.store.database.schema import conversations
from tests.pages.conftest import ROOT, TIMEOUT_S, OpenPage, alone, shown
from tests.pages.talk import act, ask, composer, last, offered, roles, say, turns, words
from tests.upstream import TOKEN, Answer, Upstream

PAGE = "pages/chat.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
QWEN = "@cf/qwen/qwen3-30b-a3b-fp8"


def at(**query: str) -> AppTest:
    """The page at an address."""
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def test_a_first_visit_says_what_can_be_done(open_page: OpenPage) -> None:
    page = open_page(PAGE)

    assert not page.exception
    assert "Chat with SmolLM2" in shown(page)
    assert "no account, no key" in shown(page)
    assert turns(page) == []
    assert not composer(page)["disabled"]
    assert str(page.selectbox(key="model").value).startswith("local/")


def test_a_question_and_its_answer(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)

    say(page, "Hello there upstream: echo=1")

    assert not page.exception
    assert roles(page) == ["user", "assistant"]
    assert "Hello there" in last(page).text
    assert "tok/s" in last(page).meter
    assert page.query_params["c"]
    assert page.query_params["model"] == LLAMA
    again = at(c=str(page.query_params["c"]))
    assert roles(again) == ["user", "assistant"]
    assert again.selectbox(key="model").value == LLAMA
    assert len(cloudflare.requests) == 1


@pytest.mark.parametrize("name", ["llama3.2", "gpt-oss-20b"])
def test_a_link_to_a_server_s_model_does_not_wait_for_the_server_s_list(server: Upstream, name: str) -> None:
    server.script(Answer(then="hang"), "/models")

    page = at(model=f"openai/{name}")
    assert page.selectbox(key="model").value == f"openai/{name}"
    assert "No model is called" not in shown(page)
    say(page, "Hello there upstream: echo=1")

    assert not page.exception
    assert "Hello there" in last(page).text
    asked = next(seen for seen in server.requests if seen.path.endswith("/chat/completions"))
    assert asked.json["model"] == name
    assert page.query_params["model"] == f"openai/{name}"


def stored_rows() -> int:
    """Conversations in the database, also those that no list shows."""
    with stores().read() as connection:
        return connection.scalar(select(func.count()).select_from(conversations)) or 0


def test_a_model_in_the_address_stores_nothing_until_something_is_done(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    assert not page.exception
    assert page.selectbox(key="model").value == LLAMA
    assert page.query_params["model"] == LLAMA
    assert "c" not in page.query_params
    page.query_params["model"] = QWEN
    assert page.run().selectbox(key="model").value == QWEN
    assert stored_rows() == 0
    page.slider(key="parameters-temperature").set_value(0.5).run()
    assert stored_rows() == 1
    assert page.query_params["c"]


def test_an_answer_that_holds_nothing_is_said_to(cloudflare: Upstream) -> None:
    cloudflare.script([], LLAMA)
    page = at(model=LLAMA)

    say(page, "Hello there")

    assert not page.exception
    assert "the server answered with nothing" in words(page)


def test_values_are_set_sent_kept_and_taken_back(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    page.slider(key="parameters-temperature").set_value(5.0).run()
    page.number_input(key="parameters-seed").set_value(9_999_999_999).run()
    assert "2 set" in shown(page)

    again = at(c=str(page.query_params["c"]))
    assert again.slider(key="parameters-temperature").value == 5
    say(again, "Hello upstream: tokens=2")

    body = cloudflare.requests[-1].json
    assert body.keys() == {"messages", "stream", "temperature", "seed"}
    assert (body["temperature"], body["seed"]) == (5, 9_999_999_999)
    again.button(key="parameters-temperature-clear").click().run()
    assert "1 set" in shown(again)
    again.button(key="parameters-reset").click().run()
    assert "0 set" in shown(again)


def test_another_model_says_what_became_of_the_values(cloudflare: Upstream) -> None:
    page = at(model="@cf/meta/llama-4-scout-17b-16e-instruct")
    page.slider(key="parameters-top_p").set_value(1.4).run()

    page.selectbox(key="model").set_value(LLAMA).run()

    assert "top_p 1.4 → 1, llama-3.3-70b-instruct-fp8-fast allows 0.001–1" in shown(page)
    assert page.slider(key="parameters-top_p").value == 1
    assert page.query_params["model"] == LLAMA


def test_a_failure_comes_with_a_retry(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)

    say(page, "Hello upstream: fail=5007")

    failed = last(page)
    assert failed.error is not None
    assert failed.actions[0] == "retry"
    assert TOKEN not in words(page)
    say(page, "Hello upstream: tokens=2")
    assert [turn.error for turn in turns(page)] == [None, failed.error, None, None]
    assert roles(page) == ["user", "assistant", "user", "assistant"]


def test_a_question_of_which_nothing_came_is_offered_again_once(cloudflare: Upstream) -> None:
    page = say(at(model=LLAMA), "Hello upstream: fail=5007 times=1")
    offer = composer(page)["offer"]
    assert (offer["text"], offer["pictures"]) == ("Hello upstream: fail=5007 times=1", [])
    assert composer(page.run())["offer"] == offer

    ask(page, "retry", turn=last(page).turn)
    assert last(page).error is None
    assert composer(page)["offer"] == offer
    page.button(key="new_chat").click().run()
    assert composer(page)["offer"] is None


def test_a_question_is_compared_with_all_that_was_said_before_it(cloudflare: Upstream) -> None:
    page = alone("router.py")
    page.query_params["model"] = LLAMA
    say(page.run(), "One upstream: echo=1")
    say(page, "Two upstream: echo=1")
    path = turns(page)

    act(page, "compare", path[3].turn)
    page.run()  # what switches to another page is a run of its own

    assert composer(page)["slot"] == "all"
    assert offered(page) == "Two upstream: echo=1"
    assert [[turn.text for turn in turns(page, slot)] for slot in ("pane-0", "pane-1")] == [
        [turn.text for turn in path[:2]]
    ] * 2
    assert len(cloudflare.requests) == 2
    say(page, "Two upstream: echo=1", "all")
    sent = [seen.json["messages"] for seen in cloudflare.requests]
    assert sent[2] == sent[3] == sent[1]


def test_without_a_connection_a_model_can_be_looked_at() -> None:
    page = at(model=LLAMA)

    assert "CLOUDFLARE_API_TOKEN" in shown(page)
    assert page.slider(key="parameters-temperature").max == 5


@pytest.mark.parametrize("id_", ["unknown", "' or 1=1 --", "\0", "x" * 4000])
def test_an_address_of_nothing_is_answered_kindly(id_: str) -> None:
    page = at(c=id_)

    assert not page.exception
    assert "There is no conversation at this address" in shown(page)


def test_an_unknown_model_is_said_to_be_unknown() -> None:
    page = at(model="@cf/nobody/nothing")

    assert "No model is called @cf/nobody/nothing" in shown(page)


def test_a_long_conversation_is_there_whole() -> None:
    store = chat().store
    conversation = store.create_conversation(model=LLAMA).id
    parent = None
    said = [f"{'question' if number % 2 == 0 else 'answer'} {number}" for number in range(100)]
    for text in said:
        role, _, _ = text.partition(" ")
        message = Message("user" if role == "question" else "assistant", text)
        parent = store.add_turn(conversation, parent, message).id

    assert [turn.text for turn in turns(at(c=conversation))] == said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAYGROUND_DATABASE_URL", "mysql://somebody:s3cret@nowhere/none"),
        ("PLAYGROUND_DATA_DIR", "/proc/nothing/here"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_on_the_page(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv(name, value)
        page = at()

        assert not page.exception
        assert len(page.error) == 1
        assert "s3cret" not in page.error[0].value


def test_connections_of_the_secrets_file_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, upstream: Upstream
) -> None:
    page = AppTest.from_file(ROOT / PAGE, default_timeout=TIMEOUT_S)
    page.secrets["connections"] = {"home": {"kind": "openai_compatible", "base_url": upstream.openai_url}}
    page.run()
    roster = chat().roster

    roster.served.list(roster.connections["home"]).result(10)

    assert f"home/{LLAMA}" in {card.id for card in roster.catalog}


def lists(server: Upstream, *ids: str, delay: float = 0) -> None:
    """What the server will say that it has."""
    server.script(Answer.json({"data": [{"id": id_} for id_ in ids]}, delay=delay), "/models")


def asked_for(server: Upstream) -> list[str]:
    """The models that it was asked for."""
    return [seen.json["model"] for seen in server.requests if seen.path.endswith("/chat/completions")]


@pytest.mark.parametrize("author", ["alpha", "beta"])
def test_of_two_models_that_end_alike_the_one_that_is_named_is_asked(server: Upstream, author: str) -> None:
    lists(server, "alpha/same-model", "beta/same-model", "unique/other")
    page = at(model=f"openai/{author}/same-model")

    say(page, "Hello upstream: tokens=1")
    assert asked_for(server) == [f"{author}/same-model"]
    assert last(page).model == f"{author}/same-model · openai"

    other = {"alpha": "beta", "beta": "alpha"}[author]
    labels = page.selectbox(key="model").options
    assert len(set(labels)) == len(labels)
    (label,) = [label for label in labels if label.endswith(f"openai/{other}/same-model")]
    page.selectbox(key="model").select(label).run()
    say(page, "Hello again upstream: tokens=1")
    assert asked_for(server) == [f"{author}/same-model", f"{other}/same-model"]
    assert page.query_params["model"] == f"openai/{other}/same-model"
    assert [turn.model for turn in turns(page) if turn.role == "assistant"] == [
        f"{one}/same-model · openai" for one in (author, other)
    ]


def test_a_name_of_several_models_is_asked_about_and_nothing_is_sent(server: Upstream) -> None:
    lists(server, "alpha/same-model", "beta/same-model")
    page = at(model="same-model")

    assert "same-model is the name of 2 models." in shown(page)
    assert page.selectbox(key="model").value == "same-model"
    say(page, "Hello upstream: tokens=1")
    assert asked_for(server) == []
    assert "Choose one in the list: openai/alpha/same-model, openai/beta/same-model." in words(page)

    page.button(key="model_question-1").click().run()
    assert page.selectbox(key="model").value == "openai/beta/same-model"
    ask(page, "retry", turn=last(page).turn)
    assert asked_for(server) == ["beta/same-model"]


def test_a_bare_name_waits_for_the_list(server: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("process", "session"):
        monkeypatch.setattr(f"components.frame.{module}.LIST_PATIENCE_S", 0)
    lists(server, "plain", delay=0.5)
    page = at(model="plain")

    assert "Whether plain is a model of openai is not known yet" in shown(page)
    say(page, "Hello upstream: tokens=1")
    assert asked_for(server) == []
    chat().roster.await_lists(10)
    page.run()
    assert page.selectbox(key="model").value == "openai/plain"
    assert page.query_params["model"] == "openai/plain"
    ask(page, "retry", turn=last(page).turn)
    assert asked_for(server) == ["plain"]


def test_a_conversation_whose_model_is_gone_asks_for_another(cloudflare: Upstream) -> None:
    conversation = chat().store.create_conversation(model="office/gone").id
    page = at(c=conversation)

    assert page.selectbox(key="model").value == "office/gone"
    assert "No model is called office/gone." in shown(page)
    page.selectbox(key="model").set_value(LLAMA).run()
    say(page, "Hello upstream: tokens=1")
    assert not page.exception
    assert "No model is called office/gone." not in shown(page)
    assert len(cloudflare.requests) == 1


def test_code_and_export_before_the_first_message_hold_what_is_set(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    page.slider(key="parameters-temperature").set_value(5.0).run()
    page.text_area(key="system_prompt").set_value("Be brief.").run()
    page.button(key="code").click().run()

    code = "\n".join(str(one.value) for one in page.code)
    for part in ("Be brief.", '"temperature":5', "What is the origin of the phrase Hello, World?"):
        assert part in code.replace(" ", " ")
    here = page.session_state["session"]
    written = read(as_prompt_file(here.setup, ()))
    assert (written.model, written.system_prompt, written.parameters) == (LLAMA, "Be brief.", {"temperature": 5})
    assert [message.text for message in written.messages] == ["What is the origin of the phrase Hello, World?"]


def test_the_export_says_what_each_answer_was_asked_with(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    say(page, "One upstream: tokens=1")
    page.slider(key="parameters-temperature").set_value(5.0).run()
    say(page, "Two upstream: tokens=1")

    here = page.session_state["session"]
    written = as_prompt_file(here.setup, chat().store.path(here.conversation_id))
    assert written.splitlines()[:2] == [
        f"# Answer 1: {LLAMA} · cloudflare",
        f"# Answer 2: {LLAMA} · cloudflare · temperature 5",
    ]
    assert len(read(written).messages) == 4


def test_stop_sequences_are_written_on_one_line_and_sent_as_they_are_meant() -> None:
    page = at()
    stop = next(box for box in page.multiselect if box.key == "parameters-stop")
    stop.set_value([r"\n\nHuman:", r"\\n", "\\d"]).run()
    assert not page.exception
    assert page.session_state["session"].setup.parameters["stop"] == ["\n\nHuman:", "\\n", "\\d"]
    assert page.multiselect(key="parameters-stop").value == [r"\n\nHuman:", r"\\n", r"\d"]
    assert r"`\n` is a line break" in page.multiselect(key="parameters-stop").help
