"""Names of files say what is in them and when it was."""

from datetime import UTC, datetime

import pytest

from playground.exporting.file_names import dated_name

AT = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is the sea salty?", "why-is-the-sea-salty"),
        ("../../etc/passwd\0", "etc-passwd"),
        ("海は なぜ", "海は-なぜ"),
        ("...", "untitled"),
        ("word " * 50, "-".join(["word"] * 12)),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_name_has_words_and_a_day(title: str, name: str) -> None:
    assert dated_name(title, AT, "html") == f"{name}-2026-11-29.html"
