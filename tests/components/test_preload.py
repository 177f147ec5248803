"""What answers need later is there in the installed Streamlit, under the names that are asked for."""

from components.preload import NEEDED, needed


def test_each_part_is_one_file() -> None:
    assert [name.split(".")[0] for name in needed()] == list(NEEDED)
