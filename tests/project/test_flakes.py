"""What CI says of tests that failed and then passed."""

import json
from pathlib import Path

import pytest

from tests import flakes
from tests.flakes import SEEN, Flake, left, main, read_flakes

PAGE = r"""
| Date | Test | What was seen | Reason, and what mended it |
|---|---|---|---|
| 2026-11-28 | `tests/a.py::test_late` | waited 20 s for a \| b | |
| 2026-11-28 | `tests/a.py::test_mended[1]` | a lost click | the click came before the handler; 1a2b3c4 |
"""


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flakes.md").write_text(PAGE)
    monkeypatch.setattr(flakes, "SEEN", tmp_path / "flakes.md")
    return tmp_path / "lastfailed"


def test_the_page_is_read_and_holds_no_kind_twice_without_a_reason() -> None:
    assert left(read_flakes(SEEN.read_text())) == []


def test_rows_are_read() -> None:
    assert read_flakes(PAGE) == [
        Flake("2026-11-28", "tests/a.py::test_late", r"waited 20 s for a \| b", ""),
        Flake(
            "2026-11-28",
            "tests/a.py::test_mended",
            "a lost click",
            "the click came before the handler; 1a2b3c4",
        ),
    ]
    with pytest.raises(ValueError, match="four cells"):
        read_flakes(PAGE + "| 2026-11-28 | `tests/a.py::test_b` | |\n")


@pytest.mark.parametrize("test", ["tests/a.py::test_new", "tests/a.py::test_mended[2]"])
def test_a_new_flake_passes_and_brings_its_row(test: str, failed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed.write_text(json.dumps({test: True}))
    assert main([str(failed)]) == 0
    said = capsys.readouterr().out
    assert f"Flaky: {test}\n" in said
    (row,) = read_flakes("|\n|\n" + said)
    assert (row.test, row.reason) == (test.partition("[")[0], "")


def test_a_flake_that_was_seen_without_a_reason_fails(failed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed.write_text(json.dumps({"tests/a.py::test_late[other]": True, "tests/a.py::test_new": True}))
    assert main([str(failed)]) == 1
    assert "no reason: tests/a.py::test_late\n" in capsys.readouterr().out


def test_one_row_without_a_reason_waits_and_two_fail(failed: Path) -> None:
    failed.write_text("{}")
    assert main([str(failed)]) == main([]) == 0
    flakes.SEEN.write_text(PAGE + "| 2026-11-29 | `tests/a.py::test_late` | again | |\n")
    assert main([]) == 1
