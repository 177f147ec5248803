"""What an answer holds beside its words, on the chat page: told, and never fetched."""

from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.channel.messages import TurnView
from tests.answers.test_pictures import drawn, uri
from tests.pages.conftest import ROOT, TIMEOUT_S
from tests.pages.talk import last, said, say
from tests.upstream import Answer, Upstream

MODEL = "some-model"


def answered(server: Upstream, message: dict[str, Any], *, choices: Sequence[Any] = (), **choice: Any) -> TurnView:
    """What is seen of an answer that is this message."""
    first = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop", **choice}
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    server.script(Answer.json({"choices": [first, *choices], "usage": usage}), MODEL)
    page = AppTest.from_file(ROOT / "pages/chat.py", default_timeout=TIMEOUT_S)
    page.query_params["model"] = f"openai/{MODEL}"
    return last(say(page.run(), "Draw a boat"))


def pictures(answer: TurnView) -> list[str]:
    """Those that are drawn."""
    return [picture.url for picture in answer.pictures if picture.url]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_picture_is_drawn_from_its_bytes(server: Upstream, kind: str) -> None:
    parts = [{"type": "image_url", "image_url": {"url": uri(drawn(kind), "image/svg+xml")}}]
    answer = answered(server, {"content": "", "images": parts})
    assert pictures(answer) == [uri(drawn(kind), f"image/{kind}")]
    assert "answered with nothing" not in said(answer)


@pytest.mark.parametrize(
    ("url", "caption", "link"),
    [
        ("http://127.0.0.1:1/secret.png", "nothing is fetched from there: 127.0.0.1", "http://127.0.0.1:1/secret.png"),
        ("https://a.example/x.png", "nothing is fetched from there: a.example", "https://a.example/x.png"),
        ("javascript:alert(1)", "nothing is fetched from there: javascript:alert(1)", ""),
        ("data:image/svg+xml;base64,PHN2Zy8+", "A picture is no PNG, JPEG, GIF or WebP.", ""),
    ],
)
def test_what_is_no_picture_is_said_and_not_drawn(server: Upstream, url: str, caption: str, link: str) -> None:
    answer = answered(server, {"content": "Here.", "images": [{"image_url": {"url": url}}]})
    assert pictures(answer) == []
    (picture,) = answer.pictures
    assert caption in picture.caption
    assert picture.link == link


def test_what_a_browser_cannot_draw_is_said_to_be_damaged(server: Upstream) -> None:
    cut = uri(drawn("png", (2000, 9))[:60])
    (picture,) = answered(server, {"content": "Here.", "images": [{"image_url": {"url": cut}}]}).pictures
    assert (picture.url, picture.caption) == (cut, "A picture (PNG, 2000 × 9) is damaged.")


def test_sources_are_links_that_say_where_they_lead(server: Upstream) -> None:
    cited = ["https://tides.example/low", "javascript:alert(1)", "https://a.example/](x) <img src=x>"]
    answer = answered(
        server, {"content": "Low water.", "annotations": [{"url_citation": {"url": url}} for url in cited]}
    )
    assert [(source.host, source.link) for source in answer.sources] == [
        ("tides.example", "https://tides.example/low"),
        ("javascript:alert(1)", ""),
        ("a.example", "https://a.example/%5D%28x%29%20%3Cimg%20src=x%3E"),
    ]


def test_further_answers_and_probabilities_are_told(server: Upstream) -> None:
    more = [{"index": index, "message": {"content": f"Answer number {index}"}} for index in (1, 2)]
    content = [{"token": "Low", "logprob": -0.105, "top_logprobs": [{"token": "High", "logprob": -2.3}]}]
    answer = answered(server, {"content": "Low"}, choices=more, logprobs={"content": content})
    assert [(choice.label, choice.text) for choice in answer.choices] == [
        ("Answer 2", "Answer number 1"),
        ("Answer 3", "Answer number 2"),
    ]
    assert answer.probabilities_count == 1
    (token,) = answer.probabilities
    assert (token.token, token.share, token.logprob, token.alternatives) == ('"Low"', "90.0%", -0.105, '"High" 10.0%')
