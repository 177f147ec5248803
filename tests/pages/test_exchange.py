"""Code and the request in full, on the chat page and without a browser."""

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.frame.process import chat, stores
from playground.exporting.har import har
from tests.pages.conftest import shown
from tests.pages.talk import act, say, words
from tests.pages.test_chat import LLAMA, at
from tests.upstream import ACCOUNT, TOKEN, Upstream


def asked(text: str) -> AppTest:
    page = at(model=LLAMA)
    return say(page, text)


def reply_of(page: AppTest) -> str:
    return str(chat().store.path(page.query_params["c"])[-1].id)


def inspect(page: AppTest) -> AppTest:
    return act(page, "inspect", reply_of(page))


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


def test_the_exchange_of_another_conversation_is_not_shown(cloudflare: Upstream) -> None:
    theirs = reply_of(asked("Theirs upstream: echo=1"))
    page = asked("Mine upstream: echo=1")
    assert "Bearer ***" not in shown(act(page, "inspect", theirs))
    assert "There is no turn" in shown(act(page, "compare", theirs))


def test_every_event_is_shown_with_how_it_was_read(cloudflare: Upstream) -> None:
    cloudflare.script(
        ['{"response":"Hi"}', '{"response":"","usage":{"prompt_tokens":3,"completion_tokens":1}}', "[DONE]"]
    )
    page = inspect(asked("Hello"))
    table = page.dataframe[0].value
    assert list(table["Data"])[:1] == ['{"response":"Hi"}']
    assert table["Read as"][0] == "text 'Hi'"
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
    page.button(key="code").click().run()
    assert "an example is used" in shown(page)
    assert 'curl "http' in shown(page)
    assert "cf-aig-gateway-id" not in shown(page)
    page.toggle(key="code-panel-gateway").set_value(True).run()
    assert "cf-aig-gateway-id: default" in shown(page)
    page.toggle(key="code-panel-stream").set_value(False).run()
    assert "--no-buffer" not in shown(page)


def test_the_code_is_for_what_was_asked_last(cloudflare: Upstream) -> None:
    page = asked("Hello there upstream: echo=1")
    page.button(key="code").click().run()
    code = next(block.value for block in page.code if "curl" in block.value)
    assert '{"role":"user","content":"Hello there upstream: echo=1"}\n]' in code
    assert ACCOUNT not in code
    assert TOKEN not in code


def test_nothing_that_is_kept_holds_a_token(cloudflare: Upstream, tmp_path: Path) -> None:
    echo = {"success": False, "errors": [{"code": 5007, "message": f"not with {TOKEN}"}]}
    cloudflare.script_json(echo, 400, {"x-echo": f"Bearer {TOKEN}"})
    page = asked("Hello")
    store, reply_id = chat().store, reply_of(page)
    trace, reply = store.trace(reply_id), store.reply(reply_id)
    assert trace is not None
    assert reply is not None
    assert "x-echo" in trace.response_headers
    assert "not with" in trace.body
    exported = json.dumps(har(reply, trace, store.request(reply_id)))
    stores().close()
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"Hello" in kept
    assert TOKEN.encode() not in kept
    assert TOKEN not in exported + repr(trace) + words(inspect(page))
