"""Code and the request in full, on the chat page and without a browser."""

import json

from streamlit.testing.v1 import AppTest

from components.session import chat
from tests.pages.test_chat import LLAMA, at
from tests.pages.conftest import shown
from tests.upstream import ACCOUNT, TOKEN, Upstream


def asked(text: str) -> AppTest:
    page = at(model=LLAMA)
    page.chat_input(key="composer").set_value(text).run()
    assert not page.exception
    return page


def reply_of(page: AppTest) -> str:
    return str(chat().store.path(page.query_params["c"])[-1].id)


def inspect(page: AppTest) -> AppTest:
    page.session_state["inspected_reply"] = reply_of(page)
    return page.run()


def test_the_exchange_of_an_answer_is_shown_also_after_a_restart(cloudflare: Upstream) -> None:
    page = asked("Hello there upstream: echo=1")
    first = shown(inspect(page))
    again = shown(inspect(at(c=page.query_params["c"])))
    for said in (first, again):
        assert f"POST {cloudflare.base_url}/accounts/{ACCOUNT}/ai/run/{LLAMA}" in said
        assert "Bearer ***" in said
        assert '"content": "Hello there upstream: echo=1"' in said
        assert "content-type: text/event-stream" in said
        assert "first event after" in said
        assert TOKEN not in said


def test_every_event_is_shown_with_how_it_was_read(cloudflare: Upstream) -> None:
    cloudflare.script(
        ['{"response":"Hi"}', '{"response":"","usage":{"prompt_tokens":3,"completion_tokens":1}}', "[DONE]"]
    )
    page = inspect(asked("Hello"))
    table = page.dataframe[0].value
    assert list(table["Data"])[:1] == ['{"response":"Hi"}']
    assert list(table["Read as"])[0] == "text 'Hi'"
    assert "usage 3 in, 1 out" in list(table["Read as"])[-1]


def test_what_was_clamped_and_what_was_refused_is_said(cloudflare: Upstream) -> None:
    cloudflare.script_json({"success": False, "errors": [{"code": 5007, "message": "No such model"}]}, 400)
    page = inspect(asked("Hello"))
    said = shown(page)
    assert "status 400" in said
    assert "No such model" in said


def test_code_is_drawn_when_it_is_opened(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    assert "curl" not in shown(page)
