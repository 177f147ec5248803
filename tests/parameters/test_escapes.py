"""Stop sequences on one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.parameters.escapes import escaped, unescaped_text


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        ("\n\nHuman:", r"\n\nHuman:"),
        ("\r\n\t", r"\r\n\t"),
        ("\\n", r"\\n"),
        ("\\\n", r"\\\n"),
        ("\\\x1f", r"\\\u001f"),
        ("\\", "\\"),
        ("\\\\", "\\\\\\"),
        ("C:\\dir", "C:\\dir"),
        ("\\d+", "\\d+"),
        (" ", r"\u0020"),
        (" END ", " END "),
        ("\u200b", r"\u200b"),
        ("\U000e0001", r"\udb40\udc01"),
        ("é 😀 </s>", "é 😀 </s>"),
    ],
)
def test_what_is_shown_and_what_is_meant(meant: str, written: str) -> None:
    assert escaped(meant) == written
    assert unescaped_text(written) == meant


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\nrtu0a\n")))
def test_what_is_shown_is_typed_back(text: str) -> None:
    assert unescaped_text(escaped(text)) == text
    assert escaped(text).isprintable()


@given(st.text())
def test_whatever_is_typed_can_be_sent(text: str) -> None:
    assert isinstance(unescaped_text(text).encode(), bytes)


@pytest.mark.parametrize(
    ("written", "meant"), [(r"\u000a", "\n"), (r"\ud800", "\ufffd"), (r"\x", r"\x"), (r"\u1", r"\u1")]
)
def test_other_ways_to_write(written: str, meant: str) -> None:
    assert unescaped_text(written) == meant
