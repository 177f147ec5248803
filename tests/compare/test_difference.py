import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.compare.difference import difference, differing_words

# Few words and signs, so that texts have something in common.
TEXTS = st.lists(st.sampled_from(["sea", "is", "blue", " ", "  ", "\n", ".", "…", "né", "{", '"'])).map("".join)


@given(TEXTS | st.text(), TEXTS | st.text())
def test_the_pieces_joined_are_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    if not (before.lstrip()[:1] in "[{" and after.lstrip()[:1] in "[{"):  # JSON is laid out anew
        assert "".join(text for change, text in pieces if change != "added") == before
        assert "".join(text for change, text in pieces if change != "removed") == after
    assert all(text for _, text in pieces)
    assert all(one[0] != next_[0] for one, next_ in pairwise(pieces))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {change for change, _ in difference(text, text)} <= {"same"}


def test_whole_words_change() -> None:
    assert difference("The sea is blue.", "The sky is blue!") == [
        ("same", "The "),
        ("removed", "sea"),
        ("added", "sky"),
        ("same", " is blue"),
        ("removed", "."),
        ("added", "!"),
    ]


def test_what_is_said_quite_differently_is_one_change() -> None:
    assert difference("It was a bright morning.", "It came with rain.") == [
        ("same", "It "),
        ("removed", "was a bright morning"),
        ("added", "came with rain"),
        ("same", "."),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).filter(lambda value: isinstance(value, dict | list))


@given(JSON, st.sampled_from([None, 1, 8]))
def test_json_is_compared_by_value(value: object, indent: int | None) -> None:
    pieces = difference(json.dumps(value, indent=indent), json.dumps(value, sort_keys=True))
    assert {change for change, _ in pieces} == {"same"}


def test_json_differs_where_its_values_do() -> None:
    pieces = difference('{"b": 1, "a": [1, 2]}', '{"a":[1,3],"b":1}')
    assert [piece for piece in pieces if piece[0] != "same"] == [("removed", "2"), ("added", "3")]


@pytest.mark.parametrize("text", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, '{"a": ' + "1" * 5_000 + "}", "[NaN]"])
def test_what_looks_like_json_does_no_harm(text: str) -> None:
    assert {change for change, _ in difference(text, text)} == {"same"}


def test_json_in_a_fence_is_compared_by_value() -> None:
    fenced = '```json\n{"b": 1, "a": [2]}\n```\n'
    assert all(change == "same" for change, _ in difference(fenced, '{"a": [2], "b": 1}'))
    assert ("added", "3") in difference(fenced, '{"a": [2], "b": 3}')


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("The sea is blue.", "The sea is blue.", ""),
        ("The sea is blue.", "The sky is blue.", "“sea” → “sky”"),
        ("The sea is blue.", "The sky is grey.", "“sea” → “sky” and 1 more change"),
        ("The sea is blue.", "The sea is blue. Why?", "with “Why?”"),
        ("The sea is very blue.", "The sea is blue.", "without “very”"),
        ("", "\u202eabc", "with “abc”"),
        ("x " * 2_000, "x " * 3_000, "longer"),
        ("The sea", "The  sea", ""),
    ],
)
def test_a_difference_in_few_words(before: str, after: str, words: str) -> None:
    assert differing_words(before, after) == words


@given(st.text(), st.text())
def test_a_difference_in_few_words_is_short(before: str, after: str) -> None:
    assert len(differing_words(before, after)) < 120
