"""docs/wire.md names tests and cases that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text("utf-8")
ROWS = [line.rsplit(" | ", 1) for line in PAGE.splitlines() if line.startswith("| ") and ".py`" in line]
TESTS = {path.name: path for folder in ("tests", "tests/providers") for path in (ROOT / folder).rglob("*.py")}
"""By name; of files of one name that of the providers is meant."""


@pytest.mark.parametrize(("row", "tests"), ROWS, ids=[row for row, _ in ROWS])
def test_row_names_what_is_there(row: str, tests: str) -> None:
    files = re.split(r"`([\w/]+\.py)`", tests)[1:]
    assert files
    for name, named in zip(files[::2], files[1::2], strict=True):
        source = TESTS[Path(name).name].read_text("utf-8")
        for case in re.findall(r'"([^"]+)"', named):
            assert f'"{case}"' in source
        for function in re.findall(r"`(test_\w+)`", named):
            assert f"def {function}(" in source


def test_every_case_of_an_answer_has_its_row() -> None:
    for name in ("failing_answers.py", "responses_answers.py"):
        for case in re.findall(r'^    Answer\(\s*"([^"]+)"', TESTS[name].read_text("utf-8"), re.MULTILINE):
            assert f'"{case}"' in PAGE
