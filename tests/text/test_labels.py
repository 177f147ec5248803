"""Labels of lists: every character seen, no two alike."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.text.labels import LONGEST_LABEL_PART, labels, visible

ODD = st.sampled_from(
    ["a", "A", " ", "  ", "\t", "\n", "\0", "\u200b", "\u202e", "\ud800", "é", "e\u0301", "·", " · ", "#", "/"]
)
IDS = st.one_of(
    st.text(), st.lists(ODD).map("".join), st.text(min_size=LONGEST_LABEL_PART - 1, max_size=LONGEST_LABEL_PART + 5)
)
SAID = st.dictionaries(IDS, st.lists(IDS, max_size=3), max_size=12)


@given(SAID)
@example({"a": ["x"], "b": ["x"], "x": ["x · #a"], "c": ["x", "#b"]})
@example({"a": ["same"], "a ": ["same"], "A": ["same"], "a\0": ["same"]})
def test_no_two_labels_are_alike(said: Mapping[str, Sequence[str]]) -> None:
    found = labels(said)

    assert list(found) == list(said)
    assert len(set(found.values())) == len(said)
    for label in found.values():
        label.encode()
        assert label.isprintable() or any(joiner in label for joiner in "\u200d\ufe0f")
        assert label == " ".join(label.split(" "))


@given(IDS, IDS)
@example("<U+0020>", " ")
@example("<", "<U+003C>")
@example("x" * 300, "x" * 100 + "<U+…" + "x" * 60)
def test_different_texts_are_seen_to_be_different(one: str, other: str) -> None:
    assert (visible(one) == visible(other)) == (one == other)
    assert len(visible(one)) < 10 * LONGEST_LABEL_PART


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        ("Grüße, 世界 👩‍💻 ❤️", "Grüße, 世界 👩‍💻 ❤️"),
        ("two words", "two words"),
        ("end ", "end<U+0020>"),
        ("two  blanks", "two <U+0020>blanks"),
        ("line\nbreak", "line<U+000A>break"),
        ("zero\u200bwidth \u202eback", "zero<U+200B>width <U+202E>back"),
        ("a\u200db", "a<U+200D>b"),
        ("half \ud83d", "half <U+D83D>"),
        ("e\u0301", "e<U+0301>"),
        ("<U+0041>", "<U+003C>U+0041>"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_label_says_no_more_than_it_must() -> None:
    assert labels({"x1": ["Summary"], "x2": ["Summary"], "x3": ["Summary", "example"], "x4": ["", "Other"]}) == {
        "x1": "Summary · #x1",
        "x2": "Summary · #x2",
        "x3": "Summary · example",
        "x4": "Other",
    }
