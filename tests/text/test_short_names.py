"""Names that are shortened."""

from hypothesis import given
from hypothesis import strategies as st

from playground.text.short_names import short_name


def test_the_middle_goes_and_both_ends_stay() -> None:
    names = [f"a polite one with a long name · temperature {value}" for value in ("0.5", "1.0")]
    assert [short_name(name, 24) for name in names] == ["a polite one…erature 0.5", "a polite one…erature 1.0"]
    assert short_name("plain", 5) == "plain"


@given(st.text(), st.integers(3, 40))
def test_it_is_never_longer(name: str, most: int) -> None:
    assert len(short_name(name, most)) <= most
