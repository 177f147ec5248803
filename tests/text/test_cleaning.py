import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.text.cleaning import LONGEST_ID, clean, line, sendable, spelled

odd = st.characters(categories=["Cc", "Cf", "Cs", "Cn", "Mn", "Zs", "Zl", "Zp"]) | st.sampled_from(
    "<U+200B> \u3164\u2800"
)
texts = st.text(st.characters() | odd)


@given(texts)
def test_clean_text_can_be_written_anywhere(text: str) -> None:
    shown = clean(text)
    assert shown.encode().decode() == shown
    assert not {sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cs")} - set("\t\n\r")
    assert clean(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\nc\n", "a\tb\r\nc\n"),
        ("a\x00b\x1b[31m\x7f\x9b", "a\ufffdb\ufffd[31m\ufffd\ufffd"),
        ("\ud83d\ude00 and \ud83d", "😀 and \ufffd"),
        ("👩\u200d💻 \u202eשלום \u2028", "👩\u200d💻 \u202eשלום \u2028"),
    ],
)
def test_clean_text_keeps_what_people_write(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(texts, st.integers(1, 40))
def test_a_line_is_one_line_and_short(text: str, longest: int) -> None:
    shown = line(text, longest)
    assert len(shown) <= longest
    assert shown == " ".join(shown.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]", shown)


def test_a_line_keeps_emoji_and_drops_what_turns_the_direction() -> None:
    assert line(" Ask\n 👩\u200d💻 \u202eabout\x00 it\u200b ") == "Ask 👩\u200d💻 about it"


@given(texts)
def test_a_spelled_id_can_be_seen_and_turned_back(id_: str) -> None:
    assert spelled(id_).isprintable()
    turned_back = re.sub(r"<U\+([0-9A-F]{4,6})>", lambda found: chr(int(found[1], 16)), spelled(id_))
    assert turned_back == id_


@pytest.mark.parametrize(
    ("id_", "shown"),
    [
        ("@cf/meta/llama-3.1-8b-instruct", "@cf/meta/llama-3.1-8b-instruct"),
        ("qwen3:4b", "qwen3:4b"),
        ("модель/通义", "модель/通义"),
        ("My model", "My model"),
        ("gpt\u200b-4", "gpt<U+200B>-4"),
        ("gpt-4\u202e", "gpt-4<U+202E>"),
        ("gpt-4 ", "gpt-4<U+0020>"),
        ("my  model", "my <U+0020>model"),
        ("caf\u00e9", "caf\u00e9"),
        ("cafe\u0301", "cafe<U+0301>"),
        ("x\u3164", "x<U+3164>"),
        ("a<U+200B>", "a<U+003C>U+200B>"),
    ],
)
def test_ids_that_look_alike_are_spelled_differently(id_: str, shown: str) -> None:
    assert spelled(id_) == shown


@pytest.mark.parametrize(
    "id_", ["", " ", "a\x00", "a\nb", "a\tb", "\ud800", "a\x7f", "a\x85", "a\ufffd", "x" * (LONGEST_ID + 1)]
)
def test_what_cannot_be_asked_by(id_: str) -> None:
    assert not sendable(id_)


@pytest.mark.parametrize("id_", ["x", "x" * LONGEST_ID, "gpt\u200b-4", "my model", "модель"])
def test_what_can_be_asked_by(id_: str) -> None:
    assert sendable(id_)
