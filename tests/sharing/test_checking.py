"""`python -m playground check FILE`: whether a shared page is as it was made."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground.exporting.html_page import as_page
from playground.sharing.checking import check_page
from playground.sharing.digest import with_way_back
from tests.sharing.test_pages import chat


def test_a_file_is_whole_changed_or_no_page_at_all(tmp_path: Path) -> None:
    page, digest = as_page(chat())
    file = tmp_path / "page.html"
    for content, code, words in (
        (page, 0, digest),
        (with_way_back(page, "x" * 32), 0, digest),
        (page.replace("salty", "sweet", 1), 1, "was changed"),
        (page.replace("\n", "\r\n"), 2, "is no page"),
        (page + " ", 1, "was changed"),
        ("<html></html>", 2, "is no page"),
    ):
        file.write_bytes(content.encode())
        checked = check_page(file)
        assert (checked.exit_code, words in checked.sentence) == (code, True), checked
    assert check_page(tmp_path / "none").exit_code == 2
    assert check_page(tmp_path).exit_code == 2


@pytest.mark.parametrize(("changed", "code"), [(False, 0), (True, 1)])
def test_it_is_a_command(tmp_path: Path, changed: bool, code: int) -> None:
    file = tmp_path / "page.html"
    file.write_text(as_page(chat()).page + " " * changed)
    done = subprocess.run([sys.executable, "-m", "playground", "check", file], capture_output=True, text=True)
    assert (done.returncode, "page.html" in done.stdout) == (code, True)
