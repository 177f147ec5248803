"""Requests from elsewhere, on the chat page."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from tests.pages.conftest import shown
from tests.pages.talk import composer, offered, roles, say, turns
from tests.pages.test_chat import LLAMA, at
from tests.snippets.requests import PIXEL
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
    assert roles(page) == ["user", "assistant"]
    assert offered(page) == "three"
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
    assert roles(page) == []


@pytest.mark.parametrize("model", ["gpt-9", ""])
def test_a_model_that_is_not_here_is_asked_about(cloudflare: Upstream, model: str) -> None:
    page = paste(at(model=LLAMA), f'{{"model": "{model}", "messages": [], "temperature": 9}}')
    assert page.selectbox(key="model").value == (model or LLAMA)
    assert ("No model is called gpt-9" in shown(page)) is bool(model)
    if model:
        say(page, "Hello")
        assert cloudflare.requests == []
        assert page.button(key="model_question-0").label.replace("\\", "") == f"Use {LLAMA}"
        page.button(key="model_question-0").click().run()
    assert page.selectbox(key="model").value == LLAMA
    assert page.slider(key="parameters-temperature").value == 5


def test_a_picture_arrives_in_the_composer_and_goes_with_the_message(server: Upstream) -> None:
    page = at(model="openai/seeing")
    look = {"type": "text", "text": "What is this?"}
    image = {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}}
    there = {"type": "image_url", "image_url": {"url": "https://h.example/i.png"}}
    messages = [{"role": "user", "content": [look, image, image, there]}]
    page = paste(page, json.dumps({"messages": messages, "model": "openai/seeing"}))
    assert not page.exception
    assert offered(page) == "What is this?"
    assert "an image left out that is given by its address" in shown(page)
    pictures = composer(page)["offer"]["pictures"]
    assert pictures == [PIXEL, PIXEL]

    say(page, "What is this?", pictures=pictures[1:])
    assert json.loads(server.requests[-1].body)["messages"][-1]["content"] == [look, image]
    page.button(key="new_chat").click().run()
    assert not page.exception
    assert composer(page)["offer"] is None


def test_pictures_of_earlier_messages_are_drawn_and_damaged_ones_are_said_to_be(server: Upstream) -> None:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in (PIXEL, "data:image/png;base64,AAAA")]
    messages = [{"role": "user", "content": parts}, {"role": "assistant", "content": "A dot"}]
    page = paste(at(model="openai/seeing"), json.dumps({"messages": messages}))
    assert not page.exception
    here, damaged = turns(page)[0].pictures
    assert here.url == PIXEL
    assert "A picture is no PNG, JPEG, GIF or WebP" in damaged.caption
    assert damaged.url == ""


def test_the_message_box_knows_that_a_model_does_not_see_pictures(cloudflare: Upstream) -> None:
    content = [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": PIXEL}}]
    page = paste(at(model=LLAMA), json.dumps([{"role": "user", "content": content}]))
    assert composer(page)["vision"] is False
    assert composer(page)["offer"]["pictures"] == [PIXEL]


@pytest.mark.parametrize("text", ['{"messages": []}', '{"messages": [], "unheard_of": 1}'])
def test_nothing_to_take_over_leaves_the_screen_alone(cloudflare: Upstream, text: str) -> None:
    page = at(model=LLAMA)
    say(page, "Hello upstream: tokens=1")
    before = page.query_params["c"]
    page = paste(page, text)
    assert any(words in shown(page) for words in ("no message, prompt or setting", "Nothing of it is for"))
    assert page.query_params["c"] == before
    assert roles(page) == ["user", "assistant"]


def test_a_parameter_under_another_name_is_taken_under_the_model_s(cloudflare: Upstream) -> None:
    page = paste(at(model=LLAMA), '{"prompt": "Hi", "options": {"repeat_penalty": 1.5}}')
    assert page.session_state["session"].setup.parameters == {"repetition_penalty": 1.5}
    assert "repeat_penalty is called repetition_penalty here" in shown(page)


def test_of_several_conversations_one_is_chosen(cloudflare: Upstream) -> None:
    export = json.dumps([{"name": n, "chat_messages": [{"sender": "human", "text": n}]} for n in ("One", "Two")])
    page = paste(at(model=LLAMA), export)
    assert page.selectbox(key="import_conversation").options == ["1 · One", "2 · Two"]
    page.selectbox(key="import_conversation").select_index(1).run()
    page.button(key="import_now").click().run()
    assert not page.exception
    assert offered(page) == "Two"
    assert "number 2 is taken" in shown(page)


def test_variables_that_nothing_fills_in_are_named(cloudflare: Upstream) -> None:
    file = "messages:\n- role: system\n  content: In {{language}}.\n- role: user\n  content: Sum up {{input}}\n"
    page = paste(at(model=LLAMA), file)
    assert offered(page) == "Sum up {{input}}"
    assert "{{language}}, {{input}} left as written" in shown(page)
    page = paste(at(model=LLAMA), file.replace("{{", "{").replace("}}", "}"))
    assert "left as written" not in shown(page)
