"""Thoughts and answer in one text, told apart wherever the text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.events import ReasoningDelta, TextDelta
from playground.providers.thinking import ThoughtSplitter, opens_in_thought


def split(*texts: str, opens: bool = False, stopped: bool = True) -> tuple[str, str]:
    splitter = ThoughtSplitter(opens_in_thought=opens)
    pieces: list[TextDelta | ReasoningDelta] = []
    for text in texts:
        splitter.feed(text, pieces)
    pieces += splitter.finish() if stopped else splitter.release()
    assert all(piece.text for piece in pieces)
    return (
        "".join(piece.text for piece in pieces if isinstance(piece, ReasoningDelta)),
        "".join(piece.text for piece in pieces if isinstance(piece, TextDelta)),
    )


ANSWERS: dict[str, tuple[str, str, str]] = {
    "no thoughts": ("Hi < there >", "", "Hi < there >"),
    "thoughts": ("<think>\nHm\n</think>\n\nHi", "Hm\n", "Hi"),
    "no thoughts between the tags": ("<think>\n\n</think>\n\nHi", "", "Hi"),
    "blanks first": ("\n <think>Hm</think>Hi", "Hm", "Hi"),
    "two thoughts": ("<think>A</think>\n<think>B</think>\nHi", "AB", "Hi"),
    "indented answer": ("<think>A</think>\n\n  code", "A", "  code"),
    "a tag that is talked about": ("Write <think>x</think> around it", "", "Write <think>x</think> around it"),
    "a closing tag that is talked about": ("The `</think>` tag", "", "The `</think>` tag"),
    "tags after thoughts": ("<think>A</think>Use <think> and </think>", "A", "Use <think> and </think>"),
    "never closed": ("<think>Hm", "Hm", ""),
    "almost a tag": ("<thinker>", "", "<thinker>"),
    "the beginning of a tag at the end": ("a </thi", "", "a </thi"),
    "blanks alone": (" \n", "", " \n"),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize(("answer", "thoughts", "text"), ANSWERS.values(), ids=ANSWERS)
def test_thoughts_are_told_from_the_answer(answer: str, thoughts: str, text: str) -> None:
    assert split(answer) == (thoughts, text)


@pytest.mark.parametrize(("answer", "thoughts", "text"), ANSWERS.values(), ids=ANSWERS)
def test_cuts_do_not_matter(answer: str, thoughts: str, text: str) -> None:
    assert split(*answer) == (thoughts, text)
    for at in range(len(answer)):
        assert split(answer[:at], answer[at:]) == (thoughts, text)


@given(st.lists(st.sampled_from(["<think>", "</think>", "\n", " ", "a", "`", "<", "</"]), max_size=12), st.booleans())
def test_no_text_is_lost_and_no_cut_matters(parts: list[str], opens: bool) -> None:
    answer = "".join(parts)
    thoughts, text = split(answer, opens=opens)
    assert split(*parts, opens=opens) == (thoughts, text)
    assert split(*answer, opens=opens) == (thoughts, text)
    assert thoughts.count("a") + text.count("a") >= answer.count("a")


def test_a_model_that_opens_in_thought() -> None:
    assert split("Hm", ", so</thi", "nk>\n\nHi", opens=True) == ("Hm, so", "Hi")
    assert split("<think>\nHm</think>Hi", opens=True) == ("Hm", "Hi")


def test_a_model_that_was_cut_in_its_thoughts_has_not_answered() -> None:
    assert split("Hm, so", opens=True, stopped=False) == ("Hm, so", "")


def test_a_model_that_stops_without_closing_has_answered() -> None:
    assert split("Hi", " there", opens=True) == ("Hi there", "Hi there")


def test_a_missing_opener_is_noticed_for_the_next_time() -> None:
    splitter = ThoughtSplitter()
    pieces: list[TextDelta | ReasoningDelta] = []
    for text in ("Hm\n", "</think>", "\n\nHi"):
        splitter.feed(text, pieces)
    assert pieces == [TextDelta("Hm\n"), TextDelta("Hi")]
    assert splitter.unopened


@pytest.mark.parametrize(
    ("model", "opens"),
    [
        ("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", True),
        ("@cf/qwen/qwq-32b", True),
        ("Qwen/Qwen3-4B-Thinking-2507", True),
        ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", False),
        ("@cf/qwen/qwen3-30b-a3b-fp8", False),
        ("deepseek-v4-flash-0731", False),
    ],
)
def test_models_whose_template_opens_the_tag(model: str, opens: bool) -> None:
    assert opens_in_thought(model) is opens
