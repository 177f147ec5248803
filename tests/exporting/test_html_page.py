"""A chat as one page: everything in it, nothing that runs or is fetched."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from playground.answers.extras import Citation, Extras
from playground.conversation.setup import Setup
from playground.exporting.html_page import as_page
from playground.messages import Message, ToolCall
from playground.sharing.data_of_document import data_of
from playground.sharing.document import chat_document
from playground.sharing.included import Included
from playground.store import StoredReply, Turn
from tests.answers.test_pictures import PNG, uri
from tests.compare.test_verdict import GOOD

AT = datetime(2026, 11, 29, tzinfo=UTC)


def page_of(title: str, path: Sequence[Turn]) -> str:
    return as_page(data_of(chat_document(title, Setup("m"), path, Included(), AT))).page


def turn(message: Message, reply: StoredReply | None = None) -> Turn:
    return Turn("t", "c", None, message, AT, ("t",), reply)


def answered(text: str, **more: object) -> Turn:
    return turn(Message("assistant", text), replace(GOOD, text=text, **more))  # type: ignore[arg-type]


def test_what_was_said_is_there_as_it_was_meant() -> None:
    pictured = Message(
        "user", ({"type": "text", "text": "Which <b>sea</b>?"}, {"type": "image_url", "image_url": {"url": uri(PNG)}})
    )
    answer = answered(
        "It is **salty**.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        reasoning="Rivers?",
        tool_calls=(ToolCall("c1", "look_up", '{"sea": 1}'),),
        extras=Extras(citations=(Citation("https://tides.example/low", "Tides"),), choices={1: "*Another*"}),
        setup={"system_prompt": "Be brief.", "parameters": {"temperature": 0.2}},
    )
    page = page_of("The sea", [turn(pictured), answer])
    for part in (
        "<title>The sea</title>",
        "Which &lt;b&gt;sea&lt;/b&gt;?",
        f'<img src="{uri(PNG)}"',
        "Be brief.",
        "<strong>salty</strong>",
        "<td",
        "Rivers?",
        "Call of look_up",
        "Tides",
        "<em>Another</em>",
        "temperature 0.2",
    ):
        assert part in page, part


def test_an_answer_that_is_not_whole_says_so() -> None:
    assert "Stopped</em>" in page_of("", [answered("The Dead", state="stopped")])
    assert "still on its way" in page_of("", [answered("The Dead", state="live")])


def test_a_picture_at_an_address_is_not_fetched() -> None:
    held = Extras(images=("https://a.example/x.png",))
    page = page_of("", [answered("![p](https://b.example/y.png)", extras=held)])
    assert "<img" not in page
    assert "a.example" in page


class _Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = st.sampled_from(
    [
        "<script>",
        "</style>",
        "<img src=x onerror=alert(1)>",
        '"',
        "javascript:alert(1)",
        "</main>",
        "`",
        "](",
        "![",
        "\ud800",
    ]
) | st.text(max_size=8)
TEXTS = st.lists(HOSTILE, max_size=8).map("".join)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_whatever_is_in_it_nothing_runs_and_nothing_is_fetched(title: str, asked: str, said: str, url: str) -> None:
    held = Extras(images=(url,), citations=(Citation(url, said),))
    calls = (ToolCall("c", asked, said),)
    page = page_of(
        title, [turn(Message("user", asked)), answered(said, reasoning=asked, extras=held, tool_calls=calls)]
    )
    page.encode()
    for tag, attributes in _Elements(page).found:
        assert tag not in ("script", "iframe", "object", "embed", "link", "form", "base")
        assert not any(name.startswith("on") for name in attributes)
        assert re.match(r"data:image/", attributes.get("src") or "data:image/")
        assert re.match(r"(?i)https?:|mailto:", attributes.get("href") or "https:")
