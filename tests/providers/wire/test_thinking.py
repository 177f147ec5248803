"""Thoughts and answer in one text, told apart wherever the text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.events import ReasoningDelta, Reclassified, TextDelta
from playground.providers.wire.thoughts.thinking import Piece, ThoughtSplitter, opens_in_thought
from playground.providers.wire.thoughts.thought_tags import FIRST_CHARS, TAGS, TagPosition, has_tag_start


def split(*texts: str, opens: bool = False, ended: bool = True) -> tuple[str, str]:
    """Thoughts and answer, put together as whoever hears the pieces does."""
    splitter = ThoughtSplitter(opens_in_thought=opens)
    pieces: list[Piece] = []
    for text in texts:
        splitter.feed(text, pieces)
    pieces += splitter.finish(ended=ended)
    thoughts = answer = ""
    for piece in pieces:
        match piece:
            case TextDelta(text):
                assert text
                answer += text
            case ReasoningDelta(text):
                assert text
                thoughts += text
            case Reclassified("thought"):
                assert answer
                thoughts, answer = thoughts + answer, ""
            case Reclassified("text"):
                assert thoughts
                thoughts, answer = "", thoughts + answer
    return thoughts, answer


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
    "nothing opened it, on a line of its own": ("Hm\n</think>\n\nHi", "Hm\n", "Hi"),
    "nothing opened it, at the end of a line": ("Hm.</think>\nHi", "Hm.", "Hi"),
    "nothing opened it, at the end of a line with blanks": ("Hm.</think> \t\r\nHi", "Hm.", "Hi"),
    "nothing opened it, at the beginning of a line": ("Hm\n</think>Hi", "Hm\n", "Hi"),
    "nothing opened it, at the end": ("Hm\n</think>", "Hm\n", ""),
    "nothing was thought": ("</think>\n\nHi", "", "Hi"),
    "two that nothing opened": ("Hm\n</think>\nHi\n</think>\nHo", "Hm\n", "Hi\n</think>\nHo"),
    "more thoughts after one that nothing opened": ("A\n</think>\n<think>B</think>\nHi", "A\nB", "Hi"),
    "code in thoughts that nothing opened": ("```\nx\n```\nHm\n</think>\nHi", "```\nx\n```\nHm\n", "Hi"),
    "an inner quote": ('She said "hm", twice.\n</think>\nHi', 'She said "hm", twice.\n', "Hi"),
    "in the middle of a sentence": ("The tag </think> ends it.", "", "The tag </think> ends it."),
    "in the middle of a line": ("Hm.</think>Hi", "", "Hm.</think>Hi"),
    "in a block of code": ("So:\n```\nHm\n</think>\nHi\n```\n", "", "So:\n```\nHm\n</think>\nHi\n```\n"),
    "in a longer block of code": (
        "~~~~\n```\n</think>\n```\n~~~\n</think>\n~~~~",
        "",
        "~~~~\n```\n</think>\n```\n~~~\n</think>\n~~~~",
    ),
    "in indented code": ("So:\n\n    </think>\n", "", "So:\n\n    </think>\n"),
    "in a block quote": ("> Hm</think>\n> Hi", "", "> Hm</think>\n> Hi"),
    "in a list of tags": ("The tags:\n- </think>\n- </thought>\n", "", "The tags:\n- </think>\n- </thought>\n"),
    "in quotation marks": ('It ends with "</think>"\n', "", 'It ends with "</think>"\n'),
    "in curly quotation marks": ("It ends with “x </think>\n”", "", "It ends with “x </think>\n”"),
    "in inline code at the end of a line": ("Write ``x </think>\n``", "", "Write ``x </think>\n``"),
    "in quotation marks that are open at the end of a line": (
        'It ends with "</think>\n"',
        "",
        'It ends with "</think>\n"',
    ),
    "in guillemets that are open": ("It ends with «x </think>\n»", "", "It ends with «x </think>\n»"),
    "behind an apostrophe": ("It ends with '</think>\n'", "", "It ends with '</think>\n'"),
    "after a quotation in its line": ('She said "hm" twice.</think>\nHi', 'She said "hm" twice.', "Hi"),
    "after a curly quotation in its line": ("She said “hm” and «ah».</think>\nHi", "She said “hm” and «ah».", "Hi"),
    "after one that is quoted in its line": (
        'They wrote "</think>" and "so".</think>\nHi',
        'They wrote "</think>" and "so".',
        "Hi",
    ),
    "after one in inline code in its line": (
        "“a `</think>` b” and “so”.</think>\nHi",
        "“a `</think>` b” and “so”.",
        "Hi",
    ),
    "after inline code in its line": ("I call `f()`.</think>\nHi", "I call `f()`.", "Hi"),
    "after backticks that open no block": ("```x``` is code.\nHm.</think>\nHi", "```x``` is code.\nHm.", "Hi"),
    "in a block of code whose name has a backtick": ("~~~ a`b\n</think>\n~~~", "", "~~~ a`b\n</think>\n~~~"),
    "indented under a line of words": ("So\n    Hm\n    </think>\nHi", "So\n    Hm\n    ", "Hi"),
    "indented under a block of code": ("```\nx\n```\n    </think>\nHi", "", "```\nx\n```\n    </think>\nHi"),
    "behind what is no tag": ("1 < 2\n</think>\nHi", "1 < 2\n", "Hi"),
    "blanks behind it at the end": ("Hm.</think> ", "Hm.", ""),
    "indented thoughts": ("<think>\n  Hm</think>Hi", "  Hm", "Hi"),
    "the beginning of a closing tag at the end of thoughts": ("<think>Hm </thi", "Hm </thi", ""),
    "the beginning of a tag behind thoughts": ("<think>A</think>\n <thi", "A", "<thi"),
    "something opened it further on": ("Write\n<think>\nx\n</think>\n", "", "Write\n<think>\nx\n</think>\n"),
}


@pytest.mark.parametrize(("answer", "thoughts", "text"), ANSWERS.values(), ids=ANSWERS)
def test_thoughts_are_told_from_the_answer(answer: str, thoughts: str, text: str) -> None:
    assert split(answer) == (thoughts, text)


@pytest.mark.parametrize(("answer", "thoughts", "text"), ANSWERS.values(), ids=ANSWERS)
def test_cuts_do_not_matter(answer: str, thoughts: str, text: str) -> None:
    assert split(*answer) == (thoughts, text)
    for at in range(len(answer)):
        assert split(answer[:at], answer[at:]) == (thoughts, text)


PARTS = ["<think>", "</think>", "[THINK]", "[/THINK]", "\n", " ", "a", "`", "```\n", '"', "> ", "<", "</", "["]


@given(st.lists(st.sampled_from(PARTS), max_size=14), st.booleans())
def test_no_text_is_lost_or_said_twice_and_no_cut_matters(parts: list[str], opens: bool) -> None:
    answer = "".join(parts)
    thoughts, text = split(answer, opens=opens)
    assert split(*parts, opens=opens) == (thoughts, text)
    assert split(*answer, opens=opens) == (thoughts, text)
    assert (thoughts + text).count("a") == answer.count("a")


@pytest.mark.parametrize(("open_", "close"), TAGS.items())
def test_the_tags_of_every_family(open_: str, close: str) -> None:
    assert split(f"{open_}\nHm\n{close}\n\nHi") == ("Hm\n", "Hi")
    assert split(f"Hm\n{close}\n\nHi") == ("Hm\n", "Hi")
    assert split(f"Write {open_} and {close} around it.") == ("", f"Write {open_} and {close} around it.")
    assert split(*f"{open_}Hm</thing>[/x]{close}Hi") == ("Hm</thing>[/x]", "Hi")


def test_a_piece_that_may_hold_a_tag_is_told_by_its_characters() -> None:
    assert all(has_tag_start(first) for first in FIRST_CHARS)
    assert not has_tag_start("High water at noon.")


def test_a_model_that_opens_in_thought() -> None:
    assert split("Hm", ", so\n</thi", "nk>\n\nHi", opens=True) == ("Hm, so\n", "Hi")
    assert split("<think>\nHm</think>Hi", opens=True) == ("Hm", "Hi")


@pytest.mark.parametrize("ended", [True, False])
def test_an_answer_that_was_taken_for_thought_is_the_answer(ended: bool) -> None:
    assert split("Hi", " there", opens=True, ended=ended) == ("", "Hi there")
    assert split("The tag </think> ends it.", opens=True, ended=ended) == ("", "The tag </think> ends it.")


def test_what_was_thought_is_said_when_it_is_known() -> None:
    splitter = ThoughtSplitter()
    pieces: list[Piece] = []
    for text in ("Hm", "\n", "</think>", "\n\nHi"):
        splitter.feed(text, pieces)
    assert pieces == [TextDelta("Hm"), TextDelta("\n"), Reclassified("thought"), TextDelta("Hi")]


def test_what_is_taken_for_thought_is_said_as_thought_and_told_to_be_only_that() -> None:
    splitter = ThoughtSplitter(opens_in_thought=True)
    pieces: list[Piece] = []
    assert not splitter.assumes_thought
    splitter.feed("Hm", pieces)
    assert (pieces, splitter.assumes_thought) == ([ReasoningDelta("Hm")], True)
    splitter.feed("\n</think>\n\nHi", pieces)
    assert (pieces, splitter.assumes_thought) == ([ReasoningDelta("Hm"), ReasoningDelta("\n"), TextDelta("Hi")], False)


def test_what_was_taken_for_thought_is_the_answer_once_thoughts_come_in_a_field_of_their_own() -> None:
    splitter = ThoughtSplitter(opens_in_thought=True)
    pieces: list[Piece] = []
    splitter.feed("Hi", pieces)
    splitter.settle(pieces)
    splitter.feed(" there\n</think>\n", pieces)
    assert pieces == [ReasoningDelta("Hi"), Reclassified("text"), TextDelta(" there\n</think>\n")]
    assert splitter.finish(ended=True) == []


def test_nobody_knows_of_a_tag_at_the_end_of_what_broke_off() -> None:
    assert split("The closing tag is </think>", ended=False) == ("", "The closing tag is </think>")


def test_where_thoughts_have_a_field_of_their_own_no_tag_makes_any() -> None:
    splitter = ThoughtSplitter()
    pieces: list[Piece] = []
    splitter.settle(pieces)
    splitter.feed("A line\n</think>\nHi", pieces)
    assert pieces == [TextDelta("A line\n</think>\nHi")]


def test_each_character_is_looked_at_once() -> None:
    """A text of nothing but closing tags costs as much for each of them, however many there are."""
    looked_at = 0

    class Counted(TagPosition):
        def advance(self, text: str) -> None:
            nonlocal looked_at
            looked_at += len(text)
            super().advance(text)

    splitter = ThoughtSplitter()
    splitter._position = Counted()
    pieces: list[Piece] = []
    for _ in range(2_000):
        splitter.feed("so </think> then ", pieces)
    splitter.finish(ended=True)
    assert looked_at <= 2_000 * len("so </think> then ")


@pytest.mark.parametrize(
    ("model", "opens"),
    [
        ("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", True),
        ("@cf/qwen/qwq-32b", True),
        ("Qwen/Qwen3-4B-Thinking-2507", True),
        ("qwen3-30b-non-thinking", False),
        ("anthropic/claude-sonnet:thinking", False),
        ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", False),
        ("@cf/qwen/qwen3-30b-a3b-fp8", False),
        ("deepseek-v4-flash-0731", False),
    ],
)
def test_models_whose_template_opens_the_tag(model: str, opens: bool) -> None:
    assert opens_in_thought(model) is opens


def test_a_request_that_switches_thinking_off_opens_in_none() -> None:
    assert not opens_in_thought("@cf/qwen/qwq-32b", {"chat_template_kwargs": {"enable_thinking": False}})
    assert opens_in_thought("@cf/qwen/qwq-32b", {"chat_template_kwargs": {"enable_thinking": True, "other": False}})
