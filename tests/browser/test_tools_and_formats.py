"""Tools with results entered by hand, and answers that must be JSON, as a person does it in Chromium."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.upstream import Upstream

pytestmark = pytest.mark.browser


def test_a_tool_call_is_answered_by_hand(page: ChatPage, upstream: Upstream) -> None:
    page.page.locator(".st-key-request_options summary").click()
    page.page.locator(".st-key-tools-example").get_by_role("button").click()
    expect(page.textbox("Tools")).to_have_value(re.compile('"name": "get_weather"'))
    page.settled()

    page.ask("Weather in Paris? upstream: tool=get_weather")
    results = page.answer
    expect(results.get_by_role("button", name="Send results")).to_be_visible()
    sent = json.loads(upstream.requests[-1].body)
    assert [tool["function"]["name"] for tool in sent["tools"]] == ["get_weather"]

    results.get_by_label("Result of get_weather").fill('{"temperature": 21}')
    results.get_by_role("button", name="Send results").click()
    page.until(lambda: len(upstream.requests), lambda count: count == 2)
    said = json.loads(upstream.requests[-1].body)["messages"]
    assert [message["role"] for message in said] == ["user", "assistant", "tool"]
    assert said[1]["tool_calls"][0]["function"]["name"] == "get_weather"
    assert said[2]["content"] == '{"temperature": 21}'
    assert said[2]["tool_call_id"] == said[1]["tool_calls"][0]["id"]


def test_an_answer_by_schema_says_whether_it_fits(page: ChatPage, upstream: Upstream) -> None:
    page.page.locator(".st-key-request_options summary").click()
    page.pick(page.page.locator(".st-key-response_format").get_by_role("combobox"), "JSON schema")
    expect(page.textbox("JSON schema")).to_be_visible()
    page.settled()

    page.ask("Describe France")
    expect(page.answer).to_contain_text("fits its JSON schema")
    expect(page.answer).to_contain_text("asked without streaming")
    sent = json.loads(upstream.requests[-1].body)
    assert sent["response_format"]["json_schema"]["required"] == ["name", "capital"]
    assert not sent["stream"]

    upstream.script_json({"result": {"response": '{"name": 7}'}, "success": True, "errors": [], "messages": []})
    page.ask("Again")
    expect(page.answer).to_contain_text("does not fit its format")


@pytest.mark.parametrize(
    ("schema", "answer", "why"),
    [
        ({"properties": {"name": {"pattern": "^(a+)+$"}}}, {"name": "a" * 60 + "!"}, "took longer than"),
        ({"$ref": "http://127.0.0.1:9/schema"}, {}, "which is not fetched"),
    ],
)
def test_a_hostile_schema_leaves_the_page_usable(
    page: ChatPage, upstream: Upstream, schema: object, answer: object, why: str
) -> None:
    page.page.locator(".st-key-request_options summary").click()
    page.pick(page.page.locator(".st-key-response_format").get_by_role("combobox"), "JSON schema")
    box = page.textbox("JSON schema")
    expect(box).to_have_value(
        re.compile("capital")
    )  # the example, which would take the place of what is typed before it
    page.settled()
    box.fill(json.dumps(schema))
    box.press("Control+Enter")
    expect(box).to_have_value(json.dumps(schema, indent=1))  # the server has it
    page.settled()
    result = {"response": json.dumps(answer)}
    upstream.script_json({"result": result, "success": True, "errors": [], "messages": []})

    page.ask("Say it")

    expect(page.answer).to_contain_text("could not be checked: ")
    expect(page.answer).to_contain_text(why)
    page.go("Models")
    page.go("Chat")
    expect(page.composer).to_be_visible()
