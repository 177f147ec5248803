"""Requests from elsewhere, on the chat page."""

import pytest
from streamlit.testing.v1 import AppTest

from components.session import chat
from tests.pages.conftest import shown
from tests.pages.test_chat import LLAMA, at, said
from tests.upstream import Upstream

CANARY = "canary-token-0123456789"
CURL = f"""curl https://api.cloudflare.com/client/v4/accounts/a/ai/run/{LLAMA} \\
 -H 'Authorization: Bearer {CANARY}' -d '{{"messages": [
 {{"role": "system", "content": "Be brief"}}, {{"role": "user", "content": "one"}},
 {{"role": "assistant", "content": "two"}}, {{"role": "user", "content": "three"}}],
 "temperature": 9, "top_k": 3, "unheard": true}}'"""


def paste(page: AppTest, text: str) -> AppTest:
    page.button(key="import").click().run()
    page.text_area(key="import_text").input(text)
    return page.button(key="import_now").click().run()


def test_a_curl_command_becomes_a_chat(cloudflare: Upstream) -> None:
    page = paste(at(model=LLAMA), CURL)

    assert not page.exception
    assert said(page) == ["user", "assistant"]
    assert page.chat_input(key="composer").value == "three"
    assert page.text_area(key="system_prompt").value == "Be brief"
    assert page.slider(key="parameters-temperature").value == 5.0
    told = shown(page)
    assert "temperature" in told
    assert "unheard" in told
    assert "credentials are never taken over" in told
    conversation = chat().store.conversation(page.query_params["c"])
    assert conversation is not None
    assert conversation.parameters["top_k"] == 3
    assert CANARY not in repr(chat().store.path(conversation.id)) + repr(conversation)
    page.button(key="import_seen").click().run()
    assert "unheard" not in shown(page)


def test_what_cannot_be_read_stays_with_its_reason() -> None:
    page = paste(at(), "{")
    assert "begins like JSON" in shown(page)
    assert page.text_area(key="import_text").value == "{"
    assert said(page) == []


@pytest.mark.parametrize("model", ["gpt-9", ""])
def test_a_model_that_is_not_here_is_asked_about(cloudflare: Upstream, model: str) -> None:
    page = paste(at(model=LLAMA), f'{{"model": "{model}", "messages": [], "temperature": 9}}')
    assert page.selectbox(key="model").value == (model or LLAMA)
    assert ("No model is called gpt-9" in shown(page)) is bool(model)
    if model:
        page.chat_input(key="composer").set_value("Hello").run()
        assert cloudflare.requests == []
        assert page.button(key="model_question-0").label.replace("\\", "") == f"Use {LLAMA}"
        page.button(key="model_question-0").click().run()
    assert page.selectbox(key="model").value == LLAMA
    assert page.slider(key="parameters-temperature").value == 5


def test_variables_that_nothing_fills_in_are_named(cloudflare: Upstream) -> None:
    file = "messages:\n- role: system\n  content: In {{language}}.\n- role: user\n  content: Sum up {{input}}\n"
    page = paste(at(model=LLAMA), file)
    assert page.chat_input(key="composer").value == "Sum up {{input}}"
    assert "{{language}}, {{input}} left as written" in shown(page)
    page = paste(at(model=LLAMA), file.replace("{{", "{").replace("}}", "}"))
    assert "left as written" not in shown(page)
