"""What is paid for beside text is heard too: pictures, sources, further choices, probabilities, the words of sound."""

import json
from typing import Any

from playground.answers.extras import Citation, Logprob
from tests.providers.answers import frames
from tests.providers.heard import Heard, hear

PNG = "data:image/png;base64,iVBORw0KGgo="


def hear_stream(*said: dict[str, Any]) -> Heard:
    return hear(frames(*map(json.dumps, said)))


def hear_whole(document: dict[str, Any]) -> Heard:
    return hear(json.dumps(document), content_type="application/json")


def chunk(choice: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"choices": [choice], **more}


def test_a_picture_is_an_answer() -> None:
    message = {"content": "", "images": [{"type": "image_url", "image_url": {"url": PNG}}]}
    heard = hear_whole(chunk({"message": message, "finish_reason": "stop"}))
    assert heard.extras.images == (PNG,)
    assert heard.reason == "stop"


def test_pictures_in_pieces_of_a_stream_in_parts_and_in_responses() -> None:
    streamed = hear_stream(
        chunk({"delta": {"images": [{"image_url": {"url": PNG}}]}}),
        chunk({"delta": {"content": [{"type": "text", "text": "Here"}, {"type": "image_url", "image_url": PNG}]}}),
        chunk({"delta": {}, "finish_reason": "stop"}),
    )
    assert (streamed.text, streamed.extras.images) == ("Here", (PNG, PNG))

    drawn = {"type": "image_generation_call", "result": "iVBORw0KGgo="}
    assert hear_whole({"output": [drawn], "status": "completed"}).extras.images == (PNG,)
    in_events = hear_stream(
        {"type": "response.image_generation_call.partial_image", "partial_image_b64": "iVBORw0KGgo="},
        {"type": "response.output_item.done", "output_index": 0, "item": drawn},
        {"type": "response.completed", "response": {"status": "completed", "output": [drawn]}},
    )
    assert in_events.extras.images == (PNG,)
    jpeg = hear_whole({"output": [{**drawn, "result": "/9j/", "output_format": "jpeg"}], "status": "completed"})
    assert jpeg.extras.images == ("data:image/jpeg;base64,/9j/",)


def test_sources_in_the_words_of_z_ai() -> None:
    found = [{"title": "Tides", "link": "https://tides.example/", "content": "High water at noon."}]
    heard = hear_stream({**chunk({"delta": {"content": "Noon"}, "finish_reason": "stop"}), "web_search": found})
    assert heard.extras.citations == (Citation("https://tides.example/", "Tides"),)


def test_sources_come_while_the_text_does() -> None:
    cited = {"type": "url_citation", "url": "https://tides.example/", "title": "Tides"}
    heard = hear_stream(
        {"type": "response.output_text.delta", "output_index": 0, "delta": "High water."},
        {"type": "response.output_text.annotation.added", "output_index": 0, "annotation": cited},
        {"type": "response.completed", "response": {"status": "completed", "output": []}},
    )
    assert heard.extras.citations == (Citation("https://tides.example/", "Tides"),)


def test_the_words_of_sound_are_the_text() -> None:
    heard = hear_stream(
        chunk({"delta": {"audio": {"id": "a", "transcript": "Low "}}}),
        chunk({"delta": {"audio": {"transcript": "water"}}}),
        chunk({"delta": {"audio": {"data": "A" * 40_000}}}),
        chunk({"delta": {}, "finish_reason": "stop"}),
    )
    assert heard.text == "Low water"
    assert heard.notes == ["Sound came too, about 30 kB; it is not played here."]


def test_further_choices_are_kept_apart_by_their_index() -> None:
    heard = hear_stream(
        chunk({"index": 1, "delta": {"content": "Ebb"}}),
        chunk({"index": 0, "delta": {"content": "Flood"}}),
        {"choices": [{"index": 0, "delta": {"content": "!"}}, {"index": 2, "delta": {"content": "Slack"}}]},
        chunk({"index": 1, "delta": {"content": "?"}, "finish_reason": "length"}),
        chunk({"index": 0, "delta": {}, "finish_reason": "stop"}),
    )
    assert (heard.text, heard.reason) == ("Flood!", "stop")
    assert heard.extras.choices == {1: "Ebb?", 2: "Slack"}


def test_further_choices_of_a_whole_answer_without_indexes() -> None:
    heard = hear_whole({"choices": [{"message": {"content": "Flood"}}, {"message": {"content": "Ebb"}}]})
    assert (heard.text, heard.extras.choices) == ("Flood", {1: "Ebb"})


def test_sources_are_named_once_in_whatever_form() -> None:
    perplexity = {
        "citations": ["https://tides.example/"],
        "search_results": [{"url": "https://b.example/", "title": "B"}],
    }
    heard = hear_stream(
        chunk({"delta": {"content": "High"}}, **perplexity),
        chunk({"delta": {"content": " water"}, "finish_reason": "stop"}, **perplexity),
    )
    assert heard.extras.citations == (Citation("https://b.example/", "B"), Citation("https://tides.example/"))

    annotation = {"type": "url_citation", "url_citation": {"url": "https://c.example/", "title": "C"}}
    heard = hear_whole(chunk({"message": {"content": "Hi", "annotations": [annotation]}}))
    assert heard.extras.citations == (Citation("https://c.example/", "C"),)

    part = {"type": "output_text", "text": "Hi", "annotations": [{"type": "url_citation", "url": "https://d.example/"}]}
    heard = hear_whole({"output": [{"type": "message", "content": [part]}], "status": "completed"})
    assert (heard.text, heard.extras.citations) == ("Hi", (Citation("https://d.example/"),))


def test_probabilities_come_with_their_tokens() -> None:
    scored = {"token": "Hi", "logprob": -0.5, "top_logprobs": [{"token": "Hi", "logprob": -0.5}, {"token": "Yo"}]}
    heard = hear_stream(
        chunk({"delta": {"content": "Hi"}, "logprobs": {"content": [scored]}}),
        chunk({"delta": {}, "logprobs": None, "finish_reason": "stop"}),
    )
    assert heard.extras.logprobs == (Logprob("Hi", -0.5, (("Hi", -0.5),)),)

    old = {"tokens": ["Hi", "!"], "token_logprobs": [None, -1.0], "top_logprobs": [None, {"!": -1.0}]}
    heard = hear_whole(chunk({"text": "Hi!", "logprobs": old}))
    assert heard.extras.logprobs == (Logprob("!", -1.0, (("!", -1.0),)),)


def test_nonsense_in_their_places_is_passed_over() -> None:
    heard = hear_stream(
        chunk(
            {
                "delta": {"content": "Hi", "images": ["x", {"image_url": 1}], "audio": "x", "annotations": {"url": 1}},
                "logprobs": {"content": [1, {"token": "Hi", "logprob": "x"}]},
            },
            citations=[1, {"url": "x" * 5_000}, {"url": ["x"]}],
        ),
        {"choices": [{"index": "x", "delta": {"content": "?"}}, {"index": 99_999, "delta": {"content": "?"}}, 7]},
        chunk({"delta": {}, "finish_reason": "stop"}),
    )
    assert (heard.text, heard.reason) == ("Hi", "stop")
    assert not heard.extras
