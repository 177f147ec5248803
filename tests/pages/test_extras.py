"""What an answer holds beside its words, on the chat page: seen, and never fetched."""

from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.session import chat
from tests.pages.conftest import ROOT, TIMEOUT_S, shown
from tests.test_pictures import drawn, uri
from tests.upstream import Answer, Upstream

MODEL = "some-model"


def answered(server: Upstream, message: dict[str, Any], *, choices: Sequence[Any] = (), **choice: Any) -> AppTest:
    """The page after a question whose answer is this message."""
    first = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop", **choice}
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    server.script(Answer.json({"choices": [first, *choices], "usage": usage}), MODEL)
    page = AppTest.from_file(ROOT / "pages/chat.py", default_timeout=TIMEOUT_S)
    page.query_params["model"] = f"openai/{MODEL}"
    page.run()
    page.chat_input(key="composer").set_value("Draw a boat").run()
    assert not page.exception
    return page


def pictures(page: AppTest) -> list[str]:
    """Where the browser is to get pictures from."""
    return [image.url for found in page.get("image") for image in found.proto.imgs]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_picture_is_drawn_from_its_bytes(server: Upstream, kind: str) -> None:
    parts = [{"type": "image_url", "image_url": {"url": uri(drawn(kind), "image/svg+xml")}}]
    page = answered(server, {"content": "", "images": parts})
    (url,) = pictures(page)
    assert url.endswith({"jpeg": ".jpg", "webp": ".png"}.get(kind, f".{kind}"))
    assert not url.startswith(("data:", "http"))
    assert "answered with nothing" not in shown(page)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/secret.png", "A picture is at an address, and nothing is fetched from there: [127.0.0.1]"),
        ("https://a.example/x.png", "[a.example](https://a.example/x.png)"),
        ("javascript:alert(1)", "nothing is fetched from there: javascript:alert(1)"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "A picture is no PNG, JPEG, GIF or WebP."),
        (uri(drawn("png", (2000, 9))[:60]), "A picture (PNG, 2000 × 9) is damaged."),
    ],
)
def test_what_is_no_picture_is_said_and_not_drawn(server: Upstream, url: str, said: str) -> None:
    page = answered(server, {"content": "Here.", "images": [{"image_url": {"url": url}}]})
    assert pictures(page) == []
    assert said in shown(page)


def test_sources_are_links_that_say_where_they_lead(server: Upstream) -> None:
    cited = ["https://tides.example/low", "javascript:alert(1)", "https://a.example/](x) <img src=x>"]
    page = answered(server, {"content": "Low water.", "annotations": [{"url_citation": {"url": url}} for url in cited]})
    sources = next(words.value for words in page.caption if "tides.example" in words.value)
    assert "[tides\\.example](https://tides.example/low)" in sources
    assert "(javascript" not in sources
    assert "](x)" not in sources
    assert "<img" not in sources


def test_further_answers_and_probabilities_are_drawn_when_they_are_opened(server: Upstream) -> None:
    more = [{"index": index, "message": {"content": f"Answer number {index}"}} for index in (1, 2)]
    content = [{"token": "Low", "logprob": -0.105, "top_logprobs": [{"token": "High", "logprob": -2.3}]}]
    page = answered(server, {"content": "Low"}, choices=more, logprobs={"content": content})
    labels = [box.label for box in page.expander]
    assert "2 further answers" in labels
    assert "Probabilities of 1 token" in labels
    assert "Answer number 2" not in shown(page)
    (conversation,) = chat().store.conversations()
    reply_id = chat().store.path(conversation.id)[-1].id
    for box in ("choices", "logprobs"):
        page.session_state[f"{box}-{reply_id}"] = True
    page.run()
    assert not page.exception
    assert "Answer number 2" in shown(page)
    (table,) = page.dataframe
    assert table.value.to_dict("records") == [
        {"token": '"Low"', "probability": pytest.approx(0.9, abs=0.01), "logprob": -0.105, "instead": '"High" 10.0%'}
    ]
